#!/usr/bin/env python3
"""make.py OUT_DIR [--full | --core] [--only WORD]: writes the models that pratique is judged by.

Runs under one scikit-learn release and writes OUT_DIR/RELEASE/CASE/: the model
as that release saves it, an input, and that very release's own answers.
README.md beside this file says what each file is. Every case is one row() below.
"""
import argparse
import importlib.util
import json
import pickle
import platform
import re
import shutil
import tempfile
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional

import joblib
import numpy as np
import pandas as pd
import scipy.sparse as sp
import sklearn
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import MaxAbsScaler, OneHotEncoder, StandardScaler
from sklearn.tree import (DecisionTreeClassifier, DecisionTreeRegressor,
                          ExtraTreeClassifier, ExtraTreeRegressor)

RELEASE = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
LZ4 = importlib.util.find_spec("lz4") is not None

# ---------------------------------------------------------------- data


@dataclass
class Data:
    X: Any
    y: Any
    test: Any
    weight: Any = None


def three_way(z):
    return np.digitize(z, [-0.6, 0.7])


TARGETS = {  # y as a function of a latent value z, one per row
    "two": lambda z: (z > 0).astype(int),
    "three": lambda z: np.array([-1, 4, 70])[three_way(z)],
    "word2": lambda z: np.array(["gut", "schön"])[(z > 0).astype(int)],
    "word3": lambda z: np.array(["low", "mittel", "高い"])[three_way(z)],
    "object3": lambda z: np.array(["low", "mittel", "高い"], dtype=object)[three_way(z)],
    "float3": lambda z: np.array([0.0, 1.0, 5.0])[three_way(z)],
    "bool": lambda z: z > 0,
    "int8": lambda z: three_way(z).astype(np.int8),
    "one": lambda z: np.full(len(z), 3),
    "value": lambda z: np.round(10 * z + 3, 3),
    "count": lambda z: np.floor(np.exp(z)),
    "flat": lambda z: np.full(len(z), 2.5),
    "value2": lambda z: np.column_stack([10 * z, np.abs(z) - 1]),
    "class23": lambda z: np.column_stack([(z > 0).astype(int), three_way(-z) + 5]),
    "word23": lambda z: np.column_stack([np.array(["a", "b"])[(z > 0).astype(int)],
                                         np.array(["x", "y", "z"])[three_way(-z)]]),
}

# One to a row, so that no sum of the row cancels.
NASTY = [1e30, -1e30, 1e36, -0.0, 0.0, 5e-324, -1e-310, 1e-40, 1.1754943508222875e-38,
         16777217.0, 0.1, np.nextafter(0.1, 1)]


def plant(X, values):
    """Puts values into the rows of X, one in each, from column to column."""
    for i, value in enumerate(values):
        X[i, i % X.shape[1]] = value
    return X


def numbers(target="two", *, dtype="f8", form="dense", missing=False, weight=False, seed=0):
    """120 rows of 6 features to fit, about 30 to predict; some values repeat."""
    rng = np.random.default_rng(seed)
    X = np.round(rng.normal(size=(150, 6)) * [1, 10, 0.01, 3, 1, 1] + [0, 50, 0, -2, 0, 0], 4)
    X[:, 4] = rng.integers(0, 4, size=150)
    if form != "dense":
        X[rng.random(X.shape) < 0.6] = 0.0
    z = X[:, 0] + 0.08 * (X[:, 1] - 50) + 0.7 * (X[:, 4] - 1.5) + 0.3 * rng.normal(size=150)
    y = TARGETS[target](z - np.median(z))[:120]
    if missing:
        X[rng.random(X.shape) < 0.12] = np.nan
        X[140, :] = np.nan
    with np.errstate(under="ignore"):
        X = np.concatenate([X[:136], plant(X[136:].copy(), NASTY)]).astype(dtype)
    fit, test = X[:120], X[120:]
    if form != "dense":
        convert = {"csr": sp.csr_matrix, "csc": sp.csc_matrix}[form]
        fit, test = convert(fit), convert(test)
        test.data[3] = 0.0  # A zero may be stored.
    return Data(fit, y, test, rng.random(120) + 0.1 if weight else None)


def grid(values, fill, test):
    """A small matrix of repeated values in which `fill` is the missing value."""
    rng = np.random.default_rng(7)
    X = rng.choice(np.asarray(values), size=(60, 4))
    X[rng.random(X.shape) < 0.2] = fill
    return Data(X, (np.arange(60) % 2), np.asarray(test))


def minus_one():
    return grid([0.25, 1.5, 5.0, 1e-3], -1.0, [[-1, -1, 0, -0.0], [1e30, -1.0, -1.0000000000000002, 2]])


def small_ints(fill):
    return grid([1, 2, 5], fill, [[1, 2, 5, fill], [9, -7, 3, 1], [-1, -1, 0, 0]])


def few_numbers(fill):
    return grid([1.0, 2.5, 7.0], fill, [[1, 2.5, 7, fill], [3, fill, -0.0, np.nextafter(2.5, 3)], [1e30, 5e-324, 1, 7]])


CITIES = ["Köln", "東京", "Zürich", "São Paulo", "Łódź"]
UNSEEN = ["🚀 Orbit", "Koeln", "Foo, \"Bar\"", "köln", "Ko\u0308ln", "東"]


