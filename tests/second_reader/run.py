#!/usr/bin/env python3
"""run.py STATES REPOSITORY: docs/read_prq.py and the library read the same values, and refuse the same files.

STATES prints what the library reads (states.cc). Files: every model of the newest release and some of the others, converted; every
.prq of the tests; and thousands that differ from a good one in few bytes, or as edits.py says, under right digests. What the second
reader does not know (docs/read_prq.py says it) it may read although the library refuses it; no other difference is allowed. What the
library reads it writes again byte by byte, where nothing is compressed.
"""
import collections
import hashlib
import importlib.util
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import edits

STATES, ROOT = sys.argv[1], Path(sys.argv[2]).resolve()
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("read_prq", ROOT / "docs/read_prq.py")
read_prq = importlib.util.module_from_spec(spec)
spec.loader.exec_module(read_prq)
SCHEMAS, TYPES = read_prq.Schemas(ROOT / "schema"), read_prq.types_of(ROOT / "docs/format.md")

SAME = {"state.canonical": "state.layout", "type.unknown": "type", "type.unsupported": "type"}


def library(paths, folder):
    """Per path: lines, refusal (code, rule, field) or None, and what was written."""
    done = subprocess.run([STATES, folder], input="".join(f"{path}\n" for path in paths), capture_output=True, text=True)
    assert done.returncode == 0, f"states: exit code {done.returncode}\n{done.stdout[-500:]}{done.stderr}"
    found = {}
    for line in done.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word == "file":
            found[rest] = current = {"lines": [], "refused": None, "written": None, "again": None}
        elif word == "refused":
            current["refused"] = tuple(rest.split())
        elif word in ("written", "again"):
            current[word] = rest
        else:
            current["lines"].append(line)
    assert len(found) == len(paths), f"{len(found)} answers for {len(paths)} files"
    return found


def second(path):
    try:
        prq = read_prq.Prq(Path(path).read_bytes(), SCHEMAS, TYPES)
        return [*read_prq.lines_of(prq, True), f"content {prq.content_digest()}"], None
    except read_prq.Refused as refused:
        return [], refused.code


def is_written(code, rule, field):
    """Is it refused for what docs/format.md or a schema's attribute says, and not for an invariant in C++ or parts that do not fit?"""
    if code != "state.rule":
        return code.split(".")[0] in ("container", "type") or code in ("state.layout", "state.canonical", "state.newer")
    short, *names = re.sub(r"\[\d+\]", "", field).split(".")
    if short == "TreeBlock" or rule in ("bool", "enum", "utf8"):
        return True
    for table in {table for type, table in TYPES.items() if type.endswith("." + short)}:
        found, fields = None, SCHEMAS.tables[table].fields
        for name in names:
            found = next((f for f in fields if f.name == name), None)
            fields = [] if found is None else found.table.fields if found.table else found.leaves
        if found and rule in found.rules:
            return True
    return False


def difference(ours, lines, code, exact_code):
    """What is wrong, or None."""
    if ours["refused"] is None:
        if code:
            return f"the second reader refuses it ({code}), the library does not"
        return None if lines == ours["lines"] else f"other values: {sorted(set(lines) ^ set(ours['lines']))[:4]}"
    library_code = ours["refused"][0]
    if code is None:
        written = is_written(*ours["refused"])
        return f"the library refuses it ({' '.join(ours['refused'])}), the second reader does not" if written else None
    if exact_code and SAME.get(library_code, library_code) != SAME.get(code, code):
        return f"refused as {library_code}, and as {code}"
    return None


def changed(path, rng):
    """The file with one to three changes inside its states, and the digests that these then have; or None."""
    data = bytearray(Path(path).read_bytes())
    manifest = 4 + int.from_bytes(data[:4], "little")
    reader = read_prq.Prq(bytes(data), SCHEMAS, TYPES)
    o = rng.choice(reader.objects)
    segment = o["segment"][0]
    offset, size = int(segment["offset"]), int(segment["stored_size"])
    for _ in range(rng.randrange(1, 4)):
        at, kind = offset + rng.randrange(size), rng.randrange(4)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.choice([0, 1, 2, 77, 127, 128, 255])
        else:  # a number, at a multiple of its size
            width = rng.choice([2, 4, 8])
            at -= (at - offset) % width
            number = rng.choice([0, 1, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 0x7FF8000000000000, 0x7FC00000,
                                 (int.from_bytes(data[at:at + width], "little") + rng.choice([-1, 1, 2])) % 2**64])
            data[at:at + width] = (number % 2**(8 * width)).to_bytes(width, "little")[:offset + size - at]
    old = b"".join(segment[f"sha256_{word}"].tobytes() for word in range(4))
    assert data[:manifest].count(old) >= 1
    data[:manifest] = data[:manifest].replace(old, hashlib.sha256(data[offset:offset + size]).digest(), 1)
    return bytes(data)


def main():
    counts, failures = collections.Counter(), []

    def compare(paths, found, kind, exact_code=True):
        for path in paths:
            lines, code = second(path)
            wrong = difference(found[str(path)], lines, code, exact_code)
            counts[kind, "refused by both" if code else "refused by the library" if found[str(path)]["refused"] else "equal"] += 1
            again = found[str(path)]["again"]
            if again and again != hashlib.sha256(Path(path).read_bytes()).hexdigest():
                wrong = "the library writes other bytes"
            if wrong:
                failures.append(f"{path}: {wrong}")

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        models = sorted(ROOT.glob("tests/models/1.9.1/*/model.*")) + sorted(ROOT.glob("tests/models/1.[1-6]*/*/model.*"))[::9]
        found = library(models, folder)
        written = [ours["written"] for ours in found.values() if ours["written"]]
        assert len(written) > 300, len(written)
        compare(written, {ours["written"]: ours for ours in found.values()}, "converted")

        files = sorted(path for path in ROOT.glob("tests/**/*.prq"))
        found = library(files, folder)
        not_prq = {path for path in files if not path.read_bytes()[8:12] == b"PRTQ"}
        for path in not_prq:  # named .prq, and something else
            assert second(path)[1] == "container.magic", path
        compare([path for path in files if path not in not_prq], found, "of the tests")

        rng = random.Random(1)
        small = [Path(path) for path in written if Path(path).stat().st_size < 20_000]
        small += 10 * [path for path in files if path not in not_prq and not found[str(path)]["refused"]]  # golden samples
        for kind, make in (("changed", changed), ("edited", edits.Edits(read_prq, SCHEMAS, TYPES).edited)):
            variants = []
            for k in range(4000):
                variants.append(folder / f"{kind}_{k}.prq")
                variants[-1].write_bytes(make(rng.choice(small), rng))
            compare(variants, library(variants, folder), kind, exact_code=False)
    for (kind, what), count in sorted(counts.items()):
        print(f"{kind}: {count} {what}")
    print("\n".join(failures[:30]))
    print(f"{sum(counts.values()) - len(failures)} passed, {len(failures)} failed")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
