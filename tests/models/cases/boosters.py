"""XGBoost's and LightGBM's wrappers, where the environment has them (scripts/venv)."""
import importlib.util

import native
import numpy as np
import pandas as pd
import scipy.sparse as sp

from data import GAPS, NUMERIC, SPARSE, Data, numbers
from rows import RELEASE, ROWS, corners, fra, gappy, num, row


def numeric(data):
    return Data(data.X[["age", "income", "visits"]], data.y, data.test[["age", "income", "visits"]])


def coded(target):
    """Two columns of codes, one of them of many, beside two of numbers; some cells are missing, or of no category."""
    data = numbers(target, missing=True)
    X = np.asarray(data.X, dtype=np.float32)[:, :4].copy()
    rng = np.random.default_rng(7)
    X[:, 1], X[:, 2] = rng.integers(0, 5, len(X)), rng.integers(0, 60, len(X))
    test = X[:30].copy()
    test[::7, 1], test[::5, 2], test[1::6, 2] = np.nan, 70, test[1::6, 2] + np.float32(0.5)
    y = np.asarray(data.y, dtype=float) + 3 * (X[:, 1] == 2) + 2 * (X[:, 2] % 3 == 1)
    return Data(X, y, test)


def in_frames(target, sizes=(2.5, 0.5, 1.5), apple="äpple"):
    """The same as a frame whose columns are categories: words out of order, and numbers."""
    data = coded(target)
    words, sizes = np.array(["pear", "fig", apple, "Lime", "date"]), np.array(sizes)

    def framed(X):
        X = np.where(np.isfinite(X), X, 0)
        return pd.DataFrame({"weight": X[:, 0], "kind": pd.Categorical(words[X[:, 1].astype(int)], categories=words),
                             "box": pd.Categorical(X[:, 2].astype(int) % 4 + 3), "size": pd.Categorical(sizes[X[:, 2].astype(int) % 3]),
                             "price": X[:, 3]})

    return Data(framed(data.X), data.y, framed(data.test))


def asked_sparse(data):
    """Fitted on an array, which not every fit takes otherwise."""
    return Data(data.X, data.y, sp.csr_matrix(data.test))


def ranked(ranker):
    """Fitted, which takes groups: the case's own fit has none to give, so that its model is left behind."""
    data = numbers("two")
    return ranker.fit(data.X, data.y, group=[60, 60])


