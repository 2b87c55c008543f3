"""Writes .prq files from docs/format.md, with right digests, so that one thing at a time can be wrong."""
import hashlib
import json
import struct

import numpy as np

SEGMENT = np.dtype([("offset", "<u8"), ("stored_size", "<u8"), ("size", "<u8"), ("codec", "<u8"), ("sha256", "<u8", 4)])
NODE = np.dtype([("threshold", "<u4"), ("branch", "<u4")])  # of schema/tree.fbs; the threshold by its bits


def alignment(dtype):
    return max(dtype[name].base.itemsize for name in dtype.names) if dtype.names else dtype.itemsize


class Layout:
    """The canonical layout. A table is a dict {field's number: value}; a value is a numpy scalar, array, text, dict (a table) or
    list of texts or tables. A scalar of 0 is absent, unless `keep`. The same object twice is written once where `share`."""

    def __init__(self, keep=False, share=False):
        self.out, self.keep, self.share, self.seen = bytearray(), keep, share, {}

    def align(self, size):
        self.out += bytes(-len(self.out) % size)

    def put(self, at, code, value):
        struct.pack_into("<" + code, self.out, at, value)

    def reserve(self, size):
        at = len(self.out)
        self.out += bytes(size)
        return at

    def table(self, fields):
        present = {k: v for k, v in sorted(fields.items()) if v is not None and (self.keep or not isinstance(v, np.generic) or v != 0)}
        size = 4 + 2 * (max(present) + 1) if present else 4
        self.align(4)
        vtable = self.reserve(size)
        self.align(4)
        table = self.reserve(4)
        places = {}
        for number, value in present.items():
            content = value.tobytes() if isinstance(value, np.generic) else bytes(4)
            self.align(len(content))
            places[number] = len(self.out)
            self.out += content
        self.put(vtable, "H", size)
        self.put(vtable + 2, "H", len(self.out) - table)
        for number, place in places.items():
            self.put(vtable + 4 + 2 * number, "H", place - table)
        self.put(table, "i", table - vtable)
        for number, value in present.items():
            if not isinstance(value, np.generic):
                self.put(places[number], "I", self.child(value) - places[number])
        return table

    def child(self, value):
        if self.share and id(value) in self.seen:
            return self.seen[id(value)]
        self.seen[id(value)] = place = self.new_child(value)
        return place

    def new_child(self, value):
        if isinstance(value, dict):
            return self.table(value)
        if isinstance(value, (str, bytes)):
            place = self.vector(np.frombuffer(value.encode() if isinstance(value, str) else value, "u1"))
            self.out += b"\0"
            return place
        if isinstance(value, np.ndarray):
            return self.vector(value)
        self.align(4)
        count = self.reserve(4 + 4 * len(value))
        self.put(count, "I", len(value))
        for k, item in enumerate(value):
            slot = count + 4 + 4 * k
            self.put(slot, "I", self.child(item) - slot)
        return count

    def vector(self, array):
        self.align(4)
        self.reserve(4)
        self.align(alignment(array.dtype))
        start = len(self.out)
        self.put(start - 4, "I", len(array))
        self.out += array.tobytes()
        return start - 4


def state(fields, **how):
    layout = Layout(**how)
    layout.reserve(4)
    layout.put(0, "I", layout.table(fields))
    return bytes(layout.out)


def manifest(fields, **how):
    layout = Layout(**how)
    layout.reserve(8)
    layout.out += b"PRTQ"
    layout.put(4, "I", layout.table(fields) - 4)
    layout.put(0, "I", len(layout.out) - 4)
    return bytes(layout.out)


def padded(content):
    return content + bytes(-len(content) % 64)


