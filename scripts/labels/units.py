"""Units of the labels: CP2K prints Hartree, bohr and GPa; Carillon's files hold eV, Å, eV/Å and eV/Å³ (docs/units.md)."""
from ase import units as _ase

_CODATA = _ase.create_units("2018")  # the newest that ase 3.22 has; equal to 2022 to more digits than are printed
HARTREE = _CODATA["Hartree"]  # eV
HARTREE_PER_BOHR = HARTREE / _CODATA["Bohr"]  # eV/Å
GPA = _CODATA["GPa"]  # eV/Å³
AMU_PER_GRAM = 1e-3 / _CODATA["_amu"]  # amu per g
CM3 = 1e24  # Å³
