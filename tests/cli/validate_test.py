"""`carillon validate` as its users meet it: exit status, files, words. Argument: the program."""
import json
import unittest

import program

ERRORS = """\
title: small, errors
kind: errors
data: [{{file: ../frames.extxyz}}]
held_out: [mixture]
limits: {{training: {{force: {limit}}}, held_out: {{energy: 1e6}}}}
"""
ABSENT = "title: nowhere\nkind: curve\nalong: volume\ndata: [{file: ../nowhere.extxyz}]\n"


class Validate(program.ProgramTest):

    @classmethod
    def setUpClass(cls):  # one fit for all tests
        fitted = cls("run")
        fitted.setUp()
        cls.addClassCleanup(fitted.doCleanups)
        fitted.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        cls.model = fitted.folder / "result/model"

    def validate(self, *arguments):
        return self.run_program("validate", self.model, *arguments, "--no-report")

    def test_a_case_that_passes(self):
        self.put("case/case.yaml", ERRORS.format(limit=100))
        result = self.validate("case", "-o", "checked")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("| case | errors | passed | 0 of 6 | 0 |", result.stdout)
        self.assertEqual(program.files_in(self.folder / "checked"), {"results.json", "results.md"})
        results = json.loads(self.read("checked/results.json"))
        rows = {row[0]: row[1] for row in results["cases"][0]["tables"][0]["rows"]}
        self.assertEqual(rows["carbon"], "training")
        self.assertEqual(rows["mixture"], "held out")
        self.assertEqual(results["model"]["paths"], [str(self.model)])

    def test_a_case_that_fails_is_status_3(self):
        self.put("case/case.yaml", ERRORS.format(limit=1e-6))
        result = self.validate("case", "-o", "checked")
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("- case: force RMSE, training states:", result.stdout)
        self.assertIn("expected at most 1e-06", result.stdout)

    def test_networks_and_committees_answer_cases(self):
        self.put("network.yaml", "data: [{file: frames.extxyz}]\ndescriptor: {radial: {order: 4, cutoff: 3.5}, angular: {order: -1}}\n"
                                 "network: {kind: message_passing, hidden: [4], messages: {rounds: 1, features: 4, order: 4, cutoff: 3.3}}\n"
                                 "optimiser: {iterations: 4}\ncommittee: 2\n")
        self.train("trained")
        distances = (1.2, 1.3, 1.5, 1.8)
        self.put("dimers.extxyz", "".join(f'2\nProperties=species:S:1:pos:R:3 energy={(r - 1.3) ** 2} config_type=dimer pbc="F F F"\nC 0 0 0\nC {r} 0 0\n'
                                          for r in distances))
        self.put("cases/pair/case.yaml", "title: pair\nkind: curve\nalong: distance\ndata: [{file: ../../dimers.extxyz}]\nlimits: {energy: 1e6}\n")
        for name, model in (("one", "trained/1"), ("committee", "trained")):
            self.model = model  # for this test
            self.compare_errors_with_evaluate()
            result = self.validate("cases", "-o", name)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("| pair | curve | passed |", result.stdout)

    def test_errors_are_those_of_evaluate(self):
        self.compare_errors_with_evaluate()

    def compare_errors_with_evaluate(self):
        self.put("case/case.yaml", ERRORS.format(limit=100).replace("held_out: [mixture]\n", "").replace(", held_out: {energy: 1e6}", ""))
        self.validate("case", "-o", "checked", "--overwrite")
        results = json.loads(self.read("checked/results.json"))
        self.succeed("evaluate", self.model, "frames.extxyz", "--metrics", "errors.json", "--overwrite")
        expected = json.loads(self.read("errors.json"))["all"]
        values = {check["quantity"].split(" ")[0]: check["value"] for check in results["cases"][0]["checks"]}
        self.assertAlmostEqual(values["force"], expected["force_rmse_mev_per_angstrom"] / 1000, places=12)
        self.assertAlmostEqual(values["energy"], expected["energy_rmse_mev_per_atom"], places=9)
        self.assertAlmostEqual(values["stress"], expected["stress_rmse_gpa"], places=9)

    def test_a_folder_of_cases_and_absent_data(self):
        self.put("cases/b/case.yaml", ABSENT)
        self.put("cases/a/case.yaml", ERRORS.format(limit=100))
        self.put("cases/README.md", "no case")
        result = self.validate("cases", "-o", "checked")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([case["name"] for case in json.loads(self.read("checked/results.json"))["cases"]], ["a", "b"])
        self.assertIn("- b: skipped: the data are not there:", result.stdout)
        self.assertIn("nowhere.extxyz", result.stdout)

    def test_a_report_of_an_earlier_run_does_not_stay(self):
        self.put("case/case.yaml", ERRORS.format(limit=100))
        self.put("checked/report.html", "an earlier one")
        self.assertEqual(self.validate("case", "-o", "checked", "--overwrite").returncode, 0)
        self.assertEqual(program.files_in(self.folder / "checked"), {"results.json", "results.md"})

    def test_a_case_with_malformed_data_does_not_take_the_others_along(self):
        self.put("broken.extxyz", "2\nno lattice\nC 0 0\n")
        self.put("cases/a/case.yaml", ABSENT.replace("../nowhere", "../../broken"))
        self.put("cases/b/case.yaml", ERRORS.format(limit=100).replace("../frames", "../../frames"))
        result = self.validate("cases", "-o", "checked")
        self.assertEqual(result.returncode, 1)
        self.assertIn("broken.extxyz:", result.stderr)
        cases = json.loads(self.read("checked/results.json"))["cases"]
        self.assertEqual([case["status"] for case in cases], ["failed", "passed"])
        self.assertIn("broken.extxyz:", cases[0]["reason"])

    def test_a_limit_that_was_not_judged_is_told(self):
        self.put("case/case.yaml", ERRORS.format(limit=100).replace("energy: 1e6}", "energy: 1e6}, states: {typo: {force: 1}}"))
        result = self.validate("case", "-o", "checked")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("| case | errors | passed | 0 of 7 | 1 |", result.stdout)
        self.assertIn("- case: force RMSE, typo: not judged: there is no such frame", result.stdout)
        self.assertIn("| force RMSE, typo | - | eV/Å | at most 1 | not judged: there is no such frame |", self.read("checked/results.md"))
        check = json.loads(self.read("checked/results.json"))["cases"][0]["checks"][-1]
        self.assertEqual((check["state"], check["passed"], check["reason"]), ("not judged", None, "there is no such frame"))

    def test_what_is_wrong_is_said(self):
        for name, text in (("bad", "title: a\nkind: smell\n"), ("good", ERRORS.format(limit=1))):
            self.put(f"{name}/case.yaml", text)
        for words, message in ((("bad",), "bad/case.yaml:2: kind: "), (("frames.extxyz",), "neither a case"), (("good", "--dynamics", "no"), "no: is not a folder")):
            result = self.validate(*words, "-o", "checked")
            self.assertEqual(result.returncode, 1)
            self.assertIn(message, result.stderr)
        self.assertIn("name the model first", self.run_program("validate", "good", "good", "-o", "checked").stderr)
        self.put("full/file", "")
        self.assertIn("is not empty", self.validate("good", "-o", "full").stderr)


if __name__ == "__main__":
    unittest.main()