def frame(target="two", *, gaps=("age", "income"), test_gaps=None, unseen=True, codes=False,
          vip=False, hole=None):
    """A pandas frame of strings and numbers with gaps, categories unseen in the fit."""
    rng = np.random.default_rng(3)
    n = 150
    X = pd.DataFrame({
        "city": rng.choice(CITIES, size=n, p=[0.5, 0.25, 0.14, 0.08, 0.03]),
        "plan": rng.choice(["007", "042", "42"] if codes else ["basic", "pro"], size=n),
        "age": np.round(rng.uniform(18, 80, size=n), 1),
        "income": np.round(rng.lognormal(8, 1, size=n), 2),
        "visits": rng.integers(0, 5, size=n),
        "rating": np.round(rng.normal(size=n), 2),
    })
    if vip:
        X["vip"] = rng.random(n) < 0.4
    z = (X["age"] - 50) / 20 + (X["city"] == "東京") + 0.3 * rng.normal(size=n)
    y = TARGETS[target](z.to_numpy() - z.median())[:120]
    for name in ("city", "plan", "age", "income"):
        gap = rng.random(n) < 0.15
        gap[:120] &= name in gaps
        gap[120:] &= name in (gaps if test_gaps is None else test_gaps)
        empty = np.nan if X[name].dtype == float else hole
        X[name] = X[name].where(~gap, empty) if empty is not None else X[name].astype(object).where(~gap, None)
    if pd.__version__ >= "3":
        X = X.astype({"city": "str", "plan": "str"})
    test = X[120:].reset_index(drop=True)
    if unseen:
        test.loc[: len(UNSEEN) - 1, "city"] = UNSEEN
    test.loc[7, "visits"] = 99
    return Data(X[:120], y, test)


def words(dtype, unseen=True):
    rng = np.random.default_rng(5)
    X = np.array(["rot", "grün", "blau", "黄色"])[rng.integers(0, 4, size=(80, 2))].astype(dtype)
    more = [["lila", "rot"], ["🟣", "ROT"], ["rot ", "黄"]] if unseen else [["rot", "rot"]]
    return Data(X, np.arange(80) % 2, np.concatenate([X[:20], more]).astype(dtype))


def only(data, names):
    return Data(data.X[names], data.y, data.test[names])


def texts(data):
    return only(data, ["city", "plan"])


def reordered(data):
    return Data(data.X, data.y, data.test[sorted(data.test.columns)])


def with_constant(data):
    data.X[:, 2], data.X[:, 5] = 7.25, 0.0
    return data


def with_empty(data):
    data.X[:, 2] = np.nan
    return data


def as_column(data):
    return Data(data.X, data.y.reshape(-1, 1), data.test)


# ---------------------------------------------------------------- rows


@dataclass
class Row:
    name: str
    make: Callable[[], Any]
    data: Callable[[], Data]
    kinds: tuple = ("joblib",)
    extra: tuple = ()  # methods beside METHODS
    root: Optional[str] = None  # the key of the model in a dict
    since: tuple = (1, 0)
    until: tuple = (9, 9)
    why: str = ""  # of since and until
    note: str = ""
    edit: Optional[Callable[[Any], Any]] = None  # what someone does to the fitted model before saving it


ROWS = []
METHODS = ("predict", "predict_proba", "decision_function", "transform")
PICKLES = ("p2", "p3", "p4", "p5")
JOBLIBS = ("c0", "z", "gz", "bz2", "xz", "lzma") + (("lz4",) if LZ4 else ())
EVERY_KIND = ("joblib",) + JOBLIBS + PICKLES
SOME_KINDS = ("joblib", "c0", "p5")  # every kind, if --full
# Cases that are also saved as .skops, where the environment has it: every class, and what skops has a node of its own for
# (slices, selectors, dtypes, object arrays, dicts with numbers as keys).
SKOPS = importlib.util.find_spec("skops") is not None
IN_SKOPS = set("""
    bundle elastic elastic_two_f32 encoder encoder_drop_first encoder_given encoder_int encoder_none encoder_objects
    encoder_rare_most ct_csr ct_matrix ct_mixed ct_nested extra extra_reg_missing extras extras_reg forest forest_balanced
    forest_missing forest_reg frame_forest frame_lr frame_mask frame_name_slice frame_selector frame_slice frame_weights
    impute_constant_value impute_forest impute_mean_indicator impute_words kinds_binary lasso linreg linreg_two lr_binary
    lr_weights lr_words maxabs missing_indicator pipe_nested pipe_passthrough ridge standard standard_weight tree
    tree_missing tree_reg tree_weight union""".split())

# Cases that vary a number and not what a file looks like: --core leaves them out.
ALIKE = re.compile(
    "_(balanced|weights?|entropy|log_loss|best_first|stump|int8|floats|monotonic|poisson|absolute|friedman|positive"
    "|f32_two|minus_one|no_bootstrap|rare_fraction|rare_none|given_numbers|drop_named|neither|name_slice|ints?)$"
    "|^(lasso|elastic)_(two|scaled|f32|csr|two_csr|two_f32)$|^(extra|forest)_(bool|words|f32|reg_outputs|reg_f32)$"
    "|^impute_(median|most_frequent)_(f32|empty|keep_empty)$")


def row(name, make, data, *args, **keywords):
    ROWS.append(Row(name, make, data, *args, **keywords))


def num(*args, **keywords):
    return lambda: numbers(*args, **keywords)


def gappy(*args, **keywords):
    return lambda: numbers(*args, missing=True, **keywords)


def fra(*args, **keywords):
    return lambda: frame(*args, **keywords)


def scaled(model):
    return Pipeline([("scale", StandardScaler()), ("model", model)])


def forest(n=12, **keywords):
    return RandomForestClassifier(n, random_state=0, n_jobs=1, **keywords)


def lr(**keywords):
    return LogisticRegression(**{"max_iter": 500, "random_state": 0, **keywords})


CAT, NUM = ["city", "plan"], ["age", "income", "visits"]


def fill_scale():
    return Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())])


def columns(cat=CAT, num=NUM, encoder=None, **keywords):
    encoder = encoder or OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer([("cat", encoder, cat), ("num", fill_scale(), num)], **keywords)


def framed(model, **keywords):
    return Pipeline([("columns", columns(**keywords)), ("model", model)])


def tree(**keywords):
    return DecisionTreeClassifier(random_state=0, **keywords)


FULL = 0  # trees in the cases of every file kind, if --full
LOG, BACK = ("predict_log_proba",), ("inverse_transform",)
NO_MULTI_CLASS = "multi_class went in 1.8"
MISSING_IN_TREES = "scikit-learn 1.3 taught decision trees missing values"
MISSING_IN_FORESTS = "scikit-learn 1.4 taught random forests missing values"
MISSING_IN_EXTRA = "scikit-learn 1.6 taught extra trees missing values"

