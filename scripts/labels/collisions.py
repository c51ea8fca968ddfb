"""Atoms in the middle of a collision: groups of neighbours of a sampled frame brought as close as fast atoms come, which a short trajectory hardly ever shows.

Without such frames a many-body fit is free where two atoms are close and others around them, and is found to fall by tens of eV there, however well it does
on sampled frames and on dimers (docs/labels.md).
"""
import functools

import ase.io
import numpy as np

from frames import BadInput

TRIALS = 50  # of a heap, before the next group of atoms is tried


@functools.lru_cache(maxsize=1)  # the states of a file mostly share their source, and reading it is all the work
def all_frames(path):
    try:
        return ase.io.read(str(path), index=":", format="extxyz")
    except Exception as problem:  # ase raises what it likes for a file it cannot read
        raise BadInput(f"{path}: {problem}") from problem


def frames_of_label(path, label):
    found = [atoms for atoms in all_frames(path) if atoms.info.get("config_type") == label]
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


def group_around(distances, i, j, size):
    """The bonded pair and the atoms nearest to both, `size` in all."""
    nearest = np.argsort(distances[i] + distances[j], kind="stable")
    return [i, j] + [int(k) for k in nearest if k not in (i, j)][:size - 2]


def connections(atoms, group):
    """Vectors from the group's atoms to all atoms, Å: [group, atoms, 3]. The nearest images, as far as they are nearer than half the cell's smallest width,
    which is where fractional coordinates lie within one half; a farther one may be longer than it has to be."""
    between = atoms.positions[None] - atoms.positions[group][:, None]
    fractional = between @ np.linalg.inv(atoms.cell)
    return (fractional - np.round(fractional)) @ np.asarray(atoms.cell)


def shrunk(atoms, group, factor):
    """Positions in which the group is scaled about its centre."""
    out = atoms.positions.copy()
    places = connections(atoms, group[:1])[0, group]
    out[group] += (factor - 1) * (places - places.mean(axis=0))
    return out


def crowded(atoms, group, radius, rng):
    """Positions in which each atom of the group is at most `radius` (Å) from its centre, in the direction where it was, and at least at half of it."""
    out = atoms.positions.copy()
    places = connections(atoms, group[:1])[0, group]
    away = places - places.mean(axis=0)
    lengths = np.linalg.norm(away, axis=1, keepdims=True)
    out[group] += away * (rng.uniform(radius / 2, radius, lengths.shape) / lengths - 1)
    return out


def collided(atoms, rng, groups, size, bonded, longest, shortest, radius):
    """A copy in which up to `groups` disjoint groups of `size` atoms are each drawn together about their centre, until the pair of them that is nearest to the
    `shortest` of its elements (Å) is at a distance drawn uniformly from there to `longest`; or, with a `radius` (Å), until all are within it. A group is a pair
    closer than `bonded` and the atoms nearest to it, its nearest pair farther than what is drawn. One whose move would bring any two atoms closer than is allowed is left."""
    out = atoms.copy()
    symbols = out.get_chemical_symbols()
    allowed = shortest_of(out, shortest)
    least = np.array([[allowed[tuple(sorted((one, other)))] for other in symbols] for one in symbols])
    np.fill_diagonal(least, 0)
    distances = np.linalg.norm(connections(out, list(range(len(out)))), axis=2)
    candidates = [(i, j) for i in range(len(out)) for j in range(i) if distances[i, j] < bonded]
    moved = set()
    for i, j in (candidates[k] for k in rng.permutation(len(candidates))):
        group = group_around(distances, i, j, size)
        one, other = min(((a, b) for a in group for b in group if b < a), key=lambda pair: distances[pair] / least[pair])
        wanted = rng.uniform(least[one, other], longest)
        if len(moved) == size * groups or moved & set(group) or wanted >= distances[one, other]:
            continue
        before = out.positions.copy()
        for _ in range(TRIALS if radius else 1):
            out.positions = crowded(out, group, radius, rng) if radius else shrunk(out, group, wanted / distances[one, other])
            if (np.linalg.norm(connections(out, group), axis=2) >= least[group] - 1e-9).all():
                moved |= set(group)
                break
            out.positions = before.copy()
    if not moved:
        raise BadInput(f"no group of {size} atoms, two of them closer than {bonded} Å, could be brought together without coming closer than 'shortest'")
    return out


def sampled(state):
    """`frames` different frames of the state `label` in the file `source`, each with its collisions."""
    rng = np.random.default_rng(state["seed"])
    pool = frames_of_label(state["source"], state["label"])
    if len(pool) < state["frames"]:
        raise BadInput(f"{state['source']}: {len(pool)} frames of the state '{state['label']}', {state['frames']} are asked for")
    if any(len(atoms) < state["atoms"] for atoms in pool):
        raise BadInput(f"atoms: {state['atoms']} in a group, but frames of '{state['label']}' have fewer")
    chosen = sorted(rng.choice(len(pool), state["frames"], replace=False))
    return [collided(pool[k], rng, state["groups"], state["atoms"], state["bonded"], state["longest"], state["shortest"], state["radius"]) for k in chosen]
