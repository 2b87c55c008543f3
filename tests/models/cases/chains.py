"""Chains of estimators, output codes, self-training, RANSAC, imputation by estimators."""
import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.ensemble import RandomForestRegressor
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import BayesianRidge, LinearRegression, LogisticRegression, RANSACRegressor, Ridge, SGDClassifier
from sklearn.multiclass import OutputCodeClassifier
from sklearn.multioutput import ClassifierChain, RegressorChain
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import MaxAbsScaler, StandardScaler
from sklearn.pipeline import make_pipeline
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeRegressor

from cases.shared import LOG, forest, lr, scaled, tree
from data import CORNERS, LABELS, NUMERIC, SPARSE, Data, numbers
from rows import corners, gappy, num, row


def live(name, make, data, **keywords):
    row(name, make, data, checked_in="never", **keywords)


def grown(**keywords):
    return DecisionTreeRegressor(random_state=0, **{"max_depth": 3, **keywords})


FULL = tuple(c for c in NUMERIC + SPARSE if c != "wide")  # of 120 rows

# Chains.
SOME_LOG = dict(extra=LOG, since=(1, 4), why="predict_log_proba is new in 1.4")
row("chain", lambda: ClassifierChain(tree(max_depth=3), order=[1, 0]), num("class23"), ask=("predict",))
row("chain_three", lambda: ClassifierChain(tree(max_depth=3), order=[1, 0, 2]), lambda: three())
for corner in FULL:
    live(f"chain_{corner}", lambda: ClassifierChain(tree(max_depth=3), order=[2, 0, 1]), lambda corner=corner: three(corner))
    live(f"chain_lr_{corner}", lambda: ClassifierChain(lr(max_iter=50)), lambda corner=corner: three(corner))
live("chain_log", lambda: ClassifierChain(lr(max_iter=50)), lambda: three(), **SOME_LOG)
live("chain_svc", lambda: ClassifierChain(scaled(LinearSVC(random_state=0))), lambda: three())
live("chain_no_scores", lambda: ClassifierChain(scaled(SGDClassifier(random_state=0, loss="hinge"))), num("class23"), ask=("predict",))
live("chain_random", lambda: ClassifierChain(scaled(lr()), order="random", random_state=3), lambda: three())
live("chain_tuple", lambda: ClassifierChain(scaled(lr()), order=(2, 1, 0), cv=3), lambda: three())
live("chain_bools", lambda: ClassifierChain(forest(3)), lambda: three(dtype=bool))
live("chain_floats", lambda: ClassifierChain(tree(max_depth=3)), lambda: three(dtype=float))
live("chain_fractions", lambda: ClassifierChain(tree(max_depth=3)), lambda: three(scale=lambda y: y * 2 + 1.0))
for method in ("predict_proba", "predict_log_proba", "decision_function"):
    name = method.split("_")[1]
    row(f"chain_by_{name}", lambda m=method: ClassifierChain(scaled(lr()), chain_method=m, order=[2, 0, 1]), lambda: tame(three()),
        since=(1, 5), why="chain_method is new in 1.5", checked_in="ends" if name == "proba" else "never")
live("chain_by_list", lambda: ClassifierChain(scaled(LinearSVC(random_state=0)), chain_method=["predict_proba", "decision_function"]),
     lambda: three(), since=(1, 5), why="chain_method is new in 1.5")
live("chain_last", lambda: scaled(ClassifierChain(lr())), lambda: three())
row("chain_reg", lambda: RegressorChain(Ridge(), order=[1, 0]), num("value2"))
for corner in NUMERIC + SPARSE:
    live(f"chain_reg_{corner}", lambda: RegressorChain(Ridge()), lambda corner=corner: CORNERS[corner]("value2"))
row("chain_reg_f32_csr", lambda: RegressorChain(LinearRegression(), order=[1, 0]), num("value2", dtype="f4", form="csr"),
    changes=((1, 5),))
live("chain_reg_tree", lambda: RegressorChain(grown(), cv=3, order=np.array([1, 0])), num("value2"))
live("chain_reg_one", lambda: RegressorChain(grown()), lambda: column("value"))
live("chain_reg_labels", lambda: RegressorChain(tree(max_depth=3)), num("class23"))


