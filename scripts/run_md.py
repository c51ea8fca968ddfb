#!/usr/bin/python3
"""Molecular dynamics of a model at several state points: does it stay stable, keep its energy, and what does it predict?

usage: scripts/run_md.py MODEL PLAN.yaml -o FOLDER [--only NAME...] [--jobs N] [--overwrite] [--carillon PROGRAM] [--lammps PROGRAM]

LAMMPS moves the atoms, through the KIM driver of plugins/kim, which has to be installed (docs/molecular_dynamics.md). PLAN.yaml:

    data: ../validation/data/cn_pbe_d2_seed/frames.extxyz      # structures to start from: the first frame of each state's label
    states: [C_3.5gcc_6000K, CN50_3.5gcc_6000K]                # labels, or all
    repeat: [1, 1, 1]
    runs:
      nvt: {ensemble: nvt, timestep: 0.5, steps: 10000, seeds: 3}                    # fs; at the temperature of the state
      nve: {ensemble: nve, timestep: 0.2, steps: 50000, seeds: 1, temperature: 3000}
      nve_4: {ensemble: nve, timestep: 0.2, steps: 50000, temperature: 3000, ranks: 4}  # the same on four MPI ranks

A run fails when two atoms come closer than the inner cutoff of their pair, when the temperature exceeds three times the wanted one, or
when LAMMPS ends with an error; it lasts until then. Each run is kept in FOLDER/<state>/<run>_<seed> with its input, log, trajectory and
result.json; one that is there from the same model and plan is not run again, so an interrupted series goes on. FOLDER/summary.md and
summary.csv have one line for each state and run: share of stable runs, time they lasted, drift of the conserved energy, temperature,
pressure, diffusion, over the last four fifths of each run;
rdf.csv the radial distributions, rdf_<state>.png their picture.
"""
import argparse
import concurrent.futures
import csv
import hashlib
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

try:
    import ase.io
    import numpy as np
    import yaml

    import trajectory as md
except ImportError as problem:
    sys.exit(f"run_md.py: {problem}; install python3-ase, python3-numpy and python3-yaml and use Debian's /usr/bin/python3")

ROOT = pathlib.Path(__file__).resolve().parent.parent
KIM_NAME = "Carillon_run_md"
RUNAWAY = 3.0  # times the wanted temperature
FRAMES = 500  # kept of each run
REACH = 6.0  # Å, of radial distributions
GPA_PER_BAR = 1e-4
# Exit status of a LAMMPS that somebody else ended (HUP, INT, KILL, TERM), and of a launcher that says so: nothing about the model.
STOPPED = {*(-signal for signal in (1, 2, 9, 15)), *(128 + signal for signal in (1, 2, 9, 15))}
RUN_KEYS = {"ensemble", "timestep", "steps", "seeds", "temperature", "damping", "ranks", "skin"}


class BadInput(Exception):
    """Something a user can mend."""


def read_plan(path):
    with open(path, encoding="utf-8") as stream:
        plan = yaml.safe_load(stream)
    for key in ("data", "states", "runs"):
        if key not in (plan or {}):
            raise BadInput(f"{path}: '{key}' is missing")
    for key in set(plan) - {"data", "states", "runs", "repeat"}:
        raise BadInput(f"{path}: unknown key '{key}'")
    for name, run in plan["runs"].items():
        for key in set(run) - RUN_KEYS:
            raise BadInput(f"{path}: run {name}: unknown key '{key}'; known: {', '.join(sorted(RUN_KEYS))}")
        for key in ("ensemble", "timestep", "steps"):
            if key not in run:
                raise BadInput(f"{path}: run {name}: '{key}' is missing")
        if run["ensemble"] not in ("nve", "nvt"):
            raise BadInput(f"{path}: run {name}: ensemble '{run['ensemble']}' is neither nve nor nvt")
        if not isinstance(run.get("skin", 0), (int, float)) or run.get("skin", 0) < 0:
            raise BadInput(f"{path}: run {name}: skin: expected a distance of 0 Å or more, found {run['skin']!r}")
    plan["data"] = str((pathlib.Path(path).parent / plan["data"]).resolve())
    return plan


