"""report.py makes one page that holds everything and fetches nothing. Argument: the script."""
import html.parser
import re
import sys
import tempfile
import unittest

try:
    import matplotlib  # noqa: F401, the script needs it
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

import report_results

SCRIPT = sys.argv.pop(1)
VOID = {"meta", "path", "use", "rect", "line"}


class Page(html.parser.HTMLParser):
    """Attributes and text of a page, and whether its elements are nested as they should be."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        last = self.open.pop()
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, text):
        self.words.append(text)


class Report(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def page(self):
        done, path = report_results.make(SCRIPT, self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return path.read_text(encoding="utf-8")

    def test_everything_is_there(self):
        page = Page(self.page())
        self.assertEqual(page.open, [])
        text = " ".join(page.words)
        for words in ("First & foremost", "no data", "1043 ± 10", "at most 2", "a paper", "<b>note</b>", "3 cases: 1 passed, 1 failed, 1 skipped", "block model <C>", "a<b"):
            self.assertIn(words, text)
        self.assertEqual(sum(tag == "svg" for tag, _ in page.elements), report_results.PLOTS)

    def test_it_fetches_nothing_and_runs_nothing(self):
        text = self.page()
        for tag, attributes in Page(text).elements:
            self.assertNotIn(tag, ("script", "link", "iframe", "object", "img"))
            for name in ("src", "href", "xlink:href"):
                self.assertTrue(attributes.get(name, "#").startswith("#"), attributes)
        self.assertIsNone(re.search(r"url\((?!#)|@import", text))

    def test_plots_and_tables_are_named_and_ids_are_single(self):
        elements = Page(self.page()).elements
        identities = [attributes["id"] for _, attributes in elements if "id" in attributes]
        self.assertEqual(len(identities), len(set(identities)))
        for tag, attributes in elements:
            if tag == "svg":
                self.assertEqual(attributes["role"], "img")
                self.assertTrue(attributes["aria-label"])
            if tag == "a":
                self.assertIn(attributes["href"].removeprefix("#"), identities)
        self.assertIn(("html", {"lang": "en"}), elements)
        self.assertEqual(sum(tag == "h1" for tag, _ in elements), 1)

    def test_the_same_results_make_the_same_page(self):
        self.assertEqual(self.page(), self.page())

    def test_what_is_no_result_is_refused(self):
        for data in ("", "[]", "{}", '{"model": {"description": ""}}'):
            done, page = report_results.make(SCRIPT, self.folder, data)
            self.assertEqual(done.returncode, 1)
            self.assertIn("is no results.json", done.stderr)
            self.assertFalse(page.exists())


if __name__ == "__main__":
    unittest.main()
