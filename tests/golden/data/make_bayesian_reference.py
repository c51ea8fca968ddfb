#!/usr/bin/python3
"""Writes bayesian_reference.json: Bayesian ridge by scikit-learn, grouped relevance by numpy and scipy.

Run with Debian's python3-sklearn, in this folder:  /usr/bin/python3 make_bayesian_reference.py > bayesian_reference.json

The data are made here and stand in the file, so that the test needs none of these packages. Relevance is found by brute
force: the marginal likelihood of b ~ N(0, C), C = s^2 + sum_g A_g A_g' / alpha_g, is written out with the dense covariance
of the rows and its gradient brought to zero.
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize, root
from sklearn.linear_model import BayesianRidge


def made_data(sizes):
    """Rows of twelve columns in three sections, whose coefficients are of these sizes."""
    rng = np.random.default_rng(20240521)
    rows, columns = 60, 12
    a = rng.normal(size=(rows, columns)) @ (np.eye(columns) + 0.4 * rng.normal(size=(columns, columns)))
    section = np.repeat([0, 1, 2], 4)
    c = rng.normal(size=columns) * np.array(sizes)[section]
    b = a @ c + 0.7 * rng.normal(size=rows)
    return a, b, section


def bayesian_ridge(a, b):
    model = BayesianRidge(n_iter=100000, tol=1e-15, alpha_1=0, alpha_2=0, lambda_1=0, lambda_2=0, fit_intercept=False,
                          compute_score=False)
    model.fit(a, b)
    return {"alpha": model.alpha_, "lambda": model.lambda_, "coefficients": model.coef_.tolist(), "covariance": model.sigma_.tolist()}


def log_likelihood(a, b, section, logs):
    """And its gradient by log(alpha_g) and log(s^2)."""
    variance = np.exp(logs[-1])
    parts = [a[:, section == g] @ a[:, section == g].T / np.exp(logs[g]) for g in range(len(logs) - 1)]
    covariance = sum(parts) + variance * np.eye(len(b))
    inverse = np.linalg.inv(covariance)
    whitened = inverse @ b
    value = -0.5 * (len(b) * np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] + b @ whitened)
    slopes = [-(-0.5 * np.sum(inverse * p) + 0.5 * whitened @ p @ whitened) for p in parts]
    noise = -0.5 * variance * np.trace(inverse) + 0.5 * variance * whitened @ whitened
    return value, np.array(slopes + [noise])


def relevance(a, b, section):
    start = np.zeros(section.max() + 2)
    found = minimize(lambda x: tuple(-part for part in log_likelihood(a, b, section, x)), start, jac=True, tol=1e-12)
    found = root(lambda x: log_likelihood(a, b, section, x)[1], found.x, tol=1e-14)
    logs = found.x
    variance = np.exp(logs[-1])
    precision = a.T @ a / variance + np.diag(np.exp(logs[:-1])[section])
    return {"alpha": (1 / variance), "lambda": np.exp(logs[:-1]).tolist(), "log_likelihood": log_likelihood(a, b, section, logs)[0],
            "coefficients": np.linalg.solve(precision, a.T @ b / variance).tolist()}


def case(sizes):
    a, b, section = made_data(sizes)
    return {"a": a.tolist(), "b": b.tolist(), "section": section.tolist(),
            "bayesian_ridge": bayesian_ridge(a, b), "relevance": relevance(a, b, section)}


def main():
    versions = f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}"
    json.dump({"made_by": f"make_bayesian_reference.py, {versions}",
               "all_needed": case([3.0, 1.0, 0.5]), "one_useless": case([3.0, 1.0, 0.0])}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