if importlib.util.find_spec("xgboost"):
    from xgboost import XGBClassifier, XGBRanker, XGBRegressor, XGBRFClassifier, XGBRFRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # 1.7, 2.0, 2.1 and 3.2
    SINCE = {"since": (1, 3), "changes": ((1, 6),), "why": "XGBoost is installed beside 1.3, 1.4, 1.6 and 1.9"}

    def boost(kind, **parameters):
        return lambda: kind(**({"n_estimators": 6, "max_depth": 3, "n_jobs": 1} | parameters))

    corners("xgboost_classifier", boost(XGBClassifier), "two", NUMERIC + SPARSE + GAPS, **SINCE)
    row("xgboost_classifier_three", boost(XGBClassifier), num("int8"), **SINCE)
    row("xgboost_regressor", boost(XGBRegressor), gappy("value"), **SINCE)
    row("xgboost_frame", boost(XGBRegressor), lambda: numeric(fra("value")()), checked_in="never", **SINCE)
    row("xgboost_forest", boost(XGBRFRegressor), gappy("value"), **SINCE)
    row("xgboost_forest_three", boost(XGBRFClassifier), num("int8"), **SINCE)
    row("xgboost_ranker", boost(XGBRegressor), num("two"), edit=lambda _: ranked(boost(XGBRanker)()), **SINCE)
    row("xgboost_dart", boost(XGBRegressor, booster="dart", rate_drop=0.4, random_state=1), num("value"), **SINCE)
    row("xgboost_two_outputs", boost(XGBRegressor), num("value2"), checked_in="never", **SINCE)
    row("xgboost_missing", boost(XGBRegressor, missing=0.0), num("value"), checked_in="never", **SINCE)
    row("xgboost_missing_csr", boost(XGBRegressor, missing=2.0), num("value", form="csr"), checked_in="never", **SINCE)
    row("xgboost_pipeline", lambda: make_pipeline(StandardScaler(), boost(XGBClassifier)()), num("two"), checked_in="never", **SINCE)
    for objective, target in (("reg:squaredlogerror", "positive"), ("reg:pseudohubererror", "value"), ("reg:absoluteerror", "value"),
                              ("count:poisson", "count"), ("reg:gamma", "positive"), ("reg:tweedie", "positive"),
                              ("reg:logistic", "two"), ("binary:hinge", "two"), ("survival:cox", "positive")):
        row("xgboost_" + objective.replace(":", "_"), boost(XGBRegressor, objective=objective), num(target), checked_in="never", **SINCE)
    for method in ("exact", "approx", "hist"):
        row(f"xgboost_{method}", boost(XGBRegressor, tree_method=method, gamma=1.0), gappy("value"), checked_in="never", **SINCE)
    row("xgboost_linear", boost(XGBRegressor, booster="gblinear"), gappy("value"), **SINCE)
    row("xgboost_linear_three", boost(XGBClassifier, booster="gblinear"), num("int8"), checked_in="never", **SINCE)
    row("xgboost_vectors", boost(XGBRegressor, multi_strategy="multi_output_tree", tree_method="hist"), num("value2"), **SINCE)
    row("xgboost_labels", boost(XGBClassifier), lambda: labelled(), **SINCE)
    row("xgboost_logitraw", boost(XGBClassifier, objective="binary:logitraw"), num("two"), checked_in="never", **SINCE)
    row("xgboost_hinge", boost(XGBClassifier, objective="binary:hinge"), num("two"), checked_in="never", **SINCE)
    row("xgboost_softmax", boost(XGBClassifier, objective="multi:softmax"), num("int8"), ask=("predict",), checked_in="never", **SINCE)

    def labelled():
        data = numbers("two", missing=True)
        first = np.asarray(data.X)[:, 0]
        return Data(data.X, np.c_[np.asarray(data.y) == np.asarray(data.y)[0], first > 0, first < 1].astype(int), data.test)

    def filed(model):
        return native.XGBoostFile(model.get_booster())

    def of_codes(**parameters):
        types = ["q", "c", "c", "q"]
        return boost(XGBRegressor, enable_categorical=True, feature_types=types, tree_method="hist", **parameters)

    row("xgboost_sets", of_codes(max_cat_to_onehot=1), lambda: coded("value"), **SINCE)
    row("xgboost_onehot", of_codes(max_cat_to_onehot=100), lambda: coded("value"), checked_in="never", **SINCE)

    FRAMES = {"since": (1, 9), "changes": (), "why": "XGBoost knows the categories of frames since 3.1"}

    def of_frames(kind, **parameters):
        return boost(kind, enable_categorical=True, max_cat_to_onehot=1, **parameters)

    def words_and_numbers():
        """XGBoost takes no floats as categories, and cuts text that is not ASCII."""
        return in_frames("value", sizes=(70000, -5, 3), apple="apple")

    row("xgboost_categories", of_frames(XGBRegressor), words_and_numbers, **FRAMES)
    row("xgboost_categories_dart", of_frames(XGBRegressor, booster="dart"), words_and_numbers, checked_in="never", **FRAMES)
    FILES = {"kinds": ("json", "ubj"), "edit": filed, **SINCE}
    row("xgboost_file", boost(XGBRegressor), gappy("value"), **FILES)
    row("xgboost_file_two", boost(XGBClassifier), gappy("two"), checked_in="never", **FILES)
    row("xgboost_file_three", boost(XGBClassifier), num("int8"), checked_in="never", **FILES)
    row("xgboost_file_softmax", boost(XGBClassifier, objective="multi:softmax"), num("int8"), checked_in="never", **FILES)
    row("xgboost_file_dart", boost(XGBRegressor, booster="dart", rate_drop=0.4, random_state=1), num("value"), checked_in="never", **FILES)
    row("xgboost_file_linear", boost(XGBRegressor, booster="gblinear"), gappy("value"), **FILES)
    row("xgboost_file_vectors", boost(XGBRegressor, multi_strategy="multi_output_tree", tree_method="hist"), num("value2"), **FILES)
    row("xgboost_file_sets", of_codes(max_cat_to_onehot=1), lambda: coded("value"), **FILES)
    row("xgboost_file_categories", of_frames(XGBRegressor), words_and_numbers, **{**FILES, **FRAMES, "checked_in": "never"})
    row("xgboost_file_onehot", of_codes(max_cat_to_onehot=100), lambda: coded("value"), checked_in="never", **FILES)

