"""X as the library takes it: arrays and sparse rows in place, frames by Arrow or column by column."""
from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from . import _native
from ._errors import InputError

if TYPE_CHECKING:
    import numpy as np

_NUMBERS = "biuf"
LABELS, RECORDS, IMAGES = 1, 2, 3  # of RowsAre, in include/pratique/data.h
_NULLABLE, _OBJECTS = -1, -2  # what a column's array is, in python/src/columns.h
_CARRIER = {"f8": "float64", "f4": "float32", "u8": "uint64"}


def _fail(code: str, message: str, help: str = "") -> InputError:
    return InputError(message, code=code, reason="invalid", verdict="rejected", message=message, help=help)


def is_pandas(X: Any, kind: str) -> bool:
    of: Any = type(X)
    return _is_of_pandas(of, kind)


@lru_cache(maxsize=256)  # what X is does not change, and its classes are many
def _is_of_pandas(of: type, kind: str) -> bool:
    return any(c.__name__ == kind and c.__module__.partition(".")[0] == "pandas" for c in of.__mro__)


class Columns(dict[str, list[Any]]):
    """A frame of named columns of Python objects, for servers that have no pandas."""

    @property
    def rows(self) -> int:
        return max(map(len, self.values()), default=0)


def run(model: _native.Model, method: str, X: Any, threads: int) -> Any:
    """The result of `method` on X, as _native.Model.run_* return it."""
    import numpy as np

    if type(X) is np.ndarray and X.ndim == 2 and X.dtype.kind in _NUMBERS and X.dtype.isnative and X.itemsize <= 8:
        return model.run_dense(method, X, False, threads)
    rows_are = model.rows_are(method)
    if rows_are == RECORDS:
        return model.run_records(method, _records(X), threads)
    if type(X) is list and rows_are != LABELS and set(map(type, X)) == {str}:  # documents
        return model.run_frame(method, len(X), [("", X)], threads)
    if isinstance(X, Columns):
        return model.run_frame(method, X.rows, [(name, list(cells)) for name, cells in X.items()], threads)
    if is_pandas(X, "DataFrame"):  # before others are asked for attributes: each could be a column's name
        return model.run_frame(method, len(X), _pandas_columns(X), threads)
    if hasattr(X, "tocsr") and hasattr(X, "shape"):
        return _run_sparse(model, method, X, threads)
    if not is_pandas(X, "Series") and hasattr(X, "__arrow_c_stream__") and not _is_one_column(X):
        return model.run_arrow(method, X.__arrow_c_stream__(), threads)
    return _run_array(model, method, X, threads, rows_are)


def columns_of(X: Any) -> tuple[int, list[tuple[Any, ...]]] | None:
    """The columns of a frame, for golden samples; None for what is no frame."""
    if is_pandas(X, "DataFrame"):
        return len(X), _pandas_columns(X)
    if hasattr(X, "__arrow_c_stream__") and hasattr(X, "to_pandas") and not _is_one_column(X):
        return columns_of(X.to_pandas())
    return None


def _is_one_column(X: Any) -> bool:
    return type(X).__name__ in ("Series", "ChunkedArray")


def _private(indexes: Any, dtype: Any) -> Any:
    """Contiguous, and a copy of memory that is not the array's own: whoever else can write there (of a mapped file, another process)
    would change indexes behind their check."""
    import numpy as np

    if indexes.flags.owndata:
        return np.ascontiguousarray(indexes, dtype=dtype)
    return np.array(indexes, dtype=dtype, order="C")


