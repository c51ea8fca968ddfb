"""Elastic constants, sublattices clamped, from the cells of the mlearn sets (see mlearn.py) that are strained by ±2 %."""
import io

import ase.io
import mlearn
import numpy as np
from ase import units

CONSTANTS = ("C11", "C12", "C44")
VOIGT = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))


class StrainedCells:
    """C11, C12 and C44 from central differences of stresses."""

    def __init__(self, element, entries):
        """entries: a training set as mlearn.structures gives it"""
        named = {entry["description"]: entry for entry in entries}
        modes = [[named[f"{element} 2x2x2 cell, mode {mode}, strain {strain}"] for strain in ("0.02", "-0.02")] for mode in range(6)]
        self.frames = ase.io.read(io.StringIO(mlearn.extxyz([entry for pair in modes for entry in pair])), ":", format="extxyz")

    def constants(self, frames):
        """GPa, of `frames` of the same cells with anyone's stresses."""
        found = {name: [] for name in CONSTANTS}
        for mode, (up, down) in enumerate(zip(frames[::2], frames[1::2], strict=True)):
            difference = (up.get_stress() - down.get_stress()) / units.GPa
            mean, change = 0.5 * (up.cell.array + down.cell.array), up.cell.array - down.cell.array
            if mode < 3:
                strain = change[mode, mode] / mean[mode, mode]
                found["C11"].append(difference[mode] / strain)
                found["C12"] += [difference[k] / strain for k in range(3) if k != mode]
            else:
                strains = np.linalg.solve(mean, change)
                k = max((3, 4, 5), key=lambda component: abs(difference[component]))
                found["C44"].append(difference[k] / (strains + strains.T)[VOIGT[k]])
        return {name: float(np.mean(values)) for name, values in found.items()}

    def labels(self):
        """Of the set itself."""
        return self.constants(self.frames)

    def of(self, model):
        """Of a model (see elastic.py)."""
        return self.constants(model.evaluate(self.frames))
