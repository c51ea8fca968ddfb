#!/usr/bin/python3
"""One static HTML page from the results of `carillon validate`: a summary, and of each case its checks, plots and tables.

usage: scripts/report.py results.json -o report.html [--title TITLE]

The page needs nothing else: plots are drawn inside it (SVG), there is no script and no outside resource. It may be mailed or archived.
"""
import argparse
import html
import io
import json
import os
import pathlib
import re
import sys

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError as problem:
    sys.exit(f"report.py: {problem}; install python3-matplotlib and use Debian's /usr/bin/python3")

# Okabe and Ito's colours, which stay apart for colour-blind readers; markers and dashes tell the series apart besides.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MARKERS = ["o", "^", "s", "D", "v", "P", "X"]
DASHES = ["-", "--", "-.", ":"]
MOST_VECTOR_POINTS = 3000  # more would make a heavy page: they are drawn as a picture
NUMBER = re.compile(r"[–-]|-?[\d.]+(e[+-]?\d+)?( ± [\d.]+)?")
MARKS = {"passed": "✓", "failed": "✗", "skipped": "–", "not judged": "?"}

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 0 auto; max-width: 62rem; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-top: 1px solid #ccc; padding-top: 1rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; margin: .75rem 0; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; } th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: left; font-weight: 400; }
.number { text-align: right; } thead th { font-weight: 600; } thead th { border-bottom: 2px solid #767676; }
.status { font-weight: 600; white-space: nowrap; } .passed { color: #00604a; } .failed { color: #a31515; } .skipped, .not-judged { color: #595959; }
figure { margin: 1rem 0; display: inline-block; max-width: 100%; } figure svg { max-width: 100%; height: auto; } figcaption { font-size: .9rem; color: #444; }
.skip { position: absolute; left: -999px; } .skip:focus { position: static; } a { color: #00538a; } summary { cursor: pointer; }
"""


class BadInput(Exception):
    """Something a user can mend."""


def read(path):
    try:
        results = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        results["model"]["description"], results["cases"][:]
    except (json.JSONDecodeError, KeyError, TypeError) as problem:
        raise BadInput(f"{path}: is no results.json of carillon validate: {problem}") from None
    return results


def values(numbers):
    return [float("nan") if number is None else number for number in numbers]


def draw_bars(axes, plot):
    count = len(plot["categories"])
    for k, series in enumerate(plot["series"]):
        if any(value is not None for value in series["y"]):
            axes.barh(range(count), values(series["y"]), color=COLOURS[k], hatch="" if k == 0 else "///", edgecolor="white", label=series["name"])
    axes.set_yticks(range(count), plot["categories"], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(plot["y_label"])


def draw_curves(axes, plot):
    for k, series in enumerate(plot["series"]):
        x, y = values(series["x"]), values(series["y"])
        if not y:
            continue
        look = {"color": COLOURS[k % len(COLOURS)], "label": series["name"], "rasterized": len(x) > MOST_VECTOR_POINTS}
        if series["style"] == "points":
            axes.plot(x, y, linestyle="", marker=MARKERS[k % len(MARKERS)], markersize=4, alpha=0.8, **look)
        else:
            axes.plot(x, y, linestyle=DASHES[k % len(DASHES)], linewidth=1.5, **look)
    if plot["parity"]:
        low, high = min(axes.get_xlim()[0], axes.get_ylim()[0]), max(axes.get_xlim()[1], axes.get_ylim()[1])
        axes.axline((low, low), slope=1, color="0.5", linewidth=0.8, zorder=0)
        axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    axes.set(xlabel=plot["x_label"], ylabel=plot["y_label"])


def limit_steep_walls(axes, plot):
    """A wall or a hole of hundreds of eV would hide the wells: the axis ends a little beyond what the reference covers."""
    reference = [y for series in plot["series"] if series["name"] == "reference" for y in values(series["y"]) if y == y]
    drawn = [y for series in plot["series"] for y in values(series["y"]) if y == y]
    if not reference or max(reference) == min(reference):
        return
    span = max(reference) - min(reference)
    low, high = max(min(drawn), min(reference) - span), min(max(drawn), max(reference) + span)
    axes.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))


def svg_of(plot, identity):
    """The plot as an SVG element; its ids hold `identity`, so that several can share a page."""
    bars = bool(plot["categories"])
    height = max(1.8, 0.9 + 0.24 * len(plot["categories"])) if bars else 4.2
    size = (7.5, height) if bars else ((4.6, 4.2) if plot["parity"] else (6.2, 4.2))
    with plt.rc_context({"svg.hashsalt": identity, "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}):
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        (draw_bars if bars else draw_curves)(axes, plot)
        if not bars and not plot["parity"]:
            limit_steep_walls(axes, plot)
        if axes.get_legend_handles_labels()[0]:
            place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncol": 2} if bars else {}  # bars leave no room inside
            axes.legend(fontsize=8, frameon=False, **place)
        axes.grid(True, color="0.9", linewidth=0.6)
        axes.set_axisbelow(True)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
        plt.close(figure)
    body = text.getvalue()
    body = body[body.index("<svg"):]
    body = re.sub(r'\bid="', f'id="{identity}-', body)
    body = re.sub(r'(href="#|url\(#)', rf"\g<1>{identity}-", body)
    return body.replace("<svg", f'<svg role="img" aria-label="{html.escape(plot["title"], quote=True)}"', 1)


def number(value):
    return "–" if value is None else f"{value:.4g}"


def status(word):
    look = word.replace(" ", "-")
    return f'<span class="status {look}"><span aria-hidden="true">{MARKS[word]}</span> {word}</span>'


def table(caption, columns, rows):
    """`rows` hold HTML."""
    is_number = [all(NUMBER.fullmatch(row[k]) for row in rows) for k in range(len(columns))]
    look = [' class="number"' if numeric else "" for numeric in is_number]
    head = "".join(f'<th scope="col"{look[k]}>{html.escape(column)}</th>' for k, column in enumerate(columns))
    body = "".join("<tr>" + "".join(f'<th scope="row"{look[k]}>{cell}</th>' if k == 0 else f"<td{look[k]}>{cell}</td>" for k, cell in enumerate(row)) + "</tr>" for row in rows)
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    return f'<div class="wide" tabindex="0"><table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>\n'


def wanted(check):
    if check["limit"] is None:
        return "" if check["reference"] is None else f"reference {number(check['reference'])}"
    return f"at most {number(check['limit'])}" if check["reference"] is None else f"{number(check['reference'])} ± {number(check['limit'])}"


def is_unjudged(check):
    return check["passed"] is None


def outcome(check):
    if is_unjudged(check):
        return f"{status('not judged')}: {html.escape(check['reason'])}"
    return status("passed" if check["passed"] else "failed")


def checks_of(case):
    rows = [[html.escape(check["quantity"]), number(check["value"]), html.escape(check["unit"]), html.escape(wanted(check)),
             "told only" if check["limit"] is None else outcome(check)] for check in case["checks"]]
    return table("Checks", ["quantity", "value", "unit", "wanted", "result"], rows) if rows else ""


def section(case, position):
    parts = [f'<section id="case{position}" aria-labelledby="title{position}"><h2 id="title{position}">{html.escape(case["title"])}</h2>',
             f'<p>{status(case["status"])}{": " + html.escape(case["reason"]) if case["reason"] else ""}. Case <code>{html.escape(case["name"])}</code>, '
             f'kind {html.escape(case["kind"])}, {case["seconds"]:.1f} s.</p>', checks_of(case)]
    for k, plot in enumerate(case["plots"]):
        parts.append(f"<figure>{svg_of(plot, f'c{position}p{k}')}<figcaption>{html.escape(plot['title'])}</figcaption></figure>\n")
    for one in case["tables"]:
        rows = [[html.escape(cell) for cell in row] for row in one["rows"]]
        parts.append(f"<details><summary>{html.escape(one['title'])}</summary>{table('', one['columns'], rows)}</details>\n")
    words = [html.escape(note) for note in case["notes"]] + [f"Reference: {html.escape(source)}" for source in case["sources"]]
    if words:
        parts.append("<ul>" + "".join(f"<li>{word}</li>" for word in words) + "</ul>\n")
    return "".join(parts) + "</section>\n"


def page(results, title):
    model, cases = results["model"], results["cases"]
    counts = ", ".join(f"{sum(case['status'] == word for case in cases)} {word}" for word in ("passed", "failed", "skipped"))
    rows = [[f'<a href="#case{k}">{html.escape(case["name"])}</a>', html.escape(case["title"]), html.escape(case["kind"]),
             f"{sum(check['passed'] is False for check in case['checks'])} of {len(case['checks'])}", f"{sum(map(is_unjudged, case['checks']))}", status(case["status"])] for k, case in enumerate(cases)]
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title><style>{STYLE}</style></head><body>
<a class="skip" href="#cases">Skip to the cases</a>
<header><h1>{html.escape(title)}</h1>
<p>{html.escape(model['description'])}</p>
<p>Model: <code>{html.escape(' '.join(model.get('paths', [])))}</code>. Carillon {html.escape(str(results.get('carillon', '')))}. {len(cases)} cases: {counts}.</p></header>
<main>{table('Cases', ['case', 'question', 'kind', 'checks failed', 'not judged', 'result'], rows)}
<div id="cases">{''.join(section(case, k) for k, case in enumerate(cases))}</div></main></body></html>
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", help="results.json of carillon validate")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="FILE", help="the page")
    parser.add_argument("--title", default="Validation of a potential", help="default: %(default)s")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        text = page(read(options.results), options.title)
        partial = options.output.with_name(options.output.name + ".part")
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, options.output)
    except (BadInput, OSError, UnicodeDecodeError) as problem:
        sys.exit(f"report.py: {problem}")


if __name__ == "__main__":
    main()
