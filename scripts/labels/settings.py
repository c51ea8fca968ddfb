"""Settings of a level of theory: a YAML file beside its CP2K template (scripts/labels/settings)."""
import dataclasses
import hashlib
import math
import pathlib
import string
import textwrap

import yaml

from frames import BadInput, exact, vector

KEYS = {"level", "template", "energy_holds_entropy", "self_consistent", "values", "mixing", "orbitals", "limits"}
PARTS = {"orbitals": {"valence", "basis", "base", "slope", "carbon"}, "limits": {"last_occupation", "summed_force"}}


def checked(where, mapping, known):
    if not isinstance(mapping, dict) or set(mapping) != known:
        found = sorted(mapping) if isinstance(mapping, dict) else mapping
        raise BadInput(f"{where}: expected the keys {', '.join(sorted(known))}; found {found}")


@dataclasses.dataclass(frozen=True)
class Orbitals:
    """How many orbitals of a frame are computed."""
    occupied: int
    added: int
    all: bool  # every orbital there is: the last one may be occupied


def geometry(atoms):
    """Cell and atoms as a CP2K template takes them."""
    return {"cell": "\n".join(f"      {name} {vector(row, 10)}" for name, row in zip("ABC", atoms.cell, strict=True)),
            "atoms": "\n".join(f"      {symbol} {vector(position, 10)}" for symbol, position in zip(atoms.symbols, atoms.positions, strict=True))}


class Settings:

    def __init__(self, path):
        try:
            content = pathlib.Path(path).read_text(encoding="utf-8")
            given = yaml.safe_load(content)
            checked(path, given, KEYS)
            for part, known in PARTS.items():
                checked(f"{path}: {part}", given[part], known)
            self.template = (pathlib.Path(path).parent / given["template"]).read_text(encoding="utf-8")
        except (OSError, yaml.YAMLError) as problem:
            raise BadInput(f"{path}: {problem}") from problem
        self.path, self.level, self.values = path, given["level"], given["values"]
        self.energy_holds_entropy, self.self_consistent = given["energy_holds_entropy"], given["self_consistent"]
        self.mixing = given["mixing"]
        self.orbital_rule, self.limits = given["orbitals"], given["limits"]
        # Of what decides a label, not of how the file is written or of how it converges: limits, mixing and comments may change.
        decisive = repr([self.template, sorted(self.values.items()), self.energy_holds_entropy])
        self.identity = f"{pathlib.Path(path).stem}-{hashlib.sha256(decisive.encode()).hexdigest()[:12]}"

    def electrons(self, atoms):
        valence = self.orbital_rule["valence"]
        unknown = sorted(set(atoms.symbols) - set(valence))
        if unknown:
            raise BadInput(f"{self.path}: no valence of {unknown[0]}; there are: {', '.join(valence)}")
        return sum(valence[symbol] for symbol in atoms.symbols)

    def orbitals(self, atoms, growth=1.0):
        """Empty orbitals for the smearing, `growth` times the estimate."""
        rule = self.orbital_rule
        electrons = self.electrons(atoms)
        carbon = sum(symbol == "C" for symbol in atoms.symbols) / len(atoms)
        share = rule["base"] + (rule["slope"] + rule["carbon"] * carbon) * atoms.info["temperature"] / 10000
        occupied = (electrons + 1) // 2
        most = sum(rule["basis"][symbol] for symbol in atoms.symbols) - occupied
        added = math.ceil(growth * max(4, math.ceil(share * electrons / 2)))
        return Orbitals(occupied, min(added, most), added >= most)

    def cp2k_input(self, atoms, orbitals, mixing):
        """The whole CP2K input of a frame."""
        values = {name: textwrap.indent(str(value).rstrip(), "      ") if "\n" in str(value) else str(value) for name, value in self.values.items()}
        values["mixing"] = textwrap.indent(self.mixing[mixing].rstrip(), "      ")
        values.update(geometry(atoms))
        values["temperature"] = exact([atoms.info["temperature"]])
        values["added_mos"], values["last_orbital"] = orbitals.added, orbitals.occupied + orbitals.added
        values["kinds"] = "\n".join(f"    &KIND {symbol}\n      BASIS_SET {self.values.get('basis')}\n      POTENTIAL {self.values.get('potential')}\n"
                                    f"    &END KIND" for symbol in sorted(set(atoms.symbols)))
        try:
            return string.Template(self.template).substitute(values)
        except KeyError as problem:
            raise BadInput(f"{self.path}: the template names {problem}, which values does not have") from problem

    def record(self):
        """What a data set says of its labels."""
        out = {"label_level": self.level, "label_settings": self.identity}
        for name in ("basis", "potential", "cutoff", "relative_cutoff", "eps_scf"):
            if name in self.values:
                out[f"label_{name}"] = self.values[name]
        return out
