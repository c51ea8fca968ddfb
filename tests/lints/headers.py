#!/usr/bin/python3
"""Every public header compiles alone, with the flags of the program and warnings as errors.

A header that some source of the build includes before anything else compiles alone, or the build would have failed; only the
others are compiled here. Takes sources and flags from the build folder's compile_commands.json (the flags of src/main.cpp, which
sees every module).
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import project_tree


FIRST_INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def included_first(entries):
    """What the sources of the build include before anything else."""
    found = set()
    for entry in entries:
        match = FIRST_INCLUDE.search(pathlib.Path(entry["file"]).read_text(encoding="utf-8"))
        if match:
            found.add(match.group(1))
    return found


def compile_command(entries, source):
    """The compiler and flags that compile `source`, without launcher, input and output."""
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
    options = parser.parse_args()
    entries = json.loads((options.build / "compile_commands.json").read_text(encoding="utf-8"))
    command = compile_command(entries, options.root / "src/main.cpp")
    proven = included_first(entries)
    headers = list(project_tree.files(options.root, ("include",), {".hpp", ".h"}))
    to_compile = [header for header in headers if str(header.relative_to("include")) not in proven]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = list(pool.map(lambda header: compile_alone(command, options.root / header), to_compile))
    bad = [header for header, complaint in zip(to_compile, complaints) if complaint]
    print("".join(complaints), end="")
    print(f"{len(headers)} headers, {len(headers) - len(to_compile)} of them seen to compile alone by the build, {len(bad)} do not")
    sys.exit(1 if bad or not headers else 0)


if __name__ == "__main__":
    main()
