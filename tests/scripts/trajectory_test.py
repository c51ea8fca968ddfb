"""What run_md.py says of a trajectory, on trajectories whose answer is known. Argument: the folder of the scripts."""
import pathlib
import sys
import tempfile
import unittest

SCRIPTS = sys.argv.pop(1)
sys.path.insert(0, SCRIPTS)

try:
    import numpy as np

    import run_md
    import trajectory as md
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)


def trajectory(positions, cell, symbols):
    positions = np.asarray(positions, dtype=float)
    return {"positions": positions, "cell": np.array([cell] * len(positions)), "symbols": np.array(symbols), "step": np.arange(len(positions))}


class Trajectory(unittest.TestCase):

    def test_radial_distribution_of_a_lattice_counts_its_shells(self):
        """A cell of two atoms of 2 Å: what is counted are images, far beyond half the cell."""
        a = 2.0
        pair = trajectory([[[0, 0, 0], [1, 1, 1]], [[0.3, 0, 0], [1.3, 1, 1]]], a * np.eye(3), ["C", "N"])
        for second, within in (("N", {1.9: 8, 3.4: 32}), ("C", {1.9: 0, 2.4: 6, 3.0: 18, 3.6: 26})):
            r, g = md.radial_distribution(pair, "C", second, 3.9)
            shells = 4 / 3 * np.pi * ((r + md.BIN_WIDTH / 2)**3 - (r - md.BIN_WIDTH / 2)**3)
            neighbors = np.cumsum(g * shells / a**3)
            for distance, count in within.items():
                self.assertAlmostEqual(neighbors[np.searchsorted(r, distance)], count, msg=f"{second} within {distance} Å")

    def test_radial_distribution_of_random_points_is_one(self):
        random = np.random.default_rng(1)
        cell = np.array([[6.0, 0, 0], [1.0, 5.5, 0], [0.5, -1.0, 6.5]])
        points = random.random((200, 40, 3)) @ cell
        r, g = md.radial_distribution(trajectory(points, cell, ["C"] * 40), "C", "C", 5.0)
        self.assertLess(np.abs(g[r > 2] - 1).max(), 0.1)

    def test_collision_is_found_through_the_boundary(self):
        cell = 5 * np.eye(3)
        apart, near = [[0.2, 0, 0], [2.5, 0, 0]], [[0.2, 0, 0], [4.5, 0, 0]]
        found = md.first_collision(trajectory([apart, near], cell, ["C", "N"]), {"C-C": 0.9, "C-N": 0.8})
        self.assertEqual(found[:2], (1, "C-N"))
        self.assertAlmostEqual(found[2], 0.7)
        self.assertIsNone(md.first_collision(trajectory([apart], cell, ["C", "N"]), {"C-N": 0.8}))

    def test_kinetic_pressure_is_that_of_an_ideal_gas(self):
        """n k T with k = 1.380649e-23 J/K: 1000 moving atoms in 1000 Å³ at 300 K."""
        self.assertAlmostEqual(md.kinetic_pressure(1001, 300, 1000), 1.380649e-23 * 300 * 1e30 / 1e9, places=4)  # ASE has the k of CODATA 2014

    def test_a_log_is_read_with_and_without_the_potential_energy(self):
        """LAMMPS's table, cut off within a line as by a kill; logs of earlier versions have one column less."""
        for head, columns in (("Press", 4), ("Press PotEng", 5)):
            rows = ["0 300 -10 2e4 -12", "5 310 -10.5 1e4 -12.5"]
            lines = [" ".join(row.split()[:columns]) for row in rows]
            with tempfile.TemporaryDirectory() as folder:
                log = pathlib.Path(folder) / "log.lammps"
                log.write_text(f"LAMMPS\nStep Temp Econserve {head}\n" + "\n".join(lines) + "\n10 320 -1\n")
                table = run_md.read_thermo(log)
            self.assertEqual(table.shape, (2, columns))
            np.testing.assert_allclose(table[:, 3], [2, 1])  # bar -> GPa
            if columns == 5:
                np.testing.assert_allclose(table[:, 4], [-12, -12.5])
        text = run_md.lammps_input(["N"], [14], {"timestep": 0.5, "steps": 10, "ensemble": "nvt"}, 300, 1)
        self.assertIn("temp econserve press pe\n", run_md.with_potential_energy(text))

    def test_a_skin_is_a_distance(self):
        with tempfile.TemporaryDirectory() as folder:
            plan = pathlib.Path(folder) / "plan.yaml"
            text = "data: d.extxyz\nstates: all\nruns:\n  nvt: {ensemble: nvt, timestep: 0.5, steps: 10, skin: %s}\n"
            plan.write_text(text % 0.5)
            run_md.read_plan(plan)
            for wrong in ("-0.5", "wide"):
                plan.write_text(text % wrong)
                with self.assertRaisesRegex(run_md.BadInput, "run nvt: skin: expected a distance of 0 Å or more"):
                    run_md.read_plan(plan)

    def test_drift_is_the_slope(self):
        times = np.linspace(0, 10, 101)
        slope, scatter = md.drift(times, -50 + 0.032 * times, 64)
        self.assertAlmostEqual(slope, 0.5)
        self.assertAlmostEqual(scatter, 0)

    def test_diffusion_of_a_random_walk(self):
        random = np.random.default_rng(3)
        steps = random.normal(scale=0.1, size=(400, 300, 3))
        walk = np.cumsum(steps, axis=0)
        times = 0.01 * np.arange(400)
        found = md.diffusion(trajectory(walk, 100 * np.eye(3), ["C"] * 300), times, "C")
        self.assertAlmostEqual(found, 0.1**2 / (2 * 0.01), delta=0.05)  # sigma^2 = 2 D t

    def test_error_of_the_mean_knows_about_correlation(self):
        random = np.random.default_rng(5)
        independent = random.normal(size=200)
        _, error = md.mean_and_error(np.repeat(independent, 50))
        self.assertAlmostEqual(error, 1 / np.sqrt(200), delta=0.03)

    def test_a_dump_cut_short_is_refused_and_a_tilted_box_is_read(self):
        text = ("ITEM: TIMESTEP\n10\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS xy xz yz pp pp pp\n"
                "0 6.5 1.0\n-1.0 5.5 0.5\n0 6.5 -1.0\nITEM: ATOMS id type xu yu zu\n1 2 0.5 0.25 0.125\n")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "dump"
            path.write_text(text)
            found = md.read_dump(path, ["C", "N"])
            np.testing.assert_allclose(found["cell"][0], [[5.0, 0, 0], [1.0, 5.5, 0], [0.5, -1.0, 6.5]])
            self.assertEqual(list(found["symbols"]), ["N"])
            path.write_text(text[:-8])
            with self.assertRaises(ValueError):
                md.read_dump(path, ["C", "N"])


if __name__ == "__main__":
    unittest.main()
