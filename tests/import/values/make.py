#!/usr/bin/env python3
"""make.py DIR NAME [COUNT|-]: random nested Python values, pickled every way this interpreter can, and what each of them is.

Writes DIR/NAME.values: for each value a line "how<TAB>bytes of the file<TAB>text.py's text" and then the file. The text
is of the value as Python itself loads the file: what a reader that executes nothing has to see as well.
The same interpreter and libraries write the same bytes again. tests/import/values/*.values were made by:
    make.py DIR numpy1  with the scikit-learn 1.2.2 environment of scripts/venv, numpy2 with that of 1.9.1
    PYTHON2 python2.py | make.py DIR python2 -  with Python 2.7.18, numpy 1.16.6, and the environment of 1.2.2
"""
import collections
import datetime
import decimal
import fractions
import functools
import importlib.util
import io
import os
import pathlib
import pickle
import random
import sys
import tempfile
import uuid
import warnings

import joblib
import numpy as np
import scipy.sparse

from text import text

DTYPES = ["?", "i1", "u1", "<i2", ">u2", "<i4", ">i4", "<u8", "<i8", ">i8", "<f2", "<f4", ">f4", "<f8", ">f8", "<f16", "<c8",
          ">c16", "<c32", "S1", "S5", "<U1", "<U4", ">U3", "V3", "<M8[ns]", "<M8[25us]", ">M8[D]", "<m8[s]", "<M8", "O"]
BIT_GENERATORS = [np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64]
RECORDS = [[("left", "<i8"), ("gap", "u1"), ("value", ">f8")],
           {"names": ["a", "b"], "formats": ["<i4", "S3"], "offsets": [4, 16], "itemsize": 24},
           np.dtype([("x", "u1"), ("y", "<f8")], align=True)]


class Plain:
    """An object with a dict; pickled by name as any estimator is."""


class OfList(list):
    pass


class OfDict(dict):
    pass


class OfTuple(tuple):
    pass


class WithSlots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = 1, [2]


Point = collections.namedtuple("Point", "x y")


def plain_function(x):
    return x


