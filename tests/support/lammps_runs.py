"""What the tests of LAMMPS share: a liquid of both elements, static runs and dynamics of it, and their comparison with `carillon evaluate`."""
import subprocess

import ase
import ase.io
import numpy as np

from simulated import SEED_FRAMES, recipe, run

BAR = 1 / 1.6021765e6  # eV/Å³, with the constant that LAMMPS of 2021 itself has for its unit `metal`

ATOMS = """\
boundary p p p
read_data atoms.data
mass 1 12.011
mass 2 14.007
"""

STATIC = """\
compute p all pressure NULL virial
compute share all pe/atom
thermo_style custom step pe c_p[1] c_p[2] c_p[3] c_p[6] c_p[5] c_p[4]
thermo_modify format float %.16g
dump all all custom 1 out.dump id fx fy fz c_share
dump_modify all sort id format float %.16g
run 0
"""

DYNAMICS = """\
velocity all create 3000 4711 loop all
fix all all nve
timestep 0.0002
thermo 50
thermo_style custom step etotal
thermo_modify format float %.16g
run 100
write_dump all custom out.dump id xu yu zu modify sort id format float %.16g
"""


def fit_model(program, folder):
    """`result/model` of carbon and nitrogen in `folder`."""
    (folder / "recipe.yaml").write_text(recipe(SEED_FRAMES, ["C", "N", "C-N"], "{pair: 6, triplet: 4, quadruplet: 2}", "{triplet: 3.6, quadruplet: 3.0}",
                                               "{force: 1, energy: 3, stress: 100}", 0.001))
    run(program, "fit", "recipe.yaml", "-o", "result", "--no-plots", folder=folder)


NETWORK = """\
data: [{{file: {frames}}}]
split: {{test: {{fraction: 0.8}}, validation: {{fraction: 0.2}}}}
descriptor: {{radial: {{order: 5, cutoff: 4.5}}, angular: {{order: 3, cutoff: 3.5}}}}
network: {network}
optimiser: {{iterations: 10}}
"""
PASSING = "{kind: message_passing, hidden: [6], messages: {rounds: 2, features: 6, order: 4, cutoff: 3.0}}"
NETWORKS = ("dense", "passing", "committee")


def train_networks(program, folder):
    """NETWORKS of carbon and nitrogen in `folder`: a dense one, one with messages, a committee of two. Hardly trained, but networks."""
    for name, network, options in zip(NETWORKS, ("{hidden: [8]}", PASSING, "{hidden: [8]}"), ((), (), ("--committee", "2"))):
        (folder / f"{name}.yaml").write_text(NETWORK.format(frames=SEED_FRAMES, network=network))
        run(program, "train", f"{name}.yaml", "-o", name, "--no-plots", *options, folder=folder)


class LammpsRuns:
    """For test cases with `folder`, `environment`, `launcher`, `carillon` and `head`: the script up to the potential's commands."""

    lmp = ["lmp"]

    def write_atoms(self, repeat=(1, 1, 1)):
        """A liquid of both elements, away from where the model was fitted."""
        frames = ase.io.read(SEED_FRAMES, ":")
        found = next(frame for frame in frames if set(frame.symbols) == {"C", "N"} and frame.cell.orthorhombic)
        atoms = ase.Atoms(found.symbols, positions=found.positions, cell=found.cell, pbc=True)
        atoms.positions += 0.02 * np.random.default_rng(1).normal(size=atoms.positions.shape)
        atoms = atoms.repeat(repeat)
        atoms.wrap()
        ase.io.write(self.folder / "atoms.extxyz", atoms)
        atoms = ase.io.read(self.folder / "atoms.extxyz")  # with the digits that are in the file
        ase.io.write(self.folder / "atoms.data", atoms, format="lammps-data", specorder=["C", "N"])
        return atoms

    def run_lammps(self, script, ranks=1):
        (self.folder / "in.test").write_text(script)
        command = [*self.lmp, "-in", "in.test", "-log", "log.test"]
        command = [self.launcher, "-n", ranks, *command] if ranks > 1 else command
        return subprocess.run([str(word) for word in command], cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def lammps(self, script, ranks=1):
        """The thermodynamic output as an array, and the dump by atom number."""
        result = self.run_lammps(self.head + script, ranks)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        lines = (self.folder / "log.test").read_text().splitlines()
        begin = max(k for k, line in enumerate(lines) if line.split()[:1] == ["Step"])
        end = next(k for k, line in enumerate(lines) if k > begin and line.startswith("Loop"))
        thermo = np.array([[float(word) for word in line.split()] for line in lines[begin + 1:end]])
        return thermo, np.loadtxt(self.folder / "out.dump", skiprows=9)

    def check_networks(self, head):
        """@param head  of a script, with MODEL for the model's folder"""
        for model in NETWORKS:
            self.head = head.replace("MODEL", model)
            self.check_energy_forces_and_virial(model, (((1, 1, 1), 1), ((2, 1, 1), 2)))

    def check_energy_forces_and_virial(self, model="result/model", divisions=(((1, 1, 1), 1), ((2, 1, 1), 1), ((2, 1, 1), 2), ((2, 1, 1), 4))):
        for repeat, ranks in divisions:
            with self.subTest(model=model, repeat=repeat, ranks=ranks):
                self.write_atoms(repeat)
                run(self.carillon, "evaluate", model, "atoms.extxyz", "-o", "expected.extxyz", "--overwrite", folder=self.folder)
                expected = ase.io.read(self.folder / "expected.extxyz")
                thermo, atoms = self.lammps(STATIC, ranks)
                energy = expected.get_potential_energy()
                self.assertLess(abs(thermo[0, 1] - energy), 1e-10 * abs(energy))
                forces = expected.get_forces()
                self.assertLess(np.abs(atoms[:, 1:4] - forces).max(), 1e-10 * np.abs(forces).max())
                stress = expected.get_stress()
                self.assertLess(np.abs(-BAR * thermo[0, 2:8] - stress).max(), 1e-10 * np.abs(stress).max())
                self.assertLess(abs(atoms[:, 4].sum() - energy), 1e-9 * abs(energy))

    def check_dynamics(self):
        """The positions at the end on one rank."""
        atoms = self.write_atoms((2, 1, 1))
        thermo, positions = self.lammps(DYNAMICS)
        self.assertLess(np.ptp(thermo[:, 1]) / len(atoms), 2e-4)  # eV/atom; forces that are off by 1 % would lose 100 times as much
        for ranks in (2, 4):
            _, other = self.lammps(DYNAMICS, ranks)
            self.assertLess(np.abs(other - positions).max(), 1e-10)
        return positions
