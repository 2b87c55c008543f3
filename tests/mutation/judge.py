"""What scikit-learn and pratique answer, made alike and compared."""
import json
import math
import os
import pickle
import resource
import signal
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp


class Refused(Exception):
    pass


def answer(model, method, X):
    if method == "predict_std":
        return model.predict(X, return_std=True)[1]
    value = getattr(model, method)(X)
    return list(value) if method.startswith("staged") else value


def parts(value):
    """The arrays of a result of scikit-learn."""
    if isinstance(value, list) and value and isinstance(value[0], (dict, tuple)):
        return [objects(value)]
    if isinstance(value, (list, tuple)):
        return [dense(v) for v in value]
    return [dense(value)]


def dense(value):
    if isinstance(value, pd.DataFrame):
        value = value.to_numpy()
    if sp.issparse(value):
        value = value.toarray()
    return np.asarray(value)


class Asker:
    """pratique_ask, started again when a question crashed it."""

    def __init__(self, program):
        self.program, self.process = program, None

    def ask(self, model, method, rows, out, records=False):
        """What the tool predicts, as arrays; of documents and records where `records`; None if the model has no such method; Refused with its words."""
        if self.process is None:
            self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.process.stdin.write(f"{model}\t{method}\t{rows}\t{out}{chr(9) + 'records' if records else ''}\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline().rstrip("\n")
        except BrokenPipeError:
            line = ""
        if not line:
            code = self.process.wait()
            self.process = None
            raise AssertionError(f"crashed: {code}")
        if line == "has no":
            return None
        kind, _, text = line.partition(" ")
        if kind == "refused":
            raise Refused(text)
        return read(Path(text))


def read(path):
    if path.suffix == ".npy":
        return [np.load(path)]
    if path.suffix == ".npz":
        z = np.load(path)
        if "indptr" in z.files:
            return [sp.csr_matrix((z["data"], z["indices"], z["indptr"]), shape=z["shape"]).toarray()]
        return [z[name] for name in z.files]
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [objects(rows)]


def objects(rows):
    return np.array([list(row.values()) if isinstance(row, dict) else list(row) if isinstance(row, tuple) else row for row in rows],
                    dtype=object)


def difference(got, want, bound):
    """"" or the first difference. bound: "exact" or a number."""
    if len(got) != len(want):
        if len(got) == 1 and want and all(w.ndim == 1 or w.shape[1:] == (1,) for w in want):
            want = [np.column_stack([w.ravel() for w in want])]
        else:
            return f"{len(got)} arrays instead of {len(want)}"
    for g, w in zip(got, want):
        if g.size != w.size or (g.ndim > 1 and w.ndim > 1 and g.shape != w.shape):
            return f"shape {g.shape} instead of {w.shape}"
        scale = 1.0
        numeric = w.dtype.kind in "fiub" and g.dtype.kind in "fiub"
        limit = 0.0 if bound == "exact" else float(bound) if w.dtype != np.float32 else 2e-5
        if numeric:
            a, b = g.ravel().astype(np.float64), w.ravel().astype(np.float64)
            finite = np.isfinite(b)
            scale = max(1.0, float(np.max(np.abs(b[finite]), initial=0.0)))
            with np.errstate(all="ignore"):
                good = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= limit * scale if limit else False)
            if not good.all():
                i = int(np.flatnonzero(~good)[0])
                return f"value {i}: {a[i]!r} instead of {b[i]!r} ({w.dtype})"
            continue
        for i, (a, b) in enumerate(zip(g.ravel().tolist(), w.ravel().tolist())):
            if not alike(a, b):
                return f"value {i}: {a!r} instead of {b!r} ({w.dtype})"
    return ""


def alike(a, b):
    if is_missing(a) or is_missing(b):
        return is_missing(a) and is_missing(b)
    if isinstance(a, str) != isinstance(b, str):
        return str(a) == str(b)
    return a == b


def is_missing(v):
    return v is None or v is pd.NA or (isinstance(v, float) and math.isnan(v))


def apart(work, seconds=None):
    """What work() returns, from a process of its own: a changed tree can crash it. It has 60 seconds, or that many of
    processor time. None if it ended otherwise."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        if seconds is None:
            signal.alarm(60)
        else:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        data = b""
        try:
            data = pickle.dumps(work())
        except BaseException:
            pass
        finally:
            with os.fdopen(write_end, "wb") as pipe:
                pipe.write(data)
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else None
