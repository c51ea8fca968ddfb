"""Fits that are killed, interrupted or run out of disk, and go on: the result has the bytes of an undisturbed fit.

    resume_test.py PROGRAM MPIEXEC [--moments N] [unittest arguments]

--moments is the number of random moments (fixed seed) at which each kill test kills a fit. Kind of evidence: invariance.
"""
import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
RECIPE = HERE / "recipe.yaml"
DATA = HERE.parents[1] / "validation/data/cn_pbe_d2_seed/frames.extxyz"
PATIENCE = 600  # seconds that no fit here takes, however busy the machine
OPTIONS = None


def fit_command(folder, ranks=1, recipe=RECIPE, more=()):
    fit = [OPTIONS.program, "fit", str(recipe), "-o", str(folder), "--threads", "1", "--no-plots", *more]
    launcher = [OPTIONS.mpiexec, "--bind-to", "none", "-n", str(ranks)] if ranks > 1 else []
    return launcher + fit


def environment():
    """Open MPI wants to be told that root and more ranks than cores are meant."""
    return os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def run(command, **options):
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


def start(command):
    return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def write_recipe(path, data, change=("", "")):
    """The tests' recipe for another data file, with one change of its text."""
    text = RECIPE.read_text(encoding="utf-8")
    for old, new in ((os.path.relpath(DATA, HERE), str(data)), change):
        assert old in text, f"{RECIPE} does not hold {old}"
        text = text.replace(old, new) if old else text
    path.write_text(text, encoding="utf-8")


def without_seconds(value):
    if isinstance(value, dict):
        return {key: without_seconds(entry) for key, entry in value.items() if not key.endswith("_seconds")}
    return [without_seconds(entry) for entry in value] if isinstance(value, list) else value


def result_of(folder):
    """Every file of a result. Only the log, and the wall times in the summary, may differ between two fits."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    del files["carillon.log"]
    files["summary.json"] = json.dumps(without_seconds(json.loads(files["summary.json"])))
    return files


def ranks_of(launcher):
    """Process numbers of the programs a launcher has started."""
    children = pathlib.Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children]


class Fits(unittest.TestCase):
    """An undisturbed fit to compare with, and how long it takes here and now."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="carillon-resume-")
        cls.place = pathlib.Path(cls.temporary.name)
        begin = time.monotonic()
        done = run(fit_command(cls.place / "undisturbed"))
        cls.seconds = time.monotonic() - begin
        assert done.returncode == 0, done.stderr
        cls.undisturbed = result_of(cls.place / "undisturbed")
        assert any(name.endswith("coefficients.csv") for name in cls.undisturbed), list(cls.undisturbed)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.folder = self.place / self.id().rsplit(".", 1)[-1]

    def assert_undisturbed(self, folder):
        result = result_of(folder)
        self.assertEqual(sorted(result), sorted(self.undisturbed), "other files than those of the undisturbed fit")
        for name, content in self.undisturbed.items():
            self.assertEqual(result[name], content, f"{name} differs from the undisturbed fit's")

    def finish(self, folder, **options):
        done = run(fit_command(folder, **options))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_undisturbed(folder)
        return done.stderr

    def interrupt(self, what, ranks=1, sign="design rows N"):
        """Sends a signal when a line that holds `sign` has appeared in the log; returns the ended process's status and messages.

        Begins again when the fit came to its end before the signal: on a busy machine a launcher passes lines on late.
        """
        for _ in range(15):
            fit = start(fit_command(self.folder, ranks))
            messages = ""
            for line in fit.stderr:
                messages += line
                if sign in line:
                    fit.send_signal(what)
                    break
            messages += fit.communicate(timeout=PATIENCE)[1]
            if (self.folder / "checkpoint").exists():
                return fit.returncode, messages
            shutil.rmtree(self.folder)
        self.fail(f"every fit came to its end before signal {what} took effect:\n{messages}")


