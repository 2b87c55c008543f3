"""scan.py [--repeats N]: the second half of `bench/run scan`; run it through bench/run.

Scanners look at the same files: honest models that scikit-learn wrote, and the hostile ones of tests/attacks. What a tool
makes of a file is taken from its own output; a tool counts as having read a file only if it went through it to the end.
Every way is one row of WAYS. Programs run in fresh processes, in turns; each figure is the median.
"""
import argparse
import json
import os
import pickle
import platform
import shutil
import statistics
import subprocess
import sys
import time
import zlib
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build/bench/scan"
PRATIQUE = str(ROOT / "build/release/pratique")
BIN = Path(sys.executable).parent
KINDS = {"pickle": "pickle", "joblib": "joblib", "joblib, compressed": "compressed", "skops": "skops"}  # what, folder

# Each Python way: a program that defines look(folder), which scans as the tool's own command does and returns
# {file: [flagged, read]}; read is "whole", "part" or "no". What is not returned was not opened.
EACH = """
import os
def each(folder, *suffixes):
    return (os.path.join(base, name) for base, _, names in os.walk(folder) for name in names if name.endswith(suffixes))
def look(folder):
    return outcomes(folder)
"""
PICKLESCAN = EACH + """
import logging
from picklescan import scanner
log = logging.getLogger("picklescan")
def look(folder):
    scanner.scan_directory_path(folder)
def one(path, said):
    try:
        result = scanner.scan_file_path(path)  # a folder's scan ends at the first exception
    except Exception:
        return [False, "no"]
    unread = any(line.startswith("WARNING: could not parse") for line in said)
    return [result.issues_count > 0, "no" if unread else "part" if result.scan_err else "whole"]
def outcomes(folder):
    handler, said = logging.Handler(), []
    handler.emit = lambda record: said.append(record.getMessage())
    log.addHandler(handler)
    suffixes = {*scanner._zip_file_extensions, *scanner._pickle_file_extensions, *scanner._pytorch_file_extensions}
    return {path: said.clear() or one(path, said) for path in each(folder, *suffixes)}
"""
MODELSCAN = EACH + """
import logging
from modelscan.modelscan import ModelScan
logging.getLogger("modelscan").setLevel(logging.CRITICAL)
def look(folder):
    return ModelScan().scan(folder)
def one(path):
    try:
        report = ModelScan().scan(path)  # a folder's scan ends at the first exception
    except Exception:
        return [False, "no"]
    whole = report["summary"]["scanned"].get("scanned_files") and not report["errors"]
    return [bool(report["issues"]), "whole" if whole else "no"]
def outcomes(folder):
    return {path: one(path) for path in each(folder, "")}
"""
FICKLING = EACH + """
import contextlib, io, resource, signal
import fickling.loader
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))  # bombs
signal.signal(signal.SIGALRM, lambda *_: 1 / 0)
def one(path):
    signal.alarm(30)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            result = fickling.loader.scan_file(path, graceful=True)
        except BaseException:
            return [False, "no"]
        finally:
            signal.alarm(0)
    read = "whole" if result.results and not result.errors else "part" if result.results else "no"
    return [bool(result.results) and not result.is_safe, read]
def outcomes(folder):
    return {path: one(path) for path in each(folder, ".pkl", ".joblib")}
"""
SKOPS = EACH + """
import skops.io
def one(path):
    try:
        return [bool(skops.io.get_untrusted_types(file=path)), "whole"]
    except Exception:
        return [False, "no"]
def outcomes(folder):
    return {path: one(path) for path in each(folder, ".skops")}
"""
MEASURE = """
import json, sys, time
if sys.argv[2] == "outcomes":
    result = outcomes(sys.argv[1])
else:
    start = time.perf_counter()
    look(sys.argv[1])
    result = time.perf_counter() - start
print("\\n" + json.dumps(result))
"""
WAYS = {  # name: its program, its command on a path
    "pratique": (None, lambda path: [PRATIQUE, "scan", path]),
    "picklescan": (PICKLESCAN, lambda path: [BIN / "picklescan", "-p", path]),
    "modelscan": (MODELSCAN, lambda path: [BIN / "modelscan", "scan", "-p", path]),
    "fickling": (FICKLING, None),
    "skops": (SKOPS, None),
}


