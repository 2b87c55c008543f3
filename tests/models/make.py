#!/usr/bin/env python3
"""make.py OUT_DIR [--live] [--only WORD] [--anew]: writes the models that pratique is judged by.

Runs under one scikit-learn release and writes OUT_DIR/RELEASE/CASE/: the model
as that release saves it, an input, and that very release's own answers.
README.md beside this file says what each file is; the cases are in cases/.
"""
import argparse
import json
import pickle
import platform
import re
import shutil
import sys
import tempfile
import types
import warnings
import zipfile
import zlib
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import scipy.sparse as sp
import sklearn
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

import cases
import native
from rows import EVERY_KIND, IN_SKOPS, JOBLIBS, METHODS, PICKLES, RELEASE, ROWS, SKOPS, SOME_KINDS

LIVE = False  # every case of this release, in more kinds of file
MOST_NOT_FITTED = 3  # of thousands of live cases; more is a fault of ours


def trees_and_undo(model):
    """The trees inside a model, and what the scalers before them did."""
    undo = []
    while isinstance(model, Pipeline):
        undo = [step for _, step in model.steps[:-1] if isinstance(step, StandardScaler)] + undo
        if any(isinstance(step, ColumnTransformer) for _, step in model.steps[:-1]):
            return [], []
        model = model.steps[-1][1]
    if hasattr(model, "_predictors"):
        return ([] if model.is_categorical_ is not None else model._predictors[0]), undo
    trees = getattr(model, "estimators_", [model])[:3]
    return [tree.tree_ for tree in trees if hasattr(getattr(tree, "tree_", None), "children_left")], undo


def splits(tree):
    """(feature, threshold) of the first two splits."""
    if hasattr(tree, "children_left"):
        return [(tree.feature[node], tree.threshold[node]) for node in np.flatnonzero(tree.children_left >= 0)[:2]]
    return [(node["feature_idx"], node["num_threshold"]) for node in tree.nodes if not node["is_leaf"]][:2]


def edges(model, X):
    """Rows that stand exactly at a split threshold, and one float beside it."""
    rows = []
    for tree in trees_and_undo(model)[0]:
        for feature, value in splits(tree):
            if feature >= X.shape[1]:  # what estimators of a chain hand on
                continue
            for scaler in reversed(trees_and_undo(model)[1]):
                value = value * scaler.scale_[feature] + scaler.mean_[feature]
            near = np.float32(value)
            for x in (value, np.nextafter(value, -np.inf), np.nextafter(value, np.inf),
                      near, np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))):
                rows.append(X[len(rows) % 8].copy())
                rows[-1][feature] = x
    return np.array(rows, dtype=X.dtype)


def with_edges(model, X):
    if isinstance(X, (pd.DataFrame, list)) or (not sp.issparse(X) and X.dtype.kind != "f"):
        return X
    more = edges(model, X.toarray() if sp.issparse(X) else X)
    if not len(more):
        return X
    return type(X)(sp.vstack([X, type(X)(more)])) if sp.issparse(X) else np.concatenate([X, more])


def plain(value):
    """A cell of a frame as JSON has it."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def save_lines(path, rows):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


class Records(list):
    """The dicts or tuples, one a row, that inverse_transform makes of what takes such."""

    dtype = np.dtype(object)


def save_array(folder, name, value):
    """Saves one array in the plainest form that holds it; returns the file's name."""
    if isinstance(value, Records):
        rows = [{k: plain(v) for k, v in r.items()} if isinstance(r, dict) else [plain(v) for v in r] for r in value]
        save_lines(folder / f"{name}.jsonl", rows)
        return f"{name}.jsonl"
    if sp.issparse(value):
        sp.save_npz(folder / f"{name}.npz", value)
        return f"{name}.npz"
    value = np.asarray(value)
    if value.dtype == object and all(isinstance(v, str) for v in value.flat):
        value = value.astype("U")
    if value.dtype == object:
        save_lines(folder / f"{name}.jsonl", [[plain(v) for v in r] for r in value.reshape(len(value), -1)])
        return f"{name}.jsonl"
    np.save(folder / f"{name}.npy", value, allow_pickle=False)
    return f"{name}.npy"


def hole(X):
    """What stands for missing text in a frame: None or NaN."""
    text = [v for name in X.columns if X[name].dtype.kind not in "fiub" for v in X[name] if not isinstance(v, str)]
    return text[0] if text else None


