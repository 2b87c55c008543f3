#!/usr/bin/env python3
"""read_prq.py [--exact] FILE...: prints what .prq files hold, and refuses those that are not as docs/format.md says.

The second reader: one file of Python that has nothing of pratique but what is written for people. It is laid out like
docs/format.md, reads which table a type's state is from there, and the tables from schema/*.fbs. It needs numpy, and zstandard
where a segment is compressed. Exit code: 0, or 1 when a file was refused.

It holds a file to all that docs/format.md says (placement, canonical bytes, digests, trees) and to every rule that a schema's
attributes state (schema/README.md). It knows neither the invariants that are C++ (but those of trees), nor whether the parts of a
model fit together: what pratique refuses for these, it prints.

--exact: one line a field, with the SHA-256 of its bytes, so that two readers can be compared.
"""
import hashlib
import re
import sys
import tarfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent


class Refused(Exception):
    def __init__(self, code, why):
        super().__init__(f"{code}: {why}")
        self.code = code


def require(holds, code, why):
    if not holds:
        raise Refused(code, why)


# --- The schemas: what schema/*.fbs say of every table ---------------------------------------------------------------------------

SCALARS = {"bool": "u1", "ubyte": "u1", "byte": "i1", "ushort": "<u2", "short": "<i2", "uint": "<u4", "int": "<i4", "ulong": "<u8",
           "long": "<i8", "float": "<f4", "double": "<f8"}


class Field:
    """One field of a table or struct. `kind`: scalar, string, vector (of scalars or structs), strings, table, tables."""

    def __init__(self, name, type, is_vector, default, rules):
        self.name, self.type, self.is_vector, self.default_text, self.rules = name, type, is_vector, default, rules
        self.kind, self.dtype, self.leaves, self.table, self.enum = "", None, [], None, None

    def resolve(self, scope):
        if self.type == "string":
            self.kind = "strings" if self.is_vector else "string"
        elif self.type in SCALARS:
            self.kind, self.dtype = "vector" if self.is_vector else "scalar", np.dtype(SCALARS[self.type])
        else:
            what, found = scope[self.type]
            if what == "enum":
                base, self.enum = found
                self.kind, self.dtype = "vector" if self.is_vector else "scalar", np.dtype(SCALARS[base])
            elif what == "struct":
                for leaf in found:
                    leaf.resolve(scope)
                self.kind, self.leaves = "vector", found
                self.dtype = np.dtype([(leaf.name, leaf.dtype) for leaf in found])  # without padding (schema/README.md)
            else:
                self.kind, self.table = "tables" if self.is_vector else "table", found
                found.resolve(scope)
        if self.kind == "scalar":
            default = self.enum.get(self.default_text, self.default_text) if self.enum else self.default_text
            default = {"true": 1, "false": 0}.get(default, default)
            self.default = np.asarray(float(default) if self.dtype.kind == "f" else int(default)).astype(self.dtype)[()]

    @property
    def alignment(self):
        return max(leaf.dtype.itemsize for leaf in self.leaves) if self.leaves else self.dtype.itemsize


class Table:
    def __init__(self, name, fields):
        self.name, self.fields, self.resolved = name, fields, False

    def resolve(self, scope):
        if not self.resolved:
            self.resolved = True
            for field in self.fields:
                field.resolve(scope)


