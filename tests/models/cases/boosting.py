"""Boosted trees."""
import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier,
                              HistGradientBoostingRegressor, RandomForestClassifier)
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from cases.shared import LOG, STAGED, scaled
from data import GAPS, LABELS, NUMERIC, SPARSE, Data, frame, numbers, with_empty
from rows import RELEASE, corners, fra, gappy, num, row

ENCODED = "scikit-learn 1.4 encodes categories"


def small(**keywords):
    return {"max_iter": 4, "min_samples_leaf": 4, "max_leaf_nodes": 6, "random_state": 0, **keywords}


def classifier(**keywords):
    return lambda: HistGradientBoostingClassifier(**small(**keywords))


def regressor(**keywords):
    return lambda: HistGradientBoostingRegressor(**small(**keywords))


def live(*args, **keywords):
    row(*args, checked_in="never", **keywords)


def infinite(target):
    data = numbers(target)
    data.X[::7, 3], data.X[::11, 3], data.test[::3, 3], data.test[1::3, 0] = np.inf, -np.inf, np.inf, -np.inf
    return data


corners("hist", classifier(), "two", NUMERIC + GAPS[:2], LABELS, changes=((1, 1), (1, 3), (1, 5)))
corners("hist_multi", classifier(), "word3", ("f32", "missing", "wide", "named"), changes=((1, 1),))
corners("hist_reg", regressor(), "value", NUMERIC + GAPS[:2], changes=((1, 1), (1, 3)))
for name, make in (("", classifier), ("_reg", regressor)):
    for y in (("value", "positive") if name else ("two", "word2", "word3", "float3", "bool")):
        staged = row if y in ("value", "word3") else live
        staged(f"hist_staged{name}_{y}", make(), num(y), ask=STAGED, changes=((1, 5),))
live("hist_staged_missing", classifier(), gappy("two"), ask=STAGED)
live("hist_staged_poisson", regressor(loss="poisson"), num("count"), ask=STAGED)
live("hist_infinite", classifier(), lambda: infinite("two"))
live("hist_reg_infinite", regressor(), lambda: infinite("value"))
live("hist_reg_flat", regressor(), num("flat"))
live("hist_many", lambda: HistGradientBoostingClassifier(max_iter=60, min_samples_leaf=2, random_state=0), gappy("three"))
live("hist_deep", lambda: HistGradientBoostingRegressor(max_iter=25, min_samples_leaf=1, max_leaf_nodes=None,
                                                        random_state=0), gappy("value"))
live("hist_stopping", classifier(early_stopping=True, max_iter=20, n_iter_no_change=2), num("two"))
live("hist_stopping_accuracy", classifier(early_stopping=True, scoring="accuracy", validation_fraction=None), num("two"),
     ("joblib", "p4"), edit=lambda model: model, note="_scorer holds the model itself: skops finds no end of it")
live("hist_weight", classifier(), num("three", weight=True))
live("hist_balanced", classifier(class_weight="balanced"), num("three"), since=(1, 2), why="class_weight is new in 1.2")
live("hist_monotonic", classifier(monotonic_cst=[1, 0, 0, -1, 0, 0]), num("two"))
live("hist_interaction", classifier(interaction_cst="pairwise"), num("two"), since=(1, 3), why="pairwise is new in 1.3")
live("hist_interaction_lists", classifier(interaction_cst=[{0, 1}, {2, 3}]), num("two"), since=(1, 2),
     why="interaction_cst is new in 1.2")
live("hist_features", classifier(max_features=0.5), num("two"), since=(1, 4), why="max_features is new in 1.4")
live("hist_bins", classifier(max_bins=7), num("two"))
live("hist_stump", classifier(max_depth=1, max_iter=1), num("two"))
live("hist_warm", classifier(warm_start=True, verbose=1), num("two"))
for loss, target, since in (("absolute_error", "value", (1, 1)), ("poisson", "count", (1, 1)), ("gamma", "positive", (1, 3))):
    row(f"hist_reg_{loss}", regressor(loss=loss), num(target), since=since, why="gamma is new in 1.3")
    live(f"hist_reg_{loss}_gaps", regressor(loss=loss), gappy(target), since=since, why="gamma is new in 1.3")
