"""The ASE calculator: the same numbers as `carillon evaluate`; a relaxation, phonons and molecular dynamics as a user would run them.

Arguments: the build folder, the program, cmake. Status 77: pybind11, Python's headers or ASE are not there.
"""
import pathlib
import sys
import sysconfig
import tempfile
import unittest

BUILD, PROGRAM, CMAKE = sys.argv[1:4]
del sys.argv[1:4]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from simulated import SEED_FRAMES, SOURCE, installed, recipe, run  # noqa: E402

try:
    import ase.build
    import ase.io
    import ase.phonons
    import numpy as np
    from ase import units
    from ase.calculators.calculator import PropertyNotImplementedError
    from ase.constraints import ExpCellFilter
    from ase.md.velocitydistribution import MaxwellBoltzmannDistribution
    from ase.md.verlet import VelocityVerlet
    from ase.optimize import BFGS
    from ase.stress import full_3x3_to_voigt_6_stress
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)
for needed in (sysconfig.get_paths()["include"] + "/Python.h", "/usr/include/pybind11/pybind11.h"):
    if not pathlib.Path(needed).exists():
        print(f"skipped: {needed} is not there")
        sys.exit(77)

def carbon_frames():
    return [frame for frame in ase.io.read(SEED_FRAMES, ":") if set(frame.symbols) == {"C"}]


class CalculatorTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="carillon-python-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        run(CMAKE, "-S", SOURCE / "python", "-B", cls.folder / "build", f"-DCMAKE_PREFIX_PATH={installed(BUILD, CMAKE, cls.folder)}", "-DCMAKE_BUILD_TYPE=Release",
            f"-DPython_EXECUTABLE={sys.executable}", "-DCARILLON_PYTHON_FOLDER=python")
        run(CMAKE, "--build", cls.folder / "build")
        run(CMAKE, "--install", cls.folder / "build", "--prefix", cls.folder)
        ase.io.write(cls.folder / "carbon.extxyz", carbon_frames(), write_results=False)
        # Carbon alone, with diamond among its data.
        (cls.folder / "recipe.yaml").write_text(recipe("carbon.extxyz", ["C"], "{pair: 8, triplet: 5, quadruplet: 2}", "{triplet: 4.0, quadruplet: 3.0}",
                                                       "{force: 1, energy: 10, stress: 300}", 0.01).replace("strength", "posterior: true, strength"))
        run(PROGRAM, "fit", "recipe.yaml", "-o", "result", "--no-plots", folder=cls.folder)
        sys.path.insert(0, str(cls.folder / "python"))
        import carillon
        cls.carillon = carillon

    def calculator(self):
        return self.carillon.Carillon(self.folder / "result/model")

    def test_the_numbers_are_those_of_evaluate(self):
        run(PROGRAM, "evaluate", "result/model", "carbon.extxyz", "-o", "expected.extxyz", "--overwrite", folder=self.folder)
        for atoms, expected in zip(ase.io.read(self.folder / "carbon.extxyz", ":"), ase.io.read(self.folder / "expected.extxyz", ":")):
            atoms.calc = self.calculator()
            energy = expected.get_potential_energy()
            self.assertLess(abs(atoms.get_potential_energy() - energy), 1e-10 * abs(energy))
            self.assertLess(np.abs(atoms.get_forces() - expected.get_forces()).max(), 1e-10)
            self.assertLess(np.abs(atoms.get_stress() - expected.get_stress()).max(), 1e-10)

    def test_the_deviations_are_those_of_evaluate(self):
        run(PROGRAM, "evaluate", "result/model", "carbon.extxyz", "-o", "expected.extxyz", "--overwrite", "--uncertainty-scale", "3", folder=self.folder)
        pairs = list(zip(ase.io.read(self.folder / "carbon.extxyz", ":"), ase.io.read(self.folder / "expected.extxyz", ":")))[::6]
        calculator = self.carillon.Carillon(self.folder / "result/model", uncertainty=True, uncertainty_scale=3)
        for atoms, expected in pairs:
            atoms.calc = calculator
            energy = calculator.get_property("energy_std", atoms)
            self.assertGreater(energy, 1e-6)
            self.assertLess(abs(energy - expected.info["energy_std"]), 1e-10)
            self.assertLess(np.abs(calculator.results["forces_std"] - expected.arrays["forces_std"]).max(), 1e-10)
            stress = full_3x3_to_voigt_6_stress(np.reshape(expected.info["stress_std"], (3, 3)))
            self.assertLess(np.abs(calculator.results["stress_std"] - stress).max(), 1e-10)
            self.assertLess(abs(atoms.get_potential_energy() - expected.get_potential_energy()), 1e-10 * abs(atoms.get_potential_energy()))

    def test_deviations_of_a_model_without_are_an_error(self):
        atoms = carbon_frames()[0]
        atoms.calc = self.calculator()
        atoms.get_forces()
        self.assertNotIn("energy_std", atoms.calc.results)
        with self.assertRaisesRegex(PropertyNotImplementedError, "energy_std: the model was opened without; use Carillon"):
            atoms.calc.get_property("energy_std", atoms)
        run(PROGRAM, "export", "result/model", "-o", "params.txt", "--overwrite", folder=self.folder)
        with self.assertRaisesRegex(self.carillon.Error, "no block of the model has a posterior"):
            self.carillon.Carillon(self.folder / "params.txt", uncertainty=True)

    def test_networks_and_committees_are_models(self):
        (self.folder / "network.yaml").write_text("data: [{file: carbon_labels.extxyz}]\nsplit: {test: {fraction: 0.6}, validation: {fraction: 0.3}}\n"
                                                  "descriptor: {radial: {order: 5, cutoff: 4.0}, angular: {order: -1}}\nnetwork: {hidden: [5]}\n"
                                                  "optimiser: {iterations: 10}\ncommittee: 3\n")
        ase.io.write(self.folder / "carbon_labels.extxyz", carbon_frames())
        run(PROGRAM, "train", "network.yaml", "-o", "committee", "--no-plots", "--overwrite", folder=self.folder)
        atoms = ase.io.read(self.folder / "carbon.extxyz")
        for model, uncertainty in (("committee/1", False), ("committee", True)):
            run(PROGRAM, "evaluate", model, "carbon.extxyz", "-o", "expected.extxyz", "--overwrite", *["--uncertainty"] * uncertainty, folder=self.folder)
            expected = ase.io.read(self.folder / "expected.extxyz")
            atoms.calc = self.carillon.Carillon(self.folder / model, uncertainty=uncertainty)
            self.assertLess(abs(atoms.get_potential_energy() - expected.get_potential_energy()), 1e-10 * abs(atoms.get_potential_energy()))
            self.assertLess(np.abs(atoms.get_forces() - expected.get_forces()).max(), 1e-10)
        self.assertGreater(np.abs(expected.arrays["forces_std"]).max(), 1e-6)
        self.assertLess(np.abs(atoms.calc.results["forces_std"] - expected.arrays["forces_std"]).max(), 1e-10)
        self.assertLess(abs(atoms.calc.get_property("energy_std", atoms) - expected.info["energy_std"]), 1e-10)
        with self.assertRaisesRegex(self.carillon.Error, "one network does not know how sure it is"):
            self.carillon.Carillon(self.folder / "committee/1", uncertainty=True)

    @staticmethod
    def relax(atoms, fmax):
        return BFGS(ExpCellFilter(atoms), logfile=None).run(fmax=fmax, steps=200)

    def test_relaxed_diamond_has_no_forces_and_no_stress(self):
        atoms = ase.build.bulk("C", "diamond", a=3.5, cubic=True)
        atoms.calc = self.calculator()
        atoms.rattle(0.02, seed=1)
        self.assertTrue(self.relax(atoms, 1e-3))
        self.assertLess(np.abs(atoms.get_stress()).max(), 1e-4)
        self.assertLess(abs(atoms.get_volume() ** (1 / 3) / 3.57 - 1), 0.05)

    def test_phonons_of_diamond(self):
        atoms = ase.build.bulk("C", "diamond", a=3.567)
        atoms.calc = self.calculator()
        self.relax(atoms, 1e-4)
        phonons = ase.phonons.Phonons(atoms, self.calculator(), supercell=(2, 2, 2), delta=0.01, name=str(self.folder / "phonons"))
        phonons.run()
        phonons.read(acoustic=True)
        frequencies = 1000 * phonons.band_structure(np.zeros((1, 3)))[0].real  # meV, at the zone's centre
        self.assertLess(np.abs(frequencies[:3]).max(), 1.0)
        self.assertLess(np.abs(frequencies[3:] - 165).max(), 20)  # Raman line of diamond: 1332 /cm
        self.assertLess(np.ptp(frequencies[3:]), 1.0)

    def test_molecular_dynamics_keeps_its_energy(self):
        atoms = ase.build.bulk("C", "diamond", a=3.567, cubic=True).repeat((2, 1, 1))
        atoms.calc = self.calculator()
        MaxwellBoltzmannDistribution(atoms, temperature_K=600, rng=np.random.default_rng(1))
        dynamics = VelocityVerlet(atoms, timestep=0.2 * units.fs)
        totals = []
        dynamics.attach(lambda: totals.append(atoms.get_total_energy()), interval=10)
        dynamics.run(200)
        self.assertLess(np.ptp(totals) / len(atoms), 2e-4)

    def test_an_open_cluster_has_forces_and_no_stress(self):
        atoms = ase.Atoms("C3", positions=[[0, 0, 0], [1.4, 0, 0], [0, 1.5, 0.3]])
        atoms.calc = self.calculator()
        self.assertLess(np.abs(atoms.get_forces().sum(axis=0)).max(), 1e-10)
        self.assertGreater(np.abs(atoms.get_forces()).max(), 0.01)
        with self.assertRaises(PropertyNotImplementedError):
            atoms.get_stress()

    def test_errors_name_what_is_wrong(self):
        atoms = ase.Atoms("CO", positions=[[0, 0, 0], [1.1, 0, 0]])
        atoms.calc = self.calculator()
        with self.assertRaisesRegex(self.carillon.Error, "atom 1: element O is not part of the model C"):
            atoms.get_potential_energy()
        with self.assertRaisesRegex(self.carillon.Error, "nowhere"):
            self.carillon.Carillon("nowhere")


if __name__ == "__main__":
    unittest.main()
