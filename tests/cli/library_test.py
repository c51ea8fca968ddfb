"""The library that ships (blocks/) is whole and knows what its cards say. Argument: the program."""
import json
import re
import unittest

import program

ROOT = program.SEED_FRAMES.parents[3]
LIBRARY = ROOT / "blocks"
BLOCKS = [LIBRARY / name for name in ("C", "N", "C-N")]


@unittest.skipUnless(LIBRARY.exists(), "blocks/ is not there: scripts/build_library makes it")
class TheLibrary(program.ProgramTest):

    def test_blocks_are_whole_and_listed(self):
        listing = self.succeed("blocks", LIBRARY).stdout
        table = (LIBRARY / "README.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| (C|N|C-N) \| .* \| [0-9a-f]{12} \|$", listing, re.MULTILINE)
        self.assertEqual(rows, ["C", "N", "C-N"])
        self.assertIn(listing.strip(), table)

    def test_cards_name_every_state_they_were_trained_on(self):
        for block in BLOCKS:
            card = (block / "CARD.md").read_text(encoding="utf-8")
            trained = card.split("## Training data")[1].split("## Origin")[0]
            errors = card.split("## Errors by state point")[1]
            states = re.findall(r"^\| ([CN][\w.]+) \| \d+ \|$", trained, re.MULTILINE)
            self.assertGreater(len(states), 2)
            for state in states:
                if not state.endswith(("_cold", "_dimer")):
                    self.assertIn(f"| {state} | training |", errors)
            self.assertRegex(errors, r"\| [\w.]+ \| held out \|")

    def test_it_predicts_states_of_no_fit(self):
        self.put("case/case.yaml", f"title: held out\nkind: errors\ndata: [{{file: '{program.SEED_FRAMES}'}}]\n"
                                   f"labels: [C_3.5gcc_6000K, N_3.1gcc_7000K, CN50_3.5gcc_6000K]\nheld_out: '{ROOT}/validation/data/carbon_nitrogen/held_out.yaml'\n")
        self.succeed("validate", *BLOCKS, "case", "-o", "checked", "--no-report")
        rows = json.loads(self.read("checked/results.json"))["cases"][0]["tables"][0]["rows"]
        self.assertEqual(len(rows), 4)
        for state, held_out, _, error, size, *_ in rows:
            self.assertEqual(held_out, "held out")
            self.assertLess(float(error), 0.5 * float(size), state)


EXTENSION = f"""\
data: [{{file: '{program.SEED_FRAMES}'}}]
split: {{test: {{labels: [C_3.5gcc_6000K, N_3.1gcc_7000K, CN50_3.5gcc_6000K]}}}}
basis:
  order: {{pair: 5, triplet: 3}}
  pairs: {{C-C: {{inner: 0.88, outer: 5.0, lambda: 1.4}}, N-N: {{inner: 0.78, outer: 4.0, lambda: 1.1}}, C-N: {{inner: 0.83, outer: 4.0, lambda: 1.3}}}}
  outer: {{triplet: 3.5}}
  smoothing: {{kind: tersoff, fraction: 0.75}}
solver: {{strength: 1e-6}}
blocks: [{{name: C, frozen: '{LIBRARY / "C"}'}}, {{name: N}}, {{name: C-N}}]
"""


def checksum(block):
    return re.search(r"^checksum: (\w+)$", (block / "block.yaml").read_text(encoding="utf-8"), re.MULTILINE).group(1)


class AnElementOntoTheLibrary(program.ProgramTest):

    def test_the_frozen_block_comes_out_as_it_went_in(self):
        """Byte for byte, and the new blocks name it as what they stand on. The element is N, whose data ship."""
        self.put("recipe.yaml", EXTENSION)
        self.succeed("fit", "recipe.yaml", "-o", "result", "--no-plots")
        for name in ("coefficients.csv", "block.yaml"):
            self.assertEqual((self.folder / "result/blocks/C" / name).read_bytes(), (LIBRARY / "C" / name).read_bytes())
        parents = self.read("result/blocks/C-N/block.yaml").split("parents:")[1]
        self.assertIn(f'"C": "{checksum(LIBRARY / "C")}"', parents)
        self.assertIn(f'"N": "{checksum(self.folder / "result/blocks/N")}"', parents)

    @unittest.skipUnless((LIBRARY / "C-H").exists(), "blocks/C-H is not there: scripts/build_library --recipe fits/library_hydrogen.yaml makes it")
    def test_the_blocks_that_ship_stand_on_todays_library(self):
        parents = (LIBRARY / "C-H/block.yaml").read_text(encoding="utf-8").split("parents:")[1]
        for name in ("C", "H"):
            self.assertIn(f'"{name}": "{checksum(LIBRARY / name)}"', parents)


if __name__ == "__main__":
    unittest.main()
