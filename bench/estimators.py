"""estimators.py [--rounds N] [--only WORD]: estimators of every kernel beside scikit-learn and what else serves them, in one process and
one thread; bench/run estimators starts it. Each figure is the median of rounds in which all take turns. Writes
bench/estimators-results.md."""
import argparse
import datetime
import importlib
import importlib.metadata
import json
import os
import platform
import subprocess
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core, whatever a library thinks of threads

import daal4py
import joblib
import numpy as np
import onnxruntime
import pandas as pd
import scipy.sparse
import skl2onnx
import sklearn
import treelite
import treelite.gtil
import ydf
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn import ensemble, gaussian_process, linear_model, mixture, neighbors, neural_network, svm
from sklearn.cluster import FeatureAgglomeration
from sklearn.compose import ColumnTransformer
from sklearn.datasets import make_classification
from sklearn.decomposition import NMF, PCA, MiniBatchNMF
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, PowerTransformer, StandardScaler

import pratique
from turns import cell, compete, onnx_session, processor

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / "build/bench/estimators"
ROWS = 10_000
IN_CPP = "pratique, from C++"


@dataclass
class Fitted:
    estimator: Any
    X: Any  # what it was fitted on
    y: Any
    rows: Any  # what it is asked about


@dataclass
class Case:
    group: str
    name: str
    fit: Callable[[], Fitted]
    method: str = "predict_proba"
    rivals: dict[str, Callable] = field(default_factory=dict)  # of (Fitted, method): a function of rows


def generated(estimator, *, fit_rows=20_000, cols=30, n_classes=2, dtype=np.float32, target=None, rows=ROWS):
    """Fits on numbers of make_classification; `target` makes another y of X."""
    def fit():
        X, y = make_classification(fit_rows + rows, cols, n_informative=max(2, min(cols // 2, 40)), n_classes=n_classes, n_clusters_per_class=1,
                                   flip_y=0.1, random_state=0)
        X = X.astype(dtype)
        X, y, asked = X[:fit_rows], y[:fit_rows], X[fit_rows:]
        y = y if target is None else target(X)
        return Fitted(estimator.fit(X, y), X, y, asked)
    return fit


def smooth(X):
    return np.sin(X[:, 0]) + X[:, 1]


def sparse(estimator, *, fit_rows=5000, rows=ROWS, cols=20_000, density=0.002, n_classes=2):
    """A matrix as text makes it."""
    def fit():
        X = scipy.sparse.random(max(fit_rows, rows), cols, density=density, format="csr", random_state=0)
        y = np.random.default_rng(0).integers(0, n_classes, fit_rows)
        return Fitted(estimator.fit(X[:fit_rows], y), X[:fit_rows], y, X[:rows])
    return fit


def reduced(estimator, method, **data):
    """Asked about what `method` makes of the rows."""
    def fit():
        fitted = generated(estimator, **data)()
        return Fitted(fitted.estimator, fitted.X, fitted.y, getattr(fitted.estimator, method)(fitted.rows))
    return fit


def codes():
    """Numbers for three columns of categories."""
    rng = np.random.default_rng(0)
    X = np.stack([rng.choice([f"{name} {i}" for i in range(n)], 100_000) for name, n in (("city", 50), ("kind", 5), ("a category", 20))], axis=1)
    encoder = OrdinalEncoder().fit(X)
    return Fitted(encoder, X, None, encoder.transform(X))


def dicts():
    rows = [{"a": i, f"b{i % 7}": 2.5, "c": f"x{i % 50}", "d": 1.0} for i in range(ROWS)]
    return Fitted(FeatureHasher().fit(rows), rows, None, rows)


def frame_pipeline():
    rng = np.random.default_rng(0)
    rows = 20_000 + ROWS
    numbers = {f"n{j}": np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows)) for j in range(10)}
    frame = pd.DataFrame(numbers | {"city": rng.choice([f"city {i}" for i in range(50)], rows), "kind": rng.choice(list("abcde"), rows)})
    columns = ColumnTransformer([("text", OneHotEncoder(sparse_output=False, handle_unknown="ignore"), ["city", "kind"]),
                                 ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), list(numbers))])
    y = (frame.n0.fillna(0) + frame.n1.fillna(0) ** 2 + rng.normal(size=rows) > 0.5).astype(int)
    model = make_pipeline(columns, ensemble.HistGradientBoostingClassifier(random_state=0))
    return Fitted(model.fit(frame[:20_000], y[:20_000]), frame[:20_000], y[:20_000], frame[20_000:])


