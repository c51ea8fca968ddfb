"""Evidence as users of the program meet it: refits against fits from data, ranks, damage, sizes.

Arguments: the program, the MPI launcher. Kinds of evidence: identity and invariance; the oracle of a refit is a fit from data that
keeps no evidence.
"""
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import unittest

from program import PROGRAM, RECIPE, ProgramTest, contents, files_in, frame

LAUNCHER = sys.argv.pop(1)
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1"}
GIVEN = RECIPE.replace("solver: {strength: groups, folds: 2}", "solver: {strength: 1e-3, folds: 2}")
KEEP = "evidence: groups\n"


class Evidence(ProgramTest):

    def fit(self, name, recipe, *more):
        self.put(f"{name}.yaml", recipe)
        return self.succeed("fit", f"{name}.yaml", "-o", name, "--no-plots", *more)

    def predictions(self, model):
        """Every number of the predicted frames."""
        self.succeed("evaluate", model, "frames.extxyz", "-o", f"{model}/predicted.extxyz", "--overwrite")
        return [float(word) for word in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", self.read(f"{model}/predicted.extxyz"))]

    def assert_same_model(self, found, expected):
        pairs = list(zip(self.predictions(found), self.predictions(expected), strict=True))
        self.assertGreater(len(pairs), 100)
        worst = max(abs(a - b) / max(1, abs(b)) for a, b in pairs)
        self.assertLess(worst, 1e-8, f"{found} and {expected}: printed predictions differ by {worst}")

    def frozen(self, result, step):
        """A recipe that takes C and N from a result."""
        return (GIVEN.replace("  - {name: C}\n", f"  - {{name: C, frozen: {result}/blocks/C}}\n")
                .replace("  - {name: N}\n", f"  - {{name: N, frozen: {result}/blocks/N}}\n").replace("  - {name: C-N}\n", f"  - {step}\n"))

    def test_a_refit_is_a_fit_from_data(self):
        self.fit("kept", GIVEN + KEEP)
        block = "kept/blocks/C-N"
        self.succeed("refit", block, "--weights", "force=2,energy=10", "-o", "reweighted")
        self.fit("data_weights", self.frozen("kept", "{name: C-N, weights: {force: 2, energy: 10}}"))
        self.assert_same_model("reweighted/model", "data_weights/model")

        self.fit("other", GIVEN.replace("energy: 3", "energy: 30"))
        self.succeed("refit", block, "--parents", "other/blocks/C", "-o", "on_other")
        mixed = self.frozen("kept", "{name: C-N}").replace("kept/blocks/C}", "other/blocks/C}")
        self.fit("data_on_other", mixed)
        self.assert_same_model("on_other/model", "data_on_other/model")

        self.put("soft.yaml", "parents: {C: {dial: 2}, N: free}\nsolver: {strength: 0.01}\n")
        self.succeed("refit", block, "--recipe", "soft.yaml", "-o", "softened")
        self.fit("data_soft", self.frozen("kept", "{name: C-N, parents: {C: {dial: 2}, N: free}, solver: {strength: 0.01}}"))
        self.assert_same_model("softened/model", "data_soft/model")
        self.assertIn("moved in the fit of block C-N", self.read("softened/blocks/C/CARD.md"))

        # A refit carries evidence too, and what it was made with.
        self.succeed("refit", "softened/blocks/C-N", "-o", "again")
        self.assertEqual(self.read("again/blocks/C-N/coefficients.csv"), self.read("softened/blocks/C-N/coefficients.csv"))

    def test_a_hierarchy_refitted_block_by_block(self):
        self.fit("kept", GIVEN + KEEP)
        self.succeed("refit", "kept/blocks/C", "kept/blocks/N", "kept/blocks/C-N", "--weights", "energy=20", "--strength", "0.1", "-o", "refitted")
        self.fit("data", GIVEN.replace("energy: 3", "energy: 20").replace("1e-3", "0.1"))
        self.assert_same_model("refitted/model", "data/model")

    def test_parents_come_first(self):
        self.fit("kept", GIVEN + KEEP)
        self.fail_with("block C is a parent of block C-N and has to be named before it", "refit", "kept/blocks/C-N", "kept/blocks/C", "-o", "no")
        self.assertFalse((self.folder / "no").exists())

    def test_a_refit_leaves_nothing_of_an_earlier_fit(self):
        self.fit("kept", GIVEN + KEEP)
        self.fit("result", GIVEN.replace("basis:", "split: {test: {fraction: 0.3}}\nbasis:", 1))
        self.put("result/notes.txt", "mine")
        (self.folder / "result/plots_train").mkdir()
        self.succeed("refit", "kept/blocks/C-N", "-o", "result", "--overwrite")
        self.succeed("refit", "kept/blocks/C-N", "-o", "fresh")
        self.assertEqual(files_in(self.folder / "result") - {"notes.txt"}, files_in(self.folder / "fresh"))
        self.assertFalse((self.folder / "result/plots_train").exists())
        self.assertEqual(self.read("result/notes.txt"), "mine")

    def test_an_earlier_result_stays_until_the_new_one_is_written(self):
        self.fit("kept", GIVEN + KEEP)
        self.succeed("refit", "kept/blocks/C-N", "-o", "result")
        before = contents(self.folder / "result")
        largest = (self.folder / "result/blocks/C-N/evidence.h5").stat().st_size
        self.assertGreater(largest, 20000)

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, largest // 2))
        full = self.run_program("refit", "kept/blocks/C-N", "--strength", "0.1", "-o", "result", "--overwrite", preexec_fn=small_files)
        self.assertNotEqual(full.returncode, 0)
        after = {name: state for name, state in contents(self.folder / "result").items() if not name.startswith("result.part")}
        self.assertEqual(after, before)
        self.succeed("refit", "kept/blocks/C-N", "--strength", "0.1", "-o", "result", "--overwrite")  # which clears up, too
        self.succeed("refit", "kept/blocks/C-N", "--strength", "0.1", "-o", "fresh")
        self.assertEqual(files_in(self.folder / "result"), files_in(self.folder / "fresh"))
        self.assertEqual(self.read("result/blocks/C-N/coefficients.csv"), self.read("fresh/blocks/C-N/coefficients.csv"))

    def test_folders_of_others_are_not_taken_away(self):
        self.fit("kept", GIVEN + KEEP)
        for place, complaint in (("model", "is not a model folder"), ("blocks/C-N", "is not a block folder"), ("blocks/C", "is not a block folder"),
                                 ("summary.json", "is a folder")):
            with self.subTest(place):
                self.succeed("refit", "kept/blocks/C-N", "-o", "result", "--overwrite")
                shutil.rmtree(self.folder / "result" / place) if place != "summary.json" else (self.folder / "result" / place).unlink()
                self.put(f"result/{place}/notes.txt", "mine")
                before = contents(self.folder / "result")
                self.fail_with(f"{place}: exists and {complaint}, so it is not overwritten", "refit", "kept/blocks/C-N", "-o", "result", "--overwrite")
                self.assertEqual(contents(self.folder / "result"), before)
                shutil.rmtree(self.folder / "result" / place)
        self.put("fitted.yaml", GIVEN)
        shutil.rmtree(self.folder / "result/blocks/C")
        self.put("result/blocks/C/notes.txt", "mine")
        before = contents(self.folder / "result")
        self.fail_with("blocks/C: exists and is not a block folder", "fit", "fitted.yaml", "-o", "result", "--no-plots", "--overwrite")
        self.assertEqual(contents(self.folder / "result"), before)

    def test_pictures_of_others_are_not_taken_away(self):
        self.fit("kept", GIVEN + KEEP)
        self.succeed("refit", "kept/blocks/C-N", "-o", "result")
        self.put("result/plots_train/mine.png", "mine")
        self.put("result/plots_test/parity_force.png", "of an earlier fit")
        self.succeed("refit", "kept/blocks/C-N", "-o", "result", "--overwrite")
        self.assertEqual(self.read("result/plots_train/mine.png"), "mine")
        self.assertFalse((self.folder / "result/plots_test").exists())

    def test_a_result_that_cannot_be_put_in_place_is_kept(self):
        """Onto another disk a folder cannot be renamed."""
        self.fit("kept", GIVEN + KEEP)
        self.succeed("refit", "kept/blocks/C-N", "-o", "result")
        shutil.rmtree(self.folder / "result/blocks")
        other = tempfile.TemporaryDirectory(prefix="carillon-other-disk-", dir="/dev/shm")
        self.addCleanup(other.cleanup)
        if os.stat(other.name).st_dev == os.stat(self.folder).st_dev:
            self.skipTest("/dev/shm is not another file system than the folder of the test")
        (self.folder / "result/blocks").symlink_to(other.name)
        said = self.run_program("refit", "kept/blocks/C-N", "--strength", "0.1", "-o", "result", "--overwrite")
        self.assertEqual(said.returncode, 1)
        kept, = (self.folder / "result").glob("result.part*")
        self.assertIn(f"is kept in result/{kept.name}", said.stderr)
        self.assertTrue((kept / "model/model.yaml").exists())
        self.assertTrue((kept / "blocks/C-N/evidence.h5").exists())

    def test_blocks_that_stand_on_different_versions_of_a_parent_are_an_error(self):
        """C-H is refitted on C, and then C-N moves C: no model comes of that."""
        self.put("frames.extxyz", self.read("frames.extxyz") + "".join(frame("CHCHCHCHC", f"hydrocarbon {k}", "hydrocarbon") for k in range(4)))
        pairs = "    C-H: {inner: 0.8, outer: 3.5, lambda: 1.1}\n    H-H: {inner: 0.7, outer: 3.5, lambda: 0.8}\n"
        self.fit("kept", GIVEN.replace("weights:", pairs + "weights:").replace("blocks:", "absent_blocks: [H, H-N, C-H-N]\nblocks:") + "  - {name: C-H}\n" + KEEP)
        self.put("soft.yaml", "parents: {C: soft}\n")
        self.fail_with("block C-H was fitted on what another block C leaves", "refit", "kept/blocks/C-H", "kept/blocks/C-N", "--recipe", "soft.yaml", "-o", "no")
        self.assertEqual(files_in(self.folder / "no"), set())

    def test_parents_keep_their_posteriors(self):
        solver = "solver: {kind: bayesian_ridge}"
        self.fit("kept", RECIPE.replace("solver: {strength: groups, folds: 2}", solver) + KEEP)
        self.succeed("refit", "kept/blocks/C-N", "--weights", "force=2", "-o", "refitted")
        for block in ("C", "N"):
            name = f"blocks/{block}/posterior.h5"
            self.assertEqual((self.folder / "refitted" / name).read_bytes(), (self.folder / "kept" / name).read_bytes())
        result = self.succeed("evaluate", "refitted/model", "frames.extxyz", "-o", "out.extxyz", "--uncertainty")
        self.assertNotIn("counts as certain", result.stderr)
        # C as another fit has it: not a posterior of the block in kept/.
        self.fit("other", RECIPE.replace("solver: {strength: groups, folds: 2}", solver).replace("energy: 3", "energy: 30"))
        self.succeed("refit", "kept/blocks/C-N", "--parents", "other/blocks/C", "-o", "on_other")
        self.assertEqual((self.folder / "on_other/blocks/C/posterior.h5").read_bytes(), (self.folder / "other/blocks/C/posterior.h5").read_bytes())

    def split_frames(self):
        """The mixture's frames but two, and those two; carbon and nitrogen are in the first."""
        text = self.read("frames.extxyz").splitlines(keepends=True)
        frames = [text[k:k + 11] for k in range(0, len(text), 11)]
        self.put("first.extxyz", "".join(line for frame in frames[:10] for line in frame))
        self.put("second.extxyz", "".join(line for frame in frames[10:] for line in frame))

    def test_merged_and_extended_evidence(self):
        self.split_frames()
        self.fit("parents", GIVEN)
        recipe = self.frozen("parents", "{name: C-N}").replace("data:\n", "evidence: groups\ndata:\n").replace("title: small\n", "")
        first = recipe.replace("frames.extxyz", "first.extxyz")
        second = recipe.replace("frames.extxyz", "second.extxyz")
        self.fit("ours", first)
        self.fit("theirs", second)
        self.fit("data", self.frozen("parents", "{name: C-N}"))
        self.succeed("merge", "ours/blocks/C-N", "theirs/blocks/C-N", "-o", "merged")
        self.assert_same_model("merged/model", "data/model")
        self.fit("extended", second, "--extend", "ours/blocks/C-N")
        self.assert_same_model("extended/model", "data/model")
        self.fail_with("its rows would count twice", "merge", "ours/blocks/C-N", "ours/blocks/C-N", "-o", "twice")
        self.fail_with("its rows would count twice", "fit", "ours.yaml", "--extend", "ours/blocks/C-N", "-o", "twice_too")
        self.fail_with("fits no block C,", "fit", "ours.yaml", "--extend", "kept_c", "-o", "no", prepare=self.keep_carbon)

    def keep_carbon(self):
        self.fit("carbon", GIVEN.replace("  - {name: C}\n", "  - {name: C, evidence: total}\n"))
        (self.folder / "carbon/blocks/C").rename(self.folder / "kept_c")

    def fail_with(self, message, *arguments, prepare=None):
        if prepare:
            prepare()
        result = self.run_program(*arguments)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(message, result.stderr)

    def test_the_same_bytes_on_any_number_of_ranks(self):
        recipe = (RECIPE + "evidence: groups\nprice: true\n").replace("{name: C-N}", "{name: C-N, parents: {C: {dial: 1, evidence: true}, N: free}}")
        self.fit("alone", recipe)
        names = [f"blocks/{block}/{file}" for block in ("C", "N", "C-N") for file in ("coefficients.csv", "evidence.h5", "CARD.md")]
        names += ["price_C-N.csv", "price_C-N.md", "model/model.yaml"]
        self.succeed("refit", "alone/blocks/C-N", "--parents", "alone/blocks/C", "alone/blocks/N", "--strength", "gcv", "-o", "refit_alone")
        for ranks in (1, 3):
            self.launch(ranks, "fit", "alone.yaml", "-o", f"on_{ranks}", "--no-plots")
            for name in names:
                self.assertEqual((self.folder / f"on_{ranks}/{name}").read_bytes(), (self.folder / "alone" / name).read_bytes(), f"{name} on {ranks} ranks")
            self.launch(ranks, "refit", "alone/blocks/C-N", "--parents", "alone/blocks/C", "alone/blocks/N", "--strength", "gcv", "-o", f"refit_{ranks}")
            for name in ("blocks/C-N/coefficients.csv", "blocks/C/coefficients.csv", "blocks/C-N/evidence.h5"):
                self.assertEqual((self.folder / f"refit_{ranks}/{name}").read_bytes(), (self.folder / "refit_alone" / name).read_bytes(), f"{name} on {ranks} ranks")

    def launch(self, ranks, *command):
        done = subprocess.run([LAUNCHER, "--bind-to", "none", "-n", str(ranks), PROGRAM, *command], cwd=self.folder, env=ENVIRONMENT, text=True,
                              capture_output=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_sizes_are_as_foretold(self):
        for level in ("total", "groups"):
            self.put("sized.yaml", GIVEN + f"evidence: {level}\n")
            foretold = dict(re.findall(r"evidence of block (\S+): (\S+) MB \(level " + level, self.succeed("fit", "sized.yaml", "--dry-run").stdout))
            self.assertEqual(sorted(foretold), ["C", "C-N", "N"])
            self.succeed("fit", "sized.yaml", "-o", level, "--no-plots")
            for block, size in foretold.items():
                found = (self.folder / f"{level}/blocks/{block}/evidence.h5").stat().st_size
                self.assertGreaterEqual(found, 1e6 * float(size) - 500)  # three digits are printed
                self.assertLessEqual(found, 1e6 * float(size) + 150e3, "beyond the factors: names, blocks and HDF5's own")
        self.put("none.yaml", GIVEN)
        self.assertNotIn("evidence", self.succeed("fit", "none.yaml", "--dry-run").stdout)

    def test_damage_and_absence_are_refused(self):
        self.fit("kept", GIVEN + KEEP)
        file = self.folder / "kept/blocks/C-N/evidence.h5"
        sound = file.read_bytes()
        refused = 0
        for place in range(100, len(sound), len(sound) // 12):
            file.write_bytes(sound[:place] + bytes([sound[place] ^ 4]) + sound[place + 1:])
            result = self.run_program("refit", "kept/blocks/C-N", "-o", f"damaged_{place}")
            if result.returncode == 0:  # a byte that nothing depends on
                self.assertEqual(self.read(f"damaged_{place}/blocks/C-N/coefficients.csv"), self.read("kept/blocks/C-N/coefficients.csv"))
            else:
                refused += 1
                self.assertEqual(result.returncode, 1)
                self.assertRegex(result.stderr, "carillon: error: kept/blocks/C-N/evidence.h5: .*")
        self.assertGreater(refused, 3)
        file.write_bytes(sound[:-1000])
        self.fail_with("kept/blocks/C-N/evidence.h5: ", "refit", "kept/blocks/C-N", "-o", "cut")
        file.unlink()
        self.fail_with("the block carries no evidence", "refit", "kept/blocks/C-N", "-o", "absent")
        self.assertFalse((self.folder / "absent").exists())

    def test_wrong_use_is_named(self):
        self.fit("kept", GIVEN + KEEP)
        block = "kept/blocks/C-N"
        for message, *arguments in (
                ("--weights: expected such as force=1", "--weights", "force"),
                ("unknown key 'forces'", "--weights", "forces=1"),
                ("unknown label 'hot'; known: mixture", "--drop-label", "hot"),
                ("no label is left", "--drop-label", "mixture"),
                ("is not one of: groups, gcv", "--strength", "strong"),
        ):
            self.fail_with(message, "refit", block, *arguments, "-o", "no")

    def test_recipes_are_checked_before_the_work(self):
        for message, step in (
                ("'C-N' is no parent of this step", "{name: C-N, parents: {C-N: soft}}"),
                ("its step keeps none", "{name: C-N, parents: {C: {dial: 1, evidence: true}}}"),
                ("it needs 'evidence: groups'", "{name: C-N, price: true}"),
                ("nowhere", "{name: C-N, prior: {from: nowhere}}"),
        ):
            self.put("wrong.yaml", GIVEN.replace("{name: C-N}", step))
            self.fail_with(message, "fit", "wrong.yaml", "-o", "no")
            self.assertFalse((self.folder / "no").exists(), message)


if __name__ == "__main__":
    unittest.main()
