#!/usr/bin/env python3
"""What can go wrong outside of the files: faults.py TOOL MODELS_FOLDER FAULTS_LIBRARY

Every call by which convert and predict read or write fails once, comes back early, or is the last one before SIGKILL (faults.c). After
each the output is the old file or the new one, whole; and after the next run nothing else stands beside it.
"""
import hashlib
import itertools
import json
import os
import resource
import shutil
import signal
import subprocess
import sys

from tool import ATTACKS, CASE, HOSTILE, MODELS, TOOL, Runs, main, run

LIBRARY = os.path.abspath(sys.argv[3])
OTHER = MODELS / "1.9.1" / "main_binary"


class Faults(Runs):
    def setUp(self):
        super().setUp()
        self.input = self.model()
        self.rows = shutil.copy(CASE / "X.npy", self.folder / "X.npy")
        self.out = self.folder / "out"
        self.out.mkdir()
        self.hit = self.folder / "hit"
        self.old = b"an older result"
        other = self.folder / "other.prq"
        self.check(0, "convert", OTHER / "model.joblib", other)
        self.prq = self.out / "m.prq", other.read_bytes(), ["convert", self.input, self.out / "m.prq"]
        self.npy = self.out / "p.npy", b"an older result", ["predict", self.input, "--input", self.rows, "--output", self.out / "p.npy"]

    def faulty(self, fault, command, **more):
        """The exit code under one fault; None when it did not come to it."""
        self.hit.unlink(missing_ok=True)
        environment = {**os.environ, "LD_PRELOAD": LIBRARY, "FAULT": fault, "FAULT_HIT": str(self.hit), **{k: str(v) for k, v in more.items()}}
        done = subprocess.run([TOOL, *map(str, command)], env=environment, capture_output=True, timeout=120)
        return (done.returncode, done.stdout.decode(), done.stderr.decode()) if self.hit.exists() else None

    def result(self, path):
        """The file, which stands alone in its folder."""
        self.assertEqual([p.name for p in self.out.iterdir()], [path.name])
        return path.read_bytes()

    def each(self, call, what):
        """Under every fault of this kind: what to expect, and what came of it."""
        for path, old, command in (self.prq, self.npy):
            for other in self.out.iterdir():
                other.unlink()
            self.assertEqual(run(*command)[0], 0)
            new = path.read_bytes()
            count = 0
            for n in itertools.count(1):
                path.write_bytes(old)
                done = self.faulty(f"{call}:{n}:{what}", command)
                if done is None:
                    break
                count += 1
                code, _, err = done
                yield path, old, new, command, code, f"{command[0]} {call}:{n}:{what}: {err}"
            self.assertGreater(count, 0, f"{command[0]} never calls {call}")

    def test_an_interrupted_call_is_made_again(self):
        for call in ("open", "read", "write"):
            for path, _, new, _, code, err in self.each(call, "EINTR"):
                self.assertEqual((code, self.result(path)), (0, new), err)

    def test_short_reads_and_writes(self):
        for path, old, command in (self.prq, self.npy):
            self.assertEqual(run(*command)[0], 0)
            new = path.read_bytes()
            for call in ("read", "write"):
                path.write_bytes(old)
                code, _, err = self.faulty(f"{call}:0:SHORT", command)
                self.assertEqual((code, self.result(path)), (0, new), err)
            path.unlink()

    def test_what_cannot_be_read_or_written_is_an_error_and_changes_nothing(self):
        for call, what in (("read", "EIO"), ("write", "ENOSPC"), ("write", "EIO"), ("fsync", "EIO"), ("rename", "ENOSPC"), ("open", "EIO"),
                           ("close", "EIO")):
            failed = 0
            for path, old, new, _, code, err in self.each(call, what):
                self.assertIn(code, (0, 2), err)
                failed += code == 2
                self.assertEqual(self.result(path), new if code == 0 else old, err)
                if code == 2:
                    self.assertRegex(err, r"\[io\.|never replaced")  # OUT cannot be read: it may be anything
                elif call not in ("open", "close", "fsync"):  # a folder need not be synced, what was read need not be closed
                    self.fail(f"{err} nobody said so")
            self.assertGreaterEqual(failed, 2, f"{call} {what}: convert and predict say so")

    def test_a_run_that_is_killed(self):
        for call in ("open", "read", "write", "fsync", "close", "rename"):
            for path, old, new, command, code, err in self.each(call, "KILL"):
                self.assertEqual(code, -signal.SIGKILL, err)
                self.assertIn(path.read_bytes(), (old, new), err)
                self.assertEqual(run(*command)[0], 0, err)
                self.assertEqual(self.result(path), new)

    def test_what_another_run_is_writing_stays(self):
        """The temporary file of a living run is no leftover."""
        path = self.file("out/p.csv", self.old)
        width = int(self.rows.read_bytes().split(b"'shape': (")[1].split(b", ")[1].split(b")")[0])
        slow = subprocess.Popen([TOOL, "predict", self.input, "--input", "-", "--output", path], stdin=subprocess.PIPE)
        slow.stdin.write(json.dumps([1] * width).encode() + b"\n")
        slow.stdin.flush()
        while len(list(self.out.iterdir())) < 2:
            self.assertIsNone(slow.poll())
        self.check(0, "predict", self.input, "--input", self.rows, "--output", path)
        self.assertEqual(len(list(self.out.iterdir())), 2)
        slow.communicate()
        self.assertEqual(slow.returncode, 0)
        self.assertEqual(len(self.result(path).splitlines()), 2)

    def test_a_file_that_changes_while_it_is_read(self):
        model = self.input.read_bytes()
        short, hostile = self.file("short", model[:100]), self.file("hostile", HOSTILE)
        path, old, command = self.prq
        self.assertEqual(run(*command)[0], 0)
        new = path.read_bytes()
        for other in (short, hostile, self.file("empty"), self.file("longer", model * 3), OTHER / "model.joblib"):
            for n in itertools.count(1):
                self.input.write_bytes(model)
                path.write_bytes(old)
                done = self.faulty(f"read:{n}:CHANGE", command, FAULT_WITH=other, FAULT_FILE=self.input)
                if done is None:
                    break
                with self.subTest(other=other, n=n):
                    self.assertIn(done[0], (0, 1, 2), done[2])
                    # What is written is the model that was read, and nothing of two files.
                    expected = {new} if done[0] == 0 else {old}
                    if other.parent == OTHER and done[0] == 0:
                        expected.add(old)
                    self.assertIn(self.result(path), expected)
        # What is accepted is what was hashed.
        digests = {hashlib.sha256(content).hexdigest(): accepted for content, accepted in ((model, True), (HOSTILE, False))}
        for n in itertools.count(1):
            self.input.write_bytes(model)
            done = self.faulty(f"read:{n}:CHANGE", ["validate", "--json", self.input], FAULT_WITH=hostile, FAULT_FILE=self.input)
            if done is None:
                break
            record = json.loads(done[1].splitlines()[0])
            if record["verdict"] == "accepted":
                self.assertTrue(digests[record["sha256"]])

    def test_rows_that_change_while_they_are_read(self):
        path, old, command = self.npy
        rows = self.rows.read_bytes()
        for other in (self.file("short", rows[:-8]), self.file("text", "no array at all"), self.file("empty"), self.file("longer", rows * 2)):
            for n in itertools.count(1):
                self.rows.write_bytes(rows)
                path.write_bytes(old)
                done = self.faulty(f"read:{n}:CHANGE", command, FAULT_WITH=other, FAULT_FILE=self.rows)
                if done is None:
                    break
                with self.subTest(other=other, n=n):
                    self.assertIn(done[0], (0, 2), done[2])
                    self.assertEqual(self.result(path) == old, done[0] == 2)

    def test_a_full_device(self):
        with open("/dev/full", "wb") as full:
            for command in (["predict", self.input, "--input", self.rows], ["scan", self.input], ["scan", "--json", self.input],
                            ["validate", self.input], ["inspect", self.input], ["types"]):
                done = subprocess.run([TOOL, *map(str, command)], stdout=full, stderr=subprocess.PIPE, timeout=120)
                self.assertEqual(done.returncode, 2, (command, done.stderr))
        (self.folder / "full.csv").symlink_to("/dev/full")
        self.check(2, "predict", self.input, "--input", self.rows, "--output", self.folder / "full.csv", err="io.write")


