#!/usr/bin/env python3
"""extremes.py TOOL [--seed N] [--count N] [--seconds S] [--only I] [--word W] [--keep DIR] [--table FILE]

Fits every class that TOOL (pratique) knows with parameters and data at the ends of what is legal (extremes_data.py: one row,
constant columns, 1e300, weights of zero, classes of one row, steps that diverge), saves it with pickle, and demands: no such
model is called invalid, malformed or dangerous; what is accepted is answered as this scikit-learn answers, and raises where it
raises. What is refused as unsupported is counted by reason (--table writes them). Where a last bit of X moves scikit-learn's own
answer (a fit on constant columns, equal distances), ours may lie as far off: those are counted as unsteady.

A model follows from the seed and its number alone: --only shows one again. Time decides how many there are, not which: a fit
has a fixed share of processor time. Prints "PASSED FAILED" at the end; what fell short goes to stderr.
"""
import argparse
import collections
import json
import os
import pickle
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # before numpy
    os.environ[variable] = "1"
# Which of equal distances numpy's partition keeps is the processor's choice; pratique is its portable one.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "AVX2 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR X86_V3 X86_V4"

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy.sparse as sp  # noqa: E402
import sklearn  # noqa: E402
from sklearn.base import is_classifier  # noqa: E402
from sklearn.utils import all_estimators  # noqa: E402

import extremes_data as data  # noqa: E402
import judge  # noqa: E402

try:
    from sklearn.utils._param_validation import Interval, Options, make_constraint
except ImportError:  # before 1.2
    Interval = Options = make_constraint = None

METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "inverse_transform", "apply",
           "score_samples", "kneighbors", "predict_std", "mahalanobis"]
BATCH = 60
FIT_SECONDS = 4  # of the processor, for one fit and its answers
# What is refused of rows that scikit-learn answers, as the documents say: rows solved together that come in blocks.
WITHHELD = {"input.batch"}
# (class, rows, why): where we differ, and know it.
KNOWN = [(r"KMeans", "float32 1e-40", "its float32 products are below the smallest float32; ours are summed in float64"),
         (r"FactorAnalysis", "int64 ends", "a determinant of 1e37 beside 1, which rounding makes negative")]
