"""Densities of states of velocities whose frequencies are known. Argument: the folder of the studies."""
import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))

try:
    import numpy as np

    import vibrations
    from ase import Atoms
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

INTERVAL, FRAMES = 12.0, 750  # fs


def oscillators(frequencies, amplitudes, phases):
    """One atom each, along x; velocities [frames, atoms, 3]."""
    time = INTERVAL / 1000 * np.arange(FRAMES)[:, None]
    velocities = np.zeros((FRAMES, len(frequencies), 3))
    velocities[:, :, 0] = np.asarray(amplitudes) * np.cos(2 * np.pi * np.asarray(frequencies) * time + np.asarray(phases))
    return velocities


class Vibrations(unittest.TestCase):

    def test_an_oscillator_is_one_line_at_its_frequency(self):
        for frequency in (2.34, 8.9):
            for phase in (0, 1.1):
                nu, g = vibrations.density_of_states(oscillators([frequency], [1], [phase]), [1], INTERVAL)
                self.assertAlmostEqual(g.sum() * nu[1], 1)
                self.assertAlmostEqual(vibrations.peak(nu, g), frequency, delta=0.01)
                self.assertGreater(g[np.abs(nu - frequency) < 2 / vibrations.LONGEST].sum() * nu[1], 0.97)
                self.assertGreaterEqual(g.min(), -1e-12 * g.max())

    def test_half_width_is_what_the_text_says(self):
        nu, g = vibrations.density_of_states(oscillators([5], [1], [0]), [1], INTERVAL)
        above = nu[g > 0.5 * g.max()]
        self.assertAlmostEqual(above[-1] - above[0] + nu[1], 1.3 / vibrations.LONGEST, delta=nu[1])

    def test_lines_weigh_as_their_kinetic_energies(self):
        """m v²: 3 · 1² and 1 · 2², whatever the units."""
        for unit in (1, 1e-3):
            nu, g = vibrations.density_of_states(unit * oscillators([3, 7], [1, 2], [0.3, 2]), [3, 1], INTERVAL)
            self.assertAlmostEqual(g[nu < 5].sum() / g[nu > 5].sum(), 3 / 4, delta=0.01)

    def test_white_noise_has_a_flat_density(self):
        nu, g = vibrations.density_of_states(np.random.default_rng(1).normal(size=(FRAMES, 64, 3)), np.full(64, 72.63), INTERVAL)
        self.assertLess(np.abs(g * nu[-1] - 1)[1:-1].max(), 0.1)

    def test_difference_is_0_of_the_same_and_1_of_lines_apart(self):
        nu, low = vibrations.density_of_states(oscillators([3], [1], [0]), [1], INTERVAL)
        _, high = vibrations.density_of_states(oscillators([7], [1], [0]), [1], INTERVAL)
        self.assertEqual(vibrations.difference(low, low), 0)
        self.assertAlmostEqual(vibrations.difference(low, high), 1, delta=0.01)
        self.assertAlmostEqual(vibrations.difference(low, 0.5 * (low + high)), 0.5, delta=0.01)
        self.assertAlmostEqual(vibrations.peak(nu, low + high, above=5), 7, delta=0.01)

    def test_a_spectrum_does_not_see_the_whole_move(self):
        """Two atoms of unlike masses against each other, and both carried along by a slow oscillation."""
        step = vibrations.PROTOCOL["every"] * vibrations.PROTOCOL["timestep"] / 1000  # ps
        frames = []
        for k in range(vibrations.PROTOCOL["steps"] // vibrations.PROTOCOL["every"]):
            frames.append(Atoms("SiGe", positions=[[0, 0, 0], [2.4, 0, 0]], cell=[10, 10, 10], pbc=True))
            along, against = np.cos(2 * np.pi * 1 * step * k), np.cos(2 * np.pi * 8 * step * k)
            masses = frames[-1].get_masses()
            frames[-1].set_velocities([[along + against / masses[0], 0, 0], [along - against / masses[1], 0, 0]])
        spectrum = vibrations.Spectrum(frames)
        self.assertAlmostEqual(vibrations.peak(spectrum.frequencies, spectrum.states), 8, delta=0.01)
        self.assertLess(spectrum.states[spectrum.frequencies < 4].sum() * spectrum.frequencies[1], 0.01)

    def test_a_window_longer_than_the_trajectory_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "10 ps"):
            vibrations.density_of_states(oscillators([3], [1], [0]), [1], INTERVAL, longest=10)


if __name__ == "__main__":
    unittest.main()
