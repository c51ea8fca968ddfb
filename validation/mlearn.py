"""What the studies on the mlearn data share: the data as extended XYZ, a recipe, and calls of the program.

Data: Y. Zuo et al., J. Phys. Chem. A 124, 731 (2020), doi:10.1021/acs.jpca.9b08723; not part of the project.
"""
import functools
import hashlib
import json
import pathlib
import re
import subprocess
import sys

from ase import units

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUANTITIES = {"force_rmse_mev_per_angstrom": "force, meV/Å", "energy_rmse_mev_per_atom": "energy, meV/atom", "stress_rmse_gpa": "stress, GPa"}
VOIGT = {"xx": 0, "yy": 1, "zz": 2, "xy": 3, "yz": 4, "xz": 5}  # of virial_stress
KBAR = 0.1 * units.GPa  # eV/Å³


def structures(folder, element, kind):
    path = pathlib.Path(folder) / element / f"{kind}.json"
    if not path.exists():
        sys.exit(f"error: {path} is not there: name the folder of the mlearn data with --data")
    return json.loads(path.read_text(encoding="utf-8"))


def numbers(values):
    return " ".join(repr(float(x)) for x in values)


def extxyz(entries):
    """As extended XYZ in eV, Å and tension-positive eV/Å³; virial_stress is in kbar and pressure-positive."""
    out = []
    for entry in entries:
        lattice = [x for row in entry["structure"]["lattice"]["matrix"] for x in row]
        given = [-KBAR * x for x in entry["outputs"]["virial_stress"]]
        stress = [given[VOIGT[name]] for name in ("xx", "xy", "xz", "xy", "yy", "yz", "xz", "yz", "zz")]
        out.append(f'{entry["num_atoms"]}\nLattice="{numbers(lattice)}" Properties=species:S:1:pos:R:3:forces:R:3 '
                   f'energy={entry["outputs"]["energy"]!r} stress="{numbers(stress)}" config_type={entry["group"]} pbc="T T T"\n')
        for site, force in zip(entry["structure"]["sites"], entry["outputs"]["forces"], strict=True):
            out.append(f'{site["species"][0]["element"]} {numbers(site["xyz"])} {numbers(force)}\n')
    return "".join(out)


def recipe(element, frames, scale, solver, more=""):
    """Orders 16, 8, 3 with silicon's lengths times `scale`."""
    return f"""data: [{{file: {frames}}}]
basis:
  order: {{pair: 16, triplet: 8, quadruplet: 3}}
  pairs: {{{element}-{element}: {{inner: {1.9 * scale}, outer: {6.0 * scale}, lambda: {2.35 * scale}}}}}
  outer: {{triplet: {5.0 * scale}, quadruplet: {4.2 * scale}}}
weights: {{force: 1, energy: 3, stress: 100}}
solver: {{{solver}}}
blocks:
  - {{name: {element}{more}}}
"""


def network_recipe(frames, scale, stages, *, hidden=(16, 16), validation=0.2, seed=1, start="", network=None):
    """The descriptor of silicon_network with its lengths times `scale`; `stages` are lines of YAML, `start` what stands under that key.

    @param network     keys of the network; default: a dense one of `hidden`
    @param validation  fraction of the frames that decides when to stop
    """
    descriptor = f"""descriptor:
  radial: {{order: 11, cutoff: {6.0 * scale:.6f}}}
  angular: {{order: 5, cutoff: {4.5 * scale:.6f}, radial_order: 3}}
  coordinate: morse
  lambda: {2.0 * scale:.6f}
network: {{{network or f"hidden: [{', '.join(map(str, hidden))}], activation: tanh"}}}
"""
    split = f"split:\n  validation: {{fraction: {validation}, seed: {seed}}}\n" if validation else ""
    return (f"data:\n  - {{file: {frames}, require: [energy, forces, stress]}}\n{split}" + (f"start: {start}\n" if start else descriptor) +
            f"seed: {seed}\nstages:\n" + "".join(f"  - {stage}\n" for stage in stages))


class Folder:
    """A folder to work in: what is there already, and was made of the same things by the same program, is not made again."""

    def __init__(self, path, program):
        self.path = pathlib.Path(path)
        self.program = str(pathlib.Path(program).resolve())
        self.path.mkdir(parents=True, exist_ok=True)

    def write(self, name, text):
        (self.path / name).write_text(text, encoding="utf-8")
        return name

    def run(self, *words):
        done = subprocess.run([self.program, *words], capture_output=True, text=True, check=False, cwd=self.path)
        if done.returncode != 0:
            sys.exit(f"error: carillon {' '.join(map(str, words))}\n{done.stderr.strip()}")

    @functools.cached_property
    def version(self):
        """Of the program, with its commit."""
        return subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True, cwd=self.path).stdout.splitlines()[0]

    def content(self, name):
        """A hash of a file, or of the models in a folder; their files hold the checksums of their numbers."""
        path = self.path / name
        if not path.exists():
            sys.exit(f"error: {path} is not there")
        files = [path] if path.is_file() else [file for model in ("model", "block", "network") for file in sorted(path.rglob(f"{model}.yaml"))]
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    def once(self, result, made_of, make):
        """Has `result` made, unless it is there and was made of the same by the same program; returns whether it was made anew."""
        stamp = self.path / (result.replace("/", "_") + ".made")
        of = hashlib.sha256(json.dumps([self.version, made_of]).encode()).hexdigest()
        if (self.path / result).exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == of:
            return False
        stamp.unlink(missing_ok=True)  # if this is interrupted, what is there must not pass for the result
        make()
        self.write(stamp.name, of)
        return True

    def made(self, command, name, text, result):
        """Runs a recipe into a folder of that name, unless its `result` is there; returns whether it was made anew."""
        inputs = sorted(word for word in set(re.findall(r"[^\s,{}\[\]]+", text)) if (self.path / word).exists())

        def make():
            self.run(command, self.write(f"{name}.yaml", text), "-o", name, "--overwrite", "--no-plots")
        return self.once(f"{name}/{result}", [text, [self.content(word) for word in inputs]], make)

    def fit_blocks(self, name, text):
        """Fits blocks into a folder of that name, and returns whether they were made anew."""
        return self.made("fit", name, text, "metrics.json")

    def train(self, name, text):
        """Trains a network into a folder of that name, and returns whether it was made anew."""
        return self.made("train", name, text, "network.yaml")

    def fit(self, name, text, test):
        """Fits blocks, and returns their errors on the frames of the file `test`."""
        self.fit_blocks(name, text)
        return self.errors(name, f"{name}/model", test)

    def errors(self, name, model, test):
        """Errors of a model, or of the mean of a list of networks, on the frames of the file `test`, kept in <name>.json."""
        metrics, models = f"{name}.json", [model] if isinstance(model, str) else model
        self.once(metrics, [*(self.content(one) for one in models), self.content(test)],
                  lambda: self.run("evaluate", *models, test, "--metrics", metrics, "--overwrite"))
        return json.loads((self.path / metrics).read_text(encoding="utf-8"))["all"]


def add_options(parser):
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="FOLDER")
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data/mlearn", metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--carillon", default=str(ROOT / "build/release/carillon"), metavar="PROGRAM", help="default: %(default)s")