class Kills(Fits):
    def kill_at_random_moments(self, ranks, kill):
        draw = random.Random(20 + ranks)
        killed = 0
        found = 0
        latest = self.seconds * (1.5 if ranks > 1 else 1)
        for moment in range(OPTIONS.moments + 4):
            if moment >= OPTIONS.moments and killed > 0:
                break  # a few more only while every fit was too quick for its moment
            folder = self.folder.with_name(f"{self.folder.name}-{moment}")
            fit = start(fit_command(folder, ranks))
            try:
                fit.communicate(timeout=draw.uniform(0, latest))
                latest *= 0.5  # done before its moment: how long a fit takes varies with the machine's load
            except subprocess.TimeoutExpired:
                kill(fit, draw)
                fit.communicate(timeout=PATIENCE)
                killed += fit.returncode != 0
            if (folder / "checkpoint").exists() or not (folder / "metrics.json").exists():
                found += "resuming: " in self.finish(folder, ranks=ranks)
            else:
                self.assert_undisturbed(folder)  # it was done before the moment came
            shutil.rmtree(folder)
        print(f"{ranks} rank(s), {OPTIONS.moments} moments: {killed} fits killed, {found} of them went on from kept work", flush=True)
        self.assertGreater(killed, 0, "all fits were done before their moment came")

    def test_kill_one_process(self):
        self.kill_at_random_moments(1, lambda fit, draw: fit.kill())

    def test_kill_any_of_three_ranks(self):
        def kill_one_rank(launcher, draw):
            ranks = ranks_of(launcher)
            if ranks:
                os.kill(draw.choice(ranks), signal.SIGKILL)
            else:
                launcher.kill()  # it had not come to start them
        self.kill_at_random_moments(3, kill_one_rank)

    def test_kill_again_and_again(self):
        """Each run lives a little longer than the one before, until one comes to the end."""
        runs = 0
        while True:
            runs += 1
            fit = start(fit_command(self.folder))
            try:
                fit.communicate(timeout=0.1 * self.seconds * runs)
                break
            except subprocess.TimeoutExpired:
                fit.kill()
                fit.communicate()
        self.assertGreater(runs, 2)
        self.assertEqual(fit.returncode, 0)
        self.assert_undisturbed(self.folder)

    def test_another_number_of_ranks_goes_on(self):
        status, _ = self.interrupt(signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        self.assertIn("resuming: solution of block C found", self.finish(self.folder, ranks=3))


class Signals(Fits):
    def test_terminate_and_interrupt(self):
        for what, expected in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(what.name):
                self.folder = self.folder.with_name(what.name)
                status, messages = self.interrupt(what)
                self.assertEqual(status, expected, messages)
                self.assertTrue(messages.endswith("carillon: interrupted; run the same command again to continue\n"), messages)
                self.assertIn("resuming: ", self.finish(self.folder))

    def test_terminate_keeps_the_unit_in_work(self):
        status, _ = self.interrupt(signal.SIGTERM, sign="design rows C: 2 of 14")
        self.assertEqual(status, 143)
        kept = {path.name for path in (self.folder / "checkpoint").iterdir()}
        self.assertTrue(any(name.startswith("step_1_C_unit_") for name in kept), kept)
        self.finish(self.folder)

    def test_terminate_during_evaluation(self):
        status, messages = self.interrupt(signal.SIGTERM, sign="s for the solution")
        self.assertEqual(status, 143, messages)
        self.assertIn("resuming: solution of block C-N found", self.finish(self.folder))

    def test_terminate_three_ranks(self):
        status, messages = self.interrupt(signal.SIGTERM, ranks=3, sign="block N:")
        self.assertNotEqual(status, 0, messages)
        self.assertIn("resuming: solution of block C found", self.finish(self.folder, ranks=3))

    def test_one_rank_that_is_asked_to_end_ends_all(self):
        fit = start(fit_command(self.folder, ranks=3))
        messages = ""
        for line in fit.stderr:
            messages += line
            if "design rows C:" in line:
                os.kill(ranks_of(fit)[-1], signal.SIGTERM)
                break
        messages += fit.communicate(timeout=PATIENCE)[1]
        self.assertEqual(fit.returncode, 143, messages)
        self.assertIn("carillon: interrupted; run the same command again to continue\n", messages)
        self.finish(self.folder, ranks=3)


class FullDisk(Fits):
    def test_a_limit_on_file_size(self):
        """Files of the first steps fit under the limit, those of block C-N do not."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        done = run(fit_command(self.folder), preexec_fn=limit)
        self.assertEqual(done.returncode, 1, done.stderr)
        last = done.stderr.strip().splitlines()[-1]
        self.assertRegex(last, r"carillon: error: .*/checkpoint/step_3_C-N_unit_0.piece: cannot be written: File too large")
        messages = self.finish(self.folder)
        self.assertIn("resuming: solution of block N found", messages)

    def test_a_full_file_system(self):
        """A file system of 600 kB in a name space of its own, enlarged after the failure."""
        if subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode != 0:
            self.skipTest("no private file systems here")
        disk, result = self.place / "disk", self.place / "from-small-disk"
        disk.mkdir()
        command = " ".join(fit_command(disk / "fit"))
        done = run(["unshare", "-rm", "sh", "-c",
                    f"mount -t tmpfs -o size=600k none {disk} || exit 77; {command}; echo status $?; "
                    f"mount -o remount,size=64m {disk} && {command}; echo status $?; cp -r {disk}/fit {result}"])
        if done.returncode == 77:
            self.skipTest("no private file systems here")
        statuses = [line for line in done.stdout.splitlines() if line.startswith("status")]
        self.assertEqual(statuses, ["status 1", "status 0"], done.stderr)
        self.assertRegex(done.stderr, r"carillon: error: .*: cannot be written: No space left on device")
        self.assertIn("resuming: ", done.stderr)
        self.assert_undisturbed(result)


class Refusals(Fits):
    def setUp(self):
        super().setUp()
        status, _ = self.interrupt(signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        self.kept = self.content()

    def content(self):
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def refused(self, *words, **options):
        done = run(fit_command(self.folder, **options))
        self.assertEqual(done.returncode, 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertEqual(self.content(), self.kept, "a refusal may not touch anything")

    def test_another_recipe(self):
        other = self.place / "other.yaml"
        write_recipe(other, DATA, ("energy: 3", "energy: 4"))
        self.refused("belongs to another fit", "recipe", "--overwrite", recipe=other)
        done = run(fit_command(self.folder, recipe=other, more=["--overwrite"]))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("resuming", done.stderr)

    def test_a_finished_result_is_refused_as_before(self):
        self.finish(self.folder)
        self.kept = self.content()
        self.refused("is not empty")

    def test_the_same_fit_goes_on_with_overwrite_too(self):
        self.assertIn("resuming: ", self.finish(self.folder, more=["--overwrite"]))

    def test_damaged_pieces_are_reported_and_made_again(self):
        damaged = self.folder / "checkpoint/step_1_C_solution.piece"
        content = bytearray(damaged.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
        (self.folder / "checkpoint/step_2_N_solution.piece").write_bytes(b"")
        messages = self.finish(self.folder)
        self.assertIn(f"{damaged}: is damaged: its checksum does not fit", messages)
        self.assertIn("step_2_N_solution.piece: is damaged", messages)
        self.assertNotIn("resuming: solution of block C found", messages)
        self.assertIn("is damaged", (self.folder / "carillon.log").read_text(encoding="utf-8"))


class ChangedData(Fits):
    def test_changed_data_is_refused(self):
        data = self.place / "frames.extxyz"
        shutil.copy(DATA, data)
        recipe = self.place / "own_data.yaml"
        write_recipe(recipe, data)
        fit = start(fit_command(self.folder, recipe=recipe))
        for line in fit.stderr:
            if "block N:" in line:
                fit.kill()
                break
        fit.communicate()
        with data.open("a", encoding="utf-8") as file:
            file.write(DATA.read_text(encoding="utf-8"))
        done = run(fit_command(self.folder, recipe=recipe))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stderr, "belongs to another fit; different are: data file .*frames.extxyz")
        self.assertTrue((self.folder / "checkpoint/step_1_C_solution.piece").exists())


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("mpiexec")
    parser.add_argument("--moments", type=int, default=3)
    return parser.parse_known_args()


if __name__ == "__main__":
    OPTIONS, rest = parse_options()
    unittest.main(argv=[sys.argv[0], *rest])
