"""plot_curve.py draws what it is given and refuses what it cannot read. Argument: the script."""
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
KINDS = ("loss", "energy_rmse_mev_per_atom", "energy_mae_mev_per_atom", "force_rmse_mev_per_angstrom", "force_mae_mev_per_angstrom",
         "stress_rmse_gpa", "stress_mae_gpa")
HEADER = "stage,iteration," + ",".join(f"{name}_{kind}" for name in ("train", "validation") for kind in KINDS) + "\n"


def line(stage, iteration, validation=True):
    numbers = [",".join(str(factor * (10 / iteration + 1)) for _ in range(7)) for factor in (1, 2)]
    return f"{stage},{iteration},{numbers[0]}," + (numbers[1] if validation else "," * 6) + "\n"


class PlotCurve(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_script(self, text):
        (self.path / "curve.csv").write_text(text, encoding="utf-8")
        command = [sys.executable, SCRIPT, str(self.path / "curve.csv"), "-o", str(self.path), "--dpi", "50"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def coloured(self, text):
        """Orange and blue points of the picture: of the validation and the training curves."""
        result = self.run_script(text)
        self.assertEqual(result.returncode, 0, result.stderr)
        red, _, blue = np.moveaxis(matplotlib.image.imread(self.path / "curve.png")[..., :3], 2, 0)
        return np.count_nonzero(red - blue > 0.3), np.count_nonzero(blue - red > 0.3)

    def test_both_curves_through_two_stages(self):
        text = HEADER + "".join(line(stage, 10 * k) for stage in (1, 2) for k in range(1, 9))
        self.assertGreater(min(self.coloured(text)), 100)

    def test_without_validation(self):
        orange, blue = self.coloured(HEADER + "".join(line(1, 10 * k, False) for k in range(1, 9)))
        self.assertEqual(orange, 0)
        self.assertGreater(blue, 100)

    def test_bad_input(self):
        for text, message in (("", "curve.csv:1: no column"), ("stage,iteration\n", "curve.csv:1: no column"), (HEADER, "no points"),
                              (HEADER + line(1, 10).replace("10", "ten", 1), "curve.csv:2: ")):
            result = self.run_script(text)
            self.assertEqual(result.returncode, 1)
            self.assertIn(message, result.stderr)
            self.assertNotIn("Traceback", result.stderr)


if __name__ == "__main__":
    unittest.main()
