"""The rows, targets, weights and parameters that extremes.py fits estimators with: legal ones, at the ends of what is legal."""
import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier, SGDRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def normal(rows, columns, seed=0):
    return np.random.RandomState(seed).normal(size=(rows, columns))


def with_cell(X, value):
    X = X.copy()
    X[0, 0] = value
    return X


ROWS = {  # name: X
    "normal": lambda: normal(24, 4),
    "shifted": lambda: normal(24, 4) + 1e9,
    "one row": lambda: normal(1, 4),
    "two rows": lambda: normal(2, 3),
    "one cell": lambda: normal(1, 1),
    "one feature": lambda: normal(24, 1),
    "wide": lambda: normal(5, 30),
    "zeros": lambda: np.zeros((12, 3)),
    "ones": lambda: np.ones((12, 3)),
    "a constant column": lambda: np.column_stack([normal(24, 2), np.full(24, 7.0)]),
    "all rows alike": lambda: np.tile(normal(1, 4), (12, 1)),
    "rows twice": lambda: np.tile(normal(6, 3), (4, 1)),
    "columns twice": lambda: np.tile(normal(24, 2), (1, 2)),
    "1e-300": lambda: normal(24, 4) * 1e-300,
    "5e-324": lambda: np.where(normal(24, 4) > 0, 5e-324, 0.0),
    "1e-160": lambda: normal(24, 4) * 1e-160,
    "1e160": lambda: normal(24, 4) * 1e160,
    "1e300": lambda: np.abs(normal(24, 4)) * 1e300,
    "a cell of 1e300": lambda: with_cell(normal(24, 4), 1e300),
    "scales": lambda: normal(24, 5) * [1e-200, 1e-20, 1.0, 1e20, 1e150],
    "signed zeros": lambda: np.where(normal(24, 4) > 0, 0.0, -0.0),
    "float32": lambda: normal(24, 4).astype(np.float32),
    "float32 1e38": lambda: (np.abs(normal(24, 4)) * 1e38).astype(np.float32),
    "float32 1e-40": lambda: (normal(24, 4) * 1e-40).astype(np.float32),
    "float16": lambda: normal(24, 4).astype(np.float16),
    "integers": lambda: np.round(normal(24, 4) * 10).astype(np.int64),
    "uint8": lambda: np.abs(normal(24, 4) * 100).astype(np.uint8),
    "int64 ends": lambda: np.where(normal(24, 3) > 0, 2**62, -2**62).astype(np.int64),
    "bools": lambda: normal(24, 4) > 0,
    "counts": lambda: np.floor(np.abs(normal(24, 4)) * 3),
    "small integers": lambda: np.arange(96).reshape(24, 4) % 3,
    "fractions": lambda: np.random.RandomState(0).rand(24, 4),
    "Fortran": lambda: np.asfortranarray(normal(24, 4)),
    "csr": lambda: sp.csr_matrix(np.where(normal(24, 4) > 0.5, 1.5, 0.0)),
    "csc float32": lambda: sp.csc_matrix(np.where(normal(24, 4) > 0.5, 1.5, 0.0).astype(np.float32)),
    "csr without a number": lambda: sp.csr_matrix((12, 3)),
    "gaps": lambda: np.where(normal(24, 4) > 1, np.nan, normal(24, 4)),
    "a column of gaps": lambda: np.column_stack([normal(24, 2), np.full(24, np.nan)]),
    "words": lambda: np.array([["b", "", "a", "é"][i % 4:i % 4 + 1] + ["x"] for i in range(24)], dtype=object),
    "one word": lambda: np.full((12, 1), "a", dtype=object),
    "named": lambda: pd.DataFrame(normal(24, 3), columns=["a", "b c", "é"]),
    "frame": lambda: pd.DataFrame({"city": ["Oslo", "Rom", "Bern"] * 8, "age": normal(24, 1)[:, 0], "kind": ["a"] * 24}),
}
DOCUMENTS = {
    "words": lambda: ["one two two", "three one", "two three four", "four one one"] * 3,
    "one document": lambda: ["one"],
    "empty ones": lambda: ["", "one", "", ""],
    "alike": lambda: ["one two"] * 5,
    "unicode": lambda: ["é É ß", "İstanbul ﬁ", "one ΑΣ Σ", "日本 語 one one"],
}
RECORDS = {
    "records": lambda: [{"city": "Oslo", "age": 3}, {"city": "Rom", "age": 4.5}, {"age": 5}],
    "one": lambda: [{"a": 0}],
    "empty ones": lambda: [{}, {"a": 1e300}, {}],
}
LABELS = {
    "words": lambda: ["b", "a", "c", "a"], "one": lambda: ["a"], "integers": lambda: [3, -1, 2**60], "bools": lambda: [True, False],
    "floats": lambda: np.array([0.5, -0.0, 1e300]), "objects": lambda: np.array(["a", "b"], dtype=object), "uint8": lambda: np.array([1, 0], np.uint8),
}


def cycle(n, *values):
    return np.array([values[i % len(values)] for i in range(n)])


