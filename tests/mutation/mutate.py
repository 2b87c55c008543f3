#!/usr/bin/env python3
"""mutate.py TOOL MODELS [--sweep] [--seed N] [--count N] [--seconds S] [--only I] [--keep DIR] [--word W]

Changes one or two attributes or parameters of fitted objects, saves them with pickle (or skops), and demands of TOOL (pratique):
what it accepts, it answers as this scikit-learn answers; what makes this scikit-learn raise, it refuses or raises, too.

MODELS is a folder as tests/models: MODELS/RELEASE/CASE of the release that runs this. Each class that the tool calls supported
must be among them, so that a class added later is changed unasked; each object also goes into a Pipeline, a FeatureUnion and a
ColumnTransformer. With --sweep nothing is left to chance but the order: every attribute and parameter of every class is changed
by each way of sweep.py, or the first --count of them by the seed. A change follows from the seed and its number alone: --only shows one again, --keep saves its file.
Prints "PASSED FAILED" at the end; what fell short goes to stderr.
"""
import argparse
import copy
import importlib
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
import zipfile
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # before numpy
    os.environ[variable] = "1"
# Which of equal distances numpy's partition keeps is the processor's choice; pratique is its portable one.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "AVX2 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR X86_V3 X86_V4"

import joblib  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy.sparse as sp  # noqa: E402
import sklearn  # noqa: E402
from sklearn.base import BaseEstimator, clone  # noqa: E402
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.pipeline import FeatureUnion, Pipeline  # noqa: E402
from sklearn.preprocessing import FunctionTransformer  # noqa: E402

import judge  # noqa: E402
import mutations  # noqa: E402
import sweep  # noqa: E402

try:
    import skops.io
except ImportError:
    skops = None

METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "inverse_transform", "apply",
           "score_samples", "kneighbors", "predict_std", "mahalanobis", "staged_predict"]
# What scikit-learn says of rows that it, pandas or scipy cannot take, whatever the model is.
# Each is answered (docs/permissive.md).
OF_THE_ROWS = "InvalidIndexError|assignment destination is read-only|scipy.sparse does not support dtype|Dtype of A and B must be the same"
# n_jobs=True of a forest, as old releases of joblib take it.
OF_THE_ROWS += "|expected a sequence of integers or a single integer, got 'True'"
OF_FORMS = [({"frame", "named"}, "buffer source array is read-only|ufunc 'isnan' not supported|must be in the same order as they were in fit"),
            ({"ints", "int32", "bool"}, "Out of bounds w/ x = "), ({"bool"}, "previously unseen labels: np.True_"),
            ({"csr", "csr32"}, "transformer outputs a scipy sparse matrix")]
# What a class says that has the method in later releases only; of a model as it is, which is asked before its changes.
OF_LATER = re.compile(r"'\w+'(?: object)? has no attribute '(\w+)'$")
BATCH = 150
ALL = 10**9
ROWS = 9  # of each input


class Inputs:
    """The rows a model is asked with, in every form: as files for the tool, as Python's values for scikit-learn."""

    def __init__(self, folder, X, names):
        self.folder = folder
        self.forms = {}
        self.images = getattr(X, "ndim", 2) > 2
        if isinstance(X, list):
            path = folder / "records.jsonl"
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in X), encoding="utf-8")
            self.forms["records"] = (path, lambda: copy.deepcopy(X))
        elif isinstance(X, pd.DataFrame):
            self.frame("frame", X)
            numbers = X.select_dtypes("number")
            if numbers.shape[1] == X.shape[1]:
                self.numbers(numbers.to_numpy(float), names)
        else:
            self.numbers(X.toarray() if sp.issparse(X) else np.asarray(X, dtype=None), names)

    def numbers(self, X, names):
        if X.dtype.kind not in "fiub":
            return
        X = X.astype(float)
        tame = np.where(np.isfinite(X) & (np.abs(X) < 1e9), X, 1.5)
        self.array("dense", X)
        self.array("float32", X.astype(np.float32))
        self.array("ints", tame.astype(np.int64))
        self.array("int32", tame.astype(np.int32))
        self.array("bool", tame > 1)
        self.array("fortran", np.asfortranarray(X))
        self.array("big_endian", X.astype(">f8"))
        gaps = tame.copy()
        gaps[::3, ::2] = np.nan
        self.array("gaps", gaps)
        if self.images:
            return
        zeros = np.where(np.abs(X) > 1, X, 0.0)
        self.sparse("csr", sp.csr_matrix(zeros))
        self.sparse("csr32", sp.csr_matrix(zeros.astype(np.float32)))
        self.frame("named", pd.DataFrame(tame, columns=names if len(names) == X.shape[1] else [f"x{i}" for i in range(X.shape[1])]))

    def array(self, form, X):
        path = self.folder / f"{form}.npy"
        np.save(path, X)
        self.forms[form] = (path, lambda: np.load(path))

    def sparse(self, form, X):
        path = self.folder / f"{form}.npz"
        sp.save_npz(path, X)
        self.forms[form] = (path, lambda: sp.load_npz(path).tocsr())

    def frame(self, form, X):
        text = [name for name in X.columns if not (X[name].dtype.kind in "fiub")]
        X = X[~X[text].isna().any(axis=1)] if text else X  # None or NaN: a file cannot say which
        if X.empty:
            return
        path = self.folder / f"{form}.jsonl"
        rows = [{str(k): None if isinstance(v, float) and np.isnan(v) else v for k, v in zip(X.columns, row)}
                for row in X.astype(object).itertuples(index=False)]
        path.write_text("".join(json.dumps(row, ensure_ascii=False, default=lambda v: v.item()) + "\n" for row in rows), encoding="utf-8")
        kept = X.copy()
        for name in X.columns:
            kept[name] = X[name].astype(object) if name in text else X[name]
        self.forms[form] = (path, lambda: kept.copy())