row("hist_reg_quantile", regressor(loss="quantile", quantile=0.8), num("value"), since=(1, 1), why="quantile is new in 1.1")
live("hist_reg_squared", regressor(loss="squared_error", l2_regularization=1.0), num("value"))
for loss in ("auto", "binary_crossentropy", "categorical_crossentropy"):
    live(f"hist_{loss}", classifier(loss=loss), num("three" if loss[0] == "c" else "two"), until=(1, 2), why="gone in 1.3")
for loss in ("least_squares", "least_absolute_deviation"):
    live(f"hist_reg_{loss}", regressor(loss=loss), num("value"), until=(1, 1), why="gone in 1.2")
if RELEASE >= (1, 1):
    from sklearn._loss.loss import HalfTweedieLoss, HalfTweedieLossIdentity
    NEW = {"since": (1, 1), "why": "losses of one's own are new in 1.1"}
    live("hist_reg_tweedie", regressor(loss=HalfTweedieLoss(power=1.5)), num("positive"), **NEW)
    live("hist_reg_tweedie_identity", regressor(loss=HalfTweedieLossIdentity(power=1.5)), num("positive"), **NEW)


# ---------------------------------------------------------------- categories


def codes(target="two", *, dtype="f8", gaps=True, odd=True):
    """Columns 1 and 4 of small integers; at predict unseen ones, negative, broken and large ones."""
    data, rng = numbers(target), np.random.default_rng(2)
    X = np.concatenate([data.X, data.test])
    X[:, 1], X[:, 4] = rng.integers(0, 40, size=len(X)), rng.choice([0, 3, 17, 31, 32, 200], size=len(X))
    if gaps:
        X[::9, 1], X[::7, 4], X[::8, 0] = np.nan, np.nan, np.nan
    data.X, data.test = X[:120].astype(dtype), X[120:].astype(dtype)
    if odd:
        with np.errstate(invalid="ignore"):
            data.test[:14, 1] = np.array([77, -1, 2.5, 255, 256, 257, 300, 1e9, 1e30, -1e30, -0.5, 254.9, 2**31, -0.0]).astype(dtype)
            data.test[:6, 4] = np.array([5, 3.9, 17, 199.99999, 456, 288]).astype(dtype)
    return data


def infinite_code(data):
    data.test[3, 4] = np.inf
    return data


def no_gaps_seen():
    data = codes(gaps=False)
    data.test[::4, 4] = np.nan
    return data


def many():
    """All categories that there may be, in few splits."""
    rng = np.random.default_rng(4)
    X = np.column_stack([rng.integers(0, 254, size=900), rng.normal(size=900)]).astype(float)
    y = (np.sin(X[:, 0]) + 0.3 * X[:, 1] > 0).astype(int)
    return Data(X[:800], y[:800], X[800:])


IN = dict(categorical_features=[1, 4])
row("hist_codes", classifier(**IN), codes, changes=((1, 3), (1, 4)))
live("hist_codes_mask", classifier(categorical_features=[False, True, False, False, True, False]), codes)
live("hist_codes_three", classifier(**IN, max_iter=9), lambda: codes("three"))
live("hist_codes_reg", regressor(**IN), lambda: codes("value"))
live("hist_codes_f32", regressor(**IN), lambda: codes("value", dtype="f4"))
live("hist_codes_ints", regressor(**IN), lambda: codes("value", dtype="i8", gaps=False))
live("hist_codes_infinite", classifier(**IN), lambda: infinite_code(codes()), until=(1, 3), why="since 1.4 the encoder refuses it")
live("hist_codes_no_gaps", classifier(**IN), no_gaps_seen)
live("hist_codes_all", classifier(categorical_features=range(2)), lambda: Data(codes().X[:, [1, 4]], codes().y, codes().test[:, [1, 4]]))
live("hist_codes_no_value", classifier(categorical_features=[2, 4]), lambda: with_empty(codes()))
live("hist_codes_many", classifier(categorical_features=[0], max_iter=20, max_leaf_nodes=31), many)
live("hist_codes_stopping", classifier(**IN, early_stopping=True, validation_fraction=0.5), lambda: codes(odd=False))
live("hist_codes_none", classifier(categorical_features=[]), codes)


def named_codes(target="two"):
    data = codes(target)
    return Data(*(pd.DataFrame(x, columns=list("abcdef")) if x.ndim == 2 else x for x in (data.X, data.y, data.test)))


def reversed_columns(data):
    return Data(data.X, data.y, data.test[list(data.test.columns)[::-1]])


