#!/usr/bin/python3
"""Writes solver_reference.json: LASSO, elastic net, truncated SVD and constrained ridge by scikit-learn, numpy and scipy.

Run with Debian's python3-sklearn, in this folder:  /usr/bin/python3 make_solver_reference.py > solver_reference.json

The data are made here and stand in the file, so that the test needs none of these packages. LASSO: the path's breakpoints by
sklearn's LARS, solutions by its coordinate descent, which shares nothing with LARS; errors of groups left out by a plain
loop over fits. TSVD: numpy's SVD. Constraints: every set of active inequalities is tried, the conditions of each solved as
one linear system, and the one that is feasible with non-negative multipliers is kept.
"""
import itertools
import json
import sys

import numpy as np
import scipy
import sklearn
from sklearn.linear_model import ElasticNet, Lasso, lars_path

GROUPS = 4
L2 = 0.3


def made_data():
    """Rows of correlated columns of very different size, the last one an offset; noise; groups of rows."""
    rng = np.random.default_rng(28)
    rows, columns = 72, 16
    mix = np.eye(columns) + 0.8 * rng.normal(size=(columns, columns))
    a = rng.normal(size=(rows, columns)) @ mix * 10.0 ** rng.uniform(-2, 2, size=columns)
    c = rng.normal(size=columns) * (rng.uniform(size=columns) < 0.5) / np.linalg.norm(a, axis=0) * 10
    b = a @ c + 0.8 * rng.normal(size=rows) + 7.0
    return a, b


def scales(a):
    """Columns at norm 1, as the prior's scaling unit_norm."""
    return np.linalg.norm(a, axis=0)


def centred(a, b):
    """An unpenalised column of ones taken out of everything."""
    return a - a.mean(axis=0), b - b.mean()


def entry_level(a, b, d):
    a0, b0 = centred(a, b)
    return float(np.abs((a0 / d).T @ b0).max())


def with_offset(a, b, coefficients):
    return [*coefficients.tolist(), float((b - a @ coefficients).mean())]


def elastic_net(a, b, d, level, l2):
    """min 1/2 |A c - b|^2 + level |D c|_1 + l2/2 |D c|^2 with a free offset, by coordinate descent."""
    options = {"fit_intercept": True, "tol": 1e-14, "max_iter": 1000000}
    if l2 == 0:
        model = Lasso(alpha=level / len(b), **options)
    else:
        model = ElasticNet(alpha=(level + l2) / len(b), l1_ratio=level / (level + l2), **options)
    model.fit(a / d, b)
    return model.coef_ / d


def lasso(a, b):
    d = scales(a)
    unit = entry_level(a, b, d)
    a0, b0 = centred(a, b)
    alphas, _, coefficients = lars_path(a0 / d, b0, method="lasso", alpha_min=1e-4 * unit / len(b))
    lambdas = [0.5, 0.1, 0.02, 0.004]
    return {
        "entry_level": unit,
        "breakpoints": (alphas * len(b)).tolist(),
        "breakpoint_coefficients": (coefficients.T / d).tolist(),
        "lambda": lambdas,
        "coefficients": [with_offset(a, b, elastic_net(a, b, d, lam * unit, 0)) for lam in lambdas],
        "l2": L2,
        "elastic_net": [with_offset(a, b, elastic_net(a, b, d, lam * unit, L2)) for lam in lambdas],
        "elastic_net_freedom": [freedom(a, b, d, lam * unit) for lam in lambdas],
        "group_mean_square": group_errors(a, b, lambdas),
        "refit": [with_offset(a, b, refit(a, b, elastic_net(a, b, d, lam * unit, 0))) for lam in lambdas],
    }


def freedom(a, b, d, level):
    """1 for the offset, and the trace of the ridge map of the columns in use."""
    used = elastic_net(a, b, d, level, L2) != 0
    m = centred(a, b)[0][:, used] / d[used]
    return 1 + float(np.trace(m @ np.linalg.solve(m.T @ m + L2 * np.eye(used.sum()), m.T)))


