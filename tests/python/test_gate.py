"""Files that are not trusted: what load, scan and validate make of them, and that Python never crashes on them."""
import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars
import pytest
import skops.io
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

import pratique
from corpus import MODELS, ROOT

ATTACKS = sorted((ROOT / "tests/attacks/files").iterdir())
MODEL = MODELS / "1.9.1/main_binary/model.joblib"
X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)


@pytest.fixture(scope="module")
def verdicts():
    done = subprocess.run([pratique._report.TOOL, "scan", "--json", "--verbose", ROOT / "tests/attacks/files"], capture_output=True, check=False)
    return {d["file"]: d for d in map(json.loads, done.stdout.splitlines()) if d["record"] == "file"}


def test_no_attack_is_loaded_or_crashes(verdicts):
    for path in ATTACKS:
        named = pratique.validate(path)
        found = verdicts[str(path)]
        assert not named.accepted or found["verdict"] == "accepted", path
        if named.accepted:
            continue
        for source in (path, path.read_bytes(), io.BytesIO(path.read_bytes())):
            with pytest.raises((pratique.Rejected, pratique.Unchecked)) as error:
                pratique.load(source)
            assert error.value.code == named.findings[0].code or named.verdict == "not_a_model", path
            assert error.value.reason and error.value.message
            pickle.loads(pickle.dumps(error.value))


class Raw:
    """A file that gives a few bytes at a time, as pipes and sockets do."""

    def __init__(self, content, most=7):
        self.file, self.most = io.BytesIO(content), most

    def read(self, size):
        return self.file.read(min(size, self.most))


def test_streams_are_read_to_their_end():
    content = (ROOT / "tests/attacks/files/good.pkl").read_bytes()
    assert pratique.load(Raw(content)).n_features_in_ == pratique.load(content).n_features_in_
    with pytest.raises(pratique.Rejected) as error:
        pratique.load(Raw(content), {"version": 1, "name": "small", "allow": ["@all"], "limits": {"file_bytes": len(content) - 1}})
    assert error.value.code == "limit.file_bytes"


def test_names_of_files_that_are_no_text(tmp_path):
    name = tmp_path / "a\udc80.pkl"  # what Python makes of the byte 0x80, which is no UTF-8
    for ask in (pratique.load, lambda path: pratique.validate(path).raise_for_verdict(), pratique.Policy):
        with pytest.raises(pratique.PratiqueError) as error:
            ask(name)
        assert "a\\x80.pkl" in str(error.value)
        with pytest.raises(UnicodeEncodeError):  # as open() does
            ask("a\ud800")
    name.write_bytes((ROOT / "tests/attacks/files/good.pkl").read_bytes())
    assert pratique.load(str(name)).n_features_in_ == pratique.load(name).n_features_in_
    with open(name, "rb") as file:
        assert pratique.validate(file).accepted
    with open(os.open(name, os.O_RDONLY), "rb") as file:  # whose name is a number
        assert pratique.validate(file).accepted


def test_scan_is_the_command_lines(verdicts):
    reports = list(pratique.scan(ROOT / "tests/attacks/files", jobs=2))
    assert [r.file for r in reports] == list(verdicts)
    for report in reports:
        assert (report.verdict, report.reason) == (verdicts[report.file]["verdict"], verdicts[report.file]["reason"])
        if report.verdict == "rejected":
            with pytest.raises(pratique.Rejected) as error:
                report.raise_for_verdict()
            assert error.value.code == report.findings[0].code
    some = pratique.scan([ROOT / "tests/attacks/files"])
    next(some)
    some.close()  # a run that nobody reads on ends its process
    assert list(pratique.scan([MODEL]))[0].raise_for_verdict().accepted


def test_scan_of_nothing_is_an_error():
    assert [r.reason for r in pratique.scan(["/nowhere"])] == ["io"]


def test_policy(tmp_path):
    document = {"version": 1, "name": "own", "allow": ["@all"], "deny": ["@tree"]}
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(document))
    for policy in (document, path, str(path), pratique.Policy(document), pickle.loads(pickle.dumps(pratique.Policy(document)))):
        with pytest.raises(pratique.Rejected) as error:
            pratique.load(MODEL, policy)
        assert error.value.reason == "denied"
        assert pratique.validate(MODEL, policy).reason == "denied"
        assert next(pratique.scan([MODEL], policy)).reason == "denied"
    for bad in ({"version": 1, "name": "x", "allow": [], "alow": []}, {"version": 9}, {"version": 1, "name": "x", "allow": 3}):
        with pytest.raises(pratique.PolicyError):
            pratique.Policy(bad)


def test_limits_hold_for_streams():
    limits = {"version": 1, "name": "small", "allow": ["@all"], "limits": {"file_bytes": 1000}}

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert 0 <= size <= 1001
            return b"x" * size

    with pytest.raises(pratique.Rejected) as error:
        pratique.load(Endless(), limits)
    assert error.value.code == "limit.file_bytes"
    with pytest.raises(TypeError):
        pratique.load(io.StringIO("text"))
    with pytest.raises(TypeError):
        pratique.load(3)


