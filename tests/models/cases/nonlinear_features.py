"""Columns through curves, bins and products: quantiles, powers, polynomials, splines, isotonic regression."""
import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression
from sklearn.preprocessing import (KBinsDiscretizer, PolynomialFeatures, PowerTransformer, QuantileTransformer,
                                   SplineTransformer)

from cases.shared import BACK
from data import CORNERS, Data, numbers
from rows import RELEASE, corners, gappy, num, row

LIVE = {"checked_in": "never"}
FEW = ("f32", "ints", "fortran", "one_feature", "constant", "wide", "named")


def calm(*, form="dense", dtype="f8", missing=False, positive=False, columns=6):
    """Without the rows of huge numbers, whose powers overflow."""
    data = numbers(form=form, missing=missing)
    X, test = data.X[:, :columns], data.test[:16, :columns]
    if form != "dense":
        X.data, test.data = abs(X.data), abs(test.data)
    elif positive:
        X, test = np.abs(X) + 0.1, np.abs(test) + 0.1
    return Data(X.astype(dtype), data.y, test.astype(dtype))


def line(dtype="f8", n=40):
    """One column, with numbers at, between and beyond those of fit."""
    rng = np.random.default_rng(2)
    X = np.round(rng.normal(size=(n, 1)), 2).astype(dtype)
    test = np.concatenate([X[:8], [[-9], [9], [0.003], [X.min()], [X.max()]]]).astype(dtype)
    return Data(X, np.round(X[:, 0] ** 3 + rng.normal(size=n), 3), test)


def between(dtype="f8", missing=False):
    """Some of the test are beyond what fit saw, and at its ends."""
    data = calm(dtype=dtype, columns=3)
    test = np.concatenate([data.test, data.X.max(axis=0, keepdims=True), data.X.min(axis=0, keepdims=True),
                           data.X.max(axis=0, keepdims=True) + 1, data.X.min(axis=0, keepdims=True) - 2])
    if missing:
        data.X[3, 1], test[2, 0], test[5, 2] = np.nan, np.nan, np.nan
    return Data(data.X, data.y, test)


def indexes(dtype="f8"):
    """Numbers that are numbers of bins, too; -1 is the last one."""
    X = np.random.default_rng(1).integers(0, 4, size=(30, 2)).astype(dtype)
    return Data(X, np.arange(30) % 2, np.concatenate([X[:9], [[-1, 2.9], [0.5, -4]]]).astype(dtype))


def inside():
    data = between()
    return Data(data.X, data.y, np.clip(data.test, data.X.min(axis=0), data.X.max(axis=0)))


def quantiles(**keywords):
    return lambda: QuantileTransformer(n_quantiles=12, random_state=0, **keywords)


corners("quantiles", quantiles(), "two", FEW + ("missing", "missing_f32"), extra=BACK, changes=((1, 5),))
row("quantiles_normal", quantiles(output_distribution="normal"), lambda: between(missing=True), extra=BACK, rounded=True)
row("quantiles_normal_f32", quantiles(output_distribution="normal"), lambda: between("f4"), extra=BACK, rounded=True, **LIVE)
for form in ("csr", "csc"):
    row(f"quantiles_{form}", quantiles(), lambda form=form: calm(form=form), extra=BACK, **LIVE)
row("quantiles_zeros", quantiles(ignore_implicit_zeros=True), num(form="csr"), extra=BACK, **LIVE)
row("quantiles_one", lambda: QuantileTransformer(n_quantiles=1), num(), extra=BACK, **LIVE)

for name, keywords in (("yeo", {}), ("box", {"method": "box-cox"})):
    def power(keywords=keywords, **more):
        return PowerTransformer(**keywords, **more)

    positive = name == "box"
    row(f"power_{name}", power, lambda positive=positive: calm(positive=positive), extra=BACK, rounded=True,
        changes=((1, 5), (1, 6), (1, 9)))
    row(f"power_{name}_raw", lambda power=power: power(standardize=False),
        lambda positive=positive: calm(positive=positive, missing=True), extra=BACK, rounded=True, **LIVE)
    row(f"power_{name}_f32", power, lambda positive=positive: calm(positive=positive, dtype="f4"), extra=BACK, rounded=True,
        **LIVE)
    row(f"power_{name}_one", power, lambda positive=positive: calm(positive=positive, columns=1), extra=BACK, rounded=True,
        **LIVE)
row("power_named", PowerTransformer, lambda: CORNERS["named"]("two"), extra=BACK, rounded=True, **LIVE)
row("power_ints", PowerTransformer, lambda: CORNERS["ints"]("two"), extra=BACK, rounded=True, **LIVE)

corners("poly", PolynomialFeatures, "two", tuple(c for c in FEW if c != "wide") + ("csr", "csr_f32", "csc"))
for degree in (0, 1, 3, 4, (0, 0), (2, 3), (3, 3), (0, 2), (1, 4)):
    for interaction in (False, True):
        for bias in (True, False):
            if degree in (0, (0, 0)) and not bias:
                continue
            name = "_".join(map(str, np.atleast_1d(degree))) + "_only" * interaction + "_no_bias" * (not bias)
            make = lambda degree=degree, interaction=interaction, bias=bias: PolynomialFeatures(
                degree, interaction_only=interaction, include_bias=bias)
            known = {"since": (1, 1), "why": "1.0 fails"} if degree in (0, (0, 0)) else {}
            row(f"poly_{name}", make, lambda: calm(columns=3), **({} if name == "2_3_only_no_bias" else LIVE), **known)
            row(f"poly_{name}_csr", make, lambda: calm(form="csr", columns=5), **LIVE, **known)
