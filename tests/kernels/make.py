"""make.py FILE.json: what numpy, scipy and scikit-learn themselves give for the kernels of src/kernels.

Numbers are Python's hexadecimal floats, so that every bit is there. The checked-in answers.json is of scikit-learn 1.9.1.
"""
import json
import sys

import numpy as np
from scipy.special import expit
from sklearn.utils.extmath import softmax
from sklearn.utils.sparsefuncs import inplace_csr_column_scale
import scipy.sparse as sp


def texts(array):
    return [float(x).hex() for x in np.asarray(array, dtype=float).ravel()]


def rows(rng, dtype):
    """Scores: few and many classes, far apart, equal, tiny."""
    for n in (2, 3, 7, 8, 9, 30, 200):
        yield (rng.normal(size=n) * 3).astype(dtype)
    yield np.array([700.0 if dtype == "f8" else 80.0, -700.0, 0.0], dtype=dtype)
    yield np.array([1.0, 1.0, 1.0, 1.0], dtype=dtype)
    yield np.array([-0.0, 1e-30, -1e-30], dtype=dtype)


def of_rows(dtype):
    rng = np.random.default_rng(0)
    for row in rows(rng, dtype):
        sigmoids = expit(row)
        normalized = sigmoids / sigmoids[None].sum(axis=1)
        soft = softmax(row[None])[0]
        with np.errstate(divide="ignore"):
            yield {"row": texts(row), "sum": texts(np.abs(row)[None].sum(axis=1))[0], "arg_max": int(np.argmax(row)),
                   "sigmoid": texts(sigmoids), "softmax": texts(soft), "normalized": texts(normalized),
                   "log": texts(np.log(soft))}


def of_columns(dtype):
    rng = np.random.default_rng(1)
    X = (rng.normal(size=(5, 4)) * [1, 1e3, 1e-3, 1]).astype(dtype)
    first, second = rng.normal(size=4), rng.uniform(0.1, 3, size=4)
    two = X.copy()
    two -= first
    two /= second
    back = X.copy()
    back *= second
    back += first
    csr = sp.csr_matrix(X * (rng.random(X.shape) < 0.5).astype(dtype))
    scaled = csr.copy()
    inplace_csr_column_scale(scaled, 1 / second)
    return {"X": texts(X), "rows": 5, "cols": 4, "first": texts(first), "second": texts(second), "subtract_divide": texts(two),
            "multiply_add": texts(back), "indptr": csr.indptr.tolist(), "indices": csr.indices.tolist(),
            "data": texts(csr.data), "scaled": texts(scaled.data)}


def arg_max():
    for row in ([1.0, 3.0, 3.0], [1.0, np.nan, 5.0, np.nan], [-np.inf, -np.inf], [np.inf, np.nan], [0.0, -0.0]):
        yield {"row": texts(row), "arg_max": int(np.argmax(row))}


def sums():
    a = 1 / np.arange(3.0, 1003.0)
    for n in (0, 1, 2, 7, 8, 9, 15, 16, 127, 128, 129, 137, 300, 1000):
        yield {"n": n, "f8": texts(a[None, :n].sum(axis=1))[0], "f4": texts(a[None, :n].astype("f4").sum(axis=1))[0]}


json.dump({"rows": {d: list(of_rows(d)) for d in ("f8", "f4")}, "columns": {d: of_columns(d) for d in ("f8", "f4")},
           "arg_max": list(arg_max()), "sums": list(sums())}, open(sys.argv[1], "w", encoding="utf-8"), indent=None,
          separators=(",", ":"))
