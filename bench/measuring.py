"""Running a program and keeping what it cost; figures with their number of runs and their ratio to something."""

import dataclasses
import os
import statistics
import subprocess
import sys
import tempfile
import time


@dataclasses.dataclass
class Cost:
    """Of a program and all processes that it started and waited for."""

    cpu: float  # s, user and system
    wall: float  # s
    peak: float  # bytes of memory of its largest process

    def __str__(self):
        return f"{self.cpu:.2f} s CPU, {self.wall:.2f} s, {self.peak / 1e6:.0f} MB"


def run(command, folder=None, environment=None, output=None):
    """Runs a command to its end and returns its Cost; one that fails ends this program with what it said.

    `output`: path of a file for its standard output; without it both streams are shown only on failure.
    """
    with open(output or os.devnull, "wb") as out, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **(environment or {})}, stdout=out, stderr=errors)
        # Not subprocess's own wait: wait4 alone tells the cost of this very process and its descendants.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            sys.stderr.write(errors.read().decode(errors="replace")[-4000:])
            sys.exit(f"error: status {process.returncode} from {' '.join(map(str, command))}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024.0)


def figure(values, unit, ratio=None, ratio_to=None):
    """A figure as it is kept: the median of its runs with their range, and its ratio to another figure, named in words."""
    values = list(values)
    kept = {"value": statistics.median(values), "lowest": min(values), "highest": max(values), "unit": unit, "runs": len(values)}
    if ratio is not None:
        kept |= {"ratio": ratio, "ratio_to": ratio_to}
    return kept


def set_ratio(figures, name, reference, words):
    """Gives figure `name` its ratio to figure `reference`, where both are there."""
    if name in figures and reference in figures:
        figures[name] |= {"ratio": figures[name]["value"] / figures[reference]["value"], "ratio_to": words}
