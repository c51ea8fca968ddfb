"""scripts/slurm on a real Slurm of one node: fits and labelling arrays finish, survive scancel and a second submission, and give a local run's bytes.

    slurm_test.py PROGRAM [unittest arguments]

Status 77: Slurm is not installed or cannot start here; the reason is printed. Labels are CP2K's by DFTB, or a stand-in's where there is no cp2k.
Kind of evidence: invariance.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import one_node  # noqa: E402
import results  # noqa: E402

ROOT = HERE.parents[1]
FRAMES = ROOT / "validation/data/cn_pbe_d2_seed/frames.extxyz"
SETTINGS = ROOT / "scripts/labels/settings/dftb.yaml"
STAND_IN = ROOT / "tests/scripts/labels/pretend_cp2k"
CP2K = shutil.which("cp2k") or str(STAND_IN)
PROGRAM = ""
SLURM = None
PATIENCE = 600


def setUpModule():
    global SLURM
    folder = tempfile.TemporaryDirectory(prefix="carillon-slurm-")
    unittest.addModuleCleanup(folder.cleanup)
    try:
        SLURM = unittest.enterModuleContext(one_node.Slurm(folder.name))
    except one_node.CannotStart as problem:
        print(f"skipped: {problem}", flush=True)
        folder.cleanup()
        os._exit(77)
    SLURM.environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", PRETEND_SECONDS="1")


class OnSlurm(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="carillon-slurm-test-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.recipe = results.write_recipe(self.path)
        SLURM.environment["PRETEND_LOG"] = str(self.path / "runs.log")

    def run_here(self, *command):
        result = subprocess.run([str(word) for word in command], env=SLURM.environment, capture_output=True, text=True, check=False, timeout=PATIENCE)
        self.assertEqual(result.returncode, 0, f"{command}: {result.stdout}{result.stderr}")
        return result.stdout

    def submit(self, name, *options):
        return self.run_here(ROOT / "scripts/slurm" / name, *options).strip()

    def wait_until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, f"{what} does not come")
            time.sleep(0.05)

    def cancel(self, job):
        SLURM.ask("scancel", job)
        return SLURM.wait_for_end(job)


class Fits(OnSlurm):

    def test_a_fit_that_was_cancelled_goes_on_and_has_the_bytes_of_a_local_one(self):
        self.run_here(PROGRAM, "fit", self.recipe, "-o", self.path / "local", "--threads", "2", "--no-plots")
        result, log = self.path / "result", self.path / "result.slurm.log"
        options = (self.recipe, "-o", result, "--carillon", PROGRAM, "--no-plots")
        ended = None
        while ended != ["CANCELLED"]:  # again when the fit was quicker than scancel
            shutil.rmtree(result, ignore_errors=True)
            log.unlink(missing_ok=True)
            job = self.submit("fit", *options, "--ranks", 2)
            self.wait_until(lambda: log.exists() and "block N:" in log.read_text(), "the end of block C")
            ended = self.cancel(job)
        self.assertTrue((result / "checkpoint").exists(), log.read_text())
        again = self.submit("fit", *options, "--threads", 2)
        self.assertEqual(SLURM.wait_for_end(again), ["COMPLETED"], log.read_text())
        self.assertIn("resuming: ", log.read_text())
        results.assert_equal(self, result, self.path / "local")

    def test_what_is_asked_for_comes_from_the_dry_run(self):
        self.run_here(PROGRAM, "fit", self.recipe, "--dry-run", "--threads", "1", "--json", self.path / "estimate.json")
        foretold = json.loads((self.path / "estimate.json").read_text())["memory_bytes"] / 2**20
        text = self.run_here(ROOT / "scripts/slurm/fit", self.recipe, "-o", self.path / "result", "--carillon", PROGRAM, "--ranks", 4, "--print",
                             "--before", "module load openmpi")
        asked = int(re.search(r"--mem-per-cpu=(\d+)M", text).group(1))
        self.assertLess(1.1 * foretold, asked)
        self.assertLess(asked, 2 * foretold + 200)
        self.assertIn("#SBATCH --ntasks=4\n", text)
        self.assertRegex(text, r"#SBATCH --time=0-00:\d\d:00\n")
        self.assertIn("\nmodule load openmpi\nexec mpirun --bind-to none ", text)
        self.assertFalse((self.path / "result").exists())

    def test_too_little_memory_ends_the_job(self):  # so the test above shows that what is asked for is enough
        job = self.submit("fit", self.recipe, "-o", self.path / "result", "--carillon", PROGRAM, "--no-plots", "--", "--mem-per-cpu=60M")
        self.assertNotEqual(SLURM.wait_for_end(job), ["COMPLETED"])

    def test_a_recipe_with_a_fault_is_refused_before_it_waits(self):
        (self.path / "bad.yaml").write_text("blokcs: []\n")
        result = subprocess.run([ROOT / "scripts/slurm/fit", self.path / "bad.yaml", "-o", self.path / "result", "--carillon", PROGRAM],
                                env=SLURM.environment, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("unknown key 'blokcs'", result.stderr)


class Dynamics(OnSlurm):

    def printed(self, *options, ranks=(1, 2)):
        runs = "".join(f"  on_{count}: {{ensemble: nve, timestep: 0.2, steps: 10, ranks: {count}}}\n" for count in ranks)
        (self.path / "plan.yaml").write_text(f"data: {FRAMES}\nstates: all\nruns:\n{runs}")
        return subprocess.run([ROOT / "scripts/slurm/md", self.path / "model", self.path / "plan.yaml", "-o", self.path / "md", "--hours", "0.1", "--print",
                               *options], env=SLURM.environment, capture_output=True, text=True, check=False)

    def test_every_rank_of_every_run_has_a_core(self):
        text = self.printed("--cpus", "7", "--launcher", "srun --mpi=pmix").stdout
        self.assertIn("#SBATCH --nodes=1\n", text)
        self.assertIn("#SBATCH --ntasks=7\n#SBATCH --cpus-per-task=1\n", text)
        self.assertIn(" --jobs 3 ", text)
        self.assertIn(" --launcher 'srun --mpi=pmix'\n", text)
        self.assertIn(" --jobs 7 ", self.printed("--cpus", "7", ranks=(1,)).stdout)
        self.assertIn(" a run has 8 ranks, more than --cpus 7", self.printed("--cpus", "7", ranks=(2, 8)).stderr)

    def test_ranks_start_in_such_a_job(self):
        """The job as it is handed in, with two MPI ranks in place of its runs."""
        text = self.printed("--cpus", "2", "--memory", "100").stdout
        job, count = re.subn(r"(?m)^exec .*", "exec mpirun --bind-to none -n 2 hostname", text)
        self.assertEqual(count, 1)
        (self.path / "job").write_text(job)
        number = self.run_here("sbatch", "--parsable", self.path / "job").strip()
        ended = SLURM.wait_for_end(number)
        said = (self.path / "md.slurm.log").read_text()
        self.assertEqual(ended, ["COMPLETED"], said)
        self.assertEqual(len(said.split()), 2, said)


class Labels(OnSlurm):
    frames = 8

    def pool(self):
        """The first frames of the seed set that have both elements."""
        lines, out = FRAMES.read_text().splitlines(keepends=True), []
        while lines and len(out) < self.frames:
            count = int(lines[0]) + 2
            if "CN50_2.7gcc" in lines[1] or "CN20" in lines[1] or "CN75" in lines[1]:
                out.append("".join(lines[:count]))
            del lines[:count]
        self.assertEqual(len(out), self.frames)
        (self.path / "pool.extxyz").write_text("".join(out))
        return self.path / "pool.extxyz"

    def labelled(self, work):
        return list(work.glob("*/*/label.json"))

    def collect(self, work):
        self.run_here(ROOT / "scripts/labels/collect", next(work.glob("dftb-*")), "-o", self.path / f"{work.name}.extxyz", "--table", self.path / f"{work.name}.md")
        return (self.path / f"{work.name}.extxyz").read_bytes()

    def test_an_array_that_was_cancelled_goes_on_and_has_the_bytes_of_a_local_run(self):
        pool, work = self.pool(), self.path / "work"
        options = (pool, "-s", SETTINGS, "--cp2k", CP2K)
        job = self.submit("label", *options, "-w", work, "--tasks", 2)
        self.wait_until(lambda: len(self.labelled(work)) >= 2, "the second label")
        self.assertEqual(self.cancel(job), ["CANCELLED"])
        done = {path: path.stat().st_mtime_ns for path in self.labelled(work)}
        self.assertLess(len(done), self.frames)
        print(f"cancelled with {len(done)} of {self.frames} frames labelled by {CP2K}", flush=True)
        again = self.submit("label", *options, "-w", work, "--tasks", 3)
        self.assertEqual(SLURM.wait_for_end(again), ["COMPLETED"])
        self.assertEqual(len(self.labelled(work)), self.frames)
        self.assertEqual(done, {path: path.stat().st_mtime_ns for path in done}, "a finished frame was labelled again")
        self.run_here(ROOT / "scripts/labels/label", *options, "-w", self.path / "local", "-j", 2)
        self.assertEqual(self.collect(work), self.collect(self.path / "local"))
        self.assertEqual(self.submit("label", *options, "-w", work, "--tasks", 3), "", "there is nothing to do")

    def test_the_time_is_that_of_the_longest_share(self):
        text = self.run_here(ROOT / "scripts/slurm/label", self.pool(), "-s", SETTINGS, "-w", self.path / "work", "--tasks", 3, "--at-once", 2, "--minutes", 10, "--print")
        self.assertIn("#SBATCH --array=0-2%2\n", text)
        self.assertIn("#SBATCH --time=0-01:05:00\n", text)  # three frames of 10 minutes, twice, and five minutes


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