LABELS_IN = {"LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer"}
TEXT_IN = {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"}
RECORDS_IN = {"DictVectorizer", "FeatureHasher"}
# Parameters that say how loud, how parallel or where: no end of theirs is of interest.
LEFT = {"verbose", "n_jobs", "memory", "copy_X", "copy_x", "copy", "pre_dispatch", "error_score", "callback", "cache_size", "input", "encoding",
        "decode_error", "estimator", "base_estimator", "regressor", "transformer", "cv", "scoring", "validate", "check_inverse", "store_cv_results",
        "random_state", "n_features", "input_type", "sparse", "preprocessor", "tokenizer", "analyzer", "token_pattern"}


def choices(kind, name):
    """Legal values of a parameter, the ends first, as the class itself says them."""
    found = list(data.OPTIONS.get(name, []))
    constraint = getattr(kind, "_parameter_constraints", {}).get(name, []) if make_constraint else []
    constraint = constraint if isinstance(constraint, list) else []
    for c in constraint:
        c = make_constraint(c) if not isinstance(c, type) else c
        if isinstance(c, Interval):
            if c.type.__name__ == "Integral":
                ends = [c.left, c.right] + [v for v in (0, 1, 2, 3, 5, 20)]
                found += [int(v) for v in ends if v is not None and np.isfinite(v) and abs(v) <= 20 and v in c]
            else:
                ends = [c.left, c.right, 0.0, 5e-324, 1e-300, 1e-9, 0.1, 0.5, 0.999, 1.0, 2.5, 1e9, 1e300, -1.0]
                found += [float(v) for v in ends if v is not None and np.isfinite(v) and v in c]
        elif isinstance(c, Options):
            found += [v for v in sorted(c.options, key=str) if v != "precomputed"]
        elif "Boolean" in type(c).__name__:
            found += [True, False]
        elif "None" in type(c).__name__:
            found += [None]
    return found


class Model:
    """What number `index` of the seed is: a class, its parameters, and what it is fitted on."""

    def __init__(self, seed, index, kinds):
        self.index = index
        rng = random.Random(f"{seed}/{index}")
        self.name, self.kind = kinds[rng.randrange(len(kinds))]
        self.parameters, self.said = self.chosen(rng)
        self.rows, self.X = self.chosen_rows(rng)
        self.target = self.y = self.weights = self.weighted = None
        n = self.X.shape[0] if hasattr(self.X, "shape") and not isinstance(self.X, list) else len(self.X)
        if not (self.name in LABELS_IN | TEXT_IN | RECORDS_IN):
            classes = is_classifier(self.kind()) if self.name not in data.GIVEN and self.name not in data.CLASSIFYING | data.REGRESSING else (
                "Classif" in self.name or self.name in data.CLASSIFYING or self.name == "Pipeline")
            table = data.CLASSES if classes else data.VALUES
            self.target = rng.choice(sorted(table)) if rng.random() < 0.6 else "three" if classes else "normal"
            self.y = table[self.target](n)
            if rng.random() < 0.15:
                self.weighted = rng.choice(sorted(data.WEIGHTS))
                self.weights = data.WEIGHTS[self.weighted](n)
        self.probe = rng.choice([1e-300, 1.0, 1e3, 1e300])

    def chosen(self, rng):
        own = self.kind._get_param_names()
        given = {k: make(rng) for k, make in data.GIVEN.get(self.name, {}).items()}
        inner = next((k for k in ("estimator", "base_estimator", "regressor") if k in own), None)
        if inner and self.name in data.CLASSIFYING | data.REGRESSING:
            given[inner] = rng.choice(data.INNER_CLASSIFIERS if self.name in data.CLASSIFYING else data.INNER_REGRESSORS)()
        small = {k: v for k, v in data.SMALL.items() if k in own and k not in given}
        names = [k for k in own if k not in LEFT and k not in given]
        changed = {}
        for name in rng.sample(names, min(len(names), rng.choice([0, 1, 1, 2, 3]))):
            values = choices(self.kind, name)
            if values:
                changed[name] = rng.choice(values)
        return {**small, **given, **changed}, {**{k: v for k, v in given.items()}, **changed}

    def chosen_rows(self, rng):
        table = (data.LABELS if self.name in LABELS_IN else data.DOCUMENTS if self.name in TEXT_IN else
                 data.RECORDS if self.name in RECORDS_IN else data.ROWS)
        name = rng.choice(sorted(table)) if rng.random() < 0.8 or table is not data.ROWS else "normal"
        X = table[name]()
        if self.name == "KernelCenterer":
            X = np.asarray(data.normal(6, 6)) * rng.choice([1e-300, 1.0, 1e150])
        if self.name == "IsotonicRegression" and isinstance(X, np.ndarray):
            X = X[:, :1]
        if self.name == "MultiLabelBinarizer":
            X = [[v] for v in X]
        return name, X

    def text(self):
        words = ", ".join(f"{k}={str(v)!r}" if isinstance(v, str) else f"{k}={v!r}".replace("\n", " ")[:80] for k, v in self.said.items())
        return f"{self.name}({words}) on {self.rows}" + (f", y {self.target}" if self.target else "") + (
            f", weights {self.weighted}" if self.weighted else "")

    def fitted(self):
        model = self.kind(**self.parameters)
        more = {"sample_weight": self.weights} if self.weights is not None else {}
        try:
            return model.fit(self.X, self.y, **more) if self.y is not None else model.fit(self.X)
        except TypeError:
            if not more:
                raise
            return model.fit(self.X, self.y)


def questions(model, described, folder):
    """{form: (file, rows)}: what was fitted, and others of the same width, as scikit-learn gets them from the file."""
    X = described.X
    stem = folder / f"x{described.index}"
    if described.name in LABELS_IN:
        return {}
    if isinstance(X, list):
        path = stem.with_suffix(".jsonl")
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in X), encoding="utf-8")
        return {"fitted": (path, X)}
    if isinstance(X, pd.DataFrame) or X.dtype == object:
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
        path = stem.with_suffix(".jsonl")
        lines = [dict(zip(frame.columns, row)) if isinstance(X, pd.DataFrame) else list(row) for row in frame.astype(object).itertuples(index=False)]
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        return {"fitted": (path, X)}
    if sp.issparse(X):
        path = stem.with_suffix(".npz")
        sp.save_npz(path, X)
        return {"fitted": (path, X)}
    path = stem.with_suffix(".npy")
    np.save(path, X)
    asked = {"fitted": (path, X)}
    if X.dtype.kind in "fiub" and described.name != "KernelCenterer":
        with np.errstate(all="ignore"):
            rows = data.normal(3, X.shape[1] if X.ndim == 2 else 1, 5) * described.probe
            rows = np.clip(rows, -1.7e308, 1.7e308)
        rows = rows if X.ndim == 2 else rows[:, 0]
        path = folder / f"p{described.index}.npy"
        np.save(path, rows)
        asked["others"] = (path, rows)
    return asked