class Schemas:
    """All of schema/: names are looked up in their file and what it includes."""
    TOKEN = re.compile(r'\s+|//[^\n]*|"((?:[^"\\]|\\.)*)"|([\w.+-]+)|([{}()\[\]:;,=])')

    def __init__(self, folder):
        self.folder, self.scopes, self.tables = folder, {}, {}
        for path in sorted(folder.glob("*.fbs")):
            self.read(path.name)
        for scope in self.scopes.values():
            for what, found in scope.values():
                if what == "table":
                    found.resolve(scope)

    def read(self, name):
        if name in self.scopes:
            return self.scopes[name]
        self.scopes[name] = scope = {}
        text, tokens, at = (self.folder / name).read_text(), [], 0
        while at < len(text):
            match = self.TOKEN.match(text, at)
            at = match.end()
            tokens += [(group, kind) for group, kind in zip(match.groups(), ("text", "word", "mark")) if group is not None]
        self.tokens = iter(tokens)
        for word, _ in self.tokens:
            if word == "include":
                outer, included = self.tokens, next(self.tokens)[0]
                scope.update(self.read(included))
                self.tokens = outer
                next(self.tokens)
            elif word in ("enum", "struct", "table"):
                kind, (defined, _) = word, next(self.tokens)
                scope[defined] = kind, self.enum() if kind == "enum" else self.fields()
                if kind == "table":
                    scope[defined] = kind, Table(defined, scope[defined][1])
                    self.tables[defined] = scope[defined][1]
            else:  # namespace, attribute, root_type, file_identifier
                while next(self.tokens)[0] != ";":
                    pass
        return scope

    def enum(self):
        next(self.tokens)  # :
        base, names, number = next(self.tokens)[0], {}, 0
        next(self.tokens)  # {
        for word, kind in self.tokens:
            if word == "}":
                return base, names
            if kind == "word":
                names[word] = number
                number += 1
            elif word == "=":
                last = list(names)[-1]
                names[last] = int(next(self.tokens)[0])
                number = names[last] + 1

    def fields(self):
        fields = []
        next(self.tokens)  # {
        for name, _ in self.tokens:
            if name == "}":
                return fields
            next(self.tokens)  # :
            type, default, rules = next(self.tokens)[0], "0", {}
            is_vector = type == "["
            if is_vector:
                type = next(self.tokens)[0]
                next(self.tokens)  # ]
            word = next(self.tokens)[0]
            if word == "=":
                default, word = next(self.tokens)[0], next(self.tokens)[0]
            if word == "(":
                rules = self.attributes()
                next(self.tokens)  # ;
            fields.append(Field(name, type, is_vector, default, rules))

    def attributes(self):
        rules, name = {}, ""
        for word, kind in self.tokens:
            if (word, kind) == (")", "mark"):
                return rules
            if kind == "word" and name == "":
                name, rules[word] = word, ""
            elif kind == "text":
                rules[name] = word
            elif word == ",":
                name = ""


# --- Canonical layout -------------------------------------------------------------------------------------------------------------

class Reader:
    """One FlatBuffer into plain values: numpy scalars and arrays, bytes (text), dicts (tables) and lists of these; None: absent."""

    def __init__(self, data, code):
        self.data, self.code, self.spent = data, code, 0

    def scalar(self, at, dtype):
        require(0 <= at and at + np.dtype(dtype).itemsize <= len(self.data), self.code, f"a number at {at}, beyond the end")
        return np.frombuffer(self.data, dtype, 1, at)[0]

    def number(self, at, dtype):
        return int(self.scalar(at, dtype))

    def spend(self, size):
        """What is read twice would be written twice: more than all bytes cannot be canonical."""
        self.spent += size
        require(self.spent <= len(self.data), self.code, "parts are shared")

    def follow(self, at):
        return at + self.number(at, "<u4")

    def table(self, table, at):
        vtable = at - self.number(at, "<i4")
        size, inline = self.number(vtable, "<u2"), self.number(vtable + 2, "<u2")
        require(size >= 4 and size % 2 == 0 and vtable + size <= len(self.data) and at + inline <= len(self.data), self.code,
                f"the table at {at} does not fit")
        require(size <= 4 + 2 * len(table.fields), "newer", f"{table.name} has fields that the schema does not have")
        self.spend(size + inline)
        values = {}
        for k, field in enumerate(table.fields):
            place = self.number(vtable + 4 + 2 * k, "<u2") if 4 + 2 * k < size else 0
            values[field.name] = self.field(field, at + place) if place else field.default if field.kind == "scalar" else None
            require("required" not in field.rules or place, self.code, f"{table.name}.{field.name} is absent")
        return values

    def field(self, field, at):
        if field.kind == "scalar":
            return self.scalar(at, field.dtype)
        at = self.follow(at)
        if field.kind == "table":
            return self.table(field.table, at)
        if field.kind == "string":
            return self.text(at)
        if field.kind == "vector":
            return self.vector(at, field.dtype)
        places = [at + 4 + 4 * k + int(place) for k, place in enumerate(self.vector(at, np.dtype("<u4")))]
        return [self.text(place) if field.kind == "strings" else self.table(field.table, place) for place in places]

    def vector(self, at, dtype):
        count = self.number(at, "<u4")
        self.spend(4 + count * dtype.itemsize)
        require(at + 4 + count * dtype.itemsize <= len(self.data), self.code, f"{count} elements at {at} do not fit")
        return np.frombuffer(self.data, dtype, count, at + 4)

    def text(self, at):
        content = self.vector(at, np.dtype("u1")).tobytes()
        require(self.number(at + 4 + len(content), "u1") == 0, self.code, f"the text at {at} does not end with a zero byte")
        return content


