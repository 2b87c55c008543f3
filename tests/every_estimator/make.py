#!/usr/bin/env python3
"""make.py OUT_DIR: fits every class of all_estimators() on a few rows and saves it, once more for what its options bring.

Runs under one scikit-learn release and writes OUT_DIR/RELEASE/CLASS.joblib and CLASS-VARIANT.joblib; with numpy 1 and
numpy 2 of the first and last release also CLASS.pkl (protocol 5, zlib around it). The test beside it asserts that each
is accepted, or unchecked with the name of the class that pratique does not support.
"""
import datetime
import functools
import pickle
import sys
import warnings
import zlib
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from uuid import UUID

import joblib
import numpy as np
import pandas as pd
import sklearn
from scipy import stats
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.ensemble import (GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier,
                              HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor,
                              StackingClassifier, VotingClassifier)
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2, mutual_info_classif
from sklearn.gaussian_process import GaussianProcessRegressor, kernels
from sklearn.impute import IterativeImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, Ridge, SGDClassifier
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (FunctionTransformer, KBinsDiscretizer, MaxAbsScaler, OneHotEncoder, OrdinalEncoder,
                                   SplineTransformer, StandardScaler)
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import all_estimators

OLD = tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 4)
rng = np.random.default_rng(0)
N = 30
X = np.round(rng.uniform(0.1, 4, size=(N, 4)), 1)
CLASSES = np.arange(N) % 2
VALUES = np.round(X @ [1.0, 2.0, 0.5, -0.25] + 3, 2)
TWO_VALUES = np.column_stack([VALUES, X[:, 0] + 1])
TWO_LABELS = np.column_stack([CLASSES, (X[:, 0] > 2).astype(int)])
WORDS = ["one two two", "three one", "two three four", "four one one"]
RECORDS = [{"city": "Oslo", "age": 3}, {"city": "Rom", "age": 4}, {"age": 5}]

SMALL = {"n_estimators": 2, "max_iter": 20, "max_depth": 2, "cv": 2, "n_init": 1, "random_state": 0,
         "max_leaf_nodes": 4, "n_quantiles": 5, "n_alphas": 3, "n_clusters": 2, "n_nonzero_coefs": 2, "n_subsets": 2,
         "max_subpopulation": 20, "n_neighbors": 2, "min_cluster_size": 2, "perplexity": 3,
         "max_bins": 8, "hidden_layer_sizes": (2,), "n_features_to_select": 2, "n_splits": 2, "max_n_alphas": 5,
         "threshold": 0.01, "normalized_stress": "auto", "n_components": 2}
