"""A real browser (headless Chromium) shows the page of report.py. Argument: the script. 77: there is no Chromium or no matplotlib."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

CHROMIUM = os.environ.get("CARILLON_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
try:
    import matplotlib.image
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)
if not CHROMIUM:
    print("skipped: no Chromium (scripts/setup --tests installs Debian's)")
    sys.exit(77)

import report_results

SCRIPT = sys.argv.pop(1)
# What the browser makes of the page: written into the copy that is tested, never into the report itself.
PROBE = """<script>
addEventListener("load", () => {
  const shown = [...document.querySelectorAll("figure svg")].filter(s => s.getBoundingClientRect().width > 100 && s.getBoundingClientRect().height > 100);
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
  const out = document.createElement("p"); out.id = "probe";
  out.textContent = `title=${document.title};plots=${shown.length};tables=${document.querySelectorAll("table").length};wide=${wide};requests=${performance.getEntriesByType("resource").length}`;
  document.body.append(out);
});
</script></body>"""


def browse(*arguments):
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
               "--enable-logging=stderr", "--v=0", "--window-size=900,1200", *arguments]
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run([*command[:1], f"--user-data-dir={profile}", *command[1:]], capture_output=True, text=True, timeout=100, check=False)


class InABrowser(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        done, cls.page = report_results.make(SCRIPT, folder.name)
        assert done.returncode == 0, done.stderr

    def probed(self, page):
        copy = page.with_name("probed.html")
        copy.write_text(page.read_text(encoding="utf-8").replace("</body>", PROBE), encoding="utf-8")
        done = browse("--dump-dom", copy.as_uri())
        found = re.search(r'<p id="probe">(.*?)</p>', done.stdout)
        self.assertTrue(found, done.stderr[-2000:])
        return dict(entry.split("=") for entry in found[1].split(";")), [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    def test_title_plots_and_no_complaints(self):
        seen, complaints = self.probed(self.page)
        self.assertEqual(seen, {"title": "Validation of a potential", "plots": str(report_results.PLOTS), "tables": "5", "wide": "false", "requests": "0"})
        self.assertEqual(complaints, [])

    def test_the_probe_sees_complaints(self):  # or else the test above would pass on a page full of errors
        broken = self.page.with_name("broken.html")
        broken.write_text(self.page.read_text(encoding="utf-8").replace("</body>", "<script>console.error('seen')</script></body>"), encoding="utf-8")
        self.assertEqual(len(self.probed(broken)[1]), 1)

    def test_it_paints(self):
        picture = pathlib.Path(self.page.parent, "page.png")
        browse(f"--screenshot={picture}", self.page.as_uri())
        pixels = matplotlib.image.imread(picture)[..., :3]
        coloured = (pixels.max(axis=2) - pixels.min(axis=2)) > 0.2
        self.assertGreater(coloured.sum(), 500)  # bars and lines
        self.assertGreater((pixels.max(axis=2) < 0.4).sum(), 500)  # words


if __name__ == "__main__":
    unittest.main()