row("poly_fortran_order", lambda: PolynomialFeatures(3, order="F"), lambda: calm(dtype="f4"), **LIVE)

for encode in ("onehot", "onehot-dense", "ordinal"):
    for strategy in ("uniform", "quantile", "kmeans"):
        row(f"bins_{encode.replace('-', '_')}_{strategy}",
            lambda encode=encode, strategy=strategy: KBinsDiscretizer(4, encode=encode, strategy=strategy, **({"random_state": 0} if RELEASE >= (1, 1) else {})),
            between, **({} if strategy == "uniform" else LIVE))
for corner in FEW:
    row(f"bins_{corner}", lambda: KBinsDiscretizer(3, strategy="uniform"), lambda corner=corner: CORNERS[corner]("two"), **LIVE)
row("bins_f32_quantile", lambda: KBinsDiscretizer(3, encode="ordinal", strategy="quantile"), lambda: between("f4"), **LIVE)
row("bins_to_f32", lambda: KBinsDiscretizer([2, 3, 5], encode="ordinal", strategy="uniform", dtype=np.float32), between, **LIVE)
row("bins_to_f64", lambda: KBinsDiscretizer(3, encode="ordinal", strategy="uniform", dtype=np.float64),
    lambda: between("f4"), **LIVE)


row("bins_back", lambda: KBinsDiscretizer(4, encode="ordinal", strategy="uniform"), indexes, extra=BACK)
row("bins_back_f32", lambda: KBinsDiscretizer(4, encode="ordinal", strategy="uniform"), lambda: indexes("f4"), extra=BACK,
    **LIVE)

for bounds in ("nan", "clip", "raise"):
    data = line if bounds != "raise" else lambda: Data(line().X, line().y, line().test[:8])
    row(f"isotonic_{bounds}", lambda bounds=bounds: IsotonicRegression(out_of_bounds=bounds), data)
    row(f"isotonic_{bounds}_f32", lambda bounds=bounds: IsotonicRegression(out_of_bounds=bounds, increasing=False),
        lambda data=data: Data(data().X.astype("f4"), data().y, data().test.astype("f4")), **LIVE)
row("isotonic_auto", lambda: IsotonicRegression(increasing="auto", y_min=-1, y_max=2, out_of_bounds="clip"), line, **LIVE)
row("isotonic_flat", lambda: IsotonicRegression(out_of_bounds="nan"),
    lambda: Data(np.full((9, 1), 2.5), np.arange(9.0), np.array([[1.0], [2.5], [3.0]])), **LIVE)
row("isotonic_ints", lambda: IsotonicRegression(out_of_bounds="clip"),
    lambda: Data(np.arange(20).reshape(-1, 1), np.arange(20.0) % 7, np.arange(-3, 25).reshape(-1, 1)), **LIVE)
row("isotonic_frame", lambda: IsotonicRegression(out_of_bounds="clip"),
    lambda: Data(line().X, line().y, pd.DataFrame(line().test, columns=["a"])), **LIVE)

for beyond in ("error", "constant", "linear", "continue", "periodic"):
    for degree in (0, 1, 2, 3):
        if degree == 0 and beyond == "constant":
            continue
        data = inside if beyond == "error" else between
        row(f"spline_{beyond}_{degree}",
            lambda beyond=beyond, degree=degree: SplineTransformer(degree=degree, extrapolation=beyond, n_knots=5), data,
            **({"changes": ((1, 5), (1, 8))} if degree == 3 else LIVE))
        if (beyond, degree) == ("periodic", 0):
            continue
        row(f"spline_{beyond}_{degree}_sparse",
            lambda beyond=beyond, degree=degree: SplineTransformer(degree=degree, extrapolation=beyond, n_knots=5,
                include_bias=False, sparse_output=True), data, since=(1, 3), why="sparse_output is new in 1.3", **LIVE)
    row(f"spline_{beyond}_quantile_f32", lambda beyond=beyond: SplineTransformer(extrapolation=beyond, knots="quantile",
        include_bias=False, n_knots=4, order="F"),
        lambda beyond=beyond: Data(between("f4").X, between().y, (inside().test[:16] if beyond == "error" else between().test)
            .astype("f4")), **LIVE)
    row(f"spline_{beyond}_zeros", lambda beyond=beyond: SplineTransformer(extrapolation=beyond, handle_missing="zeros"),
        lambda beyond=beyond: Data(between(missing=True).X, between().y,
            between(missing=True).test[:16] if beyond != "error" else inside().test), since=(1, 8), **LIVE)
row("spline_given", lambda: SplineTransformer(degree=2, knots=np.array([[-1, 30, -0.01], [0, 50, 0], [1.5, 55, 0.02]])),
    between, **LIVE)
row("spline_ints", lambda: SplineTransformer(4), lambda: CORNERS["ints"]("two"), **LIVE)
row("spline_named", SplineTransformer, lambda: CORNERS["named"]("two"), **LIVE)
row("spline_constant_column", SplineTransformer, lambda: CORNERS["constant"]("two"), **LIVE)