CLASSES = {  # name: y of n rows
    "two": lambda n: np.arange(n) % 2,
    "three": lambda n: np.arange(n) % 3,
    "one": lambda n: np.zeros(n, int),
    "each its own": np.arange,
    "one row of a class": lambda n: (np.arange(n) == 0).astype(int),
    "two rows of a class": lambda n: (np.arange(n) < 2).astype(int),
    "words": lambda n: cycle(n, "no", "yes, é", ""),
    "objects": lambda n: cycle(n, "no", "maybe").astype(object),
    "bools": lambda n: np.arange(n) % 2 == 0,
    "floats": lambda n: cycle(n, -1.0, 0.0, 1e300),
    "float32": lambda n: cycle(n, 0, 1).astype(np.float32),
    "large": lambda n: cycle(n, 2**60, 2**60 + 1, -2**63),
    "uint8": lambda n: cycle(n, 255, 0).astype(np.uint8),
    "uint64": lambda n: cycle(n, 2**64 - 1, 0).astype(np.uint64),
    "object integers": lambda n: cycle(n, 0, 1).astype(object),
    "a column": lambda n: cycle(n, 0, 1).reshape(-1, 1),
    "two outputs": lambda n: np.column_stack([np.arange(n) % 2, np.arange(n) % 3]),
    "an output of one class": lambda n: np.column_stack([np.arange(n) % 2, np.zeros(n, int)]),
    "indicators": lambda n: np.column_stack([np.arange(n) % 2, np.arange(n) // 2 % 2, np.zeros(n, int)]),
}
VALUES = {
    "normal": lambda n: np.random.RandomState(1).normal(size=n),
    "zeros": np.zeros,
    "constant": lambda n: np.full(n, 3.5),
    "integers": lambda n: np.arange(n) % 7,
    "uint8": lambda n: (np.arange(n) % 7).astype(np.uint8),
    "bools": lambda n: np.arange(n) % 2 == 0,
    "float32": lambda n: np.random.RandomState(1).normal(size=n).astype(np.float32),
    "float16": lambda n: np.random.RandomState(1).normal(size=n).astype(np.float16),
    "objects": lambda n: np.random.RandomState(1).normal(size=n).astype(object),
    "1e300": lambda n: np.random.RandomState(1).rand(n) * 1e300,
    "1e-300": lambda n: np.random.RandomState(1).rand(n) * 1e-300,
    "5e-324": lambda n: np.full(n, 5e-324),
    "positive": lambda n: np.random.RandomState(1).rand(n) + 0.5,
    "counts": lambda n: np.random.RandomState(1).poisson(2, n).astype(float),
    "one outlier": lambda n: np.where(np.arange(n) == 0, 1e9, 1.0),
    "a column": lambda n: np.random.RandomState(1).normal(size=(n, 1)),
    "two outputs": lambda n: np.random.RandomState(1).normal(size=(n, 2)),
    "an output of zeros": lambda n: np.column_stack([np.random.RandomState(1).normal(size=n), np.zeros(n)]),
    "huge and tiny": lambda n: np.column_stack([np.random.RandomState(1).normal(size=n) * 1e200, np.full(n, 1e-300)]),
}
WEIGHTS = {
    "none at all": np.zeros,
    "one row": lambda n: (np.arange(n) == 0).astype(float),
    "every second": lambda n: (np.arange(n) % 2).astype(float),
    "1e-300": lambda n: np.full(n, 1e-300),
    "1e300": lambda n: np.full(n, 1e300),
    "integers": lambda n: np.arange(n) % 3,
    "float32": lambda n: np.ones(n, np.float32),
}

INNER_CLASSIFIERS = [LogisticRegression, LinearSVC, SVC, GaussianNB, lambda: DecisionTreeClassifier(max_depth=2),
                     lambda: SGDClassifier(learning_rate="constant", eta0=1e9, max_iter=5), lambda: KNeighborsClassifier(1)]
INNER_REGRESSORS = [Ridge, LinearRegression, lambda: Ridge(0.0), lambda: DecisionTreeRegressor(max_depth=2), lambda: KNeighborsRegressor(1),
                    lambda: SGDRegressor(learning_rate="constant", eta0=1e9, max_iter=5)]
SCALERS = [StandardScaler, MaxAbsScaler, MinMaxScaler, lambda: "passthrough", lambda: SelectKBest(k=1)]
# What a class is given: {parameter: from rng}.
GIVEN = {
    "SparseCoder": {"dictionary": lambda rng: np.eye(4)},
    "ColumnTransformer": {"transformers": lambda rng: [("a", rng.choice(SCALERS)(), [0]), ("b", rng.choice([StandardScaler, OneHotEncoder])(), [1, 0])]},
    "FeatureUnion": {"transformer_list": lambda rng: [("a", rng.choice(SCALERS)()), ("b", rng.choice(SCALERS)())]},
    "Pipeline": {"steps": lambda rng: [("scale", rng.choice(SCALERS)()), ("model", rng.choice(INNER_CLASSIFIERS)())]},
    "GridSearchCV": {"estimator": lambda rng: Ridge(), "param_grid": lambda rng: {"alpha": [0.0, 1e300]}},
    "RandomizedSearchCV": {"estimator": lambda rng: Ridge(), "param_distributions": lambda rng: {"alpha": [0.0, 1e300]}, "n_iter": lambda rng: 2},
    "HalvingGridSearchCV": {"estimator": lambda rng: Ridge(), "param_grid": lambda rng: {"alpha": [0.0, 1e300]}},
    "HalvingRandomSearchCV": {"estimator": lambda rng: Ridge(), "param_distributions": lambda rng: {"alpha": [0.0, 1e300]}},
    "StackingClassifier": {"estimators": lambda rng: [("a", rng.choice(INNER_CLASSIFIERS)()), ("b", "drop")]},
    "StackingRegressor": {"estimators": lambda rng: [("a", rng.choice(INNER_REGRESSORS)()), ("b", "drop")]},
    "VotingClassifier": {"estimators": lambda rng: [("a", rng.choice(INNER_CLASSIFIERS)()), ("b", rng.choice(INNER_CLASSIFIERS)())]},
    "VotingRegressor": {"estimators": lambda rng: [("a", rng.choice(INNER_REGRESSORS)()), ("b", "drop")]},
    "FrozenEstimator": {"estimator": lambda rng: rng.choice(INNER_REGRESSORS)().fit(normal(24, 4), normal(24, 1)[:, 0])},
    "FeatureHasher": {"n_features": lambda rng: rng.choice([1, 8]), "input_type": lambda rng: "dict"},
    "HashingVectorizer": {"n_features": lambda rng: rng.choice([1, 8])},
    "FunctionTransformer": {"func": lambda rng: rng.choice([None, np.log1p, np.exp, np.sqrt, np.square])},
}
CLASSIFYING = {"CalibratedClassifierCV", "FixedThresholdClassifier", "TunedThresholdClassifierCV", "OneVsOneClassifier", "OneVsRestClassifier",
               "OutputCodeClassifier", "ClassifierChain", "MultiOutputClassifier", "SelfTrainingClassifier", "RFE", "RFECV", "SelectFromModel",
               "SequentialFeatureSelector", "BaggingClassifier", "AdaBoostClassifier"}
REGRESSING = {"RANSACRegressor", "MultiOutputRegressor", "RegressorChain", "BaggingRegressor", "AdaBoostRegressor", "TransformedTargetRegressor"}
# Small beside the defaults: a fit takes a moment. Each may still become an extreme one.
SMALL = {"n_estimators": 2, "max_iter": 20, "cv": 2, "n_init": 1, "random_state": 0, "n_quantiles": 5, "n_alphas": 3, "hidden_layer_sizes": (2,),
         "max_subpopulation": 20, "n_neighbors": 2, "max_trials": 5, "eps_cv": 2, "max_n_alphas": 5, "n_clusters": 2}
# Words where the constraints say less than the class takes, or words that no row above suits.
OPTIONS = {
    "metric": ["euclidean", "manhattan", "chebyshev", "minkowski", "p", "infinity", "l1", "l2", "cityblock", "sqeuclidean", "cosine", "canberra",
               "braycurtis", "hamming", "correlation", "nan_euclidean", "haversine", "jaccard", "dice", "rogerstanimoto", "russellrao", "sokalsneath"],
    "hidden_layer_sizes": [(), (1,), (3, 2), 4],
    "sample_interval": [None, 1e-300, 1e9],
    "class_weight": ["balanced", None, {0: 0.0, 1: 1.0}, {0: 1e-300, 1: 1e300}],
    "alpha": [0.0, 1e-300, 1e9, 1e300], "C": [1e-300, 1e9, 1e300], "eta0": [1e-300, 1e9, 1e300], "learning_rate_init": [1e-300, 1e9],
    "quantile_range": [(0.0, 100.0), (50.0, 50.0)], "feature_range": [(-1e300, 1e300), (0, 5e-324)], "threshold": [0.0, -1e300, "mean", "median"],
    "n_components": [1, 2, 3, 5, None, 0.5, "auto", "mle"],
    "n_nonzero_coefs": [1, 2, None], "Cs": [1, [1e-300, 1e300]], "alphas": [[0.0], [1e-300, 1e300], (1,)],
    "ngram_range": [(1, 1), (1, 3), (2, 2)], "stop_words": [None, "english", ["one"]], "max_features": [1, 2, None, "sqrt", 0.5],
    "knots": ["uniform", "quantile", np.linspace(-9, 9, 4).reshape(-1, 1)],
    "transform_algorithm": ["lasso_lars", "lasso_cd", "lars", "omp", "threshold"], "degree": [0, 1, 3], "n_features_to_select": [None, 1, 0.5, 1.0],
    "algorithm": ["auto", "ball_tree", "kd_tree", "brute", "lloyd", "elkan", "svd", "parallel", "deflation"],
    "dtype": [np.float32, np.float64, np.int64],
}
