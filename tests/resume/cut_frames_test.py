#!/usr/bin/python3
"""Fits to two large frames, which are cut into units of some atoms each: the same bytes on any number of ranks, killed or not.

usage: cut_frames_test.py PROGRAM MPIEXEC [unittest arguments]
"""
import pathlib
import random
import shutil
import sys
import tempfile
import time
import unittest

import resume_test

RECIPE = """
data: [{file: frames.extxyz}]
basis: {order: {pair: 8, triplet: 5}, pairs: {C-C: {inner: 0.9, outer: 3.2, lambda: 1.4}}}
solver: {strength: groups, folds: 2}
blocks: [{name: C}]
"""


def write_frames(path):
    """Simple cubic carbon, 729 atoms, displaced at random; labels of no meaning."""
    draw = random.Random(7)
    places = [(i, j, k) for i in range(9) for j in range(9) for k in range(9)]
    with path.open("w", encoding="ascii") as file:
        for frame in range(2):
            file.write(f'{len(places)}\nLattice="18 0 0 0 18 0 0 0 18" Properties=species:S:1:pos:R:3:forces:R:3 '
                       f'energy={-3.0 - frame} stress="0.1 0 0 0 0.2 0 0 0 0.1"\n')
            for place in places:
                numbers = [2 * x + draw.uniform(-0.4, 0.4) for x in place] + [draw.uniform(-1, 1) for _ in range(3)]
                file.write("C " + " ".join(f"{x:.6f}" for x in numbers) + "\n")


class CutFrames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="carillon-cut-")
        cls.place = pathlib.Path(cls.temporary.name)
        write_frames(cls.place / "frames.extxyz")
        cls.recipe = cls.place / "recipe.yaml"
        cls.recipe.write_text(RECIPE, encoding="ascii")
        cls.undisturbed = cls.fitted(cls.place / "one", 1)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def fitted(cls, folder, ranks):
        done = resume_test.run(resume_test.fit_command(folder, ranks, cls.recipe))
        assert done.returncode == 0, done.stderr
        return resume_test.result_of(folder)

    def test_any_number_of_ranks_gives_the_same_bytes(self):
        for ranks in (2, 3):
            self.assertEqual(self.fitted(self.place / f"ranks{ranks}", ranks), self.undisturbed, ranks)

    def test_killed_in_the_middle_of_a_frame(self):
        """A part of the first frame is finished, but not all three; it goes on with another number of ranks."""
        for attempt in range(10):
            folder = self.place / f"killed{attempt}"
            fit = resume_test.start(resume_test.fit_command(folder, 1, self.recipe))
            first_frame = [folder / f"checkpoint/step_1_C_unit_{k}.piece" for k in range(3)]
            while fit.poll() is None and not first_frame[0].exists():
                time.sleep(0.0005)
            fit.kill()
            fit.communicate()
            kept = [path.exists() for path in first_frame]
            if any(kept) and not all(kept):
                self.assertEqual(self.fitted(folder, 2), self.undisturbed)
                return
            shutil.rmtree(folder, ignore_errors=True)
        self.skipTest("every fit was done with the first frame before it could be killed")


if __name__ == "__main__":
    resume_test.OPTIONS, rest = resume_test.parse_options()
    unittest.main(argv=[sys.argv[0], *rest])
