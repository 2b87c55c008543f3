#!/usr/bin/env python3
"""python_package.py: the Python package beside joblib, skops, scikit-learn and ONNX Runtime, in one process and one thread; bench/run python
starts it. Three models: a forest, a logistic regression, and a pipeline on a frame of numbers and text. Each figure is the
median of rounds in which all take turns. Writes bench/python-results.md."""
import argparse
import datetime
import platform
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import onnxruntime
import pandas as pd
import skl2onnx
import skops
import skops.io
import sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import pratique
from turns import cell, compete, onnx_session, processor

HERE = Path(__file__).resolve().parent
RNG = np.random.default_rng(0)
CITIES = np.array([f"city {i}" for i in range(50)], dtype=object)


def frame(rows):
    numbers = {f"n{j}": RNG.normal(size=rows).astype(np.float32) for j in range(10)}
    return pd.DataFrame(numbers | {"city": RNG.choice(CITIES, rows), "kind": RNG.choice(CITIES[:5], rows)})


def models():
    X = RNG.normal(size=(20_000, 30)).astype(np.float32)
    y = (X[:, 0] + X[:, 1] * X[:, 2] + RNG.normal(size=len(X)) > 0).astype(int)
    tensor = [("X", FloatTensorType([None, 30]))]
    yield "forest", "RandomForestClassifier, 200 trees on 20,000 x 30 float32", RandomForestClassifier(200, random_state=0).fit(X, y), X[:10_000], tensor
    yield "logistic", "LogisticRegression on 20,000 x 30 float32", LogisticRegression().fit(X, y), X[:10_000], tensor
    F = frame(20_000)
    numbers = [name for name in F if name.startswith("n")]
    columns = ColumnTransformer([("n", StandardScaler(), numbers), ("c", OneHotEncoder(handle_unknown="ignore"), ["city", "kind"])])
    tensors = [(name, FloatTensorType([None, 1]) if name in numbers else StringTensorType([None, 1])) for name in F]
    yield "frame", "a ColumnTransformer of StandardScaler and OneHotEncoder, and LogisticRegression, on a pandas frame of 10 numbers and 2 texts", \
        make_pipeline(columns, LogisticRegression()).fit(F, (F.n0 > 0).astype(int)), F[:10_000], tensors


def feed(X, tensors):
    if isinstance(X, pd.DataFrame):
        return {name: X[[name]].to_numpy() for name, _ in tensors}
    return {"X": X}


def table(name, note, estimator, X, tensors, rounds):
    folder = Path(sys.argv[0]).resolve().parent.parent / "build/bench/python"
    folder.mkdir(parents=True, exist_ok=True)
    files = {kind: folder / f"{name}.{kind}" for kind in ("joblib", "skops", "prq")}
    joblib.dump(estimator, files["joblib"])
    skops.io.dump(estimator, files["skops"])
    pratique.dump(estimator, files["prq"], samples=X[:100])
    onnx = skl2onnx.to_onnx(estimator, initial_types=tensors, options={"zipmap": False}).SerializeToString()
    trusted = skops.io.get_untrusted_types(file=files["skops"])
    model, run = pratique.load(files["prq"]), onnx_session(onnx)

    load = compete({
        "pratique": lambda: pratique.load(files["prq"]),
        "pratique, of the .joblib": lambda: pratique.load(files["joblib"]),
        "joblib": lambda: joblib.load(files["joblib"]),
        "skops": lambda: skops.io.load(files["skops"], trusted=trusted),
        "ONNX Runtime": lambda: onnx_session(onnx),
    }, rounds, 0.3)
    figures = {"load": load}
    for label, rows, least in (("one row", X[:1], 0.3), ("10,000 rows", X, 0.5)):
        tensors_of = feed(rows, tensors)
        rivals = {
            "pratique": lambda: model.predict_proba(rows),
            "scikit-learn": lambda: estimator.predict_proba(rows),
            "ONNX Runtime": lambda: run.run(None, tensors_of),
        }
        if isinstance(rows, pd.DataFrame):
            rivals["ONNX Runtime, of the frame"] = lambda: run.run(None, feed(rows, tensors))
        figures[label] = compete(rivals, rounds, least)
    ours, theirs, onnxs = model.predict_proba(X), estimator.predict_proba(X), run.run(None, feed(X, tensors))[1]
    lines = [f"**{name}**: {note}\n", "| | load | predict_proba of one row | of 10,000 rows | largest difference from scikit-learn |", "|---|---:|---:|---:|---:|"]
    differences = {"pratique": np.abs(ours - theirs).max(), "ONNX Runtime": np.abs(onnxs - theirs).max()}
    for who in ("pratique", "pratique, of the .joblib", "joblib", "skops", "scikit-learn", "ONNX Runtime", "ONNX Runtime, of the frame"):
        if not any(who in figure for figure in figures.values()):
            continue
        cells = [cell(figures[what], who) for what in ("load", "one row", "10,000 rows")]
        difference = differences.get(who)
        shown = "" if difference is None else "0" if difference == 0 else f"{difference:.0e}"
        lines.append(f"| {who} | {' | '.join(cells)} | {shown} |")
    print("\n".join(lines), flush=True)
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="measure these models, and keep what stands there of the others")
    parser.add_argument("--note", default="", help="what else ran on the machine")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    results = HERE / "python-results.md"
    standing = results.read_text().split("\n**")[1:] if results.exists() else []
    tables = {one.partition("**")[0]: f"**{one.strip()}\n" for one in standing if options.only}
    for name, *rest in models():
        if not options.only or name in options.only:
            tables[name] = table(name, *rest, options.rounds)
    head = (f"Measured on {datetime.date.today()} by `bench/run python`: one process, one thread, time of the processor, medians of {options.rounds} "
            f"rounds in turns; in brackets the multiple of pratique's figure. All take what they take best: arrays or a pandas frame; ONNX Runtime's inputs are made "
            f"of the frame before the clock starts, but where its line says so. pratique.load proves the whole content; joblib runs what the file says; skops is told which "
            f"types to trust. {options.note}\n\npratique {pratique.__version__}, scikit-learn {sklearn.__version__}, joblib {joblib.__version__}, skops {skops.__version__}, "
            f"ONNX Runtime {onnxruntime.__version__}, Python {platform.python_version()}; {processor()}.\n")
    results.write_text("\n".join([head, *tables.values()]))


if __name__ == "__main__":
    main()