UNLIKE_SMALL = {  # Parameters of the same name and another meaning.
    "Birch": ["threshold"], "OPTICS": ["cv"], "FixedThresholdClassifier": ["threshold"],
    "SelfTrainingClassifier": ["threshold"], "SelectFromModel": ["threshold"],
}
MORE = {  # What a class must be given.
    "SparseCoder": lambda: {"dictionary": np.eye(4)},
    "ColumnTransformer": lambda: {"transformers": [("a", MaxAbsScaler(), [0, 1])], "remainder": "passthrough"},
    "FeatureUnion": lambda: {"transformer_list": [("a", MaxAbsScaler()), ("b", StandardScaler())]},
    "Pipeline": lambda: {"steps": [("scale", StandardScaler()), ("model", LogisticRegression())]},
    "GridSearchCV": lambda: {"estimator": Ridge(), "param_grid": {"alpha": [0.1, 1.0]}},
    "HalvingGridSearchCV": lambda: {"estimator": Ridge(), "param_grid": {"alpha": [0.1, 1.0]}},
    "RandomizedSearchCV": lambda: {"estimator": Ridge(), "param_distributions": {"alpha": [0.1, 1.0]}, "n_iter": 2},
    "HalvingRandomSearchCV": lambda: {"estimator": Ridge(), "param_distributions": {"alpha": [0.1, 1.0]}},
    "StackingClassifier": lambda: {"estimators": [("a", LogisticRegression()), ("b", LinearSVC())]},
    "StackingRegressor": lambda: {"estimators": [("a", Ridge()), ("b", Ridge(2.0))]},
    "VotingClassifier": lambda: {"estimators": [("a", LogisticRegression()), ("b", LogisticRegression(C=2))]},
    "VotingRegressor": lambda: {"estimators": [("a", Ridge()), ("b", Ridge(2.0))]},
    "FrozenEstimator": lambda: {"estimator": Ridge().fit(X, VALUES)},
    "FeatureHasher": lambda: {"n_features": 8, "input_type": "dict"},
    "HashingVectorizer": lambda: {"n_features": 8},
    "PatchExtractor": lambda: {"patch_size": (2, 2)},
    "LinearDiscriminantAnalysis": lambda: {"n_components": 1},
    "SpectralBiclustering": lambda: {"n_clusters": (2, 2)},
    "LocallyLinearEmbedding": lambda: {"n_neighbors": 5},
    "FunctionTransformer": lambda: {"func": np.log1p},
    "SelectKBest": lambda: {"k": 2},
    "RANSACRegressor": lambda: {"min_samples": 5},
}
REGRESSING = {"RANSACRegressor", "MultiOutputRegressor", "RegressorChain"}
CLASSIFYING = {"CalibratedClassifierCV", "FixedThresholdClassifier", "TunedThresholdClassifierCV", "OneVsOneClassifier",
               "OneVsRestClassifier", "OutputCodeClassifier", "ClassifierChain", "MultiOutputClassifier",
               "SelfTrainingClassifier", "RFE", "RFECV", "SelectFromModel", "SequentialFeatureSelector"}
FIT = {  # What a class is fitted on, if neither X and classes nor X and values.
    "CountVectorizer": (WORDS,), "TfidfVectorizer": (WORDS,), "HashingVectorizer": (WORDS,),
    "DictVectorizer": (RECORDS,), "FeatureHasher": (RECORDS,), "LabelEncoder": (["b", "a", "c"],),
    "LabelBinarizer": (["b", "a", "c"],), "MultiLabelBinarizer": ([["a", "b"], ["c"]],),
    "PatchExtractor": (np.ones((2, 4, 4)),), "IsotonicRegression": (X[:, 0], VALUES), "KernelCenterer": (X @ X.T,),
    "ClassifierChain": (X, TWO_LABELS), "MultiOutputClassifier": (X, TWO_LABELS), "RegressorChain": (X, TWO_VALUES),
    "MultiOutputRegressor": (X, TWO_VALUES), "MultiTaskElasticNet": (X, TWO_VALUES), "MultiTaskElasticNetCV": (X, TWO_VALUES),
    "MultiTaskLasso": (X, TWO_VALUES), "MultiTaskLassoCV": (X, TWO_VALUES), "CCA": (X, TWO_VALUES),
    "PLSCanonical": (X, TWO_VALUES), "PLSRegression": (X, TWO_VALUES), "PLSSVD": (X, TWO_VALUES),
    "SelfTrainingClassifier": (X, np.where(np.arange(N) < 20, CLASSES, -1)),
    "CategoricalNB": (X.astype(int), CLASSES),
}


def frame():
    return pd.DataFrame({"city": pd.Categorical(["Oslo", "Rom", "Bern"] * 10), "age": X[:, 0], "size": X[:, 1]})


def named(model, X=X, y=CLASSES):
    return model.fit(X, y)


