"""XGBoost's and LightGBM's wrappers, where the environment has them (scripts/venv)."""
import importlib.util

from data import GAPS, NUMERIC, SPARSE, Data, numbers
from rows import corners, fra, gappy, num, row


def numeric(data):
    return Data(data.X[["age", "income", "visits"]], data.y, data.test[["age", "income", "visits"]])


def ranked(ranker):
    """Fitted, which takes groups: the case's own fit has none to give, so that its model is left behind."""
    data = numbers("two")
    return ranker.fit(data.X, data.y, group=[60, 60])


if importlib.util.find_spec("xgboost"):
    from xgboost import XGBClassifier, XGBRanker, XGBRegressor, XGBRFClassifier, XGBRFRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    SINCE = {"since": (1, 6), "why": "XGBoost is installed beside 1.6 and 1.9"}

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

if importlib.util.find_spec("lightgbm"):
    from lightgbm import LGBMClassifier, LGBMRanker, LGBMRegressor

    ONLY_NEWEST = {"since": (1, 9), "why": "LightGBM is installed beside 1.9"}

    def light(kind, **parameters):
        return lambda: kind(**({"n_estimators": 6, "num_leaves": 6, "n_jobs": 1, "verbose": -1} | parameters))

    corners("lightgbm_classifier", light(LGBMClassifier), "two", [c for c in NUMERIC + GAPS if c != "named"], labels=("word2", "bool", "word3", "float3"), **ONLY_NEWEST)
    row("lightgbm_classifier_three", light(LGBMClassifier), gappy("three"), **ONLY_NEWEST)
    row("lightgbm_ranker", light(LGBMRegressor), num("two"), edit=lambda _: ranked(light(LGBMRanker)()), **ONLY_NEWEST)
    row("lightgbm_booster", light(LGBMRegressor), gappy("value"), edit=lambda model: model.booster_, **ONLY_NEWEST)
    row("lightgbm_regressor", light(LGBMRegressor), gappy("value"), **ONLY_NEWEST)
    row("lightgbm_frame", light(LGBMRegressor), lambda: numeric(fra("value")()), checked_in="never", **ONLY_NEWEST)
    row("lightgbm_dart", light(LGBMRegressor, boosting_type="dart", random_state=1), num("value"), checked_in="never", **ONLY_NEWEST)
    row("lightgbm_stump", light(LGBMRegressor, min_child_samples=1000), num("value"), checked_in="never", **ONLY_NEWEST)
    for objective in ("regression_l1", "huber", "fair", "quantile", "poisson", "gamma", "tweedie"):
        row(f"lightgbm_{objective}", light(LGBMRegressor, objective=objective), num("positive"), checked_in="never", **ONLY_NEWEST)
