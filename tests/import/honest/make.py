#!/usr/bin/env python3
"""make.py: writes the files beside it, of values that dill and skops save and no model needs. Python 3.11, numpy 2.4, dill 0.4, skops 0.16."""
import functools
from pathlib import Path

import dill
import numpy as np
import skops.io

HERE = Path(__file__).resolve().parent
VALUES = {
    "natural_key.skops": {np.uint64(2**63): "above every int64"},
    "bytes_.skops": [np.bytes_(b"ab")],
    "subarray.skops": np.zeros(2, dtype=[("a", "<i4"), ("b", "<f8", (2,))]),
    "titles.skops": np.zeros(2, dtype=[(("title", "a"), "<i4")]),
    "nested.skops": np.zeros(2, dtype=[("a", [("b", "<i4"), ("c", "<f8")])]),
    "partial.dill": functools.partial(int, base=2),
    "matrix.dill": np.matrix([[1, 2]]),
    "transposed.dill": np.moveaxis(np.arange(24).reshape(2, 3, 4), 0, 1),
}
for name, value in VALUES.items():
    save = dill.dumps if name.endswith(".dill") else skops.io.dumps
    (HERE / name).write_bytes(save(value))
