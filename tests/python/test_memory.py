"""Inputs are never in memory twice: the highest memory of a process that predicts on a large one."""
import os
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MEGABYTES = int(os.environ.get("PRATIQUE_MEMORY_MB", "256"))
COLUMNS = 32
# Arrays with the memory of each kind, as it comes; {n} is how many float64 of one column it takes.
KINDS = {
    "rows": "np.ones(({n}, 32))",
    "columns": "np.asfortranarray(np.ones(({n}, 32)))",
    "backwards": "np.ones(({n}, 32))[::-1, ::-1]",
    "single": "np.ones((2 * {n}, 32), np.float32)",
    "small integers": "np.ones((4 * {n}, 32), np.int16)",
    "other byte order": "np.ones(({n}, 32), '>f8')",
    "frame": "pd.DataFrame(np.ones(({n}, 32)))",
    "frame of columns": "pd.concat([pd.Series(np.ones({n}), name=str(j)) for j in range(32)], axis=1)",
    "table": "pa.table({{str(j): np.ones({n}) for j in range(32)}})",
    "chunks": "pa.concat_tables([pa.table({{str(j): np.ones({n} // 4) for j in range(32)}})] * 4)",
}
PROGRAM = """
import sys
import numpy as np
import pandas as pd
import pyarrow as pa
import pratique

def highest():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

model = pratique.load(sys.argv[1])
X = {X}
model.predict(X[:4])
with open("/proc/self/clear_refs", "w") as clear:
    clear.write("5")  # highest() begins again at what is held now
held = highest()
result = model.predict(X)
print(len(result), result.nbytes / 2**20, held, highest())
"""


@pytest.mark.parametrize("kind", KINDS)
def test_predict_does_not_double_its_input(kind, tmp_path):
    X = np.random.default_rng(0).normal(size=(50, COLUMNS))
    named = kind in ("frame of columns", "table", "chunks")
    rows = pd.DataFrame(X, columns=[str(j) for j in range(COLUMNS)]) if named else X
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(make_pipeline(StandardScaler(), Ridge()).fit(rows, X[:, 0])))
    n = (MEGABYTES << 20) // 8 // COLUMNS
    program = PROGRAM.replace("{X}", KINDS[kind].format(n=n))
    told = subprocess.run([sys.executable, "-c", program, tmp_path / "model.pickle"], capture_output=True, text=True, check=True).stdout
    count, result, held, highest = map(float, told.split())
    copies = {"single": 2, "small integers": 4, "chunks": 1}.get(kind, 1)
    assert count == n * copies and held > MEGABYTES * (0.25 if kind == "chunks" else 1)
    # A block of 64 MiB where rows must be gathered, and the result, which grows block by block.
    assert highest - held < 64 + 3 * result + 16, f"{held:.0f} MiB held, {highest:.0f} MiB at most"