def prepare():
    """WORK/honest/KIND, WORK/hostile, WORK/large: the files, each once; {kind: [files, bytes]}"""
    shutil.rmtree(WORK, ignore_errors=True)
    count = {kind: [0, 0] for kind in KINDS}
    for file in sorted((ROOT / "tests").glob("*/*/**/*")):
        if file.parts[-3] != "every_estimator" and "models" not in file.parts or file.suffix not in (".pkl", ".joblib", ".skops"):
            continue
        content = file.read_bytes()
        if file.suffix == ".pkl" and content.startswith(b"x"):
            content = zlib.decompress(content)  # stored compressed in the repository only
        kind = {".pkl": "pickle", ".skops": "skops"}.get(file.suffix, "joblib" if content.startswith(b"\x80") else "joblib, compressed")
        name = "-".join(file.relative_to(ROOT / "tests").parts)
        (WORK / "honest" / KINDS[kind]).mkdir(parents=True, exist_ok=True)
        (WORK / "honest" / KINDS[kind] / name).write_bytes(content)
        count[kind][0] += 1
        count[kind][1] += len(content)
    shutil.copytree(ROOT / "tests/attacks/files", WORK / "hostile")
    (WORK / "small").mkdir()
    shutil.copy(WORK / "honest/pickle/every_estimator-1.9.1-Pipeline.pkl", WORK / "small")
    return count


