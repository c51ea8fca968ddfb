"""Where the atoms start: crystals, random packings at a density, and pairs at a distance."""
import ase
import ase.build
import ase.data
import ase.geometry
import numpy as np

import units
from frames import BadInput

def diamond(length):
    return ase.build.bulk("C", "diamond", a=length, cubic=True)


def graphite(length, layer_distance):
    """Bernal stacking (AB) in its rectangular cell of 8 atoms; `length` is the hexagonal a."""
    sheet = [(0, 0), (0, 1 / 3), (1 / 2, 1 / 2), (1 / 2, 5 / 6)]
    scaled = [(x, y, 0.25) for x, y in sheet] + [(x, (y + 1 / 3) % 1, 0.75) for x, y in sheet]
    return ase.Atoms("C8", cell=[length, np.sqrt(3) * length, 2 * layer_distance], scaled_positions=scaled, pbc=True)


def cubic_gauche(length, x):
    """Single-bonded nitrogen, space group I2_13 (199), 8a; `x` is the place on the threefold axis.

    Measured at 115 GPa: length 3.4542 Å, x 0.067 (M. I. Eremets et al., Nature Materials 3, 558 (2004), doi:10.1038/nmat1146).
    """
    corner = np.array([(x, x, x), (0.5 - x, -x, 0.5 + x), (-x, 0.5 + x, 0.5 - x), (0.5 + x, 0.5 - x, -x)])
    return ase.Atoms("N8", cell=[length] * 3, scaled_positions=np.vstack([corner, corner + 0.5]) % 1, pbc=True)


CRYSTALS = {"diamond": diamond, "graphite": graphite, "cubic_gauche": cubic_gauche}


def crystal(structure, parameters, repeat):
    if structure not in CRYSTALS:
        raise BadInput(f"no structure '{structure}'; there are: {', '.join(CRYSTALS)}")
    return CRYSTALS[structure](**parameters).repeat(repeat)


def displaced(atoms, rng, displacement, strain, shear):
    """Gaussian displacements (Å, each component) in a cell with a Gaussian strain: standard deviations of its diagonal and its other elements."""
    out = atoms.copy()
    lower = np.tril(rng.normal(0, 1, (3, 3)), -1) * shear
    out.set_cell(np.asarray(atoms.cell) @ (np.eye(3) + np.diag(rng.normal(0, 1, 3) * strain) + lower + lower.T), scale_atoms=True)
    out.positions += rng.normal(0, 1, out.positions.shape) * displacement
    return out


def scaled(atoms, volume):
    """The cell and all in it scaled to `volume` times its volume."""
    out = atoms.copy()
    out.set_cell(np.asarray(atoms.cell) * volume ** (1 / 3), scale_atoms=True)
    return out


def cube_edge(composition, density):
    """Å, of the cube that holds these numbers of atoms at a density in g/cm³."""
    mass = sum(count * ase.data.atomic_masses[ase.data.atomic_numbers[symbol]] for symbol, count in composition.items())
    return (mass / units.AMU_PER_GRAM / density * units.CM3) ** (1 / 3)


def molecule_of(name):
    """A molecule by ASE's name of it (CH4, C2H6, ...), around its middle."""
    try:
        out = ase.build.molecule(name)
    except (KeyError, NotImplementedError):
        raise BadInput(f"no molecule '{name}' in ase.build.molecule") from None
    out.positions -= out.positions.mean(axis=0)
    return out


def groups_of(composition, bond, molecule):
    """What is packed: the element of each atom, and a function of a random generator that makes one group of atoms (Å) around the origin."""
    symbols = [symbol for symbol, count in sorted(composition.items()) for _ in range(count)]
    if molecule:
        one = molecule_of(molecule)
        copies = len(symbols) // len(one)
        if sorted(list(one.symbols) * copies) != symbols:
            raise BadInput(f"the composition is no whole number of {molecule}")
        return list(one.symbols) * copies, lambda rng: one.positions @ rotation(rng)
    if bond and any(count % 2 for count in composition.values()):
        raise BadInput("pairs of atoms need even numbers of atoms")
    return symbols, (lambda rng: np.outer([-0.5, 0.5], bond * direction(rng))) if bond else (lambda _: np.zeros((1, 3)))


def direction(rng):
    axis = rng.normal(0, 1, 3)
    return axis / np.linalg.norm(axis)


def rotation(rng):
    """A rotation at random: the orthogonal factor of a Gaussian matrix, without reflections."""
    factor, triangle = np.linalg.qr(rng.normal(0, 1, (3, 3)))
    factor = factor * np.sign(np.diag(triangle))
    return factor * np.sign(np.linalg.det(factor))


def packed(composition, density, rng, bond=0.0, molecule=None):
    """Atoms at random in a cube, none close to another; with `bond` (Å), pairs of equal atoms at that distance; with `molecule`, such molecules."""
    edge = cube_edge(composition, density)
    symbols, group_at_origin = groups_of(composition, bond, molecule)
    closest = 0.85 * edge / len(symbols) ** (1 / 3)
    positions = np.zeros((0, 3))
    while len(positions) < len(symbols):
        middle = rng.uniform(0, edge, (1, 3))
        group = middle + group_at_origin(rng)
        apart = group[:, None] - positions
        apart -= edge * np.round(apart / edge)
        if len(positions) and np.linalg.norm(apart, axis=2).min() < closest:
            closest *= 0.9995  # ever more patient: ends for every density
            continue
        positions = np.vstack([positions, group])
    order = np.arange(len(symbols)) if bond or molecule else rng.permutation(len(symbols))
    return ase.Atoms([symbols[k] for k in order], positions=positions % edge, cell=[edge] * 3, pbc=True)


def pair(elements, distance, cell, copies):
    """Two atoms along z in a cell (Å, three edges); `copies` of it side by side along x, for an even number of electrons."""
    middle = np.array(cell) / 2
    one = ase.Atoms(elements, positions=[middle - [0, 0, distance / 2], middle + [0, 0, distance / 2]], cell=cell, pbc=True)
    return one.repeat([copies, 1, 1])
