"""Bad input, through the program: every case ends with one message that names the culprit, its status, and no output.

Argument: the program.
"""
import pathlib
import shutil
import tempfile
import unittest

from program import ProgramTest, RECIPE, SETUP, contents, frames, run

FIT = ("fit", "recipe.yaml", "-o", "result", "--no-plots")
EVALUATE = ("evaluate", "model", "frames.extxyz", "-o", "out.extxyz", "--metrics", "out.json")

def edited(name, old, new):
    """A change of one file of the case's folder."""
    return lambda test: test.edit(name, old, new)


def written(name, text):
    return lambda test: test.put(name, text)


def removed(name):
    def remove(test):
        path = test.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return remove


def linked(name, target):
    def link(test):
        path = test.folder / name
        path.unlink(missing_ok=True)
        path.symlink_to(target)
    return link


def nothing(_):
    """The input is as it should be: the command is wrong."""


def without_last_line(name):
    return lambda test: test.put(name, test.read(name).rsplit("\n", 2)[0] + "\n")


def recipe(old, new):
    return edited("recipe.yaml", old, new)


def atoms(old, new):
    return edited("frames.extxyz", old, new)


FIRST_ATOM = frames().splitlines()[2]
HEADER = frames().splitlines()[1]
FIRST_FORCE = FIRST_ATOM.split()[4]

