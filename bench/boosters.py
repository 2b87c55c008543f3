"""boosters.py [--repeats N]: bench/run boosters' second half; run it through bench/run.

pratique beside XGBoost and LightGBM on their own models, and what else serves those, predict_proba of a classifier in one
thread. Programs run in fresh processes, in turns; each figure is the median. Writes bench/boosters-results.md.
"""
import argparse
import importlib.metadata
import json
import os
import pickle
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import lightgbm
import numpy as np
import onnxmltools
import treelite
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.datasets import make_classification

from turns import processor

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build/bench/boosters"
ROWS, FIT_ROWS, COLS, TREES = 10_000, 20_000, 30, 500

# LIBRARY defines load(path), which gives predict_proba.
PYTHON = """
import json, statistics, sys, time
import numpy as np
LIBRARY
path, x, rows, cols, batches, singles = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7])
def clock(f, *arguments):
    start = time.perf_counter()
    result = f(*arguments)
    return 1000 * (time.perf_counter() - start), result
load_ms, predict_proba = clock(load, path)
X = np.fromfile(x, dtype=np.float32).reshape(rows, cols)
predict_proba(X[:1])
batch = [clock(predict_proba, X) for _ in range(batches)]
single = [1000 * clock(predict_proba, X[i % rows:i % rows + 1])[0] for i in range(singles)]
if len(sys.argv) > 7:
    np.asarray(batch[-1][1], dtype=np.float64).tofile(sys.argv[7])
median = lambda times: statistics.median(times) if times else 0
print(json.dumps({"load_ms": load_ms, "batch_ms": median([ms for ms, _ in batch]), "row_us": median(single)}))
"""
PICKLE = """
import pickle, MODULE.sklearn
load = lambda path: pickle.load(open(path, "rb")).predict_proba
"""
GTIL = """
import treelite, treelite.gtil
def load(path):
    model = treelite.Model.deserialize(path)
    return lambda X: treelite.gtil.predict(model, X, nthread=1)
"""
ONNX = """
import onnxruntime
def load(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda X: session.run(["probabilities"], {"X": X})[0]
"""
LIBRARIES = {
    "XGBoost": (xgboost, lambda: xgboost.XGBClassifier(n_estimators=TREES, max_depth=6, n_jobs=1), np.float32),
    "LightGBM": (lightgbm, lambda: lightgbm.LGBMClassifier(n_estimators=TREES, num_leaves=31, n_jobs=1, verbose=-1), np.float64),
}


def prepare():
    """Fits both and writes what they are measured on; keeps what is there."""
    WORK.mkdir(parents=True, exist_ok=True)
    if (WORK / "complete").exists():
        return
    X, y = make_classification(FIT_ROWS + ROWS, COLS, n_informative=COLS // 2, flip_y=0.1, random_state=0)
    X = X.astype(np.float32)
    X[FIT_ROWS:].tofile(WORK / "X.f32")
    convert_to_onnx = {"XGBoost": onnxmltools.convert_xgboost, "LightGBM": onnxmltools.convert_lightgbm}
    convert_to_treelite = {"XGBoost": lambda model: treelite.frontend.from_xgboost(model.get_booster()),
                           "LightGBM": lambda model: treelite.frontend.from_lightgbm(model.booster_)}
    for name, (_, make, _) in LIBRARIES.items():
        model = make().fit(X[:FIT_ROWS], y[:FIT_ROWS])
        (WORK / f"{name}.pkl").write_bytes(pickle.dumps(model, protocol=5))
        convert_to_treelite[name](model).serialize(WORK / f"{name}.treelite")
        options = {"zipmap": False} if name == "LightGBM" else {}  # else a dict for each row
        made = convert_to_onnx[name](model, initial_types=[("X", FloatTensorType([None, COLS]))], **options)
        (WORK / f"{name}.onnx").write_bytes(made.SerializeToString())
    (WORK / "complete").touch()


def run(command, model, out):
    """Its figures; `out` takes what it predicts."""
    command = [*command, model, WORK / "X.f32", str(ROWS), str(COLS)]
    start = time.perf_counter()
    subprocess.run([*command, "0", "0"], stdout=subprocess.DEVNULL, check=True)
    cold_ms = 1000 * (time.perf_counter() - start)
    return {"cold_ms": cold_ms} | json.loads(subprocess.run([*command, "7", "300", out], stdout=subprocess.PIPE, check=True).stdout)


def second_class(path, dtype):
    """Its probabilities; treelite gives no others."""
    values = np.fromfile(path, dtype=dtype)
    return (values if len(values) == ROWS else values.reshape(ROWS, 2)[:, 1]).astype(float)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    prepare()
    lines = ["| model | with | cold process to first prediction | load in process "
             f"| {ROWS:,} rows, one thread | one row | largest difference |", "|---|---|---:|---:|---:|---:|---:|"]
    for name, (module, _, dtype) in LIBRARIES.items():
        pickled, prq = WORK / f"{name}.pkl", WORK / f"{name}.prq"
        subprocess.run([ROOT / "build/release/pratique", "convert", pickled, prq], check=True, stdout=subprocess.DEVNULL)
        own, bench = f"{name} {module.__version__}", [ROOT / "build/release/bench/bench"]
        programs = {own: (PICKLE.replace("MODULE", module.__name__), pickled),
                    f"treelite {treelite.__version__} (GTIL)": (GTIL, WORK / f"{name}.treelite"),
                    f"ONNX Runtime {importlib.metadata.version('onnxruntime')}": (ONNX, WORK / f"{name}.onnx")}
        ways = {"pratique": (bench, prq), "pratique, from the pickle": (bench, pickled)} | {
            way: ([sys.executable, "-c", PYTHON.replace("LIBRARY", load)], model) for way, (load, model) in programs.items()}
        figures = {way: [] for way in ways}
        for _ in range(repeats):
            for k, (way, (command, model)) in enumerate(ways.items()):
                figures[way].append(run(command, model, WORK / f"{k}.out"))
        answers = {way: second_class(WORK / f"{k}.out", np.float64 if way in programs else dtype) for k, way in enumerate(ways)}
        for way, of in figures.items():
            median = {figure: statistics.median(one[figure] for one in of) for figure in of[0]}
            off = np.abs(answers[way] - answers[own]).max()
            lines.append(f"| {name}, {TREES} trees | {way} | {median['cold_ms']:,.0f} ms | {median['load_ms']:,.0f} ms | "
                         f"{median['batch_ms']:,.0f} ms | {median['row_us']:,.0f} µs | {f'{off:.0e}' if off else 'same bits'} |")
    (ROOT / "bench/boosters-results.md").write_text(
        "# Results of `bench/run boosters`\n\n"
        f"All in one run, in turns, medians of {repeats} processes each; classifiers of two classes fitted on {FIT_ROWS:,} x {COLS} float32, "
        f"predict_proba in one thread. Python {platform.python_version()}; {processor()}, {os.cpu_count()} cores.\n\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