def three(corner=None, dtype=int, scale=lambda y: y):
    data = numbers("value") if corner is None else CORNERS[corner]("value")
    z = numbers("value").y
    y = np.column_stack([z > np.median(z), z > np.quantile(z, 0.3), z < np.quantile(z, 0.8)])
    data.y = scale(y.astype(dtype))
    return data


def tame(data):
    """Without the rows whose numbers are so great that a logarithm is infinite."""
    return Data(data.X, data.y, data.test[:16])


def column(target):
    data = numbers(target)
    data.y = data.y.reshape(-1, 1)
    return data


# Output codes.
corners("outputcode", lambda: OutputCodeClassifier(tree(max_depth=3), random_state=0), "three", NUMERIC + SPARSE, LABELS)
corners("outputcode_lr", lambda: OutputCodeClassifier(scaled(lr()), code_size=2, random_state=1), "word3", ("f32", "named"), ("four",))
live("outputcode_svc", lambda: OutputCodeClassifier(scaled(LinearSVC(random_state=0)), code_size=3, random_state=0), num("four"))
live("outputcode_short", lambda: OutputCodeClassifier(scaled(lr()), code_size=0.4, random_state=2), num("four"))
for seed in range(6):  # columns of one class
    row(f"outputcode_constant_{seed}", lambda s=seed: OutputCodeClassifier(scaled(lr()), code_size=1, random_state=s), num("three"),
        checked_in="ends" if seed == 0 else "never")
    live(f"outputcode_constant_tree_{seed}", lambda s=seed: OutputCodeClassifier(forest(3), code_size=1.5, random_state=s), num("two"))


# Self-training.
def unlabelled(target="three", corner=None):
    data = numbers(target) if corner is None else CORNERS[corner](target)
    y = np.array(data.y)
    y[::3] = -1
    data.y = np.where(y == 70, 2, y) if y.dtype.kind == "i" else y
    return data


def train(model, **keywords):
    return SelfTrainingClassifier(model, **keywords)


row("selftrain", lambda: train(lr(max_iter=50)), lambda: unlabelled("count"))
for corner in NUMERIC + SPARSE:
    live(f"selftrain_{corner}", lambda: train(tree(max_depth=3)), lambda corner=corner: unlabelled("two", corner), extra=LOG)
row("selftrain_svc", lambda: train(scaled(SVC(probability=True, random_state=0)), criterion="k_best", k_best=5), lambda: unlabelled("two"))
live("selftrain_all", lambda: train(GaussianNB(), max_iter=None, threshold=0.9), lambda: numbers("three"), extra=LOG)


def unlabelled_words():
    data = numbers("object3")
    data.y[::3] = -1
    return data


live("selftrain_words", lambda: train(scaled(lr())), unlabelled_words, extra=LOG)
live("selftrain_gaps", lambda: train(fill_and(tree(max_depth=3))), lambda: gappy_unlabelled())
live("selftrain_last", lambda: scaled(train(lr())), lambda: unlabelled("two"), extra=LOG)


def fill_and(model):
    return make_pipeline(IterativeImputer(max_iter=2, random_state=0), model)


def gappy_unlabelled():
    data = numbers("two", missing=True)
    data.y[::3] = -1
    return data


# RANSAC.
corners("ransac", lambda: RANSACRegressor(random_state=0), "value", FULL)
live("ransac_two", lambda: RANSACRegressor(random_state=0), num("value2"))
live("ransac_column", lambda: RANSACRegressor(random_state=0), lambda: column("value"))
live("ransac_tree", lambda: RANSACRegressor(grown(), min_samples=0.5, random_state=0, loss="squared_error", max_trials=5),
     num("value"))
live("ransac_last", lambda: scaled(RANSACRegressor(Ridge(), min_samples=30, random_state=0)), num("value"))
live("ransac_gaps", lambda: RANSACRegressor(fill_and(Ridge()), min_samples=60, max_trials=3, random_state=0), gappy("value"))


