"""Atoms in the middle of a collision: bonded pairs of a sampled frame brought as close as fast atoms come, which a short trajectory hardly ever shows.

Without such frames a many-body fit is free where two atoms are close and others around them, and is found to fall by tens of eV there, however well it does
on sampled frames and on dimers (docs/labels.md).
"""
import ase.io
import numpy as np

from frames import BadInput


def frames_of_label(path, label):
    try:
        found = [atoms for atoms in ase.io.iread(str(path), format="extxyz") if atoms.info.get("config_type") == label]
    except Exception as problem:  # ase raises what it likes for a file it cannot read
        raise BadInput(f"{path}: {problem}") from problem
    if not found:
        raise BadInput(f"{path}: no frame of the state '{label}'")
    return found


def shortest_of(atoms, shortest):
    """{(element, element): Å} of all pairs of elements in the frame, elements in alphabetical order."""
    elements = sorted(set(atoms.get_chemical_symbols()))
    pairs = [(one, other) for k, one in enumerate(elements) for other in elements[k:]]
    missing = [pair for pair in pairs if "-".join(pair) not in shortest]
    if missing:
        raise BadInput(f"shortest: no distance for {'-'.join(missing[0])}")
    return {pair: float(shortest["-".join(pair)]) for pair in pairs}


def neighbors(atoms, one):
    """Distances (Å) of all other atoms to `one`, nearest image; its own is infinite."""
    distances = atoms.get_distances(one, range(len(atoms)), mic=True)
    distances[one] = np.inf
    return distances


def collided(atoms, rng, pairs, bonded, longest, shortest):
    """A copy in which up to `pairs` disjoint pairs closer than `bonded` (Å) are each at a uniformly drawn distance between the `shortest` of their elements and
    `longest`. Both atoms move by half along their connection; a pair whose move would bring a third atom closer than is allowed is left."""
    out = atoms.copy()
    symbols = out.get_chemical_symbols()
    allowed = shortest_of(out, shortest)
    least = np.array([[allowed[tuple(sorted((one, other)))] for other in symbols] for one in symbols])
    distances = out.get_all_distances(mic=True)
    candidates = [(i, j) for i in range(len(out)) for j in range(i) if distances[i, j] < bonded]
    moved = set()
    for i, j in (candidates[k] for k in rng.permutation(len(candidates))):
        wanted = rng.uniform(least[i, j], longest)
        if len(moved) == 2 * pairs or {i, j} & moved or wanted >= distances[i, j]:
            continue
        before = out.positions.copy()
        out.set_distance(i, j, wanted, fix=0.5, mic=True)
        if all((neighbors(out, one) >= least[one] - 1e-9).all() for one in (i, j)):
            moved |= {i, j}
        else:
            out.positions = before
    if not moved:
        raise BadInput(f"no pair of atoms closer than {bonded} Å could be brought together")
    return out


def sampled(state):
    """`frames` different frames of the state `label` in the file `source`, each with its collisions."""
    rng = np.random.default_rng(state["seed"])
    pool = frames_of_label(state["source"], state["label"])
    if len(pool) < state["frames"]:
        raise BadInput(f"{state['source']}: {len(pool)} frames of the state '{state['label']}', {state['frames']} are asked for")
    chosen = sorted(rng.choice(len(pool), state["frames"], replace=False))
    return [collided(pool[k], rng, state["pairs"], state["bonded"], state["longest"], state["shortest"]) for k in chosen]
