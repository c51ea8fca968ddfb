"""Memory as foretold, and disks that fill up. Argument: the program."""
import os
import resource
import signal
import subprocess
import unittest

from program import PROGRAM, ProgramTest, SEED_FRAMES, files_in, promised_files

# Some 700 columns: enough to stand out from what the program itself takes, and solved in seconds.
LARGER_RECIPE = f"""\
data: [{{file: {SEED_FRAMES}}}]
basis:
  smoothing: {{kind: tersoff, fraction: 0.75}}
  order: {{pair: 12, triplet: 15}}
  pairs: {{C-C: {{inner: 0.9, outer: 3.0, lambda: 1.4}}}}
weights: {{force: 1, energy: 3, stress: 100}}
solver: {{strength: groups, folds: 4}}
blocks: [{{name: C}}]
"""


class Memory(ProgramTest):

    def test_a_dry_run_foretells_the_peak(self):
        """The largest resident set of the process, as the system saw it."""
        self.put("recipe.yaml", LARGER_RECIPE)
        header, line, *_ = self.succeed("fit", "recipe.yaml", "--dry-run", "--threads", "2").stdout.splitlines()
        self.assertEqual(header.split()[5:7], ["memory", "MB"])
        foretold = float(line.split()[5])
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            process = subprocess.Popen([PROGRAM, "fit", "recipe.yaml", "-o", "result", "--no-plots", "--threads", "2"],
                                       cwd=self.folder, stdout=nowhere, stderr=nowhere)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        peak = usage.ru_maxrss / 1e3
        print(f"memory foretold {foretold:.0f} MB, peak {peak:.0f} MB", flush=True)
        self.assertLess(peak, 2 * foretold)
        self.assertGreater(peak, foretold / 2)


def with_disk_of(byte_count):
    """Files cannot grow beyond so many bytes; what fails then is a write, as on a full disk. Needs no privileges."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (byte_count, byte_count))
    return {"preexec_fn": limit, "restore_signals": False}


class FullDisk(ProgramTest):

    def assert_fails_for_lack_of_disk(self, result):
        self.assertEqual(result.returncode, 1, result.stderr)
        complaints = [line for line in result.stderr.splitlines() if line.startswith("carillon: error: ")]
        self.assertEqual(len(complaints), 1, result.stderr)
        self.assertIn("File too large", complaints[0])

    def halves(self):
        return [name for name in files_in(self.folder) if ".part" in name or ".old" in name]

    def test_a_fit_leaves_whole_files_and_goes_on_when_there_is_room(self):
        sizes = (0, 700, 2500, 6000, 9000)
        for size in sizes:
            result = self.run_program("fit", "recipe.yaml", "-o", "result", "--no-plots", **with_disk_of(size))
            self.assert_fails_for_lack_of_disk(result)
            self.assertEqual(self.halves(), [], size)
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.assertEqual(files_in(self.folder / "result"), promised_files(("train",)))
        self.succeed("fit", "recipe.yaml", "-o", "undisturbed", "--no-plots")
        for name in ("blocks/C-N/coefficients.csv", "metrics.json", "predictions_train.extxyz"):
            self.assertEqual(self.read(f"result/{name}"), self.read(f"undisturbed/{name}"))

    def test_going_on_removes_halves_of_the_fit_and_nothing_else(self):
        self.assert_fails_for_lack_of_disk(self.run_program("fit", "recipe.yaml", "-o", "result", "--no-plots", **with_disk_of(9000)))
        halves = {"metrics.json.part12", "model.part12/block.yaml", "blocks/C.part12/block.yaml", "blocks/N.replaced.part3/block.yaml"}
        others = {"notes.partial", "deep/data.part1", "data.part1", "model.old2024/block.yaml", "blocks/H.part1/notes.txt", "recipe.yaml.part"}
        for name in halves | others:
            self.put(f"result/{name}", "mine")
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.assertEqual(files_in(self.folder / "result"), promised_files(("train",)) | others)

    def test_an_earlier_result_stays_whole(self):
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        before = self.read("result/model/C-N/coefficients.csv")
        for size in (0, 700):
            result = self.run_program("fit", "recipe.yaml", "-o", "result", "--no-plots", "--overwrite", **with_disk_of(size))
            self.assert_fails_for_lack_of_disk(result)
        self.assertEqual(self.read("result/model/C-N/coefficients.csv"), before)

    def test_other_verbs_leave_nothing(self):
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.succeed("export", "result/model", "-o", "params.txt")
        before = files_in(self.folder)
        blocks = [f"result/blocks/{name}" for name in ("C", "N", "C-N")]
        for arguments in (("evaluate", "result/model", "frames.extxyz", "-o", "out.extxyz"),
                          ("evaluate", "result/model", "frames.extxyz", "--metrics", "out.json"),
                          ("export", "result/model", "-o", "out.txt"), ("convert", "frames.extxyz", "-o", "out.xyzf"),
                          ("compose", *blocks, "-o", "out"), ("convert", "params.txt", "-o", "out")):
            with self.subTest(arguments=arguments):
                self.assert_fails_for_lack_of_disk(self.run_program(*arguments, **with_disk_of(100)))
                self.assertEqual(files_in(self.folder), before)


if __name__ == "__main__":
    unittest.main()