class Writer:
    """The one form of a state: what Reader read, written forwards."""

    def __init__(self):
        self.out = bytearray()

    def align(self, size):
        self.out += bytes(-len(self.out) % size)

    def put(self, at, dtype, value):
        content = np.array(value, dtype).tobytes()
        self.out[at:at + len(content)] = content

    def table(self, table, values):
        def is_present(field):
            value = values[field.name]
            return value.tobytes() != field.default.tobytes() if field.kind == "scalar" else value is not None

        present = [k for k, field in enumerate(table.fields) if is_present(field)]
        self.align(4)
        vtable = len(self.out)
        size = 4 + 2 * (present[-1] + 1) if present else 4
        self.out += bytes(size)
        self.align(4)
        at = len(self.out)
        self.out += bytes(4)
        places = {}
        for k in present:
            field = table.fields[k]
            content = values[field.name].tobytes() if field.kind == "scalar" else bytes(4)
            self.align(len(content))
            places[k] = len(self.out)
            self.out += content
        self.put(vtable, "<u2", size)
        self.put(vtable + 2, "<u2", len(self.out) - at)
        self.put(at, "<i4", at - vtable)
        for k, place in places.items():
            self.put(vtable + 4 + 2 * k, "<u2", place - at)
        for k, place in places.items():
            if table.fields[k].kind != "scalar":
                self.put(place, "<u4", self.child(table.fields[k], values[table.fields[k].name]) - place)
        return at

    def child(self, field, value):
        if field.kind == "table":
            return self.table(field.table, value)
        if field.kind == "string":
            return self.text(value)
        if field.kind == "vector":
            return self.vector(value.tobytes(), len(value), field.alignment)
        self.align(4)
        count = len(self.out)
        self.out += bytes(4 + 4 * len(value))
        self.put(count, "<u4", len(value))
        for k, item in enumerate(value):
            slot = count + 4 + 4 * k
            self.put(slot, "<u4", (self.text(item) if field.kind == "strings" else self.table(field.table, item)) - slot)
        return count

    def vector(self, content, count, alignment):
        self.align(4)
        self.out += bytes(4)
        self.align(alignment)
        self.put(len(self.out) - 4, "<u4", count)
        self.out += content
        return len(self.out) - len(content) - 4

    def text(self, content):
        at = self.vector(content, len(content), 1)
        self.out += b"\0"
        return at


# --- The rules of a schema (schema/README.md) -------------------------------------------------------------------------------------

