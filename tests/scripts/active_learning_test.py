"""When scripts/active_learning goes on with the rounds that are there: when nothing that decides what comes out has changed.

Argument: the folder of the project. Status 77: a module is not installed. Kind of evidence: invariance, sensitivity.
"""
import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(sys.argv.pop(1)).resolve()


def load():
    loader = importlib.machinery.SourceFileLoader("active_learning", str(ROOT / "scripts/active_learning"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    try:
        loader.exec_module(module)
    except SystemExit as missing:
        print(f"skipped: {missing}")
        sys.exit(77)
    return module


LOOP = load()

RECIPE = """\
data: [{file: ../frames.extxyz, temperatures: kelvin.txt}]
blocks:
  - {name: C, frozen: blocks/C}
  - {name: N, prior: {from: [sister]}}
prior: {from: general}
"""
FILES = {"frames.extxyz": "frames", "work/kelvin.txt": "300\n", "work/blocks/C/block.yaml": "block", "work/blocks/C/coefficients.csv": "1.0",
         "work/sister/block.yaml": "sister", "work/general/block.yaml": "general", "work/start.extxyz": "structures", "work/test.extxyz": "test",
         "work/recipe.yaml": RECIPE, "work/dynamics.yaml": "data: start.extxyz\nstates: all\nruns: {}\n",
         "work/plan.yaml": f"recipe: recipe.yaml\ndynamics: dynamics.yaml\nsettings: {ROOT}/scripts/labels/settings/dftb.yaml\n"
                           "per_state: 3\nrounds: 1\ntest: test.extxyz\n"}


class Identity(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="carillon-active-learning-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def identity(self):
        return LOOP.Plan(self.folder / "work/plan.yaml").identity()

    def test_every_input_decides(self):
        first = self.identity()
        for name, text in FILES.items():
            with self.subTest(name):
                self.write(name, text.replace("per_state: 3", "per_state: 4") + "\n# changed\n")
                self.assertNotEqual(self.identity(), first)
                self.write(name, text)
                self.assertEqual(self.identity(), first)
        self.write("work/blocks/C/evidence.h5", "")
        self.assertNotEqual(self.identity(), first)

    def test_the_number_of_rounds_does_not(self):
        first = self.identity()
        self.write("work/plan.yaml", FILES["work/plan.yaml"].replace("rounds: 1", "rounds: 2"))
        self.assertEqual(self.identity(), first)

    def test_frames_of_all_states_together_are_another_plan(self):
        first = self.identity()
        self.write("work/plan.yaml", FILES["work/plan.yaml"].replace("per_state", "per_round"))
        self.assertNotEqual(self.identity(), first)
        for wrong in ("per_state: 3\nper_round: 3", ""):
            self.write("work/plan.yaml", FILES["work/plan.yaml"].replace("per_state: 3", wrong))
            with self.assertRaisesRegex(LOOP.BadInput, "one of per_round and per_state"):
                self.identity()

    def test_another_plan_is_refused(self):
        LOOP.take(self.folder / "out", self.identity()).close()
        LOOP.take(self.folder / "out", self.identity()).close()
        self.write("frames.extxyz", "more frames")
        with self.assertRaisesRegex(LOOP.BadInput, "holds the rounds of another plan"):
            LOOP.take(self.folder / "out", self.identity())


if __name__ == "__main__":
    unittest.main()