if importlib.util.find_spec("lightgbm"):
    from lightgbm import LGBMClassifier, LGBMRanker, LGBMRegressor

    # 3.3, 4.0, 4.3, 4.6 and 4.7
    LIGHTGBM = {"since": (1, 2), "why": "LightGBM is installed beside 1.2, 1.3, 1.4, 1.6 and 1.9"}

    def light(kind, **parameters):
        return lambda: kind(**({"n_estimators": 6, "num_leaves": 6, "n_jobs": 1, "verbose": -1} | parameters))

    corners("lightgbm_classifier", light(LGBMClassifier), "two", [c for c in NUMERIC + SPARSE + GAPS if c != "named"], labels=("word2", "bool", "word3", "float3"), **LIGHTGBM)
    row("lightgbm_classifier_three", light(LGBMClassifier), gappy("three"), **LIGHTGBM)
    row("lightgbm_ranker", light(LGBMRegressor), num("two"), edit=lambda _: ranked(light(LGBMRanker)()), **LIGHTGBM)
    row("lightgbm_booster", light(LGBMRegressor), gappy("value"), edit=lambda model: model.booster_, **LIGHTGBM)
    row("lightgbm_regressor", light(LGBMRegressor), gappy("value"), **LIGHTGBM)
    row("lightgbm_frame", light(LGBMRegressor), lambda: numeric(fra("value")()), checked_in="never", **LIGHTGBM)
    row("lightgbm_csr", light(LGBMRegressor), num("value", form="csr"), **LIGHTGBM)
    row("lightgbm_linear_csr", light(LGBMRegressor, linear_tree=True), lambda: asked_sparse(num("value")()), checked_in="never", **LIGHTGBM)
    row("lightgbm_zero_csr", light(LGBMRegressor, zero_as_missing=True), num("value", form="csr"), checked_in="never", **LIGHTGBM)
    row("lightgbm_dart", light(LGBMRegressor, boosting_type="dart", random_state=1), num("value"), checked_in="never", **LIGHTGBM)
    row("lightgbm_stump", light(LGBMRegressor, min_child_samples=1000), num("value"), checked_in="never", **LIGHTGBM)
    for objective in ("regression_l1", "huber", "fair", "quantile", "poisson", "gamma", "tweedie"):
        row(f"lightgbm_{objective}", light(LGBMRegressor, objective=objective), num("positive"), checked_in="never", **LIGHTGBM)
    row("lightgbm_forest", light(LGBMRegressor, boosting_type="rf", subsample=0.7, subsample_freq=1), gappy("value"), **LIGHTGBM)
    row("lightgbm_forest_three", light(LGBMClassifier, boosting_type="rf", subsample=0.7, subsample_freq=1), num("three"), checked_in="never", **LIGHTGBM)
    row("lightgbm_zero", light(LGBMRegressor, zero_as_missing=True), gappy("value"), **LIGHTGBM)
    row("lightgbm_one_against_all", light(LGBMClassifier, objective="multiclassova", sigmoid=1.5), num("three"), **LIGHTGBM)
    row("lightgbm_sigmoid", light(LGBMClassifier, sigmoid=2.5), num("two"), checked_in="never", **LIGHTGBM)
    row("lightgbm_sqrt", light(LGBMRegressor, reg_sqrt=True), num("value"), **LIGHTGBM)
    row("lightgbm_cross_entropy", light(LGBMRegressor, objective="cross_entropy"), num("two"), checked_in="never", **LIGHTGBM)
    row("lightgbm_cross_entropy_lambda", light(LGBMRegressor, objective="cross_entropy_lambda"), num("two"), **LIGHTGBM)

    row("lightgbm_linear", light(LGBMRegressor, linear_tree=True), gappy("value"), **LIGHTGBM)

    SMALL = {"min_data_per_group": 3, "min_child_samples": 3, "cat_smooth": 1.0}

    class OfCodes(LGBMRegressor):
        """Which features are categories is said to fit."""

        def fit(self, X, y):
            return super().fit(X, y, categorical_feature=[1, 2])

    row("lightgbm_codes", light(OfCodes, **SMALL), lambda: coded("value"), edit=lambda model: model.booster_, **LIGHTGBM)
    row("lightgbm_categories", light(LGBMRegressor, **SMALL), lambda: in_frames("value"), **LIGHTGBM)

    def filed_text(model):
        return native.LightGBMFile(model.booster_)

    TEXTS = {"kinds": ("txt",), "edit": filed_text, **LIGHTGBM}
    row("lightgbm_file", light(LGBMRegressor), gappy("value"), **TEXTS)
    row("lightgbm_file_two", light(LGBMClassifier), gappy("two"), checked_in="never", **TEXTS)
    row("lightgbm_file_three", light(LGBMClassifier), num("three"), **TEXTS)
    row("lightgbm_file_codes", light(OfCodes, **SMALL), lambda: coded("value"), checked_in="never", **TEXTS)
    row("lightgbm_file_categories", light(LGBMRegressor, **SMALL), lambda: in_frames("value"), checked_in="never", **TEXTS)

    if RELEASE < (1, 9):  # the others are asked live, in the files that it wrote then
        for case in ROWS:
            if case.name.startswith("lightgbm_") and case.name not in ("lightgbm_classifier_three", "lightgbm_regressor", "lightgbm_file"):
                case.checked_in = "never"
