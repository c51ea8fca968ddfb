"""compare_recipes merges variants into their base and says what the group-out error chooses. Argument: the script."""
import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile
import unittest

try:
    import yaml  # noqa: F401
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

loader = importlib.machinery.SourceFileLoader("compare_recipes", sys.argv.pop(1))
script = importlib.util.module_from_spec(importlib.util.spec_from_loader("compare_recipes", loader))
loader.exec_module(script)


def row(name, test, group_out):
    return {"variant": name, script.TEST_ERROR: test, "group-out rms": group_out}


class CompareRecipes(unittest.TestCase):

    def test_the_choice_is_by_group_out_and_the_verdict_by_the_test(self):
        recipes = {name: {"weights": {"force": 1}, "solver": {"folds": 4}} for name in ("a", "b", "c")}
        rows = [row("a", "20.9", "1.08"), row("b", "20.7", "1.03"), row("c", "20.8", "1.05")]
        self.assertIn("chooses 'b' (20.7); which has the smallest test error too", script.choices(rows, recipes))
        rows[0] = row("a", "20.5", "1.08")
        self.assertIn("chooses 'b' (20.7); the smallest test error has 'a' (20.5)", script.choices(rows, recipes))

    def test_other_weights_or_groups_are_not_compared(self):
        recipes = {"a": {"weights": {"force": 1}, "solver": {"folds": 4}}, "b": {"weights": {"force": 2}, "solver": {"folds": 4}},
                   "c": {"weights": {"force": 1}, "solver": {"folds": 8}}}
        rows = [row(name, "20.9", "1.0") for name in recipes]
        self.assertEqual(script.choices(rows, recipes), "")
        self.assertEqual(script.choices([row("a", "20", ""), row("d", "20", "")], {"a": {}, "d": {}}), "", "without group-out errors")

    def test_variants_change_their_base_key_by_key(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "base.yaml").write_text("data: [{file: x.extxyz}]\nsolver: {kind: ridge, folds: 4}\nblocks: [{name: C}]\n", encoding="utf-8")
            (path / "v.yaml").write_text("base: base.yaml\nvariants: {one: {}, two: {solver: {folds: 8}}}\n", encoding="utf-8")
            variants = script.read_variants(path / "v.yaml")
            self.assertEqual(variants["two"]["solver"], {"kind": "ridge", "folds": 8})
            self.assertEqual(variants["one"]["data"][0]["file"], str(path.resolve() / "x.extxyz"))
            (path / "v.yaml").write_text("base: base.yaml\nchanges: {solver: {kind: lasso}}\nvariants: {one: {}, two: {solver: {kind: tsvd}}}\n", encoding="utf-8")
            variants = script.read_variants(path / "v.yaml")
            self.assertEqual([variants[name]["solver"] for name in ("one", "two")], [{"kind": "lasso", "folds": 4}, {"kind": "tsvd", "folds": 4}])
            (path / "v.yaml").write_text("base: base.yaml\nother: 1\n", encoding="utf-8")
            with self.assertRaises(script.BadInput):
                script.read_variants(path / "v.yaml")


if __name__ == "__main__":
    unittest.main()