def documents():
    rng = np.random.default_rng(0)
    words = np.array([f"word{i}" for i in range(30_000)])
    often = 1 / np.arange(1, len(words) + 1)
    texts = [" ".join(rng.choice(words, rng.integers(5, 20), p=often / often.sum())) for _ in range(10_000)]
    return texts


def vectorized(estimator, times):
    def fit():
        texts = documents()
        return Fitted(estimator.fit(texts), texts, None, texts * times)
    return fit


def positive(estimator, rows=1000):
    def fit():
        X = np.random.default_rng(0).random((2000 + rows, 30))
        return Fitted(estimator.fit(X[:2000]), X[:2000], None, X[2000:])
    return fit


def one_dal(fitted, method):
    """Intel's estimator of the same name and parameters, fitted on the same data: it does not read scikit-learn's."""
    kind = type(fitted.estimator)
    twin = getattr(importlib.import_module(f"sklearnex.{kind.__module__.split('.')[1]}"), kind.__name__)(**fitted.estimator.get_params())
    return getattr(twin.fit(fitted.X, fitted.y), method)


def one_dal_by_treelite(fitted, method):
    return getattr(daal4py.mb.convert_model(treelite.sklearn.import_model(fitted.estimator)), method)


def gtil(fitted, method):
    model = treelite.sklearn.import_model(fitted.estimator)
    return lambda rows: treelite.gtil.predict(model, rows, nthread=1)


def yggdrasil(fitted, method):
    model = ydf.from_sklearn(fitted.estimator)
    return lambda rows: model.predict({"features": rows}, num_threads=1)


def onnx(fitted, method):
    frame = isinstance(fitted.rows, pd.DataFrame)
    text = {name for name in fitted.rows if fitted.rows[name].dtype.kind not in "if"} if frame else set()
    tensors = ([(name, (StringTensorType if name in text else FloatTensorType)([None, 1])) for name in fitted.rows] if frame
               else [("X", FloatTensorType([None, fitted.rows.shape[1]]))])
    model = skl2onnx.to_onnx(fitted.estimator, initial_types=tensors, options={"zipmap": False} if method == "predict_proba" else None)
    session = onnx_session(model.SerializeToString())

    def feed(rows):
        return {name: rows[[name]].to_numpy(dtype=object if name in text else np.float32) for name in rows} if frame else {"X": rows}
    return lambda rows: session.run(None, feed(rows))[-1]


ONNX = {"ONNX Runtime": onnx}
FOREST = {"oneDAL": one_dal, "treelite (GTIL)": gtil, "YDF": yggdrasil, **ONNX}
BOOSTING = {"oneDAL, by way of treelite": one_dal_by_treelite, "treelite (GTIL)": gtil, **ONNX}
LINEAR = {"oneDAL": one_dal, **ONNX}


