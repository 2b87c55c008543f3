"""Every attribute and parameter of every class, each by a fixed list of odd values: what chance would take long to meet.

As in mutations.py nothing here knows an estimator; what a value becomes follows from its type alone.
"""
import pickle

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator

import mutations

ABSENT = mutations.ABSENT
# What a value of any type is replaced by.
PLAIN = (("None", None), ("1", 1), ("0.5", 0.5), ("True", True), ("a word", "x0"), ("empty list", []), ("empty dict", {}),
         ("slice", slice(None)), ("a type", float), ("array", np.array([0.0, 1.0])))


def of_number(v):
    yield from ((kind, lambda kind=kind: kind(v)) for kind in (np.float64, np.float32, np.float16, np.int64, np.int32, np.uint8, float, int))
    yield "complex", lambda: v + 0j
    yield "negative", lambda: -v - 1
    yield "next", lambda: v + 1
    yield "half", lambda: v + 0.5
    yield "text", lambda: str(v)
    yield from ((repr(other), lambda other=other: other)
                for other in (0, -1, True, False, np.True_, float("inf"), float("-inf"), float("nan"), 1e-300, 2**70))


def of_bool(v):
    yield "other", lambda: not v
    yield from ((kind, lambda kind=kind: kind(v)) for kind in (np.bool_, int, float, str, np.int64))
    yield "2", lambda: 2


def of_text(v):
    yield "numpy", lambda: np.str_(v)
    yield "bytes", lambda: v.encode()
    yield "more", lambda: v + "x"
    yield "upper", lambda: v.upper()
    yield "empty", lambda: ""
    yield from ((repr(other), lambda other=other: other) for other in (True, False, 0, 1, 0.5))


def of_array(v):
    kinds = ["f8", "f4", "f2", "i8", "i4", "i2", "u4", "u8", "?", ">f8", ">i8", ">i4", "O", "U8", "c16"]
    yield from ((kind, lambda kind=kind: v.astype(kind)) for kind in kinds if np.dtype(kind) != v.dtype)
    yield "one more dimension", lambda: v[..., np.newaxis]
    yield "one more dimension before", lambda: v[np.newaxis]
    yield "flat", lambda: v.ravel()
    yield "transposed", lambda: v.T.copy()
    yield "Fortran", lambda: np.asfortranarray(v)
    yield "strided", lambda: np.repeat(v, 2, axis=-1)[..., ::2]
    yield "backwards", lambda: v[::-1].copy()
    yield "one less", lambda: v[:-1]
    yield "one more", lambda: np.concatenate([v, v[-1:]])
    yield "one column less", lambda: v[..., :-1]
    yield "one column more", lambda: np.concatenate([v, v[..., -1:]], axis=-1)
    yield "none", lambda: v[:0]
    yield "first", lambda: v.ravel()[0]
    yield "Python's own first", lambda: v.ravel()[0].item()
    yield "first in no dimension", lambda: np.array(v.ravel()[0])
    yield "list", lambda: v.tolist()
    yield "tuple", lambda: tuple(v.tolist())
    yield "list of arrays", lambda: list(v)
    yield "matrix", lambda: np.matrix(v)
    yield "masked", lambda: np.ma.masked_array(v)
    yield "masked first", lambda: np.ma.masked_array(v, mask=np.arange(v.size).reshape(v.shape) == 0)
    yield "memmap", lambda: v.view(np.memmap)
    yield "recarray", lambda: v.view(np.recarray)
    yield "csr", lambda: sp.csr_matrix(v)
    yield "read only", lambda: read_only(v)
    if v.dtype == object:
        yield from parts(v)


def read_only(v):
    v = v.copy()
    v.flags.writeable = False
    return v


def of_sparse(v):
    yield "dense", lambda: v.toarray()
    yield from ((kind, lambda kind=kind: v.asformat(kind)) for kind in ("csr", "csc", "coo") if v.format != kind)
    yield from ((kind, lambda kind=kind: v.astype(kind)) for kind in ("f4", "f8", "i8", "?") if np.dtype(kind) != v.dtype)
    yield "transposed", lambda: v.T
    yield "array", lambda: sp.csr_array(v)
    yield "list", lambda: v.toarray().tolist()
    yield "one row less", lambda: v[:-1]
    yield "one column less", lambda: v[:, :-1]


