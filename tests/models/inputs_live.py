"""inputs_live.py TOOL FOLDER: rows of every dtype, order and kind of file, through scikit-learn and through the tool.

Models are fitted here and now; each takes rows of int8 to uint64, bool, float16 to float64, either byte order, from .npy,
.npz, .csv and .jsonl. The tool has to give scikit-learn's values, dtype and shape, and to refuse what scikit-learn
refuses. Prints "passed failed" on standard output, each failure on standard error."""
import json
import pathlib
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

warnings.simplefilter("ignore")
INTEGERS = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
DTYPES = INTEGERS + ["?", "f2", "f4", "f8"]
FITTED = INTEGERS + ["?", "f4", "f8"]  # states of float16 are not supported
BIG = 2**53
# handle_unknown="ignore" puts the first category where a cell is unknown and looks that up in X's dtype; where the dtype
# cannot hold it (bool), 1.9 stumbles and 1.2 gives zeros, as for any unknown cell.
SLIP = "previously unseen labels"
# The reader refuses float32 in the other byte order: check_array keeps it for float64 in some estimators, and not in others.
OTHER_ORDER = "in another byte order is taken for float64"


def rows(dtype, n=12, width=3, seed=0):
    """Values that tell dtypes apart: the ends of the range, neighbours above 2^53, fractions."""
    rng = np.random.RandomState(seed)
    t = np.dtype(dtype)
    if t.kind == "b":
        return rng.rand(n, width) > 0.5
    if t.kind == "f":
        return (rng.randint(-40, 40, (n, width)) / 8).astype(t)
    x = rng.randint(0, 5, (n, width)).astype(t)
    info = np.iinfo(t)
    for k, value in enumerate([info.max, info.min, info.max - 1, BIG + 1, BIG, BIG + 3, 2**63 + 1, 16777217, -1, 3]):
        if info.min <= value <= info.max:
            x[k % n, k % width] = value
    return x


def small(dtype, seed=1):
    t = np.dtype(dtype)
    x = np.random.RandomState(seed).randint(0, 4, (40, 3))
    return x.astype(t) if t.kind != "f" else (x / 4).astype(t)


def target(seed=2):
    return np.random.RandomState(seed).randint(0, 3, 40)


def models():
    """(name, model, exact): fitted on arrays without names."""
    for t in FITTED:
        X = rows(t)
        for unknown in ("ignore", "error"):
            yield f"onehot_{unknown}_{t}", OneHotEncoder(handle_unknown=unknown, sparse_output=False).fit(X), True
    for out in (np.int64, np.uint8, bool, np.float32, "i2"):
        encoder = OneHotEncoder(handle_unknown="ignore", dtype=out).fit(rows("i8"))
        yield f"onehot_as_{np.dtype(out)}", encoder, True
    text = np.array([["a", "b", "c"], ["1", "2", "3"]], dtype=object)
    for unknown in ("ignore", "error"):
        yield f"onehot_{unknown}_text", OneHotEncoder(handle_unknown=unknown).fit(text), True
    for t in ("i8", "u1", "f4", "f8"):
        X = small(t)
        X[:20, 0] = 3
        for strategy in ("mean", "median", "most_frequent"):
            for indicator in (False, True):
                imputer = SimpleImputer(missing_values=3, strategy=strategy, add_indicator=indicator)
                yield f"imputer_{strategy}_{t}_{indicator}", imputer.fit(X), True
        fill = np.dtype(t).type(2)
        yield f"imputer_constant_{t}", SimpleImputer(missing_values=3, strategy="constant", fill_value=fill).fit(X), True
        yield f"indicator_{t}", MissingIndicator(missing_values=3, error_on_new=False).fit(X), True
        yield f"indicator_sparse_{t}", MissingIndicator(missing_values=3, features="all", sparse=True).fit(X), True
        yield f"scaler_{t}", StandardScaler().fit(X), True
        yield f"scaler_no_mean_{t}", StandardScaler(with_mean=False).fit(X), True
        yield f"max_abs_{t}", MaxAbsScaler().fit(X), True
        yield f"tree_{t}", DecisionTreeRegressor(random_state=0).fit(X, target() / 7), True
        yield f"tree_classes_{t}", DecisionTreeClassifier(random_state=0).fit(X, target()), True
        yield f"ridge_{t}", Ridge().fit(X, target().astype(t if t == "f4" else "f8")), False
        yield f"logistic_{t}", LogisticRegression().fit(X, target()), False
    yield "forest", RandomForestClassifier(5, random_state=0).fit(small("i8"), target()), True
    yield "tree_wide", DecisionTreeRegressor(random_state=0).fit(rows("i8"), np.arange(12.0)), True
    yield "function", FunctionTransformer().fit(small("i8")), True
    yield "function_validates", FunctionTransformer(validate=True, accept_sparse=True).fit(small("i8")), True
    passing = ColumnTransformer([("keep", "passthrough", [0, 2]), ("scale", StandardScaler(), [1])]).fit(small("i8"))
    yield "columns", passing, True
    yield "columns_keep", ColumnTransformer([("keep", "passthrough", [2, 0])]).fit(small("i8")), True
    union = FeatureUnion([("mask", MissingIndicator(missing_values=3, features="all")), ("keep", "passthrough")])
    yield "union", union.fit(small("i8")), True
    weighted = FeatureUnion([("a", "passthrough"), ("b", MaxAbsScaler())], transformer_weights={"a": 2.5})
    yield "union_weighted", weighted.fit(small("i8")), True
    chain = make_pipeline(SimpleImputer(missing_values=3, strategy="most_frequent"),
                          OneHotEncoder(handle_unknown="ignore", dtype="i4"))
    yield "imputer_onehot", chain.fit(small("i8")), True


