"""The program under test, and inputs small enough to be fitted in a moment. The program is the scripts' first argument."""
import hashlib
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
SEED_FRAMES = pathlib.Path(__file__).resolve().parents[2] / "validation/data/cn_pbe_d2_seed/frames.extxyz"

RECIPE = """\
title: small
data:
  - file: frames.extxyz
    require: [energy, forces, stress]
basis:
  smoothing: {kind: tersoff, fraction: 0.75}
  order: {pair: 3, triplet: 2}
  pairs:
    C-C: {inner: 0.9, outer: 3.5, lambda: 1.4}
    N-N: {inner: 0.8, outer: 3.5, lambda: 1.1}
    C-N: {inner: 0.8, outer: 3.5, lambda: 1.3}
weights: {force: 1, energy: 3, stress: 100}
solver: {strength: groups, folds: 2}
blocks:
  - {name: C}
  - {name: N}
  - {name: C-N}
"""

# The field's setup of a carbon fit, for the first frames of frames.xyzf.
SETUP = """\
# TRJFILE #
	frames.xyzf
# NFRAMES #
	4
# FITSTRS #
	ALL
# FITENER #
	true
# PAIRTYP #
	CHEBYSHEV 4 2 0 -1 1
# CHBTYPE #
	MORSE
# NATMTYP #
	1
# TYPEIDX #	# ATM_TYP #	# ATMCHRG #	# ATMMASS #
	1	C	0.0	12.011
# PAIRIDX #	# ATM_TY1 #	# ATM_TY1 #	# S_MINIM #	# S_MAXIM #	# S_DELTA #	# MORSE_LAMBDA #
	1	C	C	0.9	3.5	0.01	1.4
# FCUTTYP #
	CUBIC
# ENDFILE #
"""

BLOCK_FILES = {"block.yaml", "coefficients.csv", "CARD.md"}


def frame(species, seed, label):
    """Atoms on a shaken grid, with labels that no potential has: good enough for everything but the quality of a fit."""
    draw = random.Random(seed).uniform
    edge = 6.0
    stress = [draw(-0.1, 0.1) for _ in range(6)]
    lines = [str(len(species)),
             f'Lattice="{edge} 0 0 0 {edge} 0 0 0 {edge}" Properties=species:S:1:pos:R:3:forces:R:3 '
             f'energy={draw(-90, -80):.6f} stress="{" ".join(f"{s:.6f}" for s in stress)}" config_type={label} pbc="T T T"']
    for k, symbol in enumerate(species):
        grid = (k % 3, k // 3 % 3, k // 9)
        place = " ".join(f"{2 * g + draw(-0.4, 0.4):.6f}" for g in grid)
        lines.append(f"{symbol} {place} " + " ".join(f"{draw(-2, 2):.6f}" for _ in range(3)))
    return "\n".join(lines) + "\n"


def frames():
    """Four frames each of carbon, nitrogen and their mixture."""
    kinds = {"carbon": "C" * 9, "nitrogen": "N" * 9, "mixture": "CNCNCCNNC"}
    return "".join(frame(species, f"{label} {k}", label) for label, species in kinds.items() for k in range(4))


def run(*arguments, cwd, timeout=60, **options):
    """Runs the program; a run that does not end in time is an error of the test."""
    command = [str(PROGRAM), *(str(argument) for argument in arguments)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(command, cwd=cwd, text=True, timeout=timeout, check=False, **streams)


def contents(folder):
    """Every path below a folder, with a hash of what it holds."""
    def state(path):
        if path.is_symlink():
            return f"link to {path.readlink()}"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return {str(path.relative_to(folder)): state(path) for path in sorted(pathlib.Path(folder).rglob("*"))}


def promised_files(sets, blocks=("C", "N", "C-N")):
    """Files of a fit's result, as docs/file_formats.md lists them; no plots, which need matplotlib."""
    out = {"metrics.json", "metrics.csv", "metrics.md", "summary.json", "recipe.yaml", "split.json", "carillon.log", "model/model.yaml"}
    for name in sets:
        out |= {f"predictions_{name}.extxyz", f"parity_{name}.csv"}
    for block in blocks:
        out |= {f"path_{block}.csv"} | {f"{folder}/{block}/{file}" for folder in ("blocks", "model") for file in BLOCK_FILES}
    return out


def files_in(folder):
    return {name for name, state in contents(folder).items() if state != "folder"}


class ProgramTest(unittest.TestCase):
    """A test in a folder of its own that holds frames.extxyz and recipe.yaml."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.put("frames.extxyz", frames())
        self.put("recipe.yaml", RECIPE)

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def edit(self, name, old, new):
        """Replaces the first `old`; an edit that finds nothing to change would test nothing."""
        text = self.read(name)
        self.assertIn(old, text)
        self.put(name, text.replace(old, new, 1))

    def run_program(self, *arguments, **options):
        return run(*arguments, cwd=self.folder, **options)

    def succeed(self, *arguments, **options):
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def train(self, folder, *arguments, recipe="network.yaml"):
        return self.succeed("train", recipe, "-o", folder, "--no-plots", *arguments)
