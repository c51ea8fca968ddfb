"""scripts/labels: what is read from CP2K's output, what is refused, and that labelling survives being stopped. Argument: the project's root.

The outputs read (labels/n2_*.out) are CP2K 2023.1's of labels/n2.extxyz, cut down to what is read: PBE of labels/tiny.yaml and DFTB, which was
run at 20,000 K. Runs that need CP2K are skipped without it.
"""
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import ase.io
    import numpy as np
    import yaml  # noqa: F401
    from ase import units as ase_units
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

ROOT = pathlib.Path(sys.argv.pop(1))
LABELS = ROOT / "scripts/labels"
DATA = ROOT / "tests/scripts/labels"
PRETENDED = str(DATA / "pretend_cp2k")
sys.dont_write_bytecode = True
sys.path.insert(0, str(LABELS))

import frames  # noqa: E402
import output  # noqa: E402
import reactions  # noqa: E402
import structures  # noqa: E402
from settings import Settings  # noqa: E402

CP2K = shutil.which("cp2k")
EV = ase_units.create_units("2018")


class InFolder(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        self.log = self.path / "runs.log"

    def run_script(self, name, *options, **environment):
        command = [sys.executable, str(LABELS / name), *map(str, options)]
        given = {**os.environ, "PRETEND_LOG": str(self.log), **{key: str(value) for key, value in environment.items()}}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=given, timeout=250)

    def start(self, *options, **environment):
        given = {**os.environ, "PRETEND_LOG": str(self.log), **{key: str(value) for key, value in environment.items()}}
        process = subprocess.Popen([sys.executable, str(LABELS / "label"), *map(str, options)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=given)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def pool(self, count, temperature=3000):
        """Frames of two states, N2 at growing distances."""
        made = [ase.Atoms("N2", positions=[[0, 0, 0], [0, 0, 1 + 0.1 * k]], cell=[5, 5, 5], pbc=True,
                          info={"config_type": f"N2_{'ab'[k % 2]}", "temperature": temperature}) for k in range(count)]
        (self.path / "pool.extxyz").write_text("".join(frames.text(atoms) for atoms in made), encoding="utf-8")
        return self.path / "pool.extxyz"

    def options(self, pool, settings=DATA / "tiny.yaml", program=PRETENDED):
        return [pool, "-s", settings, "-w", self.path / "work", "--cp2k", program]

    def runs(self):
        return self.log.read_text(encoding="utf-8").split() if self.log.exists() else []

    def wait_for_runs(self, count):
        end = time.monotonic() + 60
        while len(self.runs()) < count and time.monotonic() < end:
            time.sleep(0.05)
        self.assertGreaterEqual(len(self.runs()), count)

    def results(self, name="label"):
        return sorted(path.parent.name for path in (self.path / "work").glob(f"*/*/{name}.json"))


class Output(unittest.TestCase):

    def setUp(self):
        self.atoms = frames.read(DATA / "n2.extxyz")[0]
        self.text = (DATA / "n2_pbe.out").read_text(encoding="utf-8")
        self.settings = Settings(DATA / "tiny.yaml")
        self.orbitals = self.settings.orbitals(self.atoms)

    def read(self, text):
        return output.read(text, self.atoms, self.settings, self.orbitals)

    def assert_refused(self, text, message):
        self.assertNotEqual(text, self.text)
        with self.assertRaisesRegex(output.Refused, message) as caught:
            self.read(text)
        return caught.exception

    def test_numbers_and_units(self):
        label = self.read(self.text)
        self.assertEqual(label.energy, -19.888434616622355 * EV["Hartree"])
        np.testing.assert_allclose(label.forces[1], np.array([-0.0614758640, -0.0417993079, -0.0965038322]) * EV["Hartree"] / EV["Bohr"], rtol=1e-14)
        self.assertAlmostEqual(label.stress[2, 0], 2.85108175521 * EV["GPa"], places=14)
        self.assertEqual((label.scf_steps, label.version, label.last_occupation), (10, "2023.1", 0.0))

    def test_stress_is_the_virial_of_a_lone_molecule(self):  # identity: its sign is that of the forces
        label = self.read(self.text)
        apart = self.atoms.positions[0] - self.atoms.positions[1]
        mean = (label.forces[0] - label.forces[1]) / 2
        virial = -np.outer(apart, mean) / self.atoms.cell.volume
        np.testing.assert_allclose(label.stress, virial, atol=0.2 * np.abs(virial).max())  # a small cell and a coarse grid

    def test_dftb_energy_takes_the_entropy(self):
        self.settings = Settings(LABELS / "settings/dftb.yaml")
        self.orbitals = self.settings.orbitals(self.atoms)
        label = self.read((DATA / "n2_dftb.out").read_text(encoding="utf-8"))
        self.assertAlmostEqual(label.energy, (-4.623226195824844 - 0.18553429694898) * EV["Hartree"], places=9)
        self.assertTrue(self.orbitals.all)

    def test_unconverged(self):
        problem = self.assert_refused(self.text.replace("*** SCF run converged in    10 steps ***", "*** WARNING: SCF run NOT converged ***"), "did not converge")
        self.assertTrue(problem.mixing)

    def test_last_orbital_occupied(self):
        problem = self.assert_refused(re.sub(r"(MO\|      9 .*) 0\.000000000000", r"\1 0.000020000000", self.text), "the last of 9 orbitals holds 2.0e-05 electrons")
        self.assertTrue(problem.growth)

    def test_another_orbital_is_not_the_last(self):
        self.assert_refused(self.text.replace("MO|      9 ", "MO|      8 "), "the last orbital in the output is 8, expected 9")

    def test_missing(self):
        self.assert_refused(self.text.replace("ATOMIC FORCES", "ATOMIC CHARGES"), "no forces")
        self.assert_refused(self.text.replace("Analytical stress", "Other stress"), "no stress")
        self.assert_refused(re.sub(r"      2      1      N .*\n", "", self.text), "forces of 1 atoms in the output, expected 2")
        self.assert_refused(self.text.replace("ENERGY|", "ENERGIE|"), "no energy")
        self.assert_refused(self.text.replace("PROGRAM ENDED", "PROGRAM"), "cut short")
        self.assert_refused(self.text.replace("SCF run converged", "SCF run"), "no convergence")

    def test_another_geometry(self):
        self.assert_refused(self.text.replace("0.900000      0.600000", "0.900010      0.600000"), "atom 1: its position in the output is 1e-05 Å")
        self.assert_refused(self.text.replace("1 N     7", "1 C     6"), "elements")
        self.assert_refused(self.text.replace(" CELL| Volume [angstrom^3]:                                           165.000000",
                                              " CELL| Volume [angstrom^3]:                                           165.001000"), "the cell")
        self.assert_refused(self.text.replace(" CELL| Vector b [angstrom]:       0.000", " CELL| Vector b [angstrom]:       0.001"), "the cell")

    def test_summed_force(self):
        self.settings.limits["summed_force"] = 0.1
        with self.assertRaisesRegex(output.Refused, r"the forces of the cell sum to 0\.175 eV/Å, limit 0\.1"):
            self.read(self.text)

    def test_abort(self):
        box = " *  /   \\   *\n * [ABORT]     *\n *  \\___/   Too few orbitals   *\n *    |    *\n"
        self.assert_refused(self.text + box, "CP2K gave up: Too few orbitals")
        self.assert_refused(self.text + box.replace("Too few orbitals", "Out of memory, ask IO"), "CP2K gave up: Out of memory, ask IO")


class Frames(InFolder):

    def test_identity_is_of_what_is_written(self):
        atoms = frames.read(DATA / "n2.extxyz")[0]
        moved, warmer, labelled = atoms.copy(), atoms.copy(), atoms.copy()
        moved.positions[0, 0] += 1e-8
        warmer.info["temperature"] = 6001
        labelled.info.update(energy=-3.0, label_basis="of another label")
        names = {frames.identity(frames.as_written(a)) for a in (atoms, moved, warmer)}
        self.assertEqual(len(names), 3)
        self.assertIn(frames.identity(frames.as_written(labelled)), names)
        (self.path / "again.extxyz").write_text(frames.text(atoms), encoding="utf-8")
        again = frames.read(self.path / "again.extxyz")[0]
        self.assertEqual(again.info["frame_id"], atoms.info["frame_id"])
        self.assertEqual(frames.text(again), frames.text(atoms))
        self.assertEqual(frames.text(frames.as_written(labelled)), frames.text(atoms))

    def test_bad_frames(self):
        good = (DATA / "n2.extxyz").read_text(encoding="utf-8")
        for old, new, message in ((" config_type=N2", "", "frame 0: no config_type"), ("config_type=N2", "config_type=N2/a", "the state 'N2/a' names a folder"),
                                  ("temperature=6000", "temperature=-1", "expected a temperature above 0 K"),
                                  (" temperature=6000", "", "found None"), ('pbc="T T T"', 'pbc="T T F"', "periodic"), ("0.3 0.2", "nan 0.2", "not finite")):
            (self.path / "bad.extxyz").write_text(good.replace(old, new), encoding="utf-8")
            with self.assertRaisesRegex(frames.BadInput, message):
                frames.read(self.path / "bad.extxyz")


class Labelling(InFolder):

    def test_each_frame_once_and_what_is_recorded(self):
        pool = self.pool(5)
        first = self.run_script("label", *self.options(pool), "-j", 2)
        self.assertEqual(first.returncode, 0, first.stderr + first.stdout)
        again = self.run_script("label", *self.options(pool))
        self.assertIn("5 frames: 5 labelled", again.stdout)
        self.assertEqual(sorted(self.runs()), self.results())
        self.assertEqual(len(self.runs()), 5)
        times = {path: path.stat().st_mtime_ns for path in (self.path / "work").glob("*/*/label.json")}
        self.run_script("label", *self.options(pool))
        self.assertEqual(times, {path: path.stat().st_mtime_ns for path in times})
        label = json.loads(next((self.path / "work").glob("*/*/label.json")).read_text(encoding="utf-8"))
        self.assertEqual((label["label_basis"], label["label_cutoff"], label["code"], label["added_mos"]), ("DZVP-MOLOPT-SR-GTH", 150, "CP2K 0.0", 4))

    def test_stopped_and_started_again(self):
        pool = self.pool(3)
        process = self.start(*self.options(pool), PRETEND_SECONDS=60)
        self.wait_for_runs(1)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(30), 3)
        self.assertEqual((self.results(), self.results("refused")), ([], []))
        self.assertEqual(self.run_script("label", *self.options(pool)).returncode, 0)
        self.assertEqual(len(self.results()), 3)

    def test_killed_while_cp2k_goes_on(self):  # its run is neither doubled nor lost
        pool = self.pool(1)
        process = self.start(*self.options(pool), PRETEND_SECONDS=10)
        self.wait_for_runs(1)
        process.kill()
        process.wait(30)
        busy = self.run_script("label", *self.options(pool))
        self.assertIn("busy: another process labels it", busy.stdout)
        end = time.monotonic() + 60
        while not self.results() and time.monotonic() < end:
            time.sleep(0.2)
            self.run_script("label", *self.options(pool))
        self.assertEqual((len(self.results()), len(self.runs())), (1, 1))

    def test_several_share_the_frames(self):
        pool = self.pool(6)
        processes = [self.start(*self.options(pool), PRETEND_SECONDS=0.5) for _ in range(3)]
        for process in processes:
            process.wait(60)
        self.assertEqual(sorted(self.runs()), self.results())
        self.assertEqual(len(self.runs()), 6)

    def test_shares_of_an_array(self):
        pool = self.pool(5)
        for task in (1, 2):
            result = self.run_script("label", *self.options(pool), "--array-task", SLURM_ARRAY_TASK_ID=task, SLURM_ARRAY_TASK_MIN=1, SLURM_ARRAY_TASK_COUNT=2)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(len(self.runs()), {1: 3, 2: 5}[task])
        self.assertIn("not in a Slurm array", self.run_script("label", *self.options(pool), "--array-task").stderr)
        self.assertIn("there are 5 frames", self.run_script("label", *self.options(pool), "--only-index", 5).stderr)

    def test_more_orbitals_until_the_last_is_empty(self):
        pool = self.pool(1)
        self.assertEqual(self.run_script("label", *self.options(pool), PRETEND_FULL=6).returncode, 0)
        label = json.loads(next((self.path / "work").glob("*/*/label.json")).read_text(encoding="utf-8"))
        self.assertEqual((label["added_mos"], len(self.runs())), (6, 2))

    def test_refused_is_kept_named_and_tried_again_only_when_asked(self):
        pool = self.pool(2)
        result = self.run_script("label", *self.options(pool), PRETEND_FULL=1000)
        self.assertEqual(result.returncode, 3)
        self.assertIn("refused: the last of", result.stdout)
        self.assertEqual((len(self.results("refused")), self.results()), (2, []))
        before = len(self.runs())
        self.assertEqual(self.run_script("label", *self.options(pool)).returncode, 3)
        self.assertEqual(len(self.runs()), before)
        self.assertEqual(self.run_script("label", *self.options(pool), "--retry").returncode, 0)
        self.assertEqual((self.results("refused"), len(self.results())), ([], 2))

    def test_a_crash_leaves_the_frame_open(self):
        broken = self.path / "broken.yaml"
        text = (DATA / "tiny.yaml").read_text(encoding="utf-8").replace("../../../scripts/labels/settings/quickstep.inp", "broken.inp")
        broken.write_text(text, encoding="utf-8")
        (self.path / "broken.inp").write_text((LABELS / "settings/quickstep.inp").read_text(encoding="utf-8") + "METHOD BROKEN\n", encoding="utf-8")
        result = self.run_script("label", *self.options(self.pool(1), settings=broken))
        self.assertEqual(result.returncode, 3)
        self.assertIn("interrupted: CP2K ended with status 1", result.stdout)
        self.assertEqual(self.results("refused"), [])

    def test_bad_settings(self):
        for old, new, message in (("orbitals:", "orbital:", "expected the keys"), ("cutoff: 150", "cutof: 150", "which values does not have"), ("N: 5", "B: 3", "no valence of N")):
            bad = self.path / "bad.yaml"
            text = (DATA / "tiny.yaml").read_text(encoding="utf-8").replace("../../..", str(ROOT))
            bad.write_text(text.replace(old, new, 1), encoding="utf-8")
            result = self.run_script("label", *self.options(self.pool(1), settings=bad))
            self.assertIn(message, result.stderr)
            self.assertNotIn("Traceback", result.stderr)
            self.assertEqual(self.runs(), [])

    @unittest.skipUnless(CP2K, "no cp2k")
    def test_cp2k_gives_the_same_again(self):  # golden: the output kept beside this test
        result = self.run_script("label", *self.options(DATA / "n2.extxyz", program=CP2K))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        label = json.loads(next((self.path / "work").glob("*/*/label.json")).read_text(encoding="utf-8"))
        settings, atoms = Settings(DATA / "tiny.yaml"), frames.read(DATA / "n2.extxyz")[0]
        kept = output.read((DATA / "n2_pbe.out").read_text(encoding="utf-8"), atoms, settings, settings.orbitals(atoms))
        self.assertAlmostEqual(label["energy"], kept.energy, places=6)
        np.testing.assert_allclose(label["forces"], kept.forces, atol=1e-4)
        np.testing.assert_allclose(label["stress"], kept.stress, atol=1e-6)

    @unittest.skipUnless(CP2K, "no cp2k")
    def test_dftb_labels_are_slopes_of_their_energy(self):  # finite differences, at a temperature where the entropy counts
        atoms = frames.read(DATA / "n2.extxyz")[0]
        atoms.info["temperature"] = 20000
        step, strain, made = 0.01, 0.005, [atoms]
        for sign in (-1, 1):
            moved, strained = atoms.copy(), atoms.copy()
            moved.positions[1, 2] += sign * step
            strained.set_cell(np.asarray(atoms.cell) * [1, 1, 1 + sign * strain], scale_atoms=True)
            made += [moved, strained]
        (self.path / "steps.extxyz").write_text("".join(frames.text(frames.as_written(a)) for a in made), encoding="utf-8")
        result = self.run_script("label", *self.options(self.path / "steps.extxyz", settings=LABELS / "settings/dftb.yaml", program=CP2K))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        by_name = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in (self.path / "work").glob("*/*/label.json")}
        middle, *others = [by_name[frames.as_written(a).info["frame_id"]] for a in made]
        self.assertAlmostEqual(middle["forces"][1][2], -(others[2]["energy"] - others[0]["energy"]) / (2 * step), delta=0.01)
        slope = (others[3]["energy"] - others[1]["energy"]) / (2 * strain) / atoms.cell.volume
        self.assertAlmostEqual(middle["stress"][2][2], slope, delta=0.02 * abs(slope))