def test_inspect_diff_types_explain(tmp_path):
    assert pratique.inspect(MODEL)["type"] == "sklearn.pipeline.Pipeline"
    assert pratique.inspect(MODEL.read_bytes())["objects"] == pratique.inspect(MODEL)["objects"]
    assert pratique.diff(MODEL, MODEL)["equal"]
    other = MODELS / "1.3.2/main_binary/model.joblib"
    assert {"equal", "changes"} <= set(pratique.diff(MODEL, other))
    [forest] = pratique.types("RandomForestClassifier")
    assert forest["coverage"] == "predict" and len(pratique.types()) > 200
    assert "frame" in pratique.explain("pickle.frame")
    with pytest.raises(pratique.InputError):
        pratique.explain("no.such")
    with pytest.raises(pratique.Unchecked):
        pratique.inspect(tmp_path / "missing")


def test_untrusted_types_are_skops_own():
    for path in sorted(MODELS.glob("1.9.1/*/model.skops"))[:12]:
        assert pratique.get_untrusted_types(path) == skops.io.get_untrusted_types(file=path)


def test_dump_keeps_scikit_learns_outputs(tmp_path):
    path = tmp_path / "model.prq"
    estimator = RandomForestClassifier(5, random_state=0).fit(X, Y)
    content = pratique.dump(estimator, path, samples=X[:20], metadata={"name": "försök", "metrics": [{"name": "auc", "value": 0.9}]})
    assert path.read_bytes() == content
    model = pratique.load(path)
    assert model.metadata["name"] == "försök" and np.array_equal(model.predict_proba(X), estimator.predict_proba(X))
    golden = pratique.validate(path).json["golden"]
    assert golden["rows"] == 20 and golden["origin"].startswith("scikit-learn") and {m["name"] for m in golden["methods"]} == {"predict", "predict_proba"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.prq"]
    assert pratique.dump(estimator, samples=X[:20], metadata=model.metadata) == content


@pytest.mark.parametrize("samples", [
    pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2]}), X.astype(np.float32), sparse.csr_matrix(X), X.tolist(), np.asfortranarray(X)],
    ids=lambda s: type(s).__name__)
def test_dump_takes_samples_of_every_kind(samples):
    fitted = LogisticRegression().fit(samples, Y)
    content = pratique.dump(fitted, samples=samples)
    assert pratique.validate(content).json["golden"]["rows"] == 60


def test_dump_of_narrow_frames():
    """Frames are stored as JSON Lines, which know float64 and int64 only."""
    frame = pd.DataFrame({"a": X[:, 0].astype(np.float32), "b": X[:, 1].astype(np.float16), "c": np.arange(60, dtype=np.int8)})
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, Y)
    for samples in (frame, polars.from_pandas(frame.astype({"b": np.float32})), frame.convert_dtypes()):
        assert pratique.validate(pratique.dump(fitted, samples=samples)).json["golden"]["rows"] == 60
    assert frame.dtypes.astype(str).tolist() == ["float32", "float16", "int8"]


def test_dump_of_documents():
    content = pratique.dump(CountVectorizer().fit(["a red fox", "blue"]), samples=["red", "red fox", "nothing"])
    assert pratique.validate(content).json["golden"]["rows"] == 3


def double(x):
    return 2 * x


def test_dump_of_a_frame_with_text():
    for cities in (["Köln", "Rome", "Oslo"], ["Köln", None, "Oslo"]):
        frame = pd.DataFrame({"age": X[:, 0], "city": pd.Series(cities * 20, dtype=object), "old": X[:, 1] > 0})
        content = pratique.dump(OneHotEncoder(handle_unknown="ignore").fit(frame[["city"]]), samples=frame[["city"]][:7])
        assert pratique.validate(content).json["golden"]["rows"] == 7
        document = pratique._native.frame_document(*pratique._input.columns_of(frame)).decode()
        rows = [json.loads(line) for line in document.splitlines()]
        assert rows == [{k: None if v != v else v for k, v in row.items()} for row in frame.to_dict("records")]


def test_dump_writes_nothing_that_is_wrong(tmp_path):
    fitted, path = LogisticRegression().fit(X, Y), tmp_path / "model.prq"
    with pytest.raises(pratique.PredictionMismatch) as error:
        pratique.convert(pickle.dumps(fitted), path, samples=X, expected={"predict_proba": fitted.predict_proba(X) + 1e-9})
    assert error.value.code == "golden.mismatch" and "1e-12" in str(error.value)
    for function in (double, lambda x: 2 * x):
        with pytest.raises(pratique.Unchecked, match="func|cannot be pickled: .*lambda"):
            pratique.dump(FunctionTransformer(function).fit(X), path)
    assert not list(tmp_path.iterdir())


def test_convert_takes_one_of_a_bundle(tmp_path):
    bundle = pickle.dumps({"model": LogisticRegression().fit(X, Y), "features": ["a", "b", "c"]})
    with pytest.raises(pratique.Unchecked):
        pratique.load(bundle)
    assert pratique.load(bundle, root='["model"]').type.endswith("LogisticRegression")
    pratique.convert(bundle, tmp_path / "model.prq", root='["model"]')
    assert pratique.load(tmp_path / "model.prq").short_type == "LogisticRegression"


def test_command_line():
    tool = Path(sys.executable).parent / "pratique"
    commands = [[sys.executable, "-m", "pratique"]] + ([[str(tool)]] if tool.exists() else [])
    for command in commands:
        done = subprocess.run([*command, "scan", str(MODEL)], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and "1 accepted" in done.stdout
        assert subprocess.run([*command, "scan", "/nowhere"], capture_output=True, check=False).returncode == 2


def test_importing_is_light():
    code = "import sys, pratique; assert not {'numpy', 'sklearn', 'pandas'} & set(sys.modules), sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})
