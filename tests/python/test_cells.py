"""Cells of frames as scikit-learn has them: None, NaN and pandas.NA, objects, nullable dtypes, categories. What both answer is the same
in value, type of each cell, dtype and shape; what scikit-learn raises at is refused, but for what docs/permissive.md lists."""
import itertools
import pickle
import random
import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectPercentile, VarianceThreshold
from sklearn.impute import KNNImputer, MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer, FunctionTransformer, KBinsDiscretizer, OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder)
from sklearn.tree import DecisionTreeClassifier

import pratique

NAN, NA, Y = float("nan"), pd.NA, np.array([0, 1, 0, 1])
OBJECTS = {
    "text": ["a", "b", "a", "b"], "text None": ["a", None, "b", "b"], "text NaN": ["a", NAN, "b", "b"], "text NA": ["a", NA, "b", "b"],
    "text None NaN": ["a", None, NAN, "b"], "text all": ["a", None, NAN, NA], "text NaT": ["a", pd.NaT, "b", "b"], "text new": ["a", "z", "b", "b"],
    "text int": ["a", 1, "b", 2], "text bool": ["a", True, "b", False], "numpy text": [np.str_("a"), "b", "a", "b"],
    "bool": [True, False, True, False], "bool None": [True, None, False, True], "bool NaN": [True, NAN, False, True], "bool NA": [True, NA, False, True],
    "numpy bool": [np.bool_(True), np.bool_(False), True, False], "int": [1, 2, 1, 0], "int None": [1, None, 2, 0], "int NaN": [1, NAN, 2, 0],
    "int NA": [1, NA, 2, 0], "int bool": [1, True, 0, False], "int float": [1, 2.0, 1.5, 0], "numpy int": [np.int64(1), np.int32(2), 1, 0],
    "float": [1.0, 2.5, 1.0, 0.0], "float None": [1.0, None, 2.5, 0.0], "float NaN": [1.0, NAN, 2.5, 0.0], "float NA": [1.0, NA, 2.5, 0.0],
    "float bool": [1.0, True, 2.5, False], "float32": [np.float32(1.0), 2.5, 1.0, 0.0], "large": [2**53 + 1, 1, 2, 0], "large float": [2**53 + 1, 1.5, 2, 0],
    "None": [None] * 4, "NaN": [NAN] * 4, "NA": [NA] * 4, "None NaN": [None, NAN, None, NAN],
}
NUMBERS, GAPS = [1, 2, 1, 0], [1, None, 2, 0]
COLUMNS = {f"object {name}": pd.Series(cells, dtype=object) for name, cells in OBJECTS.items()} | {
    name: pd.Series(cells, dtype=dtype) for name, cells, dtype in (
        ("f8", [1.0, 2.5, 1.0, 0.0], "f8"), ("f8 NaN", GAPS, "f8"), ("f4 NaN", GAPS, "f4"), ("i8", NUMBERS, "i8"), ("i1", NUMBERS, "i1"),
        ("b1", [True, False, True, False], "?"), ("Int64", NUMBERS, "Int64"), ("Int64 NA", GAPS, "Int64"), ("Int8 NA", GAPS, "Int8"),
        ("Float64", NUMBERS, "Float64"), ("Float64 NA", GAPS, "Float64"), ("Float32 NA", GAPS, "Float32"), ("boolean", [True, False, True, False], "boolean"),
        ("boolean NA", [True, None, False, True], "boolean"), ("str", ["a", "b", "a", "b"], "str"), ("str NaN", ["a", None, "b", "b"], "str"),
        ("string", ["a", "b", "a", "b"], "string[python]"), ("string NA", ["a", None, "b", "b"], "string[python]"),
        ("arrow string NA", ["a", None, "b", "b"], "string[pyarrow]"), ("arrow int NA", GAPS, "int64[pyarrow]"), ("arrow bool NA", [True, None, False, True], "bool[pyarrow]"),
        ("category", ["a", "b", "a", "b"], "category"), ("category NaN", ["a", None, "b", "b"], "category"), ("category int", NUMBERS, "category"),
        ("category int NaN", GAPS, "category"), ("category bool", [True, False, True, False], "category"))}


