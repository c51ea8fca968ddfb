#!/usr/bin/python3
"""The documents keep up with the code:

- relative links in Markdown files lead to files that exist;
- every equation that code or documents cite (Eq. N) is numbered in docs/theory.md;
- every key that the recipe reader knows is explained, in backticks, in docs/recipes.md; those of networks in docs/neural.md;
- a document that the code cites exists;
- in README.md and docs/, a path in backticks that starts with a folder of the project exists.
"""

import re

import project_tree

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE_SPAN = re.compile(r"`([^`]+)`")
CITED = re.compile(r"\bEq\. (\d+)(?:(?:-| and |, (?:Eq\. )?)(\d+))?")
NUMBERED = re.compile(r"\\tag\{(\d+)\}")
KNOWN_KEYS = re.compile(r"require_keys\(\s*\{([^}]*)\}", re.DOTALL)
RECIPE_READERS = ("src/fit/recipe.cpp", "src/data/data_spec.cpp", "src/fit/basis_spec.cpp", "src/fit/weights_spec.cpp", "src/fit/parent_spec.cpp")
NETWORK_READERS = ("src/neural/training_recipe.cpp", "src/neural/descriptor_spec.cpp", "src/neural/network_file.cpp")
CITED_DOCUMENT = re.compile(r"docs/[\w/]+\.md")
PROJECT_PATH = re.compile(r"(?:include|src|tests|docs|cmake|scripts|fits|blocks|validation)/[\w./-]*\w")


def links(root):
    for path in project_tree.files(root, suffixes={".md"}):
        for number, text in project_tree.lines(root, path):
            for target in LINK.findall(text):
                if "://" not in target and not target.startswith("mailto:") and not (root / path.parent / target).exists():
                    yield f"{path}:{number}: the link to {target} leads nowhere"


def equations(root):
    numbered = {int(n) for _, text in project_tree.lines(root, "docs/theory.md") for n in NUMBERED.findall(text)}
    if not numbered:
        yield "docs/theory.md: no numbered equation found"
    for path in project_tree.files(root, ("include", "src", "tests", "docs", "README.md"), {".hpp", ".cpp", ".md"}):
        for number, text in project_tree.lines(root, path):
            for cited in {int(n) for match in CITED.findall(text) for n in match if n}:
                if cited not in numbered:
                    yield f"{path}:{number}: Eq. {cited} is not in docs/theory.md"


def recipe_keys(root):
    for document, readers in (("docs/recipes.md", RECIPE_READERS), ("docs/neural.md", NETWORK_READERS)):
        yield from keys_explained(root, document, readers)


def keys_explained(root, document, readers):
    explained = set()
    for _, text in project_tree.lines(root, document):
        for span in CODE_SPAN.findall(text):
            explained.update(re.findall(r"\w+", span))
    for reader in readers:
        found = KNOWN_KEYS.findall((root / reader).read_text(encoding="utf-8"))
        if not found:
            yield f"{reader}: no require_keys found: this lint reads nothing"
        for key in sorted({key for keys in found for key in re.findall(r'"(\w+)"', keys)}):
            if key not in explained:
                yield f"{document}: the key `{key}` of {reader} is not explained"


def cited_documents(root):
    for path in project_tree.files(root, ("include", "src", "tests", "scripts", "bench"), {".hpp", ".cpp"}):
        for number, text in project_tree.lines(root, path):
            for document in CITED_DOCUMENT.findall(text):
                if not (root / document).exists():
                    yield f"{path}:{number}: {document} does not exist"


def named_paths(root):
    documents = [path for path in project_tree.files(root, ("docs",), {".md"})]
    for path in [p for p in project_tree.files(root, suffixes={".md"}) if str(p) == "README.md"] + documents:
        for number, text in project_tree.lines(root, path):
            for span in CODE_SPAN.findall(text):
                if PROJECT_PATH.fullmatch(span) and not (root / span).exists():
                    yield f"{path}:{number}: `{span}` does not exist"


def check(root):
    for rule in (links, equations, recipe_keys, cited_documents, named_paths):
        yield from rule(root)


if __name__ == "__main__":
    project_tree.run(check, __doc__)
