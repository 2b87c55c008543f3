"""Small changes of fitted objects: of one attribute or parameter, of what is nested in it, of classes, of names.

Nothing here knows an estimator: objects are walked as they are (attributes, lists, tuples, dicts, arrays of objects, trees),
and what a value becomes follows from its type. So a class that is added later is changed, too.
"""
import inspect
import math

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.tree._tree import Tree

# Words that mean something to one estimator or another; those of a class come from its parameter constraints.
WORDS = ["passthrough", "drop", "auto", "all", "missing-only", "error", "ignore", "warn", "infrequent_if_exist", "mean",
         "median", "most_frequent", "constant", "ovr", "multinomial", "deprecated", "liblinear", "newton-cholesky", "", "x0",
         "clip", "raise", "best", "random", "balanced", "None", "é", "if_binary", "first", "classifier", "regressor", "transformer"]


def is_number(v):
    return isinstance(v, (int, float, np.number, np.bool_)) and not isinstance(v, np.ndarray)


# ------------------------------------------------------------------------------------------------------------ walking

def parts_of(v):
    """(key, part) of what can be looked into."""
    if isinstance(v, BaseEstimator):
        return [(k, part) for k, part in vars(v).items()]
    if isinstance(v, dict):
        return list(v.items())
    if isinstance(v, (list, tuple)):
        return list(enumerate(v))
    if isinstance(v, np.ndarray) and v.dtype == object and v.ndim == 1:
        return list(enumerate(v))
    if isinstance(v, slice):
        return [("start", v.start), ("stop", v.stop), ("step", v.step)]
    if isinstance(v, Tree):
        return list(v.__getstate__().items())
    return []


def with_part(v, key, part):
    """v with another part: changed in place where Python can, else made anew. `part` ABSENT takes it away."""
    if isinstance(v, BaseEstimator):
        if part is ABSENT:
            del v.__dict__[key]
        else:
            v.__dict__[key] = part
        return v
    if isinstance(v, dict):
        if part is ABSENT:
            del v[key]
        else:
            v[key] = part
        return v
    if isinstance(v, (list, tuple)):
        items = list(v)
        items[key:key + 1] = [] if part is ABSENT else [part]
        return type(v)(items) if type(v) in (list, tuple) else items
    if isinstance(v, np.ndarray):
        if part is ABSENT:
            return np.delete(v, key)
        changed = v.copy()
        changed[key] = part
        return changed
    if isinstance(v, slice):
        return slice(*[(None if part is ABSENT else part) if name == key else getattr(v, name)
                       for name in ("start", "stop", "step")])
    if isinstance(v, Tree):
        _, (n_features, n_classes, n_outputs), state = v.__reduce__()
        state = dict(state)
        if part is ABSENT:
            del state[key]
        else:
            state[key] = part
        made = Tree(n_features, np.asarray(n_classes, dtype=np.intp), n_outputs)
        made.__setstate__(state)
        return made
    raise TypeError(type(v))


class Absent:
    def __repr__(self):
        return "absent"


ABSENT = Absent()


def estimators_in(root):
    """Paths of all estimators, the root's first; of many alike in one list, the first three and the last."""
    found, stack = [], [((), root)]
    while stack:
        path, v = stack.pop()
        if isinstance(v, BaseEstimator):
            found.append(path)
        parts = parts_of(v) if not isinstance(v, (Tree, slice)) else []
        if isinstance(v, list) and len(parts) > 4:
            parts = parts[:3] + parts[-1:]
        stack.extend((path + (key,), part) for key, part in parts
                     if isinstance(part, (BaseEstimator, list, tuple, dict)) or
                     (isinstance(part, np.ndarray) and part.dtype == object))
    return found


def at(root, path):
    for key in path:
        root = dict(parts_of(root))[key]
    return root


def put(root, path, part):
    if not path:
        return part
    inner = at(root, path[:-1])
    return put(root, path[:-1], with_part(inner, path[-1], part))


# ------------------------------------------------------------------------------------------------------------- values

def other_number(v, rng):
    kind = type(v)
    ways = [lambda: v + 1, lambda: -v, lambda: 0, lambda: v * 2, lambda: None, lambda: str(v), lambda: [v], lambda: float(v),
            lambda: int(v), lambda: np.float32(v), lambda: np.float64(v), lambda: np.int64(v), lambda: bool(v), lambda: not v,
            lambda: math.nan, lambda: math.inf, lambda: np.array([v]), lambda: np.array(v), lambda: (v,), lambda: 2**53 + 1,
            lambda: -1, lambda: v + 0.5, lambda: np.array([v, v]), lambda: np.float16(v), lambda: kind(1), lambda: "1"]
    if isinstance(v, (bool, np.bool_)) and rng.random() < 0.5:
        return not v
    return rng.choice(ways)()