class Rules:
    """What the attributes of one table demand. `code`: as what a breach is refused."""

    def __init__(self, table, values, code, n_children=0):
        self.table, self.values, self.code, self.symbols = table, values, code, {"n_children": n_children}

    def check(self):
        for field in self.table.fields:
            if "dim" in field.rules:
                self.symbols[field.name] = int(self.values[field.name])
        for field in self.table.fields:
            if field.kind not in ("scalar", "table") and self.values[field.name] is not None:
                self.size(field, len(self.values[field.name]))
        for field in self.table.fields:
            value, name = self.values[field.name], f"{self.table.name}.{field.name}"
            if value is None:
                continue
            if field.kind == "scalar":
                self.elements(name, field, np.array([value]))
            elif field.kind == "vector":
                for leaf in field.leaves:
                    self.elements(f"{name}.{leaf.name}", leaf, value[leaf.name])
                if not field.leaves:
                    self.elements(name, field, value)
            elif field.kind in ("string", "strings"):
                self.texts(name, field, [value] if field.kind == "string" else value)
            else:
                for table in [value] if field.kind == "table" else value:
                    Rules(field.table, table, self.code).check()

    def symbol(self, name):
        return int(name) if name.isdigit() else self.symbols.get(name)

    def size(self, field, count):
        if "shape" not in field.rules:
            return
        product, unbound = 1, None
        for name in field.rules["shape"].split(","):
            if self.symbol(name) is None:
                unbound = name
            else:
                product *= self.symbol(name)
        fits = count == product if unbound is None else count == 0 if product == 0 else count % product == 0
        require(fits, self.code, f"{self.table.name}.{field.name} has {count} elements, against its shape {field.rules['shape']}")
        if unbound:
            self.symbols[unbound] = count // product if product else 0

    def elements(self, name, field, array):
        def rule(rule, holds):
            require(holds, self.code, f"{name} breaks the rule {rule}")

        rules, real = field.rules, field.dtype.kind == "f"
        with np.errstate(invalid="ignore"):  # a signalling NaN
            array = array.astype("f8") if real else array
        if len(array):
            low, high = (None, None) if real else (int(array.min()), int(array.max()))  # exact, also beyond 2^53
            if "finite" in rules:
                rule("finite", np.isfinite(array).all())
            if "min" in rules:
                rule("min", (array >= float(rules["min"])).all() if real else low >= int(rules["min"]))
            if "max" in rules:
                rule("max", (array <= float(rules["max"])).all() if real else high <= int(rules["max"]))
            if "index_below" in rules:
                rule("index_below", low >= 0 and high < self.symbol(rules["index_below"]))
            if field.type == "bool":
                rule("bool", high <= 1)
            if field.enum:
                rule("enum", set(np.unique(array).tolist()) <= set(field.enum.values()))
        if "offsets_of" in rules:
            rule("offsets_of", len(array) > 0 and int(array[0]) == 0 and int(array[-1]) == self.symbol(rules["offsets_of"]))
        if "offsets_of" in rules or "sorted" in rules:
            rule("sorted", (array[:-1] <= array[1:]).all())
        if "unique" in rules:
            rule("unique", len(np.unique(array)) == len(array) and not (real and np.isnan(array).any()))

    def texts(self, name, field, texts):
        for text in texts:
            try:
                require("\0" not in text.decode(), self.code, f"{name} has a NUL")
            except UnicodeDecodeError:
                raise Refused(self.code, f"{name} is no UTF-8") from None
        require("unique" not in field.rules or len(set(texts)) == len(texts), self.code, f"{name} breaks the rule unique")
        require("sorted" not in field.rules or sorted(texts) == texts, self.code, f"{name} breaks the rule sorted")


# --- Trees ------------------------------------------------------------------------------------------------------------------------

LEAF, LEAF_ROWS = 0x7FC00000, 1 << 22