class Memory(Runs):
    """Loads under a hard cap of the address space: done, or refused by a limit, never a crash."""

    def capped(self, cap, *command):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (cap, cap))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        return subprocess.run([TOOL, *map(str, command)], capture_output=True, preexec_fn=limit, timeout=120)

    def own(self):
        """The address space that the process has before it does anything, to 1 MiB."""
        cap = 1 << 20
        while self.capped(cap, "--version").returncode != 0:
            cap += 1 << 20
        return cap

    def test_the_stated_factor_is_enough(self):
        own = self.own()
        for model in ("forest/model.joblib", "knn/model.joblib", "main_binary/model.joblib", "linreg/model.skops"):
            path = MODELS / "1.9.1" / model
            if not path.exists():
                path = next((MODELS / "1.9.1").glob(model.split("/")[0] + "*/model.*"))
            cap = own + 160 * path.stat().st_size + (32 << 20)
            for command in (["scan", path], ["validate", path], ["inspect", path]):
                done = self.capped(cap, *command)
                self.assertEqual(done.returncode, 0, (command, done.stdout, done.stderr))

    def test_too_little_is_refused(self):
        own = self.own()
        big = self.folder / "big.pkl"
        with open(big, "wb") as file:  # an array of 64 MiB of zeros, which takes no room on the disk
            file.write(b"\x80\x04B" + (64 << 20).to_bytes(4, "little"))
            file.seek(64 << 20, os.SEEK_CUR)
            file.write(b".")
        attacks = [ATTACKS / "files" / name for name in ("unfold_lists.pkl", "bomb_gzip.joblib", "prq_segment_zstd_bomb.prq", "deep.pkl")]
        for path in [big, *(a for a in attacks if a.exists())]:
            for cap in range(own, own + (160 << 20), 20 << 20):
                done = self.capped(cap, "scan", "--json", path)
                self.assertIn(done.returncode, (0, 1, 2), (path, cap - own, done.stderr[-300:]))

    def test_parameters_that_do_not_fit(self):
        path = self.parameters()
        for cap in range(self.own(), self.own() + (40 << 20), 1 << 19):
            done = self.capped(cap, "predict", path, "--input", path)
            self.assertIn(done.returncode, (1, 2), (cap, done.stderr[-300:]))

    def test_a_little_less_than_is_needed(self):
        """Then it is what cleans up that finds no memory: destructors of JSON allocate."""
        path, own = self.parameters(), self.own()
        other = self.folder / "other.prq"
        self.check(0, "convert", path, other)
        for command in (["scan", path], ["validate", path], ["inspect", "--json", path], ["convert", path, self.folder / "o.prq"],
                        ["diff", path, other], ["diff", "--json", other, path]):
            low, enough = own, own + (256 << 20)
            while enough - low > 1 << 14:
                middle = (low + enough) // 2
                low, enough = (low, middle) if self.capped(middle, *command).returncode == 0 else (middle, enough)
            for cap in range(enough - (3 << 19), enough, 1 << 15):
                done = self.capped(cap, *command)
                self.assertIn(done.returncode, (0, 1, 2), (command, enough - cap, done.stderr[-300:]))
                if done.returncode == 2 and command[0] != "scan":
                    self.assertRegex(done.stderr, b"memory", command)

    def parameters(self):
        """A pickle whose 60,000 parameters are JSON of megabytes."""
        sys.path.insert(0, str(MODELS.parent / "growth"))
        import writers

        path = self.folder / "parameters.pkl"
        path.write_bytes(writers.dumped(writers.scaler(1, **{f"a{i}": 1 for i in range(60000)})))
        return path


if __name__ == "__main__":
    main()