# The main pipeline.
row("main_binary", lambda: scaled(forest(200)), num("two"), extra=LOG)
row("main_three", lambda: scaled(forest(200)), num("word3"))
row("kinds_binary", lambda: scaled(forest(FULL or 5)), num("two"), kinds=EVERY_KIND)
row("kinds_three", lambda: scaled(forest(FULL or 5)), num("word3"), kinds=SOME_KINDS)
row("kinds_frame", lambda: framed(lr()), fra("word2"), kinds=SOME_KINDS)
row("bundle", lambda: scaled(tree()), num("word3"), kinds=("joblib", "c0", "p4"), root="model")
row("bundle_lr", lambda: scaled(lr()), num("two"), kinds=("p4",), root="model")

# Logistic regression.
row("lr_binary", lambda: scaled(lr()), num("two"), extra=LOG)
row("lr_bool", lambda: scaled(lr()), num("bool"))
row("lr_words", lambda: scaled(lr()), num("word2"))
row("lr_multinomial", lambda: scaled(lr()), num("word3"), extra=LOG)
row("lr_numbered", lambda: scaled(lr()), num("three"))
row("lr_bare", lambda: lr(max_iter=5000), num("three"))
row("lr_balanced", lambda: scaled(lr(class_weight="balanced")), num("two"))
row("lr_weights", lambda: scaled(lr(class_weight={-1: 2.0, 4: 0.5, 70: 1.0})), num("three"))
row("lr_no_intercept", lambda: scaled(lr(fit_intercept=False)), num("two"))
row("lr_three_no_intercept", lambda: scaled(lr(fit_intercept=False)), num("word3"))
row("lr_f32", lambda: lr(max_iter=5000), num("two", dtype="f4"))
row("lr_three_f32", lambda: scaled(lr()), num("three", dtype="f4"))
row("lr_csr", lambda: lr(max_iter=5000), num("two", form="csr"))
row("lr_three_csr", lambda: lr(max_iter=5000), num("word3", form="csr"))
row("lr_csc", lambda: lr(max_iter=5000), num("two", form="csc"))
row("lr_sample_weight", lambda: lr(max_iter=5000), num("two", weight=True))
row("lr_liblinear", lambda: scaled(lr(solver="liblinear")), num("two"))
row("lr_l1", lambda: scaled(lr(solver="liblinear", penalty="l1", C=0.2)), num("two"))
row("lr_liblinear_three", lambda: scaled(lr(solver="liblinear")), num("word3"), until=(1, 7),
    why="1.8 refuses liblinear on three classes")
row("lr_ovr", lambda: scaled(lr(multi_class="ovr")), num("word3"), extra=LOG, until=(1, 7), why=NO_MULTI_CLASS)
row("lr_ovr_two", lambda: scaled(lr(multi_class="ovr")), num("two"), until=(1, 7), why=NO_MULTI_CLASS)
row("lr_multinomial_two", lambda: scaled(lr(multi_class="multinomial")), num("two"), extra=LOG,
    until=(1, 7), why=NO_MULTI_CLASS)
row("lr_multinomial_named", lambda: scaled(lr(multi_class="multinomial")), num("word3"),
    until=(1, 7), why=NO_MULTI_CLASS)

# Linear regression of four kinds.
for name, model, options in (
        ("linreg", LinearRegression, {}),
        ("ridge", Ridge, {"alpha": 0.7}),
        ("lasso", Lasso, {"alpha": 0.05, "random_state": 0}),
        ("elastic", ElasticNet, {"alpha": 0.05, "l1_ratio": 0.3, "random_state": 0})):
    def make(model=model, options=options, **more):
        return model(**options, **more)

    row(name, make, num("value"))
    row(f"{name}_two", make, num("value2"))
    row(f"{name}_scaled", lambda make=make: scaled(make()), num("value"))
    row(f"{name}_f32", make, num("value", dtype="f4"))
    row(f"{name}_two_f32", make, num("value2", dtype="f4"))
    row(f"{name}_csr", make, num("value", form="csr"))
    row(f"{name}_two_csr", make, num("value2", form="csr"))
    row(f"{name}_no_intercept", lambda make=make: make(fit_intercept=False), num("value"))
    row(f"{name}_two_no_intercept", lambda make=make: make(fit_intercept=False), num("value2"))
    row(f"{name}_positive", lambda make=make: make(positive=True), num("value"))
row("linreg_column", LinearRegression, lambda: as_column(numbers("value")), note="y is one column, so predict is 2-d")
row("ridge_column", Ridge, lambda: as_column(numbers("value")), note="y is one column: predict is 2-d up to 1.5")
row("ridge_weight", Ridge, num("value", weight=True))

# Scalers.
for name, model in (("standard", StandardScaler), ("maxabs", MaxAbsScaler)):
    row(name, model, gappy("two"), extra=BACK)
    row(f"{name}_f32", model, gappy("two", dtype="f4"), extra=BACK)
    row(f"{name}_constant", model, lambda: with_constant(numbers()))
    row(f"{name}_weight" if name == "standard" else f"{name}_int", model,
        num(weight=True) if name == "standard" else lambda: small_ints(0))
row("standard_no_mean", lambda: StandardScaler(with_mean=False), gappy("two"), extra=BACK)
row("standard_no_std", lambda: StandardScaler(with_std=False), gappy("two"), extra=BACK)
row("standard_neither", lambda: StandardScaler(with_mean=False, with_std=False), num())
row("standard_csr", lambda: StandardScaler(with_mean=False), num(form="csr"))
row("standard_csr_f32", lambda: StandardScaler(with_mean=False), num(form="csr", dtype="f4"))
row("standard_int", StandardScaler, lambda: small_ints(0))
row("maxabs_csr", MaxAbsScaler, num(form="csr"))
row("maxabs_csr_f32", MaxAbsScaler, num(form="csr", dtype="f4"))
row("maxabs_clip", lambda: MaxAbsScaler(clip=True), gappy("two"), since=(1, 9), why="clip is new in 1.9")
row("maxabs_clip_csr", lambda: MaxAbsScaler(clip=True), num(form="csr"), since=(1, 9), why="clip is new in 1.9")
row("maxabs_forest", lambda: Pipeline([("scale", MaxAbsScaler()), ("model", forest(5))]), num("word3"))