def other_dtype(v, rng):
    kinds = ["f8", "f4", "f2", "i1", "i2", "i4", "i8", "u1", "u4", "u8", "?", ">f8", ">f4", ">i8", ">i4", "O", "U5", "U32", "c16"]
    return v.astype(rng.choice(kinds))


def other_shape(v, rng):
    shapes = [(-1,), (-1, 1), (1, -1), (1,) + v.shape, v.shape + (1,), v.shape[::-1]]
    return v.reshape(rng.choice(shapes))


def one_value(v, rng):
    if v.size == 0:
        return v
    changed = v.copy()
    where = tuple(rng.randrange(n) for n in v.shape)
    old = changed[where]
    if v.dtype.names:
        field = rng.choice(v.dtype.names)
        row = changed[where]
        row[field] = rng.choice([0, 1, -1, -2, row[field] + 1, len(v)])
        changed[where] = row
    elif v.dtype.kind in "fiu":
        floats = [math.nan, math.inf, -math.inf, 1e300, 5e-324, -0.0, 0.1, 1e-40, 16777217.0]
        values = [0, 1, -1, -2, 2, v.size, old + 1, -old, old * 2] + (floats if v.dtype.kind == "f" else [])
        changed[where] = rng.choice(values)
    elif v.dtype.kind == "b":
        changed[where] = not old
    elif v.dtype.kind == "O":
        changed[where] = other(old, rng)
    else:
        changed[where] = rng.choice(["", "a", "zz", str(old) + "x", "1"])
    return changed


def other_order(v, rng):
    return rng.choice([lambda: v[::-1], lambda: np.roll(v, 1, axis=0), lambda: np.asfortranarray(v), lambda: v[::-1].copy(),
                       lambda: np.sort(v, axis=0), lambda: v.T.copy(), lambda: np.sort(v, axis=None)[::-1].reshape(v.shape)])()


def other_length(v, rng):
    return rng.choice([lambda: v[:-1], lambda: v[1:], lambda: np.concatenate([v, v[-1:]]), lambda: v[:0], lambda: v[:1],
                       lambda: np.concatenate([v, v]), lambda: np.delete(v, rng.randrange(v.shape[-1]), axis=-1)])()


def other_type(v, rng):
    return rng.choice([lambda: v.tolist(), lambda: tuple(v.tolist()), lambda: v.ravel()[0], lambda: v.ravel()[0].item(),
                       lambda: None, lambda: v.astype(object), lambda: np.matrix(v), lambda: np.ma.masked_array(v), lambda: set(v.tolist()),
                       lambda: list(v), lambda: float(v.ravel()[0]), lambda: str(v), lambda: np.array(v.ravel()[0]), lambda: {}])()


def other_array(v, rng):
    way = rng.choices([one_value, other_dtype, other_shape, other_order, other_length, other_type], [4, 3, 2, 2, 2, 2])[0]
    return way(v, rng)


def other_list(v, rng):
    items = list(v)
    ways = [lambda: items[:-1], lambda: items[1:], lambda: items + items[-1:], lambda: items[::-1], lambda: [], lambda: None,
            lambda: tuple(items) if isinstance(v, list) else items, lambda: np.array(items, dtype=object), lambda: np.array(items),
            lambda: [items], lambda: dict(enumerate(items)), lambda: items[0], lambda: items[:1], lambda: set(items)]
    return rng.choice(ways)()


def other_dict(v, rng):
    items = list(v.items())
    ways = [lambda: dict(items[:-1]), lambda: dict(items[::-1]), lambda: {}, lambda: None, lambda: items,
            lambda: {**v, "more": 1}, lambda: dict(zip(v, [x for _, x in items[1:] + items[:1]])), lambda: {str(k) + "_": x for k, x in items},
            lambda: {np.str_(k) if isinstance(k, str) else k: x for k, x in items}]
    return rng.choice(ways)()


def other(v, rng, words=WORDS):
    """Another value in v's place: like it, or of another type."""
    if isinstance(v, np.ndarray):
        return other_array(v, rng)
    if is_number(v):
        return other_number(v, rng)
    if isinstance(v, str):
        return rng.choice([lambda: rng.choice(words), lambda: v + "x", lambda: None, lambda: np.str_(v), lambda: v.encode(), lambda: 0,
                           lambda: [v], lambda: np.array(v), lambda: True, lambda: v.upper()])()
    if isinstance(v, (list, tuple)):
        return other_list(v, rng)
    if isinstance(v, dict):
        return other_dict(v, rng)
    if isinstance(v, np.dtype) or (isinstance(v, type) and issubclass(v, np.generic)):
        return rng.choice([np.float32, np.float64, np.int64, np.dtype("f4"), np.dtype(">f8"), np.dtype("i2"), "float32", bool, float, int,
                           None, np.dtype("O"), object, np.uint8, np.float16])
    return rng.choice([None, 0, 1, -1, 2, 0.5, True, False, math.nan, [], {}, "", np.array([0, 1]), np.array([0.5]),
                       np.float32(0.1), slice(0, 1), np.array(["a", "b"]), np.float64] + rng.sample(words, 3))