# Honest parameters that bring other globals into the file than the defaults do. A file's name is CLASS-VARIANT.
VARIANTS = {
    "HistGradientBoostingClassifier-categories": lambda: named(HistGradientBoostingClassifier(
        max_iter=2, categorical_features=[0] if OLD else ["city"], min_samples_leaf=2),
        X.astype(int) if OLD else frame()),
    "HistGradientBoostingClassifier-stopping": lambda: named(HistGradientBoostingClassifier(
        max_iter=3, early_stopping=True, min_samples_leaf=2, scoring="roc_auc")),
    **{f"HistGradientBoostingRegressor-{loss}": lambda loss=loss: named(HistGradientBoostingRegressor(
        loss=loss, max_iter=2, quantile=0.5), y=VALUES) for loss in ("absolute_error", "poisson", "quantile", "gamma")
       if loss != "gamma" or not OLD},
    **{f"GradientBoostingRegressor-{loss}": lambda loss=loss: named(GradientBoostingRegressor(
        loss=loss, n_estimators=2), y=VALUES) for loss in ("absolute_error", "huber", "quantile")},
    "GradientBoostingClassifier-exponential": lambda: named(GradientBoostingClassifier(loss="exponential", n_estimators=2)),
    "GradientBoostingClassifier-three": lambda: named(GradientBoostingClassifier(n_estimators=2), y=np.arange(N) % 3),
    "GradientBoostingClassifier-init": lambda: named(GradientBoostingClassifier(n_estimators=2, init=LogisticRegression())),
    **{f"SGDClassifier-{loss}": lambda loss=loss: named(SGDClassifier(loss=loss, max_iter=20)) for loss in (
        "log_loss", "modified_huber", "squared_hinge", "perceptron", "squared_error", "huber", "epsilon_insensitive",
        "squared_epsilon_insensitive")},
    "SGDClassifier-stopping": lambda: named(SGDClassifier(early_stopping=True, average=True, max_iter=20)),
    "LogisticRegression-sparse": lambda: named(LogisticRegression()).sparsify(),
    "LogisticRegression-RandomState": lambda: named(LogisticRegression(random_state=np.random.RandomState(3))),
    "LogisticRegression-frame": lambda: named(LogisticRegression(), frame()[["age", "size"]]),
    "StandardScaler-set_output": lambda: named(StandardScaler().set_output(transform="pandas"), frame()[["age", "size"]]),
    "StandardScaler-partial_fit": lambda: StandardScaler().partial_fit(X).partial_fit(X),
    "Pipeline-memory": lambda: named(Pipeline([("a", StandardScaler()), ("b", LogisticRegression())],
                                              memory=joblib.Memory(location=None))),
    "ColumnTransformer-frame": lambda: named(ColumnTransformer(
        [("a", OneHotEncoder(), ["city"]), ("b", StandardScaler(), make_column_selector(dtype_include="number"))]), frame()),
    "ColumnTransformer-slices": lambda: named(ColumnTransformer(
        [("a", StandardScaler(), slice(0, 2)), ("b", "drop", slice("size", None)), ("c", MaxAbsScaler(), ["age"])][::2]), frame()[["age", "size"]]),
    "GridSearchCV-scorer": lambda: named(GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=KFold(2, shuffle=True, random_state=0),
                                         scoring=make_scorer(f1_score, average="macro"))),
    "GridSearchCV-scorers": lambda: named(GridSearchCV(Pipeline([("m", SVC())]), [{"m__kernel": ["rbf"]}, {"m": [LinearSVC(), SVC()]}],
                                          cv=2, scoring=["accuracy", "f1"], refit="f1")),
    "RandomizedSearchCV-distributions": lambda: named(RandomizedSearchCV(
        LogisticRegression(), {"C": stats.loguniform(0.1, 10), "max_iter": stats.randint(50, 60)}, n_iter=2, cv=2, random_state=0)),
    "LogisticRegressionCV-folds": lambda: named(LogisticRegressionCV(Cs=2, cv=StratifiedKFold(2), scoring="accuracy")),
    "GaussianProcessRegressor-kernels": lambda: named(GaussianProcessRegressor(
        (kernels.ConstantKernel() * kernels.RBF([1.0] * 4) + kernels.WhiteKernel() + kernels.Matern(nu=1.5) ** 2
         + kernels.RationalQuadratic() + kernels.ExpSineSquared() + kernels.DotProduct()), optimizer=None), y=VALUES),
    "KNeighborsClassifier-ball_tree": lambda: named(KNeighborsClassifier(algorithm="ball_tree", metric="minkowski", p=3)),
    **{f"KNeighborsClassifier-{metric}": lambda metric=metric: named(KNeighborsClassifier(
        algorithm="ball_tree" if metric != "cosine" else "brute", metric=metric, weights="distance")) for metric in (
            "manhattan", "chebyshev", "canberra", "braycurtis", "hamming", "cosine")},
    "KNeighborsClassifier-words": lambda: named(KNeighborsClassifier(), y=np.array(["ja", "nein"], dtype=object)[CLASSES]),
    "MLPClassifier-adam": lambda: named(MLPClassifier(hidden_layer_sizes=(2,), solver="adam", max_iter=3, early_stopping=True)),
    "MLPClassifier-sgd": lambda: named(MLPClassifier(hidden_layer_sizes=(2,), solver="sgd", max_iter=3)),
    "MLPRegressor-lbfgs": lambda: named(MLPRegressor(hidden_layer_sizes=(2,), solver="lbfgs", max_iter=3), y=VALUES),
    "SVC-precomputed": lambda: named(SVC(kernel="precomputed"), X @ X.T),
    "SVC-probability": lambda: named(SVC(probability=True)),
    "SVC-csr": lambda: named(SVC(), csr_matrix(X)),
    "SelectKBest-mutual": lambda: named(SelectKBest(mutual_info_classif, k=2)),
    "SelectKBest-chi2": lambda: named(SelectKBest(chi2, k=2)),
    "TfidfVectorizer-words": lambda: TfidfVectorizer(stop_words=["one"], dtype=np.float32, ngram_range=(1, 2)).fit(WORDS),
    "OrdinalEncoder-frame": lambda: named(OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), frame()[["city"]]),
    "OneHotEncoder-infrequent": lambda: named(OneHotEncoder(min_frequency=12, handle_unknown="infrequent_if_exist"), frame()[["city"]]),
    "FunctionTransformer-partial": lambda: named(FunctionTransformer(functools.partial(np.clip, a_min=0, a_max=2))),
    "FunctionTransformer-keywords": lambda: named(FunctionTransformer(np.clip, kw_args={"a_min": 0, "a_max": 1})),
    "TransformedTargetRegressor-functions": lambda: named(TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1), y=VALUES),
    "KBinsDiscretizer-ordinal": lambda: named(KBinsDiscretizer(2, encode="ordinal")),
    "SplineTransformer-periodic": lambda: named(SplineTransformer(extrapolation="periodic")),
    "IterativeImputer-forest": lambda: named(IterativeImputer(RandomForestRegressor(2, max_depth=2), max_iter=1)),
    "CalibratedClassifierCV-isotonic": lambda: named(CalibratedClassifierCV(method="isotonic", cv=2)),
    "VotingClassifier-drop": lambda: named(VotingClassifier([("a", LogisticRegression()), ("b", "drop")])),
    "StackingClassifier-forest": lambda: named(StackingClassifier([("a", RandomForestClassifier(2, max_depth=2))], cv=2)),
    "DecisionTreeClassifier-weights": lambda: named(DecisionTreeClassifier(class_weight={0: 1.0, 1: 2.0}, max_depth=2)),
    "RandomForestClassifier-default_rng": lambda: with_attribute(
        named(RandomForestClassifier(2, max_depth=2)), "note_", np.random.default_rng(0)),
    "RandomForestClassifier-frame_kept": lambda: with_attribute(named(RandomForestClassifier(2, max_depth=2)), "train_", frame()),
    "Ridge-datetime": lambda: with_attribute(named(Ridge(), y=VALUES), "trained_at_", datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc)),
    "Ridge-more_types": lambda: with_attribute(named(Ridge(), y=VALUES), "kept_", {
        "path": PurePosixPath("a/b"), "decimal": Decimal("1.5"), "uuid": UUID(int=5), "fraction": Fraction(1, 3),
"complex": 1j, "set": {1, 2}, "frozen": frozenset("ab"), "deque": deque([1], 3),
        "ordered": OrderedDict(a=1), "default": defaultdict(list, a=[1]), "counter": Counter("aab"), "range": range(3),
        "day": datetime.date(2024, 1, 2), "delta": datetime.timedelta(1), "when": np.datetime64("2024-01-02"),
        "bytes": bytearray(b"x"), "slice": slice(1, 2), "masked": np.ma.masked_array([1, 2], [True, False]),
        "matrix": np.arange(4).reshape(2, 2), "record": np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]),
        "csc": csr_matrix(X).tocsc(), "coo": csr_matrix(X).tocoo()}),
    "Ridge-series": lambda: with_attribute(named(Ridge(), y=VALUES), "kept_", [
        pd.Series([1.0, 2.0]), pd.Index(["a", "b"]), pd.RangeIndex(3), pd.Timestamp("2024-01-02"), pd.NaT,
        pd.date_range("2024-01-01", periods=2), pd.Categorical(["a", "b"]), pd.Series(["a", None], dtype="string"),
        pd.Series([1, None], dtype="Int64"), pd.MultiIndex.from_tuples([("a", 1)]), pd.Interval(0, 1)]),
}
if not hasattr(StandardScaler, "set_output"):  # since 1.2
    del VARIANTS["StandardScaler-set_output"]