def child(seed, index, kinds, folder):
    """Fits, saves and asks scikit-learn: what the parent needs, in one picklable value."""
    described = Model(seed, index, kinds)
    model = described.fitted()
    saved = pickle.dumps(model, protocol=[2, 4, 5][index % 3])
    asked = questions(model, described, folder)
    try:  # inverse_transform is asked what transform answers
        with np.errstate(all="ignore"):
            back = np.asarray(judge.dense(model.transform(asked["fitted"][1])))
        if hasattr(model, "inverse_transform") and back.dtype.kind in "fiu" and back.ndim == 2:
            path = folder / f"b{index}.npy"
            np.save(path, back)
            asked["back"] = (path, back)
    except Exception:
        pass
    found = {}
    for form, (path, X) in asked.items():
        for method in METHODS:
            if (method == "inverse_transform") != (form == "back"):
                continue
            own = {"predict_std": "predict"}.get(method, method)
            try:
                if not hasattr(model, own):
                    continue
                with np.errstate(all="ignore"):
                    found[method, form] = judge.parts(judge.answer(pickle.loads(saved), method, X))
            except Exception as error:
                found[method, form] = f"{type(error).__name__}: {error}"[:200]
    path = folder / f"m{index}.pkl"
    path.write_bytes(saved)
    if any(re.search(name, described.name) and rows == described.rows for name, rows, _ in KNOWN):
        found = {}
    return described.text(), path, {form: p for form, (p, _) in asked.items()}, found


def moved(X, way, by=1):
    """X with other last bits here and there, by so many steps."""
    if sp.issparse(X):
        X = X.copy()
        X.data = moved(X.data, way, by)
        return X
    if isinstance(X, pd.DataFrame):
        return X.apply(lambda column: pd.Series(moved(column.to_numpy(), way, by), index=X.index) if column.dtype.kind == "f" else column)
    if not isinstance(X, np.ndarray) or X.dtype.kind != "f":
        return X
    towards = np.where(np.random.RandomState(way).rand(*X.shape) > 0.5, np.inf, -np.inf).astype(X.dtype)
    near = X
    with np.errstate(all="ignore"):
        for _ in range(by):
            near = np.nextafter(near, towards)
    return np.where(np.isfinite(near) & (X != 0), near, X).astype(X.dtype)


def variations(seed, index, kinds, path, method, form, folder):
    """What scikit-learn answers to X with other last bits, in another order of memory, and row by row."""
    described = Model(seed, index, kinds)
    saved = path.read_bytes()
    X = np.load(folder / f"b{index}.npy") if form == "back" else questions(pickle.loads(saved), described, folder)[form][1]
    ways = [lambda: moved(X, 1), lambda: moved(X, 2), lambda: moved(X, 3, 16)]
    if isinstance(X, np.ndarray):
        ways += [lambda: np.asfortranarray(X)]
    found = []
    for way in ways:
        try:
            with np.errstate(all="ignore"):
                found.append(judge.parts(judge.answer(pickle.loads(saved), method, way())))
        except Exception:
            pass
    if isinstance(X, np.ndarray) and method != "kneighbors":
        try:
            with np.errstate(all="ignore"):
                rows = [judge.parts(judge.answer(pickle.loads(saved), method, X[i:i + 1])) for i in range(len(X))]
            found.append([np.concatenate(parts) for parts in zip(*rows)])
        except Exception:
            pass
    return found


