"""Molecular dynamics of a liquid with CP2K's non-self-consistent DFTB: cheap, and it does not fail on random packings."""
import fcntl
import pathlib
import string

import ase.io

import frames
import output
from frames import BadInput, exact
from settings import Settings, geometry

SETTINGS = pathlib.Path(__file__).resolve().parent / "settings"


def cp2k_input(atoms, state, steps):
    atoms.info["temperature"] = state["temperature"]
    values = {"temperature": exact([state["temperature"]]), "time_step": exact([state["time_step"]]), "steps": steps, "every": stride(state),
              "seed": state["seed"], "added_mos": Settings(SETTINGS / "dftb.yaml").orbitals(atoms).added, **geometry(atoms)}
    return string.Template((SETTINGS / "dftb-md.inp").read_text(encoding="utf-8")).substitute(values)


def stride(state):
    return max(1, round(state["every"] / state["time_step"]))


def finished(folder, content):
    """Whether the trajectory of this input is there, also of a run that outlived the `sample` that began it."""
    given, printed = folder / "frame.inp", folder / "frame.out"
    return (given.exists() and printed.exists() and given.read_text(encoding="utf-8") == content
            and output.ENDED in (text := printed.read_text(encoding="utf-8", errors="replace")) and not output.aborted(text))


def sampled(start, state, folder, runner):
    """Frames `every` fs from `first` fs on. The trajectory is kept in `folder`, and run again only if the state has changed.

    The folder is locked while CP2K runs, by CP2K too: one that was left behind by a killed `sample` is not doubled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    skipped = round(state["first"] / state["time_step"] / stride(state))
    content = cp2k_input(start, state, (skipped + state["frames"] - 1) * stride(state))
    with open(folder / "lock", "a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(f"{folder}: another process runs this trajectory; give the same command again when it has ended") from None
        if not finished(folder, content):
            for old in [*folder.glob("frame-pos-*"), folder / "frame.out"]:
                old.unlink(missing_ok=True)
            frames.write_whole(folder / "frame.inp", content)
            text, _ = runner.run(folder, lock.fileno())
            if output.aborted(text) or output.ENDED not in text:
                raise BadInput(f"{folder / 'frame.out'}: {output.aborted(text) or 'the output is cut short'}")
        return read(folder, start, state["frames"], skipped)


def read(folder, start, count, skipped):
    found = ase.io.read(folder / "frame-pos-1.xyz", index=":", format="xyz")[skipped:]
    if len(found) != count:
        raise BadInput(f"{folder}: expected {count} frames of the trajectory, found {len(found)}")
    for atoms in found:
        atoms.set_cell(start.cell)
        atoms.set_pbc(True)
        atoms.wrap()
    return found
