"""The MLflow flavour with the real mlflow: a file store, pyfunc, and the scoring server on loopback, with pickle switched off."""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import mlflow
import mlflow.sklearn
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import pratique
import pratique.mlflow


RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"age": RNG.normal(size=50), "city": RNG.choice(["Köln", "Rome"], 50)})
X = RNG.normal(size=(50, 3))
Y = (FRAME.age > 0).to_numpy()


@pytest.fixture(scope="module")
def estimator():
    columns = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(), ["city"])])
    return make_pipeline(columns, LogisticRegression()).fit(FRAME, Y)


@pytest.fixture(autouse=True)
def no_pickle(monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")


def near(a, b):
    return np.allclose(a, b, rtol=1e-12, atol=1e-15)


def test_without_pickle_mlflow_itself_loads_none(estimator, tmp_path):
    for kind in ("cloudpickle", "skops"):
        mlflow.sklearn.save_model(estimator, str(tmp_path / kind), serialization_format=kind, pip_requirements=[])
        with pytest.raises(mlflow.MlflowException, match="MLFLOW_ALLOW_PICKLE_DESERIALIZATION"):
            mlflow.pyfunc.load_model(str(tmp_path / kind))


def test_arrays_sparse_rows_and_models(tmp_path):
    fitted = LogisticRegression().fit(X, Y)
    for i, (saved, example) in enumerate(((fitted, X[:5]), (fitted, sparse.csr_matrix(X[:5])), (pratique.load(pratique.dump(fitted)), X[:5]))):
        pratique.mlflow.save_model(saved, tmp_path / str(i), input_example=example, pyfunc_predict_fn="decision_function")
        loaded = mlflow.pyfunc.load_model(str(tmp_path / str(i)))
        assert near(loaded.predict(X), fitted.decision_function(X))
    pratique.mlflow.save_model(StandardScaler().fit(X), tmp_path / "scaler")
    assert np.array_equal(mlflow.pyfunc.load_model(str(tmp_path / "scaler")).predict(X), StandardScaler().fit_transform(X))


def test_save_and_load(estimator, tmp_path, monkeypatch):
    path = tmp_path / "model"
    pratique.mlflow.save_model(estimator, path, input_example=FRAME[:10], pyfunc_predict_fn="predict_proba")
    loaded = mlflow.pyfunc.load_model(str(path))
    assert near(loaded.predict(FRAME), estimator.predict_proba(FRAME))
    assert loaded.metadata.signature.inputs.input_names() == ["age", "city"]
    assert pratique.mlflow.load_model(str(path)).type == "sklearn.pipeline.Pipeline"
    assert pratique.validate(path / "model.prq").json["golden"]["rows"] == 10
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"version": 1, "name": "none", "allow": ["@all"], "deny": ["@linear"]}))
    monkeypatch.setenv("PRATIQUE_POLICY", str(policy))
    with pytest.raises(pratique.Rejected):
        mlflow.pyfunc.load_model(str(path))


def test_a_tampered_artefact_is_rejected(estimator, tmp_path):
    pratique.mlflow.save_model(estimator, tmp_path / "model")
    prq = tmp_path / "model/model.prq"
    for content in (prq.read_bytes()[:-8], b"cos\nsystem\n(S'id'\ntR."):
        prq.write_bytes(content)
        with pytest.raises(pratique.Rejected):
            mlflow.pyfunc.load_model(str(tmp_path / "model"))


def test_log_model(estimator, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/store.db")
    mlflow.create_experiment("test", artifact_location=(tmp_path / "artefacts").as_uri())
    mlflow.set_experiment("test")
    with mlflow.start_run():
        info = pratique.mlflow.log_model(estimator, name="model", input_example=FRAME[:10], metadata={"team": "fraud"})
    loaded = mlflow.pyfunc.load_model(info.model_uri)
    assert np.array_equal(loaded.predict(FRAME), estimator.predict(FRAME))
    assert mlflow.models.Model.load(info.model_uri).metadata == {"team": "fraud"}
    example = loaded.input_example if hasattr(loaded, "input_example") else mlflow.models.Model.load(info.model_uri).load_input_example()
    assert example.equals(FRAME[:10])


def test_scoring_server(estimator, tmp_path):
    pratique.mlflow.save_model(estimator, tmp_path / "model", input_example=FRAME[:10], pyfunc_predict_fn="predict_proba")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(tmp_path / "model"), "--env-manager", "local", "-h", "127.0.0.1", "-p", str(port)]
    with open(tmp_path / "log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}"}, start_new_session=True)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.5)
        body = json.dumps({"dataframe_split": FRAME[:5].to_dict(orient="split", index=False)}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/invocations", body, {"Content-Type": "application/json"})
        answer = json.load(urllib.request.urlopen(request, timeout=30))
        assert near(answer["predictions"], estimator.predict_proba(FRAME[:5]))
    finally:
        if server.poll() is None:
            os.killpg(server.pid, 15)
        server.wait(30)
