"""plot_parity.py draws what it is given and refuses what it cannot read. Argument: the script."""
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
HEADER = "kind,label,reference,predicted\n"


class PlotParity(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_script(self, text, *options):
        (self.path / "parity.csv").write_text(text, encoding="utf-8")
        command = [sys.executable, SCRIPT, str(self.path / "parity.csv"), "-o", str(self.path), "--dpi", "50", *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def assert_refused(self, text, message):
        result = self.run_script(text)
        self.assertEqual(result.returncode, 1)
        self.assertIn(message, result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(list(self.path.glob("*.png")), [])

    def test_one_picture_per_kind(self):
        result = self.run_script(HEADER + 'energy,"a, b",-1,-1.1\nenergy,,-2,-2\nforce,x,0.5,0.5\n')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({p.name for p in self.path.glob("*.png")}, {"parity_energy.png", "parity_force.png"})

    def test_points_and_density_fill_the_picture(self):
        many = "".join(f"stress,l{k % 21},{k},{k + k % 7}\n" for k in range(400))
        unnamed = "".join(f"stress,,{k},{k + k % 7}\n" for k in range(400))  # without a legend, whose colours would count
        for text, options in ((many, ()), (unnamed, ()), (unnamed, ("--points", "10"))):
            result = self.run_script(HEADER + text, *options)
            self.assertEqual(result.returncode, 0, result.stderr)
            picture = matplotlib.image.imread(self.path / "parity_stress.png")[..., :3]
            coloured = (picture.max(axis=2) - picture.min(axis=2)) > 0.2
            self.assertGreater(np.count_nonzero(coloured), 200)

    def test_constant_values(self):
        result = self.run_script(HEADER + "energy,,-5,-5\n", "--points", "0")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_bad_input(self):
        self.assert_refused("", "parity.csv:1: the first line must be")
        self.assert_refused("kind,label\n", "parity.csv:1: the first line must be")
        self.assert_refused(HEADER, "no points")
        self.assert_refused(HEADER + "force,a,1\n", "parity.csv:2: 3 columns, expected 4")
        self.assert_refused(HEADER + "force,a,1,1\nforce,a,1,x\n", "parity.csv:3: 'x' is not a number")
        self.assert_refused(HEADER + "force,a,nan,1\n", "parity.csv:2: 'nan' is not finite")
        self.assert_refused(HEADER + "dipole,a,1,1\n", "unknown kind 'dipole'; known: energy, force, stress")

    def test_missing_file_and_help(self):
        missing = subprocess.run([sys.executable, SCRIPT, "nowhere.csv"], capture_output=True, text=True, check=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("nowhere.csv", missing.stderr)
        self.assertNotIn("Traceback", missing.stderr)
        shown = subprocess.run([sys.executable, SCRIPT, "--help"], capture_output=True, text=True, check=False)
        self.assertEqual(shown.returncode, 0)
        self.assertIn("--points", shown.stdout)


if __name__ == "__main__":
    unittest.main()