# Imputers.
for strategy in ("mean", "median", "most_frequent", "constant"):
    def impute(strategy=strategy, **more):
        return SimpleImputer(strategy=strategy, **more)

    row(f"impute_{strategy}", impute, gappy())
    row(f"impute_{strategy}_f32", impute, gappy(dtype="f4"))
    row(f"impute_{strategy}_indicator", lambda impute=impute: impute(add_indicator=True), gappy())
    row(f"impute_{strategy}_empty", impute, lambda: with_empty(numbers(missing=True)),
        note="a column without any value is dropped, except by constant")
    row(f"impute_{strategy}_keep_empty", lambda impute=impute: impute(keep_empty_features=True),
        lambda: with_empty(numbers(missing=True)), since=(1, 2))
    row(f"impute_{strategy}_minus_one", lambda impute=impute: impute(missing_values=-1), minus_one)
row("missing_indicator", MissingIndicator, gappy())
row("missing_indicator_all", lambda: MissingIndicator(features="all", error_on_new=False), gappy())
row("union", lambda: FeatureUnion([("scale", StandardScaler()), ("fill", SimpleImputer()),
                                   ("plain", Pipeline([("scale", StandardScaler())]))]), num())
row("impute_constant_value", lambda: SimpleImputer(strategy="constant", fill_value=-99.5), gappy())
row("impute_mean_csr", SimpleImputer, gappy(form="csr"))
row("impute_indicator_empty", lambda: SimpleImputer(add_indicator=True), lambda: with_empty(numbers(missing=True)))
row("impute_int", lambda: SimpleImputer(missing_values=-1, strategy="most_frequent"),
    lambda: small_ints(-1))
row("impute_words", lambda: SimpleImputer(strategy="most_frequent"), lambda: texts(frame(gaps=CAT)))
row("impute_words_constant", lambda: SimpleImputer(strategy="constant", fill_value="fehlt"),
    lambda: texts(frame(gaps=CAT)))
row("impute_forest", lambda: make_pipeline(*fill_scale().named_steps.values(), forest(5)), gappy("word3"))
row("impute_indicator_tree", lambda: make_pipeline(SimpleImputer(add_indicator=True), tree()), gappy("word3"))

# Trees and forests.
FAMILIES = (
    ("tree", DecisionTreeClassifier, DecisionTreeRegressor, {}, (1, 3), MISSING_IN_TREES),
    ("extra", ExtraTreeClassifier, ExtraTreeRegressor, {}, (1, 6), MISSING_IN_EXTRA),
    ("forest", RandomForestClassifier, RandomForestRegressor, {"n_estimators": 5}, (1, 4), MISSING_IN_FORESTS),
    ("extras", ExtraTreesClassifier, ExtraTreesRegressor, {"n_estimators": 5}, (1, 6), MISSING_IN_EXTRA))
for name, classifier, regressor, size, since, why in FAMILIES:
    def cla(classifier=classifier, size=size, **more):
        return classifier(random_state=0, **size, **more)

    def reg(regressor=regressor, size=size, **more):
        return regressor(random_state=0, **size, **more)

    row(name, cla, num("three"), extra=LOG + ("apply",))
    row(f"{name}_words", cla, num("word3"))
    row(f"{name}_objects", cla, num("object3"))
    row(f"{name}_floats", cla, num("float3"))
    row(f"{name}_bool", cla, num("bool"))
    row(f"{name}_int8", cla, num("int8"))
    row(f"{name}_f32", cla, num("two", dtype="f4"), extra=("apply",))
    row(f"{name}_csr", cla, num("word3", form="csr"), extra=("apply",))
    row(f"{name}_outputs", lambda cla=cla: cla(max_depth=4), num("class23"), extra=LOG)
    row(f"{name}_outputs_words", lambda cla=cla: cla(max_depth=4), num("word23"))
    row(f"{name}_balanced", lambda cla=cla: cla(class_weight="balanced", max_depth=4), num("three"))
    row(f"{name}_weight", lambda cla=cla: cla(max_depth=4), num("word3", weight=True))
    row(f"{name}_entropy", lambda cla=cla: cla(criterion="entropy", min_samples_leaf=5), num("three"))
    row(f"{name}_log_loss", lambda cla=cla: cla(criterion="log_loss", min_samples_leaf=5), num("three"))
    row(f"{name}_best_first", lambda cla=cla: cla(max_leaf_nodes=7), num("word3"))
    row(f"{name}_stump", lambda cla=cla: cla(max_depth=1), num("two"))
    row(f"{name}_one_class", cla, num("one"))
    row(f"{name}_missing", lambda cla=cla: cla(max_depth=5), gappy("word3"), since=since, why=why)
    row(f"{name}_missing_f32", cla, gappy("two", dtype="f4"), since=since, why=why)
    row(f"{name}_monotonic", lambda cla=cla: cla(monotonic_cst=[1, 0, 0, -1, 0, 0], max_depth=4), num("two"),
        since=(1, 4), why="monotonic_cst is new in 1.4")
    row(f"{name}_reg", reg, num("value"), extra=("apply",))
    row(f"{name}_reg_f32", reg, num("value", dtype="f4"))
    row(f"{name}_reg_csr", lambda reg=reg: reg(min_samples_leaf=4), num("value", form="csr"))
    row(f"{name}_reg_outputs", lambda reg=reg: reg(min_samples_leaf=4), num("value2"))
    row(f"{name}_reg_flat", reg, num("flat"))
    row(f"{name}_reg_stump", lambda reg=reg: reg(max_depth=1), num("value"))
    row(f"{name}_reg_weight", lambda reg=reg: reg(max_leaf_nodes=9), num("value", weight=True))
    row(f"{name}_reg_poisson", lambda reg=reg: reg(criterion="poisson", min_samples_leaf=3), num("count"))
    row(f"{name}_reg_absolute", lambda reg=reg: reg(criterion="absolute_error", min_samples_leaf=3), num("value"))
    row(f"{name}_reg_friedman", lambda reg=reg: reg(criterion="friedman_mse", min_samples_leaf=3), num("value"))
    row(f"{name}_reg_missing", lambda reg=reg: reg(min_samples_leaf=3), gappy("value"), since=since, why=why)
    row(f"{name}_reg_monotonic", lambda reg=reg: reg(monotonic_cst=[1, 0, 0, -1, 0, 0], max_depth=4), num("value"),
        since=(1, 4), why="monotonic_cst is new in 1.4")
