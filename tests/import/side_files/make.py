#!/usr/bin/env python3
"""make.py JOBLIB: a model as joblib before 0.10 writes it, arrays in files of their own; and in one file, for comparison.

Run in the scikit-learn 1.2.2 environment of scripts/venv. JOBLIB is a folder with joblib 0.9.4 in it
(pip install --target JOBLIB joblib==0.9.4).
"""
import pathlib
import sys

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

folder = pathlib.Path(__file__).parent
x = np.random.RandomState(0).rand(30, 4)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, np.arange(30) % 3)
joblib.dump(model, folder / "whole.joblib")
for name in [name for name in sys.modules if name.split(".")[0] == "joblib"]:
    del sys.modules[name]
sys.path.insert(0, sys.argv[1])
old = __import__("joblib")
assert old.__version__ == "0.9.4"
old.dump(model, str(folder / "plain.pkl"))
old.dump(model, str(folder / "zipped.pkl"), compress=3, cache_size=0)