def cases():
    forest = ensemble.RandomForestClassifier
    yield Case("Forests", "RandomForestClassifier, 200 trees, fully grown", generated(forest(200, random_state=0)), rivals=FOREST)
    yield Case("Forests", "RandomForestClassifier, 500 trees, fully grown", generated(forest(500, random_state=0)), rivals=FOREST)
    yield Case("Forests", "RandomForestClassifier, 100 trees of depth 8", generated(forest(100, max_depth=8, random_state=0)), rivals=FOREST)
    yield Case("Forests", "RandomForestRegressor, 200 trees, fully grown",
               generated(ensemble.RandomForestRegressor(200, random_state=0), target=smooth), "predict", FOREST)
    yield Case("Forests", "IsolationForest, 100 trees", generated(ensemble.IsolationForest(random_state=0)), "score_samples")

    yield Case("Boosting", "GradientBoostingClassifier, 300 trees of depth 3",
               generated(ensemble.GradientBoostingClassifier(n_estimators=300, random_state=0)), rivals=BOOSTING)
    yield Case("Boosting", "GradientBoostingRegressor, 300 trees of depth 6",
               generated(ensemble.GradientBoostingRegressor(n_estimators=300, max_depth=6, random_state=0), target=smooth), "predict", BOOSTING)
    yield Case("Boosting", "HistGradientBoostingClassifier, 300 iterations",
               generated(ensemble.HistGradientBoostingClassifier(max_iter=300, random_state=0)), rivals=BOOSTING)
    yield Case("Boosting", "HistGradientBoostingRegressor, 300 iterations",
               generated(ensemble.HistGradientBoostingRegressor(max_iter=300, random_state=0), target=smooth), "predict", BOOSTING)
    yield Case("Boosting", "a pandas frame with text and gaps: OneHotEncoder, SimpleImputer and StandardScaler, HistGradientBoostingClassifier",
               frame_pipeline, rivals=ONNX)

    for cols, n_classes in ((30, 2), (30, 10), (30, 50), (1000, 2), (1000, 10), (1000, 50)):
        for dtype in (np.float32, np.float64):
            yield Case("Linear models", f"LogisticRegression, {cols:,} features, {n_classes} classes, {np.dtype(dtype)}",
                       generated(linear_model.LogisticRegression(max_iter=20), fit_rows=5000, cols=cols, n_classes=n_classes, dtype=dtype),
                       rivals=LINEAR if dtype == np.float32 else {})
    for n_classes in (2, 10):
        yield Case("Linear models", f"LogisticRegression, CSR of 20,000 features, {n_classes} classes",
                   sparse(linear_model.LogisticRegression(max_iter=20), n_classes=n_classes))
    yield Case("Linear models", "LogisticRegression, 30 features, labels of text",
               generated(linear_model.LogisticRegression(), rows=100_000, target=lambda X: np.where(X[:, 0] > 0, "yes", "no")), "predict")

    double = dict(dtype=np.float64)
    yield Case("Kernels and neighbours", "SVC, rbf", generated(svm.SVC(), fit_rows=5000, rows=2000, **double), "decision_function", {"oneDAL": one_dal})
    yield Case("Kernels and neighbours", "SVC, rbf, CSR of 5,000 features", sparse(svm.SVC(), fit_rows=2000, rows=500, cols=5000, density=0.01), "decision_function")
    yield Case("Kernels and neighbours", "KNeighborsClassifier, brute force over 20,000 x 30",
               generated(neighbors.KNeighborsClassifier(algorithm="brute"), rows=2000, **double), rivals={"oneDAL": one_dal})
    yield Case("Kernels and neighbours", "KNeighborsClassifier, KD tree over 20,000 x 5",
               generated(neighbors.KNeighborsClassifier(algorithm="kd_tree"), cols=5, **double), rivals={"oneDAL": one_dal})
    yield Case("Kernels and neighbours", "KernelDensity, 2,000 x 5", generated(neighbors.KernelDensity(), fit_rows=2000, cols=5, rows=2000, **double), "score_samples")
    yield Case("Kernels and neighbours", "GaussianProcessRegressor, 1,000 x 10",
               generated(gaussian_process.GaussianProcessRegressor(), fit_rows=1000, cols=10, target=smooth, **double), "predict")
    yield Case("Kernels and neighbours", "MLPClassifier, 100 hidden units", generated(neural_network.MLPClassifier(max_iter=20, random_state=0)), rivals=ONNX)

    for kind in ("full", "diag"):
        yield Case("Densities, decompositions, text", f"GaussianMixture, 5 components of 10 features, {kind}",
                   generated(mixture.GaussianMixture(5, covariance_type=kind, random_state=0), fit_rows=5000, cols=10, **double))
    yield Case("Densities, decompositions, text", "PCA, 10 of 100", generated(PCA(10, random_state=0), fit_rows=5000, cols=100, **double), "transform", {"oneDAL": one_dal})
    yield Case("Densities, decompositions, text", "NMF, 8 components of 30 features", positive(NMF(8, random_state=0, max_iter=200)), "transform")
    yield Case("Densities, decompositions, text", "MiniBatchNMF, 8 components of 30 features", positive(MiniBatchNMF(8, random_state=0)), "transform")
    yield Case("Densities, decompositions, text", "MiniBatchNMF, Kullback-Leibler",
               positive(MiniBatchNMF(8, beta_loss="kullback-leibler", random_state=0)), "transform")
    yield Case("Densities, decompositions, text", "TfidfVectorizer, 30,000 words, 100,000 documents", vectorized(TfidfVectorizer(), 10), "transform")
    yield Case("Densities, decompositions, text", "CountVectorizer, 30,000 words, 10,000 documents", vectorized(CountVectorizer(), 1), "transform")
    yield Case("Densities, decompositions, text", "FeatureHasher, dicts of 4", dicts, "transform")

    yield Case("Preprocessing", "StandardScaler, 30 features", generated(StandardScaler(), rows=100_000, **double), "transform")
    yield Case("Preprocessing", "StandardScaler, CSR of 20,000 features", sparse(StandardScaler(with_mean=False)), "transform")
    yield Case("Preprocessing", "OrdinalEncoder, three columns of text back from 100,000 codes", codes, "inverse_transform")
    yield Case("Preprocessing", "FeatureAgglomeration, 30 features back from 5",
               reduced(FeatureAgglomeration(5), "transform", fit_rows=2000, rows=100_000, **double), "inverse_transform")
    yield Case("Preprocessing", "PowerTransformer, 30 features", generated(PowerTransformer(), fit_rows=2000, rows=20_000, **double), "transform")
    for function in (np.exp, np.log, np.log1p, np.square):
        yield Case("Preprocessing", f"FunctionTransformer, numpy's {function.__name__}", positive(FunctionTransformer(function), rows=20_000), "transform")


