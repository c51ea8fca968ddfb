"""What the program promises: the files of a fit, one model in four forms, exact conversions, repeatable results.

Argument: the program.
"""
import csv
import json
import os
import pathlib
import tempfile
import unittest

from program import ProgramTest, RECIPE, SEED_FRAMES, SETUP, contents, files_in, frames, promised_files, run

SPLIT_RECIPE = RECIPE.replace("basis:\n", "split: {test: {fraction: 0.25, seed: 1}}\nbasis:\n", 1).replace("blocks:", "penalty: {distance: 0.05, scale: 1000}\nblocks:")
# Low orders on every frame of the data set that ships with the project.
SEED_RECIPE = SPLIT_RECIPE.replace("frames.extxyz", str(SEED_FRAMES)).replace("0.25", "0.2").replace("inner: 0.8,", "inner: 0.85,").replace("pair: 3", "pair: 5")

def read_frames(path):
    """Frames of an extended XYZ file: the comment's keys and, for each atom, its element and numbers."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    out = []
    while lines:
        count = int(lines[0])
        atoms = [(line.split()[0], [float(word) for word in line.split()[1:]]) for line in lines[2:2 + count]]
        out.append((parse_comment(lines[1]), atoms))
        lines = lines[2 + count:]
    return out


def parse_comment(line):
    """`a=1 b="x y"` as a dictionary."""
    out = {}
    while line.strip():
        key, rest = line.strip().split("=", 1)
        if rest.startswith('"'):
            value, line = rest[1:].split('"', 1)
        else:
            value, line = (rest.split(" ", 1) + [""])[:2]
        out[key] = value
    return out


class OneFit(ProgramTest):
    """Tests that look at one result, made once."""

    @classmethod
    def setUpClass(cls):
        keeper = tempfile.TemporaryDirectory()
        cls.addClassCleanup(keeper.cleanup)
        cls.made = pathlib.Path(keeper.name)
        (cls.made / "recipe.yaml").write_text(SEED_RECIPE, encoding="utf-8")
        cls.dry_run = cls.run_once("fit", "recipe.yaml", "--dry-run", "--threads", "2")
        cls.left_by_dry_run = contents(cls.made)
        cls.fit = cls.run_once("fit", "recipe.yaml", "-o", "result", "--no-plots", "--threads", "2")
        cls.result = cls.made / "result"

    @classmethod
    def run_once(cls, *arguments):
        result = run(*arguments, cwd=cls.made)
        if result.returncode != 0:
            raise RuntimeError(result.stderr)
        return result

    def json(self, name):
        return json.loads((self.result / name).read_text(encoding="utf-8"))

    def test_exactly_the_promised_files(self):
        self.assertEqual(files_in(self.result), promised_files(("train", "test")))

    def test_a_dry_run_writes_nothing(self):
        self.assertEqual(set(self.left_by_dry_run), {"recipe.yaml"})

    def test_a_dry_run_foretells_frames_rows_and_columns(self):
        header, *lines = self.dry_run.stdout.splitlines()
        self.assertEqual(header.split()[:5], ["block", "frames", "rows", "columns", "groups"])
        foretold = {line.split()[0]: tuple(int(word) for word in line.split()[1:4]) for line in lines[:3]}
        done = {step["blocks"][0]: (step["frames"], step["solution"]["rows"], step["solution"]["columns"]) for step in self.json("summary.json")["steps"]}
        self.assertEqual(foretold, done)
        for step in self.json("summary.json")["steps"]:
            self.assertEqual(step["solution"]["rows"], sum(step["rows"].values()))

    def test_metrics_by_label(self):
        metrics = self.json("metrics.json")
        split = self.json("split.json")
        self.assertEqual(set(metrics), {"train", "test"})
        for name, table in metrics.items():
            labels = {frame["label"] for frame in split[name]}
            self.assertEqual({row["label"] for row in table["labels"]}, labels)
            self.assertEqual(table["all"]["frames"], len(split[name]))
            for row in (*table["labels"], table["all"]):
                self.assertEqual((row["energy_count"], row["force_count"], row["stress_count"]), (row["frames"], 3 * row["atoms"], 6 * row["frames"]))
                for quantity in ("energy_{}_mev_per_atom", "force_{}_mev_per_angstrom", "stress_{}_gpa"):
                    rmse, mae = row[quantity.format("rmse")], row[quantity.format("mae")]
                    self.assertGreater(mae, 0)
                    self.assertGreaterEqual(rmse, mae)

    def test_the_csv_and_markdown_tables_say_the_same(self):
        with open(self.result / "metrics.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        metrics = self.json("metrics.json")
        expected = [(name, row) for name, table in metrics.items() for row in (*table["labels"], table["all"])]
        self.assertEqual(len(rows), len(expected))
        for row in rows:
            match = next(json_row for name, json_row in expected if name == row["set"] and json_row["label"] == row["label"])
            self.assertAlmostEqual(float(row["force_rmse_mev_per_angstrom"]) / match["force_rmse_mev_per_angstrom"], 1, places=6)
        markdown = (self.result / "metrics.md").read_text(encoding="utf-8")
        self.assertEqual(markdown.count("\n| "), len(rows) + 2 * 2)  # a heading and a rule for each set
        self.assertEqual(self.fit.stdout, markdown, "the table is also shown")

    def test_metrics_follow_from_the_predictions(self):
        """Forces of predictions_test.extxyz against the data set's own, without the program's arithmetic."""
        reference = read_frames(SEED_FRAMES)
        squares, count = 0.0, 0
        for chosen, (_, atoms) in zip(self.json("split.json")["test"], read_frames(self.result / "predictions_test.extxyz"), strict=True):
            for (element, given), (same, found) in zip(reference[chosen["frame"]][1], atoms, strict=True):
                self.assertEqual(element, same)
                squares += sum((a - b) ** 2 for a, b in zip(given[3:], found[3:], strict=True))
                count += 3
        row = self.json("metrics.json")["test"]["all"]
        self.assertEqual(row["force_count"], count)
        self.assertAlmostEqual(1000 * (squares / count) ** 0.5 / row["force_rmse_mev_per_angstrom"], 1, places=9)

    def predictions(self, *model):
        out = self.folder / "out.extxyz"
        self.succeed("evaluate", *model, SEED_FRAMES, "-o", out, "--overwrite")
        return read_frames(out)

    def assert_same(self, one, other, tolerance):
        """Energies, forces and stresses; the tolerance is relative to their largest."""
        for (comment, atoms), (comment_2, atoms_2) in zip(one, other, strict=True):
            pairs = [(float(comment["energy"]), float(comment_2["energy"]))]
            pairs += zip(map(float, comment["stress"].split()), map(float, comment_2["stress"].split()), strict=True)
            pairs += [pair for a, b in zip(atoms, atoms_2, strict=True) for pair in zip(a[1], b[1], strict=True)]
            for a, b in pairs:
                self.assertAlmostEqual(a, b, delta=tolerance * max(1, abs(a)))

    def test_one_model_in_four_forms(self):
        """The model folder, its blocks in any order, and an exported params.txt, with a file of its own for the penalty's units."""
        model = self.predictions(self.result / "model")
        blocks = [self.result / "blocks" / name for name in ("C-N", "C", "N")]
        self.succeed("compose", *blocks, "-o", "composed", "--penalty", "0.05", "1000")
        self.succeed("export", self.result / "model", "-o", "params.txt")
        self.assert_same(model, self.predictions("composed"), 0)
        # The file holds kcal/mol: one rounding for each coefficient, and energies of some 10^4 eV that nearly cancel.
        self.assert_same(model, self.predictions("params.txt"), 1e-12)
        without_penalty = [self.predictions(*order) for order in (blocks, blocks[::-1])]
        self.assert_same(*without_penalty, 0)

    def test_the_models_predictions_are_those_of_the_fit(self):
        frames_of_test = [entry["frame"] for entry in self.json("split.json")["test"]]
        everything = self.predictions(self.result / "model")
        self.assertEqual([everything[k] for k in frames_of_test], read_frames(self.result / "predictions_test.extxyz"))

    def test_exported_parameters_become_the_same_blocks_again(self):
        self.succeed("export", self.result / "model", "-o", "params.txt")
        self.succeed("convert", "params.txt", "-o", "blocks")
        self.succeed("export", "blocks/C", "blocks/N", "blocks/C-N", "-o", "again.txt")
        for name in ("C", "N", "C-N"):
            for line, line_2 in zip((self.result / f"blocks/{name}/coefficients.csv").read_text().splitlines()[1:],
                                    self.read(f"blocks/{name}/coefficients.csv").splitlines()[1:], strict=True):
                self.assertEqual(line.rsplit(",", 1)[0], line_2.rsplit(",", 1)[0])
                self.assertAlmostEqual(float(line.rsplit(",", 1)[1]) / float(line_2.rsplit(",", 1)[1]), 1, delta=1e-14)

    def test_the_resolved_recipe_gives_the_same_bytes_from_anywhere(self):
        self.succeed("fit", self.result / "recipe.yaml", "-o", "again", "--no-plots")
        for name in ("C", "N", "C-N"):
            file = f"blocks/{name}/coefficients.csv"
            self.assertEqual(self.read(f"again/{file}"), (self.result / file).read_text(encoding="utf-8"))
        self.assertEqual(self.read("again/metrics.json"), (self.result / "metrics.json").read_text(encoding="utf-8"))

    def test_a_seed_changes_the_split(self):
        tests = []
        for seed in (1, 2, 2):
            self.succeed("fit", self.made / "recipe.yaml", "-o", "seeded", "--no-plots", "--overwrite", "--seed", seed)
            tests.append([entry["frame"] for entry in json.loads(self.read("seeded/split.json"))["test"]])
            self.assertIn(f"seed: {seed}", self.read("seeded/recipe.yaml"))
        self.assertEqual(tests[0], [entry["frame"] for entry in self.json("split.json")["test"]], "1 is the recipe's own")
        self.assertNotEqual(tests[0], tests[1])
        self.assertEqual(tests[1], tests[2])

    def test_threads_change_no_byte(self):
        self.succeed("fit", self.made / "recipe.yaml", "-o", "one", "--no-plots", "--threads", "1")
        names = [name for name in files_in(self.result) if name.endswith((".csv", ".extxyz", "metrics.json", "metrics.md", "model.yaml"))]
        self.assertGreater(len(names), 15)
        for name in names:
            self.assertEqual(self.read(f"one/{name}"), (self.result / name).read_text(encoding="utf-8"), name)


