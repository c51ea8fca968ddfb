#!/usr/bin/python3
"""Parity plots of a potential: predicted against reference energies, forces and stresses.

Reads parity.csv (columns kind,label,reference,predicted; energies in eV/atom, forces in eV/angstrom, stresses in GPa) and
writes parity_energy.png, parity_force.png and parity_stress.png, for the kinds that are there, each with the errors in a
panel below. Points are coloured by label up to 20 labels; with more labels, or with more than --points points of a kind, the
picture shows how many points fall on each spot instead.
"""
import argparse
import csv
import pathlib
import sys
from array import array

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    from matplotlib.colors import LogNorm
    from matplotlib.lines import Line2D
except ImportError as problem:
    sys.exit(f"plot_parity.py: {problem}; install python3-numpy and python3-matplotlib and use Debian's /usr/bin/python3")

HEADER = ["kind", "label", "reference", "predicted"]
MOST_LABELS = 20

# kind: (name of the quantity, unit of the axes, factor and unit of the errors)
QUANTITIES = {
    "energy": ("energy", "eV/atom", 1000, "meV/atom"),
    "force": ("force component", "eV/Å", 1000, "meV/Å"),
    "stress": ("stress component (tension positive)", "GPa", 1, "GPa"),
}

# Okabe and Ito's colours, which stay apart for colour-blind readers, with grey in place of yellow, too pale on white. Beyond
# eight labels the colours repeat with another marker, so colour alone never tells two labels apart.
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#000000", "#999999"]
MARKERS = ["o", "^", "s"]


class BadInput(Exception):
    """Something a user can mend; the message names file and line."""


def fail(path, line, problem):
    raise BadInput(f"{path}:{line}: {problem}")


def number(text, path, line):
    try:
        value = float(text)
    except ValueError:
        fail(path, line, f"{text!r} is not a number")
    if not np.isfinite(value):
        fail(path, line, f"{text!r} is not finite")
    return value


def read(path):
    """{kind: {label: (references, predictions)}}, both as arrays. Line by line: 16 bytes a point are kept."""
    points = {}
    with open(path, newline="", encoding="utf-8") as stream:
        rows = csv.reader(stream)
        header = next(rows, None)
        if header != HEADER:
            fail(path, 1, f"the first line must be '{','.join(HEADER)}'")
        for row in rows:
            if not row:
                continue
            if len(row) != len(HEADER):
                fail(path, rows.line_num, f"{len(row)} columns, expected {len(HEADER)}")
            kind, label = row[:2]
            if kind not in QUANTITIES:
                fail(path, rows.line_num, f"unknown kind '{kind}'; known: {', '.join(QUANTITIES)}")
            reference, predicted = points.setdefault(kind, {}).setdefault(label, (array("d"), array("d")))
            reference.append(number(row[2], path, rows.line_num))
            predicted.append(number(row[3], path, rows.line_num))
    if not points:
        raise BadInput(f"{path}: no points")
    return {
        kind: {label: tuple(np.frombuffer(values) for values in pair) for label, pair in by_label.items()}
        for kind, by_label in points.items()
    }


def padded(low, high):
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin


def make_axes():
    """A square for predicted against reference, and a flat panel below it for the error, which the square cannot resolve."""
    figure = plt.figure(figsize=(6, 7.4))
    square = figure.add_axes((0.13, 0.32, 0.8, 0.8 * 6 / 7.4))
    below = figure.add_axes((0.13, 0.08, 0.8, 0.2), sharex=square)
    for axes in (square, below):
        axes.tick_params(direction="in", top=True, right=True)
        axes.ticklabel_format(useOffset=False)
    square.tick_params(labelbottom=False)
    return figure, square, below


def draw_density(panels, cells, limits):
    """Hexagons coloured by the points in them; panels: [(axes, x, y)], cells and limits: one per panel."""
    drawn = [
        axes.hexbin(x, y, gridsize=grid, extent=(*span[0], *span[1]), norm=LogNorm(vmin=1), cmap="cividis", mincnt=1,
                    linewidths=0.1, rasterized=True) for (axes, x, y), grid, span in zip(panels, cells, limits)
    ]
    most = max(hexagons.get_array().max() for hexagons in drawn)
    for hexagons in drawn:
        hexagons.set_norm(LogNorm(vmin=1, vmax=max(most, 2)))
    bar = panels[0][0].inset_axes((1.03, 0, 0.035, 1))
    bar.figure.colorbar(drawn[0], cax=bar, label="points in a hexagon")