def with_categories(data, unseen=True, numbers=False):
    for name in ("city", "plan") + (("visits",) if numbers else ()):
        dtype = pd.CategoricalDtype(sorted(data.X[name].dropna().unique()))
        data.X[name] = data.X[name].astype(dtype)
        if not unseen:
            data.test[name] = data.test[name].where(data.test[name].isin(dtype.categories)).astype(dtype)
    return data


live("hist_named_codes", classifier(categorical_features=[1, 4]), named_codes)
live("hist_named_codes_names", classifier(categorical_features=["b", "e"]), named_codes, since=(1, 2), why="names are new in 1.2")
live("hist_named_codes_reversed", classifier(**IN), lambda: reversed_columns(named_codes()), since=(1, 4), why=ENCODED)
AS = dict(since=(1, 4), why=ENCODED)
TEXT = dict(categorical_features=["city", "plan"])
row("hist_text", classifier(**TEXT), fra(), **AS)
live("hist_text_gaps", classifier(**TEXT), fra(gaps=("city", "plan", "age")), **AS)
live("hist_text_gaps_later", classifier(**TEXT), fra(gaps=(), test_gaps=("city", "plan", "age")), **AS)
live("hist_text_none", classifier(**TEXT), fra(gaps=("city", "plan"), hole=None), **AS)
live("hist_text_seen", classifier(**TEXT), fra(unseen=False), **AS)
live("hist_text_visits", regressor(categorical_features=["visits", "city", "plan"]), fra("value"), **AS)
live("hist_text_vip", classifier(categorical_features=["city", "plan", "vip"]), fra(vip=True), **AS)
live("hist_text_vip_number", classifier(**TEXT), fra(vip=True), **AS)
live("hist_text_reversed", classifier(**TEXT), lambda: reversed_columns(frame()), **AS)
live("hist_text_codes", classifier(**TEXT), fra(codes=True), **AS)
live("hist_text_only", classifier(categorical_features=[0, 1]),
     lambda: Data(frame().X[["city", "plan"]], frame().y, frame().test[["city", "plan"]]), **AS)
live("hist_dtype", classifier(categorical_features="from_dtype"), lambda: with_categories(frame(unseen=False), unseen=False), **AS)
live("hist_dtype_numbers", regressor(categorical_features="from_dtype"),
     lambda: with_categories(frame("value", gaps=("city", "age"), unseen=False), unseen=False, numbers=True), **AS)
live("hist_dtype_unseen", classifier(categorical_features="from_dtype"), lambda: with_categories(frame()), **AS)


# ---------------------------------------------------------------- GradientBoosting


def gradient(**keywords):
    return lambda: GradientBoostingClassifier(**{"n_estimators": 4, "random_state": 0, **keywords})


def gradient_reg(**keywords):
    return lambda: GradientBoostingRegressor(**{"n_estimators": 4, "random_state": 0, **keywords})


def fra_numbers():
    data = frame(gaps=(), test_gaps=())
    return Data(*(x[["age", "income", "visits"]] if isinstance(x, pd.DataFrame) else x for x in (data.X, data.y, data.test)))


LOSSES = ((1, 1), (1, 3), (1, 4), (1, 8))
corners("gradient", gradient(), "two", NUMERIC + SPARSE, LABELS, extra=LOG, changes=LOSSES)
corners("gradient_multi", gradient(), "word3", NUMERIC + SPARSE, extra=LOG, changes=LOSSES)
corners("gradient_exponential", gradient(loss="exponential"), "two", ("f32", "csr"), changes=LOSSES)
corners("gradient_reg", gradient_reg(), "value", NUMERIC + SPARSE, extra=("apply",), changes=LOSSES)
row("gradient_leaves", gradient(), num("word3"), ask=("apply",))
for name, data in (("two", num("two")), ("csr", num("three", form="csr")), ("f32", num("word3", dtype="f4"))):
    live(f"gradient_leaves_{name}", gradient(), data, ask=("apply",))
