"""Scoring and scans with the real pyspark, in local mode with two workers."""
import json
import os
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import pratique

import pratique.spark

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame({"age": RNG.normal(size=300), "city": RNG.choice(["Köln", "Rome"], 300)})
COLUMNS = ColumnTransformer([("n", StandardScaler(), ["age"]), ("c", OneHotEncoder(), ["city"])])
ESTIMATOR = make_pipeline(COLUMNS, LogisticRegression()).fit(FRAME, np.where(FRAME.age > 0, "up", "down"))


@pytest.fixture(scope="module")
def spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
               .config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.shuffle.partitions", "2").getOrCreate())
    yield session
    session.stop()


def test_udf(spark):
    frame = spark.createDataFrame(FRAME).repartition(3)
    prq = pratique.dump(ESTIMATOR)
    label = pratique.spark.predict_udf(spark, prq, result_type="string")
    proba = pratique.spark.predict_udf(spark, prq, method="predict_proba", result_type="array<double>")
    got = frame.withColumn("y", label("age", "city")).withColumn("p", proba("age", "city")).toPandas()
    assert (got.y == ESTIMATOR.predict(got[["age", "city"]])).all()
    np.testing.assert_allclose(np.stack(got.p), ESTIMATOR.predict_proba(got[["age", "city"]]), rtol=1e-12)


def test_in_arrow(spark):
    frame = spark.createDataFrame(FRAME).repartition(3)
    scored = pratique.spark.predict_in_arrow(frame, pratique.dump(ESTIMATOR), "down double, up double", method="predict_proba").toPandas()
    assert len(scored) == 300
    np.testing.assert_allclose(scored[["down", "up"]], ESTIMATOR.predict_proba(scored[["age", "city"]]), rtol=1e-12)


def test_scan_table(spark, tmp_path):
    for i in range(5):
        pratique.dump(ESTIMATOR, tmp_path / f"{i}.prq")
    (tmp_path / "bad.pkl").write_bytes(b"cos\nsystem\n(S'id'\ntR.")
    table = pratique.spark.scan_table(spark, sorted(tmp_path.iterdir()), partitions=3).toPandas()
    assert table.verdict.value_counts().to_dict() == {"accepted": 5, "rejected": 1}
    [bad] = table[table.verdict == "rejected"].to_dict("records")
    assert bad["code"] == "type.dangerous" and json.loads(bad["json"])["verdict"] == "rejected"


def test_workers_have_their_own_policy(spark):
    with pytest.raises(pratique.Rejected):
        pratique.spark.predict_udf(spark, b"cos\nsystem\n(S'id'\ntR.")