def unsteady(value, real, others):
    """Whether value is off by no more than scikit-learn is from itself, a few times over. All are lists of arrays."""
    others = [o for o in others if [p.shape for p in o] == [p.shape for p in real]]
    if not others or len(value) != len(real):
        return False
    for k, (v, r) in enumerate(zip(value, real)):
        v = v.reshape(r.shape) if v.size == r.size else v
        if v.shape != r.shape or r.dtype.kind not in "fiub" or v.dtype.kind not in "fiub":
            return all(v.shape == r.shape and bool(((v == r) | np.any([o[k] != r for o in others], axis=0)).all()) for _ in [0])
        v, r, o = v.astype(float), r.astype(float), np.array([p[k] for p in others], dtype=float)
        with np.errstate(all="ignore"):
            same = (v == r) | (np.isnan(v) & np.isnan(r))
            odd = ~np.isfinite(v) | ~np.isfinite(r)  # which of NaN and infinities is left to the order of sums that are too large
            shaky = np.any((o != r) & ~(np.isnan(o) & np.isnan(r)), axis=0)
            noise = np.nanmax(np.where(np.isfinite(o - r), np.abs(o - r), 0.0), initial=0.0)
            near = np.abs(v - r) <= 20 * noise
            both = ~np.isfinite(v) & ~np.isfinite(r)
            if not (same | np.where(odd, both | shaky, near | (shaky & (np.round(r) == r)))).all():
                return False
    return True


