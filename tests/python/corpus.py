"""The models of tests/models, their inputs as Python has them, and what scikit-learn gave for them."""
import io
import json
import math
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests/models"


class Case:
    def __init__(self, folder):
        self.folder = folder
        self.json = json.loads((folder / "case.json").read_text())
        self.root = json.dumps(self.json["root"]) if "root" in self.json else None

    @cached_property
    def _answers(self):
        if "answers" not in self.json:
            return {}
        with zipfile.ZipFile(self.folder / self.json["answers"]) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def read(self, name):
        return self._answers[name] if name in self._answers else (self.folder / name).read_bytes()

    def models(self):
        return [(name, self.read(name)) for name in self.json["models"]]

    @cached_property
    def X(self):
        return rows(self.read(self.json["input"]), self.json["input"], self.json.get("null_text") == "None")

    @property
    def is_frame(self):
        return "input_csv" in self.json

    def input(self, model, method):
        """X as the method of the model takes it."""
        if method == "inverse_transform" and self.json.get("back_from_transform"):
            return dict(self.outputs())["transform"][0]
        if model._native.rows_are(method) == 2:
            return [json.loads(line) for line in self.read(self.json["input"]).decode().splitlines()]
        return self.X

    def feature_names_out(self):
        path = self.folder / "feature_names_out.json"
        return json.loads(path.read_text()) if path.exists() else None

    def outputs(self):
        for method, files in self.json["outputs"].items():
            if method == "inverse_transform" and self.json["class"].endswith(("DictVectorizer", "MultiLabelBinarizer")):
                yield method, [records([json.loads(line) for line in self.read(files[0]).decode().splitlines()])]
            else:
                yield method, [rows(self.read(name), name, False) for name in files]


def cases(release="*"):
    return [Case(path.parent) for path in sorted(MODELS.glob(f"{release}/**/case.json"))]


def rows(content, name, none):
    if name.endswith(".npy"):
        return np.load(io.BytesIO(content))
    if name.endswith(".npz"):
        return sparse.csr_matrix(sparse.load_npz(io.BytesIO(content)))
    lines = [json.loads(line) for line in content.decode().splitlines()]
    if isinstance(lines[0], str):
        return lines
    if isinstance(lines[0], list):
        return frame(pd.DataFrame(lines, dtype=object), none).to_numpy(dtype=object)
    return frame(pd.DataFrame.from_records(lines, columns=list(lines[0])).astype(object), none)


def call(model, method, X):
    """The arrays of a method's result. scikit-learn has no predict_std and predict_cov: they are the second of what predict gives."""
    if method in ("predict_std", "predict_cov"):
        mean, second = model.predict(X, **{method.replace("predict", "return"): True})
        assert np.array_equal(mean, model.predict(X))
        return [second]
    result = getattr(model, method)(X)
    if isinstance(result, list) and result and isinstance(result[0], (dict, tuple)):
        return [records(result)]
    return parts_of(result)


def records(rows):
    """An array of the dicts, or of the tuples as lists."""
    found = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        found[i] = row if isinstance(row, dict) else list(row)
    return found


def parts_of(result):
    """The arrays of a result: of one, of a list or pair, of stages."""
    if isinstance(result, (list, tuple)):
        return list(result)
    return list(result) if isinstance(result, Iterator) else [result]


def frame(objects, none):
    """Columns of objects as what they hold: numbers, bools, or text where a missing one is None or NaN."""
    columns = {}
    for name in objects.columns:
        cells = objects[name].tolist()
        there = [cell for cell in cells if cell is not None and cell == cell]
        if any(isinstance(cell, str) for cell in there) or (there and len(there) < len(cells) and isinstance(there[0], bool)):
            kept = [cell if cell is not None and cell == cell else None if none else math.nan for cell in cells]
            columns[name] = pd.Series(kept, dtype=object)
        else:
            columns[name] = pd.Series([math.nan if cell is None else cell for cell in cells])
    return pd.DataFrame(columns)


def differs(got, expected, bound):
    """What differs, or "". bound: "exact", or a relative one beside 1e-13 of the largest number, as README.md says."""
    if sparse.issparse(got) != sparse.issparse(expected):
        return f"{type(got)} and {type(expected)}"
    if sparse.issparse(got):
        got, expected = got.toarray(), expected.toarray()
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape:
        return f"shape {got.shape}, expected {expected.shape}"
    if got.dtype.kind in "OUb" or expected.dtype.kind in "OUb":
        for i, (a, b) in enumerate(zip(got.ravel().tolist(), expected.ravel().tolist())):
            if a != b and not (_missing(a) and _missing(b)):
                return f"element {i}: {a!r}, expected {b!r}"
        return ""
    if bound == "exact":
        same = np.array_equal(got, expected, equal_nan=True)
        return "" if same else f"largest difference {np.nanmax(np.abs(got.astype(float) - expected))}"
    a, b = got.astype(np.float64), expected.astype(np.float64)
    single = np.float32 in (got.dtype.type, expected.dtype.type)
    relative, floor = (max(bound, 1e-5), 1e-6) if single else (bound, 1e-13)
    largest = np.max(np.abs(b[np.isfinite(b)]), initial=0)
    with np.errstate(invalid="ignore"):
        near = np.abs(a - b) <= relative * np.maximum(np.abs(a), np.abs(b)) + max(floor * largest, 1e-15)
    near |= (a == b) | (np.isnan(a) & np.isnan(b))
    return "" if near.all() else f"largest difference {np.nanmax(np.abs(a - b))}"


def _missing(cell):
    return cell is None or cell != cell