def words_of(estimator, parameter):
    """The options that the class itself allows for a parameter."""
    constraint = getattr(estimator, "_parameter_constraints", {}).get(parameter, [])
    words = []
    for c in constraint if isinstance(constraint, list) else []:
        words += sorted(map(str, getattr(c, "options", [])))
        if c == "boolean":
            words += [True, False]
        if c is None:
            words += [None]
    return words


# ------------------------------------------------------------------------------------------------------------ changes

class Mutator:
    """pool: fitted objects of many classes, whose attributes and places others can take; parameters: class -> names in any release."""

    def __init__(self, pool, parameters):
        self.pool = pool
        self.parameters = parameters
        self.attributes = sorted({(name, type(o).__name__) for o in pool for name in vars(o)})
        self.by_class = {}
        for o in pool:
            self.by_class.setdefault(type(o).__name__, []).append(o)

    def change(self, root, rng):
        """(what was changed, the changed root); root itself may have changed, too."""
        path = rng.choice(estimators_in(root))
        estimator = at(root, path)
        way = rng.choices([self.value, self.nested, self.absence, self.addition, self.swapped_class, self.replaced],
                          [10, 8, 3, 3, 1, 2])[0]
        return way(root, path, estimator, rng)

    def value(self, root, path, estimator, rng):
        name = rng.choice(sorted(vars(estimator)))
        old = vars(estimator)[name]
        words = words_of(estimator, name)
        new = rng.choice(words) if words and rng.random() < 0.5 else other(old, rng)
        return self.done(root, path + (name,), old, new)

    def nested(self, root, path, estimator, rng):
        names = [n for n, v in sorted(vars(estimator).items()) if parts_of(v)]
        if not names:
            return self.value(root, path, estimator, rng)
        at_path = path + (rng.choice(names),)
        v = at(root, at_path)
        for _ in range(rng.randint(1, 4)):
            inner = parts_of(v)
            if not inner or isinstance(v, BaseEstimator):
                break
            key, v = rng.choice(inner)
            at_path += (key,)
        new = ABSENT if rng.random() < 0.1 else other(v, rng)
        return self.done(root, at_path, v, new)

    def absence(self, root, path, estimator, rng):
        name = rng.choice(sorted(vars(estimator)))
        return self.done(root, path + (name,), vars(estimator)[name], ABSENT)

    def addition(self, root, path, estimator, rng):
        """An attribute of another class, a parameter of another release, or what the class itself has by that name."""
        own = [n for n in dir(type(estimator)) if not n.startswith("__") and n not in vars(estimator)]
        others = [n for n in self.parameters.get(type(estimator).__name__, []) if n not in vars(estimator)]
        which = rng.random()
        if others and which < 0.4:
            name, value = rng.choice(others), rng.choice([True, False, None, 0, 1, "auto", "ovr"])
        elif which < 0.7:
            name, of = rng.choice(self.attributes)
            value = next(vars(o)[name] for o in self.by_class[of] if name in vars(o))
        else:
            name = rng.choice(own)
            value = rng.choice([True, False, None, "classifier", "regressor", [], 0, set()])
        return self.done(root, path + (name,), vars(estimator).get(name, ABSENT), value)

    def swapped_class(self, root, path, estimator, rng):
        kind = type(rng.choice(self.pool))
        old = type(estimator)
        estimator.__class__ = kind
        return f"{show(path)}: {old.__name__} is called {kind.__name__}", root

    def replaced(self, root, path, estimator, rng):
        new = rng.choice([lambda: rng.choice(self.pool), lambda: "passthrough", lambda: "drop", lambda: None])()
        if not path:
            return self.value(root, path, estimator, rng)
        return self.done(root, path, estimator, new)

    def done(self, root, path, old, new):
        text = f"{show(path)}: {short(old)} -> {short(new)}"
        return text, put(root, path, new)


def show(path):
    return "model" + "".join(f".{k}" if isinstance(k, str) and k.isidentifier() else f"[{k!r}]" for k in path)


def short(v):
    if isinstance(v, np.ndarray):
        return f"{v.dtype}{v.shape} {np.array2string(v.ravel()[:4], threshold=4)}".replace("\n", " ")[:120]
    text = repr(v) if not isinstance(v, BaseEstimator) else type(v).__name__
    return f"{type(v).__name__} {text}".replace("\n", " ")[:120]