def starting_structures(plan, path):
    """{state: its first frame}, in the order of the plan."""
    first = {}
    for frame in ase.io.iread(plan["data"], ":"):
        first.setdefault(frame.info.get("config_type", frame.info.get("label", "")), frame)
    wanted = list(first) if plan["states"] == "all" else plan["states"]
    for state in wanted:
        if state not in first:
            raise BadInput(f"{path}: {plan['data']} has no frame of the state {state}; it has {', '.join(first)}")
    return {state: first[state].repeat(plan.get("repeat", [1, 1, 1])) for state in wanted}


def temperature_of(run, name, frame, state):
    value = run.get("temperature", frame.info.get("temperature"))
    if value is None:
        raise BadInput(f"run {name}: state {state} has no temperature in the data; give one")
    return float(value)


def install_model(model, folder, carillon):
    """The model as a KIM model of this folder alone. Returns the environment in which LAMMPS finds it, and the pairs' inner cutoffs."""
    source, collection = folder / "kim_model", folder / "kim_installed"
    run(carillon, "export", model, "-o", source, "--kim", KIM_NAME, "--overwrite")
    shutil.rmtree(collection, ignore_errors=True)
    collection.mkdir()
    environment = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **os.environ, "OMP_NUM_THREADS": "1"}
    others = environment.get("KIM_API_PORTABLE_MODELS_DIR")
    environment["KIM_API_PORTABLE_MODELS_DIR"] = f"{collection}:{others}" if others else str(collection)
    run("kim-api-collections-management", "install", "environment", source, environment=environment, folder=folder)
    inner = {}
    for block in source.glob("*block.yaml"):
        for section in yaml.safe_load(block.read_text())["sections"]:
            if len(section["elements"]) == 2:
                inner.update({pair: slot["inner"] for pair, slot in section["slots"].items()})
    return environment, inner


