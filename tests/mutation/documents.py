#!/usr/bin/env python3
"""documents.py TOOL MODELS [--seed N] [--count N] [--seconds S] [--only I] [--keep DIR]

Changes documents that are no pickles (LightGBM's text, XGBoost's JSON and UBJSON, the schema of skops): a number, a line, a key,
its order, a key twice.
What TOOL (pratique) accepts, the library answers as it does, in every row. Where LightGBM or skops raises, crashes or hangs, nothing
was accepted; XGBoost looks at parts of a document that no answer depends on, and may (docs/permissive.md).

MODELS is a folder as tests/models; more documents are trained here. A change follows from the seed and its number alone: --only shows
one again, --keep saves its file. Prints "PASSED FAILED" at the end; what fell short goes to stderr.
"""
import argparse
import copy
import io
import json
import os
import random
import re
import struct
import sys
import tempfile
import time
import zipfile
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
import lightgbm  # noqa: E402
import numpy as np  # noqa: E402
import skops.io  # noqa: E402
import xgboost  # noqa: E402
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.decomposition import PCA  # noqa: E402
from sklearn.ensemble import RandomForestClassifier  # noqa: E402
from sklearn.impute import SimpleImputer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.naive_bayes import GaussianNB  # noqa: E402
from sklearn.neighbors import KNeighborsClassifier  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler  # noqa: E402
from sklearn.svm import SVC  # noqa: E402
from sklearn.tree import DecisionTreeClassifier  # noqa: E402

import judge  # noqa: E402

def rows(features, seed):
    drawn = np.random.RandomState(seed)
    X = np.concatenate([drawn.normal(size=(12, features)) * 10, drawn.randint(-1, 45, size=(12, features))]).astype(np.float32)
    X[3, 0] = X[6] = np.nan
    X[5] = 0
    X[7, -1] = 1e30
    return X


# --- LightGBM: lines of text
NUMBERS = """0 1 -1 2 3 -2 31 32 255 4294967295 2147483647 2147483648 -2147483648 1e10 1e-320 0.5 -0 -0.0 nan inf -inf 1e308 00 01 0x1 1. .5
1_0 +1 1e5 1,5 9007199254740993 1e39""".split()
LINES = ["average_output", "average_output=0", "=average_output", "num_class=2", "num_class=1", "num_tree_per_iteration=1",
         "num_tree_per_iteration=3", "objective", "objective=", "objective=binary sigmoid:2", "objective=regression sqrt", "objective=poisson",
         "objective=multiclass num_class:3", "objective=multiclassova num_class:3 sigmoid:3", "objective=cross_entropy", "objective=custom",
         "max_feature_idx=3", "linear_tree", "is_linear=1", "shrinkage=2", "num_cat=0", "num_leaves=1", "leaf_value=1 2 3 4 5",
         "decision_type=2 2 2 2", "foo=bar", "=", "a=b=c", "tree_sizes=", "version=v3", "version=v2"]
BETWEEN = ["\r", "\t", " ", "=", "\0", "\v", " =", "\r\n", "#"]


def change_line(text, rng):
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines) if line.startswith("end of trees")), len(lines) - 1)
    i, j = rng.randrange(min(len(lines), end + 6)), rng.randrange(end + 1)
    key, equals, value = lines[i].partition("=")
    words = value.split(" ")
    how = rng.randrange(12)
    if how <= 4 and equals:
        words[rng.randrange(len(words))] = rng.choice(NUMBERS + words)
        lines[i] = f"{key}={' '.join(words)}"
    elif how == 5 and equals:
        words = words + [rng.choice(NUMBERS)] if rng.random() < 0.5 else words[1:]
        lines[i] = f"{key}={rng.choice([' ', '  ']).join(words)}"
    elif how == 6:
        lines.insert(i, rng.choice([lines[i], *LINES]))
    elif how == 7:
        del lines[i]
    elif how == 8:
        lines[i], lines[j] = lines[j], lines[i]
    elif how == 9:
        at = rng.randrange(len(lines[i]) + 1)
        lines[i] = lines[i][:at] + rng.choice(BETWEEN) + lines[i][at:]
    elif how == 10:
        lines[i] += "\r" + rng.choice(LINES)
    else:
        lines[i:i] = [f"x{n}=1" for n in range(rng.choice([1, 3, 10, 25]))]
    return f"line {i}, {lines[i][:40]!r}", "\n".join(lines)


def with_sizes(text):
    """LightGBM finds trees by their sizes: a change is to get as far as that."""
    head, _, rest = text.partition("\nTree=")
    body, _, _ = rest.partition("\nend of trees")
    sizes = " ".join(str(len(tree.encode()) + len("Tree=")) for tree in (body + "\n").split("Tree="))
    return re.sub("tree_sizes=[^\n]*", f"tree_sizes={sizes}", text, count=1)


