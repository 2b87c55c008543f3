"""Files that differ from a good .prq in one thing that somebody chose: a rule of the layout that is broken in one place, other values,
other objects, other segments, other zstd frames. Digests, sizes and places are right again, but for what the edit is about.
"""
import collections
import copy
import hashlib
import random

import numpy as np

NUMBERS = [0, 1, 2, 3, 127, 128, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1]
REALS = [0.0, -0.0, 1.0, -1.0, 0.5, np.nan, np.inf, -np.inf, 5e-324, 1e30, 1e308, -1e308]
TEXTS = [b"", b"\0", b"a\0", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"x" * 300, b"model", b"steps[0]", b"\x1b[2J",
         b"\xe2\x80\xae", b"{}", b"[]", b"null", b"{", b'{"a":1,"a":2}', b'{"a":NaN}', b"{}{}", b'{"a":"\\ud800"}', b"[" * 2000,
         b'{"a":' + b"9" * 400 + b"}", b'{"a":1e999}', b'{"scikit-learn":"9.9"}']


def writer_of(read_prq):
    class Odd(read_prq.Writer):
        """Writes the canonical form, but for what `chosen`, the n-th opportunity of its kind, makes of it. `seen` counts these."""

        def __init__(self, rng, chosen=None):
            super().__init__()
            self.rng, self.chosen, self.seen, self.vtables, self.children = rng, chosen, collections.Counter(), {}, []

        def odd(self, kind):
            self.seen[kind] += 1
            return self.chosen == (kind, self.seen[kind])

        def align(self, size):
            zeros = bytearray(-len(self.out) % size)
            if zeros and self.odd("padding"):
                zeros[self.rng.randrange(len(zeros))] = self.rng.choice([1, 128, 255])
            if not self.odd("unaligned"):
                self.out += zeros
            if self.odd("gap"):
                self.out += bytes(self.rng.choice([size, 1, 2, 4, 8, 64]))

        def is_present(self, field, value):
            if value is None:
                return False
            if field.kind == "scalar" and value.tobytes() == field.default.tobytes():
                return self.odd("a default that is present")
            return not self.odd("absent")

        def table(self, table, values):
            rng = self.rng
            present = [k for k, field in enumerate(table.fields) if self.is_present(field, values[field.name])]
            if self.odd("vtable beside a multiple of 4"):
                self.out += bytes(2)
            self.align(4)
            size = 4 + 2 * (present[-1] + 1 if present else 0) + 2 * (rng.randrange(1, 4) if self.odd("long vtable") else 0)
            behind, vtable = self.odd("vtable behind its table"), len(self.out)
            if not behind:
                self.out += bytes(size)
            self.align(4)
            at, places, order = len(self.out), {}, list(present)
            self.out += bytes(4)
            if self.odd("fields in another order"):
                rng.shuffle(order)
            for k in order:
                content = values[table.fields[k].name].tobytes() if table.fields[k].kind == "scalar" else bytes(4)
                self.align(len(content))
                places[k] = len(self.out)
                self.out += content
            inline = len(self.out) - at
            if behind:
                self.align(4)
                vtable = len(self.out)
                self.out += bytes(size)
            self.put(vtable, "<u2", self.other("vtable size", size, 16, [size - 2, size + 1, size + 2, size + 4]))
            self.put(vtable + 2, "<u2", self.other("table size", inline, 16, [inline - 4, inline - 1, inline + 1, inline + 4]))
            for k in present:
                self.put(vtable + 4 + 2 * k, "<u2", self.other("slot", places[k] - at, 16, [inline, *(p - at for p in places.values())]))
            content = bytes(self.out[vtable:vtable + size])
            if content in self.vtables and self.odd("shared vtable"):
                if not behind:  # and no other
                    inner = self.out[at:]
                    del self.out[vtable:]
                    self.align(4)
                    places = {k: place - at + len(self.out) for k, place in places.items()}
                    at = len(self.out)
                    self.out += inner
                vtable = self.vtables[content]
            self.vtables.setdefault(content, vtable)
            self.put(at, "<i4", (self.other("vtable elsewhere", at - vtable, 32, [-4, at, at - 4, vtable - at]) + 2**31) % 2**32 - 2**31)
            children = [k for k in present if table.fields[k].kind != "scalar"]
            if len(children) > 1 and self.odd("children in another order"):
                rng.shuffle(children)
            for k in children:
                self.link(places[k], table.fields[k], values[table.fields[k].name])
            return at

        def other(self, kind, number, bits, near):
            return (self.rng.choice([0, 1, 4, 2**bits - 1, 2**(bits - 1), *near]) if self.odd(kind) else number) % 2**bits

        def link(self, place, field, value):
            kind = field.kind, str(field.dtype), field.table and field.table.name
            same = [at for what, at in self.children if what == kind]
            if same and self.odd("shared child"):
                at = self.rng.choice(same)
            else:
                at = self.child(field, value)
                self.children.append((kind, at))
            self.put(place, "<u4", self.other("offset", at - place, 32, [at - place + 4, at - place - 4, 2**32 - 4, 2**32 - place]))

        def child(self, field, value):
            if field.kind not in ("strings", "tables"):
                return super().child(field, value)
            self.align(4)
            at, item, order = len(self.out), copy.copy(field), list(range(len(value)))
            self.out += bytes(4 + 4 * len(value))
            self.put(at, "<u4", self.counted(len(value)))
            item.kind = {"strings": "string", "tables": "table"}[field.kind]
            if len(order) > 1 and self.odd("items in another order"):
                self.rng.shuffle(order)
            for k in order:
                self.link(at + 4 + 4 * k, item, value[k])
            return at

        def counted(self, count):
            return self.other("count", count, 32, [count - 1, count + 1, 2 * count, 2**29, 2**30])

        def vector(self, content, count, alignment):
            at = super().vector(content, count, alignment)
            self.put(at, "<u4", self.counted(count))
            return at

        def text(self, content):
            at = self.vector(content, len(content), 1)
            self.out += self.rng.choice([b"", b"\1", b"\0\0"]) if self.odd("terminator") else b"\0"
            return at

    return Odd