def _run_sparse(model: _native.Model, method: str, X: Any, threads: int) -> Any:
    import numpy as np

    X = X.tocsr()
    dtype = X.dtype
    if dtype.kind not in _NUMBERS or dtype.itemsize > 8:
        raise _fail("input.dtype", f"CSR: no estimator takes a sparse matrix of {dtype}")
    kind = dtype.str[1:]
    carrier = _CARRIER.get(kind, "int64" if kind[0] in "biu" else "float64")
    if any(part.ndim != 1 for part in (X.indptr, X.indices, X.data)) or X.indices.dtype.kind not in "iu" or min(X.shape) < 0:
        raise _fail("input.csr", "CSR: indptr, indices and data have one dimension, indices are integers, and no size is below 0")
    if X.indices.dtype != np.int32:
        if X.shape[1] > 2**31:
            raise _fail("input.csr", f"CSR: {X.shape[1]} columns are more than int32 indexes reach")
        if X.indices.size and (X.indices.min() < 0 or X.indices.max() >= X.shape[1]):
            raise _fail("input.csr", f"CSR: an index is not below {X.shape[1]}")
    name = dtype.name if carrier not in ("float64", "float32") else carrier

    def go(rows: Any) -> Any:
        return getattr(model, "run_csr_" + carrier)(
            method, rows.shape, _private(rows.indptr, rows.indptr.dtype), _private(rows.indices, np.int32),
            np.ascontiguousarray(rows.data, dtype=carrier), name, threads)

    try:
        return go(X)
    except InputError as error:
        if error.code != "input.csr" or "occurs twice" not in error.message:
            raise
    X = X.copy()
    X.sum_duplicates()
    return go(X)


def _records(X: Any) -> list[Any]:
    """Dicts, lists of labels or words, or lists of pairs."""
    if type(X) is not list and (isinstance(X, (str, Mapping)) or hasattr(X, "columns")):
        raise _fail("input.records", f"X is {type(X).__name__}, and a list of records is needed", "write [record]")
    try:
        rows = list(X)
    except TypeError:
        raise _fail("input.records", f"X is {type(X).__name__}, and a list of records is needed") from None
    return [dict(row) if not isinstance(row, (dict, list, tuple)) and isinstance(row, Mapping) else row for row in rows]


def _run_array(model: _native.Model, method: str, X: Any, threads: int, rows_are: int) -> Any:
    import numpy as np

    if isinstance(X, str):
        raise _fail("input.documents", "X is one text, and a list of documents is needed", "write [text]")
    try:
        array = np.asarray(X)
    except ValueError as error:
        raise _fail("input.shape", f"X is no array: {error}") from None
    if rows_are == LABELS and array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.ndim == 1 and array.dtype.kind in "OUT" and array.size and all(isinstance(cell, str) for cell in array.tolist()):
        return model.run_frame(method, len(array), [("", array.tolist())], threads)
    image = None
    if rows_are == IMAGES and array.ndim > 2:  # numpy's reshape, as scikit-learn makes one axis of all channels
        height, width, *channels = array.shape[1:]
        image = (height, width, math.prod(channels))
        array = array.reshape(len(array), math.prod(image))
    if array.ndim != 2:
        raise _fail("input.shape", f"X has {array.ndim} dimensions, and 2 are needed: rows and columns",
                    "reshape(-1, 1) makes one column of it, reshape(1, -1) one row")
    if array.dtype.kind in _NUMBERS:
        if array.itemsize > 8:
            array = array.astype(np.float64)
        swapped = not array.dtype.isnative
        if swapped:  # read from its last byte to its first
            array = array.view(array.dtype.newbyteorder("="))
        if image:
            return model.run_images(method, array, image, swapped, threads)
        return model.run_dense(method, array, swapped, threads)
    if array.dtype.kind in "OUT" and not image:
        return model.run_frame(method, len(array), [("", array[:, j].tolist(), _OBJECTS) for j in range(array.shape[1])], threads)
    raise _fail("input.dtype", f"X is of {array.dtype}, which no estimator takes", "convert it to numbers or text first")


