#!/usr/bin/python3
"""How often errors lie within the intervals that were predicted for them: observed against nominal shares.

usage: scripts/plot_calibration.py NAME=METRICS.json... [-o calibration.png]

METRICS.json is what `carillon evaluate --uncertainty --metrics` (or --scale-uncertainty) writes; each file becomes one panel under its NAME.
Lines on the diagonal are right; below it the predicted deviations are too small. Dashed: as they are; solid: with the factor
that --scale-uncertainty found on the same frames, if it was asked for.
"""
import argparse
import json
import sys

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError as problem:
    sys.exit(f"plot_calibration.py: {problem}; install python3-matplotlib and use Debian's /usr/bin/python3")

COLOURS = {"energy": "#D55E00", "force": "#0072B2", "stress": "#009E73"}
POINTS = 19


class BadInput(Exception):
    """Something a user can mend."""


def read(path):
    """[(style, quantity, shares)] of a metrics file."""
    try:
        with open(path, encoding="utf-8") as stream:
            part = json.load(stream).get("calibration")
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError) as problem:
        raise BadInput(f"{path}: is no metrics file: {problem}") from problem
    if not part:
        raise BadInput(f"{path}: holds no calibration; evaluate with --uncertainty")
    lines = []
    for key, style in (("quantities", "--"), ("quantities_with_fitted_scale", "-")):
        for row in part.get(key, []):
            if row["quantity"] in COLOURS and len(row.get("curve", [])) == POINTS:
                lines.append((style, row["quantity"], row["curve"]))
    if not lines:
        raise BadInput(f"{path}: holds no coverage curves")
    return lines


def draw(panels):
    figure, all_axes = plt.subplots(1, len(panels), figsize=(4.2 * len(panels), 4.2), squeeze=False, sharey=True)
    nominal = [100 * (k + 1) / (POINTS + 1) for k in range(POINTS)]
    for axes, (name, lines) in zip(all_axes[0], panels):
        axes.plot([0, 100], [0, 100], color="0.6", linewidth=0.8)
        scaled = any(style == "-" for style, _, _ in lines)
        for style, quantity, shares in lines:
            label = quantity if style == "-" or not scaled else None
            axes.plot(nominal, [100 * share for share in shares], style, color=COLOURS[quantity], label=label)
        axes.set(title=name, xlim=(0, 100), ylim=(0, 100), xlabel="nominal share (%)", aspect="equal")
        axes.legend(frameon=False, loc="upper left")
    all_axes[0][0].set_ylabel("share of errors within the interval (%)")
    figure.tight_layout()
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("metrics", nargs="+", metavar="NAME=METRICS.json")
    parser.add_argument("-o", "--output", default="calibration.png", metavar="FILE", help="default: %(default)s")
    parser.add_argument("--dpi", type=int, default=160, help="dots per inch (default: %(default)s)")
    options = parser.parse_args()
    try:
        panels = []
        for word in options.metrics:
            name, equals, path = word.partition("=")
            if not equals:
                raise BadInput(f"'{word}': expected NAME=METRICS.json")
            panels.append((name, read(path)))
        draw(panels).savefig(options.output, dpi=options.dpi)
        print(options.output)
    except (BadInput, OSError) as problem:
        sys.exit(f"plot_calibration.py: {problem}")


if __name__ == "__main__":
    main()