def labels():
    for values in ([BIG, BIG + 1, BIG + 2], [-1, 0, 1], [1.0, 2.0, 3.0]):
        yield np.array(values)[target()]
    yield np.array([0, 2**63, 2**64 - 1], "u8")[target()]
    yield np.array([1, 2, 3], "u1")[target()]
    yield target() > 0


def inputs(folder):
    """(name, file, what scikit-learn is given)."""
    for t in DTYPES:
        for order in "CF":
            for swap in "<>" if np.dtype(t).itemsize > 1 else "<":
                x = np.asarray(rows(t, seed=3).astype(np.dtype(t).newbyteorder(swap)), order=order)
                path = folder / f"{t.strip('?') or 'b'}{order}{'be' if swap == '>' else ''}.npy"
                np.save(path, x)
                yield path.name, path, x
        if t != "f2":
            x = sp.csr_matrix(rows(t, seed=3))
            path = folder / f"{t.strip('?') or 'b'}.npz"
            sp.save_npz(path, x)
            yield path.name, path, x
    frames = {"ints": {"a": [BIG + 1, 0, 3], "b": [1, 2, 3], "c": [4, 5, 6]},
              "naturals": {"a": [2**63, 2**64 - 1, 3], "b": [1, 2, 3], "c": [4, 5, 6]},
              "floats": {"a": [1, 2, 3], "b": [0.5, 2, 3], "c": [4, 5, 6]},
              "bools": {"a": [True, False, True], "b": [False, False, True], "c": [True] * 3},
              "mixed": {"a": [True, False, True], "b": [0.5, 2, 3], "c": [4, 5, 6]},
              "counts": {"a": [True, False, True], "b": [1, 2, 3], "c": [4, 5, 6]},
              "texts": {"a": ["a", "b", "c"], "b": ["x", "2", "b"], "c": ["1", "3", "c"]},
              "text_among": {"a": ["a", "b", "c"], "b": [1, 2, 3], "c": ["1", "3", "c"]}}
    for name, columns in frames.items():
        frame = pd.DataFrame(columns)
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False)
        yield path.name, path, pd.read_csv(path)
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in frame.to_dict("records")))
        yield path.name, path, frame


