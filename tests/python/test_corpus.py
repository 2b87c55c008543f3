"""Every model of tests/models through the package: scikit-learn's numbers, dtypes and shapes, whatever X comes in."""
import io
import pickle
import subprocess

import joblib
import numpy as np
import polars
import pyarrow
import pytest
import sklearn
from scipy import sparse
from sklearn import base
from sklearn.utils import get_tags

import pratique
from corpus import call, cases, differs, parts_of

CASES = [pytest.param(case, id=f"{case.json['sklearn']}-{case.json['case']}") for case in cases()]


def load(case):
    return [pratique.load(content, root=case.root) for _, content in case.models()]


@pytest.mark.parametrize("case", CASES)
def test_gives_what_scikit_learn_gave(case):
    for model in load(case):
        for method, expected in case.outputs():
            parts = call(model, method, case.input(model, method))
            assert len(parts) == len(expected), method
            for part, one in zip(parts, expected):
                assert differs(part, one, case.json["agreements"][method]) == "", method
            dtype = case.json["dtypes"][method]
            if dtype.startswith("<U") or (dtype != "object" and (method in ("predict", "apply") or dtype.startswith("float"))):
                assert parts[0].dtype == np.dtype(dtype), method
        names, about = case.feature_names_out(), case.json
        if names is not None and len(names) == model._native.n_columns("transform"):  # else they are worth nothing: models_test.cc
            assert list(model.get_feature_names_out()) == names
        # Few classes had names before 1.1; of an edited object scikit-learn misses what was taken out.
        elif names is None and not about["sklearn"].startswith("1.0.") and not about["case"].startswith("edited_"):
            assert not hasattr(model, "get_feature_names_out")


ATTRIBUTES = ("classes_", "n_features_in_", "feature_names_in_")


def of_this_release():
    """What scikit-learn itself makes of the models of its newest release."""
    for case in CASES:
        about = case.values[0].json
        if about["sklearn"] == sklearn.__version__ and about["class"].startswith("sklearn.") and not about["case"].startswith("edited_"):
            yield case


@pytest.mark.parametrize("case", list(of_this_release()))
def test_has_what_the_estimator_has(case):
    name, content = case.models()[0]
    estimator = joblib.load(io.BytesIO(content)) if name.endswith("joblib") else pickle.loads(content)
    if case.root:
        estimator = estimator[case.json["root"][0]]
    model = load(case)[0]
    names = (*pratique._model.METHODS, "score", "get_feature_names_out", "set_output", "named_steps", "named_transformers_")
    assert [name for name in (*names, *ATTRIBUTES) if hasattr(model, name) and not hasattr(estimator, name)] == []
    for method, _ in case.outputs():
        assert hasattr(model, "predict" if method in ("predict_std", "predict_cov") else method), method
    for kind in (base.is_classifier, base.is_regressor, base.is_outlier_detector, base.is_clusterer):
        assert kind(model) == kind(estimator), kind
    assert get_tags(model).estimator_type == get_tags(estimator).estimator_type
    for name in ATTRIBUTES:
        if hasattr(model, name):
            ours, theirs = parts_of(getattr(model, name)), parts_of(getattr(estimator, name))
            assert len(ours) == len(theirs) and all(differs(a, b, "exact") == "" for a, b in zip(ours, theirs)), name


ROUNDED = [case for case in CASES if case.values[0].json["agreement"] != "exact" and case.values[0].json["sklearn"] == "1.9.1"]


@pytest.mark.parametrize("case", ROUNDED)
def test_bits_are_the_command_lines(case, tmp_path):
    """Where scikit-learn fixes no last bit, the package still gives those of the library."""
    X = tmp_path / case.json["input"]
    X.write_bytes(case.read(X.name))
    root = ["--root", case.root] if case.root else []
    model, path = load(case)[0], case.folder / case.json["models"][0]
    for method, expected in case.outputs():
        if method == "inverse_transform" and case.json.get("back_from_transform"):
            continue
        sparse_or_list = len(expected) > 1 or sparse.issparse(expected[0])
        out = tmp_path / f"{method}.{'npz' if sparse_or_list else 'npy'}"
        subprocess.run([pratique._report.TOOL, "predict", path, "--input", X, "--method", method, "--output", out, *root], check=True)
        if sparse.issparse(expected[0]):
            theirs = [sparse.load_npz(out)]
        else:
            read = np.load(out)
            theirs = [read] if isinstance(read, np.ndarray) else [read[name] for name in sorted(read)]
        ours = call(model, method, case.input(model, method))
        assert same(ours[: len(theirs)], theirs), method


def same(a, b):
    return len(a) == len(b) and all(differs(x, y, "exact") == "" and x.dtype == y.dtype for x, y in zip(a, b))


FRAMES = [case for case in CASES if case.values[0].is_frame]
ARRAYS = [case for case in CASES if isinstance(case.values[0].X, np.ndarray) and case.values[0].X.dtype.kind in "fiub" and case.values[0].X.ndim == 2]


@pytest.mark.parametrize("case", FRAMES)
def test_frames_of_every_kind_give_the_same(case):
    """A null of Arrow is None among text and NaN among numbers; in a category NaN is missing, in a nullable column pandas.NA, which
    is refused where it would be part of the result."""
    model = load(case)[0]
    with_nan, with_none = (case.X.apply(lambda x: x.where(x.notna(), gap) if x.dtype == object else x) for gap in (np.nan, None))  # noqa: B023
    columns = {name: with_none[name].tolist() if with_none[name].dtype == object else with_none[name].to_numpy() for name in with_none}
    of_polars = polars.DataFrame(columns, strict=False)
    words = [name for name in with_nan if with_nan[name].dtype == object and with_nan[name].dropna().map(type).eq(str).all()]
    others = [(with_nan, with_nan.convert_dtypes(convert_string=False)), (with_nan, with_nan.astype(dict.fromkeys(words, "category"))),
              (with_none, pyarrow.table(columns)), (with_none, of_polars),
              (with_none, polars.concat([polars.DataFrame(of_polars[:7]), of_polars[7:]], rechunk=False))]
    for method, _ in case.outputs():
        for X, other in others:
            expected, got = answer(model, method, X), answer(model, method, other)
            refused = other is others[0][1] and isinstance(got, str) and got in ("input.dtype", "input.not_finite")
            assert refused or (got == expected if isinstance(got, str) else same(got, expected)), (method, type(other))


def answer(model, method, X):
    """What it gives, or the code of the refusal."""
    try:
        return call(model, method, X)
    except pratique.InputError as error:
        return error.code


@pytest.mark.parametrize("case", ARRAYS)
def test_arrays_of_every_layout_give_the_same(case):
    model = load(case)[0]
    for method, _ in case.outputs():
        X = case.input(model, method)
        if not isinstance(X, np.ndarray) or X.ndim != 2:
            continue
        wide = np.zeros((2 * len(X), 2 * X.shape[1]), X.dtype)
        wide[::2, ::2] = X
        backwards = np.ascontiguousarray(X[::-1, ::-1])[::-1, ::-1]
        expected = call(model, method, X)
        for other in (np.asfortranarray(X), wide[::2, ::2], backwards):
            assert same(call(model, method, other), expected), method