def with_attribute(model, name, value):
    setattr(model, name, value)
    return model


def made(name, kind):
    parameters = kind._get_param_names()
    given = MORE.get(name, dict)()
    inner = "estimator" if "estimator" in parameters else "base_estimator"  # Some were renamed in 1.2, others in 1.6 and 1.7.
    if name in CLASSIFYING or name in REGRESSING:
        given[inner] = LogisticRegression() if name in CLASSIFYING else Ridge()
    model = kind(**given)
    small = {key: value for key, value in SMALL.items()
             if key in parameters and key not in given and key not in UNLIKE_SMALL.get(name, ())}
    for key, value in small.items():  # One by one: a class may refuse one of them.
        old = model.get_params(deep=False)[key]
        try:
            fitted(name, model.set_params(**{key: value}))
        except Exception:
            model.set_params(**{key: old})
    return model


def fitted(name, model):
    if name in FIT:
        return model.fit(*FIT[name])
    tags = getattr(model, "_estimator_type", None)
    order = (VALUES, CLASSES) if tags == "regressor" or "Regress" in name or "SearchCV" in name else (CLASSES, VALUES)
    errors = []
    for y in order:
        try:
            return model.fit(X, y)
        except Exception as error:
            errors.append(error)
    raise errors[0]


def main():
    out = Path(sys.argv[1]) / sklearn.__version__
    out.mkdir(parents=True, exist_ok=True)
    for old in out.iterdir():
        old.unlink()
    warnings.simplefilter("ignore")
    makers = {name: lambda name=name, kind=kind: fitted(name, made(name, kind)) for name, kind in all_estimators()}
    count, failed = 0, []
    for name, make in {**makers, **VARIANTS}.items():
        np.random.seed(0)  # Not every class has a random_state.
        try:
            model = make()
        except Exception as error:
            failed.append(f"{name}: {type(error).__name__}: {error}")
            continue
        if sklearn.__version__.startswith(("1.2.", "1.9.")):
            (out / f"{name}.pkl").write_bytes(zlib.compress(pickle.dumps(model, protocol=5), 9))
        joblib.dump(model, out / f"{name}.joblib", compress=("zlib", 9))
        count += 1
    print(f"scikit-learn {sklearn.__version__}: {count} models of {len(makers)} classes", *failed, sep="\n")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
