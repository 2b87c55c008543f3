"""The recipes of docs/scaling.md, where the package is there: Dask in threads, and on a cluster of processes; Ray's actors."""
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import pratique

GUIDE = Path(__file__).resolve().parents[3] / "docs/scaling.md"
RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"id": np.arange(400), "age": RNG.normal(size=400), "city": RNG.choice(["Köln", "Rome"], 400)})
COLUMNS = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(), ["city"])])
ESTIMATOR = make_pipeline(COLUMNS, LogisticRegression()).fit(FRAME, np.where(FRAME.age > 0, "up", "down"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    import joblib

    monkeypatch.chdir(tmp_path)
    pratique.dump(ESTIMATOR, "model.prq", samples=FRAME[:20])
    joblib.dump(ESTIMATOR, "model.joblib")
    FRAME.to_parquet("rows.parquet", row_group_size=100)
    return tmp_path


def recipe(heading):
    """What the code below the heading leaves."""
    text = GUIDE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    [block] = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    names = {"__name__": "__main__"}
    exec(compile(block, GUIDE.name, "exec"), names)
    return names


def check(scored):
    scored = scored.sort_values("id")
    assert scored.id.tolist() == FRAME.id.tolist()
    np.testing.assert_allclose(scored.probability, ESTIMATOR.predict_proba(FRAME)[:, 1], rtol=1e-12)
    assert np.array_equal(scored.probability, pratique.load("model.prq").predict_proba(FRAME)[:, 1])


def check_both(names):
    check(names["scored"])
    assert sorted(names["reports"]) == [("model.joblib", "accepted", ""), ("model.prq", "accepted", "")]


def test_dask_in_threads(folder):
    dask = pytest.importorskip("dask")
    pytest.importorskip("dask.dataframe")
    with dask.config.set(scheduler="threads"):
        check_both(recipe("Dask"))


def test_dask_in_processes(folder):
    pytest.importorskip("dask.dataframe")
    distributed = pytest.importorskip("distributed")
    with distributed.Client(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"):
        check_both(recipe("Dask"))


def test_ray(folder, monkeypatch):
    ray = pytest.importorskip("ray")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # else a busy machine gives its workers nothing
    ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False)
    try:
        check_both(recipe("Ray"))
    finally:
        ray.shutdown()