def save_input(folder, X):
    if isinstance(X, list):  # documents, or dicts
        save_lines(folder / "X.jsonl", X)
        return {"input": "X.jsonl"}
    if not isinstance(X, pd.DataFrame):
        return {"input": save_array(folder, "X", X)}
    save_lines(folder / "X.jsonl", [{k: plain(v) for k, v in r.items()} for r in X.to_dict("records")])
    X.to_csv(folder / "X.csv", index=False)
    return {"input": "X.jsonl", "input_csv": "X.csv", "null_text": "None" if hole(X) is None else "NaN"}


def load_input(path, like):
    """Reads an input back, as a stranger to this script would."""
    if path.suffix == ".npz":
        return sp.load_npz(path)
    if path.suffix == ".npy":
        return np.load(path).astype(like.dtype)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if isinstance(like, list):
        return rows
    if not isinstance(like, pd.DataFrame):
        return np.array(rows, dtype=object)
    read = pd.DataFrame(rows, columns=like.columns)
    for name in like.columns:
        if like[name].dtype == object:
            read[name] = read[name].astype(object).where(read[name].notna(), hole(like))
        else:
            read[name] = read[name].astype(like[name].dtype)
    return read


def save_model(folder, kind, model):
    if kind == "joblib":
        return joblib.dump(model, folder / "model.joblib", compress=3)[0]
    if kind == "skops":
        import skops.io
        path = folder / "model.skops"  # not compressed, as skops itself does, in one case
        skops.io.dump(model, path, compression=zipfile.ZIP_STORED if "kinds" in folder.name else zipfile.ZIP_DEFLATED)
        return path
    if kind in native.KINDS:
        path = folder / f"model.{kind}"
        model.save(path)
        return path
    if kind in PICKLES:
        path = folder / f"model.{kind}.pkl"
        path.write_bytes(pickle.dumps(model, protocol=int(kind[1])))
        return path
    method = {"c0": 0, "z": ("zlib", 3), "gz": ("gzip", 3)}.get(kind, (kind, 3))
    return joblib.dump(model, folder / f"model.{kind}.joblib", compress=method)[0]


def load_model(path):
    if path.suffix[1:] in native.KINDS:
        return native.load(path)
    if path.suffix == ".skops":
        import skops.io
        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    return joblib.load(path) if path.suffix == ".joblib" else pickle.loads(path.read_bytes())


def method_of(model, name):
    """The method of that name; predict_std and predict_cov are the second result of predict with return_std or return_cov.
    None: it has none."""
    if name not in ("predict_std", "predict_cov"):
        return getattr(model, name, None)
    return lambda X: model.predict(X, **{name.replace("predict", "return"): True})[1]


def answer(model, method, X):
    """The arrays that the method returns; None where this model's settings leave it without an answer."""
    with np.errstate(all="ignore"):
        try:
            value = method_of(model, method)(X)
        except NotImplementedError:
            return None
    value = value.to_numpy() if isinstance(value, pd.DataFrame) else value
    if isinstance(value, list) and value and isinstance(value[0], (dict, tuple)):
        return [Records(value)]
    return list(value) if isinstance(value, (list, tuple, types.GeneratorType)) else [value]


def same(a, b, exact):
    if sp.issparse(a):
        return a.shape == b.shape and (
            (a != b).nnz == 0 or np.array_equal(a.toarray(), b.toarray(), equal_nan=True))
    if isinstance(a, Records):
        return a == b
    a, b = np.asarray(a), np.asarray(b)
    a, b = (x.reshape(len(x), -1) if x.ndim > 2 else x for x in (a, b))
    if a.dtype == object or a.dtype.kind in "US" or exact:
        return a.dtype == b.dtype and pd.DataFrame(np.atleast_2d(a)).equals(pd.DataFrame(np.atleast_2d(b)))
    return np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True) or a.dtype == np.float32


def public_name(model):
    if isinstance(model, native.NativeBooster):
        return type(model).__module__ + ".Booster"
    module = [part for part in type(model).__module__.split(".") if not part.startswith("_")]
    return ".".join(module + [type(model).__name__])


# Modules whose classes have no last bit that BLAS, or numpy's own exp, log and power, would fix.
ROUNDED = tuple(f"sklearn.{module}".encode() for module in (
    "linear_model", "svm", "discriminant_analysis", "naive_bayes", "decomposition", "cluster", "neural_network",
    "cross_decomposition", "random_projection", "neighbors._nca", "neighbors._nearest_centroid",
    "feature_extraction.text", "impute._knn", "ensemble._iforest", "ensemble._weight_boosting\nAdaBoostClassifier",
    "calibration\n_TemperatureScaling", "mixture", "covariance", "kernel_ridge",
    "gaussian_process", "kernel_approximation", "semi_supervised._label_propagation", "preprocessing._data\nKernelCenterer"))
