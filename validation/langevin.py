"""Langevin dynamics of a Carillon model in ASE, and radial distributions. Needs the Python package (docs/molecular_dynamics.md)."""
import numpy as np
from ase import units

REACH, BINS = 6.0, 60  # of radial distributions, Å
CLOSEST = 1.5  # Å: atoms nearer than that are a failure
HOTTEST = 3  # times the temperature asked for


def installed():
    try:
        import carillon  # noqa: F401
    except ImportError:
        return False
    return True


def distribution(frames):
    """Radial distribution g(r), averaged over frames; shape [BINS]."""
    edges = np.linspace(0, REACH, BINS + 1)
    total = np.zeros(BINS)
    for atoms in frames:
        # Cells are twice as long as REACH less a little: nearest images do up to half of the shortest vector.
        distances = atoms.get_all_distances(mic=True)[np.triu_indices(len(atoms), 1)]
        density = len(atoms) / atoms.get_volume()
        shells = 4 / 3 * np.pi * np.diff(edges**3)
        total += 2 * np.histogram(distances, edges)[0] / (len(atoms) * density * shells)
    return total / len(frames)


def failed(atoms, temperature):
    """Whether two atoms are closer than CLOSEST, or it is more than HOTTEST times as hot."""
    closest = (atoms.get_all_distances(mic=True) + 100 * np.eye(len(atoms))).min()
    return not np.isfinite(closest) or closest < CLOSEST or atoms.get_temperature() > HOTTEST * temperature


def dynamics(model, start, temperature, seed, steps=500, timestep=2.0):
    """Picoseconds it lasted, to the last check of every 20 steps, and its frames after a quarter of the time. It ends when two atoms come closer than CLOSEST or it gets HOTTEST times as hot.

    @param model     path
    @param timestep  fs
    """
    from ase.md.langevin import Langevin
    from ase.md.velocitydistribution import MaxwellBoltzmannDistribution
    from carillon import Carillon

    atoms = start.copy()
    atoms.calc = Carillon(str(model))
    chance = np.random.RandomState(seed)
    MaxwellBoltzmannDistribution(atoms, temperature_K=temperature, rng=chance)
    move = Langevin(atoms, timestep * units.fs, temperature_K=temperature, friction=0.01 / units.fs, rng=chance)
    frames = []
    for step in range(0, steps, 20):
        move.run(20)
        if failed(atoms, temperature):
            return step * timestep / 1000, frames
        if step >= steps // 4:
            frames.append(atoms.copy())
    return steps * timestep / 1000, frames
