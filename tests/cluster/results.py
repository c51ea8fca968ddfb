"""A small fit, and the comparison of what it leaves."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def write_recipe(folder):
    """The recipe of the tests of resuming, a few seconds longer: scancel is not quick."""
    text = (ROOT / "tests/resume/recipe.yaml").read_text(encoding="utf-8")
    assert "quadruplet: 2" in text
    path = folder / "recipe.yaml"
    path.write_text(text.replace("quadruplet: 2", "quadruplet: 3").replace("../../validation", str(ROOT / "validation")), encoding="utf-8")
    return path


def contents(folder):
    """All files, without the log and without the wall times of the summary."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    del files["carillon.log"]
    files["summary.json"] = re.sub(rb'"\w+_seconds": [\d.e+-]+', b"", files["summary.json"])
    return files


def assert_equal(test, found, expected):
    """Two results have the same files with the same bytes."""
    found, expected = contents(found), contents(expected)
    test.assertEqual(sorted(found), sorted(expected))
    for name, content in expected.items():
        test.assertEqual(found[name], content, name)