class Collecting(InFolder):

    def collected(self, *options):
        root = next((self.path / "work").iterdir())
        return self.run_script("collect", root, "-o", self.path / "set.extxyz.xz", "--overwrite", *options)

    def test_same_bytes_whatever_the_order(self):
        pool = self.pool(4)
        contents = []
        for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
            shutil.rmtree(self.path / "work", ignore_errors=True)
            for number in order:
                self.run_script("label", *self.options(pool), "--only-index", number)
            self.assertEqual(self.collected().returncode, 0)
            contents.append((self.path / "set.extxyz.xz").read_bytes())
        self.assertEqual(contents[0], contents[1])

    def test_labels_and_settings_are_in_the_set(self):
        self.run_script("label", *self.options(self.pool(3)))
        (self.path / "held_out.yaml").write_text("held_out: [N2_b]\n", encoding="utf-8")
        result = self.collected("--held-out", self.path / "held_out.yaml")
        self.assertRegex(result.stdout, r"\| N2_a \| 2 \| N2 \| 2 \| 2\.0 to 2\.0 \| 5\.1 \| 0\.000 \|  \|")
        self.assertRegex(result.stdout, r"\| N2_b \|.*\| held out \|")
        found = ase.io.read(self.path / "set.extxyz.xz", index=":", format="extxyz")
        self.assertEqual([atoms.info["config_type"] for atoms in found], ["N2_a", "N2_a", "N2_b"])
        self.assertAlmostEqual(found[0].get_potential_energy(), -20 * EV["Hartree"], places=7)
        self.assertAlmostEqual(found[0].get_stress(voigt=False)[2, 2], -3 * EV["GPa"], places=9)
        self.assertEqual((found[0].info["label_code"], found[0].info["label_cutoff"]), ("CP2K 0.0", 150))

    def test_parts_of_a_set(self):
        self.run_script("label", *self.options(self.pool(5)))
        self.assertIn("collect: 3 frames", self.collected("--states", "N2_a").stdout)
        self.assertIn("collect: 2 frames", self.collected("--without", "N2_a").stdout)
        self.assertIn("collect: 2 frames", self.collected("--frames", self.pool(2)).stdout)
        self.assertIn("no finished label", self.collected("--states", "N2_c").stderr)

    def test_refused_and_open_frames_are_named(self):
        pool = self.pool(3)
        self.run_script("label", *self.options(pool), "--only-index", 0)
        self.run_script("label", *self.options(pool), "--only-index", 1, PRETEND_FULL=1000)
        result = self.collected()
        self.assertIn("left out N2_b-", result.stdout)
        self.assertIn("1 frames in", result.stdout)

    def test_mixed_settings(self):
        pool = self.pool(1)
        self.run_script("label", *self.options(pool))
        other = self.path / "other.yaml"
        text = (DATA / "tiny.yaml").read_text(encoding="utf-8").replace("../../..", str(ROOT))
        other.write_text(text.replace("cutoff: 150", "cutoff: 200", 1), encoding="utf-8")
        self.run_script("label", *self.options(self.pool(2), settings=other), "--only-index", 1)
        result = self.run_script("collect", *(self.path / "work").iterdir(), "-o", self.path / "set.extxyz")
        self.assertEqual(result.returncode, 1)
        self.assertIn("labels of different settings", result.stderr)


