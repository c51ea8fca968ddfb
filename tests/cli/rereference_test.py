"""Re-referencing from the command line: a model and frames brought to the energies of other data.

Argument: the program.
"""
import json
import re
import unittest

from program import ProgramTest


class Rereference(ProgramTest):

    def setUp(self):
        super().setUp()
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        # What the model says, with 5 eV more for each carbon atom.
        self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "same.extxyz")
        lines = self.read("same.extxyz").splitlines()
        for start in range(0, len(lines), 11):
            carbon = sum(line.startswith("C ") for line in lines[start + 2:start + 11])
            lines[start + 1] = re.sub(r" energy=(\S+)", lambda found: f" energy={float(found[1]) + 5 * carbon!r}", lines[start + 1])
        self.put("other.extxyz", "\n".join(lines) + "\n")

    def test_a_model_on_another_level(self):
        out = self.succeed("rereference", "result/model", "other.extxyz", "-o", "moved", "--report", "report.json").stdout
        report = json.loads(self.read("report.json"))
        self.assertAlmostEqual(report["shifts_ev"]["C"], 5, places=6)
        self.assertAlmostEqual(report["shifts_ev"]["N"], 0, places=6)
        self.assertIn("| C | 5.000000 |", out)
        self.succeed("evaluate", "moved", "other.extxyz", "--metrics", "errors.json")
        self.assertLess(json.loads(self.read("errors.json"))["all"]["energy_rmse_mev_per_atom"], 1e-3)
        self.assertIn("energy offset shifted by", self.read("moved/C/CARD.md") + self.read("moved/C/block.yaml"))
        self.edit("recipe.yaml", "  - {name: C}\n", "  - {name: C, frozen: moved/C}\n")
        self.succeed("fit", "recipe.yaml", "-o", "on_moved", "--no-plots")

    def test_two_outputs_are_not_one_file(self):
        result = self.run_program("rereference", "--frames", "same.extxyz", "other.extxyz", "-o", "one.extxyz", "--report", "./one.extxyz")
        self.assertEqual(result.returncode, 1)
        self.assertIn("two outputs cannot be one file", result.stderr)
        self.assertFalse((self.folder / "one.extxyz").exists())

    def test_frames_on_another_level(self):
        self.succeed("rereference", "--frames", "same.extxyz", "other.extxyz", "-o", "as_other.extxyz")
        def energies(name):
            return [float(x) for x in re.findall(r" energy=(\S+)", self.read(name))]
        for found, wanted in zip(energies("as_other.extxyz"), energies("other.extxyz"), strict=True):
            self.assertAlmostEqual(found, wanted, places=6)

    def test_inputs_are_not_replaced(self):
        for arguments in (("result/model", "other.extxyz", "-o", "result/model", "--overwrite"),
                          ("--frames", "same.extxyz", "other.extxyz", "-o", "other.extxyz", "--overwrite"),
                          ("result/model", "other.extxyz", "-o", "result/model")):
            result = self.run_program("rereference", *arguments)
            self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(self.run_program("rereference", "--frames", "a", "b", "c", "-o", "d").returncode, 2)


if __name__ == "__main__":
    unittest.main()