live("gradient_many", gradient(n_estimators=80, subsample=0.5, max_features=2, learning_rate=0.3), num("three"))
live("gradient_best_first", gradient(max_leaf_nodes=7, max_depth=None), num("two"))
live("gradient_zero", gradient(init="zero"), num("two"))
live("gradient_multi_zero", gradient(init="zero"), num("word3"))
live("gradient_exponential_zero", gradient(init="zero", loss="exponential"), num("two"))
live("gradient_prior", gradient(init=DummyClassifier(strategy="most_frequent")), num("two"))
live("gradient_multi_prior", gradient(init=DummyClassifier(strategy="most_frequent")), num("three"))
row("gradient_tree", gradient(init=DecisionTreeClassifier(max_depth=3, random_state=0)), num("two"), changes=LOSSES)
live("gradient_multi_tree", gradient(init=DecisionTreeClassifier(max_depth=3, random_state=0)), num("three"))
live("gradient_exponential_tree", gradient(loss="exponential", init=DecisionTreeClassifier(max_depth=3, random_state=0)), num("two"))
live("gradient_forest", gradient(init=RandomForestClassifier(5, random_state=0)), num("word3"))
live("gradient_forest_csr", gradient(init=RandomForestClassifier(5, random_state=0)), num("word3", form="csr"))
live("gradient_bayes", gradient(init=GaussianNB(var_smoothing=1.0)), num("word3"), since=(1, 4),
     why="before, its order in memory decided what trees add to")
live("gradient_pipe", gradient(init=scaled(DecisionTreeClassifier(max_depth=2, random_state=0))), num("word2"))
live("gradient_named_tree", gradient(init=DecisionTreeClassifier(max_depth=3, random_state=0)), fra_numbers)
live("gradient_weight", gradient(), num("word3", weight=True))
live("gradient_stopping", gradient(n_estimators=30, n_iter_no_change=2), num("two"))
live("gradient_oob", gradient(subsample=0.5), num("two"))
live("gradient_warm", gradient(warm_start=True, verbose=0, ccp_alpha=0.01), num("three"))
live("gradient_monotonic", gradient(min_samples_leaf=3, min_impurity_decrease=0.001), num("three"))
for loss in ("absolute_error", "huber", "quantile"):
    live(f"gradient_reg_{loss}", gradient_reg(loss=loss, alpha=0.7), num("value"), extra=("apply",))
live("gradient_reg_zero", gradient_reg(init="zero"), num("value"))
live("gradient_reg_mse", gradient_reg(criterion="squared_error", max_leaf_nodes=5, max_depth=None), num("value"), extra=("apply",))
live("gradient_reg_median", gradient_reg(init=DummyRegressor(strategy="median")), num("count"))
live("gradient_reg_integer", gradient_reg(init=DummyRegressor(strategy="constant", constant=3)), num("count"))
live("gradient_reg_tree", gradient_reg(init=DecisionTreeRegressor(max_depth=3, random_state=0)), num("value", form="csr"), extra=("apply",))
live("gradient_reg_pipe", gradient_reg(init=scaled(DecisionTreeRegressor(max_depth=2, random_state=0))), num("value"))
live("gradient_deviance", gradient(loss="deviance"), num("three"), until=(1, 2), why="gone in 1.3")
live("gradient_reg_ls", gradient_reg(loss="ls"), num("value"), until=(1, 1), why="gone in 1.2")
live("gradient_reg_lad", gradient_reg(loss="lad"), num("value"), until=(1, 1), why="gone in 1.2")
live("gradient_reg_flat", gradient_reg(), num("flat"))

# After each stage.
for y in ("two", "word2", "word3", "three", "bool"):
    staged = row if y in ("two", "word3") else live
    staged(f"gradient_staged_{y}", lambda: GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0), num(y), ask=STAGED,
           changes=((1, 4),))
row("gradient_staged_reg", lambda: GradientBoostingRegressor(n_estimators=4, max_depth=2, random_state=0), num("value"), ask=STAGED)
live("gradient_staged_csr", lambda: GradientBoostingRegressor(n_estimators=4, max_depth=2, random_state=0), num("value", form="csr"),
     ask=STAGED)
live("gradient_staged_f32", lambda: GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0), num("word3", dtype="f4"),
     ask=STAGED)
live("gradient_staged_exponential", lambda: GradientBoostingClassifier(loss="exponential", n_estimators=4, random_state=0), num("two"),
     ask=STAGED)
live("gradient_staged_init", lambda: GradientBoostingRegressor(n_estimators=3, init="zero", random_state=0), num("value"), ask=STAGED)
live("gradient_staged_hundreds", lambda: GradientBoostingClassifier(n_estimators=150, max_depth=2, random_state=0), num("two"),
     ask=STAGED)
