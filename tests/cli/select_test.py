"""Selection from the command line: what is chosen, why, and what is refused."""
import csv
import json
import shutil
import unittest

from program import ProgramTest


class Select(ProgramTest):

    def fit(self):
        self.edit("recipe.yaml", "solver: {strength: groups, folds: 2}", "solver: {kind: bayesian_ridge}")
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")

    def select(self, *arguments, name="chosen"):
        result = self.succeed("select", "result/model", "frames.extxyz", "-o", f"{name}.extxyz", "--report", f"{name}.json", *arguments)
        return result, json.loads(self.read(f"{name}.json"))["frames"]

    def test_gains_fall_and_are_explained(self):
        self.fit()
        result, chosen = self.select("-n", "5", "--grades", "grades.csv")
        self.assertNotIn("were asked for", result.stderr)
        gains = [frame["gain"] for frame in chosen]
        self.assertEqual(len(gains), 5)
        self.assertEqual(gains, sorted(gains, reverse=True))
        self.assertEqual(len({frame["frame_in_file"] for frame in chosen}), 5)
        for frame in chosen:
            self.assertAlmostEqual(sum(frame["gain_by_block"].values()), frame["gain"], places=9)
        self.assertIn("farthest atom", result.stdout)
        with open(self.folder / "grades.csv", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["block"] for row in rows}, {"C", "N", "C-N"})
        first = chosen[0]
        self.assertAlmostEqual(max(float(row["grade"]) for row in rows if int(row["frame_in_file"]) == first["frame_in_file"]),
                               first["farthest_atom"]["grade"], delta=1e-4 * first["farthest_atom"]["grade"])
        self.assertEqual(self.read("chosen.extxyz").count("selection_gain="), 5)

    def test_keys_of_frames_are_kept(self):
        self.fit()
        self.put("frames.extxyz", self.read("frames.extxyz").replace("config_type", "frame_id=\"no 7\" selection_gain=0 config_type"))
        self.select("-n", "2")
        chosen = self.read("chosen.extxyz")
        self.assertEqual((chosen.count(" frame_id=\"no 7\" "), chosen.count("selection_gain=")), (2, 2))
        self.assertNotIn("selection_gain=0 ", chosen)

    def test_the_first_choice_tells_at_least_as_much_as_any(self):
        self.fit()
        _, best = self.select("-n", "1")
        _, others = self.select("-n", "12", "--method", "random", "--seed", "3", name="random")
        self.assertEqual(others[0]["gain"] <= best[0]["gain"] + 1e-9, True)
        _, again = self.select("-n", "12", "--method", "random", "--seed", "3", name="again")
        self.assertEqual(again, others)
        _, other_seed = self.select("-n", "12", "--method", "random", "--seed", "4", name="other")
        self.assertNotEqual([f["frame_in_file"] for f in other_seed], [f["frame_in_file"] for f in others])
        self.assertLess(sum(f["gain"] for f in others[:4]), sum(f["gain"] for f in self.select("-n", "4", name="four")[1]) + 1e-9)

    def test_farthest_points_do_not_repeat(self):
        self.fit()
        result, chosen = self.select("-n", "100", "--method", "farthest-point")
        self.assertIn("100 frames were asked for, and the pool has only 12", result.stderr)
        self.assertEqual(sorted(f["frame_in_file"] for f in chosen), list(range(12)))

    def test_one_block(self):
        self.fit()
        _, chosen = self.select("-n", "100", "--blocks", "C-N")
        self.assertEqual(len(chosen), 4, "frames that hold both elements")
        self.assertEqual({block for f in chosen for block in f["gain_by_block"]}, {"C-N"})

    def train_committee(self, network="{hidden: [4]}"):
        self.put("network.yaml", "data: [{file: frames.extxyz}]\ndescriptor: {radial: {order: 4, cutoff: 3.5}, angular: {order: 3, cutoff: 3.2}}\n"
                                 f"network: {network}\noptimiser: {{iterations: 4}}\ncommittee: 3\n")
        self.train("result/model", "--overwrite")

    def test_networks(self):
        for network in ("{hidden: [4]}", "{kind: message_passing, hidden: [4], messages: {rounds: 1, features: 4, order: 4, cutoff: 3.3}}"):
            self.train_committee(network)
            result, chosen = self.select("-n", "5", "--grades", "grades.csv", "--overwrite")
            self.assertIn("of which", result.stdout)
            gains = [frame["gain"] for frame in chosen]
            self.assertEqual(gains, sorted(gains, reverse=True))
            self.assertEqual(set(chosen[0]["gain_by_block"]), {"network 1", "network 2", "network 3"})
            self.assertAlmostEqual(sum(chosen[0]["gain_by_block"].values()), gains[0], places=9)
            _, random = self.select("-n", "12", "--method", "random", "--overwrite")
            self.assertLessEqual(random[0]["gain"], gains[0] + 1e-9)
            self.assertLess(sum(frame["gain"] for frame in random[:5]), sum(gains) + 1e-9)
            self.select("-n", "3", "--method", "farthest-point", "--overwrite")

    def test_known_frames_count_as_chosen(self):
        """Identity: the first choice beside a known frame is the second one after it."""
        for make in (self.train_committee, self.fit):
            shutil.rmtree(self.folder / "result", ignore_errors=True)
            make()
            _, (first, second) = self.select("-n", "2", "--overwrite")
            lines = self.read("frames.extxyz").splitlines(keepends=True)
            at = 11 * first["frame_in_file"]
            self.put("known.extxyz", "".join(lines[at:at + 11]))
            self.put("others.extxyz", "".join(lines[:at] + lines[at + 11:]))
            self.succeed("select", "result/model", "others.extxyz", "-o", "found.extxyz", "-n", "1", "--known", "known.extxyz", "--report", "found.json", "--overwrite")
            found = json.loads(self.read("found.json"))["frames"][0]
            self.assertEqual(found["frame_in_file"], second["frame_in_file"] - (second["frame_in_file"] > first["frame_in_file"]))
            self.assertAlmostEqual(found["gain"], second["gain"], delta=1e-9 * second["gain"])
            self.assertLess(found["gain"], first["gain"])

    def test_by_uncertainty(self):
        self.train_committee()
        result = self.check_uncertainty()
        self.assertIn("standard deviation of a force", result.stdout)
        for arguments in (("--grades", "g.csv"), ("--known", "frames.extxyz"), ("--per-atom",)):
            refused = self.run_program("select", "result/model", "frames.extxyz", "-o", "no.extxyz", "--method", "uncertainty", *arguments)
            self.assertIn(f"it has no {arguments[0]}", refused.stderr)
        refused = self.run_program("select", "result/model/1", "frames.extxyz", "-o", "no.extxyz", "--method", "uncertainty")
        self.assertIn("one network does not know how sure it is", refused.stderr)

    def check_uncertainty(self):
        """The frames chosen are those with the largest deviation of a force that `evaluate` tells, whatever the kind of model."""
        result, chosen = self.select("-n", "4", "--method", "uncertainty")
        self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "predicted.extxyz", "--uncertainty")
        largest = []
        text = self.read("predicted.extxyz").splitlines()
        for frame in range(12):
            rows = [[float(word) for word in line.split()[-3:]] for line in text[11 * frame + 2:11 * frame + 11]]
            norms = [sum(x * x for x in row) ** 0.5 for row in rows]
            largest.append((max(norms), frame, norms.index(max(norms))))
        expected = sorted(largest, reverse=True)[:4]
        self.assertEqual([(frame["frame_in_file"], frame["atom"]) for frame in chosen], [(k, atom) for _, k, atom in expected])
        for frame, (value, _, _) in zip(chosen, expected):
            self.assertAlmostEqual(frame["deviation"], value, delta=1e-6 * value)
        self.assertEqual(self.read("chosen.extxyz").count("selection_deviation="), 4)
        return result

    def test_blocks_by_uncertainty(self):
        self.fit()
        self.check_uncertainty()

    def test_what_is_missing_is_named(self):
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        for message, arguments in (
                ("no block of the model has a posterior", ()),
                ("no block O with a posterior", ("--blocks", "O")),
        ):
            result = self.run_program("select", "result/model", "frames.extxyz", "-o", "no.extxyz", *arguments)
            self.assertEqual(result.returncode, 1)
            self.assertIn(message, result.stderr)
        self.assertFalse((self.folder / "no.extxyz").exists())


if __name__ == "__main__":
    unittest.main()
