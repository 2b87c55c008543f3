"""The data that cases are fitted and asked on: by a function, or by name with the corners that users have (CORNERS, TEXTS)."""
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp


@dataclass
class Data:
    X: Any
    y: Any
    test: Any
    weight: Any = None


def three_way(z):
    return np.digitize(z, [-0.6, 0.7])


TARGETS = {  # y as a function of a latent value z, one per row
    "two": lambda z: (z > 0).astype(int),
    "three": lambda z: np.array([-1, 4, 70])[three_way(z)],
    "four": lambda z: np.array([7, 3, 9, 1])[np.digitize(z, [-1, 0, 0.9])],
    "word2": lambda z: np.array(["gut", "schön"])[(z > 0).astype(int)],
    "word3": lambda z: np.array(["low", "mittel", "高い"])[three_way(z)],
    "object3": lambda z: np.array(["low", "mittel", "高い"], dtype=object)[three_way(z)],
    "float3": lambda z: np.array([0.0, 1.0, 5.0])[three_way(z)],
    "bool": lambda z: z > 0,
    "int8": lambda z: three_way(z).astype(np.int8),
    "one": lambda z: np.full(len(z), 3),
    "value": lambda z: np.round(10 * z + 3, 3),
    "count": lambda z: np.floor(np.exp(z)),
    "positive": lambda z: np.round(np.exp(z / 2) + 0.01, 3),
    "flat": lambda z: np.full(len(z), 2.5),
    "value2": lambda z: np.column_stack([10 * z, np.abs(z) - 1]),
    "class23": lambda z: np.column_stack([(z > 0).astype(int), three_way(-z) + 5]),
    "word23": lambda z: np.column_stack([np.array(["a", "b"])[(z > 0).astype(int)],
                                         np.array(["x", "y", "z"])[three_way(-z)]]),
}

# One to a row, so that no sum of the row cancels.
NASTY = [1e30, -1e30, 1e36, -0.0, 0.0, 5e-324, -1e-310, 1e-40, 1.1754943508222875e-38,
         16777217.0, 0.1, np.nextafter(0.1, 1)]


def plant(X, values):
    """Puts values into the rows of X, one in each, from column to column."""
    for i, value in enumerate(values):
        X[i, i % X.shape[1]] = value
    return X


def numbers(target="two", *, dtype="f8", form="dense", missing=False, weight=False, seed=0):
    """120 rows of 6 features to fit, about 30 to predict; some values repeat."""
    rng = np.random.default_rng(seed)
    X = np.round(rng.normal(size=(150, 6)) * [1, 10, 0.01, 3, 1, 1] + [0, 50, 0, -2, 0, 0], 4)
    X[:, 4] = rng.integers(0, 4, size=150)
    if form != "dense":
        X[rng.random(X.shape) < 0.6] = 0.0
    z = X[:, 0] + 0.08 * (X[:, 1] - 50) + 0.7 * (X[:, 4] - 1.5) + 0.3 * rng.normal(size=150)
    y = TARGETS[target](z - np.median(z))[:120]
    if missing:
        X[rng.random(X.shape) < 0.12] = np.nan
        X[140, :] = np.nan
    with np.errstate(under="ignore"):
        X = np.concatenate([X[:136], plant(X[136:].copy(), NASTY)]).astype(dtype)
    fit, test = X[:120], X[120:]
    if form != "dense":
        convert = {"csr": sp.csr_matrix, "csc": sp.csc_matrix}[form]
        fit, test = convert(fit), convert(test)
        test.data[3] = 0.0  # A zero may be stored.
    return Data(fit, y, test, rng.random(120) + 0.1 if weight else None)


def grid(values, fill, test):
    """A small matrix of repeated values in which `fill` is the missing value."""
    rng = np.random.default_rng(7)
    X = rng.choice(np.asarray(values), size=(60, 4))
    X[rng.random(X.shape) < 0.2] = fill
    return Data(X, (np.arange(60) % 2), np.asarray(test))


def minus_one():
    return grid([0.25, 1.5, 5.0, 1e-3], -1.0, [[-1, -1, 0, -0.0], [1e30, -1.0, -1.0000000000000002, 2]])


def small_ints(fill):
    return grid([1, 2, 5], fill, [[1, 2, 5, fill], [9, -7, 3, 1], [-1, -1, 0, 0]])


def few_numbers(fill):
    return grid([1.0, 2.5, 7.0], fill, [[1, 2.5, 7, fill], [3, fill, -0.0, np.nextafter(2.5, 3)], [1e30, 5e-324, 1, 7]])


CITIES = ["Köln", "東京", "Zürich", "São Paulo", "Łódź"]
UNSEEN = ["🚀 Orbit", "Koeln", "Foo, \"Bar\"", "köln", "Ko\u0308ln", "東"]


def frame(target="two", *, gaps=("age", "income"), test_gaps=None, unseen=True, codes=False,
          vip=False, hole=None):
    """A pandas frame of strings and numbers with gaps, categories unseen in the fit."""
    rng = np.random.default_rng(3)
    n = 150
    X = pd.DataFrame({
        "city": rng.choice(CITIES, size=n, p=[0.5, 0.25, 0.14, 0.08, 0.03]),
        "plan": rng.choice(["007", "042", "42"] if codes else ["basic", "pro"], size=n),
        "age": np.round(rng.uniform(18, 80, size=n), 1),
        "income": np.round(rng.lognormal(8, 1, size=n), 2),
        "visits": rng.integers(0, 5, size=n),
        "rating": np.round(rng.normal(size=n), 2),
    })
    if vip:
        X["vip"] = rng.random(n) < 0.4
    z = (X["age"] - 50) / 20 + (X["city"] == "東京") + 0.3 * rng.normal(size=n)
    y = TARGETS[target](z.to_numpy() - z.median())[:120]
    for name in ("city", "plan", "age", "income"):
        gap = rng.random(n) < 0.15
        gap[:120] &= name in gaps
        gap[120:] &= name in (gaps if test_gaps is None else test_gaps)
        empty = np.nan if X[name].dtype == float else hole
        X[name] = X[name].where(~gap, empty) if empty is not None else X[name].astype(object).where(~gap, None)
    if pd.__version__ >= "3":
        X = X.astype({"city": "str", "plan": "str"})
    test = X[120:].reset_index(drop=True)
    if unseen:
        test.loc[: len(UNSEEN) - 1, "city"] = UNSEEN
    test.loc[7, "visits"] = 99
    return Data(X[:120], y, test)


