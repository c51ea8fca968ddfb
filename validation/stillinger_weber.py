"""Silicon and germanium of Stillinger and Weber through LAMMPS: trajectories, and labels of any structures.

Silicon: F. H. Stillinger, T. A. Weber, Phys. Rev. B 31, 5262 (1985), doi:10.1103/PhysRevB.31.5262, with the energy scale of LAMMPS's Si.sw;
germanium: K. Ding, H. C. Andersen, Phys. Rev. B 34, 6987 (1986), doi:10.1103/PhysRevB.34.6987.
"""
import subprocess
import sys

import ase.build
import ase.io
import numpy as np
from ase import units
from ase.calculators.singlepoint import SinglePointCalculator

# eps (eV), sigma (Å), lambda; the rest is the same for both
PARAMETERS = {"Si": (2.1683, 2.0951, 21.0), "Ge": (1.93, 2.181, 31.0)}
MASS = {"Si": 28.0855, "Ge": 72.63}
LATTICE = {"Si": 5.430950, "Ge": 5.653621}  # Å, where the stress vanishes at 0 K
LENGTH_RATIO = LATTICE["Ge"] / LATTICE["Si"]
VOIGT = ((0, 0), (1, 1), (2, 2), (1, 2), (0, 2), (0, 1))
BAR = 1e-4 * units.GPa  # eV/Å³


def potential_file(element):
    eps, sigma, strength = PARAMETERS[element]
    return f"{element} {element} {element} {eps} {sigma} 1.80 {strength} 1.20 -0.333333333333 7.049556277 0.6022245584 4.0 0.0 0.0\n"


