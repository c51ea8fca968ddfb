"""plot_calibration.py draws the coverage curves it is given and refuses what it cannot read. Argument: the script."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import matplotlib.image
    import numpy as np
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

SCRIPT = sys.argv.pop(1)
CURVE = [(k + 1) / 20 for k in range(19)]


def metrics(curve, **more):
    return {"all": {}, "calibration": {"quantities": [{"quantity": "force", "curve": curve}, {"quantity": "all", "curve": curve}], **more}}


class PlotCalibration(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_script(self, content, *more):
        (self.path / "m.json").write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        command = [sys.executable, SCRIPT, "-o", str(self.path / "c.png"), "--dpi", "50", f"one={self.path / 'm.json'}", *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def blue(self):
        picture = matplotlib.image.imread(self.path / "c.png")[..., :3]
        return (picture[..., 2] - picture[..., 0]) > 0.3

    def test_the_curve_is_where_it_belongs(self):
        self.assertEqual(self.run_script(metrics([0.02] * 19)).returncode, 0)
        low = np.nonzero(self.blue())[0].mean()
        self.assertEqual(self.run_script(metrics([0.6] * 19)).returncode, 0)
        self.assertLess(np.nonzero(self.blue())[0].mean(), low - 20, "higher shares are drawn higher")

    def test_scaled_curves_are_added(self):
        self.run_script(metrics(CURVE))
        alone = np.count_nonzero(self.blue())
        self.assertEqual(self.run_script(metrics(CURVE, quantities_with_fitted_scale=[{"quantity": "force", "curve": [0.9] * 19}])).returncode, 0)
        self.assertGreater(np.count_nonzero(self.blue()), alone)

    def test_bad_input(self):
        for content, message in (("{", "is no metrics file"), ({"all": {}}, "holds no calibration"), (metrics([0.5]), "holds no coverage curves")):
            result = self.run_script(content)
            self.assertEqual(result.returncode, 1)
            self.assertIn(message, result.stderr)
            self.assertNotIn("Traceback", result.stderr)
        result = self.run_script(metrics(CURVE), "nameless.json")
        self.assertIn("expected NAME=METRICS.json", result.stderr)


if __name__ == "__main__":
    unittest.main()