class Sampling(InFolder):

    def sample(self, text, *options):
        (self.path / "states.yaml").write_text(text, encoding="utf-8")
        return self.run_script("sample", self.path / "states.yaml", "-o", self.path / "made.extxyz", "--overwrite", "-w", self.path / "work", *options)

    def test_crystals(self):  # neighbours, distances and densities as published
        for name, parameters, neighbours, nearest, density in (("diamond", {"length": 3.567}, 4, 1.5446, 3.515), ("graphite", {"length": 2.46, "layer_distance": 3.35}, 3, 1.4203, 2.27),
                                                               ("cubic_gauche", {"length": 3.4542, "x": 0.067}, 3, 1.346, 4.515)):
            atoms = structures.crystal(name, parameters, [2, 2, 2])
            distances = atoms.get_all_distances(mic=True)
            close = (distances > 0) & (distances < 1.05 * nearest)
            self.assertEqual(set(close.sum(axis=1)), {neighbours}, name)
            np.testing.assert_allclose(distances[close], nearest, atol=0.01)
            self.assertAlmostEqual(atoms.get_masses().sum() * EV["_amu"] * 1e3 / (atoms.cell.volume * 1e-24), density, delta=0.01)

    def test_graphite_is_stacked_ab(self):  # every other atom lies under one of the next layer
        atoms = structures.crystal("graphite", {"length": 2.46, "layer_distance": 3.35}, [3, 2, 1])
        distances = atoms.get_all_distances(mic=True)
        self.assertEqual(np.count_nonzero((abs(distances - 3.35) < 1e-6).any(axis=1)), len(atoms) / 2)

    COLLISIONS = ("hot_collisions: {kind: collisions, source: pool.extxyz, label: hot, temperature: 3000, frames: 2, groups: 3, bonded: 1.8,"
                  " shortest: {C-C: 0.9, C-N: 0.85, N-N: 0.8}}\n")

    def hot_pool(self):
        rng = np.random.default_rng(4)
        made = [structures.packed({"C": 20, "N": 20}, 3.0, rng) for _ in range(3)]
        for atoms in made:
            atoms.info.update(config_type="hot", temperature=3000)
        (self.path / "pool.extxyz").write_text("".join(frames.text(atoms) for atoms in made), encoding="utf-8")
        return made

    def collided(self, pool):
        """(frame made, frame of the pool it is from, atoms that moved) of each."""
        for atoms in ase.io.read(self.path / "made.extxyz", index=":"):
            before = min(pool, key=lambda other: np.abs(other.positions - atoms.positions).sum())
            yield atoms, before, np.flatnonzero(np.abs(before.positions - atoms.positions).max(axis=1) > 1e-6)

    def test_collisions_bring_bonded_pairs_closer_and_leave_the_rest(self):
        pool = self.hot_pool()
        result = self.sample(self.COLLISIONS)
        self.assertEqual(result.returncode, 0, result.stderr)
        made = ase.io.read(self.path / "made.extxyz", index=":")
        self.assertEqual([atoms.info["config_type"] for atoms in made], ["hot_collisions"] * 2)
        least = {("C", "C"): 0.9, ("C", "N"): 0.85, ("N", "N"): 0.8}
        for atoms, before, moved in self.collided(pool):
            self.assertIn(len(moved), (2, 4, 6))
            distances = atoms.get_all_distances(mic=True)
            pairs = [(i, j) for i in moved for j in moved if i < j and distances[i, j] < 1.2]
            self.assertEqual(sorted(k for pair in pairs for k in pair), sorted(moved))
            for i, j in pairs:
                self.assertLess(distances[i, j], before.get_distance(i, j, mic=True))
                np.testing.assert_allclose(atoms.positions[i] + atoms.positions[j], before.positions[i] + before.positions[j], atol=1e-7)
            for i, j in ((i, j) for i in moved for j in range(len(atoms)) if i != j):
                self.assertGreaterEqual(distances[i, j], least[tuple(sorted((atoms.symbols[i], atoms.symbols[j])))] - 1e-7)

    def test_collisions_of_several_atoms_shrink_the_group(self):
        pool = self.hot_pool()
        result = self.sample(self.COLLISIONS.replace("groups: 3", "groups: 1, atoms: 4, longest: 1.0"))
        self.assertEqual(result.returncode, 0, result.stderr)
        for atoms, before, group in self.collided(pool):
            self.assertEqual(len(group), 4)
            ratios = [atoms.get_distance(i, j, mic=True) / before.get_distance(i, j, mic=True) for i in group for j in group if i < j]
            np.testing.assert_allclose(ratios, ratios[0], rtol=1e-6)
            self.assertLess(ratios[0], 1)
            self.assertLess(min(atoms.get_distance(i, j, mic=True) for i in group for j in group if i < j), 1.0)

    def test_heaps_lie_within_their_radius(self):
        pool = self.hot_pool()
        result = self.sample(self.COLLISIONS.replace("groups: 3", "groups: 1, atoms: 4, radius: 1.2"))
        self.assertEqual(result.returncode, 0, result.stderr)
        for atoms, before, group in self.collided(pool):
            self.assertEqual(len(group), 4)
            places = before.positions[group[0]] + before.get_distances(group[0], group, mic=True, vector=True)  # as the group lay, in one piece
            moved = places + atoms.positions[group] - before.positions[group]
            away = np.linalg.norm(moved - places.mean(axis=0), axis=1)
            self.assertLessEqual(away.max(), 1.2 + 1e-7)
            self.assertGreaterEqual(away.min(), 0.6 - 1e-7)

    def test_reactions_begin_where_an_atom_has_two_neighbours(self):
        """Of two molecules one comes towards the other; what follows is taken, whatever it is."""
        made = []
        for step, distance in enumerate((2.0, 1.8, 1.7, 1.6, 1.9)):
            atoms = ase.Atoms("N4", [[0, 0, 0], [1.1, 0, 0], [1.1 + distance, 0, 0], [2.2 + distance, 0, 0]], cell=[9, 9, 9], pbc=True)
            atoms.info.update(config_type="run", temperature=3000, step=step)
            made.append(atoms)
        (self.path / "run.extxyz").write_text("".join(frames.text(atoms) for atoms in made), encoding="utf-8")
        state = "N_reacting: {kind: reacting, source: run.extxyz, label: run, temperature: 6000}\n"
        for text, steps in ((state, [2, 3, 4]), (state.replace("6000", "6000, every: 2"), [2, 4]), (state.replace("6000", "6000, bonded: 1.65"), [3, 4])):
            result = self.sample(text)
            self.assertEqual(result.returncode, 0, result.stderr)
            found = ase.io.read(self.path / "made.extxyz", index=":")
            self.assertEqual([atoms.info["step"] for atoms in found], steps)
            self.assertEqual({(atoms.info["config_type"], atoms.info["temperature"]) for atoms in found}, {("N_reacting", 6000)})
        for text, message in ((state.replace("6000", "6000, bonded: 1.5"), "in no frame of 'run' has an atom two neighbours closer than 1.5 Å"),
                              (state.replace("6000", "6000, every: 1.5"), "every: expected a whole number of at least 1, found 1.5")):
            result = self.sample(text)
            self.assertIn(message, result.stderr)
            self.assertEqual(result.returncode, 1)

    def test_reacting_frames_that_ship_follow_the_rule(self):
        shipped = ase.io.read(ROOT / "validation/data/carbon_nitrogen/dftb_reacting.extxyz", index=":")
        self.assertEqual({reactions.most_neighbours(atoms, 1.75) >= 2 for atoms in shipped}, {True})

    def test_collisions_that_cannot_be_made_are_errors(self):
        self.hot_pool()
        for text, message in ((self.COLLISIONS.replace("label: hot", "label: cold"), "no frame of the state 'cold'"),
                              (self.COLLISIONS.replace("frames: 2", "frames: 4"), "3 frames of the state 'hot', 4 are asked for"),
                              (self.COLLISIONS.replace("C-N: 0.85, ", ""), "shortest: no distance for C-N"),
                              (self.COLLISIONS.replace("bonded: 1.8", "bonded: 0.5"), "no group of 2 atoms, two of them closer than 0.5 Å"),
                              (self.COLLISIONS.replace("pool.extxyz", "none.extxyz"), "none.extxyz"),
                              (self.COLLISIONS.replace("groups: 3", "atoms: 1"), "hot_collisions: atoms: expected a whole number of at least 2, found 1"),
                              (self.COLLISIONS.replace("groups: 3", "atoms: 60"), "atoms: 60 in a group, but frames of 'hot' have fewer"),
                              (self.COLLISIONS.replace("frames: 2", "frames: two"), "frames: expected a whole number of at least 1, found 'two'"),
                              (self.COLLISIONS.replace("C-C: 0.9", "C-C: 1.3"), "below longest (1.2 Å)")):
            result = self.sample(text)
            self.assertEqual(result.returncode, 1, text)
            self.assertIn(message, result.stderr)

    def test_packing(self):
        rng = np.random.default_rng(3)
        atoms = structures.packed({"C": 10, "N": 38}, 3.1, rng)
        self.assertEqual(atoms.get_chemical_formula(), "C10N38")
        self.assertAlmostEqual(atoms.get_masses().sum() * EV["_amu"] * 1e3 / (atoms.cell.volume * 1e-24), 3.1, places=9)
        apart = atoms.get_all_distances(mic=True)[~np.eye(48, dtype=bool)]
        self.assertGreater(apart.min(), 0.5 * atoms.cell.lengths()[0] / 48 ** (1 / 3))
        molecules = structures.packed({"N": 16}, 1.0, rng, bond=1.1)
        nearest = np.sort(molecules.get_all_distances(mic=True), axis=1)[:, 1]
        np.testing.assert_allclose(nearest, 1.1, rtol=1e-9)

    def test_packing_of_molecules(self):
        """Methane stays methane, turned at random and never mirrored."""
        atoms = structures.packed({"C": 8, "H": 32}, 0.6, np.random.default_rng(3), molecule="CH4")
        self.assertEqual(atoms.get_chemical_formula(), "C8H32")
        distances = atoms.get_all_distances(mic=True)
        for first in range(0, 40, 5):
            self.assertEqual(str(atoms.symbols[first:first + 5]), "CH4")
            np.testing.assert_allclose(distances[first, first + 1:first + 5], 1.0897, atol=1e-3)  # Å, of ASE's molecule
        between = distances.reshape(8, 5, 8, 5)
        self.assertGreater(min(between[k, :, other].min() for k in range(8) for other in range(8) if k != other), 1.5)
        axes = [structures.rotation(np.random.default_rng(seed)) for seed in range(20)]
        np.testing.assert_allclose([np.linalg.det(axis) for axis in axes], 1)
        self.assertGreater(max(abs(axes[0] - axis).max() for axis in axes), 0.5)
        for composition, molecule, message in (({"C": 1, "H": 5}, "CH4", "no whole number of CH4"), ({"C": 1}, "Unobtainium", "no molecule 'Unobtainium'")):
            with self.assertRaisesRegex(frames.BadInput, message):
                structures.packed(composition, 0.6, np.random.default_rng(3), molecule=molecule)

    def test_same_seed_same_bytes(self):
        text = "d: {kind: crystal, structure: diamond, parameters: {length: 3.567}, repeat: [1, 1, 1], temperature: 300, displacement: 0.05, strain: 0.01, frames: 3, seed: SEED}\n"
        contents = []
        for seed in (1, 1, 2):
            self.assertEqual(self.sample(text.replace("SEED", str(seed))).returncode, 0)
            contents.append((self.path / "made.extxyz").read_bytes())
        self.assertEqual(contents[0], contents[1])
        self.assertNotEqual(contents[0], contents[2])

    def test_compression_and_dimers(self):
        self.assertEqual(self.sample("cold: {kind: cold, structure: diamond, parameters: {length: 3.5}, repeat: [1, 1, 1], temperature: 300, volumes: [1.0, 0.5]}\n"
                                     "CN: {kind: dimer, elements: [C, N], cell: [8, 8, 10], copies: 2, temperature: 3000, distances: [1.0, 2.5]}\n").returncode, 0)
        cold, half, near, far = frames.read(self.path / "made.extxyz")
        self.assertAlmostEqual(half.cell.volume / cold.cell.volume, 0.5, places=7)
        self.assertEqual((near.get_chemical_formula(), far.info["config_type"]), ("C2N2", "CN"))
        self.assertAlmostEqual(near.get_distance(0, 1, mic=True), 1.0)
        self.assertAlmostEqual(np.sort(far.get_all_distances(mic=True)[0])[2], np.hypot(8, 0))

    def test_bad_states(self):
        for text, message in (("a: {kind: gas}", "expected a kind, one of liquid, crystal, cold, dimer, collisions, reacting; found 'gas'"), ("a: {kind: cold, volume: 1}", "unknown key 'volume' of a cold"),
                              ("a: {kind: dimer, elements: [C, C], distances: [1], cell: [8, 8, 8]}", "kind dimer needs 'temperature'"), ("[]", "expected a mapping"),
                              ("a: {kind: crystal, structure: bcc, parameters: {}, repeat: [1, 1, 1], temperature: 300, frames: 1, displacement: 0}", "no structure 'bcc'")):
            result = self.sample(text)
            self.assertEqual(result.returncode, 1)
            self.assertIn(message, result.stderr)
            self.assertNotIn("Traceback", result.stderr)
            self.assertFalse((self.path / "made.extxyz").exists())

    def test_files_are_not_replaced_silently(self):
        kept = self.path / "kept.extxyz"
        kept.write_text("mine\n", encoding="utf-8")
        (self.path / "states.yaml").write_text("a: {kind: dimer, elements: [C, C], distances: [1.3], cell: [8, 8, 8], temperature: 300}\n", encoding="utf-8")
        for name, options in (("sample", (self.path / "states.yaml", "-w", self.path / "work", "-o", kept)), ("choose", ("model", "pool", "-n", 1, "-o", kept)),
                              ("collect", (self.path, "-o", kept)), ("collect", (self.path, "-o", self.path / "new.extxyz", "--table", kept))):
            result = self.run_script(name, *options)
            self.assertEqual(result.returncode, 1)
            self.assertIn("kept.extxyz: exists already; choose another name or pass --overwrite", result.stderr)
            self.assertEqual(kept.read_text(encoding="utf-8"), "mine\n")
        self.assertEqual(self.run_script("sample", self.path / "states.yaml", "-w", self.path / "work", "-o", kept, "--overwrite").returncode, 0)
        self.assertEqual(len(frames.read(kept)), 1)

    def test_a_trajectory_is_run_by_one_process(self):
        (self.path / "work/l").mkdir(parents=True)
        with open(self.path / "work/l/lock", "a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            result = self.sample("l: {kind: liquid, composition: {C: 4, N: 4}, density: 2.0, temperature: 3000, frames: 3}\n", "--cp2k", PRETENDED)
        self.assertEqual(result.returncode, 1)
        self.assertIn("work/l: another process runs this trajectory", result.stderr)
        self.assertEqual(self.runs(), [])

    @unittest.skipUnless(CP2K, "no cp2k")
    def test_liquid(self):
        text = "l: {kind: liquid, composition: {C: 4, N: 4}, density: 2.0, temperature: 3000, frames: 3, first: 1, every: 1, time_step: 0.5, seed: 4}\n"
        self.assertEqual(self.sample(text).returncode, 0)
        content = (self.path / "made.extxyz").read_bytes()
        made = frames.read(self.path / "made.extxyz")
        self.assertEqual([atoms.get_chemical_formula() for atoms in made], ["C4N4"] * 3)
        self.assertGreater(np.abs(made[2].positions - made[0].positions).max(), 1e-3)
        (self.path / "made.extxyz").unlink()
        self.assertEqual(self.sample(text, "--cp2k", "/no/such/program").returncode, 0)  # the trajectory is there
        self.assertEqual((self.path / "made.extxyz").read_bytes(), content)


class Choosing(InFolder):

    def test_round_the_states(self):
        """`select` is stood in for by the last frames of the pool: what is tested is the order of the queue."""
        program = self.path / "carillon"
        program.write_text("#!/usr/bin/python3\nimport sys, ase.io\na = sys.argv\nn = int(a[a.index('-n') + 1])\n"
                           "pool = ase.io.read(a[3], index=':', format='extxyz')\n"
                           "ase.io.write(a[a.index('-o') + 1], pool[::-1][:n], format='extxyz')\n", encoding="utf-8")
        program.chmod(0o755)
        pool = self.pool(8)
        result = self.run_script("choose", "model", pool, "-n", 2, "--skip", 1, "--with", DATA / "n2.extxyz", "--carillon", program, "-o", self.path / "queue.extxyz")
        self.assertEqual(result.returncode, 0, result.stderr)
        distances = [(atoms.info["config_type"], round(atoms.get_distance(0, 1), 2)) for atoms in frames.read(self.path / "queue.extxyz")]
        self.assertEqual(distances, [("N2_a", 1.6), ("N2_b", 1.7), ("N2", 1.17), ("N2_a", 1.4), ("N2_b", 1.5)])
        together = self.run_script("choose", "model", pool, "-n", 3, "--together", "--closest", 1.45, "--carillon", program, "-o", self.path / "three.extxyz")
        self.assertIn("3 frames of 2 states", together.stdout)
        chosen = [(atoms.info["config_type"], round(atoms.get_distance(0, 1), 2)) for atoms in frames.read(self.path / "three.extxyz")]
        self.assertEqual(chosen, [("N2_b", 1.7), ("N2_b", 1.5), ("N2_a", 1.6)])  # the stand-in has the pool state after state
        for more, message in (((), "no frame of N2_a is left to choose from"), (("--together",), "no frame is left to choose from")):
            nothing = self.run_script("choose", "model", pool, "-n", 2, "--closest", 9, *more, "--carillon", program, "-o", self.path / "none.extxyz")
            self.assertIn(message, nothing.stderr)


if __name__ == "__main__":
    unittest.main()
