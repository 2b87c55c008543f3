"""compare.py [--repeats N]: bench/run's second half; run it through bench/run.

Every way to serve a forest is one row of WAYS: how its file is made and a program that loads it and predicts. Programs
run in fresh processes, in turns, so that a disturbance of the machine hits all of them; each figure is the median.
"""
import argparse
import json
import os
import pickle
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import joblib
import numpy as np
import onnxruntime
import skl2onnx
import sklearn
import skops
import skops.io
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build/bench"
ROWS = 10_000

FORESTS = {  # name: trees, rows and features of the training set
    "200 trees": (200, 20_000, 30),
    "500 trees": (500, 50_000, 20),
}

# Each Python way: a program that defines load() and predict(model, X).
JOBLIB = """
import joblib, sklearn.ensemble
def load(path): return joblib.load(path)
def predict(model, X): return model.predict_proba(X)
"""
PICKLE = JOBLIB.replace("joblib.load(path)", "pickle.load(open(path, 'rb'))").replace("joblib", "pickle")
SKOPS = """
import skops.io
def load(path): return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
def predict(model, X): return model.predict_proba(X)
"""
ONNX = """
import onnxruntime
def load(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
def predict(model, X): return model.run(["probabilities"], {"X": X})[0]
"""
MEASURE = """
import json, statistics, sys, time
import numpy as np
path, x, rows, cols, batches, singles = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7])
def clock(f, *arguments):
    start = time.perf_counter()
    result = f(*arguments)
    return 1000 * (time.perf_counter() - start), result
load_ms, model = clock(load, path)
X = np.fromfile(x, dtype=np.float32).reshape(rows, cols)
predict(model, X[:1])
batch = [clock(predict, model, X) for _ in range(batches)]
single = [1000 * clock(predict, model, X[i % rows:i % rows + 1])[0] for i in range(singles)]
if len(sys.argv) > 7:
    np.asarray(batch[-1][1], dtype=np.float64).tofile(sys.argv[7])
median = lambda times: statistics.median(times) if times else 0
peak_kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"peak_mib": peak_kib / 1024, "load_ms": load_ms, "batch_ms": median([ms for ms, _ in batch]), "row_us": median(single)}))
"""


def python(program):
    return [sys.executable, "-c", program + MEASURE]


BENCH = [str(ROOT / "build/release/bench/bench")]
WAYS = {  # name: file, program
    "pratique": ("model.prq", BENCH),
    "pratique, from joblib": ("model.joblib", BENCH),
    "joblib": ("model.joblib", python(JOBLIB)),
    "pickle": ("model.pkl", python(PICKLE)),
    "skops": ("model.skops", python(SKOPS)),
    "ONNX Runtime": ("model.onnx", python(ONNX)),
}


