"""Frames to label: their identity, and extended XYZ with the same bytes for the same frames.

Positions and cells are those written, 8 decimals of an Å, so that what is labelled is what stands in the file.
"""
import hashlib
import math
import os
import re

import ase
import ase.io
import numpy as np

STATE_NAME = r"[\w.+-]+"  # of a state, which also names folders


class BadInput(Exception):
    pass


def vector(values, decimals=8):
    """Numbers with a fixed number of decimals, and no negative zeros."""
    return " ".join(f"{round(float(x), decimals) + 0.0:.{decimals}f}" for x in values)


def exact(values):
    return " ".join(repr(float(x)) for x in values)


def atom_lines(atoms):
    return [f"{symbol} {vector(position)}" for symbol, position in zip(atoms.symbols, atoms.positions, strict=True)]


def identity(atoms):
    """State and 12 hexadecimal digits of what decides a label, as written: temperature, cell, elements, positions. The same in every file."""
    text = "\n".join([info_text(atoms.info["temperature"]), vector(np.asarray(atoms.cell).ravel()), *atom_lines(atoms)])
    return f'{atoms.info["config_type"]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}'


def as_written(atoms):
    """A copy without labels, cell and positions rounded as they are written."""
    info = {key: value for key, value in atoms.info.items()
            if key not in ("energy", "stress", "virial", "frame_id") and not key.startswith("label_")}
    cell = np.array(vector(np.asarray(atoms.cell).ravel()).split(), dtype=float).reshape(3, 3)
    positions = np.array([line.split()[1:] for line in atom_lines(atoms)], dtype=float)
    out = ase.Atoms(symbols=atoms.get_chemical_symbols(), positions=positions, cell=cell, pbc=True, info=info)
    out.info["frame_id"] = identity(out)
    return out


def read(path, index=":"):
    """Frames of an extended XYZ file, without labels, each with config_type, temperature and frame_id in its info."""
    try:
        frames = ase.io.read(str(path), index=index, format="extxyz")
    except Exception as problem:  # ase raises what it likes for a file it cannot read
        raise BadInput(f"{path}: {problem}") from problem
    out = []
    for number, atoms in enumerate(frames):
        where = f"{path}: frame {number}"
        temperature = atoms.info.get("temperature")
        if not isinstance(atoms.info.get("config_type"), str):
            raise BadInput(f"{where}: no config_type, the name of its state")
        if not re.fullmatch(STATE_NAME, atoms.info["config_type"]):
            raise BadInput(f"{where}: the state '{atoms.info['config_type']}' names a folder: letters, digits and _ . + - only")
        if isinstance(temperature, (str, bool, type(None))) or not (math.isfinite(temperature) and temperature > 0):
            raise BadInput(f"{where}: expected a temperature above 0 K, found {temperature!r}")
        if not all(atoms.pbc) or not abs(atoms.cell.volume) > 0:
            raise BadInput(f"{where}: expected a cell, periodic in three directions")
        if not np.isfinite(atoms.positions).all():
            raise BadInput(f"{where}: a position is not finite")
        out.append(as_written(atoms))
    return out


def unique(paths):
    """The frames of all files, each once."""
    out = {}
    for path in paths:
        for atoms in read(path):
            out.setdefault(atoms.info["frame_id"], atoms)
    return list(out.values())


def info_text(value):
    if isinstance(value, str):
        return f'"{value}"' if not value or any(c in value for c in ' "=,[]{}\\') else value
    if isinstance(value, (bool, np.bool_)):
        return "T" if value else "F"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    return f'"{exact(np.ravel(value))}"'


def text(atoms, label=None):
    """One frame as extended XYZ. `label` holds energy (eV), forces (eV/Å, one row an atom) and stress (eV/Å³, tension positive, 3 x 3)."""
    fields = {"Lattice": f'"{vector(np.asarray(atoms.cell).ravel())}"',
              "Properties": "species:S:1:pos:R:3" + (":forces:R:3" if label else "")}
    if label:
        fields["energy"] = f'{label["energy"]:.8f}'
        fields["stress"] = f'"{vector(np.ravel(label["stress"]), 10)}"'
    first = ["config_type", "temperature", "frame_id"]
    for key in first + sorted(set(atoms.info) - set(first)):
        if key in atoms.info:
            fields[key] = info_text(atoms.info[key])
    lines = atom_lines(atoms)
    if label:
        lines = [f"{line} {vector(force)}" for line, force in zip(lines, label["forces"], strict=True)]
    header = " ".join(f"{key}={value}" for key, value in fields.items()) + ' pbc="T T T"'
    return "\n".join([str(len(atoms)), header, *lines]) + "\n"


def refuse_existing(paths, overwrite):
    """@throws BadInput  a file that would be replaced, unless that is wanted"""
    for path in paths:
        if path.exists() and not overwrite:
            raise BadInput(f"{path}: exists already; choose another name or pass --overwrite")


def write_whole(path, content):
    """All of a file or nothing: written beside it and renamed."""
    data = content.encode() if isinstance(content, str) else content
    partial = path.with_name(path.name + f".{os.getpid()}.partial")
    with open(partial, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(partial, path)
