"""Selection from the command line: what is chosen, why, and what is refused."""
import csv
import json
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