# name: (how the input is made, arguments, part of the message)
FAILED = {
    # data
    "the last frame is cut off": (without_last_line("frames.extxyz"), EVALUATE, "frame 11, atom 8: the file ends inside the frame: 8 of 9 atoms"),
    "a force is nan": (atoms(FIRST_FORCE, "nan"), FIT, "frames.extxyz:3: frame 0, atom 0: force x is nan"),
    "a position is no number": (atoms(FIRST_ATOM, "C 1.0 oops 0 0 0 0"), FIT, "frames.extxyz:3: frame 0, atom 0: position y is 'oops', not a number"),
    "an element does not exist": (atoms(FIRST_ATOM, "Xx 0 0 0 0 0 0"), FIT, "frames.extxyz:3: frame 0, atom 0: unknown element 'Xx'"),
    "a label is not text": (lambda test: (test.folder / "frames.extxyz").write_bytes(frames().replace("mixture", "fl\u00fcssig").encode("latin-1")), FIT,
                            "frames.extxyz:90: frame 8: the label 'fl?ssig' is not UTF-8 text"),
    "the energy is infinite": (atoms("energy=-", "energy=inf ignored="), FIT, "frames.extxyz:2: frame 0"),
    "a required label is missing": (atoms("energy=", "ignored="), FIT, "frames.extxyz:2: frame 0: energy is required but missing"),
    "forces are required but missing": (atoms("pos:R:3:forces:R:3", "pos:R:3:other:R:3"), FIT, "frame 0: forces are required but missing"),
    "more atoms than counted": (atoms("9\n", "8\n"), FIT, "expected the number of atoms, found"),
    "fewer atoms than counted": (atoms("9\n", "10\n"), FIT, "frames.extxyz:12: frame 0, atom 9"),
    "the count of atoms is negative": (atoms("9\n", "-9\n"), FIT, "frames.extxyz:1: frame 0: the number of atoms is -9"),
    "the count of atoms is absurd": (atoms("9\n", "999999999999\n"), FIT, "do not fit in the"),
    "the data file is empty": (written("frames.extxyz", ""), FIT, "frames.extxyz: holds no frames"),
    "the data are not text": (written("frames.extxyz", "\x00\x01\x02" * 100), FIT, "frames.extxyz:1: frame 0: expected the number of atoms"),
    "the cell is singular": (atoms("0 6.0 0 0 0 6.0", "0 6.0 0 0 6.0 0"), FIT, "frames.extxyz:2: frame 0"),
    "the cell has eight numbers": (atoms("0 0 6.0\"", "0 6.0\""), FIT, "frames.extxyz:2: frame 0"),
    "two atoms at one place": (atoms(frames().splitlines()[3], FIRST_ATOM), EVALUATE, "frame 0, atom 0: stands at the same place as atom 1"),
    "two atoms at one place, in a fit": (atoms(frames().splitlines()[3], FIRST_ATOM), FIT, "frame 0, atom 0: stands at the same place as atom 1"),
    "an element that the model lacks": (atoms(FIRST_ATOM, FIRST_ATOM.replace("C", "O")), EVALUATE, "frame 0, atom 0: element O is not part of the model C-N"),
    "the data file does not exist": (removed("frames.extxyz"), FIT, "frames.extxyz: cannot be opened: No such file"),
    "the data file is a folder": (nothing, ("evaluate", "model", "blocks"), "blocks: is not a regular file"),
    "the data file is a link to nowhere": (linked("frames.extxyz", "nowhere"), FIT, "frames.extxyz: cannot be opened"),
    "the format cannot be guessed": (written("a.dat", "1\nwhat is this\nC 0 0 0\n"), ("evaluate", "model", "a.dat"), "a.dat: the format is not known by the suffix"),
    "a plain xyz with eight cell numbers": (written("a.xyz", "1\n9 0 0 0 9 0 0 0\nC 0 0 0\n"), ("evaluate", "model", "a.xyz", "--format", "plain_xyz"),
                                            "a.xyz:2: frame 0: expected a header of 9 numbers"),
    "the named key is in no frame": (nothing, (*EVALUATE, "--key", "energy=my_energy"), "no frame has the key 'my_energy'"),
    "more frames wanted than there are": (recipe("file: frames.extxyz", "file: frames.extxyz\n    first_frames: 99"), FIT, "99 frames are wanted but the file has 12"),
    "too few temperatures": (lambda test: (test.put("t", "300\n"), test.edit("recipe.yaml", "file: frames.extxyz", "file: frames.extxyz\n    temperatures: t")),
                             FIT, "t: 1 temperatures for the 12 frames"),
    # recipes
    "the recipe does not exist": (removed("recipe.yaml"), FIT, "recipe.yaml: cannot be opened"),
    "the recipe is a folder": (nothing, ("fit", "blocks", "-o", "result"), "blocks: is a folder, not a recipe"),
    "the recipe is empty": (written("recipe.yaml", ""), FIT, "recipe.yaml: expected a mapping with the keys title, data"),
    "the recipe is not YAML": (recipe("pairs:", "pairs: [}"), FIT, "recipe.yaml:8: not valid YAML"),
    "an unknown key at the top": (recipe("weights:", "weight:"), FIT, "recipe.yaml:12: unknown key 'weight'; known: title, data, split"),
    "an unknown key inside": (recipe("order: {pair: 3", "ordr: {pair: 3"), FIT, "recipe.yaml:7: basis: unknown key 'ordr'; known: coordinate, smoothing"),
    "an unknown key whose value is on the next line": (recipe("  pairs:", "  pears:"), FIT, "recipe.yaml:8: basis: unknown key 'pears'"),
    "a key twice": (recipe("weights:", "title: again\nweights:"), FIT, "recipe.yaml:12: key 'title' is given twice"),
    "no data": (recipe("data:\n  - file: frames.extxyz\n    require: [energy, forces, stress]\n", ""), FIT, "the key 'data' is missing"),
    "a child before its parents": (recipe("  - {name: C}\n  - {name: N}\n  - {name: C-N}\n", "  - {name: C-N}\n  - {name: C}\n  - {name: N}\n"), FIT,
                                   "recipe.yaml:15: block C-N is fitted on what block C leaves, so C must come before it"),
    "a parent is missing": (recipe("  - {name: N}\n", ""), FIT, "recipe.yaml:16: block C-N is fitted on what block N leaves"),
    "a block twice": (recipe("{name: N}", "{name: C}"), FIT, "recipe.yaml:16: block C is given twice"),
    "a block of no element": (recipe("{name: N}", "{name: Q}"), FIT, "recipe.yaml:16: blocks[1].name: 'Q' is not an element set"),
    "all blocks are frozen": (recipe("  - {name: C}\n  - {name: N}\n  - {name: C-N}\n", "  - {name: C, frozen: blocks/C}\n"), FIT, "recipe.yaml:15: blocks: no block to fit: all are frozen"),
    "a frozen block with a basis": (recipe("{name: C}", "{name: C, frozen: blocks/C, basis: {coordinate: morse}}"), FIT, "recipe.yaml:15: blocks[0].basis: a frozen block is taken as it is"),
    "the frozen block does not exist": (recipe("{name: C}", "{name: C, frozen: nowhere}"), FIT, "recipe.yaml:15: block C: nowhere: cannot be opened"),
    "the frozen folder holds another block": (recipe("{name: C}", "{name: C, frozen: blocks/N}"), FIT, "blocks/N: holds block N, not C"),
    "the frozen file lacks the block": (recipe("  - {name: C}\n  - {name: N}\n  - {name: C-N}\n", "  - {name: H, frozen: params.txt}\n  - {name: C}\n"), FIT, "params.txt: holds no block H; it holds C, N, C-N"),
    "the frozen block has another Morse length": (recipe("{name: C}", "{name: C, frozen: other/C}"), FIT,
                                                  "recipe.yaml: blocks C and C-N do not fit together: the morse length of the pair CC is 1.5 and 1.4"),
    "blocks of different smoothing": (recipe("{name: N}", "{name: N, basis: {smoothing: {kind: cubic}}}"), FIT,
                                      "recipe.yaml:16: blocks C and N do not fit together: their smoothing is tersoff 0.75 and cubic; where a recipe's basis does not say: coordinate morse, smoothing tersoff 0.5"),
    "an order out of range": (recipe("pair: 3", "pair: 300"), FIT, "recipe.yaml:7: basis.order.pair: order 300 is outside 1..100"),
    "an order that is no integer": (recipe("pair: 3", "pair: 3.5"), FIT, "recipe.yaml:7: basis.order.pair: expected an integer, found '3.5'"),
    "no orders at all": (recipe("  order: {pair: 3, triplet: 2}\n", ""), FIT, "block C-N"),
    "a pair without cutoffs": (recipe("    N-N: {inner: 0.8, outer: 3.5, lambda: 1.1}\n", ""), FIT, "the pair N-N of cluster type NN is missing from 'pairs'"),
    "an inner cutoff beyond the outer": (recipe("inner: 0.9", "inner: 3.6"), FIT, "recipe.yaml:9: basis.pairs.C-C: "),
    "a negative weight": (recipe("force: 1", "force: -1"), FIT, "recipe.yaml:12: weights.force: a weight cannot be negative"),
    "all weights are zero": (recipe("{force: 1, energy: 3, stress: 100}", "{force: 0, energy: 0, stress: 0}"), FIT, "recipe.yaml:12: weights: all weights are zero"),
    "a weight for an unknown label": (recipe("stress: 100", "stress: 100, labels: {carbom: 2}"), FIT, "unknown label 'carbom' in weights; known: carbon, nitrogen, mixture"),
    "a step on an unknown label": (recipe("{name: C}", "{name: C, labels: [carbom]}"), FIT, "recipe.yaml:15: block C: unknown label 'carbom' in labels; known: carbon, nitrogen, mixture"),
    "an unknown label in the split": (recipe("basis:", "split: {test: {labels: [carbom]}}\nbasis:"), FIT, "unknown label 'carbom'; known: carbon, nitrogen, mixture"),
    "a test frame that does not exist": (recipe("basis:", "split: {test: {frames: [12]}}\nbasis:"), FIT, "test frame 12 is outside the 12 frames"),
    "no frame left to train on": (recipe("basis:", "split: {test: {labels: [carbon, nitrogen, mixture]}}\nbasis:"), FIT, "the split leaves no frame to train on"),
    "no frame left for one block": (recipe("basis:", "split: {test: {labels: [carbon]}}\nbasis:"), FIT, "recipe.yaml:16: block C: no training frame"),
    "a test fraction of one": (recipe("basis:", "split: {test: {fraction: 1}}\nbasis:"), FIT, "recipe.yaml:5: split.test.fraction: expected a fraction in [0, 1)"),
    "an unknown strength": (recipe("strength: groups", "strength: strong"), FIT, "recipe.yaml:13: solver.strength: 'strong' is not one of: groups, gcv, evidence, or a number"),
    "an unknown solver": (recipe("solver: {", "solver: {kind: magic, "), FIT, "recipe.yaml:13: solver.kind: 'magic' is not one of: ridge"),
    "more folds than frames": (recipe("folds: 2", "folds: 5"), FIT, "block C: 5 folds for 4 frames"),
    # models
    "a bare cross block is evaluated": (nothing, ("evaluate", "blocks/C-N", "frames.extxyz", "-o", "out.extxyz"), "block C-N cannot be used alone: it holds only the cross terms; the model also needs the blocks C, N"),
    "a bare cross block is exported": (nothing, ("export", "blocks/C-N", "-o", "out.txt"), "block C-N cannot be used alone"),
    "a bare cross block is composed": (nothing, ("compose", "blocks/C-N", "-o", "out"), "block C-N cannot be used alone"),
    "a block is missing": (nothing, ("evaluate", "blocks/C", "blocks/C-N", "frames.extxyz"), "the blocks C, C-N are not a whole model: the model also needs the block N"),
    "the same block twice": (nothing, ("evaluate", "blocks/C", "blocks/N", "blocks/C-N", "blocks/C", "frames.extxyz"), "block C is given twice"),
    "blocks of another Morse length": (nothing, ("evaluate", "other/C", "blocks/N", "blocks/C-N", "frames.extxyz"), "blocks C and C-N do not fit together: the morse length of the pair CC is 1.5 and 1.4"),
    "composing blocks of another Morse length": (nothing, ("compose", "other/C", "blocks/N", "blocks/C-N", "-o", "out"), "do not fit together"),
    "the coefficients were changed": (edited("blocks/C/coefficients.csv", "C,0,,-", "C,0,,"), ("evaluate", "blocks/C", "frames.extxyz"), "blocks/C/coefficients.csv: the coefficients were changed after the block was written"),
    "a coefficient of a model was changed": (edited("model/C/coefficients.csv", "C,0,,-", "C,0,,"), EVALUATE, "model/C/coefficients.csv: the coefficients were changed"),
    "a coefficient is missing": (without_last_line("blocks/C/coefficients.csv"), ("evaluate", "blocks/C", "frames.extxyz"), "blocks/C/coefficients.csv: expected 6 coefficients, found 5"),
    "a cutoff of a block was changed": (edited("blocks/C/block.yaml", "inner: 0.9", "inner: 0.91"), ("evaluate", "blocks/C", "frames.extxyz"), "blocks/C/block.yaml: the file was changed after the block was written"),
    "a block of the model was removed": (removed("model/N"), EVALUATE, "model/N: not a block folder"),
    "the model does not exist": (removed("model"), EVALUATE, "model: cannot be opened: no such file or folder"),
    "the model is a folder of something else": (nothing, ("evaluate", "blocks", "frames.extxyz"), "blocks: is neither a model folder (model.yaml) nor a block folder (block.yaml)"),
    "a block and a params.txt": (nothing, ("evaluate", "blocks/C", "params.txt", "frames.extxyz"), "params.txt: is not a block folder"),
    "a params.txt without ENDFILE": (edited("params.txt", "ENDFILE", ""), ("evaluate", "params.txt", "frames.extxyz"), "params.txt:117: the file ends too early: ENDFILE is missing"),
    "a params.txt cut in the middle": (lambda test: test.put("params.txt", test.read("params.txt")[:900]), ("evaluate", "params.txt", "frames.extxyz"), "params.txt"),
    "a params.txt with nan": (lambda test: test.put("params.txt", nan_in_params(test.read("params.txt"))), ("convert", "params.txt", "-o", "out"), "nan"),
    "a params.txt that is none": (nothing, ("evaluate", "recipe.yaml", "frames.extxyz"), "recipe.yaml:1: "),
    "a named absence that is none": (nothing, ("compose", "blocks/C", "-o", "out", "--absent", "H"), "the interaction H is named as absent, but the model does not need it"),
    "a library with a damaged block": (edited("blocks/C/coefficients.csv", "C,0,,-", "C,0,,"), ("blocks", "blocks"), "blocks: 1 broken block(s)"),
    "a library that does not exist": (nothing, ("blocks", "nowhere"), "nowhere: "),
    # conversion
    "a keyword is misspelt": (edited("fm_setup.in", "NFRAMES", "NFRAME"), ("convert", "fm_setup.in", "-o", "out.yaml"), "fm_setup.in:3: unknown keyword 'NFRAME'; known: TRJFILE"),
    "charges": (edited("fm_setup.in", "C	0.0", "C	0.5"), ("convert", "fm_setup.in", "-o", "out.yaml"), "fm_setup.in:16: atom type C has a charge"),
    "an unknown suffix": (nothing, ("convert", "frames.extxyz", "-o", "out.csv"), "out.csv: expected a name ending in .extxyz, .xyz or .xyzf"),
    "frozen blocks for a file of frames": (nothing, ("convert", "frames.extxyz", "-o", "out.xyzf", "--frozen", "C=blocks/C"), "--frozen belongs to the conversion of a fm_setup.in"),
    "a file of frames taken for parameters": (nothing, ("convert", "frames.extxyz", "-o", "out", "--from", "params"), "frames.extxyz:1: "),
    "the input of a conversion does not exist": (nothing, ("convert", "nowhere.xyzf", "-o", "out.extxyz"), "nowhere.xyzf: cannot be opened"),
    "frames without forces into xyzf": (written("a.xyz", "1\n9 0 0 0 9 0 0 0 9\nC 0 0 0\n"), ("convert", "a.xyz", "-o", "out.xyzf"), "frame 0: "),
    # output
    "the predictions exist": (written("out.extxyz", "mine"), EVALUATE, "out.extxyz: exists already; choose another name or pass --overwrite"),
    "the metrics exist": (written("out.json", "mine"), EVALUATE, "out.json: exists already"),
    "the result folder is not empty": (written("result/mine", ""), FIT, "result: is not empty; choose another folder or pass --overwrite"),
    "the result is a file": (written("result", "mine"), (*FIT, "--overwrite"), "result: exists and is not a folder"),
    "the model folder exists": (nothing, ("compose", "blocks/C", "-o", "model"), "model: exists already"),
    "the model folder is something else": (nothing, ("compose", "blocks/C", "-o", "blocks", "--overwrite"), "blocks: exists and is not a model folder"),
    "the exported file exists": (nothing, ("export", "model", "-o", "params.txt"), "params.txt: exists already"),
    "the converted file exists": (nothing, ("convert", "frames.extxyz", "-o", "frames.extxyz"), "frames.extxyz: exists already"),
    "predictions into a missing folder": (nothing, ("evaluate", "model", "frames.extxyz", "-o", "nowhere/out.extxyz"), "nowhere/out.extxyz: cannot be written: No such file"),
    "metrics into a missing folder": (nothing, ("evaluate", "model", "frames.extxyz", "-o", "out.extxyz", "--metrics", "nowhere/out.json"), "nowhere/out.json: cannot be written: No such file"),
    "predictions over a folder": (nothing, ("evaluate", "model", "frames.extxyz", "-o", "blocks", "--overwrite"), "blocks: cannot be written: it is a folder"),
    "predictions and metrics in one file": (nothing, ("evaluate", "model", "frames.extxyz", "-o", "out", "--metrics", "./out"), "out: is named twice, for the predictions and for the metrics"),
    "predictions onto a full disk": (nothing, ("evaluate", "model", "frames.extxyz", "-o", "/dev/full"), "/dev/full: cannot be written: No space left on device"),
    "metrics onto a full disk": (nothing, ("evaluate", "model", "frames.extxyz", "--metrics", "/dev/full"), "/dev/full: cannot be written: No space left on device"),
    "an export onto a full disk": (nothing, ("export", "model", "-o", "/dev/full"), "/dev/full: cannot be written: No space left on device"),
    "a result where no folder can be": (nothing, ("fit", "recipe.yaml", "-o", "recipe.yaml/result"), "recipe.yaml/result: cannot be made: Not a directory"),
    "nothing to compare with and nothing to write": (written("a.xyz", "1\n9 0 0 0 9 0 0 0 9\nC 0 0 0\n"), ("evaluate", "model", "a.xyz"), "a.xyz: no labels to compare with"),
    "metrics without labels": (written("a.xyz", "1\n9 0 0 0 9 0 0 0 9\nC 0 0 0\n"), ("evaluate", "model", "a.xyz", "--metrics", "out.json"), "a.xyz: no labels to compare with"),
}

