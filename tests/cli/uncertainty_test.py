"""Uncertainties from the command line: a fit leaves posteriors, evaluate uses them, sample draws a committee.

Arguments: the program, the MPI launcher.
"""
import json
import os
import subprocess
import sys
import unittest

from program import PROGRAM, ProgramTest

LAUNCHER = sys.argv.pop(1)
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_rmaps_base_oversubscribe": "1"}


class Uncertainty(ProgramTest):

    def fit(self, solver="{kind: bayesian_ridge}", folder="result"):
        self.edit("recipe.yaml", "solver: {strength: groups, folds: 2}", f"solver: {solver}")
        self.succeed("fit", "recipe.yaml", "-o", folder, "--no-plots")

    def fail_with(self, message, *arguments):
        result = self.run_program(*arguments)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(message, result.stderr)

    def test_a_fit_leaves_posteriors_and_evaluate_finds_them(self):
        self.fit()
        for block in ("C", "N", "C-N"):
            self.assertTrue((self.folder / f"result/blocks/{block}/posterior.h5").is_file())
        result = self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "out.extxyz", "--uncertainty", "--metrics", "out.json")
        self.assertIn("| force |", result.stdout)
        comment = self.read("out.extxyz").splitlines()[1]
        for name in ("energy_std=", "stress_std=", ":forces_std:R:3"):
            self.assertIn(name, comment)
        self.assertEqual(len(self.read("out.extxyz").splitlines()[2].split()), 10)
        quantities = json.loads(self.read("out.json"))["calibration"]["quantities"]
        self.assertEqual([row["quantity"] for row in quantities], ["energy", "force", "stress", "all"])
        self.succeed("evaluate", "result/blocks/C", "result/blocks/N", "result/blocks/C-N", "frames.extxyz", "-o", "blocks.extxyz",
                     "--uncertainty")
        self.assertEqual(self.read("blocks.extxyz"), self.read("out.extxyz"))
        self.succeed("evaluate", "result/model", "out.extxyz")  # what it writes it reads

    def test_a_fitted_scale_is_one_when_it_is_used(self):
        self.fit()
        self.succeed("evaluate", "result/model", "frames.extxyz", "--scale-uncertainty", "--metrics", "first.json")
        scale = json.loads(self.read("first.json"))["calibration"]["fitted_scale"]
        self.assertGreater(scale, 0)
        result = self.succeed("evaluate", "result/model", "frames.extxyz", "--scale-uncertainty", "--uncertainty-scale", repr(scale),
                              "--metrics", "second.json")
        self.assertIn("as large (--uncertainty-scale", result.stdout)
        again = json.loads(self.read("second.json"))["calibration"]
        self.assertAlmostEqual(again["fitted_scale"] / scale, 1.0, places=9)
        self.assertAlmostEqual(again["quantities"][-1]["rms_ratio"], 1.0, places=9)

    def test_the_same_bytes_on_any_number_of_ranks(self):
        self.fit()
        self.succeed("evaluate", "result/model", "frames.extxyz", "-o", "out.extxyz", "--uncertainty")
        for ranks in (2, 3):
            command = [LAUNCHER, "-n", str(ranks), str(PROGRAM)]
            for arguments in (("fit", "recipe.yaml", "-o", f"on_{ranks}", "--no-plots"),
                              ("evaluate", f"on_{ranks}/model", "frames.extxyz", "-o", f"out_{ranks}.extxyz", "--uncertainty")):
                subprocess.run([*command, *arguments], cwd=self.folder, env=ENVIRONMENT, check=True, capture_output=True, timeout=60)
            self.assertEqual(self.read(f"out_{ranks}.extxyz"), self.read("out.extxyz"))
            for block in ("C", "N", "C-N"):
                name = f"blocks/{block}/posterior.h5"
                self.assertEqual((self.folder / f"on_{ranks}" / name).read_bytes(), (self.folder / "result" / name).read_bytes())

    def test_a_committee_is_drawn(self):
        self.fit()
        self.succeed("sample", "result/model", "-n", "3", "--seed", "5", "-o", "committee")
        drawn = [self.read(f"committee/{k}/C/coefficients.csv") for k in (1, 2, 3)]
        self.assertEqual(len({*drawn, self.read("result/blocks/C/coefficients.csv")}), 4)
        self.succeed("evaluate", "committee/2", "frames.extxyz")
        self.succeed("sample", "result/model", "-n", "3", "--seed", "5", "-o", "again")
        self.assertEqual(self.read("again/3/C-N/coefficients.csv"), self.read("committee/3/C-N/coefficients.csv"))

    def test_a_frozen_block_keeps_its_posterior(self):
        self.fit()
        self.edit("recipe.yaml", "  - {name: C}\n", "  - {name: C, frozen: result/blocks/C}\n")
        self.succeed("fit", "recipe.yaml", "-o", "on_frozen", "--no-plots")
        self.assertEqual((self.folder / "on_frozen/blocks/C/posterior.h5").read_bytes(), (self.folder / "result/blocks/C/posterior.h5").read_bytes())
        result = self.succeed("evaluate", "on_frozen/model", "frames.extxyz", "-o", "out.extxyz", "--uncertainty")
        self.assertNotIn("counts as certain", result.stderr)

    def test_a_block_frozen_from_a_model_folder_keeps_its_posterior(self):
        self.fit()
        self.edit("recipe.yaml", "  - {name: C}\n", "  - {name: C, frozen: result/model/C}\n")
        self.succeed("fit", "recipe.yaml", "-o", "on_frozen", "--no-plots")
        self.assertEqual((self.folder / "on_frozen/blocks/C/posterior.h5").read_bytes(), (self.folder / "result/blocks/C/posterior.h5").read_bytes())

    def test_frames_without_any_deviation_are_told(self):
        self.fit()
        for block in ("C", "C-N"):
            (self.folder / f"result/blocks/{block}/posterior.h5").unlink()
        lines = self.read("frames.extxyz").splitlines(keepends=True)
        self.put("carbon.extxyz", "".join(lines[:4 * 11]))
        result = self.succeed("evaluate", "result/model", "carbon.extxyz", "--uncertainty")
        self.assertIn("no uncertain block has a part in any of the 136 labels", result.stdout)

    def test_what_is_left_out_of_a_calibration_is_counted(self):
        self.fit()
        self.assertNotIn("are not in this table", self.succeed("evaluate", "result/model", "frames.extxyz", "--uncertainty").stdout)
        (self.folder / "result/blocks/C/posterior.h5").unlink()
        result = self.succeed("evaluate", "result/model", "frames.extxyz", "--uncertainty", "--metrics", "out.json")
        # The four frames of carbon: 1 energy, 27 force and 6 stress components each.
        self.assertIn("136 numbers are not in this table", result.stdout)
        self.assertEqual(json.loads(self.read("out.json"))["calibration"]["left_out"], 136)

    def test_relevance_is_reported(self):
        self.fit("{kind: ard}")
        step = json.loads(self.read("result/summary.json"))["steps"][2]["solution"]
        self.assertEqual(set(step["relevance"]), {"CN", "CCN", "CNN"})
        self.assertIn("relevance: log marginal likelihood", step["lambda_how"])

    def test_the_marginal_likelihood_is_in_the_path(self):
        self.fit("{strength: evidence}")
        self.assertIn("log_marginal_likelihood", self.read("result/path_C.csv").splitlines()[0])
        self.assertFalse((self.folder / "result/blocks/C/posterior.h5").exists())

    def test_what_is_missing_or_changed_is_named(self):
        self.fit("{strength: 0.01}")
        self.fail_with("no block of the model has a posterior", "evaluate", "result/model", "frames.extxyz", "--uncertainty")
        self.fail_with("no block of the model has a posterior", "sample", "result/model", "-o", "committee")
        self.edit("recipe.yaml", "solver: {strength: 0.01}", "solver: {strength: 0.02, posterior: true}")
        self.succeed("fit", "recipe.yaml", "-o", "other", "--no-plots")
        posterior = (self.folder / "other/blocks/C/posterior.h5").read_bytes()
        (self.folder / "result/blocks/C/posterior.h5").write_bytes(posterior)
        self.fail_with("result/blocks/C/posterior.h5: block C: its posterior is about other coefficients", "evaluate", "result/model", "frames.extxyz", "--uncertainty")
        (self.folder / "other/blocks/C/posterior.h5").write_bytes(posterior[:1000])
        self.fail_with("other/blocks/C/posterior.h5", "evaluate", "other/model", "frames.extxyz", "--uncertainty")


if __name__ == "__main__":
    unittest.main()
