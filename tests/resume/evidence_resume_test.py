#!/usr/bin/python3
"""Fits that keep evidence and are killed: what resume_test.py shows of other fits, for evidence.h5 too.

usage: evidence_resume_test.py PROGRAM MPIEXEC [--moments N] [unittest arguments]
"""
import signal
import sys
import unittest

import resume_test

RECIPE = resume_test.HERE / "evidence_recipe.yaml"


def fit_command(folder, ranks=1, recipe=RECIPE, more=(), plain=resume_test.fit_command):
    return plain(folder, ranks, recipe, more)


class KillsWithEvidence(resume_test.Kills):
    test_kill_again_and_again = None  # as without evidence

    def test_the_result_holds_evidence(self):
        for block in ("C", "N", "C-N"):
            self.assertIn(f"blocks/{block}/evidence.h5", self.undisturbed)
        self.assertIn("price_C-N.md", self.undisturbed)

    def test_a_damaged_group_is_made_again_with_its_step(self):
        status, _ = self.interrupt(signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        damaged = next((self.folder / "checkpoint").glob("step_1_C_evidence_2*"))
        content = bytearray(damaged.read_bytes())
        content[-9] ^= 1
        damaged.write_bytes(content)
        messages = self.finish(self.folder)
        self.assertIn(f"{damaged}: is damaged: its checksum does not fit", messages)
        self.assertNotIn("resuming: solution of block C found", messages)


if __name__ == "__main__":
    resume_test.fit_command = fit_command
    resume_test.OPTIONS, rest = resume_test.parse_options()
    unittest.main(argv=[sys.argv[0], *rest])
