"""Committees of networks from the command line: training them, their mean and deviations, and going on after a kill.

Argument: the program.
"""
import json
import os
import signal
import subprocess
import time
import unittest

from program import PROGRAM, RECIPE, ProgramTest, contents, files_in

NETWORK = """\
data: [{file: frames.extxyz}]
split: {test: {fraction: 0.25}, validation: {fraction: 0.25}}
descriptor: {radial: {order: 4, cutoff: 3.5}, angular: {order: 3, cutoff: 3.2}}
network: {hidden: [4]}
optimiser: {iterations: 4}
stop: {every: 1}
committee: 3
"""


def comment(text, frame=0, atoms=9):
    return text.splitlines()[frame * (atoms + 2) + 1]


def value(line, key):
    return float(line.split(f" {key}=")[1].split()[0])


class Committees(ProgramTest):

    def setUp(self):
        super().setUp()
        self.put("network.yaml", NETWORK)

    def test_exactly_the_promised_files(self):
        self.train("result")
        expected = {"recipe.yaml", "split.json", "metrics.json", "metrics.csv", "metrics.md", "carillon.log"}
        expected |= {f"{number}/{name}" for number in (1, 2, 3) for name in ("network.yaml", "curve.csv", "recipe.yaml", "split.json")}
        expected |= {name for kind in ("train", "test") for name in (f"predictions_{kind}.extxyz", f"parity_{kind}.csv")}
        self.assertEqual(files_in(self.folder / "result"), expected)
        split = json.loads(self.read("result/split.json"))
        self.assertEqual((len(split["train"]), len(split["test"])), (9, 3))

    def test_members_have_seeds_and_frames_of_their_own(self):
        self.train("result")
        self.edit("network.yaml", "committee: 3", "")
        self.train("alone")
        self.assertEqual(self.read("alone/network.yaml").split("checksum:")[1], self.read("result/1/network.yaml").split("checksum:")[1])
        networks = {self.read(f"result/{number}/network.yaml") for number in (1, 2, 3)}
        self.assertEqual(len(networks), 3)
        drawn = {json.dumps(json.loads(self.read(f"result/{number}/split.json"))["validation"]) for number in (1, 2, 3)}
        self.assertGreater(len(drawn), 1)
        tested = {json.dumps(json.loads(self.read(f"result/{number}/split.json"))["test"]) for number in (1, 2, 3)}
        self.assertEqual(len(tested), 1)
        self.train("second", recipe="result/2/recipe.yaml")
        self.assertEqual(self.read("second/network.yaml").split("checksum:")[1], self.read("result/2/network.yaml").split("checksum:")[1])

    def test_evaluate_takes_the_folder_and_the_networks(self):
        self.train("result")
        members = [f"result/{number}" for number in (1, 2, 3)]
        for number in (1, 2, 3):
            self.succeed("evaluate", f"result/{number}", "frames.extxyz", "-o", f"{number}.extxyz")
        energies = [value(comment(self.read(f"{number}.extxyz")), "energy") for number in (1, 2, 3)]
        mean = sum(energies) / 3
        deviation = (sum((energy - mean)**2 for energy in energies) / 2)**0.5
        self.assertGreater(deviation, 0)
        said = self.succeed("evaluate", "result", "frames.extxyz", "-o", "mean.extxyz", "--uncertainty")
        self.assertIn("committee of 3", said.stderr)
        self.assertIn("within 90 %", said.stdout)
        line = comment(self.read("mean.extxyz"))
        self.assertAlmostEqual(value(line, "energy"), mean, delta=1e-8)
        self.assertAlmostEqual(value(line, "energy_std"), deviation, delta=1e-6 * deviation)
        for column in ("forces_std:R:3", "stress_std="):
            self.assertIn(column, line)
        self.succeed("evaluate", *members, "frames.extxyz", "-o", "members.extxyz", "--uncertainty")
        self.assertEqual(self.read("members.extxyz"), self.read("mean.extxyz"))
        self.succeed("evaluate", "result", "frames.extxyz", "-o", "plain.extxyz")
        self.assertNotIn("_std", self.read("plain.extxyz"))
        self.succeed("evaluate", "result", "frames.extxyz", "-o", "twice.extxyz", "--uncertainty-scale", "2")
        self.assertAlmostEqual(value(comment(self.read("twice.extxyz")), "energy_std"), 2 * deviation, delta=1e-6 * deviation)

    def test_a_factor_from_few_members_is_doubted(self):
        self.train("result")
        doubt = "a factor of deviations from a committee of 3 means little: the scatter of so few is itself uncertain by 50 %"
        self.assertIn(doubt, self.succeed("evaluate", "result", "frames.extxyz", "--scale-uncertainty").stderr)
        self.assertNotIn("means little", self.succeed("evaluate", "result", "frames.extxyz", "--uncertainty").stderr)
        self.train("result", "--overwrite", "--committee", "4")
        self.assertNotIn("means little", self.succeed("evaluate", "result", "frames.extxyz", "--scale-uncertainty").stderr)

    def test_what_it_is_made_of(self):
        self.train("result")
        card = self.succeed("blocks", "result").stdout
        self.assertEqual(card.count("network C-N\n"), 3)
        card = self.succeed("blocks", "result/2").stdout
        for words in ("hidden layers [4] tanh", "weights\n", "kind: chebyshev", "- training 1: ", "data frames.extxyz, "):
            self.assertIn(words, card)

    def test_one_network_does_not_know(self):
        self.train("result")
        result = self.run_program("evaluate", "result/1", "frames.extxyz", "--uncertainty")
        self.assertEqual(result.returncode, 1)
        self.assertIn("result/1: one network does not know how sure it is", result.stderr)

    def test_a_committee_that_was_ended_goes_on(self):
        self.edit("network.yaml", "iterations: 4", "iterations: 400, restart: 20")
        self.edit("network.yaml", "stop: {every: 1}", "stop: {patience: 0}")
        self.train("whole")
        command = [str(PROGRAM), "train", "network.yaml", "-o", "part", "--no-plots", "--threads", "1"]
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as training:
            while not (self.folder / "part/2/checkpoint").exists() and training.poll() is None:
                time.sleep(0.002)
            training.send_signal(signal.SIGTERM)
            self.assertEqual(training.wait(timeout=60), 143, "it ended before the signal: make the training longer")
        first = os.stat(self.folder / "part/1/network.yaml")
        refused = self.run_program("evaluate", "part", "frames.extxyz")
        self.assertIn("part: a committee whose training was interrupted", refused.stderr)
        before = contents(self.folder / "part")
        self.edit("network.yaml", "committee: 3", "")
        refused = self.run_program("train", "network.yaml", "-o", "part", "--no-plots")
        self.assertIn("belongs to a committee whose training was interrupted", refused.stderr)
        self.assertEqual(contents(self.folder / "part"), before)
        self.assertIn("network 1 of 3 is there already", self.train("part", "--committee", "3").stderr)
        self.assertEqual(os.stat(self.folder / "part/1/network.yaml").st_mtime_ns, first.st_mtime_ns)
        for number in (1, 2, 3):
            self.assertEqual(self.read(f"part/{number}/network.yaml").split("checksum:")[1],
                             self.read(f"whole/{number}/network.yaml").split("checksum:")[1])
        self.assertEqual(files_in(self.folder / "part"), files_in(self.folder / "whole"))

    def test_smaller_and_larger_committees_replace_each_other(self):
        self.train("result")
        kept = os.stat(self.folder / "result/1/network.yaml").st_mtime_ns
        refused = self.run_program("train", "network.yaml", "-o", "result", "--no-plots")
        self.assertIn("is not empty", refused.stderr)
        self.train("result", "--overwrite", "--committee", "2")
        self.assertFalse((self.folder / "result/3/network.yaml").exists())
        self.assertEqual(os.stat(self.folder / "result/1/network.yaml").st_mtime_ns, kept)
        self.train("result", "--overwrite", "--committee", "1")
        self.assertFalse((self.folder / "result/1/network.yaml").exists())
        self.assertIn("network C-N", self.succeed("evaluate", "result", "frames.extxyz").stderr)
        self.train("result", "--overwrite")
        self.assertIn("committee of 3", self.succeed("evaluate", "result", "frames.extxyz").stderr)

    def test_what_is_about_blocks_is_refused(self):
        self.train("result")
        for model, words in (("result", "is a committee of networks"), ("result/1", "is a network")):
            for arguments in (("export", model, "-o", "params.txt"), ("sample", model, "-o", "drawn")):
                refused = self.run_program(*arguments)
                self.assertEqual(refused.returncode, 1)
                self.assertIn(f"{model}: {words}; expected a model of blocks", refused.stderr)
            self.put("on_network.yaml", RECIPE.replace("{name: C}", f"{{name: C, frozen: {model}}}"))
            for arguments in (("refit", model, "-o", "out"), ("merge", model, model, "-o", "out"), ("compose", model, "-o", "out"),
                              ("fit", "on_network.yaml", "-o", "out")):
                refused = self.run_program(*arguments)
                self.assertEqual(refused.returncode, 1)
                self.assertIn(f"{model}: {words}; expected blocks", refused.stderr)
        self.assertEqual(self.run_program("select", "result", "frames.extxyz", "-o", "no.extxyz", "--blocks", "C").returncode, 1)

    def test_a_choice_without_known_frames_says_so(self):
        self.train("result")
        for model in ("result", "result/1"):
            words = ("select", model, "frames.extxyz", "-n", "2", "-o", "chosen.extxyz", "--overwrite")
            self.assertIn("--known names them", self.succeed(*words).stderr)
            self.assertNotIn("--known", self.succeed(*words, "--known", "frames.extxyz").stderr)

    def test_the_kim_model_holds_the_members_alone(self):
        self.train("result")
        self.succeed("export", "result", "-o", "kim", "--kim", "Some_name")
        self.assertEqual(files_in(self.folder / "kim"), {"CMakeLists.txt", "1__network.yaml", "2__network.yaml", "3__network.yaml"})
        self.assertEqual(self.read("kim/2__network.yaml"), self.read("result/2/network.yaml"))
        self.succeed("export", "result/2/network.yaml", "-o", "kim_of_one", "--kim", "Some_name")
        self.assertEqual(files_in(self.folder / "kim_of_one"), {"CMakeLists.txt", "network.yaml"})

    def test_drawn_models_of_blocks_are_a_committee(self):
        self.edit("recipe.yaml", "solver: {strength: groups, folds: 2}", "solver: {kind: bayesian_ridge}")
        self.succeed("fit", "recipe.yaml", "-o", "fitted", "--no-plots")
        self.succeed("sample", "fitted/model", "-n", "3", "-o", "drawn")
        self.assertIn("committee of 3: block model", self.succeed("evaluate", "drawn", "frames.extxyz", "--uncertainty").stderr)

    def test_a_dry_run_tells_of_each(self):
        self.assertIn("each of 3 networks of a committee", self.succeed("train", "network.yaml", "--dry-run").stdout)


if __name__ == "__main__":
    unittest.main()
