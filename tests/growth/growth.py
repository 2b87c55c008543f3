"""Work and memory grow as the file does: growth.py TOOL [--instructions] [--sizes N] [--verbose] [NAME...]

Each case of cases.py is run at a size that takes a while, and again with four times as much: processor time may grow with it,
sixteen times it never. With --instructions valgrind counts, at one size and at the double: 2 is right, 4 is wrong; with --sizes 4 at
the double of the double and once more. What the smallest file of a case takes does not count. Peak memory is at most BYTES for each byte of the files (as they are when inflated), beside
what the command takes for itself.
Python's standard library only.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import cases

BYTES = 160
AGAIN = 3
# What a command takes whatever the file is: predict and golden samples keep a chunk of results, and a block of rows.
OWN = {"scan": 8 << 20, "inspect": 8 << 20, "diff": 32 << 20, "convert": 32 << 20, "predict": 160 << 20, "validate": 160 << 20}


def native(arguments):
    """CPU seconds and peak bytes of one run."""
    launch = [sys.executable, "-ISE", pathlib.Path(__file__).parent / "launch.py", cases.case.tool, *arguments]
    seconds, peak, status = subprocess.run(list(map(str, launch)), capture_output=True, text=True, timeout=600).stdout.split()
    code = os.waitstatus_to_exitcode(int(status))
    assert code in (0, 1, 2), (arguments, code)
    return float(seconds), int(peak)


def instructions(arguments):
    """Of the command and its workers. In a sandbox valgrind ends at once: prctl, by which a worker enters it, fails (tests/cli/faults.c).
    The tool is that with a dynamic linker."""
    faults = pathlib.Path(cases.case.tool).parent / "libfaults.so"
    assert faults.exists(), f"there is no {faults}: build the targets faults and pratique_dynamic, and give its path as the tool"
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", cases.case.tool, *map(str, arguments)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "LD_PRELOAD": str(faults), "FAULT": "prctl:0:EIO"})
    counts = [int(count) for count in re.findall(r"Collected : (\d+)", done.stderr)]
    assert done.returncode in (0, 1, 2) and len(counts) == 1 + (arguments[0] == "scan"), (arguments, done.returncode, done.stderr[-2000:])
    return sum(counts)


def size(arguments):
    total = 0
    for file in (a for a in arguments if isinstance(a, pathlib.Path) and a.exists()):
        total += len(zlib.decompress(file.read_bytes())) if file.suffix == ".joblib" else file.stat().st_size
    return total


class Run:
    """One case at one size."""

    def __init__(self, make, n, count):
        with tempfile.TemporaryDirectory() as folder:
            arguments = make(n, pathlib.Path(folder))
            self.bytes = size(arguments)
            self.command = arguments[0]
            self.seconds, self.peak = native(arguments)
            self.work = instructions(arguments) if count else self.seconds


def grown_too_much(measured, most, slack):
    """Pairs of work, without what the first of the measured takes, of which the second is too much for the first."""
    works = [max(work - measured[0], 0) for work in measured[1:]]
    return [(work, grown) for work, grown in zip(works, works[1:]) if grown > most * work + slack]


def judge(name, count, sizes, base_peak):
    """What is wrong with it, and what was measured."""
    n, make = cases.CASES[name]
    base = Run(make, 1, count).work  # what each process does before it reads a byte, and behind the last
    times, most, enough, slack = (2, 2.6, 2e7, 1e6) if count else (4, 9, 0.012, 0.02)
    first = Run(make, n, count)
    while first.work - base < enough and first.bytes < (1 << 18 if count else 1 << 19) and n < cases.MOST:
        n *= 4
        first = Run(make, n, count)
    counts = [n * times**power for power in range(sizes)]
    runs = [first, *(Run(make, more, count) for more in counts[1:])]
    measured = [base, *(run.work for run in runs)]
    # What else the machine does makes seconds longer, never shorter: what looks wrong is measured again.
    for _ in range(0 if count else AGAIN):
        if not grown_too_much(measured, most, slack):
            break
        measured = [min(work, Run(make, more, count).work) for work, more in zip(measured, [1, *counts])]
    works = [max(work - measured[0], 0) for work in measured[1:]]
    wrong = [f"{'instructions' if count else 'seconds'} {work:.3g} became {grown:.3g}" for work, grown in grown_too_much(measured, most, slack)]
    for run in runs[1:]:
        memory, allowed = max(run.peak - base_peak, 0), BYTES * run.bytes + OWN[run.command]
        if memory > allowed:
            wrong.append(f"{memory >> 10} KB of memory, {allowed >> 10} allowed")
    steps = [" -> ".join(map(str, numbers)) for numbers in ((f"{work:.3g}" for work in works), (run.bytes for run in runs))]
    return wrong, f"n = {n}: work {steps[0]} for {steps[1]} bytes, {memory >> 10} KB"


def main():
    arguments = sys.argv[2:]
    sizes = 2
    if "--sizes" in arguments:
        at = arguments.index("--sizes")
        sizes = int(arguments[at + 1])
        del arguments[at : at + 2]
    flags = [a for a in arguments if a.startswith("--")]
    names = [a for a in arguments if not a.startswith("--")] or list(cases.CASES)
    cases.case.tool = os.path.abspath(sys.argv[1])
    count = "--instructions" in flags
    _, base_peak = native(["--version"])
    fell = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for a process
        for name, (wrong, said) in zip(names, pool.map(lambda name: judge(name, count, sizes, base_peak), names)):
            fell += bool(wrong)
            if wrong or "--verbose" in flags:
                print(f"{'FAIL' if wrong else 'ok'} {name}: {'; '.join([*wrong, said])}", flush=True)
    print(f"{len(names) - fell} passed, {fell} failed")
    return fell > 0


sys.exit(main())
