#!/usr/bin/env python3
"""known.py TOOL: changes of fitted objects that were answered once, though this scikit-learn raises or answers otherwise.

mutate.py finds such changes at random; what it found is here by name, so that it is seen again at once. Each is saved with
pickle, and TOOL (pratique) has to refuse it as unsupported; the object before the change has to be accepted.
Prints "passed failed"; each failure goes to standard error.
"""
import importlib.util
import pickle
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, StackingRegressor
from sklearn.feature_selection import GenericUnivariateSelect, f_classif
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.impute import KNNImputer
from sklearn.kernel_approximation import PolynomialCountSketch
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC, SVR

warnings.simplefilter("ignore")
RNG = np.random.RandomState(0)
X = RNG.normal(size=(30, 6)) + 3
Y = np.arange(30) % 3
ABSENT = object()


def light():
    """Of LightGBM, where the environment has it (scripts/venv)."""
    if importlib.util.find_spec("lightgbm") is None:
        return {}
    from lightgbm import LGBMRegressor

    return {"light": LGBMRegressor(n_estimators=2, min_child_samples=2, verbose=-1).fit(X, X[:, 0])}


def models():
    return {**light(), "mlp": MLPClassifier((3,), max_iter=3, random_state=0).fit(X, Y),
            "columns": ColumnTransformer([("a", PolynomialCountSketch(n_components=2), [0])]).fit(X),
            "stack": StackingRegressor([("a", LinearRegression())]).fit(X, Y),
            "knn_imputer": KNNImputer().fit(X),
            "svc": SVC().fit(X, Y),
            "svc_csr": SVC().fit(sp.csr_matrix(X), Y),
            "svr": SVR().fit(X, X[:, 0]),
            "gpr": GaussianProcessRegressor(optimizer=None).fit(X, X[:, 0]),
            "gpc": GaussianProcessClassifier(optimizer=None).fit(X, Y > 0),
            "dummy": DummyClassifier().fit(X, Y),
            "univariate": GenericUnivariateSelect(f_classif, mode="percentile", param=50).fit(X, Y),
            "best": GenericUnivariateSelect(f_classif, mode="k_best", param=2).fit(X, Y),
            "sketch": PolynomialCountSketch(coef0=1, n_components=5, random_state=0).fit(X),
            "kmeans": KMeans(2, n_init=1, random_state=0).fit(X),
            "naive": GaussianNB().fit(X, Y),
            "forest": RandomForestClassifier(2, random_state=0).fit(X, Y)}


# (model, path of the attribute, its new value or what makes one of the old)
CHANGES = [
    ("light", "subsample_for_bin", 200000.5),
    ("light", "reg_alpha", False),
    ("light", "verbose", np.float16(-1)),
    ("light", "_other_params", {"verbose": -0.5}),
    ("light", "_objective", np.array(["regression"])),
    ("light", "fitted_", ABSENT),
    ("stack", "final_estimator_", ABSENT),
    ("knn_imputer", "_valid_mask", lambda old: old.astype(int)),
    ("univariate", "mode", np.array("percentile")),
    ("mlp", "_label_binarizer.classes_", lambda old: old[::-1].copy()),
    ("mlp", "_label_binarizer.pos_label", 2),
    ("mlp", "_label_binarizer.neg_label", 1),
    ("mlp", "_label_binarizer", lambda old: DummyClassifier().fit(X, Y)),
    ("svc", "cache_size", ABSENT),
    ("svc", "support_", ABSENT),
    ("svr", "cache_size", ABSENT),
    ("svc_csr", "C", ABSENT),
    ("svc_csr", "tol", ABSENT),
    ("gpr", "kernel", 0.5),
    ("gpr", "kernel", "rbf"),
    ("gpr", "kernel", ABSENT),
    ("gpc", "kernel", "rbf"),
    ("dummy", "random_state", "a"),
    ("dummy", "random_state", 0.5),
    ("dummy", "random_state", np.array([0.5])),
    ("dummy", "random_state", -1),
    ("univariate", "pvalues_", ABSENT),
    ("univariate", "score_func", ABSENT),
    ("best", "param", 1e-5),
    ("best", "param", "some"),
    ("sketch", "coef0", -1.0),
    ("kmeans", "cluster_centers_", lambda old: old.astype(int)),
    ("naive", "var_", lambda old: old.reshape(-1, 1)),
    ("naive", "theta_", lambda old: old.T.copy()),
]
if tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 4):
    CHANGES.append(("columns", "transformers", lambda old: [("a", "drop", [0])]))


def verdict(tool, model, folder):
    path = Path(folder) / "m.pkl"
    path.write_bytes(pickle.dumps(model))
    run = subprocess.run([tool, "scan", "--json", path], capture_output=True, text=True, check=False)
    return {0: "accepted"}.get(run.returncode) or ("unsupported" if '"reason":"unsupported"' in run.stdout else run.stdout[:300])


def main(tool):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, model in models().items():
            if (said := verdict(tool, model, folder)) != "accepted":
                print(f"{name} as it is: {said}", file=sys.stderr)
                failed += 1
        for name, path, new in CHANGES:
            model = models().get(name)
            if model is None:
                continue
            owner = model
            *way, last = path.split(".")
            for attribute in way:
                owner = getattr(owner, attribute)
            if new is ABSENT:
                del vars(owner)[last]
            else:
                vars(owner)[last] = new(vars(owner)[last]) if callable(new) else new
            said = verdict(tool, model, folder)
            passed, failed = (passed + 1, failed) if said == "unsupported" else (passed, failed + 1)
            if said != "unsupported":
                print(f"{name}.{path}: {said}", file=sys.stderr)
    print(passed, failed)


if __name__ == "__main__":
    main(sys.argv[1])
