"""What scripts/coverage says: a table of folders of src, and the lines that nothing reached, from llvm-cov's exports."""
import collections
import json
import pathlib
import sys

build, src, parts = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
BY = {"fuzz": "targets", "tests": "tests"}
KINDS = "lines", "branches"


def folders(part):
    """Counts of each folder of src, by kind: all, and reached."""
    found = collections.defaultdict(collections.Counter)
    for file in json.loads((build / f"{part}.json").read_text())["data"][0]["files"]:
        path = file["filename"]
        if path.startswith(src):
            for name in (path.removeprefix(src).split("/")[0], "all"):
                for kind in KINDS:
                    found[name][kind] += file["summary"][kind]["count"]
                    found[name][kind, "reached"] += file["summary"][kind]["covered"]
    return found


def unreached(part):
    """Lines of code that never ran, by file."""
    found = collections.defaultdict(set)
    path = None
    for line in (build / f"{part}.lcov").read_text().splitlines():
        if line.startswith("SF:"):
            path = line.removeprefix("SF:")
        elif line.startswith("DA:") and line.endswith(",0"):
            found[path].add(int(line.removeprefix("DA:").split(",")[0]))
    return found


def write(name, lines):
    with open(build / name, "w") as out:
        for path in sorted(lines):
            text = pathlib.Path(path).read_text().splitlines()
            for number in sorted(lines[path]):
                print(f"{path.removeprefix(src)}:{number}: {text[number - 1]}", file=out)


counts = {part: folders(part) for part in parts}
heads = [f"{kind}{head}" for kind in KINDS for head in ("", *(f", by {BY[part]}" for part in parts))]
print(f"\n| folder | {' | '.join(heads)} |\n|{'---|' * (1 + len(heads))}")
names = sorted({name for part in parts for name in counts[part]} - {"all"})
for name in [*names, "all"]:
    cells = []
    for kind in KINDS:
        cells.append(f"{max(counts[part][name][kind] for part in parts):,}")
        for part in parts:
            found = counts[part][name]
            cells.append(f"{100 * found[kind, 'reached'] / found[kind]:.1f} %" if found[kind] else "-")
    print(f"| {name} | {' | '.join(cells)} |")
missed = {part: unreached(part) for part in parts}
for part in parts:
    write(f"unreached.{part}.txt", missed[part])
if len(parts) == 2:
    write("unreached.txt", {path: missed["fuzz"][path] & missed["tests"][path] for path in missed["fuzz"].keys() & missed["tests"].keys()})
