"""Molecules of two atoms that react: the frames of a trajectory from where an atom has two neighbours.

Where a model lets molecules react that should not, it needs labels: those of the frames that its own dynamics went to (docs/labels.md).
"""
import numpy as np

from collisions import frames_of_label
from frames import BadInput


def most_neighbours(atoms, bonded):
    """Of any atom, closer than `bonded` (Å)."""
    distances = atoms.get_all_distances(mic=True)
    np.fill_diagonal(distances, np.inf)
    return int((distances < bonded).sum(axis=1).max())


def sampled(state):
    """Every `every`-th frame of the state `label` in the file `source`, a trajectory in the order of time, from the first on in which an atom has two neighbours."""
    trajectory = frames_of_label(state["source"], state["label"])
    for first, atoms in enumerate(trajectory):
        if most_neighbours(atoms, state["bonded"]) >= 2:
            return [atoms.copy() for atoms in trajectory[first::state["every"]]]
    raise BadInput(f"{state['source']}: in no frame of '{state['label']}' has an atom two neighbours closer than {state['bonded']} Å")
