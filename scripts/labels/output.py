"""Reads the printed output of a CP2K run of one frame, and says what is wrong with it.

Signs and energies, shown by finite differences: the printed stress is pressure positive, ours is tension positive; forces and stress are
slopes of the Mermin free energy, which the printed energy is for Kohn-Sham methods, while DFTB's leaves the electronic entropy out.
"""
import dataclasses
import re

import numpy as np

import units

NUMBER = r"[-+]?\d+\.\d+(?:E[-+]\d+)?"
FORCE_HEADER = "ATOMIC FORCES in [a.u.]"
PRINTED_POSITION = 2e-6  # Å; six decimals are printed
PRINTED_VECTOR = 6e-4  # Å; three decimals
PRINTED_VOLUME = 1e-7  # of it, above 10 Å³; six decimals of Å³
ENDED = "PROGRAM ENDED AT"


class Refused(Exception):
    """A label that is not to be used. `growth` asks for more orbitals, `mixing` for another way to converge."""

    def __init__(self, reason, growth=False, mixing=False):
        super().__init__(reason)
        self.growth, self.mixing = growth, mixing


@dataclasses.dataclass
class Label:
    energy: float            # eV, Mermin free energy of the cell
    forces: np.ndarray       # eV/Å, one row an atom
    stress: np.ndarray       # eV/Å³, 3 x 3, tension positive
    entropic_energy: float   # eV, -TS of the electrons
    scf_steps: int
    last_occupation: float   # electrons in the highest orbital computed
    version: str


def only(pattern, text, what):
    found = re.findall(pattern, text, re.MULTILINE)
    if not found:
        raise Refused(f"no {what} in the output")
    return found[-1]


def aborted(text):
    """The message in the box that CP2K prints when it gives up, or nothing."""
    if "[ABORT]" not in text:
        return ""
    # Beside the message the box holds a drawing of these characters.
    lines = [re.sub(r"^[\s*]*([/\\|_O]+(\s+|$))*", "", line).rstrip(" *") for line in text[text.index("[ABORT]"):].splitlines()[1:8]]
    return " ".join(line for line in lines if line)


def forces(text, count):
    if FORCE_HEADER not in text:
        raise Refused("no forces in the output")
    rows = []
    for line in text[text.rindex(FORCE_HEADER):].splitlines()[3:]:
        fields = line.split()
        if not fields or not fields[0].isdigit():
            break
        rows.append([float(x) for x in fields[3:6]])
    if len(rows) != count:
        raise Refused(f"forces of {len(rows)} atoms in the output, expected {count}")
    return np.array(rows) * units.HARTREE_PER_BOHR


def stress(text):
    rows = re.findall(rf"^ STRESS\|\s+([xyz])\s+({NUMBER})\s+({NUMBER})\s+({NUMBER})$", text[text.rfind("Analytical stress tensor [GPa]"):], re.MULTILINE)
    if "Analytical stress tensor [GPa]" not in text or [row[0] for row in rows[:3]] != ["x", "y", "z"]:
        raise Refused("no stress in the output")
    return -units.GPA * np.array([[float(x) for x in row[1:]] for row in rows[:3]])


def check_geometry(text, atoms):
    """What was run is the frame: elements, positions and cell as CP2K printed them."""
    start = text.find("ATOMIC COORDINATES IN ANGSTROM")
    rows = re.findall(rf"^\s+\d+\s+\d+\s+([A-Z][a-z]?)\s+\d+\s+({NUMBER})\s+({NUMBER})\s+({NUMBER})", text[start:], re.MULTILINE)
    if start < 0 or [row[0] for row in rows[:len(atoms)]] != atoms.get_chemical_symbols():
        raise Refused("the elements in the output are not those of the frame")
    printed = np.array([[float(x) for x in row[1:]] for row in rows[:len(atoms)]])
    worst = np.abs(printed - atoms.positions).max(axis=1)
    if worst.max() > PRINTED_POSITION:
        raise Refused(f"atom {worst.argmax()}: its position in the output is {worst.max():.2g} Å from that of the frame")
    vectors = re.findall(rf"^ CELL\| Vector [abc] \[angstrom\]:\s+({NUMBER})\s+({NUMBER})\s+({NUMBER})", text, re.MULTILINE)
    volume = float(only(rf"^ CELL\| Volume \[angstrom\^3\]:\s+({NUMBER})", text, "cell"))
    if len(vectors) < 3 or np.abs(np.array(vectors[:3], dtype=float) - np.asarray(atoms.cell)).max() > PRINTED_VECTOR \
            or abs(volume / atoms.cell.volume - 1) > PRINTED_VOLUME:
        raise Refused("the cell in the output is not that of the frame")


def read(text, atoms, settings, orbitals):
    """The label of a frame. @throws Refused if it is not to be trusted."""
    if aborted(text):
        raise Refused(f"CP2K gave up: {aborted(text)}")
    if ENDED not in text:
        raise Refused("the output is cut short")
    # CP2K ends with success, prints forces and only warns when the self-consistent field has not converged.
    if "SCF run NOT converged" in text:
        raise Refused("the self-consistent field did not converge", mixing=True)
    check_geometry(text, atoms)
    energy = float(only(rf"^ ENERGY\| Total FORCE_EVAL \( QS \) energy \[a\.u\.\]:\s+({NUMBER})", text, "energy")) * units.HARTREE
    entropic = float(only(rf"^\s+Electronic entropic energy:\s+({NUMBER})", text, "electronic entropy")) * units.HARTREE
    steps = re.findall(r"SCF run converged in\s+(\d+) steps", text)
    if not steps and settings.self_consistent:
        raise Refused("no convergence of the self-consistent field in the output")
    if not settings.energy_holds_entropy:
        energy += entropic
    index, occupation = only(rf"^ MO\|\s+(\d+)\s+{NUMBER}\s+{NUMBER}\s+({NUMBER})$", text, "occupation of the last orbital")
    if int(index) != orbitals.occupied + orbitals.added:
        raise Refused(f"the last orbital in the output is {index}, expected {orbitals.occupied + orbitals.added}")
    if not orbitals.all and float(occupation) > settings.limits["last_occupation"]:
        raise Refused(f"the last of {index} orbitals holds {float(occupation):.1e} electrons", growth=True)
    label = Label(energy, forces(text, len(atoms)), stress(text), entropic, int(steps[-1]) if steps else 1, float(occupation),
                  only(r"CP2K\| version string:\s+CP2K version (\S+)", text, "version"))
    check_numbers(label, settings)
    return label


def check_numbers(label, settings):
    if not (np.isfinite(label.energy) and np.isfinite(label.forces).all() and np.isfinite(label.stress).all()):
        raise Refused("a number of the label is not finite")
    total = np.abs(label.forces.sum(axis=0)).max()
    if total > settings.limits["summed_force"]:
        raise Refused(f"the forces of the cell sum to {total:.3f} eV/Å, limit {settings.limits['summed_force']}")
