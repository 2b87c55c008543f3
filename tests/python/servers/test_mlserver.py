"""The MLServer runtime in the real server, over HTTP on loopback."""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import pratique

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"age": RNG.normal(size=40), "city": RNG.choice(["Köln", "Rome"], 40)})
COLUMNS = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(), ["city"])])
ESTIMATOR = make_pipeline(COLUMNS, LogisticRegression()).fit(FRAME, FRAME.age > 0)


def start(folder, model):
    ports = []
    for _ in range(3):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    http, grpc, metrics = ports
    (folder / "settings.json").write_text(json.dumps({"host": "127.0.0.1", "http_port": http, "grpc_port": grpc, "metrics_port": metrics, "parallel_workers": 0}))
    settings = {"name": "m", "implementation": "pratique.mlserver.PratiqueRuntime",
                "parameters": {"uri": model, "extra": {"method": "predict_proba"}}}
    (folder / "model-settings.json").write_text(json.dumps(settings))
    with open(folder / "log", "wb") as out:
        command = [sys.executable, "-c", "from mlserver.cli import main; main()", "start", str(folder)]
        return subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ}, start_new_session=True), f"http://127.0.0.1:{http}"


def is_ready(url):
    try:
        return urllib.request.urlopen(url + "/v2/models/m/ready", timeout=5).status == 200
    except OSError:
        return False


def test_serves(tmp_path):
    pratique.dump(ESTIMATOR, tmp_path / "model.prq", samples=FRAME)
    server, url = start(tmp_path, "./model.prq")
    try:
        for _ in range(600):
            if is_ready(url):
                break
            assert server.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.5)
        inputs = [{"name": "age", "shape": [40], "datatype": "FP64", "data": FRAME.age.tolist()},
                  {"name": "city", "shape": [40], "datatype": "BYTES", "data": FRAME.city.tolist()}]
        request = urllib.request.Request(url + "/v2/models/m/infer", json.dumps({"inputs": inputs}).encode(), {"Content-Type": "application/json"})
        output = json.load(urllib.request.urlopen(request, timeout=60))["outputs"][0]
        np.testing.assert_allclose(np.reshape(output["data"], output["shape"]), ESTIMATOR.predict_proba(FRAME), rtol=1e-12)
    finally:
        os.killpg(server.pid, 15)
        server.wait(60)


def test_a_rejected_model_never_becomes_ready(tmp_path):
    (tmp_path / "model.pkl").write_bytes(b"cos\nsystem\n(S'id'\ntR.")
    server, url = start(tmp_path, "./model.pkl")
    try:
        for _ in range(600):
            if "type.dangerous" in (tmp_path / "log").read_text():
                break
            time.sleep(0.5)
        assert "type.dangerous" in (tmp_path / "log").read_text() and not is_ready(url)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, 15)
        server.wait(60)
