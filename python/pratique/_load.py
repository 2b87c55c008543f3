"""Files to models, and estimators to files."""
from __future__ import annotations

import io
import json
import os
import pickle
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Union

from . import _input, _native
from ._errors import Rejected, Unchecked, Unreadable
from ._model import METHODS, Model
from ._policy import Policy, PolicyLike, native

Source = Union[str, "os.PathLike[str]", bytes, bytearray, memoryview, IO[bytes]]


def _read(source: Any, policy: _native.Policy) -> bytes:
    """The bytes of what is no path; a stream is read no further than the policy's limit."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not hasattr(source, "read"):
        raise TypeError(f"a path, bytes or a binary file object is needed, not {type(source).__name__}")
    parts: list[bytes] = []
    left = policy.file_bytes + 1
    while left > 0:  # a raw stream gives less than it is asked for, long before its end
        part = source.read(left)
        if not isinstance(part, bytes):
            raise TypeError("the file object gives no bytes: open it with mode 'rb'")
        if not part:
            return b"".join(parts)
        parts.append(bytes(part))  # a subclass's own len() counts for nothing
        left -= len(parts[-1])
    raise Rejected(f"the stream holds more than {policy.file_bytes} bytes", reason="limit", verdict="rejected", code="limit.file_bytes",
                   message=f"the stream holds more than {policy.file_bytes} bytes", help="raise limits.file_bytes in the policy")


def _is_path(source: Any) -> bool:
    return isinstance(source, (str, os.PathLike))


def _bytes_of(source: Source, policy: _native.Policy) -> bytes:
    if not _is_path(source):
        return _read(source, policy)
    try:
        with open(source, "rb") as file:  # type: ignore[arg-type]
            return _read(file, policy)
    except OSError as error:
        raise Unreadable(str(error), reason="io", code="io.read", message=str(error)) from None


def load(source: Source, policy: PolicyLike = None, root: str | None = None, *, n_jobs: int | None = None) -> Model:
    """A model from a .prq, pickle, joblib or .skops file that is not trusted: nothing of it is executed, all of it is proven.

    source: a path, the bytes, or a binary file object. The format is told by content.
    policy: what may be loaded; a pratique.Policy, the path of a policy's JSON, or its document. None is the built-in default.
    root: the estimator inside a dict, list or tuple, as '["model"]'.
    Raises Rejected or Unchecked, which say where in the model, what was there and what was expected.
    """
    allowed = native(policy)
    if _is_path(source):
        return Model(_native.load_path(os.fsencode(source), allowed, root or ""), n_jobs, allowed)  # type: ignore[arg-type]
    return Model(_native.load_bytes(_read(source, allowed), allowed, root or ""), n_jobs, allowed)


def _write(path: str | os.PathLike[str], content: bytes) -> None:
    """Whole, or not at all."""
    target = Path(path)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name + ".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _metadata(metadata: Mapping[str, Any] | None) -> str:
    return "" if not metadata else json.dumps(dict(metadata), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def convert(source: Source, path: str | os.PathLike[str] | None = None, policy: PolicyLike = None, root: str | None = None, *,
            samples: Any = None, expected: Mapping[str, Any] | None = None, metadata: Mapping[str, Any] | None = None,
            compress: bool = False) -> bytes:
    """Checks a model of any format and writes it as .prq to `path`, if one is given. Returns the bytes.

    samples: rows to be stored with the model's outputs as golden samples. expected: {method: scikit-learn's output}, which
    must agree, or PredictionMismatch is raised and nothing is written; without it the outputs are pratique's own.
    """
    allowed = native(policy)
    content = _bytes_of(source, allowed)
    document: bytes | None = None
    results: list[tuple[str, bytes | None]] = []
    if samples is not None:
        document = _sample_document(samples)
        if expected is None:
            model = Model(_native.load_bytes(content, allowed, root or ""))
            first = "predict" if hasattr(model, "predict") else "transform"
            results = [(name, None) for name in dict.fromkeys((first, "predict_proba")) if hasattr(model, name)]
        else:
            results = [(name, _result_document(output)) for name, output in expected.items()]
    elif expected is not None:
        raise TypeError("expected needs samples")
    prq, _ = _native.convert(content, allowed, root or "", _metadata(metadata), document, results, compress)
    if path is not None:
        _write(path, prq)
    return prq


def dump(estimator: Any, path: str | os.PathLike[str] | None = None, *, samples: Any = None,
         metadata: Mapping[str, Any] | None = None, policy: PolicyLike = None, compress: bool = False) -> bytes:
    """A fitted scikit-learn estimator as .prq, written to `path` if one is given. Returns the bytes.

    samples: rows that the estimator itself predicts on; its outputs are stored as golden samples, after the comparison with
    those of the .prq. When one bit too many differs, PredictionMismatch is raised and nothing is written. What cannot be
    carried raises Unchecked, which names it.
    """
    try:
        content = pickle.dumps(estimator, protocol=4)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise Unchecked(f"{type(estimator).__name__} cannot be pickled: {error}", reason="unsupported",
                        help="give it plain parameters: no lambdas, no open files") from error
    expected = None
    if samples is not None:
        samples = _as_stored(samples)
        model = Model(_native.load_bytes(content, native(policy), ""))
        expected = {name: _output(estimator, name, samples) for name in _methods_to_compare(model, estimator)}
    return convert(content, path, policy, samples=samples, expected=expected, metadata=metadata, compress=compress)


def _as_stored(samples: Any) -> Any:
    """The rows as a .prq gives them back: JSON Lines, which frames are stored as, know float64 and int64 only, so the estimator
    is asked on these."""
    if _input.is_pandas(samples, "DataFrame"):
        wider = {"float16": "float64", "float32": "float64", "int8": "int64", "int16": "int64", "int32": "int64",
                 "Float32": "Float64", "Int8": "Int64", "Int16": "Int64", "Int32": "Int64"}
        samples = samples.copy()
        for j, dtype in enumerate(samples.dtypes):
            if str(dtype) in wider:
                samples.isetitem(j, samples.iloc[:, j].astype(wider[str(dtype)]))
    elif type(samples).__module__.partition(".")[0] == "polars" and hasattr(samples, "cast"):
        import polars as pl

        of_polars = {pl.Float32: pl.Float64, pl.Int8: pl.Int64, pl.Int16: pl.Int64, pl.Int32: pl.Int64}
        samples = samples.cast({name: of_polars[dtype.base_type()] for name, dtype in samples.schema.items() if dtype.base_type() in of_polars})
    return samples


def _methods_to_compare(model: Model, estimator: Any) -> list[str]:
    wanted = ("predict", "predict_proba", "decision_function", "score_samples", "transform")
    return [name for name in wanted if hasattr(model, name) and hasattr(estimator, name)]


def _output(estimator: Any, method: str, samples: Any) -> Any:
    return getattr(estimator, method)(samples)


def _sample_document(samples: Any) -> bytes:
    """Rows as a .prq keeps them: .npy, scipy's .npz, or JSON Lines for frames and documents."""
    import numpy as np

    frame = _input.columns_of(samples)
    if frame is not None and all(column[0] for column in frame[1]):
        return _native.frame_document(*frame)
    if hasattr(samples, "tocsr"):
        from scipy import sparse

        buffer = io.BytesIO()
        sparse.save_npz(buffer, samples.tocsr())
        return buffer.getvalue()
    array = np.asarray(samples)
    if array.dtype.kind == "O":
        cells = array.tolist()
        return "".join(json.dumps(_plain(row), ensure_ascii=False) + "\n" for row in cells).encode()
    return _npy(array)


def _plain(row: Any) -> Any:
    if isinstance(row, Sequence) and not isinstance(row, str):
        return [_plain(cell) for cell in row]
    if row is None or row != row:
        return None
    return row.item() if hasattr(row, "item") else row


def _npy(array: Any) -> bytes:
    import numpy as np

    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array), allow_pickle=False)
    return buffer.getvalue()


def _result_document(output: Any) -> bytes:
    import numpy as np

    if hasattr(output, "tocsr"):
        from scipy import sparse

        buffer = io.BytesIO()
        sparse.save_npz(buffer, output.tocsr())
        return buffer.getvalue()
    if isinstance(output, (list, tuple)):
        buffer = io.BytesIO()
        np.savez(buffer, *(_texts(np.asarray(one)) for one in output))
        return buffer.getvalue()
    return _npy(_texts(np.asarray(output)))


def _texts(array: Any) -> Any:
    """Labels of objects that are all text, as numpy's U."""
    if array.dtype.kind != "O" or not all(isinstance(cell, str) for cell in array.ravel().tolist()):
        return array
    return array.astype(str)


__all__ = ["METHODS", "Policy", "Source", "convert", "dump", "load"]
