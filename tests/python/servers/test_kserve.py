"""The KServe model in the real server, over HTTP on loopback, by both protocols."""
import json
import os
import pickle
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import pratique

X = np.random.default_rng(0).normal(size=(40, 3))
ESTIMATOR = LogisticRegression().fit(X, X[:, 0] > 0)


def start(path, log):
    with socket.socket() as free, socket.socket() as other:
        free.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, grpc = free.getsockname()[1], other.getsockname()[1]
    command = [sys.executable, "-m", "pratique.kserve", "--model_name", "m", "--path", str(path), "--method", "predict_proba",
               "--http_port", str(port), "--grpc_port", str(grpc)]
    with open(log, "wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ}, start_new_session=True), f"http://127.0.0.1:{port}"


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=60))


def test_serves_both_protocols(tmp_path):
    pratique.dump(ESTIMATOR, tmp_path / "model.prq", samples=X)
    server, url = start(tmp_path / "model.prq", tmp_path / "log")
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(url + "/v2/health/ready", timeout=5)
                break
            except OSError:
                assert server.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.5)
        expected = ESTIMATOR.predict_proba(X)
        np.testing.assert_allclose(post(url + "/v1/models/m:predict", {"instances": X.tolist()})["predictions"], expected, rtol=1e-12)
        tensor = {"name": "x", "shape": list(X.shape), "datatype": "FP64", "data": X.ravel().tolist()}
        output = post(url + "/v2/models/m/infer", {"inputs": [tensor]})["outputs"][0]
        np.testing.assert_allclose(np.reshape(output["data"], output["shape"]), expected, rtol=1e-12)
        with pytest.raises(urllib.error.HTTPError) as error:
            post(url + "/v1/models/m:predict", {"instances": [[1, 2]]})
        assert error.value.code == 400 and b"3 features" in error.value.read()
    finally:
        os.killpg(server.pid, 15)
        server.wait(60)


def test_a_rejected_model_never_becomes_ready(tmp_path):
    (tmp_path / "model.pkl").write_bytes(b"cos\nsystem\n(S'id'\ntR.")
    server, _ = start(tmp_path / "model.pkl", tmp_path / "log")
    assert server.wait(300) != 0
    assert "type.dangerous" in (tmp_path / "log").read_text()
