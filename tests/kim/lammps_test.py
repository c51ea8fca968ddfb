"""LAMMPS runs a block model, and networks, through the KIM driver: the same numbers as `carillon evaluate`, on any number of ranks, and a
trajectory that keeps its energy.

Arguments: the build folder, the program, cmake, the MPI launcher. Status 77: LAMMPS, the KIM API or ASE is not there.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD, PROGRAM, CMAKE, LAUNCHER = sys.argv[1:5]
del sys.argv[1:5]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from simulated import SEED_FRAMES, SOURCE, installed, recipe, run  # noqa: E402

for needed in ("lmp", "kim-api-collections-management"):
    if not shutil.which(needed):
        print(f"skipped: {needed} is not installed")
        sys.exit(77)
try:
    import ase.io
    from lammps_runs import ATOMS, NETWORKS, LammpsRuns, fit_model, train_networks
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

PLAN = """\
data: {frames}
states: [CN50_2.7gcc_3000K]
runs:
  short: {{ensemble: nve, timestep: 0.01, steps: 1030, seeds: 2}}  # not a multiple of the steps between frames that are kept
  on_ranks: {{ensemble: nve, timestep: 0.01, steps: 50, ranks: 2, skin: 0.3}}
  too_hot: {{ensemble: nvt, timestep: 0.2, steps: 50, temperature: 100}}