# name: (arguments, part of the message)
WRONG_USE = {
    "no verb": ((), "no verb given; expected one of fit, train, refit, merge, evaluate, compose"),
    "an unknown verb": (("fitt", "recipe.yaml"), "unknown verb 'fitt'; expected one of fit, train, refit, merge, evaluate, compose"),
    "an unknown option": ((*FIT, "--sead", "3"), "--sead"),
    "no recipe": (("fit", "-o", "result"), "RECIPE is required"),
    "no result folder": (("fit", "recipe.yaml"), "--output (or --dry-run) is required"),
    "no data to evaluate": (("evaluate", "model"), "INPUTS"),
    "no output of a conversion": (("convert", "frames.extxyz"), "--output is required"),
    "a key without a name": ((*EVALUATE, "--key", "energy"), "--key: 'energy': expected QUANTITY=NAME"),
    "a key for an unknown quantity": ((*EVALUATE, "--key", "enrgy=e"), "--key: 'enrgy=e': expected QUANTITY=NAME with one of energy, forces, stress"),
    "a frozen block without a file": (("convert", "fm_setup.in", "-o", "out.yaml", "--frozen", "C"), "--frozen: 'C': expected BLOCK=FILE"),
    "no threads": ((*FIT, "--threads", "0"), "--threads"),
    "threads that are no number": ((*FIT, "--threads", "many"), "--threads"),
    "a negative seed": ((*FIT, "--seed", "-1"), "--seed"),
    "an unknown log level": ((*FIT, "--log-level", "loud"), "--log-level"),
    "an unknown format": ((*EVALUATE, "--format", "pdb"), "--format"),
    "an unknown stress convention": ((*EVALUATE, "--stress", "atm"), "--stress"),
    "a penalty of one number": (("compose", "blocks/C", "-o", "out", "--penalty", "0.02"), "--penalty"),
    "a negative penalty": (("compose", "blocks/C", "-o", "out", "--penalty", "-1", "5"), "--penalty"),
}