def dense(**parameters):
    return OneHotEncoder(sparse_output=False, **parameters)


def beside(part):
    return ColumnTransformer([("p", part, ["x"]), ("s", StandardScaler(), ["y"])])


ESTIMATORS = {
    "one hot": dense, "one hot ignore": lambda: OneHotEncoder(handle_unknown="ignore"), "one hot few": lambda: dense(handle_unknown="infrequent_if_exist", max_categories=2),
    "ordinal": OrdinalEncoder, "ordinal unknown": lambda: OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2),
    "target": lambda: TargetEncoder(cv=2, random_state=0), **{
        f"one hot given {last}": lambda last=last: OneHotEncoder(categories=[["a", "b", *last]], handle_unknown="ignore") for last in ((None,), (NAN,), (None, NAN))},
    "mean": SimpleImputer, "most frequent": lambda: SimpleImputer(strategy="most_frequent", add_indicator=True), "constant a": lambda: SimpleImputer(strategy="constant", fill_value="a"),
    "constant 0": lambda: SimpleImputer(strategy="constant", fill_value=0), **{
        f"most frequent for {missing}": lambda missing=missing: SimpleImputer(missing_values=missing, strategy="most_frequent") for missing in (None, NA, "a", 1)},
    "constant for None": lambda: SimpleImputer(missing_values=None, strategy="constant", fill_value="m"), "knn": lambda: KNNImputer(n_neighbors=1), **{
        f"indicator {missing}": lambda missing=missing: MissingIndicator(missing_values=missing, features="all") for missing in (NAN, None, NA)},
    "passthrough": lambda: ColumnTransformer([("p", "passthrough", ["x"])]), "remainder": lambda: ColumnTransformer([("d", "drop", ["y"])], remainder="passthrough"),
    "passthrough beside": lambda: beside("passthrough"), "function beside": lambda: beside(FunctionTransformer()), "imputer beside": lambda: beside(SimpleImputer(strategy="most_frequent")),
    "passthrough both": lambda: ColumnTransformer([("p", "passthrough", ["x", "y"])]),
    "passthrough sparse": lambda: ColumnTransformer([("p", "passthrough", ["x"]), ("o", OneHotEncoder(handle_unknown="ignore"), ["x"])], sparse_threshold=1.0),
    "function": FunctionTransformer, "log1p": lambda: FunctionTransformer(np.log1p), "abs": lambda: FunctionTransformer(np.abs), "checked": lambda: FunctionTransformer(validate=True),
    "scaler": StandardScaler, "binarizer": Binarizer, "bins": lambda: KBinsDiscretizer(2, encode="ordinal", strategy="uniform"), "tree": DecisionTreeClassifier,
    "variance": lambda: VarianceThreshold(), "percentile": lambda: SelectPercentile(percentile=100), **{
        f"{first} then one hot": lambda step=step: make_pipeline(step(), dense(handle_unknown="ignore")) for first, step in (
            ("imputer", lambda: SimpleImputer(strategy="most_frequent")), ("constant", lambda: SimpleImputer(strategy="constant", fill_value="a")),
            ("function", FunctionTransformer), ("passthrough", lambda: ColumnTransformer([("p", "passthrough", ["x"])])))},
    "passthrough then tree": lambda: make_pipeline(ColumnTransformer([("p", "passthrough", ["x", "y"])]), DecisionTreeClassifier(random_state=0)),
}
TWO_COLUMNS = {"passthrough", "remainder", "passthrough beside", "function beside", "imputer beside", "passthrough both", "passthrough sparse",
               "passthrough then one hot", "passthrough then tree"}
