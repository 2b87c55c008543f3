#!/usr/bin/env python3
"""The command line, row by row: what is typed, the exit code, what is said. Usage: run.py TOOL MODELS_FOLDER

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
import zlib

TOOL = os.path.abspath(sys.argv[1])
MODELS = pathlib.Path(sys.argv[2]).resolve()
CASE = MODELS / "1.3.2" / "linreg"


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


class Usage(Runs):
    ROWS = [
        ([], "a command is missing"),
        (["scna", "x"], "unknown command `scna`; did you mean `scan`?"),
        (["scan"], "no PATH was given"),
        (["scan", "--jsn", "x"], "unknown option `--jsn`; did you mean `--json`?"),
        (["scan", "--polcy=p", "x"], "unknown option `--polcy`; did you mean `--policy`?"),
        (["scan", "--jobs", "0", "x"], "--jobs"),
        (["scan", "--jobs", "many", "x"], "--jobs"),
        (["scan", "-0", "x"], "--files-from"),
        (["scan", "--policy"], "--policy"),
        (["validate"], "FILE"),
        (["validate", "a", "b"], "unexpected argument `b`"),
        (["validate", "a", "--expect-sha256", "xyz"], "64 lower-case hex digits"),
        (["convert", "a"], "OUT"),
        (["convert", "a", "a"], "same file"),
        (["convert", "a", "b", "--expected", "predict=Y.npy"], "--expected needs --samples"),
        (["convert", "a", "b", "--compress", "gzip"], "--compress"),
        (["predict", "a"], "--input"),
        (["predict", "a", "--input", "x", "--method", "guess"], "there is no method `guess`"),
        (["predict", "a", "--input", "x", "--threads", "0"], "--threads"),
        (["diff", "a"], "B"),
        (["explain", "type.unknwn_call"], "did you mean `type.unknown_call`?"),
        (["types", "NoSuchThing"], "no type `NoSuchThing`"),
        (["policy"], "--check"),
        (["scan", "x", "--policy", "/no/such/policy.json"], "no such file"),
    ]

    def test_rows(self):
        for arguments, message in self.ROWS:
            with self.subTest(arguments):
                out, err = self.check(2, *arguments, err=message)
                self.assertEqual(out, "")

    def test_nothing_but_a_result_on_standard_output(self):
        self.check(0, "--version", out=["pratique ", "registry sha256:", "scikit-learn 1.1 to 1.9"])
        self.check(0, "--help", out=["scan", "validate", "inspect", "convert", "predict", "diff", "types", "explain", "policy"])
        for command in ["scan", "validate", "inspect", "convert", "predict", "diff", "types", "explain", "policy"]:
            self.check(0, command, "--help", out=f"Example: pratique {command}")

    def test_a_control_character_is_escaped(self):
        self.check(2, "validate", "no\x1b[31mfile", out="no\\x1b[31mfile")
        self.check(2, "scan", "--no\x1b", "x", err="\\x1b")


class Policies(Runs):
    def test_default_reads_back(self):
        out, _ = self.check(0, "policy", "--print-default")
        self.check(0, "policy", "--check", self.file("p.json", out), out="well-formed")

    def test_errors_have_line_and_column(self):
        path = self.file("p.json", '{"version": 1,\n "nam": "x"}')
        self.check(2, "policy", "--check", path, err=["line 2, column 2", "did you mean `name`?"])
        self.check(2, "scan", path, "--policy", path, err="line 2, column 2")

    def test_a_policy_decides(self):
        rows = [('"allow": []', "policy.not_allowed"), ('"allow": ["@all"], "deny": ["@linear"]', "policy.denied"),
                ('"allow": ["@all"], "formats": ["prq"]', "policy.format"),
                ('"allow": ["@all"], "sklearn": {"min": "1.5"}', "policy.sklearn"),
                ('"allow": ["@all"], "limits": {"file_bytes": 10}', "limit.file_bytes"),
                ('"allow": [{"name": "@all", "expires": "2001-01-01"}]', "policy.expired")]
        model = self.model()
        for keys, code in rows:
            with self.subTest(keys):
                policy = self.file("p.json", '{"version": 1, "name": "strict", %s}' % keys)
                self.check(1, "validate", model, "--policy", policy, out=code)
                self.check(1, "scan", model, "--policy", policy, out=[code, "policy strict sha256:"] )
                self.check(1, "predict", model, "--input", CASE / "X.npy", "--policy", policy, err=code)
                self.check(1, "convert", model, self.folder / "out.prq", "--policy", policy, err=code)
                self.assertFalse((self.folder / "out.prq").exists())
                self.check(2, "diff", model, model, "--policy", policy, err=code)


class Scans(Runs):
    def verdicts(self, code, *arguments):
        out, _ = self.check(code, "scan", "--json", *arguments)
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(records[-1]["record"], "end")
        self.assertEqual(records[-1]["exit"], code)
        self.assertEqual(sum(records[-1]["counts"].values()), len(records) - 1)
        return {r["file"].removeprefix(str(self.folder) + "/"): (r["verdict"], r["reason"]) for r in records[:-1]}

    def test_one_file_each(self):
        rows = [("hostile.pkl", HOSTILE, 1, "rejected", "dangerous"), ("text.pkl", HOSTILE_TEXT, 1, "rejected", "dangerous"),
                ("hostile.txt", HOSTILE_TEXT, 1, "rejected", "dangerous"),
                ("zipped.joblib", zlib.compress(HOSTILE), 1, "rejected", "dangerous"),
                ("call.pkl", UNKNOWN_CALL, 1, "rejected", "unknown_call"),
                ("class.pkl", UNKNOWN_CLASS, 2, "unchecked", "unsupported"),
                ("cut.pkl", HOSTILE[:5], 1, "rejected", "malformed"),
                ("empty.pkl", b"", 2, "unchecked", "unsupported"), ("zeros.bin", bytes(100), 2, "unchecked", "unsupported"),
                ("m.onnx", b"\x08\x08\x12\x08skl2onnx", 2, "unchecked", "unsupported"),
                ("readme.md", b"# Model\n", 2, "unchecked", "unsupported"),
                ("p.png", b"\x89PNG\r\n\x1a\n", 2, "unchecked", "unsupported"),
                ("cut.prq", b"\x10\0\0\0\x10\0\0\0PRTQ\0\0", 1, "rejected", "malformed")]
        for name, content, code, verdict, reason in rows:
            with self.subTest(name):
                path = self.file(name, content)
                self.assertEqual(self.verdicts(code, path), {name: (verdict, reason)})
                out, _ = self.check(code, "scan", path, out=f"{verdict}: {reason}")
                self.check(code, "validate", path, out=f"{verdict}: {reason}")
                self.check(code, "convert", path, self.folder / "out.prq", err=f"{verdict}: {reason}")
                self.check(code, "predict", path, "--input", CASE / "X.npy", err=f"{verdict}: {reason}")
                self.check(2, "diff", path, path)
                self.assertFalse((self.folder / "out.prq").exists())

    def test_what_cannot_be_read(self):
        os.mkfifo(self.folder / "pipe")
        (self.folder / "sub").mkdir()
        for path, code in [(self.folder / "absent", "io.not_found"), (self.folder / "pipe", "io.device"), ("/dev/zero", "io.device")]:
            self.check(2, "scan", path, out=["unchecked: io", code])
            self.check(2, "validate", path, out=code)
        self.check(2, "validate", self.folder / "sub", out="io.directory")
        self.check(2, "scan", self.folder / "sub", out="0 files")

    def test_a_folder(self):
        self.file("b/readme.md", "# text\n")
        self.file("b/plot.png", b"\x89PNG\r\n\x1a\n")
        self.file("a/class.pkl", UNKNOWN_CLASS)
        self.file("c.pkl", HOSTILE)
        os.symlink("c.pkl", self.folder / "link.pkl")
        os.symlink(".", self.folder / "loop")
        os.mkfifo(self.folder / "pipe")
        got = self.verdicts(1, self.folder)
        self.assertEqual(list(got), sorted(got))
        self.assertEqual(got, {"a/class.pkl": ("unchecked", "unsupported"), "b/plot.png": ("not_a_model", ""),
                               "b/readme.md": ("not_a_model", ""), "c.pkl": ("rejected", "dangerous"),
                               "link.pkl": ("unchecked", "io"), "loop": ("unchecked", "io"), "pipe": ("unchecked", "io")})
        self.assertEqual(self.verdicts(1, "--jobs", 4, self.folder), got)
        without = self.verdicts(2, self.folder, "--exclude", "c.p*", "--exclude", "b")
        self.assertEqual(list(without), ["a/class.pkl", "link.pkl", "loop", "pipe"])
        text, _ = self.check(1, "scan", self.folder, out="7 files")
        self.assertNotIn("readme", text)
        self.check(1, "scan", "--verbose", self.folder, out="readme.md: not_a_model")

    def test_text_and_images_alone_are_nothing_found(self):
        self.file("d/readme.md", "# text\n")
        self.verdicts(2, self.folder / "d")

    def test_lists_of_files(self):
        a, b = self.file("a.pkl", UNKNOWN_CLASS), self.file("b\n.pkl", HOSTILE)
        self.assertEqual(list(self.verdicts(2, "--files-from", self.file("list", f"{a}\n"))), ["a.pkl"])
        nul = self.file("nul", f"{a}\0{b}\0")
        self.assertEqual(list(self.verdicts(1, "--files-from", nul, "-0")), ["a.pkl", "b\\x0a.pkl"])

    def test_standard_input(self):
        self.check(1, "scan", "-", stdin=HOSTILE, out="dangerous")
        self.check(1, "validate", "-", stdin=HOSTILE, out="dangerous")

    def test_sarif(self):
        path, log = self.file("with space.pkl", HOSTILE), self.folder / "log.sarif"
        self.check(1, "scan", path, "--sarif", log)
        run_ = json.loads(log.read_text())["runs"][0]
        rules = {rule["id"] for rule in run_["tool"]["driver"]["rules"]}
        (result,) = run_["results"]
        self.assertIn(result["ruleId"], rules)
        self.assertEqual(result["level"], "error")
        self.assertTrue(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("with%20space.pkl"))
        self.check(1, "scan", path, "--sarif", "/no/such/folder/log.sarif", err="/no/such/folder")

    def test_text_and_json_agree(self):
        path = self.file("x.pkl", UNKNOWN_CALL)
        out, _ = self.check(1, "validate", "--json", path)
        report, end = map(json.loads, out.splitlines())
        text, _ = self.check(1, "validate", path)
        finding = report["findings"][0]
        for value in [report["verdict"], report["reason"], report["sha256"], report["format"], finding["code"],
                      finding["message"], finding["help"], report["policy"]["sha256"], str(report["size"])]:
            self.assertIn(value, text)
        self.assertEqual(end["counts"]["rejected"], 1)
        keys = {"v", "record", "tool", "registry", "policy", "file", "sha256", "size", "format", "verdict", "reason", "stage",
                "written_by", "types", "findings", "findings_total", "dropped", "ms"}
        self.assertLessEqual(keys, set(report))

    def test_types_are_named_in_a_refusal_too(self):
        for content, code, status in [(HOSTILE, 1, "dangerous"), (UNKNOWN_CALL, 1, "unknown")]:
            out, _ = self.check(code, "scan", "--json", self.file("x.pkl", content))
            self.assertIn(status, [t["status"] for t in json.loads(out.splitlines()[0])["types"]])

    def test_explains_what_it_finds(self):
        out, _ = self.check(1, "scan", "--json", self.file("x.pkl", HOSTILE))
        code = json.loads(out.splitlines()[0])["findings"][0]["code"]
        self.check(0, "explain", code, out=code)


class Models(Runs):
    def test_accepted(self):
        model = self.model()
        self.check(0, "scan", model, out=["accepted", "LinearRegression", "policy default sha256:"])
        out, _ = self.check(0, "validate", "--json", model)
        report = json.loads(out.splitlines()[0])
        self.assertEqual((report["verdict"], report["stage"], report["format"]), ("accepted", "validate", "joblib"))
        self.assertEqual(report["written_by"]["sklearn"], ["1.3.2"])
        self.check(0, "validate", model, "--expect-sha256", report["sha256"])
        self.check(1, "validate", model, "--expect-sha256", "0" * 64, out="sha256.mismatch")

    def test_convert_is_whole_or_nothing_and_repeatable(self):
        model, a, b = self.model(), self.folder / "a.prq", self.folder / "b.prq"
        self.check(0, "convert", model, a, out="LinearRegression")
        self.check(0, "convert", model, b)
        self.assertEqual(a.read_bytes(), b.read_bytes())
        self.check(0, "scan", a, out="accepted")
        self.check(0, "inspect", a, out=["LinearRegression", "claimed origin"])
        self.check(0, "diff", model, a, out="equal")
        os.link(a, self.folder / "same.prq")
        self.check(2, "convert", a, self.folder / "same.prq", err="same file")
        self.check(2, "convert", model, self.folder / "no" / "folder.prq", err="io.not_found")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["a.prq", "b.prq", "model.joblib", "same.prq"])

    def test_metadata_and_golden_samples(self):
        model, out = self.model(), self.folder / "m.prq"
        claims = self.file("m.json", '{"name": "demo"}')
        self.check(0, "convert", model, out, "--metadata", claims, "--samples", CASE / "X.npy",
                   "--expected", f"predict={CASE / 'predict.npy'}", "--compress", "zstd")
        self.check(0, "inspect", out, out=["demo", "golden samples: predict, by scikit-learn 1.3.2"])
        report = json.loads(self.check(0, "validate", "--json", out)[0].splitlines()[0])
        self.assertEqual((report["stage"], report["golden"]["methods"][0]["name"]), ("golden", "predict"))
        self.check(0, "convert", model, self.folder / "r.prq", "--samples", CASE / "X.npy")
        self.check(0, "inspect", self.folder / "r.prq", out="by pratique")
        wrong = MODELS / "1.3.2" / "lr_binary" / "predict.npy"
        self.check(1, "convert", model, self.folder / "w.prq", "--samples", CASE / "X.npy", "--expected", f"predict={wrong}",
                   err="golden.mismatch")
        self.assertFalse((self.folder / "w.prq").exists())
        self.check(2, "convert", model, self.folder / "w.prq", "--metadata", self.file("bad.json", "{\n 1}"), err="line 2, column 2")

    def test_predict(self):
        model, out = self.model(), self.folder / "p.npy"
        self.check(0, "predict", model, "--input", CASE / "X.npy", "--output", out)
        one = out.read_bytes()
        self.check(0, "predict", model, "--input", CASE / "X.npy", "--output", out, "--threads", 3)
        self.assertEqual(one, out.read_bytes())
        self.check(0, "predict", model, "--input", CASE / "X.npy")
        self.check(2, "predict", model, "--input", CASE / "X.npy", "--method", "predict_proba", err="has no predict_proba")
        wide = self.file("wide.csv", "a,b\n1,2\n")
        out.unlink()
        _, err = self.check(2, "predict", model, "--input", wide, "--output", out)
        self.assertIn("2", err)
        self.assertFalse(out.exists())
        self.check(2, "predict", model, "--input", self.folder / "absent.npy", err="io.not_found")
        self.check(2, "predict", model, "--input", CASE / "X.npy", "--output", self.folder / "p.xlsx", err="output.format")

    def test_diff(self):
        other = MODELS / "1.9.1" / "linreg" / "model.joblib"
        model = self.model()
        self.check(0, "diff", model, model, "--input", CASE / "X.npy", out="predictions (predict")
        third = MODELS / "1.3.2" / "lr_binary" / "model.joblib"
        out, _ = self.check(1, "diff", "--json", model, third)
        self.assertFalse(json.loads(out)["equal"])
        out, _ = self.check(1, "diff", "--json", model, other)
        for change in json.loads(out)["changes"]:
            self.assertNotEqual(change["a"], change["b"])
        self.check(2, "diff", model, self.folder / "absent", err="io.not_found")

    def test_types(self):
        out, _ = self.check(0, "types", "--json", "LinearRegression")
        keys = {"name", "aliases", "family", "methods", "inputs", "agreement", "coverage", "refuses"}
        self.assertEqual(set(json.loads(out)), keys)
        self.check(0, "types", out="sklearn.linear_model.LinearRegression")

    def test_side_files(self):
        source = CASE.parents[2] / "import" / "side_files"
        for path in source.glob("plain.pkl*"):
            shutil.copy(path, self.folder / path.name)
        model = self.folder / "plain.pkl"
        self.check(2, "scan", model, out="--side-files")
        self.check(0, "scan", "--side-files", model, out="accepted")
        self.check(0, "validate", "--side-files", model, out="accepted")
        self.check(2, "validate", "--side-files", "--expect-sha256", "0" * 64, model, err="--expect-sha256")
        self.check(0, "convert", "--side-files", model, self.folder / "plain.prq", out="written")
        (self.folder / "plain.pkl_02.npy").rename(self.folder / "elsewhere.npy")
        self.check(2, "scan", "--side-files", model, out="plain.pkl_02.npy")
        (self.folder / "plain.pkl_02.npy").symlink_to("elsewhere.npy")
        self.check(2, "scan", "--side-files", model, out="not a link")

    def test_a_bundle_needs_a_root(self):
        case = MODELS / "1.3.2" / "bundle"
        root = json.loads((case / "case.json").read_text())["root"]
        root = root if isinstance(root, str) else json.dumps(root)
        self.check(2, "convert", case / "model.joblib", self.folder / "b.prq", err="--root")
        self.check(0, "convert", case / "model.joblib", self.folder / "b.prq", "--root", root)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
