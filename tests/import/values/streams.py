#!/usr/bin/env python3
"""streams.py DIR NAME [COUNT [SEED]]: random pickle streams that no pickler would write, and what Python loads from each.

What make.py's picklers write has one order: a container is filled, then used. Here anything that was memoised is changed at any
time (APPENDS, SETITEMS, ADDITEMS, BUILD), before and after calls and objects took it; keys collide (1, True, 1.0, numpy's); dtypes
are built with and without a copy of their own; and the lines of protocol 0 are at the edge of their grammar.
Writes DIR/NAME.values as make.py does; "how" is
    loads    both of Python's unpicklers load the same: a reader says that, or refuses
    differs  they do not agree: a reader refuses
    raises   neither loads it
tests/import/values/streams.values was made by `streams.py DIR streams` with the environment of scripts/venv 1.9.1.
"""
import os
import pathlib
import pickle
import random
import struct
import sys
import warnings

import numpy as np

import make
from text import text

KEYS = ["int", "bool", "float", "str", "str", "str", "np_str", "bytes", "np_int", "np_float", "tuple", "frozenset", "big", "none"]
MUTABLE = {"list", "dict", "set", "plain", "oflist", "ofdict", "array", "dtype", "frozenset", "tuple"}
LINES = ["\\u0041", "\\\\u0041", "\\\\\\u0041", "\\U0001F600", "\\", "\\x", "u0041", "a", "\xe9", "\\n", "\\ud83d\\ude00", "\\u00", " "]
INTS = ["0", "1", "-1", "00", "01", "010", "-01", "+1", "0x1f", "2147483648", "99999999999999999999", " 1", "1L", "-0", "1_0"]
FLOATS = ["0.5", "-0.0", "1e5", "inf", "-inf", "nan", "-nan", ".5", "5.", "1e400", " 1.5", "1_0.0", "nan(1)", "infinity"]
STRINGS = ["'a'", "\"a\"", "'\\x41'", "'\\101'", "'\\n'", "'\\\\'", "'a'b'", "'\\q'", "''", "'", "'\\400'", "'\\x4'"]