def module_of(o):
    """Where the tool says that its class lives: sklearn.linear_model, lightgbm."""
    module = type(o).__module__
    return module.split("._")[0] if module.startswith("sklearn.") else module.split(".")[0]


class Base:
    def __init__(self, name, model, inputs):
        self.name, self.inputs = name, inputs
        self.bytes = pickle.dumps(model)
        inner = [mutations.at(model, path) for path in mutations.estimators_in(model)]
        self.classes = {f"{module_of(o)}.{type(o).__name__}" for o in inner}
        self.without = set()  # methods that only later releases have


def load_input(folder, about, unpacked, records):
    if "answers" in about:
        with zipfile.ZipFile(folder / about["answers"]) as archive:
            path = Path(archive.extract(about["input"], unpacked))
    else:
        path = folder / about["input"]
    if path.suffix == ".npz":
        return sp.load_npz(path).tocsr()
    if path.suffix == ".npy":
        return np.load(path)
    values = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if records or all(isinstance(value, str) for value in values):
        return values  # records, or documents
    rows = pd.DataFrame(values)
    for name in rows.columns:
        if rows[name].dtype == object or not rows[name].dtype.kind in "fiub":
            numbers = pd.to_numeric(rows[name], errors="coerce")
            if not rows[name].map(lambda v: isinstance(v, (str, bool))).any():
                rows[name] = numbers.astype(float)
    return rows


def head(X):
    return X.iloc[:ROWS + 6].reset_index(drop=True) if isinstance(X, pd.DataFrame) else X[:ROWS]


def bases_of(models, folder, word):
    """(bases, pool): the models of this release whose case matches, and what stands in them, each alone and inside others."""
    bases, pool, seen = [], [], {}
    for about_path in sorted((models / sklearn.__version__).glob("*/case.json")):
        about = json.loads(about_path.read_text())
        if not re.search(word, about["case"]):
            continue
        file = about_path.parent / about["models"][0]
        if file.suffix not in (".joblib", ".pkl"):
            continue  # XGBoost's and LightGBM's own formats
        model = joblib.load(file) if file.suffix == ".joblib" else pickle.loads(file.read_bytes())
        for key in about.get("root", []):
            model = model[key]
        inner = [mutations.at(model, p) for p in mutations.estimators_in(model)]
        X = head(load_input(about_path.parent, about, folder, any(type(o).__name__ in ("DictVectorizer", "FeatureHasher") for o in inner)))
        if not isinstance(X, list) and X.ndim < 2:
            continue  # labels: their transformers are asked otherwise
        names = list(map(str, getattr(model, "feature_names_in_", [])))
        into = folder / about["case"]
        into.mkdir()
        inputs = Inputs(into, X, names)
        # Of categories, which a file does not say.
        if getattr(getattr(model, "_Booster", None), "pandas_categorical", None) or ("frame" in inputs.forms and module_of(model) == "xgboost"):
            continue
        if any(type(o).__name__ in ("DictVectorizer", "FeatureHasher") for o in inner):
            inputs.forms.pop("named", None)  # records are rows of its own
        if "RadiusNeighborsClassifier" in type(model).__name__:
            inputs.forms.pop("fortran", None)  # outliers get other probabilities where numpy's rows are not in C order
        if hasattr(model, "estimators_") and isinstance(model.estimators_, list) and len(model.estimators_) > 12:
            continue  # large, and like the others
        bases.append(Base(about["case"], model, inputs))
        kind = type(model).__name__
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= 6:
            pool += [o for o in inner if any(k.endswith("_") for k in vars(o))]
            bases += [Base(f"{about['case']} in {where}", wrapped, inputs) for where, wrapped in wrappers(model, X)]
    return bases, pool


