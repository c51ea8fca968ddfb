"""carillon audit: twelve faults planted in sound data, each named at its place in text and JSON. Argument: the program.

Recovery: a fault counts as found when a line of the text and an entry of the JSON name its check, severity, file, line, frame and
atom. Nothing may be said of frames that are sound.
"""
import json
import unittest

from program import ProgramTest, SEED_FRAMES

GPA = 160.2176634  # GPa in one eV/Å³

# A block to be frozen: two-body terms alone, fitted in a moment.
CARBON = """\
data: [{file: seed.extxyz}]
basis: {order: {pair: 3, triplet: 0, quadruplet: 0}, smoothing: {kind: tersoff, fraction: 0.75}, pairs: {C-C: {inner: 0.8, outer: 3.5, lambda: 1.4}}}
solver: {strength: 1.0e-4}
blocks: [{name: C}]
"""


class Frame:
    """One frame of extended XYZ: its comment, and per atom a symbol and six numbers (position, force)."""

    def __init__(self, lines):
        self.comment = lines[1]
        self.symbols = [line.split()[0] for line in lines[2:]]
        self.numbers = [[float(word) for word in line.split()[1:]] for line in lines[2:]]

    def copy(self):
        out = Frame.__new__(Frame)
        out.comment, out.symbols, out.numbers = self.comment, list(self.symbols), [list(row) for row in self.numbers]
        return out

    def text(self):
        rows = (f"{symbol} " + " ".join(f"{number:.8f}" for number in row) for symbol, row in zip(self.symbols, self.numbers))
        return "\n".join([str(len(self.symbols)), self.comment, *rows]) + "\n"

    def lines(self):
        return len(self.symbols) + 2

    def word(self, key):
        """The value of a key of the comment, without quotes."""
        rest = self.comment.split(f" {key}=" if not self.comment.startswith(f"{key}=") else f"{key}=", 1)[1]
        return rest.split('"')[1] if rest.startswith('"') else rest.split()[0]

    def edit(self, key, new):
        old = self.word(key)
        for before, after in ((f'{key}="{old}"', f'{key}="{new}"'), (f"{key}={old}", f"{key}={new}")):
            if before in self.comment:
                self.comment = self.comment.replace(before, after, 1)
                return
        raise AssertionError(f"{key} is not in {self.comment}")

    def scale(self, key, factor):
        self.edit(key, " ".join(f"{factor * float(word):.10f}" for word in self.word(key).split()))

    def approach(self, atom, other, distance):
        """Puts `atom` at `distance` Å from `other`, on the line between them."""
        here, there = self.numbers[atom][:3], self.numbers[other][:3]
        away = [a - b for a, b in zip(here, there)]
        norm = sum(x * x for x in away) ** 0.5
        self.numbers[atom][:3] = [b + distance * x / norm for b, x in zip(there, away)]


def frames_of(text):
    lines = text.splitlines()
    out = []
    while lines:
        count = int(lines[0]) + 2
        out.append(Frame(lines[:count]))
        lines = lines[count:]
    return out


def closest(frame, a, b):
    """The closest pair of two elements inside the cell: distance, atom, other."""
    best = (float("inf"), -1, -1)
    for i, first in enumerate(frame.symbols):
        for j in range(i + 1, len(frame.symbols)):
            if {first, frame.symbols[j]} != {a, b}:
                continue
            square = sum((x - y) ** 2 for x, y in zip(frame.numbers[i][:3], frame.numbers[j][:3]))
            best = min(best, (square ** 0.5, i, j))
    return best


