"""Tables of docs/scaling.md from files of results, put between the markers `<!-- name: generated -->` and `<!-- name: end -->`."""

import re

import kernel_programs
import results
import scaling_model
import whole_programs

DOCUMENT = results.ROOT / "docs/scaling.md"
PHASE_NAMES = {"rows": "rows", "qr": "QR", "merge": "merge", "solve": "solving", "evaluation": "evaluation", "io": "I/O"}


def markdown(header, rows):
    lines = ["| " + " | ".join(header) + " |", "| --- |" + " --: |" * (len(header) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def number(value, digits=3):
    """Three significant digits without an exponent: 0.0123, 1.23, 12300."""
    text = f"{float(f'{value:.{digits}g}'):.12f}".rstrip("0").rstrip(".")
    return text if abs(value) < 1e4 else f"{float(text):,.0f}"


def seconds(value):
    for limit, factor, unit in ((1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1.0, 1e3, "ms"), (1e4, 1.0, "s"), (float("inf"), 1 / 3600, "h")):
        if value < limit:
            return f"{number(value * factor)} {unit}"
    return ""


def byte_count(value):
    return f"{number(value / 1e9, 2)} GB" if value >= 1e9 else f"{value / 1e6:.0f} MB"


def ratio(kept):
    return f"{number(kept['ratio'])} × {kept['ratio_to']}" if "ratio" in kept else ""


def header_line(document):
    machine = document["machine"]
    return (f"{document['date']}, commit {document['commit']}, {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
            f"{machine['system']}; load before: {machine['load_before']}. Command: `{document['command']}`.")


def measured(document):
    figures = document["figures"]
    rows = []

    def add(words, name, unit=seconds, ratio_of=None):
        if name in figures:
            kept = figures[name]
            rows.append([words, unit(kept["value"]), ratio(figures[ratio_of or name]), str(kept["runs"])])

    for kind, words in (("rows/mixed", "design rows, 3,747 unknowns"), ("energy/all", "energy, forces, stress, full C-N model")):
        level = kernel_programs.best_level(figures, kind)
        add(f"{words}: a frame ({level.rsplit('/', 1)[1]})", level)
        add("… for each cluster of 3 or 4 atoms", f"{level}:s/cluster")
        add("… rows a second", f"{level}:rows/s", number)
    gigaflops = lambda value: f"{value / 1e9:.1f} Gflop/s"
    for size in scaling_model.Constants(figures).sizes("qr"):
        add(f"streaming QR, {size:,} unknowns", f"qr/{size}:flop/s", gigaflops)
    add("… on two threads, 2,000 unknowns", "qr/two_threads/2000")
    for step, words in (("merge", "merge of two factors"), ("path", "path of 60 strengths"), ("solve", "solution at one strength")):
        add(f"{words}, 3,747 unknowns", f"{step}/3747", ratio_of=f"{step}/3747:flop/s")
    for suffix in ("extxyz", "xyzf"):
        for step in ("parse", "write"):
            add(f"{step} {suffix}", f"{step}/{suffix}:byte/s", lambda value: f"{value / 1e6:.0f} MB/s")
    add("factor of 3,747 unknowns to another rank", "transfer/3747:byte/s", lambda value: f"{value / 1e6:.0f} MB/s")
    return markdown(["one thread unless said otherwise", "median", "ratio", "runs"], rows)


def programs(document):
    figures = document["figures"]
    rows = []
    for name in sorted({key.rsplit(":", 1)[0] for key in figures if key.startswith("fit/")}):
        _, recipe, threads = name.split("/")
        wall, cpu, peak = (figures[f"{name}:{part}"] for part in ("wall", "cpu", "peak"))
        rows.append([recipe, threads.split(":")[1], seconds(wall["value"]), seconds(cpu["value"]), seconds(figures[f"{name}:rows"]["value"]),
                     seconds(figures[f"{name}:solve"]["value"]), byte_count(peak["value"]), number(peak["ratio"], 2), str(wall["runs"])])
    return markdown(["recipe", "threads", "wall", "CPU", "rows and factors", "solving", "peak memory", "of the design matrix", "runs"], rows)


def scaling(document):
    figures = document["figures"]
    blocks = []
    for kind, words in (("strong", "Strong: the same frames"), ("weak", "Weak: frames in proportion to the ranks")):
        rows = []
        for ranks in whole_programs.RANKS:
            name = f"{kind}/ranks:{ranks}"
            if f"{name}:wall" not in figures:
                continue
            wall, made = figures[f"{name}:wall"], figures[f"{name}:rows"]
            gain = (lambda kept: 1 / kept["ratio"]) if kind == "strong" else (lambda kept: ranks / kept["ratio"])
            rows.append([str(ranks), seconds(wall["value"]), f"{gain(wall):.2f}", seconds(made["value"]), f"{gain(made):.2f}",
                         seconds(figures[f"{name}:cpu"]["value"]), byte_count(figures[f"{name}:peak"]["value"]), str(wall["runs"])])
        header = ["ranks of one thread", "wall", "throughput, one rank = 1", "rows and factors", "throughput", "CPU of all", "memory of a rank", "runs"]
        blocks.append(f"{words}.\n\n{markdown(header, rows)}")
    same = figures["strong:different_results"]["value"] == 1
    blocks.append("The coefficients of all runs of the strong table are " + ("the same, bit for bit." if same else "**not the same**: a bug."))
    return "\n\n".join(blocks)


def constants(document):
    c = scaling_model.Constants(document["figures"])
    rows = [["$e$", "two ranks against one, making rows and factors", f"{c.efficiency:.2f}"],
            ["$g_2$", "gain of two threads, QR and path", f"{c.thread_gain('qr', 2):.2f}, {c.thread_gain('path', 2):.2f}"]]
    for n in (1000, 3000, 10000):
        rows.append([f"$t_\\text{{rows}}, t_\\text{{energy}}$", f"a frame of 192 atoms, {n:,} unknowns",
                     f"{seconds(c.frame_seconds('frame_rows', n))}, {seconds(c.frame_seconds('frame_energy', n))}"])
    for name, step in (("\\rho", "qr"), ("\\rho_\\text{merge}", "merge"), ("\\rho_\\text{path}", "path"), ("\\rho_\\text{solve}", "solve")):
        rows.append([f"${name}$", f"{step}, from {c.largest:,} unknowns on", f"{c.rate(step, c.largest) / 1e9:.1f} Gflop/s"])
    rows.append(["$t_\\text{spectrum}$", f"all singular values of the band, {c.largest:,} unknowns", seconds(c.spectrum_seconds(c.largest))])
    for words, value in (("checking", c.check_rate), ("hashing", c.hash_rate), ("writing", c.write_rate), ("a factor to another rank, one machine", c.transfer_rate)):
        rows.append(["", words, f"{value / 1e6:.0f} MB/s"])
    rows.append(["", "extended XYZ", f"{c.file_bytes_per_atom:.0f} bytes an atom"])
    return markdown(["", "constant", "measured"], rows)


def predictions(document):
    c = scaling_model.Constants(document["figures"])
    rows, words = [], []
    for unknowns in (1000, 3000, 10000):
        problem = scaling_model.Problem(10000, unknowns)
        limits = {}
        for cores in (16, 64, 256, 1024):
            found = scaling_model.best(problem, c, cores)
            limits.setdefault(PHASE_NAMES[found.limit], []).append(f"{cores:,}")
            rows.append([f"{unknowns:,}", f"{cores:,}", f"{found.ranks} × {found.threads}"] +
                        [seconds(found.seconds[phase]) for phase in scaling_model.PHASES] +
                        [f"**{seconds(found.total)}**", PHASE_NAMES[found.limit], byte_count(found.rank_bytes), byte_count(found.root_bytes)])
        words.append(f"- {unknowns:,} unknowns ({problem.rows:,} rows, {problem.units} units; a factor is {byte_count(4 * unknowns**2)}): " +
                     f"what takes longest is {spoken(limits)}.")
    header = ["unknowns", "cores", "ranks × threads"] + [PHASE_NAMES[phase] for phase in scaling_model.PHASES] + ["total", "limit", "memory a rank", "root"]
    return markdown(header, rows) + "\n\n" + "\n".join(words)


def spoken(limits):
    """{'QR': ['16', '64'], 'I/O': ['256']} -> `QR on 16 and 64 cores, I/O on 256 cores`."""
    return ", ".join(f"{name} on {' and '.join(', '.join(cores).rsplit(', ', 1))} cores" for name, cores in limits.items())


def check(document):
    """The model against the one measured fit that has its shape."""
    figures = document["figures"]
    c = scaling_model.Constants(figures)
    problem = scaling_model.Problem(frames=16, unknowns=3747, atoms=216)
    rows = []
    for threads in (1, 2):
        name = f"fit/carbon-nitrogen/threads:{threads}"
        if f"{name}:wall" not in figures:
            continue
        found = scaling_model.predict(problem, c, 1, threads)
        made = sum(found.seconds[phase] for phase in ("rows", "qr", "merge"))
        for words, predicted, part, unit in (("rows and factors", made, "rows", seconds), ("solving", found.seconds["solve"], "solve", seconds),
                                             ("memory", found.root_bytes, "peak", byte_count)):
            value = figures[f"{name}:{part}"]["value"]
            rows.append([f"{words}, threads: {threads}", unit(predicted), unit(value), number(predicted / value, 2)])
    if not rows:
        return "Not measured: the data of `fits/carbon-nitrogen.yaml` were not beside the checkout."
    return markdown(["`fits/carbon-nitrogen.yaml`", "model", "measured", "ratio"], rows)


def field(document):
    figures = document["figures"]
    rows = []
    for what, theirs, ours in FIELD_PAIRS:
        if theirs in figures and ours in figures:
            rows.append([what, seconds(figures[theirs]["value"]), seconds(figures[ours]["value"]),
                         number(figures[theirs]["value"] / figures[ours]["value"]), f"{figures[theirs]['runs']}, {figures[ours]['runs']}"])
    return markdown(["CPU time, one thread, one frame", "theirs", "Carillon", "ratio", "runs"], rows)


FIELD_PAIRS = (
    ("design rows, 3,747 unknowns: their whole program, our rows", "field/rows", "ours/rows"),
    ("energy, forces, stress: their whole program, our evaluation", "field/evaluation", "ours/evaluation"),
    ("energy, forces, stress: whole programs", "field/evaluation", "ours/evaluation_program"),
)
TABLES = {"measured": measured, "programs": programs, "scaling": scaling, "constants": constants, "check": check, "predictions": predictions}
FIELD_TABLES = {"field": field}


def fill(text, document, which):
    """The text with its tables made anew.

    Raises ValueError where a marker is missing.
    """
    for name, make in which.items():
        pattern = re.compile(rf"(<!-- {name}: generated -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"{DOCUMENT.name} has no markers for the table '{name}'")
        body = f"\n{header_line(document)}\n\n{make(document)}\n\n" if name in ("measured", "field") else f"\n{make(document)}\n\n"
        text = pattern.sub(lambda match: match.group(1) + body + match.group(2), text)
    return text


def filled(text):
    """The text with all tables from the newest files of results."""
    for suffix, which in (("", TABLES), ("-field", FIELD_TABLES)):
        newest = results.newest(suffix)
        if newest:
            text = fill(text, results.load(newest), which)
    return text


def write_document():
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
