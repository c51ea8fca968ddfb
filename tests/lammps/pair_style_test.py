"""LAMMPS runs a block model, and networks, through `pair_style carillon`: the same numbers as `carillon evaluate`, on any number of ranks, the same
trajectory as through KIM, and one clear message for what is wrong.

Arguments: the build folder, the program, cmake, the MPI launcher. Status 77: LAMMPS's library, its headers or ASE are not there.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

BUILD, PROGRAM, CMAKE, LAUNCHER = sys.argv[1:5]
del sys.argv[1:5]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from simulated import SOURCE, installed, run  # noqa: E402

if not pathlib.Path("/usr/include/lammps/pair.h").exists():
    print("skipped: liblammps-dev is not installed")
    sys.exit(77)
try:
    import numpy as np
    from lammps_runs import ATOMS, DYNAMICS, STATIC, LammpsRuns, fit_model, train_networks
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

POTENTIAL = "pair_style carillon\npair_coeff * * result/model C N\n"
HEAD = "units metal\n" + ATOMS + POTENTIAL
WITH_PLUGIN = os.environ.get("CARILLON_LAMMPS"), os.environ.get("CARILLON_LAMMPS_SOURCE")


class PairStyle(LammpsRuns, unittest.TestCase):

    carillon, launcher, head = PROGRAM, LAUNCHER, HEAD

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="carillon-lammps-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.environment = {**os.environ, "CMAKE_PREFIX_PATH": str(installed(BUILD, CMAKE, cls.folder)), "OMP_NUM_THREADS": "2",
                           "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                           "OMPI_MCA_rmaps_base_oversubscribe": "1"}
        fit_model(PROGRAM, cls.folder)
        cls.build_style("build")
        cls.lmp = [cls.folder / "build/lmp_carillon"]

    @classmethod
    def build_style(cls, folder, *options):
        run(CMAKE, "-S", SOURCE / "plugins/lammps", "-B", folder, *options, folder=cls.folder, environment=cls.environment)
        run(CMAKE, "--build", folder, folder=cls.folder)

    def test_energy_forces_and_virial_are_those_of_evaluate(self):
        self.check_energy_forces_and_virial()

    def test_networks_give_the_numbers_of_evaluate(self):
        train_networks(PROGRAM, self.folder)
        self.check_networks(HEAD.replace("result/model", "MODEL"))

    def test_dynamics_keep_their_energy_and_do_not_depend_on_the_ranks(self):
        self.check_dynamics()

    def test_dynamics_are_those_through_kim(self):
        if not shutil.which("kim-api-collections-management"):
            self.skipTest("the KIM API is not installed")
        for kind in ("MODEL_DRIVERS", "PORTABLE_MODELS", "SIMULATOR_MODELS"):
            (self.folder / kind).mkdir()
            self.environment[f"KIM_API_{kind}_DIR"] = str(self.folder / kind)
        run(PROGRAM, "export", "result/model", "-o", "kim_model", "--kim", "Carillon_test", folder=self.folder)
        for item in (SOURCE / "plugins/kim", self.folder / "kim_model"):
            run("kim-api-collections-management", "install", "environment", item, folder=self.folder, environment=self.environment)
        self.write_atoms((2, 1, 1))
        _, positions = self.lammps(DYNAMICS)
        self.head = "units metal\nkim init Carillon_test metal\n" + ATOMS + "kim interactions C N\n"
        _, through_kim = self.lammps(DYNAMICS)
        self.assertLess(np.abs(through_kim - positions).max(), 1e-10)

    def test_the_plugin_is_loaded(self):
        program, source = WITH_PLUGIN
        if not program or not source:
            self.skipTest("CARILLON_LAMMPS and CARILLON_LAMMPS_SOURCE do not name a LAMMPS with the PLUGIN package")
        self.build_style("plugin", f"-DLAMMPS_SOURCE_DIR={source}")
        self.write_atoms()
        expected, _ = self.lammps(STATIC)
        self.lmp = [program]
        self.head = f"plugin load {self.folder}/plugin/libcarillon_lammps.so\n" + HEAD
        found, _ = self.lammps(STATIC)
        self.assertIn("Loading plugin: pair style carillon", (self.folder / "log.test").read_text())
        self.assertLess(np.abs(found - expected).max(), 1e-12 * np.abs(expected).max())
        self.check_dynamics()

    def test_types_of_other_styles_do_not_take_part(self):
        self.write_atoms()
        expected, forces = self.lammps(STATIC)
        extra = "read_data atoms.data extra/atom/types 1\nmass 3 39.95\ncreate_atoms 3 single 0.1 0.2 0.3\n"
        self.head = ("units metal\n" + ATOMS.replace("read_data atoms.data\n", extra) + "pair_style hybrid/overlay carillon zero 4.0\n"
                     "pair_coeff * * carillon result/model C N NULL\npair_coeff * * zero\n")
        found, with_extra = self.lammps(STATIC)
        self.assertLess(np.abs(found[0, 1:] - expected[0, 1:]).max(), 1e-10 * np.abs(expected).max())
        self.assertLess(np.abs(with_extra[:-1, 1:] - forces[:, 1:]).max(), 1e-10 * np.abs(forces[:, 1:]).max())
        self.assertEqual(np.abs(with_extra[-1, 1:]).max(), 0)

    def refused(self, script, ranks=1):
        result = self.run_lammps(script, ranks)
        self.assertNotEqual(result.returncode, 0)
        return result.stdout + result.stderr

    def test_errors_say_what_is_wrong(self):
        self.write_atoms()
        for script, message in (
                (HEAD.replace("C N\n", "C O\n"), "element O is not part of the model; known: C-N"),
                (HEAD.replace("C N\n", "NULL NULL\n"), "every atom type is NULL"),
                (HEAD.replace("C N\n", "C\n"), "an element (or NULL) for each of the 2 atom types"),
                (HEAD.replace("result/model", "nowhere"), "nowhere: cannot be opened"),
                (HEAD.replace("result/model", "result"), "its model is result/model"),
                (HEAD.replace("style carillon", "style carillon 5"), "pair_style carillon takes no arguments"),
                (HEAD.replace("C N\n", "C NULL\n") + "run 0\n", "All pair coeffs are not set"),
                ("newton off\n" + HEAD + "run 0\n", "expected newton on, found newton off"),
                (HEAD.replace("units metal", "units real") + "run 0\n", "expected units metal, found units real"),
                (HEAD + "compute s all stress/atom NULL\ncompute all all reduce sum c_s[1]\nthermo_style custom step c_all\nrun 0\n",
                 "pair style carillon has no stress per atom"),
                (HEAD + "create_atoms 1 single 1 1 1\ncreate_atoms 1 single 1 1 1\nrun 0\n", "stands at the same place as atom")):
            with self.subTest(message=message):
                self.assertIn(message, self.refused(script))

    def test_an_error_on_several_ranks_is_one_message(self):
        self.write_atoms((2, 1, 1))
        output = self.refused(HEAD.replace("result/model", "nowhere"), ranks=2)
        self.assertEqual(output.count("nowhere: cannot be opened"), 1, output)


if __name__ == "__main__":
    unittest.main()
