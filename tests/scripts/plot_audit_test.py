"""plot_audit.py draws the tables it is given and refuses what it cannot read. Argument: the script."""
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
DISTANCES = "pair,distance,count,distribution\n" + "".join(f"C-N,{0.1 * k:.2f},{k % 7},{k % 7 / 3}\n" for k in range(10, 60))
ENERGIES = 'frame,label,residual,density,C,N\n0,"a, b",0.1,3.5,0.5,0.5\n1,c,-0.2,2.0,0.2,0.8\n'
PRESSURES = "frame,label,model,labelled\n0,a,10,12\n1,c,80,70\n"


class PlotAudit(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    def run_script(self, distances=DISTANCES, energies=ENERGIES, pressures=PRESSURES):
        for name, text in (("distances", distances), ("energies", energies), ("pressures", pressures)):
            (self.path / f"{name}.csv").write_text(text, encoding="utf-8")
        return subprocess.run([sys.executable, SCRIPT, str(self.path), "--dpi", "50"], capture_output=True, text=True, check=False)

    def pictures(self):
        return {path.stem for path in self.path.glob("*.png")}

    def test_three_pictures_with_something_on_them(self):
        result = self.run_script()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.pictures(), {"distances", "energies", "pressures"})
        for name in self.pictures():
            picture = matplotlib.image.imread(self.path / f"{name}.png")[..., :3]
            coloured = (picture.max(axis=2) - picture.min(axis=2)) > 0.2
            self.assertGreater(np.count_nonzero(coloured), 20, name)

    def test_an_empty_table_gives_no_picture(self):
        result = self.run_script(pressures=PRESSURES.splitlines()[0] + "\n")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.pictures(), {"distances", "energies"})

    def test_bad_input(self):
        for tables, message in (({"distances": ""}, "distances.csv:1: expected a header line"),
                                ({"energies": ENERGIES + "2,c,x,1,1,0\n"}, "energies.csv:4: 'x' is not a number"),
                                ({"pressures": PRESSURES + "2,c\n"}, "pressures.csv:4: 2 columns, expected 4")):
            result = self.run_script(**tables)
            self.assertEqual(result.returncode, 1)
            self.assertIn(message, result.stderr)
            self.assertNotIn("Traceback", result.stderr)


if __name__ == "__main__":
    unittest.main()