def wrappers(model, X):
    yield "Pipeline", Pipeline([("only", model)])
    if isinstance(model, (Pipeline, ColumnTransformer)) and not isinstance(X, pd.DataFrame) and hasattr(model, "steps"):
        yield "Pipeline between", Pipeline([("first", "passthrough"), ("then", model)])
    if not hasattr(model, "transform"):
        return
    if isinstance(X, list):
        yield "FeatureUnion", FeatureUnion([("a", model), ("b", copy.deepcopy(model))])
        return
    rows = FunctionTransformer(feature_names_out="one-to-one").fit(X)  # as fit makes of "passthrough"
    yield "FeatureUnion", FeatureUnion([("a", model), ("b", copy.deepcopy(model)), ("c", rows)])
    yield "FeatureUnion with weights", FeatureUnion([("a", model), ("b", "drop")], transformer_weights={"a": 2})
    for where, make in (
            ("ColumnTransformer", lambda: ColumnTransformer([("a", clone(model), slice(0, 2)), ("b", clone(model), [1, 0])],
                                                            remainder="passthrough")),
            ("ColumnTransformer with weights", lambda: ColumnTransformer([("a", clone(model), [0])], transformer_weights={"a": 0.5}))):
        if isinstance(model, (Pipeline, ColumnTransformer, FeatureUnion)):
            continue
        try:
            yield where, make().fit(X, np.arange(X.shape[0]) % 2)
        except Exception:
            pass


# All bases take minutes to check as they are: a run takes some of each class, others with another seed.
BASES = 160


def some(bases, seed):
    """A share of the bases by seed, those of classes first that no other has."""
    rng = random.Random(f"bases {seed}")
    shuffled = rng.sample(bases, len(bases))
    held, first, rest = set(), [], []
    for base in shuffled:
        (rest if base.classes <= held else first).append(base)
        held |= base.classes
    return (first + rest)[:max(BASES, len(first))]


class Case:
    """One changed object and what it is asked with."""

    def __init__(self, index, base, what, data, ending, forms):
        self.index, self.base, self.what, self.data, self.ending, self.forms = index, base, what, data, ending, forms
        self.path = None


def is_of_this_release(name):
    module, _, own = name.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), own)
    except ImportError:
        return False


def make_case(seed, index, bases, mutator):
    rng = random.Random(f"{seed}/{index}")
    base = rng.choice(bases) if index >= 0 else bases[-index - 1]
    model = pickle.loads(base.bytes)
    what = []
    for _ in range(0 if index < 0 else 2 if rng.random() < 0.3 else 1):
        try:
            text, model = mutator.change(model, rng)
            what.append(text)
        except Exception:
            continue
    if not what and index >= 0:
        return None
    return saved(index, base, what, model, rng)


def swept(seed, index, bases, changes):
    rng = random.Random(f"{seed}/{index}")
    if index < 0:
        return make_case(seed, index, bases, None)
    of, *change = changes[index]
    base = bases[of]
    try:
        text, model = sweep.change(pickle.loads(base.bytes), *change)
    except Exception:
        return None  # there is no such value
    # skops writes the class of a memmap, of which Python would make one from the array as a file's name.
    return saved(index, base, [text], model, rng, by_skops=change[-1] != "memmap")


def saved(index, base, what, model, rng, by_skops=True):
    # XGBoost reads the bytes of another byte order as if they were of its own, LightGBM makes float32 of them.
    unasked = {("big_endian", "xgboost"), ("big_endian", "lightgbm")}
    forms = [form for form in base.inputs.forms if not any(form == f and c.startswith(name) for f, name in unasked for c in base.classes)]
    chosen = sorted(set(forms[:1] + rng.sample(forms, min(2, len(forms)))))
    try:
        if skops and by_skops and index >= 0 and rng.random() < 0.1:
            return Case(index, base, what, skops.io.dumps(model), ".skops", chosen)
        return Case(index, base, what, pickle.dumps(model, protocol=rng.choice([2, 3, 4, 5])), ".pkl", chosen)
    except Exception:
        return None


def load(case):
    if case.ending == ".skops":
        return skops.io.loads(case.data, trusted=skops.io.get_untrusted_types(data=case.data))
    return pickle.loads(case.data)


