"""The states of a sampling file, and the frames of each."""
import math
import re

import numpy as np
import yaml

import collisions
import dftb_dynamics
import reactions
import structures
from frames import STATE_NAME, BadInput, as_written

KEYS = {  # kind: needed, and others with their defaults
    "liquid": ({"composition", "density", "temperature", "frames"}, {"seed": 1, "time_step": 0.5, "first": 100, "every": 25, "bond": 0, "molecule": None}),
    "crystal": ({"structure", "parameters", "repeat", "temperature", "frames", "displacement"}, {"seed": 1, "strain": 0, "shear": 0}),
    "cold": ({"structure", "parameters", "repeat", "temperature", "volumes"}, {}),
    "dimer": ({"elements", "distances", "cell", "temperature"}, {"copies": 1}),
    "collisions": ({"source", "label", "temperature", "frames", "shortest"}, {"groups": 6, "atoms": 2, "bonded": 1.75, "longest": 1.2, "radius": 0, "seed": 1}),
    "reacting": ({"source", "label", "temperature"}, {"bonded": 1.75, "every": 1}),
}


def read(path):
    """{name: keys of the state}, with defaults."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as problem:
        raise BadInput(f"{path}: {problem}") from problem
    if not isinstance(content, dict) or not content:
        raise BadInput(f"{path}: expected a mapping of states")
    for name in content:
        if not re.fullmatch(STATE_NAME, str(name)):
            raise BadInput(f"{path}: the state '{name}' names a folder: letters, digits and _ . + - only")
    out = {str(name): checked(f"{path}: {name}", state) for name, state in content.items()}
    for state in out.values():
        if "source" in state:
            state["source"] = path.parent / state["source"]
    return out


def checked(where, state):
    kind = state.get("kind") if isinstance(state, dict) else None
    if kind not in KEYS:
        raise BadInput(f"{where}: expected a kind, one of {', '.join(KEYS)}; found {kind!r}")
    needed, defaults = KEYS[kind]
    unknown, missing = set(state) - needed - set(defaults) - {"kind"}, needed - set(state)
    if unknown:
        raise BadInput(f"{where}: unknown key '{min(unknown)}' of a {kind}; known: {', '.join(sorted(needed | set(defaults)))}")
    if missing:
        raise BadInput(f"{where}: kind {kind} needs '{min(missing)}'")
    for key in ("temperature", "density", "time_step", "every"):
        value = state.get(key, 1)
        if isinstance(value, (str, bool)) or not (math.isfinite(value) and value > 0):
            raise BadInput(f"{where}: {key}: expected a number above 0, found {value!r}")
    whole = {**defaults, **state}
    if kind == "collisions":
        check_collisions(where, whole)
    if kind == "reacting":
        check_whole_numbers(where, whole, {"every": 1})
        check_lengths(where, whole, ["bonded"])
    return whole


def check_whole_numbers(where, state, least):
    for key, smallest in least.items():
        if isinstance(state[key], bool) or not isinstance(state[key], int) or state[key] < smallest:
            raise BadInput(f"{where}: {key}: expected a whole number of at least {smallest}, found {state[key]!r}")


def check_lengths(where, state, keys):
    for key in keys:
        if isinstance(state[key], (str, bool)) or not (math.isfinite(state[key]) and state[key] >= 0):
            raise BadInput(f"{where}: {key}: expected a length in Å, found {state[key]!r}")


def check_collisions(where, state):
    check_whole_numbers(where, state, {"frames": 1, "groups": 1, "atoms": 2})
    check_lengths(where, state, ["bonded", "longest", "radius"])
    shortest = state["shortest"]
    if not isinstance(shortest, dict) or any(isinstance(value, (str, bool)) or not 0 < value < state["longest"] for value in shortest.values()):
        raise BadInput(f"{where}: shortest: expected lengths of pairs such as {{C-N: 0.85}}, below longest ({state['longest']} Å), found {shortest!r}")


def liquid(state, folder, runner):
    rng = np.random.default_rng(state["seed"])
    start = structures.packed(state["composition"], state["density"], rng, state["bond"], state["molecule"])
    return dftb_dynamics.sampled(start, state, folder, runner)


def crystal(state, *_):
    rng = np.random.default_rng(state["seed"])
    perfect = structures.crystal(state["structure"], state["parameters"], state["repeat"])
    return [structures.displaced(perfect, rng, state["displacement"], state["strain"], state["shear"]) for _ in range(state["frames"])]


def cold(state, *_):
    perfect = structures.crystal(state["structure"], state["parameters"], state["repeat"])
    return [structures.scaled(perfect, volume) for volume in state["volumes"]]


def dimer(state, *_):
    return [structures.pair(state["elements"], distance, state["cell"], state["copies"]) for distance in state["distances"]]


def collision(state, *_):
    return collisions.sampled(state)


def reaction(state, *_):
    return reactions.sampled(state)


MAKE = {"liquid": liquid, "crystal": crystal, "cold": cold, "dimer": dimer, "collisions": collision, "reacting": reaction}


def frames_of(name, state, folder, runner):
    """The frames of a state, unlabelled, each with its state, temperature (K) and origin."""
    out = []
    try:
        made = MAKE[state["kind"]](state, folder, runner)
    except BadInput as problem:
        raise BadInput(f"{name}: {problem}") from problem
    for atoms in made:
        atoms.info.update(config_type=name, temperature=state["temperature"], origin=state["kind"])
        out.append(as_written(atoms))
    return out