row("forest_no_bootstrap", lambda: forest(5, bootstrap=False, max_features=2), num("word3"))
row("forest_subsample", lambda: forest(5, class_weight="balanced_subsample", oob_score=True, max_samples=0.5),
    num("two"))
row("forest_ties", lambda: forest(2), num("word3"), note="two trees that disagree tie: the first class wins")
row("forest_shallow", lambda: forest(60, max_depth=3), num("word3"),
    note="fractions in the leaves: the sum shows its order")
row("forest_scaled_reg", lambda: scaled(RandomForestRegressor(25, random_state=0, max_depth=4)), num("value"))

# Encoders. Text in a matrix, then in a frame, then numbers as categories.
IGNORE = {"handle_unknown": "ignore"}


def encode(**keywords):
    return OneHotEncoder(**keywords)


def city_plan(*args, **keywords):
    return lambda: texts(frame(*args, **keywords))


row("encoder", lambda: encode(**IGNORE), lambda: words("U8"))
row("encoder_objects", lambda: encode(**IGNORE), lambda: words(object))
row("encoder_error", lambda: encode(), lambda: words(object, unseen=False))
row("encoder_dense", lambda: encode(sparse_output=False, **IGNORE), lambda: words(object), since=(1, 2))
row("encoder_old_dense", lambda: encode(sparse=False, **IGNORE), lambda: words(object), until=(1, 3),
    why="sparse became sparse_output in 1.2 and went in 1.4")
row("encoder_f32", lambda: encode(dtype=np.float32, **IGNORE), lambda: words(object))
row("encoder_int", lambda: encode(dtype=np.int64, **IGNORE), lambda: words(object))
row("encoder_drop_first", lambda: encode(drop="first"), lambda: words(object, unseen=False))
row("encoder_drop_first_ignore", lambda: encode(drop="first", **IGNORE), lambda: words(object))
row("encoder_drop_if_binary", lambda: encode(drop="if_binary", **IGNORE), city_plan())
row("encoder_drop_named", lambda: encode(drop=["blau", "rot"], **IGNORE), lambda: words(object))
row("encoder_given", lambda: encode(categories=[["rot", "blau"], ["黄色", "grün", "lila"]], **IGNORE),
    lambda: words(object))
row("encoder_given_numbers", lambda: encode(categories=[[0, 1, 2.5]] * 4, **IGNORE), lambda: few_numbers(0.0))
row("encoder_rare_count", lambda: encode(min_frequency=12, handle_unknown="infrequent_if_exist"), city_plan())
row("encoder_rare_fraction", lambda: encode(min_frequency=0.2, handle_unknown="infrequent_if_exist"), city_plan())
row("encoder_rare_most", lambda: encode(max_categories=3, handle_unknown="infrequent_if_exist"), city_plan())
row("encoder_rare_none", lambda: encode(min_frequency=1, handle_unknown="infrequent_if_exist"), city_plan(),
    note="nothing is infrequent, so an unknown is all zeros")
row("encoder_rare_ignore", lambda: encode(max_categories=2, **IGNORE), city_plan())
row("encoder_rare_drop", lambda: encode(max_categories=3, drop="first", handle_unknown="infrequent_if_exist"),
    city_plan(), note="the first category may be an infrequent one")
row("encoder_warn", lambda: encode(max_categories=3, handle_unknown="warn"), city_plan(), since=(1, 6),
    why='handle_unknown="warn" is new in 1.6')
row("encoder_none", lambda: encode(**IGNORE), city_plan(gaps=CAT))
row("encoder_nan", lambda: encode(**IGNORE), city_plan(gaps=CAT, hole=np.nan))
row("encoder_none_unseen", lambda: encode(**IGNORE), city_plan(gaps=(), test_gaps=CAT))
row("encoder_numbers", lambda: encode(**IGNORE), lambda: few_numbers(0.0))
row("encoder_numbers_nan", lambda: encode(**IGNORE), lambda: few_numbers(np.nan))
row("encoder_ints", lambda: encode(**IGNORE), lambda: small_ints(0))
row("encoder_vip", lambda: encode(**IGNORE), lambda: only(frame(vip=True), ["vip", "visits", "city"]))
row("encoder_forest", lambda: make_pipeline(encode(**IGNORE), forest(5)), lambda: words(object), note="trees on CSR")

# Frames.
RARE = {"handle_unknown": "infrequent_if_exist"}
row("frame_lr", lambda: framed(lr()), fra("word2"), extra=LOG)
row("frame_lr_three", lambda: framed(lr()), fra("word3"))
row("frame_forest", lambda: framed(forest(10)), fra("word3"))
row("frame_tree", lambda: framed(tree()), fra("word3"))
row("frame_ridge", lambda: framed(Ridge()), fra("value"))
row("frame_forest_reg", lambda: framed(RandomForestRegressor(10, random_state=0)), fra("value"))
row("frame_index", lambda: framed(lr(), cat=[0, 1], num=[2, 3, 4]), fra())
row("frame_slice", lambda: framed(tree(), cat=slice(0, 2), num=slice(2, None)), fra())
row("frame_name_slice", lambda: framed(tree(), cat=slice("city", "plan"), num=slice("age", "visits")), fra())
row("frame_mask", lambda: framed(tree(), cat=[True, True] + [False] * 4, num=np.arange(6) > 1), fra())
row("frame_selector", lambda: framed(tree(), cat=make_column_selector(pattern="^(city|plan)$"),
                                     num=make_column_selector(dtype_include=np.number)), fra())
