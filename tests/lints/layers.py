#!/usr/bin/python3
"""The dependency rule: a module includes only itself and what its DEPENDS name, directly or through another module.

Reads the carillon_module(...) lines of CMakeLists.txt; checks every include in include/carillon/<module>/, src/<module>/ and
tests/unit/<module>/, and that the modules have no cycle. The program (src/main.cpp) may include the cli module only.
"""

import re

import project_tree

MODULE_CALL = re.compile(r"^\s*carillon_module\(([^)]*)\)", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
KEYWORDS = {"DEPENDS", "LINKS"}


def declared_modules(cmake_text):
    """{module: modules of its DEPENDS}"""
    modules = {}
    for call in MODULE_CALL.findall(cmake_text):
        words = re.sub(r"#.*", "", call).split()
        keyword, modules[words[0]] = None, []
        for word in words[1:]:
            if word in KEYWORDS:
                keyword = word
            elif keyword == "DEPENDS":
                modules[words[0]].append(word)
    return modules


def reachable(modules, start):
    seen, waiting = set(), [start]
    while waiting:
        for name in modules.get(waiting.pop(), []):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def check_declarations(modules):
    if not modules:
        yield "CMakeLists.txt: no carillon_module(...) found: this lint reads nothing"
    for module, depends in modules.items():
        for name in depends:
            if name not in modules:
                yield f"CMakeLists.txt: module '{module}' depends on '{name}', which is no module"
        if module in reachable(modules, module):
            yield f"CMakeLists.txt: module '{module}' depends on itself through its DEPENDS: a cycle"


def module_of(path):
    """The module a file belongs to; None for src/main.cpp."""
    parts = path.parts
    depth = {"include": 2, "src": 1, "tests": 2}[parts[0]]
    return parts[depth] if len(parts) > depth + 1 else None


def included_module(target, module):
    """The module an include reaches into; None for outside libraries and for the file's own folder."""
    parts = target.split("/")
    if parts[0] == "carillon" and len(parts) > 2:
        return parts[1]
    if ".." in parts:
        return "a folder above, by '..'"
    return None


def check_includes(root, modules):
    allowed = {module: reachable(modules, module) | {module} for module in modules}
    checked = 0
    for path in project_tree.files(root, ("include/carillon", "src", "tests/unit"), {".hpp", ".cpp", ".h"}):
        module = module_of(path)
        if module is not None and module not in modules:
            yield f"{path}: the folder '{module}' is no module of CMakeLists.txt"
            continue
        may_include = allowed[module] if module else {"cli"}
        for number, text in project_tree.lines(root, path):
            match = INCLUDE.match(text)
            target = included_module(match.group(1), module) if match else None
            checked += 1 if match else 0
            if target is not None and target not in may_include:
                yield f"{path}:{number}: {module or 'the program'} may not include {target} ({match.group(1)})"
    if checked == 0:
        yield "no include found: this lint reads nothing"


def check(root):
    modules = declared_modules((root / "CMakeLists.txt").read_text(encoding="utf-8"))
    yield from check_declarations(modules)
    yield from check_includes(root, modules)


if __name__ == "__main__":
    project_tree.run(check, __doc__)
