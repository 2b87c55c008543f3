#!/usr/bin/env python3
"""Bundles and plain data: what people keep in one file with a model, and instead of one."""
import array
import decimal
import fractions
import json
import pathlib
import pickle

from tool import HOSTILE, MODELS, UNKNOWN_CLASS, Call, Runs, main

FILES = pathlib.Path(__file__).parent / "bundles"

# What each file of data is called.
DATA = {
    "texts": "a list of 12 texts", "matrix": "a scipy sparse matrix (csr_matrix) of 2 x 3", "frame": "a pandas DataFrame",
    "series": "a pandas Series", "tuple": "a tuple of 2 arrays", "metrics": "a dict of 4 entries ('accuracy', 'f1', 'when', 'dtype')",
    "array": "an array of 4 x 3 float64", "records": "an array of 3 records of 2 fields", "objects": "an array of 3 Python values",
}


class Bundles(Runs):
    def report(self, code, path, *arguments):
        return json.loads(self.check(code, "validate", "--json", path, *arguments)[0].splitlines()[0])

    def test_every_file_is_what_its_name_says(self):
        for path in sorted(FILES.glob("*_*.[pj]*")):
            with self.subTest(path.name):
                kind = path.name.split("_")[0]
                report = self.report(0 if kind == "accepted" else 2, path)
                self.assertEqual(report["verdict"], "accepted" if kind == "accepted" else "unchecked")
                named, found = self.file(f"d/{path.name}", path.read_bytes()), "not_a_model" if kind == "data" else report["verdict"]
                code = 0 if kind == "accepted" else 2
                self.assertEqual(self.verdicts(code, named.parent)[f"d/{path.name}"][0], found)
                named.unlink()

    def test_each_estimator_has_its_own_path(self):
        rows = [("accepted_dict.pkl", {'["scaler"]': 3, '["model"]': 3}), ("accepted_dict.joblib", {'["scaler"]': 3, '["model"]': 3}),
                ("accepted_nested.pkl", {"[1, 0]": 3, '[1, 1, "a \\"key\\"\\n"]': 3, "[1, 1, 3]": 3}),
                ("accepted_ordered.pkl", {'["a"]': 3, '["b"]': 3}), ("accepted_one.pkl", {"[0]": 3}), ("accepted_twice.pkl", {"[0]": 3})]
        for name, roots in rows:
            with self.subTest(name):
                report = self.report(0, FILES / name)
                self.assertEqual({r["path"]: r["n_features"] for r in report["roots"]}, roots)
                self.assertEqual({(r["verdict"], r["reason"]) for r in report["roots"]}, {("accepted", "")})
                self.assertEqual(report["roots_total"], len(roots))
                self.assertEqual("root" in report, len(roots) == 1)
                for root in roots:
                    self.report(0, FILES / name, "--root", root)
                    self.check(0, "scan", FILES / name, "--root", root)
                    self.check(0, "inspect", FILES / name, "--root", root, out="input: 3 columns")
                    self.check(0, "convert", FILES / name, self.folder / "one.prq", "--root", root)
                    self.check(0, "diff", FILES / name, self.folder / "one.prq", "--root", root, out="equal")
                    self.check(0, "scan", self.folder / "one.prq")
                self.check(2, "convert", FILES / name, self.folder / "no.prq", err="--root")
                self.check(2, "diff", FILES / name, FILES / name, err="--root")
                self.check(0, "inspect", FILES / name, out=[f"--root '{root}'" for root in roots])
        self.assertEqual(self.report(0, MODELS / "1.3.2/linreg/model.joblib")["roots"], [])

    def test_a_root_that_leads_nowhere(self):
        model = MODELS / "1.3.2/linreg/model.joblib"
        for path, root, help in [(model, '["model"]', "holds one value, which needs no --root"),
                                 (FILES / "accepted_dict.pkl", '["modle"]', "Choose one of '[\"scaler\"]'"),
                                 (FILES / "accepted_dict.pkl", '["model", "steps"]', "name it by a shorter --root")]:
            with self.subTest(root):
                self.check(2, "scan", path, "--root", root, out=["no entry", help])

    def test_one_of_them_predicts(self):
        out = self.folder / "y.npy"
        self.check(0, "predict", FILES / "accepted_nested.pkl", "--root", "[1, 0]", "--input", FILES / "X.npy", "--output", out)
        ours, theirs = ([x for x in array.array("d", path.read_bytes()[128:])] for path in [out, FILES / "accepted_nested.line.npy"])
        self.assertEqual(len(ours), len(theirs))
        for x, y in zip(ours, theirs):  # BLAS has its own order of summation
            self.assertLessEqual(abs(x - y), 1e-12 * max(abs(v) for v in theirs))

    def test_the_worst_decides(self):
        report = self.report(2, FILES / "unsupported_one_of_two.pkl")
        self.assertEqual(report["findings"][0]["path"], '["map"]')
        self.assertEqual({r["path"]: r["verdict"] for r in report["roots"]}, {'["map"]': "unchecked", '["model"]': "unchecked"})
        self.assertEqual(self.report(2, FILES / "unsupported_hidden.pkl")["findings"][0]["code"], "type.bundle")
        policy = self.file("p.json", '{"version": 1, "name": "p", "allow": ["@preprocessing"]}')
        report = self.report(1, FILES / "accepted_dict.pkl", "--policy", policy)
        self.assertEqual({r["path"]: (r["verdict"], r["reason"]) for r in report["roots"]},
                         {'["scaler"]': ("accepted", ""), '["model"]': ("rejected", "denied")})
        self.assertEqual([r["path"] for r in report["roots"]], ['["model"]', '["scaler"]'])
        range_ = self.file("r.json", '{"version": 1, "name": "r", "allow": ["@all"], "sklearn": {"max": "1.3"}}')
        self.assertEqual(self.report(1, FILES / "accepted_dict.pkl", "--policy", range_)["reason"], "denied")

    def test_data_is_called_by_its_name(self):
        for name, what in DATA.items():
            with self.subTest(name):
                path = self.file(f"d/{name}.pkl", (FILES / f"data_{name}.pkl").read_bytes())
                self.check(2, "scan", path, out=["unchecked: unsupported", f"this is {what}, not a model", "format.not_a_model"])
                out, _ = self.check(2, "scan", "--json", path.parent)
                finding = json.loads(out.splitlines()[0])["findings"][0]
                self.assertEqual((finding["severity"], finding["message"]), ("note", f"this is {what}, not a model"))
                path.unlink()

    def test_numbers_and_paths_of_the_standard_library_are_data(self):
        values = [decimal.Decimal("1.5"), fractions.Fraction(1, 3), pathlib.PurePosixPath("a")]
        path = self.file("d/values.pkl", pickle.dumps(values))
        self.check(2, "scan", path, out=["this is a list of 3 values, not a model", "format.not_a_model"])

    def test_nothing_hides_beside_data(self):
        evil = Call(print, "x")
        for value in [{"a": ["x"], "e": Call(exec, "1")}, ["x", {1: (Call(exec, "1"),)}], {Call(exec, "1"): 1}]:
            path = self.file("d/evil.pkl", pickle.dumps(value, 4))
            self.assertEqual(self.verdicts(1, path.parent)["d/evil.pkl"], ("rejected", "dangerous"))
        path.write_bytes(pickle.dumps([1, evil], 4))
        self.assertEqual(self.verdicts(1, path.parent)["d/evil.pkl"][0], "rejected")
        # A name that is not data's makes it no data, whatever stands around it.
        path.write_bytes(b"\x80\x02](K\x01" + UNKNOWN_CLASS[2:-1] + b"e.")
        self.assertEqual(self.verdicts(2, path.parent)["d/evil.pkl"], ("unchecked", "unsupported"))
        path.write_bytes(b"\x80\x02](K\x01cacme.tools\nmake\ne.")
        self.assertEqual(self.verdicts(2, path.parent)["d/evil.pkl"], ("unchecked", "unsupported"))
        path.write_bytes(HOSTILE[:-1] + b"0" + (FILES / "data_texts.pkl").read_bytes()[2:])
        self.assertEqual(self.verdicts(1, path.parent)["d/evil.pkl"][0], "rejected")