class Fit(ProgramTest):

    def test_paths_of_a_recipe_are_relative_to_it(self):
        """And the resolved recipe, which lies elsewhere, means the same files."""
        (self.folder / "sub").mkdir()
        self.put("sub/recipe.yaml", RECIPE.replace("frames.extxyz", "../frames.extxyz"))
        self.succeed("fit", "sub/recipe.yaml", "-o", "far/away", "--no-plots")
        self.succeed("fit", "far/away/recipe.yaml", "-o", "again", "--no-plots")
        self.assertEqual(self.read("again/blocks/C-N/coefficients.csv"), self.read("far/away/blocks/C-N/coefficients.csv"))

    def test_without_a_split_there_is_no_test_set(self):
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.assertEqual(files_in(self.folder / "result"), promised_files(("train",)))
        self.assertEqual(set(json.loads(self.read("result/metrics.json"))), {"train"})

    def test_frozen_blocks_from_a_folder_and_from_a_params_file(self):
        """A fit on frozen parents leaves the parents as they are, and finds the same child as the fit that made them."""
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.succeed("export", "result/model", "-o", "params.txt")
        self.put("child.yaml", RECIPE.replace("{name: C}", "{name: C, frozen: result/blocks/C}").replace("{name: N}", "{name: N, frozen: params.txt}"))
        self.succeed("fit", "child.yaml", "-o", "child", "--no-plots")
        self.assertEqual(self.read("child/blocks/C/coefficients.csv"), self.read("result/blocks/C/coefficients.csv"))
        self.assertEqual(files_in(self.folder / "child"), promised_files(("train",)) - {"path_C.csv", "path_N.csv"})

    def test_frames_of_other_elements_are_left_out_of_the_errors(self):
        self.edit("recipe.yaml", "  - {name: N}\n  - {name: C-N}\n", "")
        result = self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.assertIn("warning: 8 of 12 frames are left out: they hold N, of which the recipe has no block\n", result.stderr)
        self.assertEqual(json.loads(self.read("result/metrics.json"))["train"]["all"]["frames"], 4)

    def test_files_of_which_no_frame_is_of_use_are_named(self):
        atoms = 11  # lines of a frame
        lines = frames().splitlines(keepends=True)
        self.put("carbon.extxyz", "".join(lines[:4 * atoms]))
        self.put("others.extxyz", "".join(lines[4 * atoms:]))
        self.edit("recipe.yaml", "  - {name: N}\n  - {name: C-N}\n", "")
        self.edit("recipe.yaml", "  - file: frames.extxyz\n", "  - file: others.extxyz\n  - file: carbon.extxyz\n")
        for arguments in (("--dry-run",), ("-o", "result", "--no-plots")):
            result = self.succeed("fit", "recipe.yaml", *arguments)
            self.assertRegex(result.stderr, r"warning: 8 of 12 frames .*; among them are all frames of [^,]*others.extxyz\n")

    def test_ignored_labels_are_not_counted(self):
        self.edit("recipe.yaml", "require: [energy, forces, stress]", "ignore: [energy, stress]")
        log = self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots").stderr
        for line in ("energy: ignored\n", "stress: ignored\n", "forces: 'forces' in 12 of 12 frames\n"):
            self.assertIn(line, log)

    def test_energies_of_several_levels_are_remarked(self):
        """Not where all but those of one level are ignored."""
        for name, level in (("frames", "PBE+D2"), ("cheap", "DFTB")):
            self.put(f"{name}.extxyz", frames().replace("config_type", f"label_level={level} config_type"))
        self.edit("recipe.yaml", "basis:", "  - {file: cheap.extxyz}\nbasis:")
        for arguments in (("--dry-run",), ("-o", "mixed", "--no-plots")):
            result = self.succeed("fit", "recipe.yaml", *arguments)
            self.assertRegex(result.stderr, r"warning: energies of several levels.*: DFTB \(12 frames of [^,]*cheap.extxyz\), PBE\+D2 \(12 ")
        self.assertIn("energies of several levels", self.read("mixed/carillon.log"))
        self.edit("recipe.yaml", "{file: cheap.extxyz}", "{file: cheap.extxyz, ignore: [energy]}")
        self.assertNotIn("several levels", self.succeed("fit", "recipe.yaml", "-o", "sound", "--no-plots").stderr)

    def test_overwriting_leaves_nothing_of_the_earlier_result(self):
        self.put("first.yaml", SPLIT_RECIPE)
        self.succeed("fit", "first.yaml", "-o", "result", "--no-plots")
        self.put("result/notes.txt", "mine")
        self.edit("recipe.yaml", "  - {name: N}\n  - {name: C-N}\n", "")
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots", "--overwrite")
        self.assertEqual(files_in(self.folder / "result"), promised_files(("train",), blocks=("C",)) | {"notes.txt"})

    def test_somebody_elses_checkpoint_folder_is_never_touched(self):
        """Such a folder is a common name in a folder of work: a fit into it is refused, and with --overwrite writes beside it."""
        for name in ("notes.txt", "last.piece", "model.part12"):
            self.put(f"mine/checkpoint/{name}", "mine")
        before = contents(self.folder / "mine")
        result = self.run_program("fit", "recipe.yaml", "-o", "mine", "--no-plots")
        self.assertEqual(result.returncode, 1)
        self.assertIn("mine: is not empty", result.stderr)
        self.assertEqual(contents(self.folder / "mine"), before)
        self.put("mine/checkpoint/notes.txt", "mine")
        (self.folder / "mine/checkpoint/last.piece").unlink()
        before = contents(self.folder / "mine")
        self.succeed("fit", "recipe.yaml", "-o", "mine", "--no-plots", "--overwrite")
        after = contents(self.folder / "mine")
        self.assertEqual({name: after[name] for name in before}, before)
        self.assertEqual(files_in(self.folder / "mine"), promised_files(("train",)) | {"checkpoint/notes.txt", "checkpoint/model.part12"})

    def test_a_seed_without_a_random_split_is_remarked(self):
        result = self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots", "--seed", "3")
        self.assertIn("--seed 3 changes nothing", result.stderr)

    def test_plots_where_matplotlib_is(self):
        result = self.succeed("fit", "recipe.yaml", "-o", "result")
        if "no parity plots" in result.stderr:
            self.skipTest("no matplotlib")
        pictures = files_in(self.folder / "result") - promised_files(("train",))
        self.assertEqual(pictures, {f"plots_train/parity_{kind}.png" for kind in ("energy", "force", "stress")})


    def test_the_interpreter_of_plots_can_be_named(self):
        self.put("python", "#!/bin/sh\nprintf '%s ' \"$@\" > called\n")
        (self.folder / "python").chmod(0o755)
        environment = {**os.environ, "CARILLON_PYTHON": "./python"}
        result = self.succeed("fit", "recipe.yaml", "-o", "result", env=environment)
        self.assertNotIn("no parity plots", result.stderr)
        self.assertRegex(self.read("called"), r"/scripts/plot_parity.py \S*parity_train.csv --output \S*plots_train")

    def test_without_matplotlib_there_are_no_plots_and_a_remark(self):
        """A python3 on the search path that lacks it gives way to the system's; one that is named does not."""
        self.put("bin/python3", "#!/bin/sh\nexit 1\n")
        (self.folder / "bin/python3").chmod(0o755)
        environment = {**os.environ, "CARILLON_PYTHON": str(self.folder / "bin/python3")}
        result = self.succeed("fit", "recipe.yaml", "-o", "result", env=environment)
        self.assertRegex(result.stderr, r"no parity plots: \S*bin/python3 \S*plot_parity.py ended with status 1")
        del environment["CARILLON_PYTHON"]
        environment["PATH"] = f"{self.folder / 'bin'}:{environment['PATH']}"
        result = self.succeed("fit", "recipe.yaml", "-o", "again", env=environment)
        if "no python3 that has matplotlib" not in result.stderr:
            self.assertTrue((self.folder / "again/plots_train/parity_force.png").exists())

    def test_a_split_without_test_frames_is_remarked(self):
        self.edit("recipe.yaml", "basis:", "split: {test: {fraction: 0.04, seed: 1}}\nbasis:")
        result = self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.assertIn("the split leaves no frame to test on: a fraction of 0.04 of 12 frames", result.stderr)

    def test_a_label_of_weight_zero_is_left_out(self):
        self.edit("frames.extxyz", "config_type=carbon", "config_type=other")
        self.edit("recipe.yaml", "stress: 100", "stress: 100, labels: {other: 0}")
        self.edit("recipe.yaml", "folds: 2", "folds: 3")
        result = self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.assertRegex(result.stderr, r"block C: 3 frames, \d+ rows \(81 force, 18 stress, 3 energy\)")


