"""`carillon train`: the promised files, one network by two doors, the same bytes on any number of ranks, and going on after a kill.

Arguments: the program, the MPI launcher.
"""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

from program import PROGRAM, ProgramTest, files_in

LAUNCHER = sys.argv.pop(1)
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}

NETWORK = """\
data: [{file: frames.extxyz}]
split: {test: {fraction: 0.25}, validation: {fraction: 0.25}}
descriptor: {radial: {order: 4, cutoff: 3.5}, angular: {order: 3, cutoff: 3.2}}
network: {hidden: [6, 4]}
stages:
  - {name: first, optimiser: {iterations: 6}}
  - {name: second, frozen: [first], optimiser: {kind: adam, iterations: 3, batch: 2}, stop: {every: 1}}
"""


class Train(ProgramTest):

    def setUp(self):
        super().setUp()
        self.put("network.yaml", NETWORK)

    def test_exactly_the_promised_files(self):
        result = self.train("result")
        expected = {"network.yaml", "curve.csv", "recipe.yaml", "split.json", "metrics.json", "metrics.csv", "metrics.md", "carillon.log"}
        for name in ("train", "validation", "test"):
            expected |= {f"predictions_{name}.extxyz", f"parity_{name}.csv"}
        self.assertEqual(files_in(self.folder / "result"), expected)
        self.assertEqual(result.stdout, self.read("result/metrics.md"))

    def test_a_dry_run_tells_and_writes_nothing(self):
        result = self.succeed("train", "network.yaml", "--dry-run")
        self.assertIn("descriptor numbers an atom", result.stdout)
        self.assertIn("second: about", result.stdout)
        before = files_in(self.folder)
        self.succeed("train", "network.yaml", "--dry-run", "-o", "result")
        self.assertEqual(files_in(self.folder), before)
        self.assertEqual(self.run_program("train", "network.yaml").returncode, 2)

    def test_overwriting_leaves_other_files_alone(self):
        self.train("result")
        plots = self.folder / "result/plots_train"
        plots.mkdir()
        for name in ("parity_force.png", "mine.txt"):
            (plots / name).write_text("x\n")
        self.train("result", "--overwrite")
        self.assertEqual(files_in(plots), {"mine.txt"})

    def test_data_that_go_badly_together_are_remarked(self):
        carbon = "".join(self.read("frames.extxyz").splitlines(keepends=True)[:4 * 11])
        self.put("carbon.extxyz", carbon.replace("config_type", "label_level=PBE+D2 config_type"))
        self.put("cheap.extxyz", carbon.replace("config_type", "label_level=DFTB config_type"))
        self.edit("network.yaml", "[{file: frames.extxyz}]", "[{file: carbon.extxyz}, {file: cheap.extxyz}, {file: frames.extxyz}]")
        self.edit("network.yaml", "test: {fraction: 0.25}", "test: {labels: [nitrogen, mixture]}")
        log = self.train("result").stderr
        for text in (log, self.succeed("train", "network.yaml", "--dry-run").stderr):
            self.assertRegex(text, r"warning: energies of several levels.*: DFTB \(4 frames of cheap.extxyz\), PBE\+D2 \(4 frames of carbon.extxyz\)")
        self.assertEqual(log.count("warning: test: 8 of 8 frames are left out: they hold N, of which no training frame tells"), 1)

    def test_evaluate_takes_the_file_and_the_folder(self):
        self.train("result")
        for number, path in enumerate(("result", "result/network.yaml")):
            self.succeed("evaluate", path, "frames.extxyz", "-o", f"out_{number}.extxyz")
        self.assertEqual(self.read("out_0.extxyz"), self.read("out_1.extxyz"))
        chosen = json.loads(self.read("result/split.json"))["test"][0]["frame"]
        lines = self.read("out_0.extxyz").splitlines()
        self.assertEqual(self.read("result/predictions_test.extxyz").splitlines()[1], lines[11 * chosen + 1])

    def test_the_resolved_recipe_gives_the_same_network(self):
        self.train("result")
        self.train("again", recipe="result/recipe.yaml")
        numbers = [self.read(f"{folder}/network.yaml").split("checksum:")[1] for folder in ("result", "again")]
        self.assertEqual(*numbers)

    def test_the_same_bytes_on_any_number_of_ranks(self):
        self.train("alone", "--threads", "2")
        for ranks in (2, 3):
            result = subprocess.run([LAUNCHER, "-n", str(ranks), str(PROGRAM), "train", "network.yaml", "-o", f"on_{ranks}", "--no-plots"],
                                    cwd=self.folder, env=ENVIRONMENT, text=True, capture_output=True, timeout=60, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
            for name in ("network.yaml", "curve.csv", "metrics.json"):
                self.assertEqual(self.read(f"on_{ranks}/{name}"), self.read(f"alone/{name}"), f"{name} on {ranks} ranks")

    def test_a_message_passing_network_goes_through_the_same_doors(self):
        self.put("network.yaml", NETWORK.replace("{hidden: [6, 4]}",
                                                 "{kind: message_passing, hidden: [4], messages: {rounds: 2, features: 5, order: 4, cutoff: 3.3}}"))
        self.test_the_same_bytes_on_any_number_of_ranks()
        self.train("again", recipe="alone/recipe.yaml")
        self.assertEqual(*[self.read(f"{folder}/network.yaml").split("checksum:")[1] for folder in ("alone", "again")])
        self.put("on.yaml", "data: [{file: frames.extxyz}]\nstart: {from: alone, shift: keep}\noptimiser: {iterations: 0}\n")
        self.train("same", recipe="on.yaml")
        for folder in ("alone", "same"):
            self.succeed("evaluate", folder, "frames.extxyz", "-o", f"{folder}.extxyz")
        self.assertEqual(self.read("alone.extxyz"), self.read("same.extxyz"))

    def interrupted(self, *options, bytes_kept=1):
        """Ends a training of `part` once it has kept so much; a few hundred bytes it has before its first iteration."""
        checkpoint = self.folder / "part/checkpoint"
        command = [str(PROGRAM), "train", "network.yaml", "-o", "part", "--no-plots", "--threads", "1", *options]
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as training:
            while (not checkpoint.exists() or checkpoint.stat().st_size < bytes_kept) and training.poll() is None:
                time.sleep(0.002)
            training.send_signal(signal.SIGTERM)
            status = training.wait(timeout=60)
        self.assertEqual(status, 143, "it ended before the signal: make the training longer")

    def test_a_training_that_was_ended_goes_on(self):
        self.edit("network.yaml", "iterations: 6", "iterations: 300, restart: 20")
        self.train("whole")
        self.train("part", "--seed", "9")  # a result to be replaced
        self.interrupted("--overwrite")
        kept = (self.folder / "part/checkpoint").read_bytes()
        self.edit("network.yaml", "restart: 20", "restart: 21")
        self.assert_refused("part/checkpoint: is of another training; different are: the recipe ('optimiser: {kind: lbfgs", "train", "network.yaml", "-o", "part", "--no-plots")
        self.assertEqual((self.folder / "part/checkpoint").read_bytes(), kept)
        self.edit("network.yaml", "restart: 21", "restart: 20")
        self.train("part")
        self.assertEqual(self.read("part/network.yaml"), self.read("whole/network.yaml"))
        self.assertEqual(self.read("part/curve.csv"), self.read("whole/curve.csv"))
        self.assertFalse((self.folder / "part/checkpoint").exists())
        self.assertFalse((self.folder / "part/lock").exists())

    def test_a_checkpoint_is_gone_on_with_also_under_overwrite(self):
        self.edit("network.yaml", "iterations: 6", "iterations: 300, restart: 20")
        self.train("whole")
        self.interrupted(bytes_kept=2000)
        self.assertIn("going on at stage", self.train("part", "--overwrite").stderr)
        self.assertEqual(self.read("part/network.yaml"), self.read("whole/network.yaml"))

    def test_a_damaged_checkpoint_is_told_of(self):
        self.edit("network.yaml", "iterations: 6", "iterations: 300, restart: 20")
        self.train("whole")
        self.interrupted()
        with open(self.folder / "part/checkpoint", "r+b") as checkpoint:
            checkpoint.seek(40)
            checkpoint.write(b"x")
        self.assertIn("part/checkpoint: is damaged; the training starts anew", self.train("part").stderr)
        self.assertEqual(self.read("part/network.yaml"), self.read("whole/network.yaml"))

    def assert_refused(self, message, *arguments):
        result = self.run_program(*arguments)
        self.assertEqual((result.returncode, result.stdout), (1, ""), result.stderr)
        self.assertIn(message, result.stderr.splitlines()[-1])

    def test_transfer(self):
        self.train("source")
        self.put("next.yaml", "data: [{file: frames.extxyz}]\nstart: {from: source, shift: keep}\noptimiser: {iterations: 0}\n")
        self.train("next", recipe="next.yaml")
        numbers = [self.read(f"{folder}/network.yaml").split("checksum:")[1] for folder in ("source", "next")]
        self.assertEqual(*numbers)
        self.assertEqual(self.read("next/network.yaml").count("recipe_sha256"), 2)
        self.assert_refused("source: is read, and lies in the folder of the result", "train", "next.yaml", "-o", ".", "--overwrite")

    def test_the_folder_of_an_interrupted_fit_is_left_alone(self):
        (self.folder / "result/checkpoint").mkdir(parents=True)
        (self.folder / "result/carillon.log").write_text("of the fit\n")
        for options in ((), ("--overwrite",)):
            result = self.run_program("train", "network.yaml", "-o", "result", "--no-plots", *options)
            self.assertEqual(result.returncode, 1)
            self.assertIn("result/checkpoint: belongs to a fit that was interrupted", result.stderr)
            self.assertEqual(self.read("result/carillon.log"), "of the fit\n")
            self.assertTrue((self.folder / "result/checkpoint").is_dir())

    def test_what_is_refused(self):
        self.train("result")
        self.assert_refused("is not empty", "train", "network.yaml", "-o", "result")
        self.assert_refused("is a network; expected a model of blocks", "export", "result", "-o", "params.txt")
        self.put("bad.yaml", NETWORK.replace("hidden", "layers"))
        self.assert_refused("bad.yaml:4: network: unknown key 'layers'; known: kind, hidden, activation, messages", "train", "bad.yaml", "-o", "out")
        self.put("labels.yaml", NETWORK.replace("iterations: 6}", "iterations: 6}, weights: {labels: {Elastc: 3}}"))
        self.assert_refused("labels.yaml: first: no frame has the label 'Elastc' of the weights", "train", "labels.yaml", "-o", "out")
        self.assert_refused("network.yaml: is read, and lies in the folder of the result", "train", "network.yaml", "-o", ".", "--overwrite")
        text = self.read("result/network.yaml")
        self.put("cut.yaml", text[:len(text) * 2 // 3])
        self.assert_refused("cut.yaml:", "evaluate", "cut.yaml", "frames.extxyz")


if __name__ == "__main__":
    unittest.main()
