"""An ASE calculator on a Carillon model."""
import os

from ase.calculators.calculator import Calculator, PropertyNotImplementedError, all_changes
from ase.stress import full_3x3_to_voigt_6_stress

from ._carillon import Potential

DEVIATIONS = ("energy_std", "forces_std", "stress_std")


class Carillon(Calculator):
    """Energies, forces and stresses of a Carillon model, in ASE's units (eV, Å; stress in eV/Å³, tension positive).

        atoms.calc = Carillon("result/model")

    model: a model folder, a params.txt, a list of the folders of the blocks that make a model, a network (its file or the folder of its
    training), or a committee (its folder, or a list of networks), whose mean it is. An element that the model does not
    know is an error (carillon.Error) that names the atom. Cells may be of any shape, smaller than the cutoff, open or partly
    periodic; without a volume there is no stress.

    uncertainty: also standard deviations, from the posteriors beside the blocks or the scatter of a committee (a model with neither is a
    carillon.Error), as
    results["energy_std"] (eV), results["forces_std"] ([atoms, 3], eV/Å, component by component) and results["stress_std"] (Voigt order,
    eV/Å³), or calc.get_property("energy_std", atoms). Those of posteriors cost several times as much as the rest.
    uncertainty_scale: multiplies them, > 0: what `carillon evaluate --scale-uncertainty` found.
    """

    implemented_properties = ["energy", "free_energy", "forces", "stress", *DEVIATIONS]

    def __init__(self, model, uncertainty=False, uncertainty_scale=1.0, **kwargs):
        super().__init__(**kwargs)
        paths = [os.fspath(path) for path in ([model] if isinstance(model, (str, os.PathLike)) else model)]
        self.uncertainty = uncertainty
        self.potential = Potential.uncertain(paths, uncertainty_scale) if uncertainty else Potential(paths)

    def get_property(self, name, atoms=None, allow_calculation=True):
        if name in DEVIATIONS and not self.uncertainty:
            raise PropertyNotImplementedError(f"{name}: the model was opened without; use Carillon(model, uncertainty=True)")
        return super().get_property(name, atoms, allow_calculation)

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        found = self.potential.evaluate(self.atoms.numbers.tolist(), self.atoms.positions, self.atoms.cell.array, self.atoms.pbc.tolist())
        # The model is fitted to the free energy where its data hold that: there is only one energy.
        self.results = {"energy": found["energy"], "free_energy": found["energy"], "forces": found["forces"]}
        self.results.update({name: found[name] for name in ("energy_std", "forces_std") if name in found})
        if self.atoms.cell.rank == 3:
            self.results.update({name: full_3x3_to_voigt_6_stress(found[name]) for name in ("stress", "stress_std") if name in found})
