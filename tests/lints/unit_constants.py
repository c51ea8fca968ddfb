#!/usr/bin/python3
"""Physical constants and unit conversions stand in include/carillon/core/units.hpp and nowhere else.

Looks for the leading digits of the usual ones in include/, src/ and scripts/, comments included: a constant in a comment is a
copy too. Tests may carry them as an independent value, but the file must say so, with the word 'oracle' or 'CODATA'.
"""

import re

import project_tree

HOME = "include/carillon/core/units.hpp"
SUFFIXES = {".hpp", ".cpp", ".h", ".py", ".sh", ".cmake", ""}
EXCUSE = re.compile("oracle|codata", re.IGNORECASE)

CONSTANTS = {
    "627.5": "kcal/mol per Hartree",
    "0.529": "Å per bohr",
    "1.889": "bohr per Å",
    "27.211": "eV per Hartree",
    "0.0367": "Hartree per eV",
    "23.06": "kcal/mol per eV",
    "0.0433": "eV per kcal/mol",
    "51.42": "eV/Å per Hartree/bohr",
    "1185.8": "kcal/mol/Å per Hartree/bohr",
    "160.21": "GPa per eV/Å³",
    "160.22": "GPa per eV/Å³",
    "6.947": "GPa per kcal/mol/Å³",
    "6.948": "GPa per kcal/mol/Å³",
    "29421": "GPa per Hartree/bohr³",
    "8.617": "eV/K, Boltzmann",
    "1.6605": "g/cm³ per amu/Å³",
    "6.022": "Avogadro",
    "14.399": "eV Å, e²/(4πε₀)",
    "4.184": "J per cal",
}
NUMBER = re.compile(r"(?<![\w.])(" + "|".join(re.escape(digits) for digits in CONSTANTS) + r")\d*")


def check(root):
    if not any(True for _ in project_tree.lines(root, HOME)):
        yield f"{HOME}: is empty: this lint compares with it"
    for path in project_tree.files(root, ("include", "src", "scripts"), SUFFIXES):
        if str(path) != HOME:
            yield from stray_numbers(path, project_tree.lines(root, path), f"use {HOME}")
    for path in project_tree.files(root, ("tests",), {".hpp", ".cpp"}):
        lines = project_tree.lines(root, path)
        if not any(EXCUSE.search(text) for _, text in lines):
            yield from stray_numbers(path, lines, f"use {HOME}, or say whose independent value ('oracle') it is")


def stray_numbers(path, lines, remedy):
    for number, text in lines:
        for match in NUMBER.finditer(text):
            yield f"{path}:{number}: {match.group(0)} looks like {CONSTANTS[match.group(1)]}; {remedy}"


if __name__ == "__main__":
    project_tree.run(check, __doc__)
