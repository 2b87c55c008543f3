#!/usr/bin/env python3
"""Inputs and outputs, against the files that scikit-learn's own outputs were saved to."""
import array
import csv
import io
import json
import os
import shutil
import subprocess
import zipfile

from tool import CASE, DATA, MODELS, TOOL, Runs, main


def npy(rows):
    """The .npy of a list of rows of floats."""
    shape = str({"descr": "<f8", "fortran_order": False, "shape": (len(rows), len(rows[0]))}).ljust(117) + "\n"
    return b"\x93NUMPY\1\0v\0" + shape.encode() + array.array("d", [value for row in rows for value in row]).tobytes()


class Inputs(Runs):
    def case(self, name):
        folder = MODELS / "1.9.1" / name
        case = json.loads((folder / "case.json").read_text())
        return folder, folder / case["models"][0], case

    def test_golden_samples_of_every_kind_of_result(self):
        # dense, list (numpy.savez), sparse (scipy), and a frame by name from .csv and .jsonl
        folder, model, case = self.case("extra_outputs")
        both = self.folder / "proba.npz"
        with zipfile.ZipFile(both, "w") as z:  # what numpy.savez writes
            for i, name in enumerate(case["outputs"]["predict_proba"]):
                z.write(folder / name, f"arr_{i}.npy")
        out = self.folder / "m.prq"
        self.check(0, "convert", model, out, "--samples", folder / "X.npy", "--expected", f"predict={folder / 'predict.npy'}",
                   "--expected", f"predict_proba={both}")
        self.golden(out, {"predict": "exact", "predict_proba": "exact"}, "scikit-learn 1.9.1")
        with zipfile.ZipFile(both, "w") as z:
            for i, name in enumerate(reversed(case["outputs"]["predict_proba"])):
                z.write(folder / name, f"arr_{i}.npy")
        self.check(1, "convert", model, self.folder / "w.prq", "--samples", folder / "X.npy", "--expected", f"predict_proba={both}",
                   err="golden.mismatch")
        self.check(1, "convert", model, self.folder / "w.prq", "--samples", folder / "X.npy",
                   "--expected", f"predict_proba={folder / 'predict.npy'}", err=["another kind", "a list of 2 arrays (numpy.savez"])

        folder, model, _ = self.case("encoder")
        self.check(0, "convert", model, out, "--samples", folder / "X.npy", "--expected", f"transform={folder / 'transform.npz'}")
        self.golden(out, {"transform": "exact"}, "scikit-learn 1.9.1")
        other = self.case("encoder_drop_first")[0] / "transform.npz"
        self.check(1, "convert", model, self.folder / "w.prq", "--samples", folder / "X.npy", "--expected", f"transform={other}",
                   err="golden.mismatch")
        self.assertFalse((self.folder / "w.prq").exists())

        folder, model, _ = self.case("ct_dense")
        stored = set()
        for samples in ["X.csv", "X.jsonl"]:
            self.check(0, "convert", model, out, "--samples", folder / samples, "--expected", f"transform={folder / 'transform.npy'}")
            self.golden(out, {"transform": "exact"}, "scikit-learn 1.9.1")
            stored.add(out.read_bytes())
        self.assertEqual(len(stored), 1)
        # without --expected, they are recorded for lists and sparse results too
        for name in ["extra_outputs", "encoder", "extra_log_loss"]:
            folder, model, _ = self.case(name)
            self.check(0, "convert", model, out, "--samples", folder / "X.npy")
            report = json.loads(self.check(0, "validate", "--json", out)[0].splitlines()[0])
            self.assertTrue(report["golden"]["origin"].startswith("pratique"))
        folder, model, _ = self.case("ct_mixed")
        self.check(2, "convert", model, out, "--samples", folder / "X.jsonl", err="output.format")
        self.check(2, "convert", model, out, "--samples", "-", err="takes a file")

    def golden(self, prq, contracts, origin):
        report = json.loads(self.check(0, "validate", "--json", prq)[0].splitlines()[0])
        self.assertEqual({m["name"]: m["contract"] for m in report["golden"]["methods"]}, contracts)
        self.assertEqual((report["golden"]["origin"], report["stage"]), (origin, "golden"))

    def test_text_beside_numbers_is_written(self):
        folder, model, _ = self.case("ct_mixed")
        theirs = [json.loads(line) for line in (folder / "transform.jsonl").read_text().splitlines()]
        for samples in ["X.csv", "X.jsonl"]:
            out = self.folder / "y.jsonl"
            self.check(0, "predict", model, "--input", folder / samples, "--output", out)
            rows = [json.loads(line) for line in out.read_text().splitlines()]  # by names of columns
            self.assertEqual([list(row.values()) for row in rows], theirs)
        text, _ = self.check(0, "predict", model, "--input", folder / "X.csv")
        self.assertEqual(len(list(csv.reader(text.splitlines()))), len(theirs) + 1)
        self.check(2, "predict", model, "--input", folder / "X.csv", "--output", self.folder / "y.npy",
                   err=["output.format", ".csv or .jsonl"])

    def test_inspect_tells_how_to_write_the_input(self):
        _, model, _ = self.case("ct_dense")
        told = json.loads(self.check(0, "inspect", "--json", model)[0].splitlines()[0])
        values = {f["name"]: f.get("values") for f in told["input"]["features"]}
        self.assertEqual(values["city"], ["Köln", "São Paulo", "Zürich", "Łódź", "東京"])
        self.assertIsNone(values["age"])
        self.assertEqual([(m["name"], m["dtype"]) for m in told["methods"]], [("transform", "float64")])
        self.check(0, "inspect", model, out=["'city': text: 'Köln', 'São Paulo'"])
        _, model, _ = self.case("encoder")
        told = json.loads(self.check(0, "inspect", "--json", model)[0].splitlines()[0])
        self.assertTrue(told["methods"][0]["sparse"])

    def test_stages_are_columns_and_arrays(self):
        folder, model, case = self.case("hist_staged_word3")
        with zipfile.ZipFile(folder / "answers.zip") as answers:
            X = self.file("X.npy", answers.read("X.npy"))
        header = self.check(0, "predict", model, "--input", X, "--method", "staged_predict_proba")[0].splitlines()[0]
        self.assertEqual(header.split(",")[3:5], ["staged_predict_proba_1_low", "staged_predict_proba_1_mittel"])
        header = self.check(0, "predict", model, "--input", X, "--method", "staged_predict")[0].splitlines()[0]
        self.assertEqual(header, ",".join(f"staged_predict_{s}" for s in range(len(case["outputs"]["staged_predict"]))))
        out = self.folder / "y.npz"
        self.check(0, "predict", model, "--input", X, "--method", "staged_predict", "--output", out)
        with zipfile.ZipFile(out) as archive:
            self.assertEqual(len(archive.namelist()), len(case["outputs"]["staged_predict"]))

    def test_images(self):
        folder, model, case = self.case("patches_colour")
        with zipfile.ZipFile(folder / "answers.zip") as answers:
            X, want = self.file("X.npy", answers.read("X.npy")), self.file("want.npy", answers.read("transform.npy"))
        out, lines, prq = self.folder / "y.npy", self.folder / "y.jsonl", self.folder / "m.prq"
        self.check(0, "predict", model, "--input", X, "--output", out, "--threads", "2")
        self.assertEqual(out.read_bytes(), want.read_bytes())
        self.check(0, "predict", model, "--input", X, "--output", lines)
        first = json.loads(lines.read_text().splitlines()[0])
        self.assertEqual((len(first), len(first[0]), len(first[0][0])), (3, 2, 3))
        text, _ = self.check(0, "predict", model, "--input", X)
        self.assertTrue(text.startswith("transform_0_0_0,transform_0_0_1,"))
        self.check(0, "convert", model, prq, "--samples", X, "--expected", f"transform={want}")
        self.golden(prq, {"transform": "exact"}, "scikit-learn 1.9.1")
        self.check(1, "convert", model, self.folder / "w.prq", "--samples", X, "--expected", f"transform={X}",
                   err=["golden.mismatch", "an array of shape ("])
        told = json.loads(self.check(0, "inspect", "--json", prq)[0])
        self.assertEqual((told["input"]["rows"], told["input"]["accepts"]), ("images", ["images"]))
        [transform] = told["methods"]
        self.assertEqual((transform["name"], transform["dtype"], "shape" in transform), ("transform", "float64", False))
        self.check(0, "inspect", model, out=("input: images (.npy", "transform: images, as many as each of X has patches"))
        for other, why in (("frame.csv", "input.format"), ("csr.npz", "input.format"), ("f8.npy", "input.images")):
            self.check(2, "predict", model, "--input", DATA / other, err=why)
        self.check(2, "predict", CASE / "model.joblib", "--input", X, err="Found array with dim 4")

    def test_results_of_three_dimensions(self):
        folder, model, case = self.case("gradient_leaves")
        with zipfile.ZipFile(folder / "answers.zip") as answers:
            X, want = self.file("X.npy", answers.read("X.npy")), answers.read("apply.npy")
        out = self.folder / "y.npy"
        self.check(0, "predict", model, "--input", X, "--method", "apply", "--output", out)
        self.assertEqual(out.read_bytes(), want)
        told = json.loads(self.check(0, "inspect", "--json", model)[0])
        apply = next(m for m in told["methods"] if m["name"] == "apply")
        rows, stages, classes = ["n", *apply["shape"][1:]]
        self.assertEqual((rows, stages * classes), ("n", apply["columns"]))
        text, _ = self.check(0, "predict", model, "--input", X, "--method", "apply")
        header = text.splitlines()[0].split(",")
        self.assertEqual(header, [f"apply_{s}_{label}" for s in range(stages) for label in told["classes"][0]])
        self.assertEqual(header, apply["column_names"])
        lines = self.folder / "y.jsonl"
        self.check(0, "predict", model, "--input", X, "--method", "apply", "--output", lines)
        nested = [json.loads(line) for line in lines.read_text().splitlines()]
        flat = [[float(cell) for cell in row.split(",")] for row in text.splitlines()[1:]]
        self.assertEqual([sum(row, []) for row in nested], flat)
        self.assertEqual({(len(row), len(row[0])) for row in nested}, {(stages, classes)})

    def test_records_come_back(self):
        for name, kind in (("dicts_back", dict), ("multilabel_back", list)):
            folder, model, _ = self.case(name)
            with zipfile.ZipFile(folder / "answers.zip") as answers:
                X, want = self.file("X.npy", answers.read("X.npy")), answers.read("inverse_transform.jsonl").decode()
            out = self.folder / "y.jsonl"
            self.check(0, "predict", model, "--input", X, "--method", "inverse_transform", "--output", out)
            rows = [json.loads(line) for line in out.read_text().splitlines()]
            self.assertEqual(rows, [json.loads(line) for line in want.splitlines()])
            self.assertEqual({type(row) for row in rows}, {kind})
            self.check(2, "predict", model, "--input", X, "--method", "inverse_transform", err=["output.format", "write .jsonl"])
            example = json.loads(self.check(0, "inspect", "--json", model)[0])["input"]["example"]
            self.check(0, "predict", model, "--input", self.file("e.jsonl", json.dumps(example) + "\n"), "--method", "transform")

    def with_golden(self, case, method):
        """The .prq of a case with its rows and answers as golden samples, which hold; and the rows."""
        folder, model, _ = self.case(case)
        with zipfile.ZipFile(folder / "answers.zip") as answers:
            X, want = self.file("X.npy", answers.read("X.npy")), self.file("want.npy", answers.read(f"{method}.npy"))
        prq = self.folder / "m.prq"
        self.check(0, "convert", model, prq, "--samples", X, "--expected", f"{method}={want}")
        self.check(0, "validate", prq, out=f"golden: {method} on")
        return prq, X

    def test_covariances_are_of_all_rows(self):
        prq, X = self.with_golden("gpr_cov", "predict_cov")
        header = self.check(0, "predict", prq, "--input", X, "--method", "predict_cov")[0].splitlines()[0]
        self.assertEqual(header.split(",")[:2], ["predict_cov_0", "predict_cov_1"])
        example = json.dumps(json.loads(self.check(0, "inspect", "--json", prq)[0])["input"]["example"]) + "\n"
        self.check(2, "predict", prq, "--input", self.file("long.jsonl", 4097 * example), "--method", "predict_cov", err="input.batch")

    def test_golden_samples_of_what_is_solved_together(self):
        self.with_golden("nmf", "transform")

    def test_rows_whose_answers_depend_on_each_other_come_in_one_piece(self):
        _, model, _ = self.case("nmf")
        methods = {m["name"]: m for m in json.loads(self.check(0, "inspect", "--json", model)[0])["methods"]}
        self.assertTrue(methods["transform"]["all_rows"])
        self.assertNotIn("all_rows", methods["inverse_transform"])
        # More rows, and more bytes, than any reader gives at once. The last ones are solved only with all others.
        rows, width = 20_000, json.loads(self.check(0, "inspect", "--json", model)[0])["input"]["n_features"]
        values = [[(7 * i + 3 * j) % 11 / 4 for j in range(width)] for i in range(rows)]
        lines = "".join(json.dumps(row) + "\n" for row in values)
        inputs = {
            "X.npy": npy(values),
            "X.csv": (",".join(f"c{j}" for j in range(width)) + "\n" + "".join(",".join(map(str, row)) + "\n" for row in values)).encode(),
            "X.jsonl": lines.encode(),
        }
        answers = {name: self.check(0, "predict", model, "--input", self.file(name, content), "--method", "transform")[0]
                   for name, content in inputs.items()}
        answers["threads"] = self.check(0, "predict", model, "--input", self.file("X.npy", inputs["X.npy"]), "--method", "transform",
                                        "--threads", "2")[0]
        answers["pipe"] = self.check(0, "predict", model, "--input", "-", "--method", "transform", "--output", self.folder / "pipe.csv",
                                     stdin=lines.encode()) and (self.folder / "pipe.csv").read_text()
        self.assertEqual(len(answers["X.npy"].splitlines()), rows + 1)
        self.assertEqual({name for name, answer in answers.items() if answer != answers["X.npy"]}, set())

    def test_validate_says_what_a_model_takes_and_gives(self):
        for name in ("ct_dense", "forest", "gpr_cov", "label_encoder_words"):
            _, model, _ = self.case(name)
            shown, told = (json.loads(self.check(0, command, "--json", model)[0].splitlines()[0]) for command in ("inspect", "validate"))
            self.assertEqual(told["model"], {key: shown[key] for key in ("type", "input", "methods", "classes")})
            for method in told["model"]["methods"]:
                self.assertLessEqual({"name", "gives", "shape", "dtype"}, method.keys(), (name, method))
        _, model, _ = self.case("forest")
        methods = {m["name"]: m for m in json.loads(self.check(0, "inspect", "--json", model)[0])["methods"]}
        self.assertEqual(methods["predict"]["shape"], ["n"])
        self.assertEqual(methods["predict_proba"]["shape"], ["n", len(methods["predict_proba"]["column_names"])])

    def test_set_output_is_reported(self):
        _, model, _ = self.case("ct_pandas")
        shown, told = (json.loads(self.check(0, command, "--json", model)[0].splitlines()[0]) for command in ("inspect", "validate"))
        self.assertEqual(shown["set_output"], told["set_output"])
        self.assertIn({"path": "model ColumnTransformer", "transform": "pandas"}, told["set_output"])
        self.assertGreaterEqual(told["set_output_total"], len(told["set_output"]))
        self.check(0, "inspect", model, out="set_output: model ColumnTransformer: in scikit-learn transform gives frames of pandas")
        self.check(0, "validate", model, out="set_output: model ColumnTransformer: in scikit-learn")
        _, model, _ = self.case("ct_dense")
        self.assertEqual(json.loads(self.check(0, "validate", "--json", model)[0].splitlines()[0])["set_output"], [])

    def test_a_line_for_a_line(self):
        _, model, _ = self.case("ct_dense")
        rows = (self.case("ct_dense")[0] / "X.jsonl").read_bytes().splitlines(keepends=True)
        predict = subprocess.Popen([TOOL, "predict", model, "--input", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        out = io.BufferedReader(predict.stdout)
        answers = []
        for i, row in enumerate(rows):
            predict.stdin.write(row)
            if i == 0:
                out.readline()  # the header
            answers.append(out.readline())
        predict.stdin.close()
        self.assertEqual(out.read(), b"")
        self.assertEqual(predict.wait(timeout=60), 0)
        whole, _ = self.check(0, "predict", model, "--input", self.case("ct_dense")[0] / "X.jsonl")
        self.assertEqual(b"".join(answers).decode(), whole.split("\n", 1)[1])

    def test_columns_by_name(self):
        folder, model, _ = self.case("ct_dense")
        expected, _ = self.check(0, "predict", model, "--input", folder / "X.csv")
        with open(folder / "X.csv", newline="") as f:
            rows = list(csv.DictReader(f))
        names = list(rows[0])
        turned = self.folder / "turned.csv"
        with open(turned, "w", newline="") as f:
            writer = csv.DictWriter(f, ["extra", *reversed(names)])
            writer.writeheader()
            writer.writerows({"extra": "x", **row} for row in rows)
        self.assertEqual(self.check(0, "predict", model, "--input", turned)[0], expected)
        text = turned.read_text().replace(names[0], "other")
        self.check(2, "predict", model, "--input", self.file("less.csv", text), err=["input.missing_column", names[0]])

    def test_errors_count_rows_of_the_whole_input(self):
        rows = "".join("[1,2,3]\n" for _ in range(9000)) + "[1,null,3]\n"
        path = self.file("x.jsonl", rows)
        width = json.loads((CASE / "case.json").read_text())["n_features"]
        path.write_text("".join(json.dumps([1.0] * width) + "\n" for _ in range(9000)) + json.dumps([1.0] * (width - 1) + [None]) + "\n")
        for threads in [1, 3]:
            self.check(2, "predict", self.model(), "--input", path, "--threads", threads, err="row 9000,")

    def test_a_csv_without_a_header(self):
        width = json.loads((CASE / "case.json").read_text())["n_features"]
        row = ",".join(["0.5"] * width) + "\n"
        bare = self.file("bare.csv", row * 3)
        self.check(2, "predict", self.model(), "--input", bare, err=["input.header", "--no-header"])
        text, _ = self.check(0, "predict", self.model(), "--input", bare, "--no-header")
        self.assertEqual(len(text.splitlines()), 1 + 3)
        counted = self.file("counted.csv", ",".join(map(str, range(width))) + "\n" + row)  # pandas' own names
        self.check(0, "predict", self.model(), "--input", counted)
        self.check(2, "predict", self.model(), "--input", CASE / "X.npy", "--no-header", err="input.format")

    def test_slips_are_told_as_what_they_are(self):
        self.check(2, "predict", self.model(), CASE / "X.npy", err=["--input", "X.npy"])
        self.check(2, "predict", self.model(), "--input", "-", stdin=b"a,b\n1,2\n", err=["looks like CSV", "JSON Lines"])
        width = json.loads((CASE / "case.json").read_text())["n_features"]
        parted = self.file("parted.csv", ";".join("abcdefghijklm"[:width]) + "\n" + ";".join(["1"] * width) + "\n")
        self.check(2, "predict", self.model(), "--input", parted, err=["input.width", "has commas between its columns"])
        self.check(2, "predict", self.model(), "--input", self.file("x.csv", "a\n1\n\n2\n"), err=["blank line", '""'])

    def test_what_columns_cannot_hold(self):
        for line, code in [('{"a": [1]}', "input.nested"), ('{"a": 1}\n{"a": "x"}', "input.mixed_column"), ("7", "input.jsonl"),
                           ('{"a": NaN}', "input.jsonl")]:
            self.check(2, "predict", self.model(), "--input", self.file("x.jsonl", line), err=[code, "line ", "help: "])
            if "\n" not in line:  # a pipe is predicted line by line
                self.check(2, "predict", self.model(), "--input", "-", stdin=line.encode(), err=[code, "line "])

    def test_documents_are_no_columns(self):
        for documents in [self.file("x.jsonl", '"one two"\n"three"\n'), DATA / "documents.npy"]:
            self.check(2, "predict", self.model(), "--input", documents, err=["input.width", "the model takes columns"])

    def test_nothing_that_is_read_is_overwritten(self):
        model, rows = self.model(), shutil.copy(CASE / "X.npy", self.folder / "X.npy")
        os.link(rows, self.folder / "same.npy")
        for out in [model, rows, self.folder / "same.npy"]:
            self.check(2, "predict", model, "--input", rows, "--output", out, err="would replace")

    def test_standard_streams_of_convert(self):
        done = subprocess.run([TOOL, "convert", "-", "-"], input=(CASE / "model.joblib").read_bytes(), capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check(0, "convert", CASE / "model.joblib", self.folder / "m.prq")
        self.assertEqual(done.stdout, (self.folder / "m.prq").read_bytes())

    def test_diff_reads_in_chunks_and_compares_every_kind(self):
        for name in ["extra_outputs", "encoder", "linreg"]:
            folder, model, case = self.case(name)
            self.check(0, "diff", model, model, "--input", folder / case["input"], out=f"{case['rows']} rows): equal")
        a, b = self.model(), MODELS / "1.9.1" / "linreg" / "model.joblib"
        width = json.loads((CASE / "case.json").read_text())["n_features"]
        rows = self.file("x.csv", ",".join(f"c{j}" for j in range(width)) + "\n" + (",".join("1" * width) + "\n") * 9999)
        out, _ = self.check(0, "diff", "--json", a, a, "--input", rows)
        self.assertEqual(json.loads(out)["predictions"]["rows"], 9999)
        self.check(0, "diff", "--json", a, a, "--input", "-", stdin=b"[1" + b",1" * (width - 1) + b"]\n", out='"rows":1,')

    def test_memory_does_not_grow_with_the_input(self):
        width = json.loads((CASE / "case.json").read_text())["n_features"]
        row = [0.123456789 * j for j in range(width)]
        line = {"csv": ",".join(map(str, row)) + "\n", "jsonl": json.dumps(row) + "\n",
                "npy": array.array("d", row).tobytes().decode("latin-1")}
        for kind in ["csv", "jsonl", "npy"]:
            peaks = []
            for rows in [20_000, 500_000]:
                shape = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {width}), }}"
                head = {"csv": ",".join(f"c{j}" for j in range(width)) + "\n", "jsonl": "",
                        "npy": "\x93NUMPY\1\0v\0" + shape.ljust(117) + "\n"}
                path = self.folder / f"x.{kind}"
                with open(path, "w", encoding="latin-1", newline="") as f:
                    f.write(head[kind])
                    for _ in range(rows // 1000):  # this process's own memory counts for its child's, until it is replaced
                        f.write(line[kind] * 1000)
                peaks.append(self.peak("predict", CASE / "model.joblib", "--input", path, "--output", self.folder / "y.npy"))
                self.assertEqual((self.folder / "y.npy").stat().st_size, 128 + 8 * rows)
            self.assertLess(peaks[1] - peaks[0], 4 << 10, (kind, peaks))  # KiB; the larger input has 16 MiB or more

    def peak(self, *arguments):
        """The most memory that a run had resident, in KiB."""
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        child = os.posix_spawn(TOOL, [TOOL, *map(str, arguments)], environment)
        _, status, usage = os.wait4(child, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        return usage.ru_maxrss


if __name__ == "__main__":
    main()
