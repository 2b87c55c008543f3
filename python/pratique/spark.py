"""Models on Spark: scoring by Arrow, and scans of a lake of artefacts.

The model is sent to the workers as .prq bytes, and validated once in each worker process, under the worker's own policy: the file
that PRATIQUE_POLICY names there, or the built-in default.
"""
from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from . import Model, convert, load, scan
from ._load import Source
from ._policy import Policy, PolicyLike

REPORT_SCHEMA = "file string, verdict string, reason string, format string, size bigint, sha256 string, code string, message string, json string"


@functools.lru_cache(maxsize=8)
def _model(prq: bytes) -> Model:
    return load(prq, Policy.from_environment())


def _broadcast(spark: Any, source: Source, policy: PolicyLike, root: str | None) -> Any:
    return spark.sparkContext.broadcast(convert(source, policy=policy, root=root))


def predict_udf(spark: Any, source: Source, *, method: str = "predict", result_type: str = "double", policy: PolicyLike = None,
                root: str | None = None) -> Callable[..., Any]:
    """A function of columns: df.withColumn("p", predict(df.age, df.city)). The columns go by their names where the model has names.

    result_type: Spark's type of one result: "double", "string", or "array<double>" for predict_proba.
    """
    import pandas as pd
    from pyspark.sql.functions import pandas_udf, struct

    prq = _broadcast(spark, source, policy, root)

    def predict(rows: pd.DataFrame) -> pd.Series:
        result = getattr(_model(prq.value), method)(rows)
        return pd.Series(list(result) if result.ndim > 1 else result)

    predict.__annotations__ = {"rows": pd.DataFrame, "return": pd.Series}  # Spark reads them, and looks up no local names
    run = pandas_udf(predict, result_type)
    return lambda *columns: run(struct(*columns))


def predict_in_arrow(frame: Any, source: Source, schema: str, *, method: str = "predict", policy: PolicyLike = None,
                     root: str | None = None) -> Any:
    """The frame with a column for each of the result's, by mapInArrow: batches of Arrow go to the model without pandas.

    schema: of the columns to be added, as "p0 double, p1 double".
    """
    from pyspark.sql.types import StructType, _parse_datatype_string

    prq = _broadcast(frame.sparkSession, source, policy, root)
    added = _parse_datatype_string(schema)
    names = [field.name for field in added.fields]

    def score(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            if batch.num_rows == 0:
                continue
            table = pa.Table.from_batches([batch])
            result = getattr(_model(prq.value), method)(table)
            columns = result.reshape(len(result), -1).T
            for name, column in zip(names, columns, strict=True):
                table = table.append_column(name, pa.array(column))
            yield from table.to_batches()

    return frame.mapInArrow(score, StructType(frame.schema.fields + added.fields))


def scan_table(spark: Any, paths: Iterable[str | os.PathLike[str]], *, partitions: int | None = None) -> Any:
    """A DataFrame of reports, one a file: paths that every worker reads are split over the workers."""
    names = [os.fspath(path) for path in paths]

    def check(some: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        import json

        files = list(some)
        for report in scan(files, Policy.from_environment()) if files else ():
            first = report.findings[0] if report.findings else None
            yield (report.file, report.verdict, report.reason, report.format, report.size, report.sha256, first.code if first else None,
                   first.message if first else None, json.dumps(report.json))

    return spark.sparkContext.parallelize(names, partitions or min(len(names), 64) or 1).mapPartitions(check).toDF(REPORT_SCHEMA)