def draw_points(panels, labels, counts):
    """Points of the labels, which follow each other in the arrays, in one random order, so that no label hides the others by
    being drawn last. Returns the legend's handles."""
    colour_of = [COLOURS[k % len(COLOURS)] for k in range(len(labels))]
    marker_of = [MARKERS[k // len(COLOURS) % len(MARKERS)] for k in range(len(labels))]
    colours = np.repeat(colour_of, counts)
    markers = np.repeat(marker_of, counts)
    order = np.random.default_rng(1).permutation(len(colours))
    size = float(np.clip(20000 / len(order), 2, 30))
    for axes, x, y in panels:
        for some in np.array_split(order, 20):  # a call draws one marker: the markers take turns
            for marker in dict.fromkeys(marker_of):
                chosen = some[markers[some] == marker]
                axes.scatter(x[chosen], y[chosen], s=size, c=colours[chosen], marker=marker, linewidths=0, alpha=0.6,
                             rasterized=True)
    return [
        Line2D([], [], linestyle="", marker=marker, color=colour, label=label or "(none)")
        for label, colour, marker in zip(labels, colour_of, marker_of)
    ]


def draw(kind, by_label, most_points, title):
    name, unit, factor, error_unit = QUANTITIES[kind]
    reference = np.concatenate([pair[0] for pair in by_label.values()])
    predicted = np.concatenate([pair[1] for pair in by_label.values()])
    error = factor * (predicted - reference)
    span = padded(min(reference.min(), predicted.min()), max(reference.max(), predicted.max()))
    error_span = padded(-np.abs(error).max(), np.abs(error).max())

    figure, square, below = make_axes()
    panels = [(square, reference, predicted), (below, reference, error)]
    as_density = len(reference) > most_points or len(by_label) > MOST_LABELS
    if as_density:
        draw_density(panels, (150, (150, 22)), ((span, span), (span, error_span)))
    else:
        handles = draw_points(panels, list(by_label), [len(pair[0]) for pair in by_label.values()])
        if list(by_label) != [""]:
            square.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0, frameon=False)

    line = {"color": "0.35", "linewidth": 0.8, "zorder": 3 if as_density else 0}
    square.axline((span[0], span[0]), slope=1, **line)
    below.axhline(0, **line)
    square.set(xlim=span, ylim=span, ylabel=f"predicted {name} ({unit})", title=title)
    below.set(ylim=error_span, xlabel=f"reference {name} ({unit})", ylabel=f"error ({error_unit})")
    rmse = np.sqrt(np.mean(error**2))
    square.text(0.03, 0.97, f"RMSE {rmse:.4g} {error_unit}\nMAE {np.mean(np.abs(error)):.4g} {error_unit}\n{len(error):,} points",
                transform=square.transAxes, va="top",
                bbox={"facecolor": "white", "edgecolor": "0.8", "alpha": 0.85, "boxstyle": "round,pad=0.4"})
    return figure


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", help="parity.csv")
    parser.add_argument("-o", "--output", default=".", metavar="FOLDER", help="where the pictures go (default: here)")
    parser.add_argument("--title", default="", help="shown above each picture")
    parser.add_argument("--points", type=int, default=100000, metavar="N",
                        help="more points than this are shown as a density (default: %(default)s)")
    parser.add_argument("--dpi", type=int, default=160, help="dots per inch (default: %(default)s)")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        points = read(options.csv)
        folder = pathlib.Path(options.output)
        folder.mkdir(parents=True, exist_ok=True)
        for kind, by_label in points.items():
            figure = draw(kind, by_label, options.points, options.title)
            figure.savefig(folder / f"parity_{kind}.png", dpi=options.dpi, bbox_inches="tight")
            plt.close(figure)
            print(folder / f"parity_{kind}.png")
    except (BadInput, OSError, UnicodeDecodeError, csv.Error) as problem:
        sys.exit(f"plot_parity.py: {problem}")


if __name__ == "__main__":
    main()
