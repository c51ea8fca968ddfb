"""A results.json of `carillon validate` with everything a report can show, and the report made from it."""
import json
import pathlib
import subprocess
import sys

PLOTS = 4


def curve(title, **more):
    return {"title": title, "x_label": "volume, Å³/atom", "y_label": "eV/atom", "parity": False, "categories": [],
            "series": [{"name": "reference", "style": "points", "x": [4, 5, 6], "y": [1, 0, None]},
                       {"name": "model", "style": "line", "x": [3, 4, 5, 6], "y": [900, 1, 0, 1]}], **more}


def results():
    bars = {"title": "Force error", "x_label": "", "y_label": "force RMSE, eV/Å", "parity": False, "categories": ["C_hot", "<N> & cold"],
            "series": [{"name": "training states", "style": "bars", "x": [], "y": [1, None]}, {"name": "held-out states", "style": "bars", "x": [], "y": [None, 2]}]}
    checks = [{"quantity": "force RMSE", "unit": "eV/Å", "value": 1, "reference": None, "limit": 2, "passed": True},
              {"quantity": "C11 <script>alert(1)</script>", "unit": "GPa", "value": None, "reference": 1043, "limit": 10, "passed": False},
              {"quantity": "told", "unit": "", "value": 3.2, "reference": 4, "limit": None, "passed": True},
              {"quantity": "pressure", "unit": "GPa", "value": None, "reference": None, "limit": 3, "passed": None, "reason": "no stress"}]
    case = {"name": "one", "title": "First & foremost", "kind": "errors", "status": "failed", "reason": "", "seconds": 1.5, "sources": ["a paper"], "notes": ["<b>note</b>"],
            "checks": checks, "elements": ["C"], "plots": [bars, curve("Energy"), curve("Parity", parity=True)], "tables": [{"title": "T", "columns": ["state", "x"], "rows": [["a<b", "1"]]}]}
    skipped = {**case, "name": "two", "title": "Second", "status": "skipped", "reason": "no data", "checks": [], "plots": [], "tables": [], "notes": [], "sources": []}
    passed = {**case, "name": "three", "title": "Third", "status": "passed", "checks": checks[:1], "plots": [curve("Another")], "notes": []}
    return {"model": {"paths": ["blocks/C"], "description": "block model <C>"}, "carillon": "0.1.0", "cases": [case, skipped, passed]}


def make(script, folder, data=None):
    """Runs the script; (process, path of the page)."""
    source, page = pathlib.Path(folder, "results.json"), pathlib.Path(folder, "report.html")
    source.write_text(json.dumps(results()) if data is None else data, encoding="utf-8")
    return subprocess.run([sys.executable, script, source, "-o", page], capture_output=True, text=True, check=False), page
