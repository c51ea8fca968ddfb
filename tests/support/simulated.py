"""What the tests of simulators share: Carillon as it is installed, and a recipe for a model that is fitted in a moment."""
import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SEED_FRAMES = SOURCE / "validation/data/cn_pbe_d2_seed/frames.extxyz"
PAIRS = {"C-C": "{inner: 0.9, outer: 4.5, lambda: 1.4}", "N-N": "{inner: 0.85, outer: 4.0, lambda: 1.1}", "C-N": "{inner: 0.87, outer: 4.0, lambda: 1.34}"}


def run(*command, folder=None, environment=None):
    """What a command prints. @throws AssertionError  it ended with another status than 0"""
    result = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: status {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result.stdout


def installed(build, cmake, folder):
    """The prefix of an installation from a complete build."""
    prefix = folder / "installed"
    run(cmake, "--install", build, "--prefix", prefix)
    return prefix


def recipe(frames, blocks, order, outer, weights, strength):
    """A recipe as text: blocks by name, in their order; the rest as YAML writes it. With a mixture there is a penalty at short range."""
    lines = ["data:", f"  - file: {frames}", "    require: [energy, forces, stress]", "basis:", "  smoothing: {kind: tersoff, fraction: 0.75}", f"  order: {order}", "  pairs:"]
    lines += [f"    {pair}: {slot}" for pair, slot in PAIRS.items() if set(pair.split("-")) <= set("".join(blocks))]
    lines += [f"  outer: {outer}", f"weights: {weights}", f"solver: {{strength: {strength}}}", f"blocks: [{', '.join(f'{{name: {name}}}' for name in blocks)}]"]
    lines += ["penalty: {distance: 0.05, scale: 20000}"] if "C-N" in blocks else []
    return "\n".join(lines) + "\n"
