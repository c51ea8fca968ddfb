#!/usr/bin/python3
"""Writes neighbors_ase.txt: neighbour lists made by ASE (ase.neighborlist.neighbor_list), an independent code.

Run with Debian's python3-ase, in this folder:  /usr/bin/python3 make_neighbors_ase.py > neighbors_ase.txt

Format, per structure:
  structure <name> atoms <n> neighbours <m> cutoff <c> pbc <1/0 three times>
  three rows: cell vectors, angstrom
  n rows: positions, angstrom (not wrapped)
  m rows: i j Sx Sy Sz d, with d the length of r_j + S.cell - r_i
"""
import ase
import numpy as np
from ase.neighborlist import neighbor_list


def structures():
    half = 3.567 / 2
    diamond = [[0, half, half], [half, 0, half], [half, half, 0]]
    yield "diamond", 5.0, ase.Atoms("C2", cell=diamond, pbc=True, positions=[[0, 0, 0], [half / 2] * 3])

    random = np.random.default_rng(20240817)
    shapes = {
        "triclinic": ([[6.1, 0.3, -0.8], [1.9, 5.2, 0.4], [-1.1, 2.3, 7.0]], (True, True, True), 7, 4.5),
        "left_handed": ([[1.9, 5.2, 0.4], [6.1, 0.3, -0.8], [-1.1, 2.3, 7.0]], (True, True, True), 5, 4.0),
        "skewed": ([[3.0, 0.0, 0.0], [17.0, 3.5, 0.0], [-9.0, 14.0, 4.0]], (True, True, True), 2, 4.0),
        "slab": ([[4.0, 0.2, 0.0], [1.0, 4.4, 0.0], [0.0, 0.0, 20.0]], (True, True, False), 6, 4.2),
        "leaning_slab": ([[4.0, 0.2, 0.0], [1.0, 4.4, 0.0], [3.0, 2.0, 9.0]], (True, True, False), 6, 4.2),
        "wire": ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.7, 0.4, 2.9]], (False, False, True), 4, 5.0),
        "cluster": ([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], (False, False, False), 8, 6.0),
    }
    for name, (cell, periodic, count, cutoff) in shapes.items():
        # Some atoms stand outside the cell, so that the shifts of unwrapped positions are tested.
        positions = random.uniform(-6, 6, size=(count, 3))
        yield name, cutoff, ase.Atoms(f"C{count}", cell=cell, pbc=periodic, positions=positions)


def main():
    print(f"# made by make_neighbors_ase.py with ASE {ase.__version__}")
    for name, cutoff, atoms in structures():
        neighbors = sorted(
            (int(i), int(j), *map(int, shift), float(d))
            for i, j, shift, d in zip(*neighbor_list("ijSd", atoms, cutoff)))
        periodic = " ".join(str(int(flag)) for flag in atoms.pbc)
        print(f"structure {name} atoms {len(atoms)} neighbours {len(neighbors)} cutoff {cutoff!r} pbc {periodic}")
        for row in [*atoms.cell.array, *atoms.positions]:
            print(*(repr(float(x)) for x in row))
        for neighbor in neighbors:
            print(*neighbor)


if __name__ == "__main__":
    main()