def predicted(tool, model, path, method, folder):
    """(kind, array or reason): what the tool makes of it."""
    said = ""
    for ending in (".npy", ".npz", ".jsonl"):
        out = folder / ("y" + ending)
        run = subprocess.run([tool, "predict", model, "--input", path, "--method", method, "--output", out],
                             capture_output=True, text=True, check=False)
        said = run.stderr.strip()
        if run.returncode == 0:
            if ending == ".npy":
                return "array", np.load(out)
            if ending == ".npz":
                return "sparse", sp.load_npz(out)
            lines = [json.loads(line) for line in out.read_text().splitlines()]
            return "rows", [list(line.values()) if isinstance(line, dict) else line for line in lines]
        if "output.format" not in said:
            return "refused", said
    return "refused", said


def same_numbers(got, want, exact):
    if got.shape != want.shape:
        return f"shape {got.shape} for {want.shape}"
    if got.dtype != want.dtype.newbyteorder("=") and got.dtype.kind not in "US":
        return f"dtype {got.dtype} for {want.dtype}"
    if got.dtype.kind in "US":
        good = got.tolist() == want.tolist()
    elif exact or got.dtype.kind != "f":
        good = np.array_equal(got, want, equal_nan=got.dtype.kind == "f")
    else:
        bound = (1e-12, 1e-13) if got.dtype == np.float64 else (1e-5, 1e-6)
        good = np.allclose(got, want, rtol=bound[0], atol=bound[1] * max(1, np.abs(want).max(initial=0)))
    return "" if good else f"{got.ravel()[:6]} for {want.ravel()[:6]}"


def plain(value):
    value = getattr(value, "item", lambda: value)()
    return None if value is None or value != value else value


def difference(kind, got, want, exact):
    if kind == "refused":
        return "refused: " + got.replace("\n", " ")[:160]
    if sp.issparse(want):
        if kind != "sparse":
            return "not sparse"
        return same_numbers(got.toarray(), want.toarray(), exact)
    if isinstance(want, pd.DataFrame) or want.dtype == object:
        table = want.astype(object).to_numpy() if isinstance(want, pd.DataFrame) else want
        table = [[plain(cell) for cell in row] for row in table.tolist()]
        if kind == "array":
            got = got.tolist()
        good = got == table and all(type(a) is type(b) for x, y in zip(got, table) for a, b in zip(x, y))
        return "" if good else f"{got[:2]} for {table[:2]}"
    if kind != "array":
        return f"{kind} for an array of {want.dtype}"
    return same_numbers(got, want, exact)


def main(tool, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = list(inputs(folder))
    passed, failed = 0, 0

    def judge(name, complaint):
        nonlocal passed, failed
        passed, failed = (passed, failed + 1) if complaint else (passed + 1, failed)
        if complaint:
            print(f"{name}: {complaint}", file=sys.stderr)

    for name, model, exact in models():
        path = folder / f"{name.replace('?', 'b')}.pkl"
        path.write_bytes(pickle.dumps(model))
        for method in ("transform", "predict", "predict_proba"):
            if not hasattr(model, method):
                continue
            for given, file, X in files:
                if isinstance(X, pd.DataFrame) and X.shape[1] != 3:
                    continue
                kind, got = predicted(tool, path, file, method, folder)
                if kind == "refused" and (OTHER_ORDER in got or ("[input.text]" in got and given.startswith("text"))):
                    continue  # both are refused by a rule that README states
                try:
                    want = getattr(model, method)(X)
                except Exception as error:  # whatever scikit-learn says no with
                    if SLIP in str(error) and name.startswith("onehot_"):
                        continue
                    judge(f"{name} {method} {given}", "" if kind == "refused" else f"gave {np.ravel(got)[:6]}; scikit-learn: {error}"[:300])
                    continue
                if name == "onehot_ignore_u8" and given.startswith("i8") and np.lib.NumpyVersion(np.__version__) < "1.25.0":
                    continue  # numpy's isin met int64 and uint64 as float64
                judge(f"{name} {method} {given}", difference(kind, got, want, exact))
    for k, y in enumerate(labels()):
        for model in (DecisionTreeClassifier(random_state=0), LogisticRegression()):
            path = folder / f"labels_{k}.pkl"
            path.write_bytes(pickle.dumps(model.fit(small("f8"), y)))
            kind, got = predicted(tool, path, folder / "f8C.npy", "predict", folder)
            judge(f"labels {k} {model}", difference(kind, got, model.predict(rows("f8", seed=3)), True))
    print(passed, failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
