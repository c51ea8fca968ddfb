"""What a molecular dynamics run says: failures, drift, radial distribution, pressure, diffusion. Used by run_md.py.

Units: Å, eV, K, ps, GPa; a trajectory is a dictionary of arrays over its frames.
"""
import ase.units
import numpy as np

BIN_WIDTH = 0.05  # Å, of radial distribution functions


def read_dump(path, elements):
    """LAMMPS text dump `id type xu yu zu`, sorted by id: cells [frames, 3, 3] (Å), positions [frames, atoms, 3], symbols [atoms].

    Raises ValueError where the file ends within a frame or is not of that form: a run that was killed leaves such a file.
    """
    cells, positions, steps, types = [], [], [], None
    with open(path, encoding="utf-8") as stream:
        while line := stream.readline():
            if not line.startswith("ITEM: TIMESTEP"):
                raise ValueError(f"{path}: expected a frame, found {line.strip()!r}")
            steps.append(int(stream.readline()))
            stream.readline()
            count = int(stream.readline())
            bounds = stream.readline().split()
            rows = np.array([[float(word) for word in stream.readline().split()] for _ in range(3)])
            cells.append(cell_of(bounds, rows))
            stream.readline()
            body = np.array([stream.readline().split() for _ in range(count)], dtype=float)
            if body.shape != (count, 5):
                raise ValueError(f"{path}: step {steps[-1]} has not {count} lines of 5 numbers")
            types = body[:, 1].astype(int)
            positions.append(body[:, 2:])
    if not steps:
        raise ValueError(f"{path}: no frame")
    return {"step": np.array(steps), "cell": np.array(cells), "positions": np.array(positions),
            "symbols": np.array(elements)[types - 1]}


def cell_of(bounds, rows):
    """Cell vectors from LAMMPS's box: the bounds of a tilted one are those of the box around it."""
    tilt = dict(zip(("xy", "xz", "yz"), rows[:, 2])) if "xy" in bounds else {"xy": 0.0, "xz": 0.0, "yz": 0.0}
    low, high = rows[:, 0].copy(), rows[:, 1].copy()
    low[0] -= min(0, tilt["xy"], tilt["xz"], tilt["xy"] + tilt["xz"])
    high[0] -= max(0, tilt["xy"], tilt["xz"], tilt["xy"] + tilt["xz"])
    low[1] -= min(0, tilt["yz"])
    high[1] -= max(0, tilt["yz"])
    x, y, z = high - low
    return np.array([[x, 0, 0], [tilt["xy"], y, 0], [tilt["xz"], tilt["yz"], z]])


def shortest_by_pair(symbols, positions, cell, pairs):
    """{pair name: shortest distance in one frame}, over all images within one cell vector either way."""
    fractional = positions @ np.linalg.inv(cell)
    difference = fractional[:, None, :] - fractional[None, :, :]
    difference -= np.round(difference)
    shifts = np.array([[a, b, c] for a in (-1, 0, 1) for b in (-1, 0, 1) for c in (-1, 0, 1)])
    lengths = np.full(difference.shape[:2], np.inf)
    for shift in shifts:
        length = np.linalg.norm((difference + shift) @ cell, axis=2)
        length[length < 1e-9] = np.inf  # the atom itself
        lengths = np.minimum(lengths, length)
    out = {}
    for pair in pairs:
        first, second = pair.split("-")
        chosen = lengths[np.ix_(symbols == first, symbols == second)]
        if chosen.size:
            out[pair] = float(chosen.min())
    return out


def first_collision(trajectory, inner):
    """(frame number, pair, distance) of the first frame with a pair closer than its inner cutoff; None when there is none."""
    for frame, (positions, cell) in enumerate(zip(trajectory["positions"], trajectory["cell"])):
        for pair, distance in shortest_by_pair(trajectory["symbols"], positions, cell, inner).items():
            if distance < inner[pair]:
                return frame, pair, distance
    return None


def drift(times, energies, atoms):
    """Slope of the total energy, meV/atom/ps, by least squares; and what is left around the line, meV/atom."""
    slope, offset = np.polyfit(times, energies, 1)
    left = energies - (slope * times + offset)
    return 1000 * slope / atoms, 1000 * float(np.sqrt(np.mean(left**2))) / atoms


def kinetic_pressure(atoms, temperature, volume):
    """GPa, of atoms at a temperature (K) in a volume (Å³), with the centre of mass at rest as LAMMPS counts: (N - 1) k T / V."""
    return (atoms - 1) * ase.units.kB * temperature / volume / ase.units.GPa


def mean_and_error(values, blocks=10):
    """Mean, and its standard error from the scatter of block averages, which a correlated series needs."""
    parts = [float(part.mean()) for part in np.array_split(np.asarray(values), blocks) if part.size]
    return float(np.mean(values)), float(np.std(parts, ddof=1) / np.sqrt(len(parts))) if len(parts) > 1 else float("nan")


def radial_distribution(trajectory, first, second, reach):
    """g(r) of a pair of elements, averaged over the frames: (r, g), bins of BIN_WIDTH up to `reach` Å.

    Images are counted as far as `reach` asks for, so it may exceed half the cell.
    """
    symbols = trajectory["symbols"]
    edges = np.arange(0, reach + BIN_WIDTH, BIN_WIDTH)
    counts = np.zeros(len(edges) - 1)
    expected = np.zeros_like(counts)
    shells = 4 / 3 * np.pi * np.diff(edges**3)
    for positions, cell in zip(trajectory["positions"], trajectory["cell"]):
        heights = np.abs(np.linalg.det(cell)) / np.linalg.norm(np.cross(np.roll(cell, -1, axis=0), np.roll(cell, -2, axis=0)), axis=1)
        images = [range(-int(np.ceil(reach / height)), int(np.ceil(reach / height)) + 1) for height in heights]
        a, b = positions[symbols == first], positions[symbols == second]
        inverse = np.linalg.inv(cell)
        difference = (b[None] - a[:, None]) @ inverse
        difference -= np.round(difference)
        for shift in np.array(np.meshgrid(*images)).reshape(3, -1).T:
            length = np.linalg.norm((difference + shift) @ cell, axis=2)
            counts += np.histogram(length[length > 1e-9], bins=edges)[0]
        expected += shells * len(a) * len(b) / np.abs(np.linalg.det(cell))
    middle = 0.5 * (edges[1:] + edges[:-1])
    return middle, counts / np.maximum(expected, 1e-300)


def diffusion(trajectory, times, element):
    """Self-diffusion coefficient in Å²/ps from the slope of the mean square displacement over the middle of the lags (10 to 50 % of
    the run), all starting times together; positions are unwrapped. The drift of the centre of mass is taken off."""
    positions = trajectory["positions"] - trajectory["positions"].mean(axis=1, keepdims=True)
    chosen = positions[:, trajectory["symbols"] == element]
    frames = len(times)
    lags = np.unique(np.linspace(max(1, frames // 10), frames // 2, 20).astype(int))
    if len(lags) < 2 or chosen.shape[1] == 0:
        return float("nan")
    squares = [np.mean(np.sum((chosen[lag:] - chosen[:-lag])**2, axis=2)) for lag in lags]
    return float(np.polyfit(lags * (times[1] - times[0]), squares, 1)[0] / 6)
