#!/usr/bin/env python3
"""visible.py LIBRARY INCLUDE: a shared library shows what the headers in INCLUDE declare, under its version, and nothing else."""
import pathlib
import re
import subprocess
import sys

library, include = sys.argv[1:3]
words = set(re.findall(r"\w+", " ".join(re.sub(r"//[^\n]*", "", path.read_text()) for path in pathlib.Path(include).glob("*.h"))))
symbols = subprocess.run(["nm", "-DC", "--defined-only", library], check=True, capture_output=True, text=True).stdout.splitlines()
shown = 0
for symbol in symbols:
    name = symbol.split(" ", 2)[2]
    if re.fullmatch(r"PRATIQUE_\d+(@@PRATIQUE_\d+)?", name):
        continue  # the version itself
    function, version = name.rsplit("@@", 1)
    names = re.findall(r"\w+", re.sub(r"\[abi:\w+\]", "", function.split("(")[0]).replace("~", ""))
    assert re.fullmatch(r"PRATIQUE_\d+", version), f"{name}: of no version"
    assert names[0] == "pratique" and set(names) <= words, f"{name}: no public header declares it"
    shown += 1
assert shown > 50, f"only {shown} symbols"
print(f"{shown} symbols")