class Light:
    ending, may_raise, method = ".txt", False, "predict"

    def __init__(self, document):
        self.document = document
        self.X = rows(int(re.search(r"max_feature_idx=(\d+)", document)[1]) + 1, 0).astype(float)

    def changed(self, rng):
        text, what = self.document, []
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            said, text = change_line(text, rng)
            what.append(said)
        return what, (with_sizes(text) if rng.random() < 0.7 else text).encode()

    def whole(self):
        return self.document.encode()

    @staticmethod
    def predict(path, X):
        return lightgbm.Booster(model_file=path).predict(X)


def light_documents():
    drawn = np.random.RandomState(0)
    X, sets = drawn.normal(size=(300, 4)), drawn.randint(0, 40, size=(300, 4)).astype(float)
    options = {"min_data_in_leaf": 5, "verbose": -1, "num_leaves": 4}
    forest = {"boosting": "rf", "objective": "binary", "bagging_freq": 1, "bagging_fraction": 0.5}
    for more, data in (({"min_data_per_group": 5, "cat_smooth": 1},
                        lightgbm.Dataset(sets, sets[:, 0] % 3 + (sets[:, 2] > 20), categorical_feature=[0, 2])),
                       ({"linear_tree": True}, lightgbm.Dataset(X, X[:, 0] * X[:, 1])),
                       (forest, lightgbm.Dataset(X, X[:, 0] * X[:, 1] > 0))):
        yield lightgbm.train({**options, **more}, data, 2).model_to_string()


# --- XGBoost: JSON, and UBJSON as XGBoost writes it: an object is a list of pairs, so that a key can stand twice
class Object(list):
    pass


TYPES = {b"d": ">f4", b"D": ">f8", b"i": "i1", b"U": "u1", b"I": ">i2", b"l": ">i4", b"L": ">i8"}


def read_ubj(data):
    at = 0

    def take(count):
        nonlocal at
        at += count
        return data[at - count:at]

    def number(kind):
        return np.frombuffer(take(np.dtype(TYPES[kind]).itemsize), TYPES[kind])[0]

    def text():
        return take(int(number(take(1)))).decode()

    def value(kind):
        nonlocal at
        if kind in TYPES:
            return number(kind)
        if kind == b"S":
            return text()
        if kind in b"ZTF":
            return {b"Z": None, b"T": True, b"F": False}[kind]
        if kind == b"{":
            pairs = Object()
            while data[at:at + 1] != b"}":
                pairs.append((text(), value(take(1))))
            at += 1
            return pairs
        assert kind == b"[", kind
        if data[at:at + 1] == b"$":
            kind, _ = take(2)[1:], take(1)
            count = int(number(take(1)))
            return np.frombuffer(take(count * np.dtype(TYPES[kind]).itemsize), TYPES[kind]).copy()
        if data[at:at + 1] == b"#":
            take(1)
            return [value(take(1)) for _ in range(int(number(take(1))))]
        items = []
        while data[at:at + 1] != b"]":
            items.append(value(take(1)))
        at += 1
        return items

    return value(take(1))


def write_ubj(value):
    def text(words):
        return b"L" + struct.pack(">q", len(words.encode())) + words.encode()

    def letter(dtype):
        return next(kind for kind, known in TYPES.items() if np.dtype(known) == dtype.newbyteorder(">"))

    if isinstance(value, Object):
        return b"{" + b"".join(text(key) + write_ubj(item) for key, item in value) + b"}"
    if isinstance(value, np.ndarray):
        kind = letter(value.dtype)
        return b"[$" + kind + b"#L" + struct.pack(">q", len(value)) + value.astype(TYPES[kind]).tobytes()
    if isinstance(value, list):
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(map(write_ubj, value))
    if isinstance(value, str):
        return b"S" + text(value)
    if value is None or isinstance(value, bool):
        return {None: b"Z", True: b"T", False: b"F"}[value]
    if isinstance(value, np.generic):
        kind = letter(value.dtype)
        return kind + value.astype(TYPES[kind]).tobytes()
    return b"L" + struct.pack(">q", value) if isinstance(value, int) else b"d" + struct.pack(">f", value)


def write_json(value):
    if isinstance(value, Object):
        return "{" + ",".join(f"{json.dumps(key)}:{write_json(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_json, value)) + "]"
    return json.dumps(value)