def refit(a, b, sparse):
    used = sparse != 0
    out = np.zeros_like(sparse)
    a0, b0 = centred(a, b)
    out[used] = np.linalg.lstsq(a0[:, used], b0, rcond=None)[0]
    return out


def group_errors(a, b, lambdas):
    """Scaling and unit from all data, fits without the group, its mean square: [group][lambda]."""
    d = scales(a)
    unit = entry_level(a, b, d)
    errors = []
    for group in np.array_split(np.arange(len(b)), GROUPS):
        rest = np.setdiff1d(np.arange(len(b)), group)
        row = []
        for lam in lambdas:
            c = np.array(with_offset(a[rest], b[rest], elastic_net(a[rest], b[rest], d, lam * unit, 0)))
            row.append(float(np.mean((a[group] @ c[:-1] + c[-1] - b[group]) ** 2)))
        errors.append(row)
    return errors


def tsvd(a, b):
    d = scales(a)
    a0, b0 = centred(a, b)
    u, s, vt = np.linalg.svd(a0 / d, full_matrices=False)
    kept = [3, 8, 15]
    solutions = [vt[:k].T @ (u[:, :k].T @ b0 / s[:k]) / d for k in kept]
    thresholds = [float(s[k - 1] * s[k]) for k in kept]  # between the squares of two singular values
    return {"singular_values": s.tolist(), "kept": kept, "lambda": thresholds,
            "coefficients": [with_offset(a, b, c) for c in solutions]}


def constrained(a, b):
    """Ridge at unit-norm scaling with a free offset, one equality, five inequalities of which some have to hold exactly."""
    rng = np.random.default_rng(7)
    rows, columns = a.shape
    full = np.hstack([a, np.ones((rows, 1))])
    d = np.append(scales(a), 0.0)
    lam = 0.05
    hessian = full.T @ full + lam * np.diag(d**2)
    gradient = full.T @ b
    free = np.linalg.solve(hessian, gradient)
    size = np.append(1 / scales(a), 1.0)
    equal = np.vstack([rng.normal(size=columns + 1) / size, np.eye(columns + 1)[-1]])
    equal_to = equal @ free + [3.0, -1.0]
    at_least = rng.normal(size=(5, columns + 1)) / size
    bound = at_least @ free + np.array([1.0, -30.0, 2.0, -0.1, 0.5])
    best = None
    for count in range(6):
        for active in itertools.combinations(range(5), count):
            rows_ = np.vstack([equal, at_least[list(active)]])
            right = np.concatenate([equal_to, bound[list(active)]])
            # The unknowns at a common scale, or the system would lose digits.
            g = rows_ * size
            h = hessian * np.outer(size, size)
            system = np.block([[h, -g.T], [g, np.zeros((len(g), len(g)))]])
            solution = np.linalg.solve(system, np.concatenate([gradient * size, right]))
            c, multipliers = solution[: columns + 1] * size, solution[columns + 3 :]
            if np.all(multipliers >= 0) and np.all(at_least @ c >= bound - 1e-9):
                assert best is None
                best = {"coefficients": c.tolist(), "active": list(active), "multipliers": multipliers.tolist()}
    null = scipy.linalg.null_space(np.vstack([equal, at_least[best["active"]]]) * size)
    z = (full * size) @ null
    inner = z.T @ z + lam * null.T @ np.diag((d * size) ** 2) @ null
    best["degrees_of_freedom"] = float(np.trace(z @ np.linalg.solve(inner, z.T)))
    return {"lambda": lam, "equal": equal.tolist(), "equal_to": equal_to.tolist(), "at_least": at_least.tolist(),
            "bound": bound.tolist(), **best}


def main():
    a, b = made_data()
    versions = f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}"
    json.dump({"made_by": f"make_solver_reference.py, {versions}", "a": a.tolist(), "b": b.tolist(), "groups": GROUPS,
               "lasso": lasso(a, b), "tsvd": tsvd(a, b), "constrained": constrained(a, b)}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
