"""What the tests of the command line share. Every script here is run as: script.py TOOL MODELS_FOLDER

Python's standard library only; hostile pickles are written, never loaded.
"""
import json
import os
import pathlib
import pickle
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOL = os.path.abspath(sys.argv[1])
MODELS = pathlib.Path(sys.argv[2]).resolve()
CASE = MODELS / "1.3.2" / "linreg"
DATA = MODELS.parent / "data"
ATTACKS = MODELS.parent / "attacks"


def run(*arguments, stdin=b"", cwd=None):
    done = subprocess.run([TOOL, *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Runs(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, name, content=b""):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def model(self, name="model.joblib"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CASE / "model.joblib", path)
        return path

    def check(self, code, *arguments, out="", err="", stdin=b""):
        got, stdout, stderr = run(*arguments, stdin=stdin)
        self.assertEqual(got, code, f"{arguments}\n{stdout}\n{stderr}")
        for fragment in [out] if isinstance(out, str) else out:
            self.assertIn(fragment, stdout)
        for fragment in [err] if isinstance(err, str) else err:
            self.assertIn(fragment, stderr)
        self.assertNotIn("\x1b", stdout + stderr)
        return stdout, stderr

    def verdicts(self, code, *arguments):
        out, _ = self.check(code, "scan", "--json", *arguments)
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(records[-1]["record"], "end")
        self.assertEqual(records[-1]["exit"], code)
        self.assertEqual(sum(records[-1]["counts"].values()), len(records) - 1)
        return {r["file"].removeprefix(str(self.folder) + "/"): (r["verdict"], r["reason"]) for r in records[:-1]}


class Call:
    """Pickles as a call of module.name(*arguments)."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


HOSTILE = pickle.dumps(Call(os.system, "true"), 4)
HOSTILE_TEXT = b"cos\nsystem\n(S'true'\ntR."
UNKNOWN_CALL = b"\x80\x02cacme.tools\nmake\n)R."
UNKNOWN_CLASS = b"\x80\x02cacme.models\nModel\n)\x81}b."


def main():
    unittest.main("__main__", argv=[sys.argv[0]])
