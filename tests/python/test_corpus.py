"""Every model of tests/models through the package: scikit-learn's numbers, dtypes and shapes, whatever X comes in."""
import numpy as np
import pandas as pd
import pytest

import pratique
from corpus import cases, differs

CASES = [pytest.param(case, id=f"{case.json['sklearn']}-{case.json['case']}") for case in cases()]


def load(case):
    return [pratique.load(content, root=case.root) for _, content in case.models()]


@pytest.mark.parametrize("case", CASES)
def test_gives_what_scikit_learn_gave(case):
    for model in load(case):
        for method, expected in case.outputs():
            got = getattr(model, method)(case.X)
            parts = got if isinstance(got, list) else [got[0] if isinstance(got, tuple) else got]
            assert len(parts) == len(expected), method
            for part, one in zip(parts, expected):
                assert differs(part, one, case.json["agreements"][method]) == "", method
            dtype = case.json["dtypes"][method]
            if dtype.startswith("<U") or (dtype != "object" and (method in ("predict", "apply") or dtype.startswith("float"))):
                assert parts[0].dtype == np.dtype(dtype), method


def same(a, b):
    pairs = zip(a, b) if isinstance(a, (list, tuple)) else [(a, b)]
    return all(differs(x, y, "exact") == "" and x.dtype == y.dtype for x, y in pairs)


FRAMES = [case for case in CASES if isinstance(case.values[0].X, pd.DataFrame)]
ARRAYS = [case for case in CASES if isinstance(case.values[0].X, np.ndarray) and case.values[0].X.dtype.kind in "fiub"]


@pytest.mark.parametrize("case", FRAMES)
def test_frames_of_every_kind_give_the_same(case):
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    # Arrow has one null, which is not told from NaN.
    model, X = load(case)[0], case.X.where(case.X.notna(), np.nan)
    columns = {name: X[name].where(X[name].notna(), None).tolist() if X[name].dtype == object else X[name].to_numpy() for name in X}
    others = [X.convert_dtypes(convert_string=False), pyarrow.table(columns), polars.DataFrame(columns, strict=False)]
    others.append(polars.concat([polars.DataFrame(others[-1][:7]), others[-1][7:]], rechunk=False))
    others.append(X.astype({name: "category" for name in X if X[name].dtype == object and X[name].dropna().map(type).eq(str).all()}))
    for method, _ in case.outputs():
        expected = getattr(model, method)(X)
        for other in others:
            assert same(getattr(model, method)(other), expected), (method, type(other))


@pytest.mark.parametrize("case", ARRAYS)
def test_arrays_of_every_layout_give_the_same(case):
    model, X = load(case)[0], case.X
    wide = np.zeros((2 * len(X), 2 * X.shape[1]), X.dtype)
    wide[::2, ::2] = X
    backwards = np.ascontiguousarray(X[::-1, ::-1])[::-1, ::-1]
    for method, _ in case.outputs():
        expected = getattr(model, method)(X)
        for other in (np.asfortranarray(X), wide[::2, ::2], backwards):
            assert same(getattr(model, method)(other), expected), method