class Evaluate(ProgramTest):

    def setUp(self):
        super().setUp()
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")

    def test_predictions_are_in_the_stated_units_and_keep_label_and_cell(self):
        self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "out.extxyz")
        for (given, atoms), (found, atoms_2) in zip(read_frames(self.folder / "frames.extxyz"), read_frames(self.folder / "out.extxyz"), strict=True):
            self.assertEqual([float(x) for x in given["Lattice"].split()], [float(x) for x in found["Lattice"].split()])
            self.assertEqual(given["config_type"], found["config_type"])
            self.assertEqual([(a, x[:3]) for a, x in atoms], [(a, x[:3]) for a, x in atoms_2])
            self.assertEqual(len(found["stress"].split()), 9)

    def test_keys_of_frames_are_kept(self):
        """By all that writes frames; of the deviations of another evaluation no trace, and a label's origin is not the prediction's."""
        keys = {"frame_id": "carbon-12", "label_code": "CP2K 2023.1", "label_level": "PBE+D2"}
        words = "frame_id=carbon-12 label_code=\"CP2K 2023.1\" label_level=PBE+D2"
        self.put("frames.extxyz", frames().replace("config_type", f"{words} energy_std=3 REF_energy=-90 config_type"))
        self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "predicted.extxyz")
        self.succeed("convert", "frames.extxyz", "-o", "converted.extxyz")
        for name in ("predicted", "converted"):
            for comment, _ in read_frames(self.folder / f"{name}.extxyz"):
                renamed = {f"reference_{key}" if name == "predicted" and key.startswith("label_") else key: value for key, value in keys.items()}
                self.assertEqual({key: comment[key] for key in comment if "label_" in key or key == "frame_id"}, renamed)
                self.assertNotIn("REF_energy", comment, "the energy is the frame's, under one name")
                self.assertEqual("energy_std" in comment, name == "converted")

    def test_a_plain_xyz_with_nine_cell_numbers(self):
        """The same structures without labels: the same predictions, and nothing to compare with."""
        plain = ""
        for comment, atoms in read_frames(self.folder / "frames.extxyz"):
            plain += f"{len(atoms)}\n{comment['Lattice']}\n" + "".join(f"{a} {x[0]} {x[1]} {x[2]}\n" for a, x in atoms)
        self.put("plain.xyz", plain)
        self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "labelled.extxyz")
        result = self.succeed("evaluate", "result/model", "plain.xyz", "-o", "plain.extxyz", "--metrics", "metrics.json")
        self.assertIn("plain.xyz: no labels to compare with", result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(json.loads(self.read("metrics.json"))["all"]["force_count"], 0)
        labelled, unlabelled = (read_frames(self.folder / name) for name in ("labelled.extxyz", "plain.extxyz"))
        for (comment, atoms), (comment_2, atoms_2) in zip(labelled, unlabelled, strict=True):
            self.assertEqual(atoms, atoms_2)
            self.assertEqual([comment[key] for key in ("energy", "stress")], [comment_2[key] for key in ("energy", "stress")])

    def test_frames_with_and_without_labels(self):
        self.edit("frames.extxyz", "energy=", "ignored=")
        self.succeed("evaluate", "result/model", "frames.extxyz", "--metrics", "metrics.json")
        row = json.loads(self.read("metrics.json"))["all"]
        self.assertEqual((row["energy_count"], row["force_count"]), (11, 12 * 9 * 3))

    def test_keys_and_labels_from_the_command_line(self):
        self.put("frames.extxyz", frames().replace("energy=", "my_e="))
        self.succeed("evaluate", "result/model", "frames.extxyz", "--metrics", "metrics.json", "--key", "energy=my_e", "--label", "all one")
        metrics = json.loads(self.read("metrics.json"))
        self.assertEqual([row["label"] for row in metrics["labels"]], ["all one"])
        self.assertEqual(metrics["all"]["energy_count"], 12)

    def test_predictions_to_standard_output(self):
        """A device is written to, not replaced."""
        result = self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "/dev/stdout", "--log-level", "off")
        self.assertEqual(result.stdout.count("Lattice="), 12)
        self.assertEqual(result.stderr, "")

    def test_existing_files_are_replaced_when_told_to(self):
        self.put("out.extxyz", "mine")
        self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "out.extxyz", "--overwrite")
        self.assertEqual(len(read_frames(self.folder / "out.extxyz")), 12)

    def test_the_reference_is_never_replaced(self):
        before = self.read("frames.extxyz")
        result = self.run_program("evaluate", "result/model", "frames.extxyz", "-o", "./frames.extxyz", "--overwrite")
        self.assertEqual((result.returncode, self.read("frames.extxyz")), (1, before))
        self.assertIn("./frames.extxyz: is an input; it would be lost", result.stderr)

    def test_a_library_lists_its_blocks(self):
        table = self.succeed("blocks", "result/blocks").stdout
        for name in ("C", "N", "C-N"):
            self.assertRegex(table, rf"(?m)^\|? *{name}\b")