row("frame_selector_exclude", lambda: framed(lr(), cat=make_column_selector(dtype_exclude=np.number)), fra())
row("frame_passthrough", lambda: framed(tree(), remainder="passthrough"), fra())
row("frame_passthrough_index", lambda: framed(tree(), cat=[0, 1], num=[3, 2], remainder="passthrough"), fra())
row("frame_remainder", lambda: framed(lr(), num=["age"], remainder=fill_scale()), fra())
row("frame_remainder_index", lambda: framed(lr(), cat=[0], num=[2], remainder=encode(**IGNORE)), fra(gaps=("age",)))
row("frame_drop_part", lambda: make_pipeline(ColumnTransformer([
    ("gone", "drop", ["income"]), ("kept", "passthrough", ["rating", "visits"]),
    ("cat", encode(**IGNORE), CAT), ("num", fill_scale(), ["age"])]), tree()), fra())
row("frame_sparse_1", lambda: framed(lr(), sparse_threshold=1), fra())
row("frame_sparse_0", lambda: framed(lr(), sparse_threshold=0), fra())
row("frame_sparse_tree", lambda: framed(tree(), sparse_threshold=1), fra("word3"), note="trees on CSR")
row("frame_weights", lambda: framed(lr(), transformer_weights={"cat": 0.5, "num": 3.0}), fra())
row("frame_reordered", lambda: framed(tree()), lambda: reordered(frame()), note="columns come in another order")
row("frame_dense", lambda: framed(tree(), encoder=encode(sparse_output=False, **IGNORE)), fra(), since=(1, 2))
row("frame_old_dense", lambda: framed(tree(), encoder=encode(sparse=False, **IGNORE)), fra(), until=(1, 3),
    why="sparse became sparse_output in 1.2 and went in 1.4")
row("frame_pandas", lambda: framed(lr(), encoder=encode(sparse_output=False, **IGNORE)).set_output(transform="pandas"),
    fra(), since=(1, 2))
row("frame_f32", lambda: framed(tree(), encoder=encode(dtype=np.float32, **IGNORE)), fra())
row("frame_drop_first", lambda: framed(lr(), encoder=encode(drop="first", **IGNORE)), fra())
row("frame_drop_if_binary", lambda: framed(lr(), encoder=encode(drop="if_binary", **IGNORE)), fra())
row("frame_rare", lambda: framed(lr(), encoder=encode(min_frequency=12, **RARE)), fra())
row("frame_rare_most", lambda: framed(tree(), encoder=encode(max_categories=2, **RARE)), fra("word3"))
row("frame_error", lambda: framed(tree(), encoder=encode()), fra(unseen=False))
row("frame_none", lambda: framed(lr()), fra(gaps=("city", "plan", "age")))
row("frame_nan", lambda: framed(lr()), fra(gaps=("city", "plan", "age"), hole=np.nan))
row("frame_none_unseen", lambda: framed(tree()), fra(test_gaps=("city", "plan", "age", "income")))
row("frame_fill_words", lambda: framed(lr(), encoder=make_pipeline(
    SimpleImputer(strategy="constant", fill_value="fehlt"), encode(**IGNORE))), fra(gaps=CAT, hole=np.nan))
row("frame_fill_common", lambda: framed(tree(), encoder=make_pipeline(
    SimpleImputer(strategy="most_frequent"), encode(**IGNORE))), fra(gaps=CAT, hole=np.nan))
row("frame_fill_none", lambda: framed(tree(), encoder=make_pipeline(
    SimpleImputer(missing_values=None, strategy="most_frequent"), encode(**IGNORE))), fra(gaps=CAT),
    until=(1, 8), why="the corpus has pandas 3 there, whose text columns turn None into NaN")
row("frame_codes", lambda: framed(tree()), fra(codes=True), note="categories that look like numbers")
row("frame_vip", lambda: framed(tree(), cat=["vip", "city"], remainder="drop"), fra(vip=True))
row("frame_number_categories", lambda: framed(tree(), cat=["visits"], num=["age", "income"]), fra())
row("frame_numeric", lambda: scaled(forest(5)), lambda: only(frame(gaps=()), NUM), note="fitted on names")

# ColumnTransformer by itself, and pipelines of other shapes.
row("ct_dense", lambda: columns(sparse_threshold=0), fra())
row("ct_sparse", lambda: columns(sparse_threshold=1), fra())
row("ct_mixed", lambda: ColumnTransformer([("num", fill_scale(), NUM)], remainder="passthrough"), fra(gaps=("age",)),
    note="text passes through")
row("ct_pandas", lambda: columns(encoder=encode(sparse_output=False, **IGNORE)).set_output(transform="pandas"), fra(),
    since=(1, 2))
row("ct_short_names", lambda: columns(verbose_feature_names_out=False), fra())
row("ct_matrix", lambda: ColumnTransformer([
    ("a", StandardScaler(), [3, 0]), ("b", SimpleImputer(add_indicator=True), slice(-2, None)),
    ("c", "passthrough", [1])]), gappy())
row("ct_matrix_mask", lambda: ColumnTransformer([("a", StandardScaler(), np.arange(6) % 2 == 0), ("b", "drop", [1])],
                                                remainder=MaxAbsScaler()), num())
row("ct_matrix_twice", lambda: ColumnTransformer([
    ("a", StandardScaler(), [0, 1]), ("b", MaxAbsScaler(), [1, 0]), ("none", StandardScaler(), [])],
    remainder="passthrough"), num(dtype="f4"), note="a column twice, and a selection of nothing")
row("ct_matrix_forest", lambda: make_pipeline(
    ColumnTransformer([("a", fill_scale(), [-1, 2])], remainder=SimpleImputer()), forest(5)), gappy("word3"))