def large():
    """Two large pickles: one of many objects, one of few large arrays."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 20))
    models = {
        "vocabulary": TfidfVectorizer().fit([" ".join(f"word{i}" for i in range(200_000))]),
        "forest": RandomForestClassifier(50, random_state=0, n_jobs=os.cpu_count()).fit(X, rng.integers(0, 2, 20_000)),
    }
    for name, model in models.items():
        (WORK / "large" / name).mkdir(parents=True)
        with open(WORK / "large" / name / f"{name}.pkl", "wb") as f:
            pickle.dump(model, f, protocol=4)
    return list(models)


def ask(way, what, folder):
    command = [sys.executable, "-c", WAYS[way][0] + MEASURE, folder, what]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True)
    return json.loads(done.stdout.rsplit("\n", 2)[-2])


def outcomes(way, folder):
    """{file: (flagged, read, verdict)}"""
    if way != "pratique":
        return {path: (flagged, read, "") for path, (flagged, read) in ask(way, "outcomes", folder).items()}
    done = subprocess.run([PRATIQUE, "scan", "--json", folder], stdout=subprocess.PIPE, text=True)
    found = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["record"] == "file":
            # What the stream names is listed once it was read to its end.
            whole = record["verdict"] in ("accepted", "rejected") or record["types"]
            found[record["file"]] = (record["verdict"] == "rejected", "whole" if whole else "no", record["verdict"])
    return found


def wall(command):
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def seconds(way, folder):
    """Seconds for a folder without the start of the process."""
    if way != "pratique":
        return ask(way, "seconds", folder)
    return max(wall([PRATIQUE, "scan", folder]) - wall([PRATIQUE, "--version"]), 0.0)


def timings(repeats, folders):
    """{way: {what: median seconds}}: "folder" and "file" with the start of a process, others without it."""
    figures = {way: {} for way in WAYS}
    for _ in range(repeats):
        for way, (_, command) in WAYS.items():
            noted = {what: seconds(way, path) for what, path in folders.items()}
            if command:
                noted["folder"] = wall(command(WORK / "honest"))
                noted["file"] = wall(command(WORK / "small"))
            for what, value in noted.items():
                figures[way].setdefault(what, []).append(value)
    return {way: {what: statistics.median(values) for what, values in of.items()} for way, of in figures.items()}


def markdown(header, rows):
    return "\n".join(["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1), *("| " + " | ".join(row) + " |" for row in rows)])


def honest_table(count):
    rows = []
    for way in WAYS:
        kinds, flagged = {}, 0
        for kind in KINDS:
            found = outcomes(way, str(WORK / "honest" / KINDS[kind]))
            kinds[kind] = Counter(read for _, read, _ in found.values())
            flagged += sum(bad for bad, _, _ in found.values())
        cells = [f"{kinds[kind]['whole']:,}" + (f" (+ {kinds[kind]['part']:,} in part)" if kinds[kind]["part"] else "") for kind in KINDS]
        rows.append([f"{way} {tool_version(way)}", *cells, f"{flagged:,}"])
    return markdown(["read to the end", *(f"{kind}, of {count[kind][0]:,}" for kind in KINDS), "honest files flagged"], rows)


def hostile_table():
    groups = {"runs code": ("dangerous", "unknown_call"), "broken, lying or a bomb": ("invalid", "malformed", "limit")}
    lines = [line.split("\t") for line in (ROOT / "tests/attacks/manifest.tsv").read_text().splitlines()[1:]]
    files = {group: [line[0] for line in lines if line[2] in reasons] for group, reasons in groups.items()}
    rows = []
    for way in WAYS:
        found = outcomes(way, str(WORK / "hostile"))
        row = [way]
        for names in files.values():
            of = [found.get(str(WORK / "hostile" / name), (False, "no", "")) for name in names]
            flagged = sum(bad for bad, _, _ in of)
            unread = sum(not bad and read == "no" for bad, read, _ in of)
            row += [f"{flagged}", f"{len(of) - flagged - unread}", f"{unread}"]
        rows.append(row)
    return markdown(["", *(f"{group}, of {len(names)}: {what}" if what == "flagged" else what
                           for group, names in files.items() for what in ("flagged", "missed", "not read"))], rows)


def time_table(times, per_file):
    """per_file: {what: files}"""
    header = ["", "all files, one process", "one small file, one process", *per_file]

    def cell(way, what, files=1):
        if what not in times[way] or (way == "skops") != (what == "skops") and way != "pratique":
            return ""
        mine, base = times[way][what] / files * 1e3, times["pratique"][what] / files * 1e3
        text = f"{mine:,.0f} ms" if mine >= 10 else f"{mine:.2f} ms"
        return text if way == "pratique" else text + (f" ({mine / base:.0f}x)" if mine / base >= 10 else f" ({mine / base:.1f}x)")

    return markdown(header, [[way, cell(way, "folder"), cell(way, "file"), *(cell(way, what, files) for what, files in per_file.items())] for way in WAYS])


def tool_version(way):
    if way != "pratique":
        return version(way)
    return subprocess.run([PRATIQUE, "--version"], stdout=subprocess.PIPE, text=True).stdout.split()[1]


def cpu():
    return next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    count = prepare()
    names = large()
    honest, hostile = honest_table(count), hostile_table()
    folders = {kind: str(WORK / "honest" / KINDS[kind]) for kind in ("pickle", "skops")} | {name: str(WORK / "large" / name) for name in names}
    times = time_table(timings(arguments.repeats, folders), {"pickle": count["pickle"][0], "skops": count["skops"][0], **{name: 1 for name in names}})
    size = {name: (WORK / "large" / name / f"{name}.pkl").stat().st_size / 1e6 for name in names}
    files = ", ".join(f"{count[kind][0]:,} {kind} ({count[kind][1] / 1e6:.1f} MB)" for kind in KINDS)
    (ROOT / "bench/scan-results.md").write_text(f"""# Results of `bench/run scan`

Honest models that scikit-learn wrote (`tests/models`, `tests/every_estimator`): {files}.
What a tool made of a file is taken from its own output; a file whose arrays it could not skip counts as read in part.

{honest}

pratique accepts what it can load; the rest it reads, too, and calls unchecked by the name of the class that it does not
support. picklescan reports compressed joblib files as scanned, with a warning. In a folder, .skops files are not among those
that picklescan, modelscan and fickling open. For skops, a file is flagged if `get_untrusted_types` names a type in it.

The files of `tests/attacks` that pratique must reject; such a file is missed if it was read and not flagged:

{hostile}

Medians of {arguments.repeats} runs, in turns; in brackets the multiple of pratique's figure. One folder and one small file are whole
processes (`--jobs 1`). The others are figures per file without the start of the process: the pickles and .skops files above, a pickle of many
objects (a vocabulary of 200,000 words, {size['vocabulary']:.0f} MB) and one of few large arrays (a forest, {size['forest']:.0f} MB). Where pratique accepts a
file, its time includes loading the model and proving its content; picklescan and modelscan skip over arrays, and end early at the compressed
files of the folder.

{times}

Python {platform.python_version()}; {cpu()}, {os.cpu_count()} cores.
""")


if __name__ == "__main__":
    main()