class Maker:
    def __init__(self, seed, how):
        # With numpy 2 joblib writes that an array is a matrix, and forgets it when it loads.
        self.subclass = np.asarray if how.startswith("joblib") else np.matrix
        self.random = random.Random(seed)
        self.numpy = np.random.RandomState(self.random.getrandbits(32))
        self.made = []  # containers and arrays that can be used again

    def text(self):
        return "".join(self.random.choice("abcXYZ_ '\"\\\n\t\x00\x7fé€😀\u0660") for _ in range(self.random.choice([0, 1, 3, 9, 40, 300])))

    def integer(self):
        bits = self.random.choice([1, 7, 8, 15, 16, 31, 32, 33, 63, 64, 65, 128, 2047, 2048])
        return self.random.choice([-1, 1]) * (self.random.getrandbits(bits) | 1 << (bits - 1)) + self.random.choice([-1, 0, 1])

    def scalar(self):
        r = self.random
        return r.choice([
            lambda: None, lambda: r.random() < 0.5, self.integer, self.integer, self.text, self.text,
            lambda: r.choice([0.0, -0.0, float("inf"), float("-inf"), float("nan"), 5e-324, 1e308, r.gauss(0, 1e3)]),
            lambda: bytes(r.randrange(256) for _ in range(r.choice([0, 1, 5, 300]))),
            lambda: r.randbytes(r.choice([1, 9])).decode("latin-1").encode(),
        ])()

    def array(self):
        dtype = np.dtype(self.random.choice(DTYPES + RECORDS))
        shape = self.random.choice([(), (0,), (1,), (3,), (7,), (2, 3), (3, 0), (1, 1), (2, 3, 4), (2, 1, 3, 2)])
        if dtype == object:
            array = np.empty(shape, object)
            for index in np.ndindex(*shape):
                array[index] = self.value(4)
        else:
            raw = self.numpy.bytes(dtype.itemsize * int(np.prod(shape)))
            if dtype.kind == "b":
                raw = bytes(c & 1 for c in raw)
            if dtype.kind == "U":
                raw = np.frombuffer(raw, "u1").astype(dtype.byteorder + "u4").tobytes()[:len(raw)]
            array = np.frombuffer(raw, dtype).reshape(shape).copy() if raw else np.empty(shape, dtype)
        form = self.random.randrange(7)
        if form == 0:
            array = np.asfortranarray(array)
        if form == 1 and array.ndim and array.shape[0] > 1:
            array = array[::2]
        if form == 2:
            array = array.T
        if form == 3:
            array = array.transpose(self.random.sample(range(array.ndim), array.ndim))
        return array

    def numpy_scalar(self):
        dtype = np.dtype(self.random.choice([d for d in DTYPES if d not in ("O", "<f16", "<c32")]))  # those hold stray bytes
        raw = bytes(c & 1 for c in self.numpy.bytes(dtype.itemsize)) if dtype.kind in "b?" else self.numpy.bytes(dtype.itemsize)
        if dtype.kind == "U":
            return np.str_(self.text().rstrip("\0"))
        return np.frombuffer(raw, dtype)[0]

    def hashable(self, depth=0):
        r = self.random
        made = r.choice([self.scalar, self.scalar, self.scalar,
                         lambda: tuple(self.hashable(depth + 1) for _ in range(r.randrange(4))) if depth < 3 else 1,
                         lambda: frozenset(self.hashable(depth + 1) for _ in range(r.randrange(3))) if depth < 2 else 2])()
        # Their hash is an address: a set of them has another order each time.
        return "none" if made is None or made != made else made

    def rare(self):
        r = self.random
        return r.choice([
            lambda: collections.OrderedDict((self.hashable(), self.value(3)) for _ in range(2)),
            lambda: collections.defaultdict(list, {1: [2]}), lambda: collections.Counter("abba"),
            lambda: collections.deque([1, 2], r.choice([None, 5])),
            lambda: datetime.datetime(2024, 2, 29, 1, 2, 3, 4, r.choice([None, datetime.timezone.utc]), fold=r.randrange(2)),
            lambda: datetime.date(1999, 1, r.randrange(1, 29)), lambda: datetime.time(1, 2, 3, r.randrange(10)),
            lambda: datetime.timedelta(r.randrange(9), -5), lambda: datetime.timezone(datetime.timedelta(hours=2), "X"),
            lambda: decimal.Decimal("-1.50e7"), lambda: fractions.Fraction(3, r.randrange(1, 9)),
            lambda: uuid.UUID(int=r.getrandbits(128)), lambda: pathlib.PurePosixPath(*"ab" * r.choice([1, 12])),
            lambda: slice(r.randrange(9), None, np.int64(2)), lambda: range(0, self.integer(), 3), lambda: complex(1.5, -0.0),
            lambda: functools.partial(plain_function, self.value(3), k=1), lambda: Point(1, self.value(3)),
            lambda: OfTuple([1, 2]), lambda: OfList([1, []]), lambda: OfDict({1: {}}), WithSlots,
            lambda: int, lambda: plain_function, lambda: np.log1p, lambda: np.float64, lambda: np.ndarray, lambda: type(None),
            lambda: Ellipsis, lambda: NotImplemented, lambda: OSError, lambda: len, lambda: str.split, lambda: [].append, lambda: {}.get,
            lambda: bytearray(self.random.randbytes(r.choice([0, 3, 70]))),
            lambda: np.dtype(r.choice([d for d in DTYPES if d != "O"])), lambda: np.dtype(RECORDS[r.randrange(3)]),
            lambda: np.dtype(object),
            lambda: np.dtype("f8", metadata={"why": 1}),
            lambda: self.subclass([[1, 2], [3, 4.0]]), lambda: np.rec.array([(1, 2.0), (3, 4.0)], dtype=[("a", "i4"), ("b", "f8")]),
            lambda: np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0], fill_value=7),
            lambda: np.ma.array(["a", "b"], dtype=object, fill_value="?"), lambda: np.ma.masked_array([1], fill_value=9),
            lambda: np.random.RandomState(r.randrange(9)), lambda: np.random.default_rng(r.randrange(9)),
            lambda: np.random.Generator(r.choice(BIT_GENERATORS)(5)), lambda: r.choice(BIT_GENERATORS)(6),
            lambda: np.random.SeedSequence(r.getrandbits(99), spawn_key=(1, 2)), lambda: np.random.SeedSequence([1, 2, 3]),
            lambda: self.sparse(),
        ])()

    def sparse(self):
        dense = (self.numpy.rand(4, 6) < 0.3) * self.numpy.rand(4, 6)
        form = self.random.choice(["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
        kind = self.random.choice(["matrix", "array"])
        return getattr(scipy.sparse, f"{form}_{kind}")(dense)

    def value(self, depth=0):
        r = self.random
        if self.made and r.random() < 0.15:
            return r.choice(self.made)
        if depth > 4 or r.random() < 0.25:
            return self.scalar()
        choice = r.randrange(12)
        if choice < 3:
            made = []
            self.made.append(made)
            made.extend(self.value(depth + 1) for _ in range(r.choice([0, 1, 2, 5])))
        elif choice < 6:
            made = {}
            self.made.append(made)
            for _ in range(r.choice([0, 1, 3])):
                made[r.choice([None, self.hashable(), self.hashable()])] = self.value(depth + 1)
        elif choice == 6:
            return tuple(self.value(depth + 1) for _ in range(r.randrange(6)))
        elif choice == 7:
            made = r.choice([set, frozenset])(self.hashable() for _ in range(r.randrange(4)))
        elif choice == 8:
            made = Plain()
            self.made.append(made)
            for key in r.sample("abcd", r.randrange(4)):
                setattr(made, key, self.value(depth + 1))
        elif choice == 9:
            made = self.array()
            self.made.append(made)
        elif choice == 10:
            return self.numpy_scalar()
        else:
            made = self.rare()
        return made


def cycles():
    """Values that hold themselves, through every kind that can."""
    inner = []
    inner.append(inner)
    longer = ([], 1, 2, 3, 4)
    longer[0].append(longer)
    short = ([],)
    short[0].append(short)
    mapping = {}
    mapping["self"] = mapping
    mapping["values"] = [mapping, ({"up": mapping},)]
    thing = Plain()
    thing.me = [thing, (thing, thing)]
    ordered = collections.OrderedDict()
    ordered["me"] = [ordered]
    objects = np.empty(2, object)
    objects[1] = [objects]
    counted = collections.deque()
    counted.append([counted])
    listed = OfList()
    listed.append(listed)
    return [inner, longer, short, mapping, thing, ordered, objects, counted, listed]


class Unmemoized(pickle._Pickler):
    """The pure-Python pickler with PUT where the other writes MEMOIZE, as pickletools and older writers do."""

    def put(self, idx):
        return pickle.BINPUT + bytes([idx]) if idx < 256 else pickle.LONG_BINPUT + idx.to_bytes(4, "little")


def pickled(value, protocol, pickler):
    out = io.BytesIO()
    pickler(out, protocol).dump(value)
    return out.getvalue()


def joblibbed(value, compress):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "value.joblib"
        joblib.dump(value, path, compress=compress)
        return path.read_bytes()


WAYS = {f"c{p}": functools.partial(pickled, protocol=p, pickler=pickle.Pickler) for p in range(6)}
WAYS |= {f"py{p}": functools.partial(pickled, protocol=p, pickler=pickle._Pickler) for p in range(6)}
WAYS |= {"put4": functools.partial(pickled, protocol=4, pickler=Unmemoized)}
COMPRESSIONS = [("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3)] + ([("lz4", 3)] if importlib.util.find_spec("lz4") else [])
JOBLIB = {"joblib": functools.partial(joblibbed, compress=0)}
JOBLIB |= {f"joblib+{c[0]}": functools.partial(joblibbed, compress=c) for c in COMPRESSIONS}


def protocol_of(how):
    return int(how[-1]) if how[-1].isdigit() and not how.startswith("joblib") else pickle.DEFAULT_PROTOCOL


def load(how, data):
    return joblib.load(io.BytesIO(data)) if how.startswith("joblib") else pickle.loads(data, encoding="latin1")


def entries(seed, count):
    """(how, value): random values one way each, all ways in turn; rare and cyclic ones by pickle's main protocols."""
    ways = list(WAYS.items()) + 2 * list(JOBLIB.items())
    for i in range(count):
        way = ways[i % len(ways)]
        yield way, Maker(f"{seed}/{i}", way[0]).value()
    for value in cycles():
        for how in ("c0", "c1", "py1", "c2", "c4", "py4", "c5"):
            yield (how, WAYS[how]), value


def written(name, count):
    for (how, way), value in entries(name, count):
        try:
            yield how, way(value)
        except (pickle.PicklingError, RecursionError, NotImplementedError, TypeError, AssertionError) as error:  # Python cannot
            print(how, type(error).__name__, error, file=sys.stderr)


def given(stream):
    """What python2.py wrote."""
    while line := stream.readline():
        how, size = line.decode().split("\t")
        yield how, stream.read(int(size))
        stream.read(1)


def write(path, files):
    with open(path, "wb") as out:
        for how, data in files:
            try:
                line = text(load(how, data), protocol_of(how))
            except RecursionError as error:
                print(how, type(error).__name__, error, file=sys.stderr)
                continue
            assert len(data) < 1 << 20
            out.write(f"{how}\t{len(data)}\t{line}\n".encode())
            out.write(data + b"\n")


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # sets keep no order of their own
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    warnings.simplefilter("ignore")
    sys.modules["values"] = sys.modules["__main__"]  # the classes of this file have one name, however it is run
    for thing in (Plain, OfList, OfDict, OfTuple, WithSlots, Point, plain_function):
        thing.__module__ = "values"
    folder, name, count = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "180"
    write(pathlib.Path(folder) / f"{name}.values", given(sys.stdin.buffer) if count == "-" else written(name, int(count)))