class Inspected(Runs):
    def test_what_a_caller_has_to_know(self):
        self.check(0, "inspect", MODELS / "1.9.1/main_binary/model.joblib",
                   out=["input: 6 columns", "0 to 5: numbers", "predict: one of 2 labels", "predict_proba: 2 columns, one a class", "labels: "])
        out, _ = self.check(0, "inspect", "--json", MODELS / "1.9.1/main_binary/model.joblib")
        shown = json.loads(out)
        self.assertEqual(shown["input"], {"n_features": 6, "rows": "features", "accepts": ["dense", "csr", "frame"],
                                          "features": [{"takes": "numbers"}] * 6, "example": [0.0] * 6})
        self.assertLessEqual({"predict", "predict_proba", "predict_log_proba"}, {m["name"] for m in shown["methods"]})
        self.assertEqual(len(shown["classes"][0]), 2)

    def test_a_frame_can_be_written_from_it(self):
        # A header and one row made of nothing but what inspect shows is taken.
        for case in ["frame_forest", "frame_dense", "ct_mixed", "ct_pandas"]:
            with self.subTest(case):
                model = next((MODELS / "1.9.1" / case).glob("model.*"))
                shown = json.loads(self.check(0, "inspect", "--json", model)[0])
                features = shown["input"]["features"]
                self.assertTrue(all("name" in f for f in features))
                row = {f["name"]: "x" if f["takes"] == "text" else 1.5 for f in features}
                _, _, err = self.run_row(model, row)
                self.assertTrue(err == "" or "input.unknown_category" in err, err)

    def run_row(self, model, row):
        from tool import run
        return run("predict", model, "--input", "-", stdin=json.dumps(row).encode() + b"\n")

    def test_what_is_not_supported_is_shown_too(self):
        out, _ = self.check(0, "inspect", FILES / "unsupported_alone.pkl",
                            out=["SMOTE", '"k_neighbors":2', "nn_k_: a sklearn.neighbors", "n_samples_fit_: 14",
                                 "n_features_in_: 3", "feature_names_in_: ", "'wide', 'long', 'high'", "cannot be loaded", "type.unsupported"])
        shown = json.loads(self.check(0, "inspect", "--json", FILES / "unsupported_alone.pkl")[0])
        self.assertEqual(shown["refused"]["code"], "type.unsupported")
        self.assertIn("'wide', 'long', 'high'", shown["objects"][0]["attributes"]["feature_names_in_"])
        self.check(0, "inspect", FILES / "unsupported_one_of_two.pkl", out=["--root '[\"map\"]'", "--root '[\"model\"]'"])
        self.check(1, "inspect", self.file("h.pkl", HOSTILE), err="dangerous")

    def test_one_estimator_is_one_finding(self):
        out, _ = self.check(2, "scan", "--json", FILES / "unsupported_parts.pkl")
        (finding,) = json.loads(out.splitlines()[0])["findings"]
        self.assertEqual(finding["code"], "type.unsupported")
        self.assertIn("SMOTE", finding["message"])


if __name__ == "__main__":
    main()