OTHER = [0, 1, -1, 2, 3, -2, 255, 2**31 - 1, -2**31, 2**32 - 1, 0.5, -0.0, 1e38, 1e-40, True, False, None, "", "0", "1", "2", "3", "-1", "1.5", "[1]",
         "[0.5,0.2,0.3]", "5E-1", "0x1", "01", "+1", " 1", "1 ", "1e0", "nan", "inf", "NaN", "-Infinity", "-0", "1e999", "null",
         "[1, 2]", '"a"', '{"a": 1}', '"\\ud800"', [], Object(), [1], [1, 2], "gbtree", "dart", "gblinear",
         "binary:logistic", "reg:squarederror", "multi:softprob", "multi:softmax", "count:poisson", "rank:ndcg", "reg:quantileerror", "binary:logitraw",
         "reg:gamma", "binary:hinge", "survival:cox"]


def places(value, path=()):
    """Each place below: (holder, index, path of keys)."""
    if isinstance(value, Object):
        for i, (key, item) in enumerate(value):
            yield value, i, (*path, key)
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for i in {*range(min(len(value), 3)), len(value) - 1} if value else ():
            yield value, i, (*path, "[]")
            yield from places(value[i], (*path, "[]"))


def put(holder, i, item):
    holder[i] = (holder[i][0], item) if isinstance(holder, Object) else item


def change_place(document, rng):
    by_path = {}
    for place in places(document):
        by_path.setdefault(place[2], []).append(place)
    holder, i, path = rng.choice(by_path[rng.choice(list(by_path))])
    item = holder[i][1] if isinstance(holder, Object) else holder[i]
    how, of_object = rng.randrange(8), isinstance(holder, Object)
    if isinstance(item, (list, np.ndarray)) and not isinstance(item, Object) and len(item) and how <= 4:
        at = rng.randrange(len(item))
        if isinstance(item, np.ndarray):
            item[at] = rng.choice([0, 1, 2, 3, 127, item[rng.randrange(len(item))]])
            put(holder, i, rng.choice([item, item, item, item[:-1], np.append(item, item[-1:])]))
        elif how <= 3:
            item[at] = rng.choice([*OTHER, item[rng.randrange(len(item))]])
        else:
            item[at:at + rng.choice([0, 1])] = rng.choice([[], [copy.deepcopy(rng.choice(item))]])
    elif how <= 3:
        put(holder, i, copy.deepcopy(rng.choice(OTHER)))
    elif how == 4:
        del holder[i]
    elif how == 5:
        other, j, _ = rng.choice(by_path[rng.choice(list(by_path))])
        put(holder, i, copy.deepcopy(other[j][1] if isinstance(other, Object) else other[j]))
    elif how == 6 and of_object:
        holder.insert(rng.choice([i, i + 1]), (holder[i][0], copy.deepcopy(rng.choice([*OTHER, item]))))
    else:
        rng.shuffle(holder)
    return path


class Trees:
    may_raise = True

    def __init__(self, document, ending):
        self.ending = ending
        self.document = read_ubj(document) if ending == ".ubj" else json.loads(document, object_pairs_hook=Object)
        features = re.search(rb'num_feature.*?(\d+)', document, re.DOTALL)
        self.X = rows(int(features[1]), 0)

    def changed(self, rng):
        document = copy.deepcopy(self.document)
        paths = [change_place(document, rng) for _ in range(rng.choice([1, 1, 1, 2, 2]))]
        return [".".join(path) for path in paths], self.written(document)

    def written(self, document):
        return write_ubj(document) if self.ending == ".ubj" else write_json(document).encode()

    def whole(self):
        return self.written(self.document)

    method = "predict"

    @staticmethod
    def predict(path, X):
        booster = xgboost.Booster(model_file=path)
        booster.feature_names = booster.feature_types = None
        return booster.predict(xgboost.DMatrix(X))


def trees_documents():
    drawn = np.random.RandomState(0)
    X, Y = drawn.normal(size=(100, 4)), drawn.randint(0, 3, 100)
    for options in ({"num_class": 3, "objective": "multi:softprob"}, {"booster": "dart", "rate_drop": 0.5, "objective": "binary:logistic"},
                    {"num_parallel_tree": 2}):
        y = Y if "num_class" in options else (Y > 0).astype(float)
        booster = xgboost.train({"max_depth": 2, "nthread": 1, **options}, xgboost.DMatrix(X, y), 3)
        for ending in (".json", ".ubj"):
            yield Trees(bytes(booster.save_raw(ending[1:])), ending)


# --- skops: a schema and arrays in a zip
class Skops(Trees):
    may_raise, ending = False, ".skops"

    def __init__(self, model, X):
        with zipfile.ZipFile(io.BytesIO(skops.io.dumps(model))) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist()}
        self.document = json.loads(self.members.pop("schema.json"), object_pairs_hook=Object)
        self.X, self.method = X, "predict" if hasattr(model, "predict") else "transform"

    def written(self, document):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in self.members.items():
                archive.writestr(name, content)
            archive.writestr("schema.json", write_json(document))
        return out.getvalue()

    def predict(self, path, X):
        model = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
        return judge.dense(getattr(model, self.method)(X))