# Links and losses whose inverse is numpy's exp, and those whose first scores are numpy's or scipy's log.
EXPONENTIAL = (b"LogLink", b"MultinomialLogit", b"MultinomialDeviance", b"CategoricalCrossEntropy", b"loss\nPoisson")
LOGARITHMIC = b"\nGradientBoostingClassifier\n"


def is_narrow(value, seen=None):
    """Does a linear model in it multiply by float32? The product stays rounded to it when something makes the sum float64."""
    seen = set() if seen is None else seen
    if isinstance(value, (list, tuple)):
        return any(is_narrow(part, seen) for part in value)
    if not type(value).__module__.startswith("sklearn.") or id(value) in seen:
        return False
    seen.add(id(value))  # nodes of Birch's tree know each other
    parts = getattr(value, "__dict__", {}).values()
    fitted = (getattr(value, name, None) for name in ("coef_", "means_", "theta_"))
    return any(getattr(array, "dtype", None) == np.float32 for array in fitted) or any(is_narrow(part, seen) for part in parts)


def agreements(case, model, outputs, values):
    """What a reader must reach."""
    saved = b"" if isinstance(model, native.NativeBooster) else pickle.dumps(model, protocol=3)  # "module\nname"
    # Neighbours by brute force: distances are made of products.
    linear = case.rounded or any(module in saved for module in ROUNDED) or getattr(model, "_fit_method", "") == "brute"
    exponential = any(name in saved for name in EXPONENTIAL)
    # numpy's own power and arcsine.
    powers = getattr(model, "effective_metric_", "") in ("minkowski", "haversine")
    # Boosting hands its first estimator float32.
    narrow = case.narrow or is_narrow(model) or LOGARITHMIC in saved
    # Ends before it converges, where a dictionary of more atoms than features fixes few digits.
    solved = 1e-9 if getattr(model, "transform_algorithm", "") == "lasso_cd" else 1e-12
    found = {}
    for method in outputs:
        dtype = values[method][0].dtype
        if linear and dtype.kind == "f":
            # PCA inverts a matrix each time it is asked for likelihoods, which leaves as few digits as its variances are apart.
            digits = 1e-9 if method == "score_samples" and b"decomposition" in saved else solved
            found[method] = digits if dtype == np.float64 and not narrow else 2e-5
            if dtype == np.float16 and np.__version__.startswith("2.3."):  # whose last bit is the processor's
                found[method] = 2e-3
        else:
            rounds = method == "predict_log_proba" or powers or (dtype.kind == "f" and (
                exponential and method.replace("staged_", "") in ("predict", "predict_proba")
                or LOGARITHMIC in saved))
            found[method] = 1e-12 if rounds else "exact"
    return found


def kinds_of(case):
    """The kinds of file that a case is saved as. Live: joblib and pickles old and new, skops, and one more by turns."""
    if case.edit is not None:  # not every saver takes what was made of it
        return case.kinds
    skops = SKOPS and case.skops
    if not LIVE:
        return case.kinds + (("skops",) if skops and case.name in IN_SKOPS and RELEASE >= (1, 9) else ())
    if case.kinds in (EVERY_KIND, SOME_KINDS):
        return EVERY_KIND + (("skops",) if skops else ())
    others = JOBLIBS[1:] + ("p3", "p4")
    by_turns = others[zlib.crc32(case.name.encode()) % len(others)]
    return tuple(dict.fromkeys(case.kinds + ("joblib", "c0", "p2", "p5", by_turns))) + (("skops",) if skops else ())


def refused(folder, model, methods, X):
    """Saves inputs like X that this release refuses: an infinity, a NaN; returns the names of the files."""
    names = []
    if isinstance(X, (pd.DataFrame, list)) or sp.issparse(X) or X.dtype.kind != "f" or X.ndim < 2:
        return names
    for name, value in (("inf", np.inf), ("minus_inf", -np.inf), ("nan", np.nan)):
        bad = X[:2].copy()
        bad[-1, -1] = value
        refusals = 0
        for method in methods:
            try:
                answer(model, method, bad)
            except (ValueError, IndexError):
                refusals += 1
        if refusals == len(methods):
            names.append(save_array(folder, f"refused.{name}", bad))
    return names


def zip_answers(folder, names):
    """Moves the files into answers.zip, whose bytes follow from theirs."""
    with zipfile.ZipFile(folder / "answers.zip", "w") as archive:
        for name in sorted(names):
            archive.writestr(zipfile.ZipInfo(name), (folder / name).read_bytes(), zipfile.ZIP_DEFLATED)
            (folder / name).unlink()


