"""carillon audit: status, findings, files, and a suggested basis that fits. Argument: the program."""
import json
import unittest

from program import ProgramTest, SEED_FRAMES


class Audit(ProgramTest):

    def setUp(self):
        super().setUp()
        self.seed = SEED_FRAMES.read_text(encoding="utf-8")
        self.put("seed.extxyz", self.seed)

    def audit(self, *arguments, status=0):
        result = self.run_program("audit", *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def plant_zero_energy(self):
        self.edit("seed.extxyz", "energy=-8525.66835348", "energy=0")

    def test_clean_data(self):
        text = self.audit("seed.extxyz").stdout
        self.assertTrue(text.endswith("55 frames: 0 errors, 0 warnings, 0 notes\n"), text)
        self.assertRegex(text, r"(?m)^CN50_5.0gcc_10000K +3 +144 +5\.0\d\d ")

    def test_an_error_gives_status_3_and_a_place(self):
        self.plant_zero_energy()
        text = self.audit("seed.extxyz", "--json", "out.json", status=3).stdout
        self.assertIn("seed.extxyz:1: frame 0: error: placeholder: the energy is exactly zero", text)
        report = json.loads(self.read("out.json"))
        self.assertEqual(report["frames"], 55)
        self.assertGreaterEqual(report["errors"], 1)
        first = next(finding for finding in report["findings"] if finding["check"] == "placeholder")
        self.assertEqual((first["severity"], first["file"], first["line"], first["frame"]), ("error", "seed.extxyz", 1, 0))

    def test_warnings_fail_when_strict(self):
        lines = self.seed.splitlines(keepends=True)
        self.put("one.extxyz", "".join(lines[:4 * 50]))  # the four frames of the first label
        text = self.audit("one.extxyz").stdout
        self.assertIn("warning: unidentifiable_offset: all frames have the same C:N ratio", text)
        self.audit("one.extxyz", "--strict", status=3)

    def test_levels_of_theory_are_not_mixed(self):
        states = self.seed.splitlines(keepends=True)[:8 * 50]  # four frames of each
        for name, part, level in (("one", states[:4 * 50], "PBE+D2"), ("other", states[4 * 50:], "DFTB")):
            self.put(f"{name}.extxyz", "".join(part).replace("config_type", f"label_level={level} config_type"))
        text = self.audit("one.extxyz", "other.extxyz").stdout
        self.assertIn("warning: mixed_levels: energies of several levels of theory, whose zeros differ: DFTB (4 frames of other.extxyz), PBE+D2 (4 ", text)

    def test_the_suggested_basis_fits(self):
        self.audit("seed.extxyz", "--suggest", "basis.yaml")
        basis = self.read("basis.yaml")
        recipe = "data: [{file: seed.extxyz}]\n" + basis + "blocks: [{name: C}, {name: N}, {name: C-N}]\n"
        self.put("suggested.yaml", recipe)
        table = self.succeed("fit", "suggested.yaml", "--dry-run").stdout
        self.assertEqual([line.split()[0] for line in table.splitlines()[1:4]], ["C", "N", "C-N"])
        small = recipe.replace("order: {pair: 8, triplet: 6, quadruplet: 4}", "order: {pair: 8, triplet: 2}")
        self.assertNotEqual(small, recipe)
        self.put("suggested.yaml", small.replace("seed.extxyz", "frames.extxyz"))
        self.succeed("fit", "suggested.yaml", "-o", "result", "--no-plots")

    def test_blocks_to_be_frozen(self):
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        self.succeed("export", "result/model", "-o", "params.txt")
        known = self.audit("seed.extxyz", "--blocks", "result/blocks/C", "result/blocks/N").stdout
        self.assertRegex(known, r"seed.extxyz:\d+: frame \d+, atom \d+: warning: coverage: the N-N distance to atom \d+ is 0.980 Å, but block N ")
        imported = self.audit("seed.extxyz", "--blocks", "params.txt").stdout
        self.assertIn("note: coverage: block C does not say which distances its data covered", imported)

    def test_inner_cutoffs(self):
        text = self.audit("seed.extxyz", "--inner", "N-C=1.2", "--inner", "C-C=0.5").stdout
        self.assertIn("warning: below_inner: the C-N distance to atom", text)
        self.assertNotIn("the C-C distance", text)

    def test_plots(self):
        result = self.audit("seed.extxyz", "--plots", "plots")
        names = {path.name for path in (self.folder / "plots").iterdir()}
        tables = {"distances.csv", "energies.csv", "pressures.csv"}
        self.assertLessEqual(tables, names)
        if "no plots of the audit" not in result.stderr:
            self.assertEqual(names - tables, {"distances.png", "energies.png", "pressures.png"})
        self.assertEqual(len(self.read("plots/pressures.csv").splitlines()), 56)

    def test_several_files_are_one_set(self):
        self.put("again.extxyz", self.seed)
        text = self.audit("seed.extxyz", "again.extxyz", status=3).stdout
        self.assertIn("again.extxyz:1: frame 0: error: duplicate: the same structure as seed.extxyz:1: frame 0, with the same energy", text)
        self.assertIn("110 frames: 55 errors", text)

    def test_data_are_read_as_declared(self):
        self.assertIn("stress_unit: stresses against a model", self.audit("seed.extxyz", "--stress", "gpa_pressure", status=3).stdout)


class BadInput(ProgramTest):

    def refused(self, status, message, *arguments):
        result = self.run_program("audit", *arguments)
        self.assertEqual(result.returncode, status, result.stderr)
        complaints = [line for line in result.stderr.splitlines() if line.startswith("carillon: error: ")]
        self.assertEqual(len(complaints), 1, result.stderr)
        self.assertIn(message, complaints[0])

    def test_data_that_cannot_be_read(self):
        self.refused(1, "nowhere.extxyz: cannot be opened", "nowhere.extxyz")
        self.edit("frames.extxyz", "\nC ", "\nXx ")
        self.refused(1, "frames.extxyz:3: frame 0, atom 0: unknown element 'Xx'", "frames.extxyz")

    def test_files_that_exist_are_kept(self):
        self.put("mine", "mine")
        for option in ("--json", "--suggest"):
            self.refused(1, "mine: exists already", "frames.extxyz", option, "mine")
        self.refused(1, "mine: exists and is not a folder", "frames.extxyz", "--plots", "mine")
        self.assertEqual(self.read("mine"), "mine")

    def test_blocks_that_are_none(self):
        self.refused(1, "nowhere: cannot be opened", "frames.extxyz", "--blocks", "nowhere")
        self.refused(1, "recipe.yaml:1: ", "frames.extxyz", "--blocks", "recipe.yaml")

    def test_no_basis_without_pairs(self):
        self.put("atom.extxyz", '1\nProperties=species:S:1:pos:R:3 energy=-1.5\nC 0 0 0\n')
        self.refused(1, "basis.yaml: not written: no two atoms are near each other", "atom.extxyz", "--suggest", "basis.yaml")

    def test_wrong_use(self):
        self.refused(2, "DATA is required", )
        self.refused(2, "--inner: 'C=1': expected PAIR=DISTANCE", "frames.extxyz", "--inner", "C=1")
        self.refused(2, "--inner: 'C-N=-1': expected PAIR=DISTANCE", "frames.extxyz", "--inner", "C-N=-1")


if __name__ == "__main__":
    unittest.main()