def answers(case, questions):
    """{(method, form): arrays, or the exception's text}."""
    def ask():
        found = {}
        for method, form in questions:
            try:
                with np.errstate(all="ignore"):
                    found[method, form] = judge.parts(judge.answer(load(case), method, case.base.inputs.forms[form][1]()))
            except BaseException as error:
                found[method, form] = f"{type(error).__name__}: {error}"[:200]
        return found
    return judge.apart(ask) or {q: "crashed" for q in questions}


class Run:
    def __init__(self, tool, folder):
        self.tool, self.folder = tool, folder
        self.asker = judge.Asker(Path(tool).parent / "tests" / "pratique_ask")
        self.methods = {}
        types = [json.loads(line) for line in
                 subprocess.run([tool, "types", "--json"], check=True, capture_output=True, text=True).stdout.splitlines()]
        self.agreement = {row["name"]: row["agreement"] for row in types if row["coverage"] == "predict"}
        self.supported = sorted(row["name"] for row in types if row["coverage"] == "predict")
        self.passed, self.failures, self.withheld, self.accepted, self.asked, self.reasons, self.scanned, self.narrow = 0, [], {}, 0, 0, {}, 0, 0

    def scan(self, cases):
        for old in self.folder.iterdir():
            old.unlink()
        by_name = {}
        for case in cases:
            self.scanned += 1
            case.path = self.folder / f"m{self.scanned}{case.ending}"  # never a name again: the asker keeps the last model
            case.path.write_bytes(case.data)
            by_name[str(case.path)] = case
        out = subprocess.run([self.tool, "scan", "--json", self.folder], capture_output=True, text=True)
        assert out.returncode in (0, 1, 2), out.stderr[-500:]
        for line in out.stdout.splitlines():
            record = json.loads(line)
            if record.get("record") == "file":
                by_name.pop(record["file"]).verdict = record
        assert not by_name, by_name

    def fail(self, case, text):
        self.failures.append(case)
        print(f"{case.index}: {case.base.name}{case.ending}: {'; '.join(case.what)}\n    {text}", file=sys.stderr, flush=True)

    def bound(self, case, method):
        """The loosest of what is said of the classes that it has, or was given."""
        said = [a for name, a in self.agreement.items() if name in case.base.classes or name.rsplit(".")[-1].encode() in case.data]
        counted = any(".n_jobs:" in text for text in case.what)  # of sums in as many parts as the machine has processors
        digits = [float(a) for a in said if a != "exact"] + ([1e-12] if method == "predict_log_proba" or counted else [])
        return max(digits, default="exact")

    def check(self, case):
        """True if the case was accepted and answered rightly, or refused."""
        verdict, reason = case.verdict["verdict"], case.verdict["reason"]
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if verdict != "accepted":
            if reason not in ("unsupported", "invalid", "malformed", "limit"):
                return self.fail(case, f"{verdict}: {reason}: {case.verdict['findings'][:1]}")
            self.passed += 1
            return None
        self.accepted += 1
        got = {}
        for method in METHODS:
            for form in case.forms:
                try:
                    value = self.asker.ask(case.path, method, case.base.inputs.forms[form][0], self.folder / "out", form == "records" or case.base.inputs.images)
                    if value is None:
                        break
                    got[method, form] = value
                except judge.Refused as refused:
                    code = str(refused).split(" ")[0]
                    self.withheld[code] = self.withheld.get(code, 0) + 1
                    if case.index < 0:
                        got[method, form] = refused
                except AssertionError as crashed:
                    return self.fail(case, f"{method} of {form}: {crashed}")
        self.asked += len(got)
        want = answers(case, list(got))
        for (method, form), value in got.items():
            real = want.get((method, form), "crashed")
            if isinstance(value, judge.Refused):
                if not isinstance(real, str) and os.environ.get("WITHHELD"):
                    print(f"withheld {case.base.name}: {method} of {form}: {str(value)[:160]}", file=sys.stderr)
                continue
            later = OF_LATER.search(real) if isinstance(real, str) else None
            if later and later[1] == method and case.index < 0:
                case.base.without.add(method)
            if method in case.base.without:
                self.withheld["method"] = self.withheld.get("method", 0) + 1
                continue
            patterns = [OF_THE_ROWS, *(pattern for forms, pattern in OF_FORMS if form in forms)]
            if isinstance(real, str) and (of_the_rows := re.search("|".join(patterns), real)):
                self.withheld[of_the_rows[0]] = self.withheld.get(of_the_rows[0], 0) + 1
                continue
            if isinstance(real, str):
                return self.fail(case, f"{method} of {form}: answered, but scikit-learn raises {real}")
            text = judge.difference(value, real, self.bound(case, method))
            if text and ("32" in form or b"f4" in case.data or b"float32" in case.data) and not judge.difference(value, real, 2e-5):
                self.narrow += 1  # sums of float32 on the way
                continue
            if text:
                return self.fail(case, f"{method} of {form}: {text}")
        self.passed += 1
        return True


