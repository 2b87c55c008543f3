#!/usr/bin/env python3
"""The command line, row by row: what is typed, the exit code, what is said."""
import json
import os
import shutil
from pathlib import Path

from tool import CASE, MODELS, Runs, main


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
        (["predict", "a", "--input", "x", "--method", "predict_prob"], "did you mean `predict_proba`?"),
        (["predict", "a", "X.npy"], "`X.npy` stands alone"),
        (["convert", "a", "X.npy"], "does not end in .prq"),
        (["convert", "a", "b.prq", "--allow", "@nonsense"], "unknown family `@nonsense`"),
        (["convert", "a", "b.prq", "--allow", "sklearn.linear_model.LinearRegresion"], "did you mean `sklearn.linear_model.LinearRegression`?"),
        (["scan", "x", "--quiet", "--verbose"], "excludes"),
        (["predict", "a", "--input", "x", "--threads", "0"], "--threads"),
        (["diff", "a"], "B"),
        (["explain", "type.unknwn_call"], "did you mean `type.unknown_call`?"),
        (["types", "NoSuchThing"], "no type `NoSuchThing`"),
        (["types", "@nonsense"], "no family `@nonsense`"),
        (["types", "@linaer"], "did you mean `@linear`?"),
        (["types", "--supported", "SMOTE"], "SMOTE is known, but not yet supported"),
        (["policy"], "--check"),
        (["scan", "x", "--policy", "/no/such/policy.json"], "no such file"),
    ]

    def test_rows(self):
        for arguments, message in self.ROWS:
            with self.subTest(arguments):
                out, err = self.check(2, *arguments, err=message)
                self.assertEqual(out, "")

    def test_nothing_but_a_result_on_standard_output(self):
        self.check(0, "--version", out=["pratique ", "registry sha256:", "scikit-learn 1.0 to 1.9"])
        self.check(0, "--help", out=["scan", "validate", "inspect", "convert", "predict", "diff", "types", "explain", "policy"])
        for command in ["scan", "validate", "inspect", "convert", "predict", "diff", "types", "explain", "policy"]:
            self.check(0, command, "--help", out=[f"Example: pratique {command}", f"Usage: pratique {command}"])
        self.assertTrue(self.check(0, "--version")[0].endswith("1.9\n"))

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

    def test_a_policy_names_estimators_only(self):
        policy = self.file("p.json", '{"version": 1, "name": "p", "allow": ["sklearn.ensemble.RandomForestClassifier"]}')
        forest = next((MODELS / "1.9.1/forest").glob("model.*"))
        self.check(0, "scan", forest, "--policy", policy, out="accepted")
        self.check(0, "convert", forest, self.folder / "f.prq", "--policy", policy)
        self.check(0, "scan", self.folder / "f.prq", "--policy", policy, out="accepted")
        self.check(1, "scan", self.model(), "--policy", policy, out="policy.not_allowed")


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

    def test_convert_replaces_nothing_but_a_prq(self):
        model, out = self.model(), self.folder / "m.prq"
        self.check(0, "convert", model, out)
        self.check(0, "convert", model, out)
        self.check(2, "convert", model, self.folder / "m.model", err="--force")
        self.check(0, "convert", model, self.folder / "m.model", "--force")
        self.check(0, "convert", model, self.folder / "m.model", "--force")
        data = self.file("X.npy", (CASE / "X.npy").read_bytes())
        named = self.file("data.prq", "not a model")
        for path in [data, named, self.model("other.joblib"), self.file("empty.prq")]:
            before = path.read_bytes()
            self.check(2, "convert", model, path, "--force", err="never replaced")
            self.check(2, "convert", model, path)
            self.assertEqual(path.read_bytes(), before)

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
        # SimpleImputer(add_indicator=False), and True: the columns that it marks are none, and there are no gaps in what both were fitted on.
        a, b = (Path(__file__).parent / "diff" / name for name in ("plain.pkl", "marks.pkl"))
        self.check(1, "diff", a, b, out=["add_indicator: false -> true", "indicator: absent -> 0 elements"])

    def test_types(self):
        out, _ = self.check(0, "types", "--json", "LinearRegression")
        keys = {"name", "aliases", "family", "methods", "inputs", "agreement", "coverage", "refuses", "changes", "table"}
        self.assertEqual(set(json.loads(out)), keys)
        out, _ = self.check(0, "types", "--json", "@tree")
        held = {a["name"]: a["sklearn"] for line in out.splitlines() for a in json.loads(line)["aliases"]}
        self.assertEqual(held["sklearn.tree.tree.DecisionTreeClassifier"], "0.21 and older")
        # What files of the releases at hand name is held for them.
        for release in ["1.2.2", "1.9.1"]:
            out, _ = self.check(0, "scan", "--json", MODELS / release / "forest/model.joblib")
            named = {t["name"] for t in json.loads(out.splitlines()[0])["types"]} & set(held)
            self.assertEqual(named, {"sklearn.ensemble._forest.RandomForestClassifier", "sklearn.tree._classes.DecisionTreeClassifier"})
            self.assertEqual({held[name] for name in named}, {"1.0 to 1.9"})
        self.check(0, "types", out="sklearn.linear_model.LinearRegression")
        lines = self.check(0, "types", "--supported")[0].splitlines()
        self.assertTrue(lines and all("  none" not in line for line in lines))
        self.assertLess(len(lines), len(self.check(0, "types")[0].splitlines()))
        linear = self.check(0, "types", "@linear")[0].splitlines()
        self.assertLessEqual(set(linear), set(lines))

    def test_explain_lists_all_codes(self):
        out, _ = self.check(0, "explain", out="type.unknown_call  ")
        codes = [line.split()[0] for line in out.splitlines()]
        self.assertEqual(codes, sorted(codes))
        self.check(0, "explain", codes[-1], out=codes[-1])

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

    def test_what_a_prq_claims_of_its_release_passes_no_range(self):
        model, prq = self.model(), self.folder / "m.prq"
        self.check(0, "convert", model, prq)
        policy = self.file("p.json", '{"version": 1, "name": "range", "allow": ["@all"], "sklearn": {"min": "1.3"}}')
        self.check(0, "scan", model, "--policy", policy)
        self.check(0, "convert", model, self.folder / "n.prq", "--policy", policy)
        self.check(1, "scan", prq, "--policy", policy, out=["policy.sklearn", "a claim", "sha256"])
        digest = json.loads(self.check(0, "scan", "--json", prq)[0].splitlines()[0])["sha256"]
        pinned = self.file("q.json", policy.read_text().replace('"sklearn"', f'"sha256": ["{digest}"], "sklearn"'))
        self.check(0, "scan", prq, "--policy", pinned)

    def test_swapped_children_are_not_equal(self):
        case = MODELS / "1.9.1" / "main_binary"
        a, b = self.folder / "a.prq", self.folder / "b.prq"
        self.check(0, "convert", case / "model.joblib", a)
        data = a.read_bytes()
        self.assertEqual(data.count(b"steps[0]"), 1)
        b.write_bytes(data.replace(b"steps[0]", b"steps[?]").replace(b"steps[1]", b"steps[0]").replace(b"steps[?]", b"steps[1]"))
        self.check(1, "scan", b, out=["invalid", "is called 'steps[1]', and is steps[0]"])
        self.check(2, "diff", a, b, err="invalid")

    def test_a_bundle_needs_a_root(self):
        case = MODELS / "1.3.2" / "bundle"
        root = json.loads((case / "case.json").read_text())["root"]
        root = root if isinstance(root, str) else json.dumps(root)
        self.check(2, "convert", case / "model.joblib", self.folder / "b.prq", err="--root")
        self.check(0, "convert", case / "model.joblib", self.folder / "b.prq", "--root", root)


if __name__ == "__main__":
    main()