row("ct_csr", lambda: ColumnTransformer([("a", MaxAbsScaler(), [0, 4, 2])], remainder="passthrough"), num(form="csr"))
row("ct_nested", lambda: make_pipeline(
    ColumnTransformer([("inner", columns(), CAT + NUM)], remainder="passthrough"), lr()), fra())
row("pipe_nested", lambda: Pipeline([("first", fill_scale()), ("second", Pipeline([("inner", scaled(forest(5)))]))]),
    gappy("word3"))
row("pipe_passthrough", lambda: Pipeline([("none", "passthrough"), ("scale", StandardScaler()), ("model", lr())]),
    num())
row("pipe_none", lambda: Pipeline([("none", None), ("model", tree())]), num())
row("pipe_transform", lambda: fill_scale(), gappy())
row("pipe_ends_passthrough", lambda: Pipeline([("scale", StandardScaler()), ("last", "passthrough")]), num())
row("pipe_one", lambda: Pipeline([("model", tree())]), num("word3"))

# Fitted models that someone or something changed before saving them.


def by_hand(*attributes):
    """Another of its class, to which these were given, as federated learning does: no n_features_in_."""
    def edit(model):
        made = type(model)()
        for name in attributes:
            setattr(made, name, getattr(model, name))
        return made
    return edit


def pruned(model):
    for one in getattr(model, "estimators_", [model]):
        for node in np.flatnonzero(one.tree_.children_left >= 0)[[1, 3]]:
            one.tree_.children_left[node] = one.tree_.children_right[node] = -1  # TREE_LEAF
    return model


def given(**attributes):
    def edit(model):
        vars(model).update({name: value(model) for name, value in attributes.items()})
        return model
    return edit


def mapped(name):
    def edit(model):
        path = Path(tempfile.mkdtemp()) / "array"
        value = getattr(model, name)
        array = np.memmap(path, value.dtype, "w+", shape=value.shape)
        array[:] = value
        setattr(model, name, array)
        return model
    return edit


BOTH = ("joblib", "p4")
row("edited_linreg", LinearRegression, num("value"), BOTH, edit=by_hand("coef_", "intercept_"))
row("edited_linreg_two", LinearRegression, num("value2"), edit=by_hand("coef_", "intercept_"))
row("edited_lr", lr, num("word3"), BOTH, edit=by_hand("coef_", "intercept_", "classes_"))
row("edited_scaler", StandardScaler, num(), BOTH, edit=by_hand("mean_", "scale_", "var_"))
row("edited_tree_pruned", tree, num("three"), BOTH, edit=pruned)
row("edited_forest_pruned", lambda: RandomForestRegressor(4, random_state=0), num("value"), edit=pruned)
row("edited_forest_tuple", lambda: forest(4), num("word2"), BOTH, edit=given(estimators_=lambda model: tuple(model.estimators_)))
row("edited_tool", lambda: scaled(lr()), num("two"), BOTH, edit=given(_mlflow_run_id=lambda model: "0af7", my_note_=lambda model: {"by": [1]}))
row("edited_memmap", lr, num("three"), BOTH, edit=mapped("coef_"))

# ---------------------------------------------------------------- writing


def trees_and_undo(model):
    """The trees inside a model, and what the scalers before them did."""
    undo = []
    while isinstance(model, Pipeline):
        undo = [step for _, step in model.steps[:-1] if isinstance(step, StandardScaler)] + undo
        if any(isinstance(step, ColumnTransformer) for _, step in model.steps[:-1]):
            return [], []
        model = model.steps[-1][1]
    trees = getattr(model, "estimators_", [model])[:3]
    return [tree.tree_ for tree in trees if hasattr(tree, "tree_")], undo


def edges(model, X):
    """Rows that stand exactly at a split threshold, and one float beside it."""
    rows = []
    for tree in trees_and_undo(model)[0]:
        for node in np.flatnonzero(tree.children_left >= 0)[:2]:
            feature, value = tree.feature[node], tree.threshold[node]
            for scaler in reversed(trees_and_undo(model)[1]):
                value = value * scaler.scale_[feature] + scaler.mean_[feature]
            near = np.float32(value)
            for x in (value, np.nextafter(value, -np.inf), np.nextafter(value, np.inf),
                      near, np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))):
                rows.append(X[len(rows) % 8].copy())
                rows[-1][feature] = x
    return np.array(rows, dtype=X.dtype)


def with_edges(model, X):
    if isinstance(X, pd.DataFrame) or (not sp.issparse(X) and X.dtype.kind != "f"):
        return X
    more = edges(model, X.toarray() if sp.issparse(X) else X)
    if not len(more):
        return X
    return type(X)(sp.vstack([X, type(X)(more)])) if sp.issparse(X) else np.concatenate([X, more])


def plain(value):
    """A cell of a frame as JSON has it."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def save_lines(path, rows):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")


def save_array(folder, name, value):
    """Saves one array in the plainest form that holds it; returns the file's name."""
    if sp.issparse(value):
        sp.save_npz(folder / f"{name}.npz", value)
        return f"{name}.npz"
    value = np.asarray(value)
    if value.dtype == object and all(isinstance(v, str) for v in value.flat):
        value = value.astype("U")
    if value.dtype == object:
        save_lines(folder / f"{name}.jsonl", [[plain(v) for v in r] for r in value])
        return f"{name}.jsonl"
    np.save(folder / f"{name}.npy", value, allow_pickle=False)
    return f"{name}.npy"


def hole(X):
    """What stands for missing text in a frame: None or NaN."""
    text = [v for name in X.columns if X[name].dtype.kind not in "fiub" for v in X[name] if not isinstance(v, str)]
    return text[0] if text else None


def save_input(folder, X):
    if not isinstance(X, pd.DataFrame):
        return {"input": save_array(folder, "X", X)}
    save_lines(folder / "X.jsonl", [{k: plain(v) for k, v in r.items()} for r in X.to_dict("records")])
    X.to_csv(folder / "X.csv", index=False)
    return {"input": "X.jsonl", "input_csv": "X.csv", "null_text": "None" if hole(X) is None else "NaN"}