def check_files(case, files, methods, values, agree, read):
    """A file must give back what is stored beside it."""
    for path in files:
        again = load_model(path) if case.root is None else load_model(path)[case.root]
        for method in methods:
            for a, b in zip(values[method], answer(again, method, read)):
                assert same(a, b, agree[method] == "exact"), (case.name, path.name, method)


def back_of(case):
    """The methods of the case that take what transform gave."""
    return [m for m in case.extra if m == "inverse_transform" and case.back_from_transform]


def is_reproduced(model, method):
    """Likelihoods of projections that were fitted on float32 are not."""
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    of_projection = method == "score_samples" and type(last).__module__.startswith("sklearn.decomposition")
    return not of_projection or last.components_.dtype == np.float64


class NotFittedHere(Exception):
    """scikit-learn's own fit gave up: what converges on one processor may overflow on another."""


def write(case, folder):
    data = case.data()
    model = case.make()
    y = () if data.y is None else (data.y,)  # labels are fitted alone
    try:
        model.fit(data.X, *y, **({} if data.weight is None else {"sample_weight": data.weight}))
    except Exception as error:
        raise NotFittedHere from error
    model = model if case.edit is None else case.edit(model)
    X = with_edges(model, data.test)
    folder.mkdir(parents=True)
    inputs = save_input(folder, X)
    methods = [m for m in case.ask or METHODS + case.extra if method_of(model, m) and is_reproduced(model, m)]
    values = {m: v for m in methods if m not in back_of(case) and (v := answer(model, m, X)) is not None}
    values |= {m: answer(model, m, values["transform"][0]) for m in back_of(case)}
    methods = list(values)
    outputs = {m: [save_array(folder, m if len(v) == 1 else f"{m}.{i}", part) for i, part in enumerate(v)]
               for m, v in values.items()}
    agree = agreements(case, model, methods, values)
    loosest = max([a for a in agree.values() if a != "exact"], default="exact")
    saved = model if case.root is None else {case.root: model, "features": list(map(str, range(6))), "version": "1"}
    files = [Path(save_model(folder, kind, saved)) for kind in kinds_of(case)]
    asked = [m for m in methods if m not in back_of(case)]
    check_files(case, files, asked, values, agree, load_input(folder / inputs["input"], X))
    together = {}
    if case.checked_in != "everywhere":
        together = {"answers": "answers.zip", "refused": refused(folder, model, asked, X)}
        zip_answers(folder, {path.name for path in folder.iterdir()} - {path.name for path in files})
    about = {
        "case": case.name, "class": public_name(model), "sklearn": sklearn.__version__,
        "numpy": np.__version__, "python": platform.python_version(), "joblib": joblib.__version__,
        "models": [path.name for path in files], **inputs, **together, "outputs": outputs,
        **({"back_from_transform": True} if back_of(case) else {}),
        "agreement": "exact" if set(agree.values()) == {"exact"} else loosest,
        "agreements": agree,
        "dtypes": {m: str(v[0].dtype) for m, v in values.items()},
        "n_features": len(X[0]) if isinstance(X, list) else int((*X.shape, 1)[1]), "rows": len(X) if isinstance(X, list) else int(X.shape[0]),
        **({"root": [case.root]} if case.root else {}), "note": case.note,
    }
    (folder / "case.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


# ---------------------------------------------------------------- keeping what stands


def read_answers(folder, about):
    """The content of every file but the models, by name; numbers as arrays."""
    if "answers" in about:
        with zipfile.ZipFile(folder / about["answers"]) as archive:
            archive.extractall(folder / "answers")
        folder = folder / "answers"
    names = [about["input"]] + about.get("refused", []) + sum(about["outputs"].values(), [])
    load = {".npy": np.load, ".npz": sp.load_npz, ".jsonl": Path.read_bytes}
    return {name: load[Path(name).suffix](folder / name) for name in names}


def parameters(model):
    """Every estimator inside and its parameters, as text without addresses."""
    known = model.get_params(deep=True) if hasattr(model, "get_params") else {}  # a library's Booster has none
    return re.sub(" at 0x[0-9a-f]+", "", repr(sorted((k, repr(v)) for k, v in known.items())))


def is_the_same_case(old, new, root):
    """Is the case that stands in `old` this very one? Its numbers may be another machine's: a fit that does not converge
    to the last bit goes where the BLAS of that machine leads it, so most answers need only be close."""
    if not (old / "case.json").exists():
        return False
    about, standing = (json.loads((folder / "case.json").read_text(encoding="utf-8")) for folder in (new, old))
    if about != standing or not all((old / name).exists() for name in about["models"]):
        return False
    models = [load_model(folder / about["models"][0]) for folder in (new, old)]
    if len({parameters(model if root is None else model[root]) for model in models}) != 1:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder in (("old", old), ("new", new)):
            shutil.copytree(folder, Path(scratch) / name)
        before, after = (read_answers(Path(scratch) / name, about) for name in ("old", "new"))
    answers = {name for names in about["outputs"].values() for name in names}
    return all(mostly_close(value, before[name]) if name in answers else equal(value, before[name])
               for name, value in after.items())


def equal(a, b):
    if sp.issparse(a):
        return a.shape == b.shape and a.dtype == b.dtype and (a != b).nnz == 0
    return a == b if isinstance(a, bytes) else a.dtype == b.dtype and a.tobytes() == b.tobytes()


def mostly_close(a, b):
    if isinstance(a, bytes):
        return a == b
    a, b = (x.toarray() if sp.issparse(x) else x for x in (a, b))
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    return np.mean(a == b if a.dtype.kind in "Ub" else np.isclose(a, b, rtol=1e-2, atol=1e-2, equal_nan=True)) >= 0.9


def write_feature_names(case, folder):
    """Keeps what the model that stands there calls the columns of transform, where it has names for them."""
    path = folder / "feature_names_out.json"
    about = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    model = load_model(folder / about["models"][0])
    model = model if case.root is None else model[case.root]
    try:
        # transform of a discriminant that was solved by least squares raises, though it is there.
        transforms = hasattr(model, "transform") and getattr(model, "solver", "") != "lsqr"
        names = list(model.get_feature_names_out()) if transforms else None
    except (AttributeError, ValueError, TypeError, NotFittedError):
        names = None
    # NeighborhoodComponentsAnalysis had names for columns of X before 1.6; of split signs half have names.
    components = getattr(getattr(model, "components_", None), "shape", None)
    if names is not None and (components and len(names) != components[0] or getattr(model, "split_sign", False)):
        names = None
    if names is None:
        return path.unlink(missing_ok=True)
    text = json.dumps(names, ensure_ascii=False) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def put(case, folder, anew):
    """Writes the case, unless it stands there already; returns whether it wrote."""
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / case.name
        write(case, made)
        if not anew and is_the_same_case(folder, made, case.root):
            return False
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, folder)
        return True


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    parser.add_argument("--live", action="store_true", help="every case of this release, in more kinds of file, big forests")
    parser.add_argument("--only", default="", metavar="WORD", help="the cases whose name holds WORD")
    parser.add_argument("--share", default="1/1", metavar="K/N", help="the Kth of N parts of the cases, for as many processes")
    parser.add_argument("--anew", action="store_true", help="write also what stands there unchanged")
    return parser.parse_args()