class Convert(ProgramTest):

    def test_extxyz_to_xyzf_and_back(self):
        """Hartree, bohr, GPa and kcal/mol there and back: a few roundings."""
        self.succeed("convert", "frames.extxyz", "-o", "there.xyzf")
        self.succeed("convert", "there.xyzf", "-o", "back.extxyz")
        for (given, atoms), (found, atoms_2) in zip(read_frames(self.folder / "frames.extxyz"), read_frames(self.folder / "back.extxyz"), strict=True):
            # six components in, nine out
            xx, yy, zz, yz, xz, xy = (float(x) for x in given["stress"].split())
            stress = [xx, xy, xz, xy, yy, yz, xz, yz, zz]
            pairs = [(float(given["energy"]), float(found["energy"])), *zip(stress, map(float, found["stress"].split()), strict=True)]
            pairs += zip(map(float, given["Lattice"].split()), map(float, found["Lattice"].split()), strict=True)
            pairs += [pair for a, b in zip(atoms, atoms_2, strict=True) for pair in zip(a[1], b[1], strict=True)]
            self.assertEqual([a for a, _ in atoms], [a for a, _ in atoms_2])
            for a, b in pairs:
                self.assertAlmostEqual(a, b, delta=1e-12 * max(1, abs(a)))

    def test_a_setup_becomes_a_recipe_that_fits(self):
        self.succeed("convert", "frames.extxyz", "-o", "frames.xyzf")
        self.put("fm_setup.in", SETUP)
        self.succeed("convert", "fm_setup.in", "-o", "elsewhere.yaml")
        self.succeed("fit", "elsewhere.yaml", "-o", "result", "--no-plots")
        self.assertEqual(len(self.read("result/blocks/C/coefficients.csv").splitlines()), 1 + 4 + 2 + 1)


