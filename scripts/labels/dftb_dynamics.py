"""Molecular dynamics of a liquid with CP2K's non-self-consistent DFTB: cheap, and it does not fail on random packings."""
import json
import pathlib
import string

import ase.io

import frames
import output
from frames import BadInput, exact, vector
from settings import electrons_of_valence

TEMPLATE = pathlib.Path(__file__).resolve().parent / "settings" / "dftb-md.inp"
VALENCE = {"C": 4, "N": 5}


def cp2k_input(atoms, state, steps):
    occupied = (electrons_of_valence(atoms, VALENCE, str(TEMPLATE)) + 1) // 2
    values = {"temperature": exact([state["temperature"]]), "time_step": exact([state["time_step"]]), "steps": steps, "every": stride(state),
              "seed": state["seed"], "added_mos": 4 * len(atoms) - occupied,
              "cell": "\n".join(f"      {name} {vector(row, 10)}" for name, row in zip("ABC", atoms.cell, strict=True)),
              "atoms": "\n".join(f"      {symbol} {vector(position, 10)}" for symbol, position in zip(atoms.symbols, atoms.positions, strict=True))}
    return string.Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values)


def stride(state):
    return max(1, round(state["every"] / state["time_step"]))


def sampled(start, state, folder, runner):
    """Frames `every` fs from `first` fs on. The trajectory is kept in `folder`, and run again only if the state has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    skipped = round(state["first"] / state["time_step"] / stride(state))
    content = cp2k_input(start, state, (skipped + state["frames"] - 1) * stride(state))
    done = folder / "done.json"
    if not (done.exists() and json.loads(done.read_text(encoding="utf-8")) == content):
        for old in [*folder.glob("frame-pos-*"), folder / "frame.out"]:
            old.unlink(missing_ok=True)
        frames.write_whole(folder / "frame.inp", content)
        text, _ = runner.run(folder, None)
        if output.aborted(text) or output.ENDED not in text:
            raise BadInput(f"{folder / 'frame.out'}: {output.aborted(text) or 'the output is cut short'}")
        frames.write_whole(done, json.dumps(content))
    found = ase.io.read(folder / "frame-pos-1.xyz", index=":", format="xyz")[skipped:]
    if len(found) != state["frames"]:
        raise BadInput(f"{folder}: expected {state['frames']} frames of the trajectory, found {len(found)}")
    for atoms in found:
        atoms.set_cell(start.cell)
        atoms.set_pbc(True)
        atoms.wrap()
    return found