# Where scikit-learn raises and an answer is none that it would contradict: docs/permissive.md.
PERMITTED = (("", "ufunc 'isnan' not supported"), ("for None", "Input contains NaN"), ("abs|log1p", "cannot perform the numpy op"),
             ("bins", "assignment destination is read-only"))


def rows(estimator, column):
    frame = pd.DataFrame({"x": COLUMNS[column].array if hasattr(COLUMNS[column].dtype, "na_value") else COLUMNS[column], "y": [1.5, 2.5, 3.5, 4.5]})
    return frame if estimator in TWO_COLUMNS else frame[["x"]]


def cell(value):
    kind = next((kind for kind in (bool, int, float, str) if isinstance(value, kind)), None)
    generic = {"b": bool, "i": int, "u": int, "f": float, "U": str}
    kind = generic.get(value.dtype.kind) if isinstance(value, np.generic) else kind
    return repr(value) if kind is None else (kind, repr(kind(value)))


def answer(estimator, frame):
    """dtype, shape and cells."""
    result = (estimator.transform if hasattr(estimator, "transform") else estimator.predict)(frame)
    result = result.toarray() if hasattr(result, "toarray") else np.asarray(result)
    return result.dtype.kind + str(result.dtype.itemsize * (result.dtype.kind != "U")), result.shape, [cell(value) for value in result.ravel()]


def compare(name, fitted, asked):
    """None where both agree or scikit-learn does not fit, "refused" where only it answers."""
    try:
        estimator = ESTIMATORS[name]().fit(rows(name, fitted), Y)
        model = pratique.load(pickle.dumps(estimator))
    except (TypeError, ValueError, AttributeError, pratique.PratiqueError):
        return None
    try:
        got = answer(model, rows(name, asked))
    except pratique.InputError as refusal:
        got = refusal
    try:
        expected = answer(estimator, rows(name, asked))
    except (TypeError, ValueError, AttributeError, NotImplementedError) as error:
        assert isinstance(got, pratique.InputError) or any(re.search(of, name) and reason in str(error) for of, reason in PERMITTED), (name, fitted, asked, error, got)
        return None
    if isinstance(got, pratique.InputError):
        return "refused"
    if name == "log1p":  # to the last bit only where numpy takes the same way through memory
        np.testing.assert_allclose([float(c[1]) for c in got[2]], [float(c[1]) for c in expected[2]], rtol=1e-15)
        got, expected = got[:2], expected[:2]
    assert got == expected, (name, fitted, asked)
    return None


@pytest.mark.parametrize("frame", [pl.DataFrame, pa.table])
def test_a_null_of_arrow_is_what_scikit_learn_gets(frame):
    """None among text and bools, NaN among numbers."""
    words, truth, numbers = ({"x": cells} for cells in (["a", None, "b"], [True, None, False], [1, None, 2]))
    known = pd.DataFrame(words, dtype=object)
    for estimator, X in (
            *((OneHotEncoder(categories=[["a", "b", *last]], handle_unknown="ignore").fit(known), words) for last in ((None,), (NAN,), (None, NAN))),
            (OneHotEncoder(handle_unknown="ignore").fit(pd.DataFrame(numbers)), numbers),
            *((SimpleImputer(missing_values=missing, strategy="constant", fill_value="m").fit(known), words) for missing in (None, NAN))):
        assert answer(pratique.load(pickle.dumps(estimator)), frame(X)) == answer(estimator, frame(X)), (estimator, X)
    passes = ColumnTransformer([("p", "passthrough", ["x"])]).fit(known)
    for X in (words, truth, numbers):
        assert answer(pratique.load(pickle.dumps(passes)), pl.DataFrame(X)) == answer(passes, pl.DataFrame(X)), X


@pytest.mark.parametrize("part", range(8))
def test_cells(part):
    """A sample of all that can be asked: all of it takes ten minutes."""
    every = list(itertools.product(ESTIMATORS, COLUMNS, COLUMNS))
    some = random.Random(part).sample(every, 500)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refused = sum(compare(*one) == "refused" for one in some)
    assert refused < len(some) / 4