def difference(got, expected):
    if scipy.sparse.issparse(expected):
        return float(abs(got - expected).max())
    if np.asarray(expected).dtype.kind in "OU":
        return float((got != expected).any())
    expected = np.asarray(expected, dtype=np.float64)
    got = np.asarray(got, dtype=np.float64)
    if got.size * 2 == expected.size:  # YDF's: of the second class alone
        expected = expected[:, 1]
    return float(np.abs(got.reshape(expected.shape) - expected).max())


def from_cpp(file, method, rows):
    """Seconds for all rows and for one, of a program in C++ (bench.cc): it asks for probabilities of dense float32."""
    if method != "predict_proba" or getattr(rows, "dtype", None) != np.float32 or not isinstance(rows, np.ndarray):
        return {}, {}
    rows.tofile(WORK / "X.f32")
    command = [HERE.parent / "build/release/bench/bench", file, WORK / "X.f32", *rows.shape, 5, 2000]
    found = json.loads(subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=True).stdout)
    return {IN_CPP: found["batch_ms"] / 1e3}, {IN_CPP: found["row_us"] / 1e6}


def measure(case, rounds):
    """The table's lines of one model."""
    fitted = case.fit()
    file = WORK / "model.joblib"
    joblib.dump(fitted.estimator, file)
    rivals = {"pratique": getattr(pratique.load(file), case.method), "scikit-learn": getattr(fitted.estimator, case.method)}
    failed = {}
    for name, rival in case.rivals.items():
        try:
            rivals[name] = rival(fitted, case.method)
            rivals[name](fitted.rows[:1])
        except Exception as error:  # a rival that does not take this model
            rivals.pop(name, None)
            failed[name] = f"does not take it: {type(error).__name__}: {error}".splitlines()[0][:100]
    expected = rivals["scikit-learn"](fitted.rows)
    off = {name: difference(rival(fitted.rows), expected) for name, rival in rivals.items() if name != "scikit-learn"}
    batch = compete({name: lambda rival=rival: rival(fitted.rows) for name, rival in rivals.items()}, rounds, 0.2)
    first = fitted.rows[:1]  # made once: to cut a row off a frame or a sparse matrix takes longer than to predict it
    row = compete({name: lambda rival=rival: rival(first) for name, rival in rivals.items()}, rounds, 0.1)
    for figures, seconds in zip((batch, row), from_cpp(file, case.method, fitted.rows)):
        figures.update(seconds)
    count = fitted.rows.shape[0] if hasattr(fitted.rows, "shape") else len(fitted.rows)
    lines = [f"**{case.name}** ({case.method}, {count:,} rows)\n", "| | all rows | one row | largest difference from scikit-learn |", "|---|---:|---:|---:|"]
    for name in batch:
        shown = "" if name not in off else "0" if off[name] == 0 else f"{off[name]:.0e}"
        lines.append(f"| {name} | {cell(batch, name)} | {cell(row, name)} | {shown} |")
    lines += [f"| {name} | {why} | | |" for name, why in failed.items()]
    print("\n".join(lines) + "\n", flush=True)
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="those whose name has this word; writes nothing")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    WORK.mkdir(parents=True, exist_ok=True)
    groups = {}
    for case in cases():
        if options.only in case.name:
            groups.setdefault(case.group, []).append(measure(case, options.rounds))
    if options.only:
        return
    (HERE / "estimators-results.md").write_text(
        f"# Results of `bench/run estimators`\n\nMeasured on {datetime.date.today()}: one process on one core, time of the processor, medians of "
        f"{options.rounds} rounds in turns; in brackets the multiple of pratique's figure. pratique and scikit-learn from Python, on the same arrays, frames and "
        "lists; where the rows are dense float32, also a program in C++ that asks for the same. oneDAL (scikit-learn-intelex) does not read scikit-learn's models: its own of the same name and parameters are fitted on the same data, so that "
        f"their answers are another model's; for boosting it takes treelite's.\n\nscikit-learn {sklearn.__version__}, scikit-learn-intelex {version('scikit-learn-intelex')}, "
        f"treelite {treelite.__version__}, YDF {ydf.__version__}, ONNX Runtime {onnxruntime.__version__}, numpy {np.__version__}, "
        f"Python {platform.python_version()}; {processor()}.\n\n" + "\n".join(f"## {group}\n\n" + "\n".join(tables) for group, tables in groups.items()))


def version(package):
    return importlib.metadata.version(package)


if __name__ == "__main__":
    main()
