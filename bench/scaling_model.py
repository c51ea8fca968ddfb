"""How long a fit takes and how much memory it needs on a larger machine: the formulas of docs/scaling.md.

Constants come from a file of results; what cannot be measured on one machine is in ASSUMED. All times in s, sizes in bytes.
"""

import dataclasses
import math

ASSUMED = {
    "network": 12.5e9,  # byte/s between two nodes: 100 Gbit/s
    "file_system": 1e9,  # byte/s of a shared file system, all nodes together
    "cores_per_node": 64,
}
MOST_UNITS = 64  # of a fold, and 4 rows a column in each: src/fit/row_units.cpp
ROWS_PER_COLUMN = 4
ROW_BLOCK = 4096  # rows gathered for a QR step: include/carillon/solve/row_stream.hpp
WAITING_BYTES_IN_MEMORY = 32e6  # factors that wait beyond that lie on disk: include/carillon/fit/disk_shelf.hpp
PROGRAM_BYTES = 60e6  # of the program, its libraries and the buffers of OpenBLAS
PHASES = ("rows", "qr", "merge", "solve", "evaluation", "io")


@dataclasses.dataclass(frozen=True)
class Problem:
    frames: int
    unknowns: int
    atoms: int = 192
    folds: int = 4

    @property
    def rows(self):
        return self.frames * (3 * self.atoms + 7)

    @property
    def units(self):
        per_fold = self.rows // self.folds // (ROWS_PER_COLUMN * self.unknowns)
        return self.folds * max(1, min(MOST_UNITS, per_fold, self.frames // self.folds))


@dataclasses.dataclass(frozen=True)
class Prediction:
    ranks: int
    threads: int
    seconds: dict  # by phase
    rank_bytes: float
    root_bytes: float

    @property
    def total(self):
        return sum(self.seconds.values())

    @property
    def limit(self):
        return max(self.seconds, key=self.seconds.get)


class Constants:
    """What the measurements say, as functions of the number of unknowns."""

    def __init__(self, figures):
        self.figures = figures
        self.largest = max(self.sizes("qr"))
        self.file_bytes_per_atom = self.value("check/extxyz:bytes_per_atom")
        self.check_rate = self.value("check/extxyz:byte/s")
        self.hash_rate = self.value("hash/extxyz:byte/s")
        self.write_rate = self.value("write/extxyz:byte/s")
        self.transfer_rate = self.value(f"transfer/{max(self.sizes('transfer'))}:byte/s")
        # Two ranks against one, making rows and factorising: what neighbours on a chip take from each other.
        self.efficiency = min(1.0, self.value("strong/ranks:1:rows") / (2 * self.value("strong/ranks:2:rows")))

    def value(self, name):
        return self.figures[name]["value"]

    def sizes(self, name):
        """The arguments a benchmark was run with: `qr` -> [500, 1000, ...]."""
        return sorted(int(key[len(name) + 1:]) for key in self.figures if key.startswith(name + "/") and key[len(name) + 1:].isdigit())

    def frame_seconds(self, name, unknowns):
        """Straight lines between measured sizes, and on beyond the last."""
        sizes = self.sizes(name)
        upper = next((k for k, size in enumerate(sizes) if size >= unknowns and k > 0), len(sizes) - 1)
        (x0, y0), (x1, y1) = ((size, self.value(f"{name}/{size}")) for size in (sizes[upper - 1], sizes[upper]))
        return y0 + (y1 - y0) * (unknowns - x0) / (x1 - x0)

    def rate(self, step, unknowns):
        """Operations a second: that of the next smaller measured size, so rather too low; beyond the largest, the largest's."""
        sizes = self.sizes(step)
        return self.value(f"{step}/{max([size for size in sizes if size <= unknowns] or sizes[:1])}:flop/s")

    def spectrum_seconds(self, unknowns):
        size = max(self.sizes("spectrum"))
        return self.value(f"spectrum/{size}") * (unknowns / size) ** 2

    def thread_gain(self, step, threads):
        """Amdahl's law through the gain that two threads were measured to give."""
        gain = self.value(f"{step}/2000") / self.value(f"{step}/two_threads/2000")
        serial = max(0.0, 2.0 / gain - 1.0)
        return 1.0 / (serial + (1.0 - serial) / threads)


def predict(problem, constants, ranks, threads):
    """One way of dividing ranks * threads cores. Every term is explained in docs/scaling.md."""
    c, p, n = constants, problem, problem.unknowns
    gain = c.thread_gain("qr", threads) * c.efficiency
    frame_speed = threads * c.efficiency
    units_of_rank = math.ceil(p.units / ranks)
    share = units_of_rank / p.units  # of the slowest rank
    rank_frames = share * p.frames

    rows = rank_frames * (c.frame_seconds("frame_rows", n) + c.frame_seconds("frame_energy", n)) / frame_speed
    evaluation = p.frames / ranks * c.frame_seconds("frame_energy", n) / frame_speed
    qr = 2.0 * share * p.rows * n**2 / (c.rate("qr", n) * gain)

    merge_one = 2.0 / 3.0 * n**3 / (c.rate("merge", n) * gain)
    send_one = 4.0 * n**2 * (1.0 / c.transfer_rate + 1.0 / ASSUMED["network"])
    local_merges = max(0, units_of_rank - max(1, p.folds // ranks))
    levels = math.ceil(math.log2(max(1.0, min(ranks, p.units) / p.folds)))
    sent = p.folds if ranks > 1 else 0
    merge = (local_merges + levels) * merge_one + (levels + sent) * send_one
    seconds = {"rows": rows, "qr": qr, "merge": merge, "solve": solve_seconds(p, c, ranks, threads, merge_one, send_one),
               "evaluation": evaluation, "io": io_seconds(p, c, ranks * threads)}
    return Prediction(ranks, threads, seconds, *memory(p, threads))


def solve_seconds(p, c, ranks, threads, merge_one, send_one):
    """Leaving out folds, shared by as many ranks as there are folds; then the path over all data beside the root's solution."""
    n = p.unknowns
    workers = min(ranks, p.folds)
    gain = c.thread_gain("path", threads)
    path = 8.0 / 3.0 * n**3 / (c.rate("path", n) * gain)
    solution = n**3 / (c.rate("solve", n) * c.thread_gain("qr", threads))
    of_worker = p.folds / workers
    merges = p.folds - of_worker + of_worker * math.log2(of_worker) + 1
    sharing = math.ceil(math.log2(workers)) * p.folds * send_one
    last = [path + c.spectrum_seconds(n), solution]
    return sharing + merges * merge_one + of_worker * path + (max(last) if workers > 1 else sum(last))


def io_seconds(p, c, cores):
    """Every rank checks and hashes all data itself; the root writes all predictions."""
    size = p.frames * p.atoms * c.file_bytes_per_atom
    nodes = math.ceil(cores / ASSUMED["cores_per_node"])
    return size * (1.0 / c.check_rate + 1.0 / c.hash_rate + 1.0 / c.write_rate) + nodes * size / ASSUMED["file_system"]


def memory(p, threads):
    """Of a rank while it streams or merges, and of the root while it solves: src/fit/estimate.cpp, for full triangles."""
    n = p.unknowns + 1
    triangle = 4.0 * n**2
    streaming = triangle + 8.0 * n * (ROW_BLOCK + n) + 2.0 * threads * 8.0 * n * (3 * p.atoms + 7)
    merging = 2.0 * triangle + 16.0 * n**2
    waiting = min(WAITING_BYTES_IN_MEMORY, p.units * triangle)
    solving = p.folds * triangle + max(20.0 * n**2, triangle * (1 + math.ceil(math.log2(p.folds))) + 8.0 * n**2)
    of_rank = waiting + max(streaming, merging)
    return PROGRAM_BYTES + of_rank, PROGRAM_BYTES + max(of_rank, solving)


def best(problem, constants, cores):
    """The division of the cores into ranks and threads that is predicted to be fastest; a rank stays on one node."""
    threads = [2**k for k in range(int(math.log2(min(cores, ASSUMED["cores_per_node"]))) + 1)]
    return min((predict(problem, constants, cores // t, t) for t in threads), key=lambda found: found.total)