def other_number(rng, old):
    dtype = old.dtype
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            return np.array(rng.choice([*REALS, float(old) + 1, -float(old)])).astype(dtype)[()]
    number = rng.choice([*NUMBERS, int(old) + 1, int(old) - 1]) % 2**(8 * dtype.itemsize)
    return np.frombuffer(number.to_bytes(dtype.itemsize, "little"), dtype)[0]


def other_vector(rng, old, dtype):
    if old is None:
        return np.zeros(rng.choice([0, 1, 2, 5]), dtype)
    new, what = old.copy(), rng.choice(["element", "element", "element", "shorter", "longer", "absent", "swapped"])
    if what == "shorter":
        return new[:rng.randrange(len(new) + 1)]
    if what == "longer":
        return np.concatenate([new, new[:rng.randrange(len(new) + 1)]])
    if what == "absent":
        return None
    if len(new):
        i, j = rng.randrange(len(new)), rng.randrange(len(new))
        if what == "swapped":
            new[[i, j]] = new[[j, i]]
        else:
            part = new[rng.choice(dtype.names)] if dtype.names else new
            part[i] = other_number(rng, part[i])
    return new


def other_list(rng, old, fresh):
    """A list of texts or tables with one more, one less, or in another order."""
    new, what = list(old or []), rng.choice(["more", "less", "twice", "absent", "order"])
    if what == "more" and fresh is not None:
        new.append(fresh)
    elif what == "less" and new:
        new.pop(rng.randrange(len(new)))
    elif what == "twice" and new:
        new.insert(rng.randrange(len(new)), copy.deepcopy(rng.choice(new)))
    elif what == "order":
        rng.shuffle(new)
    return None if what == "absent" else new


def fields_of(table, values):
    for field in table.fields:
        yield field, values
        inner = values[field.name]
        for item in [inner] if field.kind == "table" else inner or [] if field.kind == "tables" else []:
            yield from fields_of(field.table, item)


def edit_values(rng, table, values):
    field, holder = rng.choice(list(fields_of(table, values)))
    old = holder[field.name]
    if field.kind == "scalar":
        new = np.array(rng.randrange(max(field.enum.values()) + 2), field.dtype)[()] if field.enum else other_number(rng, old)
    elif field.kind == "vector":
        new = other_vector(rng, old, field.dtype)
    elif field.kind == "string":
        new = rng.choice([None, (old or b"") + b"x", *TEXTS])
    elif field.kind == "table":
        new = old  # always there
    else:
        new = other_list(rng, old, rng.choice(TEXTS) if field.kind == "strings" else None)
    holder[field.name] = new


def other_frame(rng, content):
    """A zstd frame as another writer would make it, or none."""
    import zstandard

    def compressed(**options):
        return zstandard.ZstdCompressor(**options).compress(content)

    skippable, good = b"\x50\x2a\x4d\x18\x04\0\0\0abcd", compressed()
    half = len(content) // 2
    damaged = bytearray(good)
    damaged[rng.randrange(len(good))] ^= 1 << rng.randrange(8)
    window = zstandard.ZstdCompressionParameters(window_log=rng.choice([10, 20, 27, 28, 30]), write_content_size=1)
    return rng.choice([
        good, compressed(write_content_size=False), compressed(write_checksum=True), compressed(level=19), compressed(level=-5),
        compressed(compression_params=window), skippable + good, good + skippable, good + b"\0", good[:-1], bytes(damaged),
        good + zstandard.ZstdCompressor().compress(b""),
        zstandard.ZstdCompressor().compress(content[:half]) + zstandard.ZstdCompressor().compress(content[half:])])


