#!/usr/bin/python3
"""Every public header compiles alone, with the flags of the program and warnings as errors.

Takes the flags from the build folder's compile_commands.json (the entry of src/main.cpp, which sees every module).
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

import project_tree


def compile_command(build, source):
    """The compiler and flags that compile `source`, without launcher, input and output."""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    entry = next(entry for entry in entries if pathlib.Path(entry["file"]) == source)
    words = shlex.split(entry["command"])
    if pathlib.Path(words[0]).name in ("ccache", "sccache", "distcc"):
        words = words[1:]
    kept, skip = [], False
    for word in words:
        if skip or word in ("-o", "-c"):
            skip = word == "-o"
        elif pathlib.Path(word) != source:
            kept.append(word)
    return kept


def compile_alone(command, header):
    """The compiler's complaints about the header; empty when there are none."""
    # Included from an empty file, so that '#pragma once' is not met in a main file.
    flags = ["-fsyntax-only", "-Werror", "-x", "c++", "-include", str(header), "/dev/null"]
    result = subprocess.run(command + flags, capture_output=True, text=True, check=False)
    return result.stderr if result.returncode != 0 else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--headers", type=pathlib.Path, default=pathlib.Path("include"), help="folder to check, relative to the root")
    options = parser.parse_args()
    command = compile_command(options.build, options.root / "src/main.cpp")
    headers = [options.root / path for path in project_tree.files(options.root, (options.headers,), {".hpp", ".h"})]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = list(pool.map(lambda header: compile_alone(command, header), headers))
    bad = [header for header, complaint in zip(headers, complaints) if complaint]
    print("".join(complaints), end="")
    print(f"{len(headers)} headers, {len(bad)} do not compile alone")
    sys.exit(1 if bad or not headers else 0)


if __name__ == "__main__":
    main()
