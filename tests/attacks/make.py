#!/usr/bin/env python3
"""make.py OUT_DIR: writes small hostile files, manifest.tsv, which says of each what is wrong and how it is refused, and globals.tsv,
names that no file may call.

Runs under scikit-learn 1.9 with joblib and lz4 (scripts/venv 1.9.1, Python 3.11); the same bytes each time. Nothing here is
ever loaded, only written: what it would run is `id`. The tests beside it scan every file and assert its row of the manifest.
"""
import importlib
import sys
from pathlib import Path

from families import dangerous_globals
from families.rows import FILES, ROWS

FAMILIES = ("containers", "calls", "streams", "indirect", "expansion", "trees", "states", "zips", "nodes", "prq_files", "polyglots", "gates", "readers")


def main():
    for family in FAMILIES:
        importlib.import_module(f"families.{family}")
    out = Path(sys.argv[1])
    for old in out.glob("files/*"):
        old.unlink()
    (out / "files").mkdir(exist_ok=True)
    for name, content in FILES.items():
        (out / "files" / name).write_bytes(content)
    rows = ["file\tverdict\treason\tcode\twhat is wrong", *("\t".join(row) for row in ROWS)]
    (out / "manifest.tsv").write_text("\n".join(rows) + "\n")
    names = dangerous_globals.rows()
    (out / "globals.tsv").write_text("module\tname\n" + "".join(f"{module}\t{name}\n" for module, name in names))
    print(len(names), "names,", len(ROWS), "files,", sum(map(len, FILES.values())), "bytes")


if __name__ == "__main__":
    main()