class Edits:
    def __init__(self, read_prq, schemas, types):
        self.read_prq, self.schemas, self.types, self.writer = read_prq, schemas, types, writer_of(read_prq)
        self.parts = {}

    def read(self, path):
        if path not in self.parts:
            prq = self.read_prq.Prq(path.read_bytes(), self.schemas, self.types)
            contents = [o["bytes"] for o in prq.objects] + [g[part] for g in prq.golden for part in ("input", "expected")]
            self.parts[path] = prq.manifest(), contents, [(o["table"], o["state"]) for o in prq.objects]
        return copy.deepcopy(self.parts[path])

    def written(self, rng, start, table, values, breaks):
        """The table, with one rule of the layout broken if `breaks`; all kinds are as likely as each other."""
        def write(chosen):
            writer = self.writer(random.Random(seed), chosen)
            writer.out += start
            root = len(start) - 4 if len(start) == 4 else 4
            writer.put(root, "<u4", writer.table(table, values) - root)
            return writer

        seed, first = rng.random(), None
        if breaks:
            seen = write(None).seen
            kind = rng.choice(sorted(seen))
            first = kind, rng.randrange(seen[kind]) + 1
        return lambda: bytes(write(first).out)

    def edited(self, path, rng):
        manifest, contents, states = self.read(path)
        objects, what = manifest["objects"], rng.choice(["layout"] * 3 + ["values"] * 3 + ["manifest layout"] * 2 + ["manifest"] * 2 +
                                                        ["objects", "frame", "segment", "golden", "around"])
        k = rng.randrange(len(objects))
        stored, codecs = None, [0] * len(contents)
        if what in ("layout", "values"):
            table, state = states[k]
            if what == "values":
                edit_values(rng, table, state)
            contents[k] = self.written(rng, bytes(4), table, state, what == "layout")()
        elif what == "manifest":
            edit_values(rng, self.schemas.tables["Manifest"], manifest)
        elif what == "objects":
            self.edit_objects(rng, objects, contents, k)
        elif what == "golden" and not manifest["golden"]:
            segment = objects[0]["segment"]
            manifest["golden"] = [{"method": b"predict", "origin": b"x", "input": segment, "expected": segment.copy()}]
            contents += [b"\x93NUMPY", b"\x93NUMPY"]
            codecs += [0, 0]
        elif what == "golden":
            at = rng.randrange(len(states), len(contents))
            contents[at] = contents[at][:rng.randrange(1, len(contents[at]) + 1)]
        stored = list(contents)
        victim = rng.randrange(len(stored))
        if what == "frame":
            stored[victim], codecs[victim] = other_frame(rng, contents[victim]), 1
        return self.assembled(rng, manifest, contents, stored, codecs, what, victim)

    def edit_objects(self, rng, objects, contents, k):
        j, o = rng.randrange(len(objects)), objects[k]
        what = rng.choice(["type", "alike", "owner", "state", "entries", "both"])
        if what == "type":
            o["type"] = rng.choice(sorted(self.types)).encode()
        elif what == "alike":  # another type whose state is the same table
            o["type"] = rng.choice(sorted(t for t in self.types if self.types[t] == self.types[o["type"].decode()])).encode()
        elif what == "owner":
            o["owner"] = np.uint32(rng.choice([0, k, k + 1, k + 2, len(objects), len(objects) + 1, 2**32 - 1]))
        elif what == "state":
            contents[k] = contents[j]
        if what in ("entries", "both"):
            objects[k], objects[j] = objects[j], objects[k]
        if what == "both":
            contents[k], contents[j] = contents[j], contents[k]

    def assembled(self, rng, manifest, contents, stored, codecs, what, victim):
        """The file of these parts, each where it must be, under its digest."""
        holders = [(o, "segment") for o in manifest["objects"] or []]
        holders += [(golden, part) for golden in manifest["golden"] or [] for part in ("input", "expected")]
        dtype = self.schemas.tables["Object"].fields[3].dtype
        seed = rng.random()
        write = self.written(rng, bytes(8) + b"PRTQ", self.schemas.tables["Manifest"], manifest, what == "manifest layout")

        def head(size):
            end, places = size, []
            for k, content in enumerate(stored):
                places.append(-(-end // 64) * 64)
                end = places[-1] + len(content)
                if k >= len(holders):
                    continue
                digest = [int(word) for word in np.frombuffer(hashlib.sha256(content).digest(), "<u8")]
                segment = np.array([(places[-1], len(content), len(contents[k]), codecs[k], *digest)], dtype)
                if what == "segment" and k == victim:
                    segment = other_vector(random.Random(seed), segment, dtype)
                holder, part = holders[k]
                holder[part] = segment
            out = bytearray(write())
            out[:4] = (len(out) - 4).to_bytes(4, "little")
            return out, places

        out, _ = head(0)
        out, places = head(len(out))
        size = len(out)
        for place, content in zip(places, stored):
            out += bytes(place - len(out)) + content
        if what == "around":
            edit = rng.choice(["behind", "cut", "padding", "head"])
            if edit == "behind":
                out += rng.choice([b"\0", b"x", bytes(64), bytes(-len(out) % 64 or 1)])
            elif edit == "cut":
                del out[-rng.randrange(1, 65):]
            elif edit == "padding" and places[0] > size:
                out[rng.randrange(size, places[0])] = rng.choice([1, 255])
            else:
                out[rng.randrange(size)] ^= 1 << rng.randrange(8)
        return bytes(out)
