"""Results of the library as Python has them: arrays, sparse matrices, frames."""
from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from . import _native
from ._errors import InputError
from ._input import is_pandas

if TYPE_CHECKING:
    import numpy as np


def array(value: Any, width: int = 0) -> Any:
    """An array that came from the library; texts become numpy's U, as wide as `width` at least."""
    import numpy as np

    if not isinstance(value, tuple):
        return value
    texts, shape = value
    width = max(1, width, max(map(len, texts), default=0))
    return np.array(texts, dtype=f"U{width}").reshape(shape)


_OF_CSR = {"_shape", "maxprint", "indices", "indptr", "data"}  # all that a csr_matrix holds


@cache
def _csr_without_checks() -> tuple[Any, dict[str, Any]] | None:
    """csr_matrix, and the attributes of one to begin with; None where scipy holds others than are known here."""
    from scipy.sparse import csr_matrix

    attributes = vars(csr_matrix((1, 1)))
    return (csr_matrix, attributes) if set(attributes) == _OF_CSR else None


def csr(data: Any, indices: Any, indptr: Any, shape: tuple[int, int]) -> Any:
    """`indptr` is of the type of `indices` where scipy makes both of one type."""
    try:
        known = _csr_without_checks()
    except ImportError:
        raise ImportError("the result is a sparse matrix: install scipy") from None
    if known is None or indptr.dtype != indices.dtype:
        from scipy.sparse import csr_matrix

        return csr_matrix((data, indices, indptr), shape=shape)
    # What the library gives is a CSR matrix: scipy's checks take longer than most models take for a row.
    kind, attributes = known
    result = kind.__new__(kind)
    vars(result).update(attributes, _shape=shape, data=data, indices=indices, indptr=indptr)
    return result


def records(entries: tuple[Any, ...], names: Any, dicts: bool) -> list[Any]:
    """scikit-learn's list of dicts, or of tuples: each row's entries by the names of their columns."""
    data, indices, indptr, _ = entries
    known = names[0] if isinstance(names, tuple) else list(names)
    ends = indptr.tolist()
    rows = [range(begin, end) for begin, end in zip(ends, ends[1:])]
    if dicts:
        return [{known[indices[k]]: data[k] for k in row} for row in rows]
    return [tuple(known[indices[k]] for k in row) for row in rows]


_NONE, _NA, _BOOL, _INTEGER = 2, 4, 5, 6  # marks of cells, in include/pratique/data.h


def side_by_side(columns: list[tuple[str, Any, Any, bool, list[str] | None]], X: Any) -> np.ndarray[Any, Any]:
    """The array that numpy makes of a frame: of objects where a column is one of text or other objects, or bools stand beside
    numbers."""
    import numpy as np

    if not columns:
        return np.empty((X.shape[0] if hasattr(X, "shape") else len(X), 0), dtype=object)
    if all(texts is not None and marks is None for _, _, marks, _, texts in columns):
        result = np.empty((len(columns[0][1]), len(columns)), dtype=object)
        for j, (_, values, _, _, texts) in enumerate(columns):
            _native.fill_objects(result, j, values, texts or [])
        return result
    arrays = [np.array(values[0], dtype=object) if isinstance(values, tuple) else values for _, values, *_ in columns]
    kinds = {"O" if column[4] is not None else values.dtype.kind for values, column in zip(arrays, columns)}
    dtype: np.dtype[Any] = np.dtype(object)
    if not any(column[3] for column in columns) and "O" not in kinds and ("b" not in kinds or len(kinds) == 1):
        dtype = np.result_type(*arrays)
    result = np.empty((len(arrays[0]), len(arrays)), dtype=dtype)
    for j, (values, (_, _, marks, _, texts)) in enumerate(zip(arrays, columns)):
        if texts is None:
            result[:, j] = values
        else:
            _native.fill_objects(result, j, values, texts)
        if marks is None:
            continue
        for mark in set(marks[marks != 0].tolist()):
            where = marks == mark
            result[where, j] = _objects(values[where], mark)
    return result


def _objects(values: np.ndarray[Any, Any], mark: int) -> Any:
    """What the cells of a mark are, or what each of them is."""
    if mark == _NA:
        import pandas as pd

        return pd.NA
    if mark == _BOOL:
        return [bool(value) for value in values]
    if mark == _INTEGER:
        return [int(value) for value in values]
    return None if mark == _NONE else float("nan")


def as_frame(result: Any, kind: str, X: Any, names_of: Callable[[], Any]) -> Any:
    """A dense result as a frame of the kind "pandas", "polars" or "pyarrow", or "input": that of X."""
    if kind == "input":
        kind = _kind_of(X)
        if kind == "default":
            return result
    if hasattr(result, "tocsr"):
        raise _refused(f"a sparse result is no frame of {kind}", "set sparse_output=False before the model is saved")
    names = list(names_of())
    if result.ndim == 1:
        result = result.reshape(-1, 1)
    if len(names) != result.shape[1]:
        raise _refused(f"{len(names)} names are known of {result.shape[1]} columns")
    columns = [_column(result[:, j]) for j in range(len(names))] if result.dtype == object else list(result.T)
    if kind == "pandas":
        import pandas as pd

        frame = pd.DataFrame(dict(enumerate(columns)), index=X.index if is_pandas(X, "DataFrame") else None)
        frame.columns = pd.Index(names)
        return frame
    if len(set(names)) != len(names):
        raise _refused(f"a frame of {kind} has no two columns of one name")
    if kind == "polars":
        import polars as pl

        return pl.DataFrame(dict(zip(names, columns)))
    import pyarrow as pa

    return pa.table(dict(zip(names, columns)))


def _column(cells: Any) -> Any:
    """Cells of objects as numbers or bools, where all are that."""
    import numpy as np

    values = np.array(cells.tolist())
    return values if values.dtype.kind in "biuf" else cells


def _kind_of(X: Any) -> str:
    if is_pandas(X, "DataFrame"):
        return "pandas"
    module = type(X).__module__.partition(".")[0]
    if module == "polars" and type(X).__name__ == "DataFrame":
        return "polars"
    return "pyarrow" if module == "pyarrow" else "default"


def _refused(message: str, help: str = "") -> InputError:
    return InputError(message, code="input.output", reason="invalid", verdict="rejected", message=message, help=help)