def run(*command, environment=None, folder=None):
    try:
        result = subprocess.run([str(word) for word in command], env=environment, cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:
        raise BadInput(f"{command[0]}: not found") from None
    if result.returncode != 0:
        raise BadInput(f"{' '.join(map(str, command))}: {(result.stderr or result.stdout).strip()}")
    return result.stdout


def lammps_input(elements, masses, spec, temperature, seed):
    step = float(spec["timestep"]) / 1000  # fs -> ps
    every = max(1, int(spec["steps"]) // FRAMES)
    mass_lines = "\n".join(f"mass {k + 1} {mass}" for k, mass in enumerate(masses))
    damping = float(spec.get("damping", 50)) / 1000
    # Atoms of images fill most of what a small cell's atoms see. LAMMPS looks at every step whether a list is still good.
    skin = f"neighbor {float(spec['skin'])} bin\nneigh_modify every 1 delay 0 check yes\n" if "skin" in spec else ""
    mover = f"nvt temp {temperature} {temperature} {damping}" if spec["ensemble"] == "nvt" else "nve"
    return f"""units metal
kim init {KIM_NAME} metal
read_data atoms.data
{mass_lines}
kim interactions {' '.join(elements)}
{skin}velocity all create {temperature} {seed} loop all mom yes rot no dist gaussian
fix move all {mover}
timestep {step}
variable hot equal temp
fix runaway all halt {every} v_hot > {RUNAWAY * temperature} error soft message no
thermo {every}
thermo_style custom step temp econserve press
thermo_modify format float %.12g lost error
dump kept all custom {every} trajectory.dump id type xu yu zu
dump_modify kept sort id format float %.8g
run {spec['steps']}
"""


def with_potential_energy(text):
    """The input, which prints that too. Not a part of what identifies a run, as below."""
    return text.replace("econserve press", "econserve press pe", 1)


def with_end_at_collision(text, spec, inner):
    """The input, ended where atoms are closer than the smallest inner cutoff, for what follows is of no use.

    Not a part of what identifies a run: a stable one is the same with and without.
    """
    if not inner:
        return text
    every = max(1, int(spec["steps"]) // FRAMES)
    stop = ["compute apart all pair/local dist", "compute closest all reduce min c_apart", "variable closest equal c_closest",
            f"fix collision all halt {every} v_closest < {min(inner.values())} error soft message no"]
    return text.replace("thermo ", "\n".join(stop) + "\nthermo ", 1)


def read_thermo(log):
    """Columns step, temperature (K), conserved energy (eV; with what the thermostat took), pressure (GPa), potential energy (eV; not in old runs)."""
    rows, inside, columns = [], False, 4
    for line in log.read_text().splitlines():
        words = line.split()
        if words[:2] == ["Step", "Temp"]:
            inside, columns = True, len(words)
        elif inside:
            try:
                rows.append([float(word) for word in words])
            except ValueError:
                inside = False
            if rows and len(rows[-1]) != columns:
                rows.pop()
    table = np.array(rows).reshape(-1, columns)
    table[:, 3] *= GPA_PER_BAR
    return table


def analyse(folder, atoms, elements, spec, temperature, inner, status):
    thermo = read_thermo(folder / "log.lammps")
    asked = spec["steps"] * float(spec["timestep"]) / 1000
    try:
        trajectory = md.read_dump(folder / "trajectory.dump", elements)
    except ValueError as problem:
        said = [line for line in (folder / "log.lammps").read_text().splitlines() if "ERROR" in line]
        lasted = float(thermo[-1, 0]) * float(spec["timestep"]) / 1000 if len(thermo) else 0.0
        return {"atoms": atoms, "asked_ps": asked, "lasted_ps": lasted, "failure": " ".join(said) or str(problem)}
    times = thermo[:, 0] * float(spec["timestep"]) / 1000
    frame_times = trajectory["step"] * float(spec["timestep"]) / 1000
    collision = md.first_collision(trajectory, inner)
    reason, lasted = "", max(float(times[-1]), float(frame_times[-1]))  # the last step need not be one that is kept
    hot = np.flatnonzero(~(thermo[:, 1] < RUNAWAY * temperature))
    if collision:
        reason = f"{collision[1]} {collision[2]:.3f} Å, below the inner cutoff {inner[collision[1]]} Å"
        lasted = float(frame_times[collision[0]])
    elif hot.size:
        reason, lasted = f"{thermo[hot[0], 1]:.0f} K", float(times[hot[0]])
    elif status != 0:
        reason = "LAMMPS ended with an error"
    elif lasted < 0.999 * asked:
        reason = "ended early"
    result = {"atoms": len(trajectory["symbols"]), "asked_ps": asked, "lasted_ps": lasted, "failure": reason}
    if not reason:
        late = times >= 0.2 * asked  # what is before is the way from the starting structure
        result["drift_meV_atom_ps"], result["scatter_meV_atom"] = md.drift(times[late], thermo[late, 2], result["atoms"])
        for name, column in (("temperature_K", 1), ("pressure_GPa", 3)):
            result[name], result[name + "_error"] = md.mean_and_error(thermo[late, column])
        volume = abs(np.linalg.det(trajectory["cell"][0]))
        result["virial_pressure_GPa"] = result["pressure_GPa"] - md.kinetic_pressure(result["atoms"], result["temperature_K"], volume)
        if thermo.shape[1] > 4:
            result["potential_energy_eV_atom"] = float(thermo[late, 4].mean()) / result["atoms"]
        kept = frame_times >= 0.2 * asked
        steady = {**trajectory, **{key: trajectory[key][kept] for key in ("cell", "positions", "step")}}
        result["diffusion_A2_ps"] = {e: md.diffusion(steady, frame_times[kept], e) for e in elements if e in steady["symbols"]}
        result["rdf"] = {}
        present = [element for element in elements if element in steady["symbols"]]
        for k, first in enumerate(present):
            for second in present[k:]:
                distance, values = md.radial_distribution(steady, first, second, REACH)
                result["rdf"][f"{first}-{second}"] = [[round(float(r), 4), round(float(g), 6)] for r, g in zip(distance, values)]
    return result


def kept_result(folder, identity):
    """The result of an earlier call, None when there is none of the same model and plan."""
    kept = folder / "result.json"
    result = json.loads(kept.read_text()) if kept.exists() else {}
    return result if result.get("identity") == identity else None


def refuse_others(tasks):
    """Runs that another model or plan has left are hours of work."""
    for folder, *_, identity in tasks:
        if (folder / "result.json").exists() and kept_result(folder, identity) is None:
            raise BadInput(f"{folder}: holds a run of another model or plan; choose another folder, or pass --overwrite")


def run_one(task):
    """Runs, or finds, one trajectory; its result with state, run and seed."""
    folder, input_text, atoms, elements, spec, temperature, inner, environment, lammps, identity = task
    if (result := kept_result(folder, identity)) is not None:
        return result
    kept = folder / "result.json"
    shutil.rmtree(folder, ignore_errors=True)  # unfinished, or main() was told that it may be replaced
    folder.mkdir(parents=True)
    ase.io.write(folder / "atoms.data", atoms, format="lammps-data", specorder=elements)
    (folder / "in.lammps").write_text(input_text)
    done = subprocess.run([*lammps, "-in", "in.lammps", "-screen", "none"], cwd=folder, env=environment, capture_output=True, text=True)
    log = folder / "log.lammps"
    if done.returncode in STOPPED:
        raise BadInput(f"{folder}: LAMMPS was stopped from outside (status {done.returncode}); run the same command again")
    if done.returncode != 0 and (not log.exists() or not len(read_thermo(log))):
        said = [line for line in (log.read_text() if log.exists() else done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise BadInput(f"{folder}: LAMMPS did not start: {' '.join(said) or done.stderr.strip()}. Is the KIM driver installed "
                       "(docs/molecular_dynamics.md)? kim.log beside the input tells more")
    result = {**analyse(folder, len(atoms), elements, spec, temperature, inner, done.returncode), "identity": identity}
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(result))
    part.rename(kept)
    return result


def tasks_of(plan, structures, options, environment, inner, model_hash):
    tasks, names = [], []
    for state, frame in structures.items():
        elements = sorted(set(frame.symbols))
        atoms = ase.Atoms(frame.symbols, positions=frame.positions, cell=frame.cell, pbc=True)
        masses = [atoms.get_masses()[list(atoms.symbols).index(element)] for element in elements]
        for name, spec in plan["runs"].items():
            temperature = temperature_of(spec, name, frame, state)
            for seed in range(1, int(spec.get("seeds", 1)) + 1):
                text = lammps_input(elements, masses, spec, temperature, 7919 * seed)
                ranks = int(spec.get("ranks", 1))
                lammps = [*shlex.split(options.launcher), "-n", str(ranks), options.lammps] if ranks > 1 else [options.lammps]
                said = model_hash + text + str(frame.positions.tolist()) + str(frame.cell.tolist()) + (f"ranks {ranks}" if ranks > 1 else "")
                identity = hashlib.sha256(said.encode()).hexdigest()
                folder = options.output / state / f"{name}_{seed}"
                tasks.append((folder, with_end_at_collision(with_potential_energy(text), spec, inner), atoms, elements, spec, temperature, inner, environment, lammps, identity))
                names.append((state, name, seed))
    return tasks, names


def summarise(results):
    """One row for each state and run."""
    rows = []
    for state, name in dict.fromkeys((state, name) for state, name, _ in results):
        group = [result for key, result in results.items() if key[:2] == (state, name)]
        stable = [result for result in group if not result["failure"]]

        def mean(key):
            return float(np.mean([result[key] for result in stable])) if stable else float("nan")

        diffusion = {e: np.mean([r["diffusion_A2_ps"][e] for r in stable]) for e in (stable[0]["diffusion_A2_ps"] if stable else {})}
        rows.append({
            "state": state, "run": name, "stable": len(stable), "runs": len(group),
            "lasted_ps": float(np.mean([result["lasted_ps"] for result in group])), "asked_ps": group[0]["asked_ps"],
            "largest_drift_meV_atom_ps": max((abs(result["drift_meV_atom_ps"]) for result in stable), default=float("nan")),
            "temperature_K": mean("temperature_K"), "pressure_GPa": mean("pressure_GPa"),
            "pressure_error_GPa": float(np.sqrt(sum(result["pressure_GPa_error"]**2 for result in stable))) / len(stable) if stable else float("nan"),
            "diffusion_A2_ps": " ".join(f"{element} {value:.3g}" for element, value in diffusion.items()),
            "failures": "; ".join(dict.fromkeys(result["failure"] for result in group if result["failure"])),
        })
    return rows


def write_tables(rows, folder):
    with open(folder / "summary.csv.part", "w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    (folder / "summary.csv.part").rename(folder / "summary.csv")
    lines = ["| state | run | stable | lasted, ps | largest drift, meV/atom/ps | T, K | P, GPa | D, Å²/ps | failures |",
             "| :-- | :-- | --: | --: | --: | --: | --: | :-- | :-- |"]
    for row in rows:
        lines.append(f"| {row['state']} | {row['run']} | {row['stable']} of {row['runs']} | {row['lasted_ps']:.3g} of {row['asked_ps']:.3g} | "
                     f"{row['largest_drift_meV_atom_ps']:.3g} | {row['temperature_K']:.0f} | {row['pressure_GPa']:.2f} ± "
                     f"{row['pressure_error_GPa']:.2f} | {row['diffusion_A2_ps']} | {row['failures']} |")
    stable, runs = sum(row["stable"] for row in rows), sum(row["runs"] for row in rows)
    lines.append(f"\n{stable} of {runs} runs stable.")
    (folder / "summary.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def write_distributions(results, folder):
    """rdf.csv, and a picture for each state: the seeds of all its runs together."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with open(folder / "rdf.csv", "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["state", "run", "seed", "pair", "r_angstrom", "g"])
        for (state, name, seed), result in results.items():
            for pair, points in result.get("rdf", {}).items():
                writer.writerows([state, name, seed, pair, *point] for point in points)
    for state in dict.fromkeys(state for state, _, _ in results):
        curves = [(f"{pair}, {name} {seed}", np.array(points)) for (s, name, seed), result in results.items() if s == state
                  for pair, points in result.get("rdf", {}).items()]
        if not curves:
            continue
        figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
        for label, points in curves:
            axes.plot(points[:, 0], points[:, 1], linewidth=1, label=label)
        axes.axhline(1, color="0.7", linewidth=0.8, zorder=0)
        axes.set(xlabel="r (Å)", ylabel="g(r)", title=state, xlim=(0, REACH), ylim=(0, None))
        axes.legend(fontsize="x-small", frameon=False)
        figure.savefig(folder / f"rdf_{state}.png", dpi=160)
        plt.close(figure)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a model folder, a params.txt, a network or a committee")
    parser.add_argument("plan", help="states and runs, YAML")
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="states or runs of these names only")
    parser.add_argument("--overwrite", action="store_true", help="replace runs of another model or plan")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="runs at a time, one core for each of their ranks (default: 1)")
    parser.add_argument("--carillon", default=str(ROOT / "build/release/carillon"), metavar="PROGRAM")
    parser.add_argument("--lammps", default="lmp", metavar="PROGRAM")
    parser.add_argument("--launcher", default="mpirun --bind-to none", metavar="COMMAND", help="starts runs of several ranks, default `%(default)s`")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        plan = read_plan(options.plan)
        structures = starting_structures(plan, options.plan)
        for name in options.only:
            if name not in structures and name not in plan["runs"]:
                raise BadInput(f"--only {name}: no state or run of that name")
        options.output = options.output.resolve()
        options.output.mkdir(parents=True, exist_ok=True)
        environment, inner = install_model(pathlib.Path(options.model).resolve(), options.output, options.carillon)
        model_hash = "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((options.output / "kim_model").glob("*"))
                             if not path.name.endswith("CARD.md"))
        tasks, names = tasks_of(plan, structures, options, environment, inner, model_hash)
        chosen_states = [name for name in options.only if name in structures]
        chosen_runs = [name for name in options.only if name in plan["runs"]]
        chosen = [k for k, (state, run_name, _) in enumerate(names)
                  if (not chosen_states or state in chosen_states) and (not chosen_runs or run_name in chosen_runs)]
        if not chosen:
            raise BadInput(f"{options.plan}: no run is asked for")
        if not options.overwrite:
            refuse_others([tasks[k] for k in chosen])
        # The tables hold everything that is there of this model and plan.
        results = {name: kept_result(task[0], task[-1]) for name, task in zip(names, tasks)}
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for k, result in zip(chosen, pool.map(run_one, [tasks[k] for k in chosen])):
                results[names[k]] = result
                state, run_name, seed = names[k]
                print(f"{state} {run_name} {seed}: {result['failure'] or 'stable'}, {result['lasted_ps']:.3g} ps", file=sys.stderr, flush=True)
        results = {name: result for name, result in results.items() if result is not None}
        write_tables(summarise(results), options.output)
        write_distributions(results, options.output)
    except (BadInput, OSError, ValueError, yaml.YAMLError) as problem:
        sys.exit(f"run_md.py: {problem}")


if __name__ == "__main__":
    main()
