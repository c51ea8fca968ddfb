"""What the studies share that fit a recipe of the library in several ways: its data, a fit with what it cost, errors of sets of states."""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "fits/library.yaml"
LIMITED = ("_dimer", "_cold")  # states in the fits that no table of sampled states has


def read_recipe(path):
    """The recipe with absolute paths, and those of its data files that are there, with the weights of their labels."""
    recipe = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in recipe["data"]:
        entry["file"] = str((path.parent / entry["file"]).resolve())
    given, recipe["data"] = recipe["data"], [entry for entry in recipe["data"] if pathlib.Path(entry["file"]).exists()]
    missing = {entry.get("label") for entry in given} - {entry.get("label") for entry in recipe["data"]}
    recipe["weights"]["labels"] = {label: weight for label, weight in recipe["weights"]["labels"].items() if label not in missing}
    for block in recipe["blocks"]:
        if "frozen" in block:
            block["frozen"] = str((path.parent / block["frozen"]).resolve())
    return recipe


def is_sampled(entry):
    """Whether a data file holds sampled states; others, such as collisions, have a label of their own."""
    return "label" not in entry


def records(path):
    """The frames of an extended XYZ file as text: (elements of the atoms, state, text)."""
    with open(path, encoding="utf-8") as lines:
        while count := lines.readline():
            body = [lines.readline() for _ in range(int(count) + 1)]
            state = next((word.split("=", 1)[1] for word in body[0].split() if word.startswith("config_type=")), "")
            yield [line.split()[0] for line in body[1:]], state, "".join([count, *body])


def only(entries, wanted, folder):
    """The data with those frames alone for whose elements and state `wanted` is true: entries of copies in the folder, without those that are left empty."""
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for entry in entries:
        source = pathlib.Path(entry["file"])
        texts = [text for elements, state, text in records(source) if wanted(elements, state)]
        if texts:
            copy = folder / f"{source.parent.name}_{source.name}"
            copy.write_text("".join(texts), encoding="utf-8")
            out.append({**entry, "file": str(copy)})
    return out


def checksum(file):
    return hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()


def fit(program, recipe, folder):
    """Fits into <folder>/result on one thread, unless the fit of this very recipe to these very data and parents by this program is there; {seconds of CPU,
    wall-clock seconds, MB} of the fit."""
    file, cost = folder / "recipe.yaml", folder / "cost.json"
    read = [entry["file"] for entry in recipe["data"]] + [f"{block['frozen']}/coefficients.csv" for block in recipe["blocks"] if "frozen" in block]
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    text = yaml.safe_dump(recipe, sort_keys=False) + f"# {version}\n" + "".join(f"# {checksum(path)} {path}\n" for path in read)
    if not (cost.exists() and file.exists() and file.read_text(encoding="utf-8") == text):
        folder.mkdir(parents=True, exist_ok=True)
        cost.unlink(missing_ok=True)
        file.write_text(text, encoding="utf-8")
        start = time.monotonic()
        process = subprocess.Popen([program, "fit", file, "-o", folder / "result", "--overwrite", "--no-plots", "--threads", "1", "--log-level", "warning"],
                                   stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"error: the fit in {folder} ended with status {os.waitstatus_to_exitcode(status)}")
        cost.write_text(json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "wall": time.monotonic() - start, "mb": usage.ru_maxrss / 1024}), encoding="utf-8")
    return json.loads(cost.read_text(encoding="utf-8"))


def rms(rows, key, count):
    total = sum(row[count] for row in rows)
    return (sum(row[key]**2 * row[count] for row in rows) / total)**0.5 if total else float("nan")


def figures(rows):
    """Root mean square errors of states together, from their rows of `carillon evaluate` or `fit`: force eV/Å, energy meV/atom, stress GPa."""
    return (rms(rows, "force_rmse_mev_per_angstrom", "force_count") / 1000, rms(rows, "energy_rmse_mev_per_atom", "energy_count"),
            rms(rows, "stress_rmse_gpa", "stress_count"))


def cells(values):
    """Of a table, from figures()."""
    force, energy, stress = values
    return f"{force:.3f} | {energy:.1f} | {stress:.2f}"
