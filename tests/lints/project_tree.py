"""What the lints share: the files of the project, and how a lint reports and ends."""

import argparse
import os
import pathlib
import sys

SKIPPED_FOLDERS = {".git", "build", ".cache", "__pycache__"}


def files(root, folders=(".",), suffixes=()):
    """All files below the folders, as paths relative to the root, sorted; generated folders are left out."""
    for folder in folders:
        for where, subfolders, names in os.walk(root / folder):
            subfolders[:] = sorted(name for name in subfolders if name not in SKIPPED_FOLDERS and not is_build_folder(where, name))
            for name in sorted(names):
                path = pathlib.Path(where, name)
                if not suffixes or path.suffix in suffixes:
                    yield path.relative_to(root)


def is_build_folder(where, name):
    return pathlib.Path(where, name, "CMakeCache.txt").exists()


def lines(root, path):
    """(number, text) of a text file; nothing of a file that is not text."""
    try:
        text = (root / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    return list(enumerate(text.splitlines(), start=1))


def run(check, description):
    """Runs `check(root)`, which yields problems; prints them and ends with status 1 when there are any."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2], help="the project's folder")
    root = parser.parse_args().root.resolve()
    problems = list(check(root))
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problem{'' if len(problems) == 1 else 's'}")
    sys.exit(1 if problems else 0)