def prq(objects, pad=padded, **more):
    """`objects`: dicts of type, role, owner, state, params, and fields of the segment that lie. `more`: fields of the manifest.
    What a segment stores (`stored`) can be other than its state."""
    def table(segments):
        rows = [{0: o["type"], 1: o["role"], 2: np.uint32(o["owner"]), 3: row, 4: o.get("params")} for o, row in zip(objects, segments)]
        return {0: np.uint32(more.get("version", 2)), 1: rows, 2: more.get("metadata"), 3: more.get("written_by"), 4: more.get("golden"),
                9: more.get("newer")}

    def segment(o, offset):
        stored = o.get("stored", o["state"])
        row = np.zeros(1, SEGMENT)
        row[0] = (offset, len(stored), len(o["state"]), 0, np.frombuffer(hashlib.sha256(stored).digest(), "<u8"))
        for name, value in o.get("segment", {}).items():
            row[name] = value(int(row[name][0])) if callable(value) else value
        return np.repeat(row, o.get("segments", 1))

    how = more.get("how", {})
    head = len(padded(manifest(table([np.zeros(o.get("segments", 1), SEGMENT) for o in objects]), **how)))
    body, segments = b"", []
    for o in objects:
        body = pad(body)
        segments.append(segment(o, head + len(body)))
        body += o.get("stored", o["state"])
    return padded(manifest(table(segments), **how)) + body


# --- good ones
WRITTEN_BY = json.dumps({"sklearn": ["1.9.1"]})


def ridge_state(n_features=2, n_outputs=1, coef=(1.0, 2.0), intercept=(3.0,), one_dimensional=1, dtype=0, names=None, **how):
    return state({0: np.uint32(n_features), 1: np.uint32(n_outputs), 2: np.uint8(one_dimensional), 3: np.uint8(dtype),
                  4: None if coef is None else np.array(coef, "<f8"), 5: None if intercept is None else np.array(intercept, "<f8"),
                  6: names}, **how)


def ridge_object(content=None, **fields):
    return {"type": "sklearn.linear_model.Ridge", "role": "model", "owner": 0, "state": content or ridge_state(), **fields}


def good_prq(**more):
    return prq([ridge_object()], written_by=WRITTEN_BY, **more)


def split(threshold, feature, right, missing=0, feature_bits=1, has_missing=0):
    """A split as 8 bytes; `right` counts from the root."""
    bits = int(np.array(threshold, "<f4").view("<u4"))
    return (bits, missing << 31 | feature << 32 - feature_bits - has_missing | right)


def leaf(at, row, nan=0x7FC00000):
    """The leaf at node `at` of its tree, which stands for `row` of the leaves' values."""
    return (nan + row, at)


# A split at the root, one at its left child; leaves in order.
NODES = [split(0.5, 0, 2), split(0.25, 1, 4), leaf(2, 0), leaf(3, 1), leaf(4, 2)]
MISSING_NODES = [split(0.5, 0, 2, 1, has_missing=1), split(0.25, 1, 4, has_missing=1), *NODES[2:]]


def block_state(n_features=2, width=2, missing=0, nodes=NODES, roots=(0,), leaves=((0.0, 1.0), (1.0, 0.0), (0.5, 0.5)), features=None,
                numbers=None, **how):
    return state({0: np.uint32(n_features), 1: np.uint32(width), 2: np.uint8(missing),
                  3: None if nodes is None else np.array(nodes, NODE), 4: np.array(roots, "<u4"), 5: np.array(leaves, "<f8").ravel(),
                  6: None if features is None else np.array(features, "<u4"),
                  7: None if numbers is None else np.array(numbers, "<u4")}, **how)


def classes(values=(0, 1)):
    return {0: np.uint8(2), 2: np.array(values, "<i8")}


def classifier_state(n_features=2, averaged=0, values=None, **how):
    return state({0: np.uint32(n_features), 1: np.uint8(averaged), 3: [classes()] if values is None else values}, **how)


def tree_prq(block=None, classifier=None, kind="sklearn.tree.DecisionTreeClassifier", role="trees[0]", owner=2, **more):
    return prq([{"type": "pratique.TreeBlock", "role": role, "owner": owner, "state": block or block_state()},
                {"type": kind, "role": "model", "owner": 0, "state": classifier or classifier_state()}], written_by=WRITTEN_BY, **more)
