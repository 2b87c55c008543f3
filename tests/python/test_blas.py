"""Sums of double have the order of OpenBLAS for x86 with AVX2: a batch of rows has scikit-learn's own bits (src/kernels/product.h)."""
import os
import subprocess
import sys

COMPARE = """
import sys
import numpy as np
import pratique
from sklearn.linear_model import LogisticRegression, Ridge

folder, rng, asked = sys.argv[1], np.random.default_rng(0), 0
for cols in (1, 2, 3, 4, 5, 7, 30, 31, 100, 256, 300, 777, 1000, 2050):
    X = rng.normal(size=(64, cols))
    for model, y, method in ((Ridge(), rng.normal(size=64), "predict"), (Ridge(), rng.normal(size=(64, 3)), "predict"),
                             (LogisticRegression(max_iter=5), np.arange(64) % 2, "decision_function"),
                             (LogisticRegression(max_iter=5), np.arange(64) % 5, "decision_function")):
        model.fit(X, y)
        pratique.dump(model, f"{folder}/model.prq")
        ours = getattr(pratique.load(f"{folder}/model.prq"), method)(X)
        assert np.array_equal(ours, getattr(model, method)(X)), (model, cols)
        asked += 1
print(asked)
"""


def test_linear_models_have_openblas_bits(tmp_path):
    haswell = {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", COMPARE, tmp_path], env=os.environ | haswell, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["56"]
