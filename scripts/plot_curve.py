#!/usr/bin/python3
"""The learning curve of a network: loss and mean errors against iterations, on the training and the validation frames.

Reads the curve.csv that `carillon train` writes and draws one picture, curve.png. Where a stage begins there is a thin line.
"""
import argparse
import csv
import pathlib
import sys

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError as problem:
    sys.exit(f"plot_curve.py: {problem}; install python3-matplotlib and use Debian's /usr/bin/python3")

# column of both sets: label of its panel
PANELS = {
    "loss": "loss",
    "energy_mae_mev_per_atom": "energy, mean error (meV/atom)",
    "force_mae_mev_per_angstrom": "force, mean error (meV/Å)",
    "stress_mae_gpa": "stress, mean error (GPa)",
}
COLOURS = {"train": "#0072B2", "validation": "#D55E00"}


class BadInput(Exception):
    """Something a user can mend; the message names file and line."""


def read(path):
    """Iterations counted through all stages, where stages begin, and {column: [value or None]}."""
    iterations, begins, values = [], [], {f"{name}_{column}": [] for name in COLOURS for column in PANELS}
    offset, stage = 0, None
    with open(path, newline="", encoding="utf-8") as stream:
        rows = csv.DictReader(stream)
        missing = {"stage", "iteration", *values} - set(rows.fieldnames or ())
        if missing:
            raise BadInput(f"{path}:1: no column {', '.join(sorted(missing))}")
        for row in rows:
            try:
                if row["stage"] != stage:
                    offset, stage = iterations[-1] if iterations else 0, row["stage"]
                    begins.append(offset)
                iterations.append(offset + int(row["iteration"]))
                for column, found in values.items():
                    found.append(float(row[column]) if row[column] else None)
            except (TypeError, ValueError) as problem:
                raise BadInput(f"{path}:{rows.line_num}: {problem}") from None
    if not iterations:
        raise BadInput(f"{path}: no points")
    return iterations, begins, values


def draw(iterations, begins, values):
    figure, panels = plt.subplots(2, 2, figsize=(9, 6), sharex=True, layout="constrained")
    for axes, (column, label) in zip(panels.flat, PANELS.items()):
        for name, colour in COLOURS.items():
            points = [(x, y) for x, y in zip(iterations, values[f"{name}_{column}"]) if y]
            if points:
                axes.plot(*zip(*points), color=colour, label=name, linewidth=1.2, marker="." if len(points) == 1 else None)
        for begin in begins[1:]:
            axes.axvline(begin, color="0.7", linewidth=0.8)
        axes.set(yscale="log", ylabel=label)
        axes.tick_params(direction="in", top=True, right=True, which="both")
    for axes in panels[1]:
        axes.set_xlabel("iteration")
    panels[0, 0].legend(frameon=False)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", help="curve.csv")
    parser.add_argument("-o", "--output", default=".", metavar="FOLDER", help="where the picture goes (default: here)")
    parser.add_argument("--dpi", type=int, default=160, help="dots per inch (default: %(default)s)")
    options = parser.parse_args()
    try:
        curve = read(options.csv)
        folder = pathlib.Path(options.output)
        folder.mkdir(parents=True, exist_ok=True)
        draw(*curve).savefig(folder / "curve.png", dpi=options.dpi)
        print(folder / "curve.png")
    except (BadInput, OSError, UnicodeDecodeError, csv.Error) as problem:
        sys.exit(f"plot_curve.py: {problem}")


if __name__ == "__main__":
    main()
