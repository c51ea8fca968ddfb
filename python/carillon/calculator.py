"""An ASE calculator on a Carillon model."""
import os

from ase.calculators.calculator import Calculator, all_changes
from ase.stress import full_3x3_to_voigt_6_stress

from ._carillon import Potential


class Carillon(Calculator):
    """Energies, forces and stresses of a Carillon model, in ASE's units (eV, Å; stress in eV/Å³, tension positive).

        atoms.calc = Carillon("result/model")

    model: a model folder, a params.txt, or a list of the folders of the blocks that make a model. An element that the model does not
    know is an error (carillon.Error) that names the atom. Cells may be of any shape, smaller than the cutoff, open or partly
    periodic; without a volume there is no stress.
    """

    implemented_properties = ["energy", "free_energy", "forces", "stress"]

    def __init__(self, model, **kwargs):
        super().__init__(**kwargs)
        paths = [model] if isinstance(model, (str, os.PathLike)) else model
        self.potential = Potential([os.fspath(path) for path in paths])

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        found = self.potential.evaluate(self.atoms.numbers.tolist(), self.atoms.positions, self.atoms.cell.array, self.atoms.pbc.tolist())
        # The model is fitted to the free energy where its data hold that: there is only one energy.
        self.results = {"energy": found["energy"], "free_energy": found["energy"], "forces": found["forces"]}
        if self.atoms.cell.rank == 3:
            self.results["stress"] = full_3x3_to_voigt_6_stress(found["stress"])
