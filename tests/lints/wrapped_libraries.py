#!/usr/bin/python3
"""Each outside library with an interface of its own style is included in its wrapper only, so that replacing it touches one
place. The files named here are the wrappers; version.cpp reads version numbers."""

import re

import project_tree

VERSION = "src/core/version.cpp"
WRAPPERS = {
    "lapacke.h": ["src/solve/lapack.cpp"],
    "cblas.h": ["src/solve/lapack.cpp", "src/core/parallel.cpp"],  # the latter only sets its thread count
    "yaml-cpp/": ["src/core/yaml.cpp"],
    "mpi.h": ["include/carillon/core/parallel.hpp", VERSION],
    "omp.h": ["src/core/parallel.cpp", VERSION],
    "lbfgs.h": ["src/neural/lbfgs.cpp"],
    "hdf5.h": ["src/core/hdf5.cpp", VERSION],
    "openssl/": ["src/core/hash.cpp", VERSION],
    "spdlog/": ["include/carillon/core/log.hpp", "src/core/log.cpp", "src/core/progress.cpp", VERSION, "src/cli/"],  # only the program logs
    "CLI/": ["include/carillon/cli/", "src/cli/"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def check(root):
    seen = set()
    for path in project_tree.files(root, ("include", "src", "tests"), {".hpp", ".cpp", ".h"}):
        for number, text in project_tree.lines(root, path):
            match = INCLUDE.match(text)
            library = next((name for name in WRAPPERS if match and match.group(1).startswith(name)), None)
            if library is None:
                continue
            seen.add(library)
            if not any(str(path).startswith(wrapper) for wrapper in WRAPPERS[library]):
                yield f"{path}:{number}: includes {match.group(1)}; only {', '.join(WRAPPERS[library])} may"
    for library in sorted(set(WRAPPERS) - seen):
        yield f"tests/lints/wrapped_libraries.py: nothing includes {library}: the entry is out of date"


if __name__ == "__main__":
    project_tree.run(check, __doc__)