# Imputation by estimators.
def impute(*args, **keywords):
    return IterativeImputer(*args, random_state=0, **{"max_iter": 2, **keywords})


def with_empty(column=2):
    data = numbers("two", missing=True)
    data.X[:, column] = np.nan
    return data


def minus_one():
    data = numbers("two", missing=True)
    return Data(np.nan_to_num(data.X, nan=-1), data.y, np.nan_to_num(data.test, nan=-1))


def called():
    data = numbers("two", missing=True)
    return Data(*(pd.DataFrame(x, columns=list("abcdeé")) if i != 1 else x for i, x in enumerate((data.X, data.y, data.test))))


row("impute_by", impute, gappy())
row("impute_by_tree", lambda: impute(grown()), gappy())
live("impute_by_f32", impute, gappy(dtype="f4"))
live("impute_by_tree_f32", lambda: impute(grown()), gappy(dtype="f4"))
live("impute_by_ints", lambda: impute(missing_values=-1), lambda: Data(
    *(np.round(x).astype(int) if i != 1 else x for i, x in enumerate((minus_one().X, minus_one().y, np.clip(minus_one().test, -9, 99))))))
live("impute_by_named", impute, called)
live("impute_by_named_indicator", lambda: impute(add_indicator=True), called)
live("impute_by_one_feature", impute, lambda: Data(*(x[:, :1] if i != 1 else x for i, x in enumerate(
    (gappy()().X, gappy()().y, gappy()().test)))))
live("impute_by_whole", impute, num())
live("impute_by_skip", lambda: impute(skip_complete=True), lambda: few_gaps())
live("impute_by_nearest", lambda: impute(n_nearest_features=3, imputation_order="random"), gappy())
for order in ("descending", "roman", "arabic"):
    live(f"impute_by_{order}", lambda o=order: impute(imputation_order=o), gappy())
for strategy in ("median", "most_frequent", "constant"):
    live(f"impute_by_{strategy}", lambda s=strategy: impute(grown(), initial_strategy=s), gappy())
    live(f"impute_by_{strategy}_empty", lambda s=strategy: impute(grown(), initial_strategy=s), with_empty,
         **(dict(since=(1, 6), why="fit refuses it before") if strategy == "constant" else {}))
live("impute_by_fill", lambda: impute(grown(), initial_strategy="constant", fill_value=2.5), gappy(), since=(1, 3), why="fill_value is new in 1.3")
row("impute_by_limits", lambda: impute(grown(), min_value=0, max_value=[1, 55, 2, 3, 4, 5]), gappy(), checked_in="never")
live("impute_by_none", lambda: impute(max_iter=0), gappy())
row("impute_by_empty", lambda: impute(add_indicator=True), with_empty)
row("impute_by_keep_empty", lambda: impute(grown(), keep_empty_features=True, add_indicator=True), with_empty, since=(1, 2),
    why="keep_empty_features is new in 1.2")
live("impute_by_minus_one", lambda: impute(missing_values=-1), minus_one)
live("impute_by_forest", lambda: impute(RandomForestRegressor(3, random_state=0)), gappy())
live("impute_by_knn", lambda: impute(make_pipeline(StandardScaler(), KNeighborsRegressor(3))), gappy())
live("impute_by_linear", lambda: impute(LinearRegression()), gappy(dtype="f4"))
live("impute_by_classes", lambda: impute(tree(max_depth=3)), lambda: whole_numbers())
live("impute_by_last", lambda: make_pipeline(MaxAbsScaler(), impute(BayesianRidge()), LogisticRegression()), gappy("word3"))
live("impute_by_nothing_left", impute, lambda: Data(gappy()().X, gappy()().y, np.full((3, 6), np.nan)))


def whole_numbers():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 4, size=(90, 4)).astype(float)
    X[rng.random(X.shape) < 0.15] = np.nan
    return Data(X[:60], np.arange(60) % 2, X[60:])


def few_gaps():
    data = numbers("two")
    data.X[::5, 1] = data.test[::4, 1] = data.test[::5, 3] = np.nan
    return data
