"""The Google Benchmark programs of bench/, and their figures."""

import json
import os
import re
import tempfile

import measuring

SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
ALONE = {"OMP_NUM_THREADS": "1"}
UNITS = {"rows/s": "1/s", "s/cluster": "s", "flop/s": "flop/s", "byte/s": "byte/s", "bytes_per_atom": "byte"}  # of the counters kept
LEVELS = ("portable", "avx2", "avx512")  # ascending

# Open MPI refuses root and more ranks than cores unless told otherwise.
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}


def measure(program, runs=3, least_time=0.2, only=".", launcher=(), environment=None):
    """Runs a benchmark program; repetitions of different benchmarks alternate, so that all see the same machine.

    Returns {name: figure in s} and, for each rate or size a benchmark tells, {name:counter}. Times are CPU times of the one
    thread, wall times for benchmarks that ask for them (more than one thread or rank).
    """
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [*launcher, str(program), f"--benchmark_filter={only}", f"--benchmark_repetitions={runs}", f"--benchmark_min_time={least_time}",
                   "--benchmark_enable_random_interleaving=true", "--benchmark_format=json"]
        measuring.run(command, environment=environment or ALONE, output=out.name)
        with open(out.name, encoding="utf-8") as text:
            found = json.load(text)["benchmarks"]
    times, counters = {}, {}
    for one in found:
        if one["run_type"] != "iteration":
            continue
        name, real = clean_name(one["name"])
        times.setdefault(name, []).append(one["real_time" if real else "cpu_time"] * SECONDS[one["time_unit"]])
        for key, value in one.items():
            if key in UNITS:
                counters.setdefault(f"{name}:{key}", []).append(value)
    figures = {name: measuring.figure(values, "s") for name, values in times.items()}
    figures |= {name: measuring.figure(values, UNITS[name.rsplit(":", 1)[1]]) for name, values in counters.items()}
    return {name: figures[name] for name in sorted(figures, key=by_number)}


def by_number(name):
    """Sorts `qr/500` before `qr/1000`."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def clean_name(name):
    """`qr/two_threads/2000/real_time` -> (`qr/two_threads/2000`, True)."""
    parts = name.split("/")
    real = "real_time" in parts
    return "/".join(part for part in parts if part != "real_time" and not part.startswith("iterations:")), real


def kernels(build, quick):
    program = build / "bench/bench_kernels"
    if quick:
        return with_kernel_ratios(measure(program, 1, 0.01, "^(rows/mixed|energy/all)/avx|neighbor"))
    figures = measure(program, 5, 0.3, "^(rows|energy)/(mixed|all)/(portable|avx2|avx512)|^neighbor|^set_up")
    figures |= measure(program, 1, 0.01, "reference")  # seconds each, and only a yardstick
    return with_kernel_ratios(figures)


def with_kernel_ratios(figures):
    for kind in ("rows/mixed", "energy/all"):
        for level in LEVELS:
            measuring.set_ratio(figures, f"{kind}/{level}", f"{kind}/reference", "reference kernel")
    return figures


def best_level(figures, kind):
    """The figure's name of the highest instruction set that was measured; what the program itself uses."""
    return [f"{kind}/{level}" for level in LEVELS if f"{kind}/{level}" in figures][-1]


def columns(build, quick):
    return measure(build / "bench/bench_columns", 1 if quick else 5, 0.01 if quick else 0.2)


def solve(build, quick):
    figures = measure(build / "bench/bench_solve", 1 if quick else 3, 0.01 if quick else 0.2, "/(500|1000|2000)$|two_threads" if quick else ".",
                      environment={"OMP_NUM_THREADS": str(min(2, os.cpu_count() or 1))})
    for name in [name for name in figures if name.endswith(":flop/s") and not name.startswith("dgemm")]:
        size = name.split(":")[0].rsplit("/", 1)[-1]
        measuring.set_ratio(figures, name, f"dgemm/{size}:flop/s", "dgemm of that size, one thread")
    for step in ("qr", "path"):
        measuring.set_ratio(figures, f"{step}/two_threads/2000", f"{step}/2000", "one thread")
    return figures


def data(build, quick):
    figures = measure(build / "bench/bench_data", 1 if quick else 3, 0.01 if quick else 0.2)
    for name in [name for name in figures if name.endswith(":byte/s") and not name.startswith("read_bytes")]:
        suffix = name.split(":")[0].rsplit("/", 1)[-1]
        measuring.set_ratio(figures, name, f"read_bytes/{suffix}:byte/s", "reading the bytes alone")
    return figures


def transfer(build, quick):
    launcher = ("mpirun", "-n", "2", "--bind-to", "none")
    return measure(build / "bench/bench_transfer", 1 if quick else 3, 0.01, launcher=launcher, environment={**ALONE, **MPI})