class PlantedFaults(ProgramTest):

    @classmethod
    def setUpClass(cls):
        cls.seed = frames_of(SEED_FRAMES.read_text(encoding="utf-8"))

    def setUp(self):
        super().setUp()
        self.sets = {"seed.extxyz": [frame.copy() for frame in self.seed]}

    def frames(self, name="seed.extxyz"):
        return self.sets[name]

    def write(self):
        for name, frames in self.sets.items():
            self.put(name, "".join(frame.text() for frame in frames))

    def audit(self, *options):
        self.write()
        result = self.run_program("audit", *self.sets, "--json", "out.json", "--overwrite", *options)
        self.assertIn(result.returncode, (0, 3), result.stderr)
        self.text, self.report, self.status = result.stdout, json.loads(self.read("out.json")), result.returncode
        errors = [finding for finding in self.report["findings"] if finding["severity"] == "error"]
        self.assertEqual(self.status, 3 if errors else 0)

    def first_line(self, name, frame):
        return 1 + sum(earlier.lines() for earlier in self.sets[name][:frame])

    def assert_found(self, severity, check, words, frame=None, atom=None, name="seed.extxyz"):
        place = {}
        text = ""
        if name:
            place, text = {"file": name}, name
        if frame is not None:
            place |= {"line": self.first_line(name, frame), "frame": frame}
            text += f":{place['line']}: frame {frame}"
        if atom is not None:
            place["atom"] = atom
            text += f", atom {atom}"
        text += f"{': ' if text else ''}{severity}: {check}: "
        lines = [line for line in self.text.splitlines() if line.startswith(text) and words in line]
        self.assertEqual(len(lines), 1, f"no line {text!r} with {words!r} in\n{self.text}")
        entries = [finding for finding in self.report["findings"]
                   if finding["check"] == check and finding["severity"] == severity and words in finding["message"]
                   and {key: finding[key] for key in ("file", "line", "frame", "atom") if key in finding} == place]
        self.assertEqual(len(entries), 1, self.text)

    def assert_only(self, *frames, name="seed.extxyz"):
        """Nothing was said of any other frame."""
        where = {(finding.get("file"), finding["frame"]) for finding in self.report["findings"] if "frame" in finding}
        self.assertLessEqual(where, {(name, frame) for frame in frames}, self.text)

    def nearest_of_all(self, a, b):
        return min(closest(frame, a, b)[0] for frame in self.seed)

    def carbon_block(self):
        self.write()
        self.put("carbon.yaml", CARBON)
        self.succeed("fit", "carbon.yaml", "-o", "known", "--no-plots")
        return "known/blocks/C"

    def test_sound_data_with_everything_asked_for(self):
        """No finding at all, whatever is checked."""
        self.audit("--inner", "C-N=0.85", "--blocks", self.carbon_block(), "--strict")
        self.assertEqual(self.report["findings"], [], self.text)
        self.assertEqual(self.status, 0)

    # The faults, each alone.

    def plant_missing_label(self):
        frame = self.frames()[8]
        frame.comment = frame.comment.replace(f" energy={frame.word('energy')}", "")

    def test_missing_label(self):
        self.plant_missing_label()
        self.audit()
        self.assert_found("warning", "missing_label", "no energy, which 54 of the 55 frames", 8)
        self.assert_only(8)

    def plant_placeholder(self):
        self.frames()[20].numbers[5][4] = 9999.0

    def test_placeholder(self):
        self.plant_placeholder()
        self.audit()
        self.assert_found("error", "placeholder", "the force y is 9999", 20, 5)
        self.assert_only(20)

    def plant_duplicate(self):
        self.frames().append(self.frames()[12].copy())

    def test_duplicate(self):
        self.plant_duplicate()
        self.audit()
        self.assert_found("error", "duplicate", f"the same structure as seed.extxyz:{self.first_line('seed.extxyz', 12)}: frame 12", 55)
        self.assert_only(55)

    def plant_net_force(self):
        for row in self.frames()[30].numbers:
            row[3] += 0.02

    def test_net_force(self):
        self.plant_net_force()
        self.audit()
        self.assert_found("warning", "net_force", "their mean is 0.0199 eV/Å", 30)
        self.assert_only(30)

    def plant_constraint(self):
        for atom in (3, 4, 9):
            self.frames()[33].numbers[atom][3:] = [0, 0, 0]

    def test_constrained_atoms(self):
        self.plant_constraint()
        self.audit()
        self.assert_found("error", "zero_force", "that of 2 more, is exactly zero", 33, 3)
        self.assert_only(33)

    def plant_short_distance(self):
        """0.80 Å: a distance that exists in no sound frame, but not so short that no force field would be asked for it."""
        frame = self.frames()[9]
        _, atom, other = closest(frame, "C", "N")
        frame.approach(atom, other, 0.80)
        return atom, other

    def test_distance_below_the_inner_cutoff(self):
        atom, other = self.plant_short_distance()
        self.audit("--inner", "C-N=0.85")
        self.assert_found("warning", "below_inner", f"the C-N distance to atom {other} is 0.800 Å, below the inner cutoff 0.85", 9, atom)
        self.assert_only(9)

    def plant_wrong_cell(self):
        self.frames()[25].scale("Lattice", 1.08)

    def test_wrong_cell(self):
        self.plant_wrong_cell()
        self.audit()
        self.assert_found("error", "density", "the density is ", 25)
        self.assert_only(25)

    def plant_energy_outlier(self):
        frame = self.frames()[40]
        frame.edit("energy", f"{float(frame.word('energy')) + 2.0 * len(frame.symbols):.8f}")

    def test_energy_outlier(self):
        self.plant_energy_outlier()
        self.audit()
        self.assert_found("error", "energy_outlier", "the energy is +", 40)
        self.assert_only(40)

    def test_stress_sign(self):
        for frame in self.frames():
            frame.scale("stress", -1)
        self.audit()
        self.assert_found("error", "stress_unit", "their sign is wrong")
        self.assert_only()

    def test_stress_sign_of_one_frame(self):
        self.frames()[13].scale("stress", -1)
        self.audit()
        self.assert_found("error", "stress_unit", "its sign is wrong", 13)
        self.assert_only(13)

    def test_stress_unit(self):
        """One of two files has stresses in another unit: only that one is named."""
        for factor, words in ((10 * GPA, "kbar taken for eV/Å³"), (GPA, "GPa taken for eV/Å³")):
            with self.subTest(words):
                self.sets = {"seed.extxyz": [frame.copy() for frame in self.seed[:28]], "other.extxyz": [frame.copy() for frame in self.seed[28:]]}
                for frame in self.frames("other.extxyz"):
                    frame.scale("stress", factor)
                self.audit()
                self.assert_found("error", "stress_unit", words, name="other.extxyz")
                self.assert_only()
                self.assertEqual(self.report["errors"], 1, self.text)

    def test_elements_taken_for_each_other(self):
        """In frames of one C to one N, whose composition and energy do not tell."""
        for frame in (8, 11):
            atoms = self.frames()[frame]
            atoms.symbols = [{"C": "N", "N": "C"}[symbol] for symbol in atoms.symbols]
        self.audit()
        for frame in (8, 11):
            self.assert_found("warning", "element_order", "with C and N in each other's place", frame)
        self.assert_only(8, 11)

    def test_unidentifiable_offsets(self):
        carbon = self.carbon_block()
        self.sets["seed.extxyz"] = [frame for frame in self.frames() if frame.word("config_type").startswith("CN50")]
        self.audit()
        self.assert_found("warning", "unidentifiable_offset", "all frames have the same C:N ratio (1:1), so the energies of C and N cannot be told apart",
                          name=None)
        self.assert_only()
        self.audit("--blocks", carbon)
        self.assertNotIn("unidentifiable_offset", self.text)

    def test_distance_that_a_frozen_block_has_not_seen(self):
        block = self.carbon_block()
        frame = self.frames()[10]
        _, atom, other = closest(frame, "C", "C")
        frame.approach(atom, other, self.nearest_of_all("C", "C") - 0.05)
        self.audit("--blocks", block)
        self.assert_found("warning", "coverage", f"the C-C distance to atom {other} is ", 10, atom)
        self.assert_only(10)

    def test_all_faults_of_single_frames_at_once(self):
        """They do not hide each other."""
        for plant in (self.plant_missing_label, self.plant_placeholder, self.plant_duplicate, self.plant_net_force, self.plant_constraint,
                      self.plant_short_distance, self.plant_wrong_cell, self.plant_energy_outlier):
            plant()
        self.audit("--inner", "C-N=0.85")
        found = {(finding["check"], finding["frame"]) for finding in self.report["findings"] if "frame" in finding}
        self.assertLessEqual({("missing_label", 8), ("placeholder", 20), ("duplicate", 55), ("net_force", 30), ("zero_force", 33),
                              ("below_inner", 9), ("density", 25), ("energy_outlier", 40)}, found, self.text)
        self.assert_only(8, 9, 20, 25, 30, 33, 40, 55)


if __name__ == "__main__":
    unittest.main()