def words(dtype, unseen=True):
    rng = np.random.default_rng(5)
    X = np.array(["rot", "grün", "blau", "黄色"])[rng.integers(0, 4, size=(80, 2))].astype(dtype)
    more = [["lila", "rot"], ["🟣", "ROT"], ["rot ", "黄"]] if unseen else [["rot", "rot"]]
    return Data(X, np.arange(80) % 2, np.concatenate([X[:20], more]).astype(dtype))


def only(data, names):
    return Data(data.X[names], data.y, data.test[names])


def texts(data):
    return only(data, ["city", "plan"])


def reordered(data):
    return Data(data.X, data.y, data.test[sorted(data.test.columns)])


def with_constant(data):
    data.X[:, 2], data.X[:, 5] = 7.25, 0.0
    return data


def with_empty(data):
    data.X[:, 2] = np.nan
    return data


def as_column(data):
    return Data(data.X, data.y.reshape(-1, 1), data.test)


# ---------------------------------------------------------------- corners: y of TARGETS -> Data


def integers(target):
    data = numbers(target)
    scale = [1, 1, 100, 1, 1, 1]
    return Data(np.rint(data.X * scale).astype(np.int64), data.y,
                np.rint(np.clip(data.test * scale, -1e6, 1e6)).astype(np.int64))


def fortran(target):
    data = numbers(target)
    return Data(np.asfortranarray(data.X), data.y, np.asfortranarray(data.test))


def first_columns(target, n):
    data = numbers(target)
    return Data(data.X[:, :n].copy(), data.y, data.test[:, :n].copy())


def wide(target):
    """More features than rows."""
    data, rng = numbers(target), np.random.default_rng(11)
    more = np.round(rng.normal(size=(150, 44)), 3)
    return Data(np.hstack([data.X, more[:120]])[::3], data.y[::3], np.hstack([data.test, more[:len(data.test)]]))


def named(target):
    data = numbers(target)
    names = ["a", "größe", "東", "x y", "", "f"]
    return Data(pd.DataFrame(data.X, columns=names), data.y, pd.DataFrame(data.test[:20], columns=names))


CORNERS = {
    "plain": numbers,
    "f32": lambda y: numbers(y, dtype="f4"),
    "ints": integers,
    "fortran": fortran,
    "one_feature": lambda y: first_columns(y, 1),
    "two_features": lambda y: first_columns(y, 2),
    "constant": lambda y: with_constant(numbers(y)),
    "wide": wide,
    "named": named,
    "weight": lambda y: numbers(y, weight=True),
    "missing": lambda y: numbers(y, missing=True),
    "missing_f32": lambda y: numbers(y, missing=True, dtype="f4"),
    "empty": lambda y: with_empty(numbers(y, missing=True)),
    "csr": lambda y: numbers(y, form="csr"),
    "csr_f32": lambda y: numbers(y, form="csr", dtype="f4"),
    "csc": lambda y: numbers(y, form="csc"),
}
# What every estimator of numbers is tried on, and what it is tried on if it takes sparse X, or X with gaps.
NUMERIC = ("f32", "ints", "fortran", "one_feature", "constant", "wide", "named")
SPARSE = ("csr", "csr_f32", "csc")
GAPS = ("missing", "missing_f32", "empty")
# Labels of every kind that a classifier is tried on beside two classes as integers.
LABELS = ("three", "word2", "word3", "object3", "float3", "bool", "int8")


def mixed(unseen=True):
    """Columns of text, numbers and bools as one array of objects."""
    X = np.array([["a", 1, True], ["b", 2.5, False], ["", 1, True], ["a", -3, False]] * 5, dtype=object)
    more = np.array([["c", 9, True], ["A", 2.5, False]], dtype=object)
    return Data(X, np.arange(20) % 2, np.concatenate([X[:4], more]) if unseen else X[:4])


def text_column(values, test):
    X = np.array(values * 4, dtype=object).reshape(-1, 1)
    return Data(X, np.arange(len(X)) % 2, np.array(test, dtype=object).reshape(-1, 1))


TEXTS = {
    "words": lambda: words("U8"),
    "objects": lambda: words(object),
    "seen": lambda: words(object, unseen=False),
    "empty_text": lambda: text_column(["", " ", "a"], ["a", "", " "]),
    "unicode": lambda: text_column(["é", "e\u0301", "ß", "SS", "İ", "🚀", "東京"], ["é", "e\u0301", "🚀", "ß"]),
    "mixed": mixed,
    "mixed_seen": lambda: mixed(unseen=False),
}
DOCUMENTS = {
    "documents": lambda: Data(["The cat sat on the mat.", "A dog, a cat & 2 mice!", "", "ÜBER große Straße naïve café",
                               "東京 と 大阪", "e-mail: a@b.co http://x.y/z?q=1", "tab\tand\nnewline", "x yy zzz"] * 3,
                              np.arange(24) % 2, ["the cat", "", "Über STRASSE", "unseen words only", "東京", "a b c dd"]),
}
