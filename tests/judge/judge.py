#!/usr/bin/env python3
"""judge.py TOOL [--every N] [--random N] [--seconds S] [--also DIR]: the property that a gate is for, with Python itself as the judge.

If a loader of CPython would import or call anything outside of what the tool's own report calls allowed, then scan over a folder with that
file does not exit with 0: the file is neither `not_a_model` nor `accepted`. Held against every file of tests/attacks (and of DIR),
every prefix of it and every single-byte change of it that is drawn: all of them with --every 1, else one in N; and against streams of --random
opcodes. Python runs nothing of these files: python.py records what it would do. Ends with "N passed, M failed".
"""
import _compat_pickle
import argparse
import json
import random
import subprocess
import tempfile
import time
from pathlib import Path

import python

BATCH = 2000  # files of one scan
LONGEST = 4096  # of a file that is changed byte by byte
FORMS = (lambda b: b ^ 1, lambda b: b ^ 0x80, lambda b: ord("."), lambda b: ord("\n"), lambda b: 0, lambda b: ord("2"), lambda b: ord("c"))
# Names that numpy moved; those of Python 2 Python itself knows. The report has today's.
RENAMED = {"numpy.core": "numpy._core", "numpy.rec": "numpy", "_loss": "sklearn._loss._loss"}


def changes(content, every, drawn):
    """Each prefix, each byte changed in several ways, each byte left out, and the whole behind and before others."""
    yield content
    yield content + content
    yield b"N." + content
    yield b"I1\n." + content
    yield content + b"N."
    for at in range(min(len(content), LONGEST)):
        if drawn.randrange(every) == 0:
            yield content[:at]
        for form in FORMS:
            if drawn.randrange(every) == 0:
                yield content[:at] + bytes([form(content[at])]) + content[at + 1:]
        if drawn.randrange(every) == 0:
            yield content[:at] + content[at + 1:]
        if drawn.randrange(every) == 0:
            yield content[:at] + bytes([drawn.randrange(256)]) + content[at:]


PIECES = (b"N", b"K\1", b"I1\n", b"S'os'\n", b"S'system'\n", b"Vos\n", b"X\2\0\0\0id", b"\x8c\2os", b"\x8c\6system", b"U\2id", b"C\2id", b"F1\n",
          b"L1L\n", b"G" + bytes(8), b"M\1\0", b"J\1\0\0\0", b"\x88", b"]", b"}", b")", b"\x8f", b"(", b"(", b"(", b"t", b"l", b"d", b"\x91", b"\x90",
          b"\x85", b"\x86", b"\x87", b"0", b"0", b"1", b"2", b"p0\n", b"p7\n", b"q\0", b"q\1", b"r\0\1\0\0", b"\x94", b"\x94", b"g0\n", b"h\0", b"h\1",
          b"j\0\1\0\0", b"a", b"e", b"s", b"u", b"b", b"R", b"R", b"o", b"\x81", b"\x92", b"\x93", b"\x93", b"cos\nsystem\n", b"cacme\nf\n",
          b"ca b\nf\n", b"ios\nsystem\n", b"iacme\nf\n", b"P1\n", b"Q", b"\x82\1", b"\x97", b"\x98", b".", b".", b"\x80\2", b"\x80\4",
          b"\x95\4\0\0\0\0\0\0\0", b"\x95\x40\0\0\0\0\0\0\0", b"\n", b"text\n", b"c", b"x")


def streams(count, drawn):
    """Pickles that nobody would write, mostly without a PROTO, some of which get as far as a call."""
    for _ in range(count):
        yield b"".join(drawn.choices(PIECES, k=drawn.randrange(1, 16)))


def canonical(module, name):
    module, name = _compat_pickle.NAME_MAPPING.get((module, name), (_compat_pickle.IMPORT_MAPPING.get(module, module), name))
    for old, new in RENAMED.items():
        if module == old or module.startswith(old + "."):
            module = new + module[len(old):]
    return f"{module}.{name}"


def scan(tool, folder):
    """The tool's answers by file name."""
    answers = subprocess.run([tool, "scan", "--json", folder], capture_output=True, check=False)
    if answers.returncode not in (0, 1, 2):
        raise SystemExit(f"the tool ended with {answers.returncode}: {answers.stderr[-300:]}")
    records = map(json.loads, answers.stdout.splitlines())
    return {Path(record["file"]).name: record for record in records if record["record"] == "file"}


def what_is_wrong(record, content):
    """What Python would do with a file that the tool lets through; "" when it is right to."""
    verdict = record["verdict"]
    if verdict not in ("accepted", "not_a_model"):
        return ""
    # Pickled data (a Counter, a frame, arrays of joblib) are no model, and were read to their end as models are.
    read = verdict == "accepted" or record["format"] in ("pickle", "joblib")
    events = python.events_of(content, joblib=read and record["format"] == "joblib")
    allowed = {kind["name"] for kind in record["types"] if kind["status"] == "allowed"} if read else set()
    beyond = sorted(event for event in events if canonical(*event[1:]) not in allowed)
    return f"{verdict}, and Python does {beyond[:3]}" if beyond else ""


class Judge:
    def __init__(self, tool, keep):
        self.tool, self.keep = tool, keep
        self.passed = self.failed = 0
        self.batch, self.seen = [], set()

    def add(self, name, content):
        if content in self.seen:
            return
        self.seen.add(content)
        self.batch.append((name, content))
        if len(self.batch) == BATCH:
            self.finish()

    def finish(self):
        with tempfile.TemporaryDirectory() as folder:
            for i, (_, content) in enumerate(self.batch):
                Path(folder, str(i)).write_bytes(content)
            records = scan(self.tool, folder)
        for i, (name, content) in enumerate(self.batch):
            wrong = what_is_wrong(records[str(i)], content)
            if wrong:
                self.failed += 1
                if self.keep:
                    Path(self.keep).mkdir(exist_ok=True, parents=True)
                    Path(self.keep, f"{self.failed}-{name}").write_bytes(content)
                if self.failed <= 20:
                    print(f"{name} of {len(content)} bytes, {content[:60]!r}: {wrong}", flush=True)
            else:
                self.passed += 1
        self.batch, self.seen = [], set()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("tool")
    options.add_argument("--every", type=int, default=400)
    options.add_argument("--random", type=int, default=5000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--seconds", type=float, default=float("inf"))
    options.add_argument("--also", action="append", default=[])
    options.add_argument("--keep", help="a folder for what fails")
    options = options.parse_args()
    python.bounded()
    drawn = random.Random(options.seed)
    files = sorted(Path(__file__).parent.parent.joinpath("attacks", "files").iterdir())
    for folder in options.also:
        files += sorted(path for path in Path(folder).rglob("*") if path.is_file())
    judge, end = Judge(options.tool, options.keep), time.monotonic() + options.seconds
    drawn.shuffle(files)  # so that a run cut short has seen some of each kind
    for path in files:
        for content in changes(path.read_bytes(), options.every, drawn):
            judge.add(path.name, content)
        for content in streams(-(-options.random // len(files)), drawn):
            judge.add("a stream", content)
        if time.monotonic() > end:
            break
    judge.finish()
    print(f"{judge.passed} passed, {judge.failed} failed")
    return judge.failed != 0


if __name__ == "__main__":
    raise SystemExit(main())
