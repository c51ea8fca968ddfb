"""Whole runs of `carillon`: recipes of the project on one and two threads, and scaling over MPI ranks."""

import hashlib
import itertools
import json
import pathlib
import shutil
import tempfile

import kernel_programs
import measuring
import results

SEED_FRAMES = results.ROOT / "validation/data/cn_pbe_d2_seed/frames.extxyz"
SHARED_FRAMES = results.ROOT.parent / "shared/data/cn/20.3percN_3.5gcc.xyzf"
RANKS = (1, 2, 4, 8)

# All frames in one step of 1,148 unknowns, with the strength given, so that making rows, factorising and merging are what is timed.
SCALING_RECIPE = """\
data: [{file: frames.extxyz}]
basis:
  order: {pair: 8, triplet: 7, quadruplet: 3}
  pairs:
    C-C: {inner: 0.90, outer: 5.0, lambda: 1.4}
    N-N: {inner: 0.85, outer: 5.0, lambda: 1.1}
    C-N: {inner: 0.87, outer: 5.0, lambda: 1.34}
  outer: {quadruplet: 4.0}
solver: {strength: 0.01}
blocks: [{name: [C, N, C-N]}]
"""
# A unit of work holds four rows a column (src/fit/row_units.cpp): these frames make two units a rank, so that no rank waits
# because units cannot be divided.
FRAMES_PER_RANK = 58


class Fit:
    """One run of `carillon fit` and what its result folder says."""

    def __init__(self, build, recipe, folder, threads, ranks=1):
        result = pathlib.Path(folder) / "result"
        shutil.rmtree(result, ignore_errors=True)
        command = [str(build / "carillon"), "fit", str(recipe), "-o", str(result), "--threads", str(threads), "--no-plots", "--log-level", "error"]
        launcher = ["mpirun", "-n", str(ranks), "--bind-to", "none"] if ranks > 1 else []
        self.cost = measuring.run(launcher + command, environment=kernel_programs.MPI)
        self.steps = [step for step in json.loads((result / "summary.json").read_text(encoding="utf-8"))["steps"] if not step["frozen"]]
        self.coefficients = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(result.glob("model/*/coefficients.csv")))).hexdigest()

    def seconds(self, phase):
        return sum(step[phase + "_seconds"] for step in self.steps)

    def matrix_bytes(self):
        """Of the largest design matrix, had its rows been kept."""
        return max(8.0 * sum(step["rows"].values()) * (step["solution"]["columns"] + 1) for step in self.steps)


def figures_of(name, fits):
    figures = {f"{name}:wall": measuring.figure([fit.cost.wall for fit in fits], "s"),
               f"{name}:cpu": measuring.figure([fit.cost.cpu for fit in fits], "s"),
               f"{name}:peak": measuring.figure([fit.cost.peak for fit in fits], "byte", max(fit.cost.peak for fit in fits) / fits[0].matrix_bytes(),
                                                "design matrix, which is never kept")}
    for part, phase in (("rows", "row"), ("solve", "solve")):
        figures[f"{name}:{part}"] = measuring.figure([fit.seconds(phase) for fit in fits], "s")
    return figures


def recipes(build, quick):
    """fits/quickstart.yaml, and fits/carbon-nitrogen.yaml where its data are beside the checkout."""
    figures = {}
    chosen = [("quickstart", 1 if quick else 3)]
    if SHARED_FRAMES.exists() and not quick:
        chosen.append(("carbon-nitrogen", 1))
    with tempfile.TemporaryDirectory() as folder:
        for name, runs in chosen:
            for threads in (1, 2):
                fits = [Fit(build, results.ROOT / f"fits/{name}.yaml", folder, threads) for _ in range(runs)]
                figures |= figures_of(f"fit/{name}/threads:{threads}", fits)
            for part in ("wall", "cpu"):
                measuring.set_ratio(figures, f"fit/{name}/threads:2:{part}", f"fit/{name}/threads:1:{part}", "one thread")
    return figures


def frame_texts():
    """The frames that ship with the project, as the lines of each."""
    lines = SEED_FRAMES.read_text(encoding="utf-8").splitlines(keepends=True)
    place = 0
    while place < len(lines):
        end = place + int(lines[place]) + 2
        yield "".join(lines[place:end])
        place = end


def scaling(build, quick):
    """Ranks of one thread: the same frames on more ranks (strong), and frames in proportion to the ranks (weak)."""
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        recipe = pathlib.Path(folder) / "scaling.yaml"
        recipe.write_text(SCALING_RECIPE, encoding="utf-8")
        most = 2 if quick else max(RANKS)
        ranks = [count for count in RANKS if count <= most]
        coefficients = set()
        for kind, frames_for in (("strong", lambda _: most), ("weak", lambda count: count)):
            for count in ranks:
                if kind == "weak" and count == most:
                    continue  # the same run as strong scaling's last
                write_frames(recipe.parent, FRAMES_PER_RANK * frames_for(count))
                fits = [Fit(build, recipe, folder, 1, count) for _ in range(1 if quick else 2)]
                figures |= figures_of(f"{kind}/ranks:{count}", fits)
                if kind == "strong":
                    coefficients |= {fit.coefficients for fit in fits}
        for name in [name for name in figures if name.startswith(f"strong/ranks:{most}:")]:
            figures[name.replace("strong", "weak")] = dict(figures[name])
        figures["strong:different_results"] = measuring.figure([len(coefficients)], "1")
    for name in list(figures):
        kind, _, part = name.partition("/")
        if part and not name.endswith(":peak"):
            measuring.set_ratio(figures, name, f"{kind}/ranks:1:{part.rsplit(':', 1)[1]}", "one rank")
    return figures


def write_frames(folder, count):
    with open(folder / "frames.extxyz", "w", encoding="utf-8") as out:
        out.writelines(itertools.islice(itertools.cycle(list(frame_texts())), count))
