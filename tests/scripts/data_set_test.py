"""validation/data/carbon_nitrogen and carbon_hydrogen are what their tables and READMEs say. Argument: the project's root."""
import collections
import pathlib
import re
import sys
import unittest

try:
    import ase.io
    import numpy as np
    import yaml
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

ROOT = pathlib.Path(sys.argv.pop(1))
FOLDER = ROOT / "validation/data/carbon_nitrogen"
SEED = ROOT / "validation/data/cn_pbe_d2_seed/frames.extxyz"
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts/labels"))

import frames  # noqa: E402
import units  # noqa: E402

HYDROGEN = ROOT / "validation/data/carbon_hydrogen"
SETS = sorted([*FOLDER.glob("*.extxyz"), *HYDROGEN.glob("*.extxyz")])


class DataSet(unittest.TestCase):

    def test_there_are_sets(self):
        self.assertGreater(len(SETS), 0)

    def test_frames_are_whole_and_once(self):
        known = {frames.identity(frames.as_written(atoms)) for atoms in ase.io.read(SEED, index=":")}
        for path in SETS:
            labelled = ase.io.read(path, index=":")
            names = [frames.identity(frames.as_written(atoms)) for atoms in labelled]
            self.assertEqual(names, [atoms.info["frame_id"] for atoms in labelled], path)
            self.assertEqual(len(set(names)), len(names), path)
            if labelled[0].info["label_level"] == "PBE+D2":
                self.assertEqual(known & set(names), set(), path)
                known |= set(names)

    def test_labels_are_of_one_kind_and_sound(self):
        for path in SETS:
            labelled = ase.io.read(path, index=":")
            self.assertEqual(len({(atoms.info["label_settings"], atoms.info["label_code"]) for atoms in labelled}), 1, path)
            for atoms in labelled:
                self.assertTrue(np.isfinite(atoms.get_forces()).all() and np.isfinite(atoms.get_stress()).all(), atoms.info["frame_id"])
                self.assertLess(abs(atoms.get_forces().sum(axis=0)).max(), summed_force_limit(atoms), atoms.info["frame_id"])

    def test_stress_has_the_seed_sets_sign(self):  # where the seed set is under pressure, so is this one
        seed = pressures(ase.io.read(SEED, index=":"))
        for path in SETS:
            for state, pressure in pressures(ase.io.read(path, index=":")).items():
                if seed.get(state, 0) > 50:
                    self.assertGreater(pressure, 20, f"{path}: {state}")

    def test_tables_count_what_is_there(self):
        for path in SETS:
            counts = collections.Counter(atoms.info["config_type"] for atoms in ase.io.read(path, index=":"))
            table = path.with_suffix(".md").read_text(encoding="utf-8")
            told = {row[0]: int(row[1]) for row in re.findall(r"^\| (\w[\w.]*) \| [\d-]+ \| [\w, ]+ \| (\d+) \|", table, re.MULTILINE)}
            self.assertEqual(told, dict(counts), path)

    def test_one_state_of_each_element_set_is_held_out(self):
        held_out = yaml.safe_load((FOLDER / "held_out.yaml").read_text(encoding="utf-8"))["held_out"]
        elements = {atoms.info["config_type"]: frozenset(atoms.symbols) for atoms in ase.io.read(SEED, index=":")}
        self.assertEqual(collections.Counter(elements[state] for state in held_out), {frozenset("C"): 1, frozenset("N"): 1, frozenset("CN"): 1})

    @unittest.skipUnless((HYDROGEN / "pbe-d2.extxyz").exists(), "the carbon-hydrogen set is not there")
    def test_one_state_of_hydrogen_and_one_of_both_are_held_out(self):
        held_out = yaml.safe_load((HYDROGEN / "held_out.yaml").read_text(encoding="utf-8"))["held_out"]
        elements = {atoms.info["config_type"]: frozenset(atoms.symbols) for atoms in ase.io.read(HYDROGEN / "pbe-d2.extxyz", index=":")}
        self.assertEqual(collections.Counter(elements[state] for state in held_out), {frozenset("H"): 1, frozenset("CH"): 1})
        recipe = yaml.safe_load((ROOT / "fits/library_hydrogen.yaml").read_text(encoding="utf-8"))
        self.assertEqual(recipe["split"]["test"]["labels"], held_out)


def summed_force_limit(atoms):
    """Of the settings that it was labelled with, eV/Å."""
    settings = ROOT / f"scripts/labels/settings/{atoms.info['label_settings'].rsplit('-', 1)[0]}.yaml"
    return yaml.safe_load(settings.read_text(encoding="utf-8"))["limits"]["summed_force"]


def pressures(labelled):
    """{state: mean pressure, GPa}."""
    out = collections.defaultdict(list)
    for atoms in labelled:
        out[atoms.info["config_type"]].append(-np.trace(atoms.get_stress(voigt=False)) / 3 / units.GPA)
    return {state: np.mean(values) for state, values in out.items()}


if __name__ == "__main__":
    unittest.main()