def nan_in_params(text):
    """The first coefficient of the first pair becomes nan."""
    head, tail = text.split("PAIRTYPE PARAMS:", 1)
    lines = tail.split("\n")
    place = next(k for k, line in enumerate(lines) if line.split()[:1] == ["0"] and len(line.split()) == 2)
    lines[place] = "0 nan"
    return head + "PAIRTYPE PARAMS:" + "\n".join(lines)


class BadInput(ProgramTest):

    @classmethod
    def setUpClass(cls):
        """One model for all cases, and a block that does not fit it."""
        keeper = tempfile.TemporaryDirectory()
        cls.addClassCleanup(keeper.cleanup)
        cls.made = pathlib.Path(keeper.name)
        (cls.made / "frames.extxyz").write_text(frames(), encoding="utf-8")
        (cls.made / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
        (cls.made / "other.yaml").write_text(RECIPE.replace("lambda: 1.4", "lambda: 1.5"), encoding="utf-8")
        for arguments in (("fit", "recipe.yaml", "-o", "one", "--no-plots"), ("fit", "other.yaml", "-o", "two", "--no-plots"),
                          ("export", "one/model", "-o", "params.txt")):
            result = run(*arguments, cwd=cls.made)
            if result.returncode != 0:
                raise RuntimeError(result.stderr)

    def setUp(self):
        super().setUp()
        for source, name in (("one/model", "model"), ("one/blocks", "blocks"), ("two/blocks", "other")):
            shutil.copytree(self.made / source, self.folder / name)
        shutil.copy(self.made / "params.txt", self.folder)
        self.put("fm_setup.in", SETUP)

    def assert_refused(self, arguments, message, status, **options):
        before = contents(self.folder)
        result = self.run_program(*arguments, timeout=20, **options)
        self.assertEqual(result.returncode, status, result.stderr)
        complaints = [line for line in result.stderr.splitlines() if line.startswith("carillon: error: ")]
        self.assertEqual(len(complaints), 1, result.stderr)
        self.assertIn(message, complaints[0])
        for trace in ("terminate called", "Aborted", "Traceback", "core dumped"):
            self.assertNotIn(trace, result.stderr)
        self.assertEqual(result.stderr.splitlines()[-1 if status == 1 else -2], complaints[0], "the message stands last")
        self.assertEqual(contents(self.folder), before, "something was left behind")


def failing_case(make, arguments, message):
    def test(self):
        make(self)
        self.assert_refused(arguments, message, 1)
    return test


def wrong_use_case(arguments, message):
    return lambda self: self.assert_refused(arguments, message, 2)


for case, row in FAILED.items():
    setattr(BadInput, "test_" + case.replace(" ", "_"), failing_case(*row))
for case, row in WRONG_USE.items():
    setattr(BadInput, "test_command_line_" + case.replace(" ", "_"), wrong_use_case(*row))

if __name__ == "__main__":
    unittest.main()
