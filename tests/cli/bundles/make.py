#!/usr/bin/env python3
"""Files that hold no single estimator, by real libraries: run in the venv of scikit-learn 1.9.1 as make.py, with
imbalanced-learn 0.14.2 beside it, in this folder.

FILE.pkl is what people keep beside or around a model. `accepted`, `unsupported` and `data` say what each is in its name.
"""
import collections
import pickle

import joblib
import numpy
import pandas
import scipy.sparse
from imblearn.over_sampling import SMOTE
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

X = numpy.random.RandomState(0).rand(30, 3)
y = (X[:, 0] > 0.5).astype(int)
scaler, model, line = StandardScaler().fit(X), LogisticRegression().fit(X, y), LinearRegression().fit(X, y)
named = pandas.DataFrame(X, columns=["wide", "long", "high"])
frame = pandas.DataFrame(X[:4], columns=list("abc"))


def sampler(X):
    made = SMOTE(k_neighbors=2, random_state=0)
    made.fit_resample(X, y)
    return made


FILES = {
    "accepted_dict": {"scaler": scaler, "model": model, "features": ["a", "b", "c"], "metrics": {"accuracy": 0.9}},
    "accepted_nested": (X[:2], [line, {'a "key"\n': scaler, 3: model}]),
    "accepted_ordered": collections.OrderedDict(a=scaler, b=line),
    "accepted_one": [model, {"cv": KFold(3), "seen": "2026-01-01"}],
    "accepted_twice": [line, line, {"again": line}],
    "unsupported_one_of_two": {"map": sampler(X), "model": model},
    "unsupported_hidden": {("a", "pair"): model, "scaler": scaler},
    "unsupported_alone": sampler(named),
    "unsupported_parts": sampler(X),
    "data_texts": [f"column {i}" for i in range(12)],
    "data_matrix": scipy.sparse.csr_matrix(X[:2]),
    "data_frame": frame,
    "data_series": frame["a"],
    "data_tuple": (X[:2], y[:2]),
    "data_metrics": {"accuracy": 0.9, "f1": 0.8, "when": None, "dtype": numpy.float32},
    "data_array": X[:4],
    "data_records": numpy.zeros(3, [("a", "<i4"), ("b", "<f8")]),
    "data_objects": numpy.array(["a", None, 3], dtype=object),
}
for name, value in FILES.items():
    with open(name + ".pkl", "wb") as f:
        pickle.dump(value, f, protocol=4)
joblib.dump(FILES["accepted_dict"], "accepted_dict.joblib")
numpy.save("X.npy", X)
numpy.save("accepted_nested.line.npy", line.predict(X))
