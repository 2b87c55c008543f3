"""No folder includes one above it: reads every include line of src and include, and names the one that climbs.

floors.py            checks; ends with the number of includes that were read
floors.py --table    prints the floors as the table of docs/architecture.md (scripts/generate-docs asks for it)

floors.tsv beside this file is the order. A public header includes only public headers; what the component `extend` installs, by the list
of cmake/PratiqueExtendFiles.cmake, only what is on that list, too.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def floors():
    rows = (ROOT / "tests/floors/floors.tsv").read_text().splitlines()
    return dict(row.split("\t") for row in rows if row and not row.startswith("#"))


def room(path, order):
    """The folder of the list that a file of src, by its path there, stands in; None for one that is not on the list."""
    for folder in [*path.parents]:
        if str(folder) in order:
            return str(folder) if str(folder) != "." or len(path.parts) == 1 else None
    return None


def problems():
    order = {name: rank for rank, name in enumerate(floors())}
    read = 0
    for source in sorted((ROOT / "src").rglob("*")):
        if source.suffix not in {".h", ".cc", ".inc"}:
            continue
        path = source.relative_to(ROOT / "src")
        here = room(path, order)
        if here is None:
            yield f"src/{path}: its folder is not in tests/floors/floors.tsv", read
            continue
        for name in INCLUDE.findall(source.read_text()):
            read += 1
            if not (ROOT / "src" / name).exists():
                continue  # a library's, a public header, or generated
            there = room(pathlib.Path(name), order)
            if there is None or order[there] > order[here]:
                yield f'src/{path} includes "{name}": {here} stands below {there}', read
    extend = re.findall(r"^  ((?:src|fuzz)/\S+\.(?:h|cc))\)?$", (ROOT / "cmake/PratiqueExtendFiles.cmake").read_text(), re.MULTILINE)
    installed = {path.removeprefix("src/") for path in extend if path.endswith(".h")} | {"values_generated.h"}
    for path in [*extend, "include/pratique/extend/estimator.h"]:
        for name in INCLUDE.findall((ROOT / path).read_text()):
            read += 1
            ours = name.endswith("_generated.h") or (ROOT / "src" / name).exists() or (ROOT / name).exists()
            if ours and name not in installed:
                yield f'{path} includes "{name}", which the component `extend` does not install', read
    for header in sorted((ROOT / "include").rglob("*.h")):
        for name in INCLUDE.findall(header.read_text()):
            read += 1
            if (ROOT / "src" / name).exists() and "extend" not in header.parts:
                yield f'{header.relative_to(ROOT)} includes "{name}": a public header includes no private one', read
    yield None, read


def main():
    if "--table" in sys.argv:
        print("| floor | what |\n|---|---|")
        for name, what in reversed(floors().items()):
            print(f"| `src/{'' if name == '.' else name + '/'}` | {what} |")
        return 0
    found = list(problems())
    read = found[-1][1]
    climbing = [text for text, _ in found if text]
    print(*climbing, f"{read} includes read, {len(climbing)} climb", sep="\n")
    return bool(climbing) or read < 500


sys.exit(main())