class Stream:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.protocol = self.r.choice([0, 0, 1, 2, 3, 4, 4, 5])
        self.out = bytearray(bytes([0x80, self.protocol]) if self.protocol >= 2 else b"")
        self.memo = []  # (kind, index)

    def put(self, kind):
        if self.r.random() < (0.8 if kind in MUTABLE else 0.2):
            index = len(self.memo)
            self.out += b"p%d\n" % index if self.protocol == 0 else b"q" + bytes([index]) if index < 256 else b"r" + struct.pack("<I", index)
            self.memo.append((kind, index))

    def get(self, index):
        self.out += b"g%d\n" % index if self.protocol == 0 else b"h" + bytes([index]) if index < 256 else b"j" + struct.pack("<I", index)

    def known(self, *kinds):
        return [index for kind, index in self.memo if kind in kinds]

    # ---- values, each of which pushes one ----

    def int(self):
        value = self.r.choice([0, 1, 1, 2, -1, 255, 65536, 2**31])
        if self.protocol <= 2 and self.r.random() < 0.3:
            self.out += b"I" + self.r.choice(INTS).encode() + b"\n"
        elif self.protocol == 0 or not -2**31 <= value < 2**31:
            self.out += b"L%dL\n" % value if self.protocol <= 2 else b"\x8a\x05" + value.to_bytes(5, "little", signed=True)
        else:
            self.out += b"J" + struct.pack("<i", value)

    def big(self):
        if self.protocol >= 2:
            self.out += b"\x8a\x0a" + (2**70).to_bytes(10, "little", signed=True)
        else:
            self.out += b"L%dL\n" % 2**70

    def bool(self):
        self.out += self.r.choice([b"\x88", b"\x89"]) if self.protocol >= 2 else self.r.choice([b"I00\n", b"I01\n"])

    def none(self):
        self.out += b"N"

    def float(self):
        if self.protocol <= 2 and self.r.random() < 0.4:
            self.out += b"F" + self.r.choice(FLOATS).encode() + b"\n"
        elif self.protocol == 0:
            self.out += b"F1.0\n"
        else:
            self.out += b"G" + struct.pack(">d", self.r.choice([0.0, -0.0, 1.0, 2.0, 0.5, 2.0**70, float("nan")]))

    def text(self, value):
        data = value.encode()
        self.out += b"V" + value.encode("raw-unicode-escape") + b"\n" if self.protocol == 0 else b"X" + struct.pack("<I", len(data)) + data

    def str(self):
        if self.protocol <= 2 and self.r.random() < 0.4:
            self.out += b"V" + "".join(self.r.choices(LINES, k=self.r.randrange(1, 4))).encode("latin1") + b"\n"
        elif self.protocol <= 2 and self.r.random() < 0.2:
            self.out += b"S" + self.r.choice(STRINGS).encode() + b"\n"
        else:
            self.text(self.r.choice("abA"))
        self.put("str")

    def name(self, module, name):
        if self.protocol >= 4:
            self.text(module)
            self.text(name)
            self.out += b"\x93"
        else:
            self.out += f"c{module}\n{name}\n".encode()

    def call(self, module, name, arguments):
        self.name(module, name)
        self.out += b"("
        for argument in arguments:
            argument()
        self.out += b"tR"

    def bytes(self, value=None):
        value = self.r.choice([b"a", b"b", b"\xff"]) if value is None else value
        if self.protocol >= 3:
            self.out += b"B" + struct.pack("<I", len(value)) + value
        else:
            self.call("_codecs", "encode", [lambda: self.text(value.decode("latin1")), lambda: self.text("latin1")])

    def dtype(self, kind=None, built=None):
        """numpy.dtype(...) and, mostly, its BUILD, which can also come later."""
        kind = kind or self.r.choice(["f8", "i4", "i8", "U1", "S1", "M8", "O8", "b1", "V4"])
        copy = self.r.choice([True, True, False])
        self.call("numpy", "dtype", [lambda: self.text(kind), lambda: self.truth(False), lambda: self.truth(copy)])
        self.put("dtype")
        if self.r.random() < 0.9 if built is None else built:
            self.dtype_state(kind)
            self.out += b"b"

    def dtype_state(self, kind=None):
        kind = kind or self.r.choice(["f8", "i4", "U1"])
        size = {"U1": 4, "S1": 1, "V4": 4}.get(kind, -1)
        order = self.r.choice("<<>") if kind[0] not in "OSVb" else "|"
        self.out += b"("
        self.small(4 if kind == "M8" else 3)
        self.text(order)
        self.out += b"NNN"
        for number in (size, size, 63 if kind == "O8" else 0):
            self.small(number)
        if kind == "M8":
            self.out += b"(N("
            self.bytes(b"s")
            for number in (1, 1, 1):
                self.small(number)
            self.out += b"tt"
        self.out += b"t"

    def small(self, value):
        self.out += b"I%d\n" % value if self.protocol == 0 else b"J" + struct.pack("<i", value)

    def truth(self, value):
        self.out += (b"\x88" if value else b"\x89") if self.protocol >= 2 else b"I01\n" if value else b"I00\n"

    def scalar(self, kind, data):
        self.call("numpy.core.multiarray", "scalar", [lambda: self.dtype(kind, True), lambda: self.bytes(data)])

    def np_str(self):
        self.scalar("U1", self.r.choice("ab").encode("utf-32-le"))

    def np_int(self):
        self.scalar("i8", struct.pack("<q", self.r.choice([0, 1, 2])))

    def np_float(self):
        self.scalar("f8", struct.pack("<d", self.r.choice([0.0, 1.0, 0.5])))

    def key(self):
        getattr(self, self.r.choice(KEYS))()

    def items(self, make_one, least=0):
        for _ in range(self.r.randrange(least, 4)):
            make_one()

    def tuple(self):
        self.out += b"("
        self.items(self.key)
        self.out += b"t"
        self.put("tuple")

    def frozenset(self):
        if self.protocol >= 4 and self.r.random() < 0.5:
            self.out += b"("
            self.items(self.key)
            self.out += b"\x91"
        else:
            self.call("builtins" if self.protocol >= 3 else "__builtin__", "frozenset", [lambda: self.list(keys=True)])
        self.put("frozenset")

    def set(self):
        if self.protocol >= 4 and self.r.random() < 0.5:
            self.out += b"\x8f"
            self.put("set")
            self.out += b"("
            self.items(self.key)
            self.out += b"\x90"
        else:
            self.call("builtins" if self.protocol >= 3 else "__builtin__", "set", [lambda: self.list(keys=True)])
            self.put("set")

    def list(self, keys=False):
        self.out += b"(l" if self.protocol == 0 else b"]"
        self.put("list")
        self.append(keys)

    def append(self, keys=False):
        one = self.key if keys else self.value
        if self.protocol == 0 or self.r.random() < 0.3:
            one()
            self.out += b"a"
        else:
            self.out += b"("
            self.items(one)
            self.out += b"e"

    def dict(self, least=0, text_keys=False):
        self.out += b"(d" if self.protocol == 0 else b"}"
        self.put("dict")
        self.set_items(least, text_keys)

    def pair(self, text_keys=False):
        self.text(self.r.choice("abc")) if text_keys else self.key()
        self.value()

    def set_items(self, least=0, text_keys=False):
        if self.protocol == 0 or self.r.random() < 0.3:
            self.pair(text_keys)
            self.out += b"s"
        else:
            self.out += b"("
            self.items(lambda: self.pair(text_keys), least)
            self.out += b"u"

    def instance(self, name):
        if self.protocol >= 2 and self.r.random() < 0.6:
            self.name("values", name)
            self.out += b")\x81"
        else:
            self.call("copyreg" if self.protocol >= 3 else "copy_reg", "__newobj__", [lambda: self.name("values", name)])

    def plain(self):
        self.instance("Plain")
        self.put("plain")
        self.state()
        self.out += b"b"

    def state(self):
        known = self.known("dict")
        if known and self.r.random() < 0.2:
            self.get(self.r.choice(known))
            self.text("c"), self.value()
            self.out += b"s"
        else:
            self.dict(1, text_keys=self.r.random() < 0.7)

    def oflist(self):
        self.instance("OfList")
        self.put("oflist")
        self.append()

    def ofdict(self):
        self.instance("OfDict")
        self.put("ofdict")
        self.set_items()

    def ordered(self):
        def pairs():
            self.out += b"("
            for _ in range(self.r.randrange(3)):
                self.out += b"("
                self.key(), self.value()
                self.out += b"l"
                self.put("list")
            self.out += b"l"
            self.put("list")
        self.call("collections", "OrderedDict", [pairs])
        self.put("ofdict")

    def array(self):
        self.call("numpy.core.multiarray", "_reconstruct",
                  [lambda: self.name("numpy", "ndarray"), lambda: (self.out.extend(b"("), self.small(0), self.out.extend(b"t")),
                   lambda: self.bytes(b"b")])
        self.put("array")
        if self.r.random() < 0.85:
            self.array_state()
            self.out += b"b"

    def array_state(self):
        kind = self.r.choice(["f8", "i4", "O8", "U1"])
        self.out += b"("
        self.small(1)
        self.out += b"("
        self.small(2)
        self.out += b"t"
        known = self.known("dtype")
        if known and self.r.random() < 0.3:
            self.get(self.r.choice(known))
        else:
            self.dtype(kind)
        self.truth(False)
        if kind == "O8":
            self.out += b"("
            self.value(), self.value()
            self.out += b"l"
            self.put("list")
        else:
            self.bytes(bytes(range(1, {"f8": 17, "i4": 9, "U1": 3}[kind])) if kind != "U1" else "ab".encode("utf-32-le"))
        self.out += b"t"

    def value(self):
        if len(self.out) > 600:
            return self.none()
        known = [index for _, index in self.memo]
        if known and self.r.random() < 0.2:
            self.get(self.r.choice(known))
        else:
            getattr(self, self.r.choice(["int", "str", "bool", "float", "np_int", "list", "list", "dict", "dict", "set", "frozenset", "tuple",
                                         "plain", "plain", "oflist", "ofdict", "ordered", "array", "array", "dtype"]))()
        if self.r.random() < 0.25:
            self.event()

    # ---- something changes what is there ----

    def event(self):
        what = self.r.choice(["append", "set_items", "add", "build", "array", "dtype"])
        kinds = {"append": ("list", "oflist"), "set_items": ("dict", "ofdict"), "add": ("set", "frozenset"), "build": ("plain",),
                 "array": ("array",), "dtype": ("dtype",)}[what]
        known = self.known(*kinds)
        if not known or len(self.out) > 800 or (what == "add" and self.protocol < 4):
            return
        self.get(self.r.choice(known))
        if what in ("append", "set_items"):
            getattr(self, what)()
        elif what == "add":
            self.out += b"("
            self.items(self.key)
            self.out += b"\x90"
        elif what == "build":
            self.state()
            self.out += b"b"
        elif what == "array":
            self.array_state()
            self.out += b"b"
        else:
            self.dtype_state()
            self.out += b"b"
        self.out += b"0"

    def made(self):
        self.out += b"("
        for _ in range(self.r.randrange(1, 5)):
            self.value()
            self.event()
        self.out += b"l."
        return bytes(self.out)


