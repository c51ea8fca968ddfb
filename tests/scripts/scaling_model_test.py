"""The model of docs/scaling.md: identities, its memory and units against hand counts, and tables that are those of the results kept."""
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(ROOT / "bench"))
sys.dont_write_bytecode = True

import results
import scaling_model
import tables
from scaling_model import Problem, predict


def one(value):
    return {"value": value, "runs": 1}


def constants(efficiency=1.0, threads_gain=2.0):
    """Round numbers: 1e9 operations a second in everything."""
    figures = {f"{step}/{size}:flop/s": one(1e9) for step in ("qr", "merge", "path", "solve") for size in (500, 2000)}
    figures |= {f"{step}/2000": one(1.0) for step in ("qr", "merge", "path", "solve", "spectrum")}
    figures |= {f"{step}/500": one(0.1) for step in ("qr", "merge", "path", "solve", "spectrum")}
    figures |= {f"{step}/two_threads/2000": one(1.0 / threads_gain) for step in ("qr", "path")}
    for name, low, high in (("frame_rows", 0.1, 1.0), ("frame_energy", 0.01, 0.1)):
        figures |= {f"{name}/1000": one(low), f"{name}/10000": one(high)}
    figures |= {f"{step}/extxyz:byte/s": one(1e8) for step in ("check", "hash", "write")}
    figures |= {"check/extxyz:bytes_per_atom": one(75.0), "transfer/1000:byte/s": one(1e9), "transfer/1000": one(1.0)}
    figures |= {"strong/ranks:1:rows": one(2.0), "strong/ranks:2:rows": one(1.0 / efficiency)}
    return scaling_model.Constants(figures)


class Identities(unittest.TestCase):

    def test_units_as_the_program_cuts_them(self):
        # 5,830,000 rows in 4 folds of 1,457,500: 4,000 rows a unit would make 364, of which 64 are allowed; 40,000 rows make 36.
        self.assertEqual(Problem(10000, 1000).units, 256)
        self.assertEqual(Problem(10000, 10000).units, 4 * 36)
        self.assertEqual(Problem(8, 10000).units, 4)

    def test_rows_and_qr_of_one_core(self):
        found = predict(Problem(100, 1000), constants(), 1, 1)
        self.assertAlmostEqual(found.seconds["rows"], 100 * (0.1 + 0.01))
        self.assertAlmostEqual(found.seconds["evaluation"], 100 * 0.01)
        self.assertAlmostEqual(found.seconds["qr"], 2 * 58300 * 1e6 / 1e9)

    def test_twice_the_ranks_half_the_rows_and_qr_while_units_divide(self):
        slow, fast = (predict(Problem(10000, 1000), constants(), ranks, 1) for ranks in (32, 64))
        for phase in ("rows", "qr"):
            self.assertAlmostEqual(slow.seconds[phase] / fast.seconds[phase], 2.0)

    def test_ranks_beyond_the_units_gain_no_qr(self):
        self.assertEqual(predict(Problem(10000, 1000), constants(), 256, 1).seconds["qr"], predict(Problem(10000, 1000), constants(), 512, 1).seconds["qr"])

    def test_merges_of_one_rank_are_units_less_folds(self):
        problem = Problem(10000, 1000)
        self.assertAlmostEqual(predict(problem, constants(), 1, 1).seconds["merge"], (256 - 4) * 2 / 3)

    def test_one_merge_a_level_where_every_rank_has_one_unit(self):
        problem = Problem(10000, 1000)
        sent = (6 + 4) * 4e6 * (1 / 1e9 + 1 / scaling_model.ASSUMED["network"])
        self.assertAlmostEqual(predict(problem, constants(), 256, 1).seconds["merge"], 6 * 2 / 3 + sent)

    def test_threads_without_a_gain_are_no_use(self):
        self.assertAlmostEqual(constants(threads_gain=1.0).thread_gain("qr", 64), 1.0)
        self.assertAlmostEqual(constants(threads_gain=2.0).thread_gain("qr", 64), 64.0)

    def test_solving_stops_scaling_at_the_number_of_folds(self):
        four, many = (predict(Problem(10000, 1000), constants(), ranks, 1).seconds["solve"] for ranks in (4, 64))
        self.assertEqual(four, many)
        self.assertGreater(predict(Problem(10000, 1000), constants(), 2, 1).seconds["solve"], four)

    def test_memory_grows_with_unknowns_and_not_with_frames(self):
        few, more = (predict(Problem(frames, 1000), constants(), 256, 1) for frames in (10000, 20000))
        self.assertEqual((few.rank_bytes, few.root_bytes), (more.rank_bytes, more.root_bytes))
        self.assertGreater(predict(Problem(10000, 10000), constants(), 256, 1).root_bytes, 20 * few.root_bytes)

    def test_lines_between_measured_sizes_and_beyond(self):
        c = constants()
        for unknowns, expected in ((1000, 0.1), (5500, 0.55), (19000, 1.9)):
            self.assertAlmostEqual(c.frame_seconds("frame_rows", unknowns), expected)


class Tables(unittest.TestCase):

    def test_numbers_with_three_digits_and_units(self):
        self.assertEqual([tables.number(value) for value in (0.012345, 1.2345, 123.45, 12345.0)], ["0.0123", "1.23", "123", "12,300"])
        self.assertEqual([tables.seconds(value) for value in (2e-7, 3e-5, 0.5, 90.0, 36000.0)], ["200 ns", "30 µs", "500 ms", "90 s", "10 h"])

    def test_limits_in_words(self):
        self.assertEqual(tables.spoken({"QR": ["16", "64", "256"], "I/O": ["1,024"]}), "QR on 16, 64 and 256 cores, I/O on 1,024 cores")


class Document(unittest.TestCase):

    def test_tables_are_those_of_the_newest_results(self):
        text = tables.DOCUMENT.read_text(encoding="utf-8")
        if results.newest() is None:
            self.skipTest("no results are kept")
        self.assertEqual(text, tables.filled(text), "run scripts/benchmark --tables")

    def test_a_missing_marker_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "no markers for the table 'field'"):
            tables.fill("", {}, tables.FIELD_TABLES)

    def test_no_folder_of_this_machine_in_results(self):
        for path in results.FOLDER.glob("*.json"):
            self.assertNotRegex(path.read_text(encoding="utf-8"), r"/(home|root|tmp|work)/")
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(ValueError):
            results.save(pathlib.Path(folder) / "results.json", str(results.ROOT), {})


if __name__ == "__main__":
    unittest.main()