class Run:
    def __init__(self, tool):
        self.tool = tool
        self.asker = judge.Asker(Path(tool).parent / "tests" / "pratique_ask")
        rows = [json.loads(line) for line in subprocess.run([tool, "types", "--json"], check=True, capture_output=True, text=True).stdout.splitlines()]
        self.agreement = {row["name"].rsplit(".")[-1]: row["agreement"] for row in rows}
        known = {row["name"].rsplit(".")[-1] for row in rows if row["coverage"] in ("predict", "inspect")}
        self.kinds = [(name, kind) for name, kind in all_estimators() if name in known]
        self.passed, self.failed, self.fitted, self.accepted, self.asked, self.unsteady, self.narrow = 0, 0, 0, 0, 0, 0, 0
        self.table, self.withheld = collections.Counter(), collections.Counter()

    def scan(self, folder):
        out = subprocess.run([self.tool, "scan", "--json", folder], capture_output=True, text=True, check=False)
        assert out.returncode in (0, 1, 2), out.stderr[-500:]
        records = (json.loads(line) for line in out.stdout.splitlines())
        return {r["file"]: r for r in records if r.get("record") == "file" and r["file"].endswith(".pkl")}

    def bound(self, path):
        said = [a for name, a in self.agreement.items() if name.encode() in path.read_bytes() and a]
        return max([float(a) for a in said if a != "exact"], default="exact")

    def check(self, record, path, files, found, again):
        """"" or what fell short."""
        verdict, reason = record["verdict"], record["reason"]
        first = record["findings"][0] if record["findings"] else {}
        if verdict != "accepted":
            text = f"{first.get('path')}: {first.get('code')} {first.get('rule') or ''} {first.get('got') or ''} | {first.get('message', '')}"
            self.table[f"{reason}: {record['root']['type'] if record.get('root') else ''} {text}"[:300]] += 1
            return "" if reason in ("unsupported", "limit") else f"{verdict}: {reason}: {text}"[:400]
        self.accepted += 1
        for (method, form), real in found.items():
            try:
                value = self.asker.ask(path, method, files[form], path.parent / "out", records=True)
            except judge.Refused as refused:
                if not isinstance(real, str):
                    self.withheld[f"{method}: {str(refused)[:160]}"] += 1
                    code = str(refused).split(" ")[0]
                    lost = code == "input.not_finite" and any(r.dtype.kind == "f" and not np.isfinite(r).all() for r in real)
                    named = code == "input.dtype" and "float16" in str(refused)  # rounded by numpy after each step
                    if code not in WITHHELD and not lost and not named:
                        return f"{method} of {form}: refused, {str(refused)[:300]}"
                continue
            except AssertionError as crashed:
                return f"{method} of {form}: {crashed}"
            if value is None:
                continue
            self.asked += 1
            if isinstance(real, str):
                return f"{method} of {form}: answered, but scikit-learn raises {real}"
            bound = self.bound(path)
            text = judge.difference(value, real, bound)
            if text and method == "predict_log_proba":
                text = judge.difference(value, real, max(1e-12, bound if bound != "exact" else 0))
            if text and b"f4" in path.read_bytes() and not judge.difference(value, real, 2e-5):
                self.narrow += 1  # sums of float32 on the way
                continue
            # Of more rows than the fit had, heaps leave neighbours of equal distance in another order.
            if text and method == "kneighbors" and not judge.difference(value[:1], real[:1], bound) and \
                    np.array_equal(np.sort(value[1], axis=1), np.sort(real[1], axis=1)):
                self.unsteady += 1
                continue
            # The deviation is a root of what is left of 1: of rows of the fit, the last digits of it.
            if text and method == "predict_std" and not judge.difference([v**2 for v in value], [r**2 for r in real], 1e-9):
                self.unsteady += 1
                continue
            if text and unsteady(value, real, judge.apart(lambda: again(method, form), FIT_SECONDS) or []):
                self.unsteady += 1
                continue
            if text:
                return f"{method} of {form}: {text}"
        return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", type=int)
    parser.add_argument("--word", default="", help="the classes whose name matches")
    parser.add_argument("--keep", type=Path, help="where the files of what fell short are kept")
    parser.add_argument("--table", type=Path, help="where the reasons of refusals are written")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    started = time.time()
    run = Run(os.path.abspath(options.tool))
    kinds = [k for k in run.kinds if re.search(options.word, k[0])]
    first = 0 if options.only is None else options.only
    last = options.count if options.only is None else first + 1
    while first < last and time.time() - started < options.seconds:
        with tempfile.TemporaryDirectory() as tmp:
            folder = Path(tmp)
            made = [(i, judge.apart(lambda i=i: child(options.seed, i, kinds, folder), FIT_SECONDS)) for i in range(first, min(first + BATCH, last))]
            verdicts = run.scan(folder) if any(m for _, m in made) else {}
            for index, found in made:
                if found is None:
                    continue
                run.fitted += 1
                text, path, files, answers = found
                again = lambda method, form: variations(options.seed, index, kinds, path, method, form, folder)  # noqa: E731, B023
                short = run.check(verdicts[str(path)], path, files, answers, again)
                run.passed, run.failed = run.passed + (not short), run.failed + bool(short)
                if short or options.only is not None:
                    print(f"{index}: {text}\n    {short}", file=sys.stderr, flush=True)
                    if options.keep:
                        options.keep.mkdir(parents=True, exist_ok=True)
                        (options.keep / f"{sklearn.__version__}-{options.seed}-{index}.pkl").write_bytes(path.read_bytes())
        first += BATCH
    print(f"scikit-learn {sklearn.__version__}: {min(first, last)} tried (seed {options.seed}) in {time.time() - started:.0f} s: {run.fitted} fitted, "
          f"{run.accepted} accepted with {run.asked} answers, narrow {run.narrow}, unsteady {run.unsteady}, withheld {sum(run.withheld.values())}", file=sys.stderr)
    if options.table:
        options.table.write_text("".join(f"{n}\t{reason}\n" for reason, n in (run.table + run.withheld).most_common()))
    print(run.passed, run.failed)


if __name__ == "__main__":
    main()
