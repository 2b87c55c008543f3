#!/usr/bin/env python3
"""oss_fuzz.py REPOSITORY: what OSS-Fuzz would run, in an environment of OSS-Fuzz's kind whose cmake and zip only write down what they
are asked for: every target reaches $OUT with its seeds, options and dictionary, built with the caller's own flags.

Python's standard library only.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve()
TARGETS = sorted(path.stem for path in ROOT.glob("fuzz/*_fuzzer.cc"))
CMAKE = """#!/usr/bin/env bash
printf '%s\\n' "$@" >>"$WORK/cmake"
[[ $1 == --build ]] || exit 0
mkdir -p "$2/fuzz/seeds/load" && echo seed >"$2/fuzz/seeds/load/1"
for target; do case $target in *_fuzzer) echo program >"$2/fuzz/$target" ;; esac; done
"""
ZIP = """#!/usr/bin/env bash
[[ $3 == "$OUT"/* ]] && echo zip >"$3"
"""


class OssFuzz(unittest.TestCase):
    def run_script(self, script, work):
        bin_, out = work / "bin", work / "out"
        for folder in (bin_, out):
            folder.mkdir()
        for name, content in (("cmake", CMAKE), ("zip", ZIP)):
            (bin_ / name).write_text(content)
            (bin_ / name).chmod(0o755)
        environment = {"PATH": f"{bin_}:{os.environ['PATH']}", "OUT": str(out), "WORK": str(work), "SRC": str(work / "src"), "CC": "clang-x",
                       "CXX": "clang++-x", "CFLAGS": "-O1 -fsanitize=address", "CXXFLAGS": "-O1 -fsanitize=address -stdlib=libc++",
                       "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer"}
        done = subprocess.run(["bash", script], env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out, (work / "cmake").read_text().splitlines()

    def check(self, out, asked):
        self.assertEqual({path.name for path in out.iterdir() if "." not in path.name}, set(TARGETS))
        for flag in ("-DCMAKE_CXX_COMPILER=clang++-x", "-DCMAKE_CXX_FLAGS=-O1 -fsanitize=address -stdlib=libc++",
                     "-DCMAKE_C_FLAGS=-O1 -fsanitize=address", "-DPRATIQUE_FUZZING_ENGINE=-fsanitize=fuzzer", "-DPRATIQUE_LIBFUZZER=ON"):
            self.assertIn(flag, asked)
        options = (ROOT / "CMakeLists.txt").read_text() + (ROOT / "fuzz/CMakeLists.txt").read_text()
        for option in re.findall(r"-D(PRATIQUE_\w+)=", "\n".join(asked)):
            self.assertIn(option, options, "an option that the build does not have")
        for target in TARGETS:
            self.assertTrue((out / f"{target}.options").exists(), target)
        self.assertTrue((out / "load_fuzzer_seed_corpus.zip").exists())
        self.assertTrue((out / "gate_fuzzer_seed_corpus.zip").exists())
        dictionaries = sorted(out.glob("*.dict"))
        self.assertGreater(len(dictionaries), 8)
        for path in dictionaries:
            self.assertIn(path.stem, TARGETS)
            lines = path.read_text().splitlines()
            self.assertGreater(len(lines), 20, path)
            for line in lines:  # as libFuzzer reads them
                self.assertRegex(line, r'^"(?:[^"\\\x00-\x1f\x7f-\xff]|\\x[0-9a-f]{2})+"$', path)

    def test_in_the_tree(self):
        with tempfile.TemporaryDirectory() as work:
            self.check(*self.run_script(ROOT / "fuzz/oss-fuzz/build.sh", Path(work)))

    def test_as_oss_fuzz_and_cluster_fuzz_lite_run_it(self):
        """OSS-Fuzz copies the script to $SRC/build.sh, with the project below $SRC."""
        for script in ("fuzz/oss-fuzz/build.sh", ".clusterfuzzlite/build.sh"):
            with tempfile.TemporaryDirectory() as work:
                work = Path(work)
                (work / "src").mkdir()
                (work / "src/pratique").symlink_to(ROOT)
                (work / "src/build.sh").write_bytes((ROOT / script).read_bytes())
                self.check(*self.run_script(work / "src/build.sh", work))

    def test_the_images_have_what_the_build_needs(self):
        needed = {line.split()[0] for line in (ROOT / "scripts/packages").read_text().splitlines() if line and not line.startswith("#")}
        own = {"g++", "ccache", "mold", "python3", "python3-venv", "python3-dev", "python3-numpy", "python3-zstandard", "valgrind", "clang-format-19",
               "clang-19", "libclang-rt-19-dev", "llvm-19", "openjdk-17-jre-headless", "abigail-tools", "libre2-dev", "libicu-dev"}  # the image has a compiler, and only builds
        self.assertEqual(set((ROOT / "fuzz/oss-fuzz/packages").read_text().split()) - {"zip"}, needed - own)
        for docker in ("fuzz/oss-fuzz/Dockerfile", ".clusterfuzzlite/Dockerfile"):
            for copied in re.findall(r"^COPY (\S+) ", (ROOT / docker).read_text(), re.M):
                self.assertTrue((ROOT / copied).exists(), copied)

    def test_long_runs(self):
        """scripts/fuzz says how it is called, and knows every target."""
        for arguments in ([], ["all"], ["all", "x"], ["all", "1", "--jobs", "0"], ["nothing", "1"]):
            done = subprocess.run([ROOT / "scripts/fuzz", *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2, done.stderr)
        for target in TARGETS:
            self.assertIn(target.removesuffix("_fuzzer"), done.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
