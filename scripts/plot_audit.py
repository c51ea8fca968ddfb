#!/usr/bin/python3
"""Pictures of an audit: what 'carillon audit --plots FOLDER' draws from the tables it writes there.

distances.csv (pair,distance,count,distribution)       -> distances.png: distances of each pair of elements
energies.csv  (frame,label,residual,density,ELEMENT..) -> energies.png: energies less element offsets, by composition and density
pressures.csv (frame,label,model,labelled; GPa)        -> pressures.png: labelled pressures against a model fitted to the forces

A table without rows gives no picture.
"""
import argparse
import csv
import pathlib
import sys

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
except ImportError as problem:
    sys.exit(f"plot_audit.py: {problem}; install python3-numpy and python3-matplotlib and use Debian's /usr/bin/python3")

# Okabe and Ito's colours, which stay apart for colour-blind readers; beyond eight labels they repeat with another marker.
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#000000", "#999999"]
MARKERS = ["o", "^", "s", "D", "v"]
MOST_LABELS = 20  # in a legend


class BadInput(Exception):
    """Something a user can mend; the message names file and line."""


def read(path, texts):
    """{column: array} of a CSV file; columns named in `texts` stay text, all others are numbers."""
    with open(path, newline="", encoding="utf-8") as stream:
        rows = csv.reader(stream)
        header = next(rows, None)
        if not header:
            raise BadInput(f"{path}:1: expected a header line")
        columns = {name: [] for name in header}
        for row in rows:
            if len(row) != len(header):
                raise BadInput(f"{path}:{rows.line_num}: {len(row)} columns, expected {len(header)}")
            for name, text in zip(header, row):
                try:
                    columns[name].append(text if name in texts else float(text))
                except ValueError:
                    raise BadInput(f"{path}:{rows.line_num}: {text!r} is not a number") from None
    return {name: np.array(values) for name, values in columns.items()}


def style(number):
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number // len(COLOURS) % len(MARKERS)]}


def scatter_by_label(axes, x, y, labels):
    names = list(dict.fromkeys(labels))
    for number, name in enumerate(names):
        chosen = labels == name
        axes.plot(x[chosen], y[chosen], linestyle="", markersize=4, alpha=0.7, label=name, **style(number))
    return len(names)


def add_legend(axes, names):
    if 1 < names <= MOST_LABELS:
        axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0, frameon=False, fontsize=8)


def draw_distances(table):
    pairs = list(dict.fromkeys(table["pair"]))
    figure, panels = plt.subplots(len(pairs), 1, figsize=(7, 1 + 2 * len(pairs)), sharex=True, squeeze=False)
    for axes, pair in zip(panels[:, 0], pairs):
        chosen = table["pair"] == pair
        distance, distribution = table["distance"][chosen], table["distribution"][chosen]
        axes.fill_between(distance, distribution, step="mid", alpha=0.3, color=COLOURS[0])
        axes.step(distance, distribution, where="mid", linewidth=0.8, color=COLOURS[0])
        smallest = distance[table["count"][chosen] > 0].min()
        axes.axvline(smallest, color=COLOURS[3], linewidth=0.8)
        axes.text(smallest, 0.97, f" {smallest:.2f} Å", transform=axes.get_xaxis_transform(), va="top", color=COLOURS[3])
        axes.set(ylabel=f"g(r) {pair}", ylim=(0, None), xlim=(0, None))
    panels[-1, 0].set_xlabel("distance (Å)")
    return figure


def draw_energies(table):
    elements = list(table)[4:]
    spread = {name: np.ptp(table[name]) for name in elements}
    widest = max(spread, key=spread.get)
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), sharey=True)
    scatter_by_label(left, table[widest], table["residual"], table["label"])
    names = scatter_by_label(right, table["density"], table["residual"], table["label"])
    left.set(xlabel=f"share of {widest}", ylabel="energy less element offsets (eV/atom)")
    right.set_xlabel("density (g/cm³)")
    add_legend(right, names)
    return figure


def draw_pressures(table):
    figure, axes = plt.subplots(figsize=(6, 6))
    names = scatter_by_label(axes, table["model"], table["labelled"], table["label"])
    both = np.concatenate([table["model"], table["labelled"]])
    axes.axline((both.min(), both.min()), slope=1, color="0.35", linewidth=0.8, zorder=0)
    axes.set(xlabel="pressure of a model fitted to the forces alone (GPa)", ylabel="labelled pressure (GPa)")
    add_legend(axes, names)
    return figure


PICTURES = {"distances": (draw_distances, {"pair"}), "energies": (draw_energies, {"label"}), "pressures": (draw_pressures, {"label"})}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="where the tables are and the pictures go")
    parser.add_argument("--dpi", type=int, default=160, help="dots per inch (default: %(default)s)")
    options = parser.parse_args()
    folder = pathlib.Path(options.folder)
    try:
        for name, (draw, texts) in PICTURES.items():
            table = read(folder / f"{name}.csv", texts)
            if len(next(iter(table.values()))) == 0:
                continue
            figure = draw(table)
            figure.savefig(folder / f"{name}.png", dpi=options.dpi, bbox_inches="tight")
            plt.close(figure)
            print(folder / f"{name}.png")
    except (BadInput, OSError, UnicodeDecodeError, csv.Error, KeyError) as problem:
        sys.exit(f"plot_audit.py: {problem}")


if __name__ == "__main__":
    main()
