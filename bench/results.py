"""Files of results: which machine and commit, what was run, and every figure. They stand in bench/results and are never edited."""

import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "bench/results"


def machine():
    return {
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        "system": system_name(),
        # Figures of a machine that does other work besides are not worth keeping; whoever reads them must be able to tell.
        "load_before": round(os.getloadavg()[0], 2),
    }


def cpu_name():
    try:
        found = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return " ".join(found.group(1).split()) if found else platform.machine()


def system_name():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def commit():
    """The commit under test, with `-modified` where files of the program differ from it."""
    parts = ["CMakeLists.txt", "cmake", "include", "src", "bench", ":!bench/results"]
    head = git("rev-parse", "--short=10", "HEAD")
    return head + ("-modified" if git("status", "--porcelain", "--", *parts) else "") if head else "unknown"


def git(*arguments):
    """What git says; nothing in a tree without a repository and on a machine without git."""
    if not shutil.which("git"):
        return ""
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def path_for_today(suffix=""):
    cpu = re.sub(r"[^a-z0-9]+", "-", cpu_name().lower()).strip("-")
    return FOLDER / f"{datetime.date.today().isoformat()}-{cpu}{suffix}.json"


def save(path, command, figures, **more):
    document = {"date": datetime.date.today().isoformat(), "commit": commit(), "command": command, **more, "figures": figures}
    text = json.dumps(document, indent=1) + "\n"
    # What is kept is read by others: names of this machine's folders have no place in it.
    for private in (str(ROOT), os.path.expanduser("~") + "/"):
        if private in text:
            raise ValueError(f"the results would hold the path {private}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def load(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def newest(suffix=""):
    """The newest kept file of its kind, or None. `suffix` as in path_for_today."""
    kept = [path for path in sorted(FOLDER.glob(f"*{suffix}.json")) if suffix or not path.stem.endswith("-field")]
    return kept[-1] if kept else None
