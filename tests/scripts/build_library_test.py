"""scripts/build_library: what it refuses, that a refusal leaves the library that is there, and what it takes. Argument: the folder of the project.

The program is stood in for by a script that writes the files that are asked of it: what is tested is what build_library makes of them.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
PRETENDED = '''#!/usr/bin/python3
import os, pathlib, sys
command, out = sys.argv[1], pathlib.Path(sys.argv[sys.argv.index("-o") + 1]) if "-o" in sys.argv else None
with open(os.environ["PRETEND_LOG"], "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if command == "fit":
    for name in ("C", "N", "C-N"):
        (out / "blocks" / name).mkdir(parents=True, exist_ok=True)
        (out / "blocks" / name / "block.yaml").write_text("name: " + name)
        (out / "blocks" / name / "CARD.md").write_text("# " + name + "\\n")
        (out / "blocks" / name / "scratch.log").write_text("not a part of a block")
        (out / "blocks" / name / "coefficients.csv").write_text("1\\n")
    (out / "blocks" / "C" / "evidence.h5").write_text("factors")
if command == "blocks":
    rows = "".join(f"| {block.name} | 381 |\\n" for block in sorted(pathlib.Path(sys.argv[2]).iterdir()) if block.is_dir())
    print(os.environ.get("PRETEND_LISTING", "| block | coefficients |\\n| --- | --- |\\n" + rows))
if command == "validate":
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(os.environ["PRETEND_RESULTS"])
    (out / "results.md").write_text("what was checked\\n")
sys.exit(int(os.environ.get("PRETEND_" + command.upper(), 0)))
'''
RECIPE = "data: [{file: here.extxyz}, {file: absent.extxyz}]\nblocks: [{name: C}, {name: N}, {name: C-N}]\npenalty: {distance: 0.02, scale: 20000}\nbasis: {coordinate: morse}\n"
EXTENSION = "title: %s\ndata: [{file: here.extxyz}]\nblocks: [{name: C, frozen: blocks/C}, {name: N}]\n"
FRAME = "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3 config_type=warm\nC 0 0 0\n"
CASE = {"name": "errors_carbon", "title": "Carbon, errors by state point", "kind": "errors", "elements": ["C"], "status": "failed", "reason": "",
        "checks": [{"quantity": "force RMSE, training states", "unit": "eV/Å", "value": 9.0, "passed": False, "reason": ""}],
        "tables": [{"rows": [["warm", "training", "1", "9", "10", "5", "1"], ["all training states", "training", "1", "9", "10", "5", "1"]]}]}


def content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class BuildLibrary(unittest.TestCase):

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="carillon-library-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.program = self.folder / "carillon"
        self.program.write_text(PRETENDED, encoding="utf-8")
        self.program.chmod(0o755)
        (self.folder / "recipe.yaml").write_text(RECIPE, encoding="utf-8")
        (self.folder / "here.extxyz").write_text(FRAME, encoding="utf-8")

    def recipe(self, text):
        (self.folder / "recipe.yaml").write_text(text, encoding="utf-8")

    def build(self, *options, results={"cases": [CASE]}, listing=None, **statuses):
        environment = {**os.environ, **({} if listing is None else {"PRETEND_LISTING": listing}), "PRETEND_LOG": str(self.folder / "calls"), "PRETEND_RESULTS": json.dumps(results),
                       **{f"PRETEND_{command.upper()}": str(status) for command, status in statuses.items()}}
        return subprocess.run([sys.executable, "-B", str(ROOT / "scripts/build_library"), "-o", self.folder / "blocks", "-w", self.folder / "work", "--recipe",
                               self.folder / "recipe.yaml", "--carillon", self.program, *options], capture_output=True, text=True, check=False, env=environment)

    def refuse(self, message, *options, **more):
        result = self.build(*options, **more)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn(f"build_library: error: {message}", result.stderr)
        self.assertNotIn("Traceback", result.stderr)

    def calls(self):
        return [line.split()[0] for line in (self.folder / "calls").read_text(encoding="utf-8").splitlines()]

    def test_a_library_is_made_and_made_anew(self):
        for _ in range(2):
            result = self.build(validate=3)  # a case that failed is no reason not to ship: the card says so
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("absent.extxyz is not there yet: left out", result.stderr)
        card = (self.folder / "blocks/C/CARD.md").read_text(encoding="utf-8")
        self.assertIn("| warm | training | 1 | 9 |", card)
        self.assertIn("- Carbon, errors by state point: force RMSE, training states is 9 eV/Å", card)
        self.assertFalse((self.folder / "blocks/C/scratch.log").exists())
        self.assertEqual(self.calls(), ["fit", "validate", "blocks"] * 2)

    def test_the_fit_that_is_there_and_trajectories(self):
        self.assertEqual(self.build().returncode, 0)
        self.assertEqual(self.build("--no-fit", "--dynamics", self.folder / "md").returncode, 0)
        self.assertEqual(self.calls()[3:], ["validate", "blocks"])
        self.assertIn(f"--dynamics {self.folder / 'md'}", (self.folder / "calls").read_text(encoding="utf-8"))
        (self.folder / "other").mkdir()
        self.refuse("", "--no-fit", "-w", self.folder / "other")

    def test_a_folder_of_somebody_elses(self):
        (self.folder / "blocks").mkdir()
        (self.folder / "blocks/README.md").write_text("# My thesis\n", encoding="utf-8")
        kept = content(self.folder / "blocks")
        self.refuse(f"{self.folder / 'blocks'}: is not empty and holds no block library")
        self.assertEqual(content(self.folder / "blocks"), kept)
        self.assertFalse((self.folder / "calls").exists(), "something was run")

    def test_no_data(self):
        (self.folder / "here.extxyz").unlink()
        self.refuse(f"{self.folder / 'recipe.yaml'}: none of its data files is there")

    def test_what_fails_leaves_the_library_as_it_was(self):
        self.assertEqual(self.build().returncode, 0)
        kept = content(self.folder / "blocks")
        self.refuse("fit ended with status 4", fit=4)
        self.refuse("validate ended with status 1", validate=1)
        self.refuse("the recipe or results.json lacks 'cases'", results={})
        self.refuse("the recipe or results.json lacks 'passed'", results={"cases": [{**CASE, "checks": [{}]}]})
        (self.folder / "recipe.yaml").write_text(RECIPE.replace("penalty", "penance"), encoding="utf-8")
        self.refuse("the recipe or results.json lacks 'penalty'", results={"cases": []})
        self.recipe(RECIPE.replace("scale", "scales"))
        self.refuse("the recipe's penalty has no distance or no scale")
        self.recipe("data: [")
        self.refuse("")
        self.recipe(EXTENSION.replace("title: %s", "name: more"))
        self.refuse("the recipe or results.json lacks 'title'")
        self.recipe(EXTENSION % "more")
        self.refuse("carillon blocks: prints no table of blocks", listing="nothing")
        self.assertEqual(content(self.folder / "blocks"), kept)

    def test_an_extension_of_nothing(self):
        self.recipe(EXTENSION % "more")
        (self.folder / "blocks").mkdir()
        self.refuse(f"{self.folder / 'blocks'}: holds no library to extend")
        self.assertEqual(content(self.folder / "blocks"), {})
        self.assertFalse((self.folder / "calls").exists(), "something was run")

    def test_extensions_have_a_section_each(self):
        self.recipe(RECIPE.replace("{name: N}, {name: C-N}", "{name: N}") + "evidence: total\n")
        self.assertEqual(self.build().returncode, 0)
        base = (self.folder / "blocks/README.md").read_text(encoding="utf-8")
        self.assertIn("(C: level `total`)", base)  # N's evidence did not ship
        for title in ("first", "second", "first"):
            self.recipe(EXTENSION % title)
            result = self.build()
            self.assertEqual(result.returncode, 0, result.stderr)
        readme = (self.folder / "blocks/README.md").read_text(encoding="utf-8")
        self.assertTrue(readme.startswith(base.rstrip("\n") + "\n\n## Second\n"), readme)
        self.assertEqual(readme.count("\n\n## First\n"), 1)
        self.assertEqual(readme.count("## First"), 1)


if __name__ == "__main__":
    unittest.main()