def _pandas_columns(frame: Any) -> list[tuple[Any, ...]]:
    """As run_frame takes them: a name, an array of numbers or a list of objects, and what that is kept in; or a name, an array of
    two dimensions, and which of its rows the column is."""
    import numpy as np

    labels = _objects(frame.columns.array) if frame.columns.nlevels == 1 else frame.columns.tolist()
    names = [label if isinstance(label, str) else "" for label in labels]
    if not all(names):
        # scikit-learn knows names only where all are text; a mix of both it refuses.
        if any(isinstance(label, str) for label in labels):
            raise _fail("input.names", "the columns' names are text and other types, as scikit-learn refuses", "make all of them text")
        names = [""] * len(names)
    manager: Any = getattr(frame, "_mgr", None)
    if type(manager).__name__ != _BLOCKS:
        return [(name, *_pandas_cells(_column_array(frame, j), name)) for j, name in enumerate(names)]
    # The blocks that pandas keeps the columns in: to make a Series of each takes twenty times longer, which is most of the time
    # of one row.
    blocks = [block.values for block in manager.blocks]
    plain = [type(values) is np.ndarray and values.ndim == 2 and _is_plain(values.dtype) for values in blocks]
    return [(name, blocks[b], k) if plain[b] else (name, *_pandas_cells(blocks[b][k] if blocks[b].ndim == 2 else blocks[b], name))
            for name, b, k in zip(names, manager.blknos.tolist(), manager.blklocs.tolist())]


def _is_plain(dtype: Any) -> bool:
    return dtype.kind in _NUMBERS and dtype.itemsize <= 8 and dtype.isnative


def _column_array(frame: Any, j: int) -> Any:
    """Column j as pandas stores it: numpy's array, or an extension's."""
    import numpy as np

    column = frame.iloc[:, j]
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array


_BLOCKS = "BlockManager"  # where pandas keeps columns


def _objects(values: Any) -> list[Any]:
    """The cells of an array of pandas as Python's objects."""
    import numpy as np

    if type(values).__name__.startswith("ArrowString"):
        texts = values.__arrow_array__()
        cells: list[Any] = texts.to_pylist()
        if texts.null_count:
            missing = values.dtype.na_value
            cells = [missing if cell is None else cell for cell in cells]
        return cells
    return list(np.asarray(values, dtype=object))


def _pandas_cells(values: Any, name: str) -> tuple[Any, ...]:
    """An array of numbers or a list of objects, and what it is kept in where that is none of numpy's numbers."""
    import numpy as np

    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in _NUMBERS and dtype.itemsize <= 8:
            return (values if dtype.isnative else values.astype(dtype.newbyteorder("=")),)
        if dtype.kind == "O":
            return values.tolist(), _OBJECTS
    elif type(dtype).__name__ == "CategoricalDtype":
        return _categorical_cells(values, name)
    elif type(dtype).__name__ == "StringDtype" or getattr(dtype, "kind", "O") in "OU" and type(dtype).__name__ == "ArrowDtype":
        return _objects(values), _OBJECTS if isinstance(dtype.na_value, float) else _NULLABLE
    elif getattr(dtype, "kind", "O") in _NUMBERS:
        return _nullable_numbers(values), _NULLABLE
    elif type(dtype).__name__ == "SparseDtype":
        return _pandas_cells(values.to_dense(), name)
    raise _fail("input.dtype", f"column '{name}' is of {dtype}, which no estimator takes", "convert it to numbers or text first")


def _nullable_numbers(values: Any) -> np.ndarray[Any, Any]:
    """check_array makes float64 of all of them; what keeps them as they are keeps integers and bools where none is missing."""
    import numpy as np

    floats: np.ndarray[Any, Any] = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if values.dtype.kind == "f" or np.isnan(floats).any() or (np.abs(floats) > 2**53).any():
        return floats
    exact: np.ndarray[Any, Any] = values.to_numpy(dtype=bool if values.dtype.kind == "b" else np.int64)
    return exact


def _categorical_cells(column: Any, name: str) -> tuple[Any, ...]:
    """What numpy.asarray makes of the column: the categories' own values, and NaN where there is none."""
    import numpy as np

    values = np.asarray(column)
    if column.dtype.categories.dtype.kind == "b":  # check_array makes float64 of them
        return values.astype(np.float64), _NULLABLE
    if values.dtype.kind in _NUMBERS:
        return (values,)
    if values.dtype.kind in "OUT":
        return list(values), _OBJECTS
    raise _fail("input.dtype", f"column '{name}' has categories of {values.dtype}, which no estimator takes")