def check_trees(block):
    """Nodes of 8 bytes, breadth first; in the wide form features and leaf rows stand beside them."""
    def rule(holds, why):
        require(holds, "state.rule", f"TreeBlock: {why}")

    features, missing, width = int(block["n_features_in"]), int(block["missing"]), int(block["value_width"])
    feature_bits = max((features - 1).bit_length(), 1)
    right_bits = 32 - feature_bits - missing
    rows, wide = len(block["leaf_values"]) // width, block["features"] is not None
    threshold, branch = block["nodes"]["threshold"].view("<u4").astype("i8"), block["nodes"]["branch"].astype("i8")
    split = (threshold & 0x7FFFFFFF) <= 0x7F800000  # no NaN
    if wide:
        beside = block["features"].astype("i8")
        right, feature, goes_left, row = branch, beside & 0x7FFFFFFF, beside >> 31, beside
        plain = threshold == LEAF
    else:
        right, feature = branch & ((1 << right_bits) - 1), (branch >> right_bits) & ((1 << feature_bits) - 1)
        goes_left, row = (branch >> 31) * missing, threshold & (LEAF_ROWS - 1)
        plain = ((threshold & ~(LEAF_ROWS - 1)) == LEAF) & (feature == 0) & (goes_left == 0)
    rule(((threshold[split] & 0x7F800000) != 0x7F800000).all(), "a threshold that is not finite")
    rule((feature[split] < features).all(), "a feature beyond the last")
    rule(plain[~split].all(), "a leaf with something of a split")
    rule(bool((goes_left[split] != 0).any()) == bool(missing), "missing is said when a split sends NaN left, and only then")
    first, used = np.unique(row[~split], return_index=True)  # rows of leaves are numbered in order of first use
    rule((first == np.arange(rows)).all() if len(first) == rows else False, "rows of leaf_values that leaves do not use")
    rule((np.diff(used) > 0).all(), "leaf rows out of order")
    roots = block["roots"].astype("i8").tolist()
    rule(roots and roots[0] == 0, "no first tree")
    ends = [*roots[1:], len(right)]
    depth_first = block["numbers"] is not None
    for root, end in zip(roots, ends):
        n, is_split = end - root, split[root:end]
        rule(n > 0, "a tree without nodes")
        expected = np.where(is_split, 2 * np.cumsum(is_split), np.arange(n))  # the k-th split: 2 + 2k
        rule((right[root:end] == expected).all() and 2 * int(is_split.sum()) + 1 == n, "a tree that is not breadth first")
        rule((expected > np.arange(n))[is_split].all(), "a child before its parent")
        if block["numbers"] is not None:
            depth_first &= check_numbers(block["numbers"][root:end].astype("i8"), expected, is_split, rule)
    rule(not depth_first, "numbers that are the depth-first builder's are absent")
    largest = max(end - root for root, end in zip(roots, ends))
    rule(not wide or largest > 1 << right_bits or rows > LEAF_ROWS, "the wide form of trees that fit into the other")


def check_numbers(numbers, right, is_split, rule):
    """A permutation of the tree's nodes, parents first. True when it is the depth-first builder's."""
    n, splits = len(numbers), np.flatnonzero(is_split)
    rule((np.sort(numbers) == np.arange(n)).all(), "numbers are no permutation")
    rule((numbers[right[splits]] > numbers[splits]).all() and (numbers[right[splits] - 1] > numbers[splits]).all(),
         "a number below its parent's")
    size, builder = [1] * n, [0] * n
    for i in splits[::-1].tolist():
        size[i] += size[right[i]] + size[right[i] - 1]
    for i in splits.tolist():
        builder[right[i] - 1], builder[right[i]] = builder[i] + 1, builder[i] + 1 + size[right[i] - 1]
    return numbers.tolist() == builder


# --- The file, its manifest and its segments --------------------------------------------------------------------------------------

def is_zip(data):
    """Whether a directory stands where the last end record says that it ends: readers of zips look for it from the back."""
    end = data.rfind(b"PK\5\6", max(0, len(data) - 22 - 65535), len(data) - 18)
    if end < 0:
        return False
    size = int.from_bytes(data[end + 12:end + 16], "little")
    return (end >= 20 and data[end - 20:end - 16] == b"PK\6\7") or (46 <= size <= end and data[end - size:end - size + 4] == b"PK\1\2")


