#!/usr/bin/env python3
"""scan and validate: verdicts, and whatever a file system can hold."""
import json
import os
import pathlib
import pty
import shutil
import signal
import socket
import subprocess
import unittest
import zlib

from tool import ATTACKS, CASE, DATA, HOSTILE, HOSTILE_TEXT, MODELS, TOOL, UNKNOWN_CALL, UNKNOWN_CLASS, Runs, main, run


class Scans(Runs):
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
                "written_by", "types", "types_total", "findings", "findings_total", "dropped", "dropped_total", "ms"}
        self.assertLessEqual(keys, set(report))

    def test_types_are_named_in_a_refusal_too(self):
        for content, code, status in [(HOSTILE, 1, "dangerous"), (UNKNOWN_CALL, 1, "unknown")]:
            out, _ = self.check(code, "scan", "--json", self.file("x.pkl", content))
            self.assertIn(status, [t["status"] for t in json.loads(out.splitlines()[0])["types"]])

    def test_explains_what_it_finds(self):
        out, _ = self.check(1, "scan", "--json", self.file("x.pkl", HOSTILE))
        code = json.loads(out.splitlines()[0])["findings"][0]["code"]
        self.check(0, "explain", code, out=code)


def parent(process):
    """The parent of a process in /proc; None for one that has ended."""
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return None