def main():
    global LIVE
    options = parse_arguments()
    LIVE = options.live
    cases.shared.SIZE.trees = 200 if LIVE else 5
    warnings.simplefilter("ignore")
    out = options.out / sklearn.__version__
    written = kept = left_out = 0
    not_fitted = []
    assert len({case.name for case in ROWS}) == len(ROWS), "two cases of one name"
    part, parts = map(int, options.share.split("/"))
    for case in ROWS[part - 1::parts]:
        if options.only not in case.name:
            continue
        if not (case.fits(sklearn.__version__) if LIVE else case.is_checked_in(sklearn.__version__)):
            shutil.rmtree(out / case.name, ignore_errors=True)
            left_out += 1
            continue
        try:
            wrote = put(case, out / case.name, options.anew)
            write_feature_names(case, out / case.name)
        except NotFittedHere as error:
            if not LIVE or len(not_fitted) == MOST_NOT_FITTED:
                raise RuntimeError(f"case {case.name} is not fitted by scikit-learn {sklearn.__version__}") from error
            not_fitted.append(case.name)
            print(f"{case.name}: not fitted on this machine: {error.__cause__!r}", file=sys.stderr)
            continue
        except Exception as error:
            raise RuntimeError(f"case {case.name} under scikit-learn {sklearn.__version__}") from error
        written, kept = written + wrote, kept + (not wrote)
    if not options.only:
        for folder in set(path.name for path in out.iterdir()) - {case.name for case in ROWS}:
            shutil.rmtree(out / folder)
    print(f"scikit-learn {sklearn.__version__}: {written} cases written, {kept} stand, {left_out} not of this release, {len(not_fitted)} not fitted on this machine")


if __name__ == "__main__":
    main()