def of_list(v):
    items = list(v)
    yield "list", lambda: items
    yield "tuple", lambda: tuple(items)
    yield "array", lambda: np.array(items)
    yield "array of objects", lambda: np.array(items, dtype=object)
    yield "one less", lambda: type(v)(items[:-1])
    yield "one more", lambda: type(v)(items + items[-1:])
    yield "backwards", lambda: type(v)(items[::-1])
    yield "nested", lambda: type(v)([v])
    yield "none", lambda: type(v)()
    yield "dict", lambda: dict(enumerate(items))
    yield from parts(v)


def of_dict(v):
    items = list(v.items())
    yield "one less", lambda: dict(items[:-1])
    yield "one more", lambda: {**v, "more": 1}
    yield "backwards", lambda: dict(items[::-1])
    yield "none", lambda: {}
    yield "list", lambda: items
    yield "numpy's keys", lambda: {np.str_(k): x for k, x in items}
    yield from parts(v)


def of_anything(v):
    yield "absent", lambda: ABSENT
    if isinstance(v, (str, bool, int, float, np.generic, type(None))):
        yield "no dimension", lambda: np.array(v)
        yield "one element", lambda: np.array([v])
        yield "two elements", lambda: np.array([v, v])
        yield "objects", lambda: np.array([v], dtype=object)
        yield "in a list", lambda: [v]
        yield "in a dict", lambda: {"a": v}
    yield from ((text, lambda other=other: other) for text, other in PLAIN)


def parts(v, depth=3):
    """Something plain in place of the first and the last part of v, or of what is in them; objects stay as they are."""
    inner = mutations.parts_of(v)
    for key, part in dict([*inner[:1], *inner[-1:]]).items() if depth else ():
        yield from ((f"{text} at {key}", lambda key=key, other=other: mutations.with_part(v, key, other)) for text, other in PLAIN)
        if isinstance(part, (list, tuple, dict)):
            yield from ((f"{way} in {key}", lambda key=key, make=make: mutations.with_part(v, key, make())) for way, make in parts(part, depth - 1))


def replacements(v):
    """{name of the way: what makes v's replacement} of all ways for a value like v."""
    kinds = ((bool, of_bool), (np.bool_, of_bool), (np.ndarray, of_array), (str, of_text), ((int, float, np.number), of_number), ((list, tuple), of_list),
             (dict, of_dict))
    own = of_sparse if sp.issparse(v) else next((ways for kind, ways in kinds if isinstance(v, kind)), None)
    ways = [*(own(v) if own else ()), *of_anything(v)]
    return {str(getattr(way, "__name__", way)): make for way, make in ways}


def form(v):
    """What of a value decides which changes of it are alike: text and truth are themselves, of all else the type."""
    if isinstance(v, (str, bool, np.bool_)):
        return str(v)
    return f"{v.dtype.kind}{v.ndim}" if isinstance(v, np.ndarray) else type(v).__name__


def settings(estimator):
    """What of an estimator decides which of its attributes are read, and how: its texts and truths."""
    return tuple(sorted((name, str(v)) for name, v in vars(estimator).items() if isinstance(v, (str, bool, np.bool_, type(None)))))


def changes(bases):
    """(base's index, path, attribute, way) of all; an attribute of the same form of a class with the same settings once, in the first
    base that has it."""
    met = set()
    for index, base in enumerate(bases):
        root = pickle.loads(base.bytes)
        for path in mutations.estimators_in(root):
            estimator = mutations.at(root, path)
            names = sorted(set(vars(estimator)) | set(estimator.get_params(deep=False) if isinstance(estimator, BaseEstimator) else ()))
            set_to = settings(estimator)
            for name in names:
                v = vars(estimator).get(name)
                key = (type(estimator).__name__, set_to, name, form(v))
                if key in met:
                    continue
                met.add(key)
                for way in replacements(v):
                    yield index, path, name, way


def change(root, path, name, way):
    """(what was changed, the changed root)."""
    estimator = mutations.at(root, path)
    old = vars(estimator).get(name)
    new = replacements(old)[way]()
    return f"{mutations.show(path + (name,))}: {mutations.short(old)} -> {way}: {mutations.short(new)}", mutations.put(root, path + (name,), new)
