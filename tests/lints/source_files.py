#!/usr/bin/python3
"""Files that stay readable and portable: no source file beyond 500 lines without a reason, no path of one person's machine."""

import re

import project_tree

LONGEST = 500
REASONS_TO_BE_LONG = {}  # path -> why it cannot be split

MACHINE_PATH = re.compile(r"(?<![\w.$}{/-])/(?:work|home|root|Users|mnt|scratch)/[\w.-]+")
TEXT_SUFFIXES = {".hpp", ".cpp", ".h", ".py", ".sh", ".cmake", ".txt", ".md", ".yaml", ".yml", ".json", ".cff", ".inp", ""}


def check(root):
    for path in project_tree.files(root, ("include", "src"), {".hpp", ".cpp", ".h"}):
        count = len(project_tree.lines(root, path))
        if count > LONGEST and str(path) not in REASONS_TO_BE_LONG:
            yield f"{path}: {count} lines, more than {LONGEST}: split it, or give the reason in tests/lints/source_files.py"
    for path in REASONS_TO_BE_LONG:
        if not (root / path).exists():
            yield f"tests/lints/source_files.py: {path} does not exist: the entry is out of date"
    for path in project_tree.files(root, suffixes=TEXT_SUFFIXES):
        for number, text in project_tree.lines(root, path):
            match = MACHINE_PATH.search(text)
            if match:
                yield f"{path}:{number}: {match.group(0)} is a path of one machine"


if __name__ == "__main__":
    project_tree.run(check, __doc__)