def load_input(path, like):
    """Reads an input back, as a stranger to this script would."""
    if path.suffix == ".npz":
        return sp.load_npz(path)
    if path.suffix == ".npy":
        return np.load(path).astype(like.dtype)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if not isinstance(like, pd.DataFrame):
        return np.array(rows, dtype=object)
    read = pd.DataFrame(rows, columns=like.columns)
    for name in like.columns:
        if like[name].dtype == object:
            read[name] = read[name].astype(object).where(read[name].notna(), hole(like))
        else:
            read[name] = read[name].astype(like[name].dtype)
    return read


def save_model(folder, kind, model):
    if kind == "joblib":
        return joblib.dump(model, folder / "model.joblib", compress=3)[0]
    if kind == "skops":
        import skops.io
        path = folder / "model.skops"  # not compressed, as skops itself does, in one case
        skops.io.dump(model, path, compression=zipfile.ZIP_STORED if "kinds" in folder.name else zipfile.ZIP_DEFLATED)
        return path
    if kind in PICKLES:
        path = folder / f"model.{kind}.pkl"
        path.write_bytes(pickle.dumps(model, protocol=int(kind[1])))
        return path
    method = {"c0": 0, "z": ("zlib", 3), "gz": ("gzip", 3)}.get(kind, (kind, 3))
    return joblib.dump(model, folder / f"model.{kind}.joblib", compress=method)[0]


def load_model(path):
    if path.suffix == ".skops":
        import skops.io
        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    return joblib.load(path) if path.suffix == ".joblib" else pickle.loads(path.read_bytes())


def answer(model, method, X):
    with np.errstate(all="ignore"):
        value = getattr(model, method)(X)
    value = value.to_numpy() if isinstance(value, pd.DataFrame) else value
    return value if isinstance(value, list) else [value]


def same(a, b, exact):
    if sp.issparse(a):
        return a.shape == b.shape and (a != b).nnz == 0
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype == object or a.dtype.kind in "US" or exact:
        return a.dtype == b.dtype and pd.DataFrame(np.atleast_2d(a)).equals(pd.DataFrame(np.atleast_2d(b)))
    return np.allclose(a, b, rtol=1e-12, atol=1e-12, equal_nan=True) or a.dtype == np.float32


def public_name(model):
    module = [part for part in type(model).__module__.split(".") if not part.startswith("_")]
    return ".".join(module + [type(model).__name__])


def agreements(model, outputs, values):
    """What a reader must reach: BLAS and numpy's own exp and log fix no last bit."""
    linear = b"sklearn.linear_model" in pickle.dumps(model)
    found = {}
    for method in outputs:
        dtype = values[method][0].dtype
        if linear and dtype.kind == "f":
            found[method] = 1e-12 if dtype == np.float64 else 2e-5
        else:
            found[method] = 1e-12 if method == "predict_log_proba" else "exact"
    return found


def write(case, folder):
    data = case.data()
    model = case.make()
    model.fit(data.X, data.y, **({} if data.weight is None else {"sample_weight": data.weight}))
    model = model if case.edit is None else case.edit(model)
    X = with_edges(model, data.test)
    folder.mkdir(parents=True)
    inputs = save_input(folder, X)
    methods = [m for m in METHODS + case.extra if hasattr(model, m)]
    values = {m: answer(model, m, X) for m in methods}
    outputs = {m: [save_array(folder, m if len(v) == 1 else f"{m}.{i}", part) for i, part in enumerate(v)]
               for m, v in values.items()}
    agree = agreements(model, methods, values)
    loosest = max([a for a in agree.values() if a != "exact"], default="exact")
    saved = model if case.root is None else {case.root: model, "features": list(map(str, range(6))), "version": "1"}
    kinds = EVERY_KIND if FULL and case.kinds is SOME_KINDS else case.kinds
    kinds += ("skops",) if SKOPS and case.name in IN_SKOPS else ()
    files = [Path(save_model(folder, kind, saved)) for kind in kinds]

    read = load_input(folder / inputs["input"], X)
    for path in files:  # A file must give back what is stored beside it.
        again = load_model(path) if case.root is None else load_model(path)[case.root]
        for method in methods:
            for a, b in zip(values[method], answer(again, method, read)):
                assert same(a, b, agree[method] == "exact"), (case.name, path.name, method)

    about = {
        "case": case.name, "class": public_name(model), "sklearn": sklearn.__version__,
        "numpy": np.__version__, "python": platform.python_version(), "joblib": joblib.__version__,
        "models": [path.name for path in files], **inputs, "outputs": outputs,
        "agreement": "exact" if set(agree.values()) == {"exact"} else loosest,
        "agreements": agree,
        "dtypes": {m: str(v[0].dtype) for m, v in values.items()},
        "n_features": int(X.shape[1]), "rows": int(X.shape[0]),
        **({"root": [case.root]} if case.root else {}), "note": case.note,
    }
    (folder / "case.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    parser.add_argument("--full", action="store_true", help="200 trees in the cases of every file kind")
    parser.add_argument("--core", action="store_true", help="fewer cases: none that vary a number only")
    parser.add_argument("--only", default="", metavar="WORD", help="the cases whose name holds WORD")
    options = parser.parse_args()
    global FULL
    FULL = 200 if options.full else 0
    warnings.simplefilter("ignore")
    out = options.out / sklearn.__version__
    written = skipped = 0
    assert len({case.name for case in ROWS}) == len(ROWS), "two cases of one name"
    for case in ROWS:
        if options.only not in case.name or (options.core and ALIKE.search(case.name)):
            continue
        shutil.rmtree(out / case.name, ignore_errors=True)
        if not case.since <= RELEASE <= case.until:
            skipped += 1
            continue
        try:
            write(case, out / case.name)
        except Exception as error:
            raise RuntimeError(f"case {case.name} under scikit-learn {sklearn.__version__}") from error
        written += 1
    print(f"scikit-learn {sklearn.__version__}: {written} cases written, {skipped} not of this release")


if __name__ == "__main__":
    main()