class Robust(Runs):
    """A scan over whatever a file system can hold."""

    def test_a_worker_that_is_killed_is_one_result(self):
        model, hostile = self.model(), self.file("h.pkl", HOSTILE)
        log = self.folder / "log.sarif"
        scan = subprocess.Popen([TOOL, "scan", "--json", "--jobs", "2", "--sarif", log, "-", model, hostile],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        children = []
        while not children:  # the first one reads standard input, which does not end
            children = sorted(int(p.name) for p in pathlib.Path("/proc").iterdir() if p.name.isdigit() and parent(p) == scan.pid)
        os.kill(children[0], signal.SIGKILL)
        out, _ = scan.communicate(timeout=60)
        records = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(r["verdict"], r["reason"]) for r in records[:-1]],
                         [("unchecked", "internal"), ("accepted", ""), ("rejected", "dangerous")])
        self.assertIn("signal 9", records[0]["findings"][0]["message"])
        self.assertEqual((scan.returncode, records[-1]["record"]), (1, "end"))
        self.assertEqual(len(json.loads(log.read_text())["runs"][0]["results"]), 2)

    def test_names(self):
        names = [b"new\nline.pkl", b"new\\x0aline.pkl", b"\xff\xfe.pkl", b"tab\t.pkl", b"\x1b[31m.pkl", "日本.pkl".encode(), b"-", b" "]
        for name in names:
            with open(os.fsencode(self.folder) + b"/" + name, "wb") as f:
                f.write(HOSTILE)
        out, _ = self.check(1, "scan", "--json", self.folder)
        files = [json.loads(line)["file"].removeprefix(f"{self.folder}/") for line in out.splitlines()[:-1]]
        shown = ["new\\x0aline.pkl", "new\\\\x0aline.pkl", "\\xff\\xfe.pkl", "tab\\x09.pkl", "\\x1b[31m.pkl", "日本.pkl", "-", " "]
        self.assertEqual(sorted(files), sorted(shown))
        out, _ = self.check(1, "scan", self.folder, "--sarif", self.folder / "log")
        self.assertEqual(len([line for line in out.splitlines() if not line.startswith("  ")]), len(names) + 1)
        nul = self.file("nul", b"\0".join(os.fsencode(self.folder) + b"/" + name for name in names))
        self.check(1, "scan", "--files-from", nul, "-0", out=f"{len(names)} files")

    def test_what_is_no_file_is_never_opened(self):
        os.mkfifo(self.folder / "pipe")
        with socket.socket(socket.AF_UNIX) as listening:
            here = os.getcwd()
            os.chdir(self.folder)
            listening.bind("socket")  # its path must be short
            os.chdir(here)
            os.symlink("/dev/zero", self.folder / "zero")
            self.assertEqual(set(self.verdicts(2, self.folder).values()), {("unchecked", "io")})
            out, _ = self.check(2, "scan", "--json", self.folder)
            codes = [json.loads(line)["findings"][0]["code"] for line in out.splitlines()[:-1]]
            self.assertEqual(codes, ["io.device", "io.device", "io.symlink"])
            self.check(2, "scan", self.folder / "zero", out="io.device")
            self.check(2, "scan", self.folder / "socket", out="io.device")
        for command in [["predict", self.model(), "--input", self.folder / "pipe"], ["inspect", self.folder / "pipe"],
                        ["convert", self.folder / "pipe", self.folder / "o.prq"], ["scan", "--files-from", self.folder / "pipe"],
                        ["scan", ".", "--policy", self.folder / "pipe"]]:
            self.check(2, *command)

    def test_paths_longer_than_the_system_takes(self):
        here = os.open(self.folder, os.O_RDONLY)
        for _ in range(20):
            os.mkdir("d" * 250, dir_fd=here)
            deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        os.close(here)
        self.file("z.pkl", HOSTILE)
        got = self.verdicts(1, self.folder)
        self.assertEqual(sorted(got.values()), [("rejected", "dangerous"), ("unchecked", "io")])

    @unittest.skipIf(os.geteuid() == 0 and not os.access("/usr/bin/setpriv", os.X_OK), "root reads everything")
    def test_a_folder_that_cannot_be_read(self):
        self.model("open.joblib")
        self.file("closed/x.pkl", HOSTILE)
        self.file("secret.pkl", HOSTILE)
        os.chmod(self.folder, 0o755)
        os.chmod(self.folder / "closed", 0)
        os.chmod(self.folder / "secret.pkl", 0)
        self.addCleanup(os.chmod, self.folder / "closed", 0o700)
        tool = [TOOL]
        if os.geteuid() == 0:
            tool = ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", shutil.copy(TOOL, self.folder / "tool")]
        done = subprocess.run([*tool, "scan", "--json", "--exclude", "tool", self.folder], capture_output=True, timeout=120)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(r["verdict"], r["findings"][0]["code"] if r["findings"] else "") for r in records[:-1]],
                         [("unchecked", "io.denied"), ("accepted", ""), ("unchecked", "io.denied")])
        self.assertEqual(done.returncode, 2)

    def test_each_file_once(self):
        self.model("d/m.joblib")
        self.file("d/readme.md", "# text\n")
        os.symlink("d", self.folder / "link")
        os.mkdir(self.folder / "d/sub")
        d = self.folder / "d"
        self.assertEqual(len(self.verdicts(0, d, d, f"{d}/", d / "m.joblib", f"{d}/./m.joblib", self.folder / "link/m.joblib")), 2)
        # A name outranks a find: text that is named is unchecked.
        for arguments in [(d, d / "readme.md"), (d / "readme.md", d)]:
            self.assertEqual(self.verdicts(2, *arguments)["d/readme.md"], ("unchecked", "unsupported"))
        # Where a link leads elsewhere, ".." does, too.
        os.symlink(d / "sub", self.folder / "away")
        self.file("m.joblib", HOSTILE)
        self.assertEqual(len(self.verdicts(1, self.folder / "m.joblib", f"{self.folder}/away/../m.joblib")), 2)

    def test_folders_that_overlap(self):
        for name in ["d/a.pkl", "d/sub/b.pkl", "d/sub/deep/c.pkl", "d/z.pkl"]:
            self.file(name, UNKNOWN_CLASS)
        d = self.folder / "d"
        self.assertEqual(list(self.verdicts(2, d)), ["d/a.pkl", "d/sub/b.pkl", "d/sub/deep/c.pkl", "d/z.pkl"])
        self.assertEqual(list(self.verdicts(2, d / "sub", d)), ["d/sub/b.pkl", "d/sub/deep/c.pkl", "d/a.pkl", "d/z.pkl"])
        self.assertEqual(list(self.verdicts(2, d, d / "sub", d / "sub/deep/c.pkl")),
                         ["d/a.pkl", "d/sub/b.pkl", "d/sub/deep/c.pkl", "d/z.pkl"])
        # What the first folder leaves out by its path, the second has by another.
        self.assertEqual(list(self.verdicts(2, d, d / "sub", "--exclude", "sub/deep")),
                         ["d/a.pkl", "d/sub/b.pkl", "d/z.pkl", "d/sub/deep/c.pkl"])

    def test_quiet(self):
        self.model("d/a.joblib")
        self.file("d/readme.md", "# text\n")
        out, _ = self.check(0, "scan", "--quiet", self.folder / "d", out="2 files: 1 accepted, 1 not_a_model")
        self.assertEqual(len(out.splitlines()), 1)
        self.file("d/b.pkl", HOSTILE)
        out, _ = self.check(1, "scan", "--quiet", self.folder / "d", out=["b.pkl: rejected: dangerous", "3 files"])
        self.assertNotIn("a.joblib", out)
        out, _ = self.check(1, "scan", "--quiet", "--json", self.folder / "d")
        self.assertEqual([json.loads(line)["record"] for line in out.splitlines()], ["file", "end"])

    def test_data_beside_a_model_is_no_model(self):
        self.model("d/model.joblib")
        for name in ["f8.npy", "text.npy", "structured.npy", "complex.npy", "csr.npz", "list.npz", "frame.csv", "frame.jsonl"]:
            shutil.copy(DATA / name, self.folder / "d" / name)
        got = self.verdicts(0, self.folder / "d")
        self.assertEqual({v for k, v in got.items() if "model" not in k}, {("not_a_model", "")})
        self.check(2, "scan", self.folder / "d/f8.npy", out=["unchecked: unsupported", "format.not_a_model"])
        # Objects, and what is not whole, are not taken for data.
        whole = (DATA / "f8.npy").read_bytes()
        for name, content in [("cut.npy", whole[:-1]), ("long.npy", whole + b"x"), ("o.npy", (DATA / "object.npy").read_bytes())]:
            path = self.file(f"d/{name}", content)
            self.assertEqual(self.verdicts(2, self.folder / "d")[f"d/{name}"], ("unchecked", "unsupported"))
            path.unlink()
        shutil.copy(ATTACKS / "files/in_npy_exec.npy", self.folder / "d/x.npy")
        self.assertEqual(self.verdicts(1, self.folder / "d")["d/x.npy"], ("rejected", "dangerous"))

    def test_progress_is_one_line_of_a_terminal(self):
        for i in range(5):
            self.file(f"{i}.pkl", HOSTILE)
        terminal, end = pty.openpty()
        done = subprocess.run([TOOL, "scan", "--json", self.folder], stdout=subprocess.PIPE, stderr=end, timeout=60)
        os.close(end)
        shown = b""
        try:  # the kernel hands over what was written in parts of its own choice, until EIO: the other end is closed
            while part := os.read(terminal, 1 << 16):
                shown += part
        except OSError:
            pass
        os.close(terminal)
        shown = shown.decode()
        self.assertIn("\r5 files", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)
        self.assertNotIn("\n", shown)
        self.assertEqual(len([json.loads(line) for line in done.stdout.splitlines()]), 6)

    def test_a_reader_that_goes_away(self):
        self.model("d/a.joblib")
        for i in range(300):
            self.model(f"d/{i}.joblib")
        for content, code in [(None, 2), (HOSTILE, 1)]:
            if content:
                self.file("d/z.pkl", content)
            scan = subprocess.Popen([TOOL, "scan", "--json", self.folder / "d"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            scan.stdout.close()
            self.assertEqual(scan.wait(timeout=120), code)
        predict = subprocess.Popen([TOOL, "predict", self.model(), "--input", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        predict.stdout.close()
        _, err = predict.communicate(b"[1,2,3,4]\n" * 10)
        self.assertEqual(predict.returncode, 2, err)

    def test_no_size_is_too_large_to_be_looked_at(self):
        """Scanners have limits of size, beyond which they look at nothing: an attack stands behind 300 MB of zeros."""
        size = 300 << 20
        with open(self.folder / "large.pkl", "wb") as file:  # sparse: it takes no room on the disk
            file.write(b"\x80\x04\x8e" + size.to_bytes(8, "little"))
            file.seek(size, os.SEEK_CUR)
            file.write(b"0" + HOSTILE[2:])
        self.check(1, "scan", self.folder, out="rejected: dangerous")

    def test_streams_are_used_once(self):
        self.check(2, "scan", "-", "--files-from", "-", err="not both")
        self.check(2, "predict", "-", "--input", "-", err="cannot both")
        self.check(2, "diff", "-", "-", err="only one")

    def test_validate_agrees_with_scan(self):
        attacks = sorted((ATTACKS / "files").iterdir())
        cases = sorted(p for p in MODELS.glob("*/*/model.*"))[::40] + sorted((MODELS.parent / "every_estimator").rglob("*.joblib"))[::40]
        self.assertGreater(len(attacks), 100)
        self.assertGreater(len(cases), 40)
        files = [p for p in attacks + cases if p.is_file()]
        listed = self.file("list", b"\0".join(os.fsencode(p) for p in files))
        out, _ = self.check(1, "scan", "--json", "--jobs", 2, "--files-from", listed, "-0")
        records = [json.loads(line) for line in out.splitlines()[:-1]]
        self.assertEqual(len(records), len(files))
        for path, scanned in zip(files, records):
            _, out, _ = run("validate", "--json", path)
            validated = json.loads(out.splitlines()[0])
            scanned.pop("ms"), validated.pop("ms"), validated.pop("model", None)  # which is of one file
            self.assertEqual(scanned, validated, path)

    def test_every_name_that_is_refused_is_a_finding(self):
        globals_ = [b"acme.a\nA", b"os\nsystem", b"acme.b\nB", b"os\nsystem", b"builtins\nlist", b"posix\npopen",
                    b"imblearn.over_sampling\nSMOTE"]
        names = b"".join(b"c%s\n" % name for name in globals_)
        out, _ = self.check(1, "scan", "--json", self.file("x.pkl", b"\x80\x02(" + names + b"l."))
        record = json.loads(out.splitlines()[0])
        got = [(f["code"], f["message"].split()[3].rstrip(",")) for f in record["findings"]]
        self.assertEqual(got, [("type.dangerous", "os.system"), ("type.unknown", "acme.a.A"), ("type.unknown", "acme.b.B"),
                               ("type.dangerous", "posix.popen"), ("type.unsupported", "imblearn.over_sampling.SMOTE")])
        self.assertEqual((record["findings_total"], record["reason"]), (5, "dangerous"))
        status = {t["name"]: t["status"] for t in record["types"]}
        self.assertEqual(status, {"acme.a.A": "unknown", "os.system": "dangerous", "acme.b.B": "unknown", "builtins.list": "allowed",
                                  "posix.popen": "dangerous", "imblearn.over_sampling.SMOTE": "unknown"})
        many = b"".join(b"cacme\nC%d\n" % i for i in range(250))
        out, _ = self.check(2, "scan", "--json", self.file("many.pkl", b"\x80\x02(" + many + b"l."))
        record = json.loads(out.splitlines()[0])
        self.assertEqual((len(record["findings"]), len({f["message"] for f in record["findings"]})), (100, 100))
        self.assertGreaterEqual(record["findings_total"], 250)
        # Lists end somewhere; the counts do not.
        many = b"".join(b"cacme\nC%d\n" % i for i in range(2500))
        out, _ = self.check(2, "scan", "--json", self.file("more.pkl", b"\x80\x02(" + many + b"l."))
        record = json.loads(out.splitlines()[0])
        self.assertEqual((len(record["types"]), record["types_total"], {t["status"] for t in record["types"]}), (1000, 2500, {"unknown"}))
        self.assertEqual(len(record["findings"]), 100)
        self.assertGreaterEqual(record["findings_total"], 2500)

    def test_sarif_has_what_its_schema_requires(self):
        self.file("d/a.pkl", HOSTILE), self.file("d/b c.pkl", UNKNOWN_CLASS), self.file("d/t.txt", "text"), self.model("d/m.joblib")
        os.symlink("a.pkl", self.folder / "d/link")
        log = self.folder / "log.sarif"
        self.check(1, "scan", self.folder / "d", "--sarif", log)
        sarif = json.loads(log.read_text())
        self.assertEqual(sarif["version"], "2.1.0")
        (run_,) = sarif["runs"]
        driver = run_["tool"]["driver"]
        self.assertEqual(driver["name"], "pratique")
        ids = [rule["id"] for rule in driver["rules"]]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual([r["ruleId"] for r in run_["results"]], ["type.dangerous", "type.unknown", "io.symlink"])
        for result in run_["results"]:
            self.assertIn(result["ruleId"], ids)
            self.assertIn(result["level"], ["none", "note", "warning", "error"])
            self.assertTrue(result["message"]["text"])
            for location in result["locations"]:
                self.assertRegex(location["physicalLocation"]["artifactLocation"]["uri"], r"^file:///[-._~/%A-Za-z0-9]+$")


if __name__ == "__main__":
    main()