def is_tar(data):
    """Whether the first 512 bytes hold their own sum, of bytes with or without signs: as digits, all that some readers of old archives
    ask, or else among numbers that all are numbers."""
    try:
        if len(data) < 512 or not any(data[:512]) or tarfile.nti(data[148:156]) not in tarfile.calc_chksums(data[:512]):
            return False
        if data[148:156].strip(b" \0") and not data[148:156].strip(b" \x0001234567"):
            return True
        for at, size in ((100, 8), (108, 8), (116, 8), (124, 12), (136, 12), (329, 8), (337, 8)):
            tarfile.nti(data[at:at + size])
        return True
    except tarfile.HeaderError:
        return False


def is_hdf5(data):
    return any(data[512 << k:(512 << k) + 8] == b"\x89HDF\r\n\x1a\n" for k in range(48) if 512 << k < len(data))


class Limits:  # of include/pratique/limits.h
    inflated_bytes, inflate_ratio, window, objects, depth = 16 << 30, 1100, 1 << 27, 100_000, 100


class Prq:
    """`objects`: dicts of type, role, owner, params and state; `golden`: dicts of method, origin, input and expected."""

    def __init__(self, data, schemas, types):
        self.data, self.schemas, self.inflated = data, schemas, 0
        manifest = self.manifest()
        placed = self.place(manifest)
        self.metadata, self.written_by = manifest["metadata"], manifest["written_by"]
        self.golden = [{**golden, "input": self.segment(golden["input"][0]), "expected": self.segment(golden["expected"][0])}
                       for golden in manifest["golden"] or []]
        children = [0] * (len(placed) + 1)
        for o in placed:
            children[o["owner"]] += 1
        for o in placed:
            name = o["type"].decode()
            require(name in types, "type", f"{name} is not a type of docs/format.md")
            o["table"] = schemas.tables[types[name]]
            o["bytes"] = self.segment(o["segment"][0])
        for k, o in enumerate(placed):
            o["state"] = self.state(o["table"], o["bytes"], children[k + 1])
        self.objects = placed

    def manifest(self):
        require(len(self.data) >= 16 and self.data[8:12] == b"PRTQ", "container.magic", "no PRTQ at offset 8")
        self.end = 4 + int.from_bytes(self.data[:4], "little")
        require(self.end <= min(len(self.data), 2**31 - 1), "container.truncated", f"a manifest of {self.end} bytes")
        content, table = self.data[:self.end], self.schemas.tables["Manifest"]
        reader = Reader(content, "container.manifest")
        try:
            manifest = reader.table(table, reader.follow(4))
        except Refused as refused:
            raise Refused("container.newer", str(refused)) if refused.code == "newer" else refused
        version = int(manifest["format_version"])
        require(version <= 2, "container.newer", f"format version {version}")
        require(version != 1, "container.older", "format version 1")
        Rules(table, manifest, "container.manifest").check()
        writer = Writer()
        writer.out += bytes(8) + b"PRTQ"
        writer.put(4, "<u4", writer.table(table, manifest) - 4)
        writer.put(0, "<u4", len(writer.out) - 4)
        require(writer.out == content, "container.canonical", "the manifest has other bytes than its canonical form")
        optional = [manifest["metadata"], manifest["written_by"], manifest["golden"], *(o["params"] for o in manifest["objects"])]
        require(all(part is None or len(part) for part in optional), "container.canonical", "the manifest has an empty part")
        return manifest

    def place(self, manifest):
        objects = manifest["objects"]
        require(objects, "container.manifest", "no objects")
        require(len(objects) <= Limits.objects, "limit.objects", f"{len(objects)} objects")
        for k, o in enumerate(objects):
            owner = o["owner"] = int(o["owner"])
            require(owner == 0 if k + 1 == len(objects) else k + 1 < owner <= len(objects), "container.owner",
                    f"objects[{k}] is owned by {owner}")
            require(o["type"], "container.manifest", f"objects[{k}] has no type")
            require(len(o["segment"]) == 1, "container.manifest", f"objects[{k}] has {len(o['segment'])} segments")
            self.take(o["segment"][0])
        depth = [0] * len(objects)
        for k in range(len(objects) - 2, -1, -1):
            depth[k] = depth[objects[k]["owner"] - 1] + 1
        require(max(depth) <= Limits.depth, "limit.depth", f"objects {max(depth)} deep")
        end_of_objects = self.end
        for golden in manifest["golden"] or []:
            require(len(golden["input"]) == len(golden["expected"]) == 1, "container.manifest", "golden: one segment each")
            self.take(golden["input"][0])
            self.take(golden["expected"][0])
        require(self.end == len(self.data), "container.trailing", f"{len(self.data) - self.end} bytes after the last segment")
        require(not is_zip(self.data[:end_of_objects]), "container.polyglot", "the file is a zip archive, too")
        for also, is_one in (("a tar archive", is_tar), ("HDF5", is_hdf5)):
            require(not is_one(self.data), "container.polyglot", f"the file is {also}, too")
        return objects

    def take(self, segment):
        """The next segment begins at the next multiple of 64; the bytes before it are zero."""
        begin, offset, stored, size = -(-self.end // 64) * 64, *(int(segment[name]) for name in ("offset", "stored_size", "size"))
        require(offset == begin and begin + stored <= len(self.data), "container.segment", f"{stored} bytes at {offset}, not {begin}")
        require(not any(self.data[self.end:begin]), "container.padding", f"bytes before {begin} that are not zero")
        require(segment["codec"] != 0 or size == stored, "container.segment", "two sizes, and nothing is compressed")
        self.inflated += size
        require(self.inflated <= Limits.inflated_bytes, "limit.inflated_bytes", f"{self.inflated} bytes")
        require(size <= 1 << 20 or size // Limits.inflate_ratio <= stored, "limit.inflate_ratio", f"{size} bytes in {stored}")
        self.end = begin + stored

    def segment(self, segment):
        offset, size = int(segment["offset"]), int(segment["size"])
        stored = self.data[offset:offset + int(segment["stored_size"])]
        digest = b"".join(segment[f"sha256_{word}"].tobytes() for word in range(4))
        require(hashlib.sha256(stored).digest() == digest, "container.digest", f"the segment at {offset} has another SHA-256")
        return self.inflate(stored, size) if segment["codec"] else stored

    @staticmethod
    def inflate(stored, size):
        """One zstd frame that declares its content size, without dictionary, nothing after it."""
        import zstandard
        try:
            frame, inflater = zstandard.get_frame_parameters(stored), zstandard.ZstdDecompressor().decompressobj()
            require(frame.content_size == size and frame.dict_id == 0, "container.zstd", f"no frame of {size} bytes")
            require(frame.window_size <= Limits.window, "limit.zstd_window_log", f"a window of {frame.window_size} bytes")
            content = inflater.decompress(stored)
        except zstandard.ZstdError as error:
            raise Refused("container.zstd", error) from None
        require(len(content) == size and inflater.eof and not inflater.unused_data, "container.zstd", f"not one frame of {size} bytes")
        return content

    @staticmethod
    def state(table, content, n_children):
        require(8 <= len(content) < 2**31 - 1, "state.layout", f"a state of {len(content)} bytes")
        reader = Reader(content, "state.layout")
        try:
            state = reader.table(table, reader.follow(0))
        except Refused as refused:
            raise Refused("state.newer", str(refused)) if refused.code == "newer" else refused
        writer = Writer()
        writer.out += bytes(4)
        writer.put(0, "<u4", writer.table(table, state))
        require(writer.out == content, "state.canonical", f"{table.name} has other bytes than its canonical form")
        Rules(table, state, "state.rule", n_children).check()
        if table.name == "TreeBlock":
            check_trees(state)
        return state

    # --- Digests
    def content_digest(self):
        lines = b""
        for o in self.objects:
            for part in (o["type"], o["role"], o["params"] or b""):
                lines += b"%d:%b," % (len(part), part)
            lines += b"%d,%b\n" % (o["owner"], hashlib.sha256(o["bytes"]).hexdigest().encode())
        return hashlib.sha256(lines).hexdigest()


# --- Printing ---------------------------------------------------------------------------------------------------------------------

def sha(content):
    return hashlib.sha256(content).hexdigest()


def exact(table, values, path):
    """One line a field: its path, type, number of elements, and the SHA-256 of its bytes."""
    for field in table.fields:
        value, name = values[field.name], f"{path}.{field.name}"
        if value is None:
            yield f"{name} absent"
        elif field.kind == "scalar":
            yield f"{name} {value.dtype.name} {sha(value.tobytes())}"
        elif field.kind == "string":
            yield f"{name} text {sha(value)}"
        elif field.kind == "vector":
            type = f"struct{field.dtype.itemsize}" if field.leaves else field.dtype.name
            yield f"{name} {type}[{len(value)}] {sha(value.tobytes())}"
        elif field.kind == "strings":
            yield f"{name} text[{len(value)}] {sha(b''.join(len(text).to_bytes(8, 'little') + text for text in value))}"
        else:
            tables = [value] if field.kind == "table" else value
            if field.kind == "tables":
                yield f"{name} table[{len(tables)}]"
            for k, inner in enumerate(tables):
                yield from exact(field.table, inner, name if field.kind == "table" else f"{name}[{k}]")


def readable(table, values, indent):
    for field in table.fields:
        value = values[field.name]
        if value is None:
            continue
        if field.kind in ("table", "tables"):
            for inner in [value] if field.kind == "table" else value:
                yield f"{indent}{field.name}:"
                yield from readable(field.table, inner, indent + "  ")
        elif field.kind == "vector":
            few = np.array2string(value, threshold=8, edgeitems=3, max_line_width=10**6)
            yield f"{indent}{field.name}: {len(value)} x {'record' if field.leaves else field.dtype.name} {few}"
        elif field.kind == "strings":
            few = ", ".join(repr(text.decode()) for text in value[:6])
            yield f"{indent}{field.name}: {len(value)} x text [{few}{', ...' if len(value) > 6 else ''}]"
        else:
            names = {number: name for name, number in (field.enum or {}).items()}
            yield f"{indent}{field.name}: {repr(value.decode()) if field.kind == 'string' else names.get(int(value), value) if field.enum else value}"


def lines_of(prq, as_exact):
    for k, o in enumerate(prq.objects):
        if as_exact:
            yield from exact(o["table"], o["state"], f"objects[{k}]")
        else:
            yield f"objects[{k}]: {o['type'].decode()} {ascii(o['role'].decode())}, owner {o['owner']}"
            yield from readable(o["table"], o["state"], "  ")
    if not as_exact:
        for golden in prq.golden:
            yield f"golden: {ascii(golden['method'].decode())} by {ascii(golden['origin'].decode())}"
        yield f"content {prq.content_digest()}"


def types_of(document):
    """Which table the state of a type is: the generated list of docs/format.md."""
    listed = re.search(r"<!-- tables:.*?<!-- /tables -->", document.read_text(), re.S)[0]
    return {type: row[0] for row in re.findall(r"^\| `(\w+)` \| (.*) \|$", listed, re.M) for type in re.findall(r"`([\w.]+)`", row[1])}


def main():
    arguments = [a for a in sys.argv[1:] if a != "--exact"]
    if not arguments or any(a.startswith("-") for a in arguments):
        sys.exit(__doc__)
    schemas, types, code = Schemas(ROOT / "schema"), types_of(ROOT / "docs/format.md"), 0
    for name in arguments:
        try:
            print(f"{name}:", *lines_of(Prq(Path(name).read_bytes(), schemas, types), "--exact" in sys.argv), sep="\n")
        except (Refused, OSError) as refused:
            print(f"{name}: {refused}", file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
