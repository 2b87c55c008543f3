#!/usr/bin/env python3
"""judge.py TOOL [--every N] [--seconds S] [--also DIR]: the property that a gate is for, with Python itself as the judge.

If a loader of CPython would import or call anything outside of what the tool's own report calls allowed, then scan over a folder with that
file does not exit with 0: the file is neither `not_a_model` nor `accepted`. Held against every file of tests/attacks (and of DIR),
every prefix of it and every single-byte change of it that is drawn: all of them with --every 1, else one in N. Python runs nothing of these
files: python.py records what it would do. Ends with "N passed, M failed".
"""
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
# Python 2's and numpy 1's names; the report has today's.
RENAMED = {"numpy.core": "numpy._core", "copy_reg": "copyreg", "__builtin__": "builtins"}


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


def canonical(module):
    for old, new in RENAMED.items():
        if module == old or module.startswith(old + "."):
            return new + module[len(old):]
    return module


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
    events = python.events_of(content, joblib=verdict == "accepted" and record["format"] == "joblib")
    allowed = {kind["name"] for kind in record["types"] if kind["status"] == "allowed"} if verdict == "accepted" else set()
    beyond = sorted(event for event in events if f"{canonical(event[1])}.{event[2]}" not in allowed)
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
    options.add_argument("--seconds", type=float, default=float("inf"))
    options.add_argument("--also", action="append", default=[])
    options.add_argument("--keep", help="a folder for what fails")
    options = options.parse_args()
    python.bounded()
    drawn = random.Random(1)
    files = sorted(Path(__file__).parent.parent.joinpath("attacks", "files").iterdir())
    for folder in options.also:
        files += sorted(path for path in Path(folder).rglob("*") if path.is_file())
    judge, end = Judge(options.tool, options.keep), time.monotonic() + options.seconds
    for path in files:
        for content in changes(path.read_bytes(), options.every, drawn):
            judge.add(path.name, content)
        if time.monotonic() > end:
            break
    judge.finish()
    print(f"{judge.passed} passed, {judge.failed} failed")
    return judge.failed != 0


if __name__ == "__main__":
    raise SystemExit(main())
