"""The program on several ranks: the same bytes for any number, and errors that end all ranks with one message.

Arguments: the program, the MPI launcher.
"""
import json
import os
import shlex
import subprocess
import sys
import unittest

from program import PROGRAM, ProgramTest

LAUNCHER = sys.argv.pop(1)
# Containers run as root with fewer cores than ranks; Open MPI wants to be told that this is meant.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1"}
FIT = ("fit", "recipe.yaml", "-o", "result", "--no-plots")


class Ranks(ProgramTest):

    def launch(self, ranks, *command):
        """A hang is an error of the test, not of the machine."""
        return subprocess.run([LAUNCHER, "-n", str(ranks), *map(str, command)], cwd=self.folder, env=ENVIRONMENT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)

    def on_ranks(self, ranks, *arguments):
        return self.launch(ranks, PROGRAM, *arguments)

    def with_one_odd_rank(self, odd, preparation, *arguments):
        """On three ranks, of which one runs a shell command first; 'exec' keeps the rank's process."""
        script = f'if [ "$OMPI_COMM_WORLD_RANK" = {odd} ]; then {preparation}; fi; exec {shlex.quote(str(PROGRAM))} "$@"'
        return self.launch(3, "/bin/sh", "-c", script, "sh", *arguments)

    def assert_one_message(self, result, message):
        self.assertNotEqual(result.returncode, 0)
        complaints = [line for line in result.stderr.splitlines() if "carillon: error: " in line]
        self.assertEqual(len(complaints), 1, result.stderr)
        self.assertIn(message, complaints[0])
        self.assertNotIn("MPI_ABORT", result.stderr, "ranks that know of the error end in order")

    def test_the_same_bytes_on_any_number_of_ranks(self):
        """Invariance: what decides a model and what it says, from one to four ranks."""
        self.edit("recipe.yaml", "basis:", "split: {test: {fraction: 0.25, seed: 1}}\nbasis:")
        names = [f"blocks/{block}/coefficients.csv" for block in ("C", "N", "C-N")]
        names += ["metrics.json", "metrics.csv", "metrics.md", "predictions_train.extxyz", "predictions_test.extxyz", "model/model.yaml",
                  "path_C-N.csv", "split.json"]
        self.succeed("fit", "recipe.yaml", "-o", "alone", "--no-plots")
        for ranks in (1, 2, 3, 4):
            result = self.on_ranks(ranks, "fit", "recipe.yaml", "-o", f"on_{ranks}", "--no-plots")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f"{ranks} process(es)", result.stderr)
            self.assertEqual(result.stderr.count("frames to fit on"), 1, "only one rank speaks")
            self.assertEqual(result.stdout, self.read("alone/metrics.md"))
            for name in names:
                self.assertEqual(self.read(f"on_{ranks}/{name}"), self.read(f"alone/{name}"), f"{name} on {ranks} ranks")
        self.assertEqual(self.on_ranks(3, "evaluate", "alone/model", "frames.extxyz", "-o", "out_3.extxyz").returncode, 0)
        self.succeed("evaluate", "alone/model", "frames.extxyz", "-o", "out.extxyz")
        self.assertEqual(self.read("out_3.extxyz"), self.read("out.extxyz"))

    def coefficients(self, file):
        return [float(line.rsplit(",", 1)[1]) for line in self.read(file).splitlines()[1:]]

    def test_block_cyclic_against_the_tree(self):
        """Oracle: another factorisation of the same rows. Coefficients agree to rounding times the condition of what was solved,
        which the summary tells; some hundred rows take part in each."""
        recipe = self.read("recipe.yaml")
        for factorisation in ("tree", "block_cyclic"):
            self.put("recipe.yaml", recipe.replace("folds: 2", f"folds: 2, factorisation: {factorisation}"))
            result = self.on_ranks(2, "fit", "recipe.yaml", "-o", factorisation, "--no-plots")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual("combined block-cyclically" in result.stderr, factorisation == "block_cyclic", result.stderr)
        steps = json.loads(self.read("tree/summary.json"))["steps"]
        condition = max(step["solution"]["regularised_condition"] for step in steps)
        tolerance = 200 * 2.2e-16 * condition
        self.assertLess(tolerance, 1e-9, "or this test says little")
        for block in ("C", "N", "C-N"):
            tree, block_cyclic = (self.coefficients(f"{name}/blocks/{block}/coefficients.csv") for name in ("tree", "block_cyclic"))
            size = max(abs(value) for value in tree)
            for one, other in zip(tree, block_cyclic, strict=True):
                self.assertAlmostEqual(one, other, delta=tolerance * size)

    def test_an_error_that_every_rank_meets(self):
        self.edit("frames.extxyz", "\nC ", "\nXx ")
        self.assert_one_message(self.on_ranks(3, *FIT), "frames.extxyz:3: frame 0, atom 0: unknown element 'Xx'")
        self.assertFalse((self.folder / "result").exists())

    def test_an_error_that_only_the_root_meets(self):
        self.assert_one_message(self.on_ranks(3, "fit", "recipe.yaml", "-o", "recipe.yaml/result"), "recipe.yaml/result: cannot be made")
        self.assert_one_message(self.on_ranks(3, "convert", "nowhere.xyzf", "-o", "out.extxyz"), "nowhere.xyzf: cannot be opened")

    def test_a_disk_that_is_full_for_the_root(self):
        """The first file that does not fit comes after the work, when the other ranks wait for the evaluation."""
        result = self.with_one_odd_rank(0, "trap '' XFSZ; ulimit -f 8", *FIT)
        self.assert_one_message(result, "File too large")

    def test_a_file_that_only_one_rank_cannot_see(self):
        """As on a cluster where one machine lacks a file system."""
        (self.folder / "elsewhere").mkdir()
        self.put("elsewhere/recipe.yaml", self.read("recipe.yaml"))
        self.assert_one_message(self.with_one_odd_rank(1, "cd elsewhere", *FIT), "frames.extxyz: cannot be opened")
        self.assertFalse((self.folder / "result").exists())
        self.edit("recipe.yaml", "{name: C}", "{name: C, frozen: blocks/C}")
        self.assert_one_message(self.on_ranks(2, *FIT), "recipe.yaml:15: block C: blocks/C: cannot be opened")

    def test_a_model_that_only_the_last_rank_cannot_read(self):
        self.succeed(*FIT)
        (self.folder / "elsewhere").mkdir()
        self.put("elsewhere/frames.extxyz", self.read("frames.extxyz"))
        result = self.with_one_odd_rank(2, "cd elsewhere", "evaluate", "result/model", "frames.extxyz", "-o", "out.extxyz")
        self.assert_one_message(result, "result/model: cannot be opened")
        self.assertFalse((self.folder / "out.extxyz").exists())

    def test_wrong_use(self):
        result = self.on_ranks(2, "fit", "recipe.yaml")
        self.assertEqual(result.returncode, 2)
        self.assert_one_message(result, "--output (or --dry-run) is required")


if __name__ == "__main__":
    unittest.main()