def parameters_of(source):
    """Class -> the parameters that it has in any release, from the project's own table."""
    found = {}
    for name, words in re.findall(r'\{"([\w.]+)", "([^"]*)"\}', source.read_text()):
        found[name.rsplit(".")[-1]] = [word.split(":")[0] for word in words.split()]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tool")
    parser.add_argument("models", type=Path)
    parser.add_argument("--sweep", action="store_true", help="all changes of sweep.py, once each")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--count", type=int, default=ALL)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--only", type=int)
    parser.add_argument("--word", default="", help="the cases whose name matches")
    parser.add_argument("--keep", type=Path, help="where the files of what fell short are kept")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    started = time.time()
    with tempfile.TemporaryDirectory() as tmp:
        inputs, files = Path(tmp) / "inputs", Path(tmp) / "files"
        inputs.mkdir(), files.mkdir()
        bases, pool = bases_of(options.models, inputs, options.word)
        every, bases = bases, bases if options.sweep and options.count == ALL else some(bases, options.seed)
        root = Path(__file__).resolve().parent.parent.parent
        mutator = mutations.Mutator(pool, parameters_of(root / "src/registry/parameters.inc"))
        run = Run(os.path.abspath(options.tool), files)
        changes = []  # of the sweep, as soon as it is known which models are taken

        def batch(indexes):
            def made(some):
                return [c and (c.index, bases.index(c.base), c.what, c.data, c.ending, c.forms)
                        for c in (swept(options.seed, i, bases, changes) if options.sweep else make_case(options.seed, i, bases, mutator)
                                  for i in some)]

            found = judge.apart(lambda: made(indexes))
            if found is None:  # one of them crashed Python
                found = [(judge.apart(lambda: made([i])) or [None])[0] for i in indexes]
            cases = [Case(c[0], bases[c[1]], *c[2:]) for c in found if c]
            run.scan(cases)
            for case in cases:
                good = run.check(case)
                if options.keep and case in run.failures[-1:]:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{sklearn.__version__}-{options.seed}-{case.index}{case.ending}").write_bytes(case.data)
                yield case, good

        def ask_only():
            for case, good in batch([options.only]):
                print(case.base.name, case.what, case.verdict["verdict"], case.verdict["findings"], good)

        if options.only is not None and not options.sweep:
            return ask_only()
        # As they are, all must be accepted: else the machine would show nothing.
        whole = set()

        def ask_whole(begin):
            for first in range(begin, len(bases), BATCH):
                for case, good in batch([-i - 1 for i in range(first, min(first + BATCH, len(bases)))]):
                    if good:
                        whole.add(case.base)
            held = set().union(*(base.classes for base in whole))
            return [name for name in run.supported if name not in held and not name.startswith("pratique.")
                    and not name.endswith(".Booster") and is_of_this_release(name)] if not options.word else []

        lacking = ask_whole(0)
        if lacking:  # of a class one was chosen, which may be of those that are refused
            asked = len(bases)
            bases = bases + [base for base in every if base not in bases and base.classes & set(lacking)]
            lacking = ask_whole(asked)
        for name in lacking:
            print(f"{name} is supported, and no accepted model in {options.models} holds it", file=sys.stderr)
        print(f"scikit-learn {sklearn.__version__}: {len(whole)} of {len(bases)} models as they are, {time.time() - started:.0f} s", file=sys.stderr)
        bases = [base for base in bases if base in whole]
        if options.sweep:
            changes = list(sweep.changes(bases))
            random.Random(f"sweep {options.seed}").shuffle(changes)
            print(f"{len(changes)} changes in all", file=sys.stderr, flush=True)
            options.count = min(options.count, len(changes))
            if options.only is not None:
                return ask_only()
        first = 0
        while first < options.count and time.time() - started < options.seconds:
            for _ in batch(range(first, min(first + BATCH, options.count))):
                pass
            first += BATCH
    print(f"{min(first, options.count)} changes (seed {options.seed}) in {time.time() - started:.0f} s: {run.accepted} accepted with "
          f"{run.asked} answers, reasons {run.reasons}, withheld {run.withheld}, narrow {run.narrow}", file=sys.stderr)
    print(run.passed, len(run.failures) + len(lacking))


if __name__ == "__main__":
    main()