"""

HEAD = f"""\
units metal
kim init Carillon_test metal
{ATOMS}kim interactions C N
"""


class Lammps(LammpsRuns, unittest.TestCase):

    carillon, launcher, head = PROGRAM, LAUNCHER, HEAD

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="carillon-kim-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.environment = {**os.environ, "CMAKE_PREFIX_PATH": str(installed(BUILD, CMAKE, cls.folder)), "OMP_NUM_THREADS": "1",
                           "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                           "OMPI_MCA_rmaps_base_oversubscribe": "1"}
        for kind in ("MODEL_DRIVERS", "PORTABLE_MODELS", "SIMULATOR_MODELS"):
            (cls.folder / kind).mkdir()
            cls.environment[f"KIM_API_{kind}_DIR"] = str(cls.folder / kind)
        fit_model(PROGRAM, cls.folder)
        run(PROGRAM, "export", "result/model", "-o", "kim_model", "--kim", "Carillon_test", folder=cls.folder)
        for item in (SOURCE / "plugins/kim", cls.folder / "kim_model"):
            run("kim-api-collections-management", "install", "environment", item, folder=cls.folder, environment=cls.environment)

    def test_energy_forces_and_virial_are_those_of_evaluate(self):
        self.check_energy_forces_and_virial()

    def test_networks_give_the_numbers_of_evaluate(self):
        train_networks(PROGRAM, self.folder)
        for name in NETWORKS:
            run(PROGRAM, "export", name, "-o", f"kim_{name}", "--kim", f"Carillon_{name}", folder=self.folder)
            run("kim-api-collections-management", "install", "environment", self.folder / f"kim_{name}", folder=self.folder, environment=self.environment)
        self.check_networks(HEAD.replace("Carillon_test", "Carillon_MODEL"))

    def test_dynamics_keep_their_energy_and_do_not_depend_on_the_ranks(self):
        self.check_dynamics()

    def run_md(self, *arguments, plan=True):
        if plan:
            (self.folder / "plan.yaml").write_text(PLAN.format(frames=SEED_FRAMES))
        return subprocess.run([sys.executable, "-B", str(SOURCE / "scripts/run_md.py"), "result/model", "plan.yaml", "-o", "md", "--carillon",
                               PROGRAM, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True)

    @staticmethod
    def positions(folder, step):
        """The lines of one frame of the trajectory, to six digits."""
        lines = (folder / "trajectory.dump").read_text().split(f"ITEM: TIMESTEP\n{step}\n")[1].split("ITEM: TIMESTEP")[0].splitlines()
        return [[f"{float(word):.6g}" for word in line.split()] for line in lines[7:]]

    def test_run_md_tells_stable_runs_from_others_and_goes_on(self):
        result = self.run_md()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("| CN50_2.7gcc_3000K | short | 2 of 2 |", result.stdout)
        self.assertIn("| CN50_2.7gcc_3000K | too_hot | 0 of 1 |", result.stdout)
        self.assertIn("3 of 4 runs stable", result.stdout)
        on_ranks = self.folder / "md/CN50_2.7gcc_3000K/on_ranks_1"
        self.assertIn(" on 2 procs for 50 steps", (on_ranks / "log.lammps").read_text())
        self.assertIn("neighbor 0.3 bin", (on_ranks / "in.lammps").read_text())
        self.assertEqual(self.positions(on_ranks, 50), self.positions(on_ranks.parent / "short_1", 50), "ranks and skin change nothing")
        self.assertTrue((self.folder / "md/rdf_CN50_2.7gcc_3000K.png").is_file())
        kept = self.folder / "md/CN50_2.7gcc_3000K/short_1/result.json"
        before = kept.stat().st_mtime_ns, (self.folder / "md/summary.csv").read_bytes()
        shutil.rmtree(self.folder / "md/CN50_2.7gcc_3000K/short_2")
        self.assertEqual(self.run_md().returncode, 0)
        self.assertEqual((kept.stat().st_mtime_ns, (self.folder / "md/summary.csv").read_bytes()), before)
        self.assertEqual(self.run_md("--only", "too_hot").returncode, 0)
        self.assertEqual((self.folder / "md/summary.csv").read_bytes(), before[1], "what is there stays in the tables")
        (self.folder / "plan.yaml").write_text(PLAN.format(frames=SEED_FRAMES).replace("0.2, steps: 50", "0.1, steps: 50"))
        result = self.run_md(plan=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("too_hot_1: holds a run of another model or plan", result.stderr)

    def test_a_run_that_was_stopped_from_outside_is_no_failure_of_the_model(self):
        stopped = self.folder / "stopped_lammps"
        stopped.write_text("#!/bin/sh\nkill -TERM $$\n")
        stopped.chmod(0o755)
        result = self.run_md("--only", "too_hot", "--overwrite", "--lammps", str(stopped), "-o", "md_stopped")
        self.assertEqual(result.returncode, 1)
        self.assertIn("too_hot_1: LAMMPS was stopped from outside (status -15)", result.stderr)
        self.assertFalse((self.folder / "md_stopped/CN50_2.7gcc_3000K/too_hot_1/result.json").exists())

    def test_run_md_says_what_is_wrong_in_a_plan(self):
        result = self.run_md("--only", "nothing")
        self.assertEqual(result.returncode, 1)
        self.assertIn("--only nothing: no state or run of that name", result.stderr)

    def active_learning(self, **plan):
        folder = self.folder / "learning"
        folder.mkdir(exist_ok=True)
        frames = ase.io.read(SEED_FRAMES, ":")
        ase.io.write(folder / "start.extxyz", [frame for frame in frames if set(frame.symbols) == {"C"}][:1])
        (folder / "recipe.yaml").write_text(recipe("start.extxyz", ["C"], "{pair: 4, triplet: 2}", "{triplet: 3.0}", "{force: 1, energy: 3, stress: 100}", "evidence").replace(
            "strength", "posterior: true, strength"))
        (folder / "dynamics.yaml").write_text("data: start.extxyz\nstates: all\nruns:\n  short: {ensemble: nve, timestep: 0.01, steps: 30}\n")
        keys = {"recipe": "recipe.yaml", "dynamics": "dynamics.yaml", "settings": SOURCE / "tests/scripts/labels/tiny.yaml", "per_state": 2, "rounds": 1, "test": "start.extxyz", **plan}
        (folder / "plan.yaml").write_text("".join(f"{key}: {value}\n" for key, value in keys.items()))
        return subprocess.run([sys.executable, "-B", str(SOURCE / "scripts/active_learning"), folder / "plan.yaml", "-o", folder / "loop", "--carillon", PROGRAM,
                               "--cp2k", str(SOURCE / "tests/scripts/labels/pretend_cp2k")], env={**self.environment, "PRETEND_LOG": str(folder / "runs.log")},
                              capture_output=True, text=True)

    def test_active_learning_goes_on_where_it_was(self):
        loop = self.folder / "learning/loop"
        result = self.active_learning()
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("| 0 | 1 | 1 of 1 | 100 % | 100 % |", result.stdout)
        self.assertIn("| 1 | 3 | 1 of 1 | 100 % | 100 % |", result.stdout)
        self.assertEqual(len((self.folder / "learning/runs.log").read_text().split()), 2)
        kept = {path: path.stat().st_mtime_ns for path in loop.glob("round_*/*/metrics.json")}
        (loop / "round_1/md/summary.csv").unlink()  # as if it had been stopped there
        result = self.active_learning(rounds=2)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("| 2 | 5 | 1 of 1 |", result.stdout)
        self.assertEqual(kept, {path: path.stat().st_mtime_ns for path in kept}, "a finished fit was fitted again")
        self.assertTrue((loop / "rounds.png").is_file())
        self.assertIn("holds the rounds of another plan", self.active_learning(per_state=1).stderr)
        self.assertIn("expected the keys", self.active_learning(per_round=2).stderr)
        self.assertIn("per_state: expected a number above 0, found 0", self.active_learning(per_state=0).stderr)

    def test_an_element_the_model_does_not_know(self):
        self.write_atoms()
        script = HEAD.replace("kim interactions C N", "kim interactions C O") + "run 0\n"
        result = self.run_lammps(script)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("symbol not found: O", result.stdout + result.stderr)

    def test_a_name_that_kim_cannot_take(self):
        result = subprocess.run([PROGRAM, "export", "result/model", "-o", "other", "--kim", "my-model"], cwd=self.folder,
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn("'my-model' cannot name a KIM model", result.stderr)
        self.assertFalse((self.folder / "other").exists())


if __name__ == "__main__":
    unittest.main()
