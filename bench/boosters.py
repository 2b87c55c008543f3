"""boosters.py [--repeats N]: bench/run boosters' second half; run it through bench/run.

pratique beside XGBoost and LightGBM on their own models, predict_proba of a classifier in one thread. Programs run in
fresh processes, in turns; each figure is the median. Writes bench/boosters-results.md.
"""
import argparse
import json
import os
import pickle
import platform
import statistics
import subprocess
import sys
from pathlib import Path

import lightgbm
import numpy as np
import xgboost
from sklearn.datasets import make_classification

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build/bench/boosters"
ROWS, FIT_ROWS, COLS, TREES = 10_000, 20_000, 30, 500

PYTHON = """
import json, pickle, statistics, sys, time
import numpy as np
LIBRARY
path, x, rows, cols, batches, singles = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7])
def clock(f, *arguments):
    start = time.perf_counter()
    result = f(*arguments)
    return 1000 * (time.perf_counter() - start), result
load_ms, model = clock(lambda: pickle.load(open(path, "rb")))
X = np.fromfile(x, dtype=np.float32).reshape(rows, cols)
model.predict_proba(X[:1])
batch = [clock(model.predict_proba, X) for _ in range(batches)]
single = [1000 * clock(model.predict_proba, X[i % rows:i % rows + 1])[0] for i in range(singles)]
if len(sys.argv) > 7:
    np.asarray(batch[-1][1]).tofile(sys.argv[7])
print(json.dumps({"load_ms": load_ms, "batch_ms": statistics.median(t for t, _ in batch), "row_us": statistics.median(single)}))
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
    for name, (_, make, _) in LIBRARIES.items():
        (WORK / f"{name}.pkl").write_bytes(pickle.dumps(make().fit(X[:FIT_ROWS], y[:FIT_ROWS]), protocol=5))
    (WORK / "complete").touch()


def run(command, model, out):
    """Its figures, and what it predicts."""
    command = [*command, model, WORK / "X.f32", str(ROWS), str(COLS), "7", "300", out]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    prepare()
    lines = [f"| model | with | load in process | {ROWS:,} rows, one thread | one row | same bits |", "|---|---|---:|---:|---:|---|"]
    for name, (module, _, dtype) in LIBRARIES.items():
        pickled, prq = WORK / f"{name}.pkl", WORK / f"{name}.prq"
        subprocess.run([ROOT / "build/release/pratique", "convert", pickled, prq], check=True, stdout=subprocess.DEVNULL)
        program = PYTHON.replace("LIBRARY", f"import {module.__name__}.sklearn")
        ways = {"pratique": ([ROOT / "build/release/bench/bench"], prq), "pratique, from the pickle": ([ROOT / "build/release/bench/bench"], pickled),
                f"{name} {module.__version__}": ([sys.executable, "-c", program], pickled)}
        figures = {way: [] for way in ways}
        for _ in range(repeats):
            for k, (way, (command, model)) in enumerate(ways.items()):
                figures[way].append(run(command, model, WORK / f"{k}.out"))
        answers = [np.fromfile(WORK / f"{k}.out", dtype=dtype) for k in range(len(ways))]
        for k, (way, of) in enumerate(figures.items()):
            median = {figure: statistics.median(one[figure] for one in of) for figure in of[0]}
            same = "yes" if np.array_equal(answers[k], answers[-1]) else "no"
            lines.append(f"| {name}, {TREES} trees | {way} | {median['load_ms']:,.0f} ms | {median['batch_ms']:,.0f} ms | "
                         f"{median['row_us']:,.0f} µs | {same} |")
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
    (ROOT / "bench/boosters-results.md").write_text(
        "# Results of `bench/run boosters`\n\n"
        f"All in one run, in turns, medians of {repeats} processes each; classifiers of two classes fitted on {FIT_ROWS:,} x {COLS} float32, "
        f"predict_proba in one thread. Python {platform.python_version()}; {cpu}, {os.cpu_count()} cores.\n\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
