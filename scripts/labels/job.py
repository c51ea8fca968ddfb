"""One frame's CP2K run in its own folder, so that it survives being stopped at any moment.

WORK/<settings>-<hash>/<frame_id>/  frame.extxyz  what is labelled
                                    frame.inp, frame.out  the latest attempt
                                    label.json or refused.json  the end: written whole, and then never run again
                                    lock  held while the frame runs, by CP2K too, so that a run left behind by a killed `label` is waited for
"""
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess

import numpy as np

import frames
import output
from output import Refused

GROWTH = (1.0, 1.35, 1.8, 2.4)  # of the estimated number of empty orbitals, as the last one is found occupied


class Interrupted(Exception):
    """CP2K was killed: nothing is known about the frame."""


def environment():
    out = dict(os.environ)
    out.setdefault("OMP_NUM_THREADS", "1")
    out.setdefault("OMPI_ALLOW_RUN_AS_ROOT", "1")  # in a container the only user there is
    out.setdefault("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
    if os.path.isdir("/usr/share/cp2k"):
        out.setdefault("CP2K_DATA_DIR", "/usr/share/cp2k")
    return out


class Runner:
    """Runs CP2K, and can end all that it runs."""

    def __init__(self, program):
        self.program, self.running, self.stopped = program, set(), False

    def run(self, folder, lock):
        """The output, and the CPU seconds it took. @throws Interrupted"""
        with open(folder / "screen.txt", "w", encoding="utf-8") as screen:
            child = subprocess.Popen([self.program, "-i", "frame.inp", "-o", "frame.out"], cwd=folder, env=environment(), stdout=screen,
                                     stderr=subprocess.STDOUT, pass_fds=[] if lock is None else [lock])
        self.running.add(child.pid)
        if self.stopped:
            os.kill(child.pid, signal.SIGTERM)
        _, status, usage = os.wait4(child.pid, 0)  # in place of child.wait(), which does not tell the CPU time
        self.running.discard(child.pid)
        child.returncode = os.waitstatus_to_exitcode(status)
        text = (folder / "frame.out").read_text(encoding="utf-8", errors="replace") if (folder / "frame.out").exists() else ""
        if child.returncode == 0 or output.aborted(text):
            return text, usage.ru_utime + usage.ru_stime
        raise Interrupted(f"CP2K ended with status {child.returncode}, see {folder / 'screen.txt'}")

    def stop(self):
        self.stopped = True
        for pid in list(self.running):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


class Job:

    def __init__(self, atoms, settings, work):
        self.atoms, self.settings = atoms, settings
        self.folder = work / settings.identity / atoms.info["frame_id"]

    def state(self):
        for name in ("label", "refused"):
            if (self.folder / f"{name}.json").exists():
                return name
        return "open"

    def run(self, runner, retry=False):
        """Labels the frame unless that is done, or being done by another process. Returns label, refused, busy or interrupted, and why."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "a", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return "busy", "another process labels it"
            if retry:
                (self.folder / "refused.json").unlink(missing_ok=True)
            if self.state() != "open":
                return self.state(), "was there"
            frames.write_whole(self.folder / "frame.extxyz", frames.text(self.atoms))
            try:
                label, run = self.attempts(runner, lock.fileno())
            except Interrupted as problem:
                return "interrupted", str(problem)
            except Refused as problem:
                self.finish("refused", {"reason": str(problem)})
                return "refused", str(problem)
            self.finish("label", {"energy": label.energy, "forces": label.forces.tolist(), "stress": label.stress.tolist(),
                                         "entropic_energy": label.entropic_energy, "scf_steps": label.scf_steps, "code": f"CP2K {label.version}",
                                         "last_occupation": label.last_occupation, "summed_force": float(np.abs(label.forces.sum(axis=0)).max()), **run})
            return "label", f'{label.scf_steps} steps, {run["cpu_seconds"]:.0f} s of CPU'

    def finish(self, name, content):
        content = {"frame_id": self.atoms.info["frame_id"], **self.settings.record(), **content}
        frames.write_whole(self.folder / f"{name}.json", json.dumps(content) + "\n")
        for path in self.folder.glob("*.wfn*"):
            path.unlink()

    def attempts(self, runner, lock):
        """Again with more orbitals while the last one is occupied, and by another mixing while it does not converge."""
        growth = mixing = 0
        while True:
            orbitals = self.settings.orbitals(self.atoms, GROWTH[growth])
            text, cpu_seconds = self.attempt(runner, lock, self.settings.cp2k_input(self.atoms, orbitals, mixing))
            try:
                return output.read(text, self.atoms, self.settings, orbitals), {"added_mos": orbitals.added, "mixing": mixing, "cpu_seconds": cpu_seconds}
            except Refused as problem:
                if problem.growth and growth + 1 < len(GROWTH):
                    growth += 1
                elif problem.mixing and mixing + 1 < len(self.settings.mixing):
                    mixing += 1
                else:
                    raise

    def attempt(self, runner, lock, content):
        """The output for an input, and CPU seconds. A run that ended while nobody was there to read it counts, its time unknown: 0."""
        given, printed = self.folder / "frame.inp", self.folder / "frame.out"
        if printed.exists() and given.exists() and given.read_text(encoding="utf-8") == content:
            text = printed.read_text(encoding="utf-8", errors="replace")
            if output.ENDED in text:
                return text, 0.0
        printed.unlink(missing_ok=True)
        frames.write_whole(given, content)
        return runner.run(self.folder, lock)


def find_program(name):
    path = shutil.which(name)
    if not path:
        raise frames.BadInput(f"no program {name}: install cp2k and cp2k-data, or name it with --cp2k")
    return path
