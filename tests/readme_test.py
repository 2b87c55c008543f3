#!/usr/bin/env python3
"""readme_test.py BUILD_DIR: does what README.md says.

Its C++ is built with its CMake lines against the installed package and run; its `sh` blocks are run, in order, in a
folder that holds model.joblib, X.npy and models/ (from tests/models), with the tool on the PATH.
"""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "tests/models/1.3.2/main_binary"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)


def run(command, cwd, **environment):
    print("$", command if isinstance(command, str) else " ".join(map(str, command)), flush=True)
    return subprocess.run(command, cwd=cwd, check=True, env={**os.environ, **environment}, text=True, stdout=subprocess.PIPE).stdout


def main():
    build = Path(sys.argv[1]).resolve()
    work = build / "readme"
    shutil.rmtree(work, ignore_errors=True)
    (work / "models").mkdir(parents=True)
    for target in (work, work / "models"):
        shutil.copy(MODEL / "model.joblib", target)
    shutil.copy(MODEL / "X.npy", work)

    for script in blocks("sh"):
        print(run(["bash", "-euo", "pipefail", "-c", script], work, PATH=f"{build}:{os.environ['PATH']}"))
    assert (work / "p.npy").exists() and (work / "model.prq").exists()

    [program], [cmake] = blocks("cpp"), blocks("cmake")
    (work / "service").mkdir()
    (work / "service/main.cc").write_text(program)
    (work / "service/CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.25)\nproject(service LANGUAGES CXX)\nadd_executable(my_service main.cc)\n{cmake}")
    run(["cmake", "--install", build, "--prefix", work / "installed"], work)
    run(["cmake", "-S", "service", "-B", "service/build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={work}/installed"], work)
    run(["cmake", "--build", "service/build"], work)
    probability = float(run([work / "service/build/my_service"], work, LD_LIBRARY_PATH=f"{work}/installed/lib"))
    assert 0 <= probability <= 1, probability
    print("README.md does what it says")


if __name__ == "__main__":
    main()