class Lammps:
    """Runs `lmp` in a folder."""

    def __init__(self, folder, program="lmp"):
        self.folder, self.program = folder, program
        for element in PARAMETERS:
            (folder / f"{element}.sw").write_text(potential_file(element), encoding="utf-8")

    def run(self, text):
        (self.folder / "in.lammps").write_text(text, encoding="utf-8")
        try:
            done = subprocess.run([self.program, "-in", "in.lammps", "-log", "none"], capture_output=True, text=True, check=False, cwd=self.folder)
        except FileNotFoundError:
            sys.exit(f"error: no program {self.program}; install lammps")
        if done.returncode != 0:
            sys.exit(f"error: {self.program}: {(done.stdout + done.stderr)[-500:]}")
        return done.stdout

    def sample(self, element, temperature, frames, seed, free=True, repeat=2, every=250, settle=2000):
        """Structures of a trajectory of the diamond crystal, one each `every` fs after `settle` fs.

        @param free  at no pressure, the cell free in its shape; else with the lattice constant of 0 K
        """
        ensemble = f"npt temp {temperature} {temperature} 0.1 tri 0 0 1" if free else f"nvt temp {temperature} {temperature} 0.1"
        self.run(f"""units metal
lattice diamond {LATTICE[element]}
region box prism 0 {repeat} 0 {repeat} 0 {repeat} 0 0 0
create_box 1 box
create_atoms 1 box
mass 1 {MASS[element]}
pair_style sw
pair_coeff * * {element}.sw {element}
velocity all create {2 * temperature} {seed}
fix move all {ensemble}
run {settle}
reset_timestep 0
dump frames all custom {every} sampled.dump id type xu yu zu
dump_modify frames sort id first no format float %.9f
run {every * frames}
""")
        found = ase.io.read(self.folder / "sampled.dump", ":", format="lammps-dump-text")[-frames:]
        for atoms in found:
            atoms.set_chemical_symbols([element] * len(atoms))
            atoms.pbc = True
        return found

    def trajectory(self, start, temperature, seed, *, timestep, settle, steps, every, strong, weak):
        """Frames with velocities of Langevin dynamics at a temperature, its friction strong for `settle` steps and then weak.

        @param start     of one element, its cell a lower triangle
        @param timestep  fs
        @param strong    1/fs, as weak
        """
        element = start[0].symbol
        self.write_data("start.data", start.cell.array, start.positions, element)
        self.run(f"""units metal
box tilt large
read_data start.data
mass 1 {MASS[element]}
pair_style sw
pair_coeff * * {element}.sw {element}
timestep {timestep / 1000}
velocity all create {temperature} {seed} dist gaussian
fix move all nve
fix bath all langevin {temperature} {temperature} {1 / strong / 1000} {seed}
run {settle}
fix bath all langevin {temperature} {temperature} {1 / weak / 1000} {seed + 1}
reset_timestep 0
dump frames all custom {every} moved.dump id element xu yu zu vx vy vz
dump_modify frames sort id first no element {element} format float %.9f
run {steps}
""")
        frames = ase.io.read(self.folder / "moved.dump", ":", format="lammps-dump-text")
        for atoms in frames:
            atoms.pbc = True
        return frames

    def evaluate(self, structures):
        """The same structures with energy, forces and stress (tension positive). One element each, cells of any shape."""
        text, turned = "box tilt large\n", []
        for k, atoms in enumerate(structures):
            element = atoms[0].symbol
            upper = np.linalg.cholesky(atoms.cell.array @ atoms.cell.array.T)  # lower triangular, as LAMMPS wants cells
            turn = np.linalg.solve(atoms.cell.array, upper)  # row vectors: r_lammps = r turn
            turned.append(turn)
            self.write_data(f"frame_{k}.data", upper, atoms.positions @ turn, element)
            text += f"""clear
units metal
atom_modify map array sort 0 0
box tilt large
read_data frame_{k}.data
mass 1 {MASS[element]}
pair_style sw
pair_coeff * * {element}.sw {element}
thermo_style custom step pe pxx pyy pzz pyz pxz pxy
run 0
print "RESULT $(pe:%.15g) $(pxx:%.15g) $(pyy:%.15g) $(pzz:%.15g) $(pyz:%.15g) $(pxz:%.15g) $(pxy:%.15g)"
write_dump all custom frame_{k}.forces id fx fy fz modify sort id format float %.15g
"""
        lines = [line.split()[1:] for line in self.run(text).splitlines() if line.startswith("RESULT")]
        return [self.labelled(atoms, k, turn, [float(x) for x in line])
                for k, (atoms, turn, line) in enumerate(zip(structures, turned, lines, strict=True))]

    def write_data(self, name, cell, positions, element):
        lines = [f"{element}\n", f"{len(positions)} atoms", "1 atom types", *(f"0 {cell[k, k]!r} {axis}lo {axis}hi" for k, axis in enumerate("xyz")),
                 f"{cell[1, 0]!r} {cell[2, 0]!r} {cell[2, 1]!r} xy xz yz", "\nAtoms # atomic\n"]
        lines += [f"{k + 1} 1 " + " ".join(repr(float(x)) for x in position) for k, position in enumerate(positions)]
        (self.folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    def labelled(self, atoms, k, turn, result):
        rows = np.loadtxt(self.folder / f"frame_{k}.forces", skiprows=9, ndmin=2)
        pressure = np.zeros((3, 3))
        for (i, j), value in zip(VOIGT, result[1:]):
            pressure[i, j] = pressure[j, i] = value
        stress = -BAR * turn @ pressure @ turn.T
        out = atoms.copy()
        out.calc = SinglePointCalculator(out, energy=result[0], forces=rows[:, 1:] @ turn.T, stress=np.array([stress[i] for i in VOIGT]))
        for name in (f"frame_{k}.forces", f"frame_{k}.data"):
            (self.folder / name).unlink()
        return out


def as_other(structures, element, ratio):
    """The same structures of another element, all lengths times `ratio`."""
    out = []
    for atoms in structures:
        other = atoms.copy()
        other.set_cell(atoms.cell * ratio, scale_atoms=True)
        other.set_chemical_symbols([element] * len(other))
        out.append(other)
    return out