class Information(ProgramTest):

    def test_version_names_commit_and_libraries(self):
        text = self.succeed("--version").stdout
        self.assertRegex(text, r"^carillon \d+\.\d+\.\d+ \((?:[0-9a-f]{10}\S*|unknown)\)\n")
        for library in ("compiler", "blas", "mpi", "openmp", "eigen", "fmt", "spdlog", "json", "openssl", "cli11"):
            self.assertRegex(text, rf"(?m)^{library} .*\d\.\d|^openmp +\d")

    def test_help_of_every_verb(self):
        """Every verb explains each option, and fits in a terminal."""
        verbs = [line.split()[0] for line in self.succeed("--help").stdout.split("Verbs:")[1].splitlines() if line.startswith("  ")]
        self.assertEqual(verbs, ["fit", "train", "refit", "merge", "evaluate", "compose", "blocks", "sample", "select", "convert", "export", "rereference", "audit", "validate"])
        for verb in verbs:
            text = self.succeed(verb, "--help").stdout
            self.assertIn(f"Usage: carillon {verb} [OPTIONS]", text)
            for internal in (" TEXT", " INT", " FLOAT", "NONNEGATIVE", "{false}", "SUBCOMMAND"):
                self.assertNotIn(internal, text)
            for line in text.splitlines():
                self.assertLess(len(line), 140, line)

    def test_lost_output_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = self.run_program("--version", stdout=full)
        self.assertEqual(result.returncode, 1)
        self.assertIn("standard output", result.stderr)

    def test_log_levels(self):
        loud = self.succeed("evaluate", *self.model_and_data(), "--log-level", "info").stderr
        self.assertIn("energy: 'energy' in 12 of 12 frames", loud)
        self.assertEqual(self.succeed("evaluate", "result/model", "frames.extxyz", "--log-level", "warning").stderr, "")

    def model_and_data(self):
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots", "--log-level", "off")
        return "result/model", "frames.extxyz"


if __name__ == "__main__":
    unittest.main()