def skops_documents():
    drawn = np.random.RandomState(0)
    X, Y = drawn.normal(size=(60, 4)), drawn.randint(0, 3, 60)
    sets = drawn.randint(0, 5, size=(60, 2)).astype(float)
    for model in (make_pipeline(StandardScaler(), LogisticRegression()), DecisionTreeClassifier(max_depth=3), KBinsDiscretizer(3, subsample=None),
                  LogisticRegression().fit(X, Y).sparsify(), ColumnTransformer([("a", SimpleImputer(), [0, 1]), ("b", PCA(2), slice(1, 4))]),
                  RandomForestClassifier(2, max_depth=2, random_state=0), GaussianNB(), KNeighborsClassifier(algorithm="brute"), SVC(gamma=0.5)):
        yield Skops(model.fit(X, Y) if not hasattr(model, "coef_") else model, X)
    yield Skops(OneHotEncoder(handle_unknown="ignore").fit(sets), sets)


def documents(models):
    known = models / "1.9.1"
    yield from (Light(path.read_text()) for path in sorted(known.glob("lightgbm_file*/model.txt")))
    yield from map(Light, light_documents())
    yield from (Trees(path.read_bytes(), path.suffix) for path in sorted(known.glob("xgboost_file*/model.*")))
    yield from trees_documents()
    yield from skops_documents()


class Run:
    def __init__(self, tool, folder, bases):
        self.asker = judge.Asker(Path(tool).parent / "tests" / "pratique_ask")
        self.folder, self.bases = folder, bases
        self.passed = self.failed = self.accepted = self.compared = 0
        for i, base in enumerate(bases):
            np.save(folder / f"X{i}.npy", base.X)

    def wrong(self, i, data, name):
        """What is wrong with the tool's answer; "" if nothing is."""
        base = self.bases[i]
        path = self.folder / f"{name}{base.ending}"  # never a name again: the asker keeps the last model
        path.write_bytes(data)
        try:
            ours = self.asker.ask(path, base.method, self.folder / f"X{i}.npy", self.folder / "out")
        except judge.Refused as refused:
            return f"refused: {refused}" if data == base.whole() else ""
        self.accepted += 1
        theirs = judge.apart(lambda: self.answer(base, path))
        path.unlink()
        if theirs is None or isinstance(theirs, str):
            return "" if base.may_raise and data != base.whole() else f"answered, and the library {theirs or 'crashes or hangs'}"
        self.compared += 1
        if theirs.shape != ours[0].shape:
            return f"shapes {ours[0].shape}, of the library {theirs.shape}"
        same = np.isclose(theirs, ours[0], rtol=1e-6, atol=1e-9, equal_nan=True)
        return "" if same.all() else f"another answer in row {np.argwhere(~same)[0]}: {ours[0][~same][0]}, of the library {theirs[~same][0]}"

    @staticmethod
    def answer(base, path):
        try:
            return np.asarray(base.predict(str(path), base.X))
        except Exception as error:
            return f"raises {type(error).__name__}: {error}"[:160]

    def check(self, i, what, data, name, keep):
        try:
            wrong = self.wrong(i, data, name)
        except AssertionError as crash:
            wrong = str(crash)
        if not wrong:
            self.passed += 1
            return
        self.failed += 1
        print(f"{name}: document {i}{self.bases[i].ending}: {'; '.join(what)}\n    {wrong}", file=sys.stderr, flush=True)
        if keep:
            Path(keep).mkdir(parents=True, exist_ok=True)
            Path(keep, f"{name}{self.bases[i].ending}").write_bytes(data)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("tool")
    options.add_argument("models", type=Path)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--only", type=int)
    options.add_argument("--keep")
    options = options.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        bases = list(documents(options.models))
        run = Run(options.tool, Path(folder), bases)
        for i, base in enumerate(bases):
            run.check(i, ["nothing is changed"], base.whole(), f"whole{i}", options.keep)
        for n in range(options.count) if options.only is None else [options.only]:
            if time.monotonic() - started > options.seconds:
                break
            rng = random.Random(f"{options.seed}/{n}")
            i = rng.randrange(len(bases))
            try:
                what, data = bases[i].changed(rng)
            except (IndexError, OverflowError, StopIteration, ValueError, struct.error):
                continue  # no such change of this document
            run.check(i, what, data, str(n), options.keep)
    print(f"{run.accepted} accepted, {run.compared} of them answered by the library", file=sys.stderr)
    print(run.passed, run.failed)


if __name__ == "__main__":
    main()