def prepare(name, trees, rows, cols):
    """Trains the forest and writes it in every format; keeps what is there."""
    directory = WORK / name.replace(" ", "_")
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / "complete").exists():
        X, y = make_classification(rows + ROWS, cols, n_informative=cols // 2, flip_y=0.1, random_state=0)
        X = X.astype(np.float32)
        X[rows:].tofile(directory / "X.f32")
        if (directory / "model.skops").exists():  # written after the joblib file
            forest = joblib.load(directory / "model.joblib")
        else:
            forest = RandomForestClassifier(trees, random_state=0, n_jobs=os.cpu_count()).fit(X[:rows], y[:rows])
            forest.n_jobs = 1
            joblib.dump(forest, directory / "model.joblib")
        with open(directory / "model.pkl", "wb") as f:
            pickle.dump(forest, f, protocol=5)
        skops.io.dump(forest, directory / "model.skops")
        onnx = skl2onnx.to_onnx(forest, X[:1], options={id(forest): {"zipmap": False}})
        (directory / "model.onnx").write_bytes(onnx.SerializeToString())
        nodes = sum(tree.tree_.node_count for tree in forest.estimators_)
        (directory / "complete").write_text(f"{nodes}\n")
    return directory


SETTLES = 3  # seconds, after which a host has taken what the way before gave back


def run(command):
    """Runs a program to its end, the second time: what it printed, seconds. The first finds the memory that the second needs, which a
    virtual machine's host may have taken back."""
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    start = time.perf_counter()
    process = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(process.stdout), time.perf_counter() - start


def measure(directory, cols, repeats):
    """{way: {figure: median}}"""
    figures = {way: {} for way in WAYS}

    def note(way, **values):
        for figure, value in values.items():
            figures[way].setdefault(figure, []).append(value)

    for _ in range(repeats):
        for way, (file, program) in WAYS.items():
            time.sleep(SETTLES)
            arguments = [directory / file, directory / "X.f32", ROWS, cols]
            command = [*program, *map(str, arguments)]
            _, seconds = run([*command, "0", "0"])
            note(way, cold_ms=1000 * seconds)
            out = directory / f"{way}.f64"
            result, _ = run([*command, "3", "50", str(out)])
            note(way, **result)
    medians = {way: {figure: statistics.median(values) for figure, values in of.items()} for way, of in figures.items()}
    expected = np.fromfile(directory / "joblib.f64")
    for way, (file, _) in WAYS.items():
        got = np.fromfile(directory / f"{way}.f64")
        medians[way]["file_mb"] = (directory / file).stat().st_size / 1e6
        medians[way]["differs"] = int((got != expected).sum())
        medians[way]["max_abs"] = float(np.abs(got - expected).max())
    return medians


COLUMNS = [  # figure, heading, format
    ("cold_ms", "cold process to first prediction", "{:,.0f} ms"),
    ("load_ms", "load in process", "{:,.0f} ms"),
    ("file_mb", "file", "{:,.1f} MB"),
    ("peak_mib", "peak memory", "{:,.0f} MiB"),
    ("batch_ms", f"{ROWS:,} rows, one thread", "{:,.0f} ms"),
    ("row_us", "one row", "{:,.0f} µs"),
]


def table(medians):
    """Markdown: pratique's figures, and every other way as a multiple of them."""
    lines = ["| | " + " | ".join(heading for _, heading, _ in COLUMNS) + " | same bits as scikit-learn |",
             "|---|" + "---:|" * len(COLUMNS) + "---|"]
    base = medians["pratique"]
    for way, of in medians.items():
        cells = []
        for figure, _, form in COLUMNS:
            cell = form.format(of[figure])
            if way != "pratique":
                ratio = of[figure] / base[figure]
                cell += f" ({ratio:.0f}x)" if ratio >= 10 else f" ({ratio:.1f}x)"
            cells.append(cell)
        same = "yes" if of["differs"] == 0 else f"no, up to {of['max_abs']:.0e} off"
        lines.append(f"| {way} | " + " | ".join(cells) + f" | {same} |")
    return "\n".join(lines)


def cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--prepare", action="store_true", help="only train and write the files")
    arguments = parser.parse_args()
    parts = []
    for name, (trees, rows, cols) in FORESTS.items():
        directory = prepare(name, trees, rows, cols)
        if arguments.prepare:
            continue
        subprocess.run([ROOT / "build/release/pratique", "convert", directory / "model.joblib", directory / "model.prq"],
                       check=True, stdout=subprocess.DEVNULL)
        nodes = int((directory / "complete").read_text())
        parts.append(f"**{name}**, RandomForestClassifier, fully grown on {rows:,} x {cols} float32, {nodes:,} nodes, two classes\n\n"
                     + table(measure(directory, cols, arguments.repeats)) + "\n")
    if arguments.prepare:
        return
    versions = (f"scikit-learn {sklearn.__version__}, joblib {joblib.__version__}, skops {skops.__version__}, "
                f"skl2onnx {skl2onnx.__version__}, ONNX Runtime {onnxruntime.__version__}, "
                f"Python {platform.python_version()}; {cpu()}, {os.cpu_count()} cores")
    (ROOT / "bench/results.md").write_text(
        f"# Results of `bench/run`\n\nAll in one run, in turns, medians of {arguments.repeats} processes each, each right after one like it, predict_proba in one "
        f"thread; in brackets the multiple of pratique's figure. {versions}.\n\n"
        "pratique loads with all checks: digests, schema rules, invariants. The Python rows pay for starting Python and importing "
        "their library in the cold figure and in peak memory, as a Python service does; ONNX Runtime from C++ would not. "
        "Libraries are imported before a load in process is timed. joblib and pickle run whatever the file says; skops needs its prompt for Tree answered with yes.\n\n"
        + "\n".join(parts))


if __name__ == "__main__":
    main()