def attempt(loads, data):
    """The text, or the exception that a broken stream brings about; in a process of its own, since it can break numpy, too."""
    there, here = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            made = text(loads(data), max(data[1] if data[0] == 0x80 else 2, 2))
        except Exception as error:
            made = f"!{type(error).__name__}"
        with os.fdopen(here, "wb") as out:
            out.write(made.encode())
        os._exit(0)
    os.close(here)
    with os.fdopen(there, "rb") as result:
        made = result.read().decode()
    os.waitpid(child, 0)
    return made or "!crash"


def entries(seed, count):
    made = 0
    for i in range(1 << 40):
        if made == count:
            return
        data = Stream(f"{seed}/{i}").made()
        fast, slow = attempt(pickle.loads, data), attempt(pickle._loads, data)
        failed = [result.startswith("!") for result in (fast, slow)]
        if all(failed):
            if random.Random(i).random() < 0.9:
                continue  # most of what is random is broken, which says little
            yield "raises", data, fast + slow
        elif any(failed) or fast != slow:
            yield "differs", data, "-"
        else:
            yield "loads", data, fast
        made += 1


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # sets keep no order of their own
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    warnings.simplefilter("ignore")
    sys.modules["values"] = make
    for thing in (make.Plain, make.OfList, make.OfDict):
        thing.__module__ = "values"
    folder, name = sys.argv[1], sys.argv[2]
    count, seed = int(sys.argv[3]) if len(sys.argv) > 3 else 400, sys.argv[4] if len(sys.argv) > 4 else "1"
    with open(pathlib.Path(folder) / f"{name}.values", "wb") as out:
        for how, data, line in entries(seed, count):
            out.write(f"{how}\t{len(data)}\t{line}\n".encode() + data + b"\n")
