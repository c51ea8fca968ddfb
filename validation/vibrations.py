"""Vibrational densities of states from velocities, and the trajectories for them."""
import langevin
import numpy as np
from ase import units

LONGEST = 3.0  # ps, of the autocorrelation
# Of trajectories: fs; steps before the first frame; steps after it, and how many lie between frames; 1/fs before and after. The weak friction lets modes exchange energy, which
# 64 atoms of a crystal hardly do in some ps at constant energy, and makes lines 0.16 THz wider.
PROTOCOL = {"timestep": 5.0, "settle": 160, "steps": 1200, "every": 2, "strong": 0.01, "weak": 0.001}


def density_of_states(velocities, masses, interval, longest=LONGEST):
    """Frequencies in THz and g(ν), whose integral over them is 1: the cosine transform of Σ m v(0)·v(t) with a Parzen window.

    The autocorrelation is divided by the number of frames, not of pairs, and the window's own transform is nowhere negative: nor is g. A line gets about 1.3 / `longest` wide.
    J. M. Dickey, A. Paskin, Phys. Rev. 188, 1407 (1969), doi:10.1103/PhysRev.188.1407.

    @param velocities  [frames, atoms, 3], any unit
    @param masses      [atoms], any unit
    @param interval    between frames, fs
    @param longest     lag where the window ends, ps; shorter than the trajectory
    """
    velocities = np.asarray(velocities, dtype=float)
    frames, lags = len(velocities), int(round(1000 * longest / interval))
    if not 1 < lags < frames:
        raise ValueError(f"a window of {longest} ps has {lags} frames of {interval} fs, the trajectory {frames}")
    weighted = (np.sqrt(np.asarray(masses, dtype=float))[None, :, None] * velocities).reshape(frames, -1)
    power = (np.abs(np.fft.rfft(weighted, 2 * frames, axis=0))**2).sum(axis=1)  # padded: the ends do not meet
    autocorrelation = np.fft.irfft(power)[:lags]
    x = np.arange(lags) / lags
    window = np.where(x < 0.5, 1 - 6 * x**2 * (1 - x), 2 * (1 - x)**3)
    one_sided = window * autocorrelation
    density = np.fft.rfft(np.concatenate([one_sided, [0], one_sided[:0:-1]]), norm="backward").real  # of an even function
    frequencies = np.fft.rfftfreq(2 * lags, interval / 1000)
    return frequencies, density / (density.sum() * frequencies[1])


def difference(found, expected):
    """Σ|a - b| / Σ(a + b), 0 to 1: of two densities of states half the integral of |g1 - g2|."""
    return float(np.abs(found - expected).sum() / (found + expected).sum())


def peak(frequencies, density, above=0.0):
    """Where the largest value above a frequency lies, THz; between the points by a parabola."""
    k = int(np.argmax(np.where(frequencies > above, density, -1)))
    if not 0 < k < len(density) - 1:
        return float(frequencies[k])
    left, middle, right = density[k - 1:k + 2]
    return float(frequencies[k] + 0.5 * (left - right) / (left - 2 * middle + right) * frequencies[1])


class Spectrum:
    """What is compared of a trajectory: densities of states and radial distribution."""

    def __init__(self, frames):
        """frames: structures with velocities, of PROTOCOL"""
        masses = frames[0].get_masses()
        velocities = np.array([atoms.get_velocities() for atoms in frames])
        velocities -= np.einsum("i,fix->fx", masses, velocities)[:, None] / masses.sum()  # one thermostat moves the whole, another does not
        self.frequencies, self.states = density_of_states(velocities, masses, PROTOCOL["every"] * PROTOCOL["timestep"])
        self.radial = langevin.distribution(frames[::12])


def trajectory(model, start, temperature, seed, *, timestep, settle, steps, every, strong, weak):
    """Frames with velocities of Langevin dynamics (PROTOCOL); none if it fails as in langevin.dynamics.

    @param model  path
    """
    from ase.md.langevin import Langevin
    from ase.md.velocitydistribution import MaxwellBoltzmannDistribution
    from carillon import Carillon

    atoms = start.copy()
    atoms.calc = Carillon(str(model))
    chance = np.random.RandomState(seed)
    MaxwellBoltzmannDistribution(atoms, temperature_K=temperature, rng=chance)
    move = Langevin(atoms, timestep * units.fs, temperature_K=temperature, friction=strong / units.fs, rng=chance)
    frames = []
    for step in range(0, settle + steps, every):
        if step == settle:
            move.set_friction(weak / units.fs)
        move.run(every)
        if step % (10 * every) == 0 and langevin.failed(atoms, temperature):
            return []
        if step >= settle:
            frames.append(atoms.copy())
    return frames
