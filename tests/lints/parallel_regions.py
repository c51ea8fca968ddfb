#!/usr/bin/python3
"""OpenMP regions stand in one file only, whose loops pass exceptions on: one that left a region (not enough memory, above all)
would end the process without a message, and other ranks would wait for it. `omp simd` is no region."""

import re

import project_tree

HOME = "src/core/parallel.cpp"
REGION = re.compile(r"^\s*#\s*pragma\s+omp\s+(?!simd\b)(.*)")


def check(root):
    seen = False
    for path in project_tree.files(root, ("include", "src"), {".hpp", ".cpp", ".h"}):
        for number, text in project_tree.lines(root, path):
            match = REGION.match(text)
            if match and str(path) == HOME:
                seen = True
            elif match:
                yield f"{path}:{number}: omp {match.group(1).strip()}; use parallel_for or parallel_for_workers of {HOME}"
    if not seen:
        yield f"{HOME}: has no OpenMP region: this lint is out of date"


if __name__ == "__main__":
    project_tree.run(check, __doc__)
