"""One line of text for a Python value: what it is, what it holds, and which parts of it are one object.

canonical_text.h prints the same line for the graph that pratique reads from the value's pickle. Objects that pickle
by their own rules are shown by what they give pickle: class or function, arguments, state, items.

    N T F  i-ff  f3ff8000000000000  'text'  b'bytes' (bytearray too)  @module.name
    (tuple)  #0[list]  #1{key:value}  #2<set, sorted>  #0 (seen before)
    dtype(<f8)  scalar(<f8 hex)  #3array(<f8 (2,3) hex, or its length and CRC-32, in C order and little-endian)
    #4new @class(arguments)state=..list=[..]dict={..}  #5call @function(arguments)...
"""
import copyreg
import pickle
import struct
import types
import zlib

import numpy as np

MOVED = {"numpy.core": "numpy._core", "numpy.rec": "numpy", "pathlib._local": "pathlib"}


def escape(data):
    return "".join(chr(c) if 32 <= c < 127 and c not in b"\\'" else "\\x%02x" % c for c in data)


def name_text(module, name):
    for old, new in MOVED.items():
        if module == old or module.startswith(old + "."):
            module = new + module[len(old):]
    return f"@{module}.{name}"


class Text:
    def __init__(self, protocol):
        self.protocol = protocol
        self.seen = {}
        self.alive = []  # an id is an object's own only while it lives

    def of(self, value):
        kind = type(value)
        if value is None or kind is bool:
            return {None: "N", True: "T", False: "F"}[value]
        if kind is int:
            return "i%x" % value
        if kind is float:
            return "f" + struct.pack(">d", value).hex()
        if kind is str:
            return f"'{escape(value.encode())}'"
        if kind in (bytes, bytearray):
            return f"b'{escape(value)}'"
        if kind is tuple:
            return f"({','.join(map(self.of, value))})"
        if isinstance(value, np.dtype):
            return f"dtype({dtype_text(value)})"
        if isinstance(value, np.generic) and value.dtype != object:
            return f"scalar({dtype_text(value.dtype)} {data_text(np.asarray(value)) if value.dtype.itemsize else ''})"
        bound = getattr(value, "__self__", None)
        if kind.__name__ == "builtin_function_or_method" and bound is not None and not isinstance(bound, types.ModuleType):
            pass  # a method of an object
        elif isinstance(value, type) or type(value).__name__ in ("function", "builtin_function_or_method", "ufunc"):
            return self.global_text(value)
        if value is Ellipsis or value is NotImplemented:
            return f"@builtins.{value}"
        if id(value) in self.seen:
            return f"#{self.seen[id(value)]}"
        self.alive.append(value)
        number = self.seen[id(value)] = len(self.seen)
        return f"#{number}{self.new_text(value)}"

    def new_text(self, value):
        kind = type(value)
        if kind is list:
            return f"[{','.join(map(self.of, value))}]"
        if kind is dict:
            return "{" + self.pairs(value.items()) + "}"
        if kind in (set, frozenset):  # of values without identity: any order
            return f"<{','.join(sorted(Text(self.protocol).of(item) for item in value))}>"
        if kind in (np.ndarray, np.memmap):
            shape = ",".join(map(str, value.shape))
            if value.dtype == object:
                return f"array(O ({shape}) [{','.join(map(self.of, value.flat))}])"
            return f"array({dtype_text(value.dtype)} ({shape}) {data_text(value)})"
        return self.reduced(value)

    def pairs(self, items):
        return ",".join(f"{self.of(str(key) if isinstance(key, np.str_) else key)}:{self.of(value)}" for key, value in items)

    def global_text(self, value):
        if value is type(None):
            return "@builtins.NoneType"
        name = getattr(value, "__qualname__", value.__name__)
        return name_text(pickle.whichmodule(value, name), name)

    def reduced(self, value):
        reduce = copyreg.dispatch_table.get(type(value))
        made = reduce(value) if reduce else value.__reduce_ex__(self.protocol)
        self.alive.append(made)
        if isinstance(made, str):
            return name_text(pickle.whichmodule(value, made), made)
        function, arguments, state, items, pairs = (tuple(made) + (None,) * 3)[:5]
        function_name = getattr(function, "__name__", "")
        how, base = "call", None
        if function_name == "__newobj__":
            how, function, arguments = "new", arguments[0], arguments[1:]
        elif function_name == "_reconstructor" and function.__module__ == "copyreg":
            function, base, base_state = arguments
            how, arguments = "new", () if base in (object, dict, list) else (base_state,)
            items, pairs = (base_state if base is list else items), (base_state.items() if base is dict else pairs)
        elif function_name == "_reconstruct" and isinstance(value, np.ndarray):
            how, function, arguments = "new", type(value), ()
            text = f"new {self.global_text(function)}()"
            if state[0] == 1 and len(state) == 5:  # numpy's own state: shown as the array that it is
                return text + f"state={self.of(np.array(value, subok=False, order='K'))}"
        text = f"{how} {self.global_text(function)}({','.join(map(self.of, arguments))})"
        if state is not None:
            text += f"state={self.of(state)}"
        if items is not None:
            text += f"list=[{','.join(map(self.of, items))}]"
        if pairs is not None:
            text += "dict={" + self.pairs(pairs) + "}"
        return text.removesuffix("list=[]").removesuffix("dict={}").removesuffix("list=[]")


def dtype_text(dtype):
    if dtype.names:
        parts = [f"('{escape(name.encode())}',{dtype.fields[name][1]},{dtype_text(dtype.fields[name][0])})" for name in dtype.names]
        return f"[{','.join(parts)}]{dtype.itemsize}"
    if dtype == object:
        return "O8"
    little = dtype.newbyteorder("<").str
    return little[1:] if little[0] == "|" or dtype.itemsize <= 1 else little


def data_text(array):
    if array.dtype.names:
        return "".join(f"[{data_text(array[name])}]" for name in array.dtype.names)
    data = array.astype(array.dtype.newbyteorder("<"), order="C").tobytes()
    return data.hex() if len(data) <= 32 else f"{len(data)}:{zlib.crc32(data):08x}"


def text(value, protocol):
    return Text(protocol).of(value)
