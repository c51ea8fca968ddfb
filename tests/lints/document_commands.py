#!/usr/bin/python3
"""Runs the commands of a Markdown file: every fenced block that starts with ```sh run.

They run one after another in an empty folder that looks like the project's (its files are linked), with the program under
test at build/release/carillon, as a reader would have it. Any command that fails is a failure of the document.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```sh run\n(.*?)^```", re.MULTILINE | re.DOTALL)


def lay_out(workplace, root, program):
    for entry in root.iterdir():
        if entry.name not in ("build", ".git"):
            (workplace / entry.name).symlink_to(entry)
    (workplace / "build/release").mkdir(parents=True)
    (workplace / "build/release/carillon").symlink_to(program)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("document", help="relative to the root")
    options = parser.parse_args()
    blocks = BLOCK.findall((options.root / options.document).read_text(encoding="utf-8"))
    if not blocks:
        sys.exit(f"{options.document}: no block that starts with ```sh run")
    with tempfile.TemporaryDirectory() as folder:
        lay_out(pathlib.Path(folder), options.root.resolve(), options.program.resolve())
        for block in blocks:
            print(block, flush=True)
            # Not inherited: a document's commands must work as they are read.
            environment = {key: value for key, value in os.environ.items() if not key.startswith("CARILLON_")}
            result = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=environment, check=False)
            if result.returncode != 0:
                sys.exit(f"{options.document}: status {result.returncode} from:\n{block}")
    print(f"{len(blocks)} blocks of {options.document} ran")


if __name__ == "__main__":
    main()
