"""The folder that studies work in makes a result once, and again when what it was made of has changed. Argument: the project.

The program is a stand-in: its trainings copy the recipe, its errors count its evaluations.
"""
import pathlib
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(PROJECT / "validation"))
try:
    import mlearn
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

PROGRAM = """#!/bin/sh
echo "$1" >> calls
case "$1" in
  --version) echo "carillon 1 (VERSION)" ;;
  train) test ! -e interrupted || exit 1; mkdir -p "$4" && cp "$2" "$4/network.yaml" ;;
  evaluate) echo "{\\"all\\": $(grep -c evaluate calls)}" > "$5" ;;
esac
"""


class StudyFolder(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.install("first")
        for name in ("training", "test"):
            (self.path / f"{name}.extxyz").write_text("frames", encoding="utf-8")

    def install(self, version):
        program = self.path / "carillon"
        program.write_text(PROGRAM.replace("VERSION", version), encoding="utf-8")
        program.chmod(0o755)
        self.folder = mlearn.Folder(self.path, program)

    def study(self, recipe="data: [{file: training.extxyz}]"):
        """Whether a network was trained anew, and the number of the evaluation that its errors are of."""
        anew = self.folder.train("network", recipe)
        return anew, self.folder.errors("errors", "network", "test.extxyz")

    def test_what_is_there_is_not_made_again(self):
        self.assertEqual([self.study(), self.study()], [(True, 1), (False, 1)])

    def test_another_recipe_program_or_file_makes_it_anew(self):
        self.study()
        self.assertEqual(self.study("data: [{file: training.extxyz}] # other"), (True, 2))
        self.assertEqual(self.study(), (True, 3))
        (self.path / "training.extxyz").write_text("other frames", encoding="utf-8")
        self.assertEqual(self.study(), (True, 3), "the network that came out is the same")
        (self.path / "test.extxyz").write_text("other frames", encoding="utf-8")
        self.assertEqual(self.study(), (False, 4))
        self.install("second")
        self.assertEqual(self.study(), (True, 5))

    def test_errors_of_another_network_do_not_outlive_an_interruption(self):
        self.study()
        self.assertTrue(self.folder.train("network", "seed: 2"))  # and then the study is killed
        self.assertEqual(self.study("seed: 2"), (False, 2))

    def test_a_training_that_was_interrupted_is_made(self):
        self.study()
        (self.path / "interrupted").touch()
        with self.assertRaises(SystemExit):
            self.study("seed: 2")
        (self.path / "interrupted").unlink()
        self.assertTrue(self.study()[0], "the first recipe's result may have been damaged")


if __name__ == "__main__":
    unittest.main()
