"""The command line: `pratique`, or `python -m pratique`."""
from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    tool = Path(__file__).parent / "bin" / "pratique"
    os.execv(tool, ["pratique", *sys.argv[1:]])


if __name__ == "__main__":
    main()
