"""XGBoost's wrappers, where the environment has it: beside scikit-learn 1.6 and 1.9 (scripts/venv)."""
import importlib.util

from data import GAPS, NUMERIC, SPARSE, Data
from rows import corners, fra, gappy, num, row

if importlib.util.find_spec("xgboost"):
    from xgboost import XGBClassifier, XGBRegressor, XGBRFClassifier, XGBRFRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    SINCE = {"since": (1, 6), "why": "XGBoost is installed beside 1.6 and 1.9"}

    def boost(kind, **parameters):
        return lambda: kind(**({"n_estimators": 6, "max_depth": 3, "n_jobs": 1} | parameters))

    def numeric(data):
        return Data(data.X[["age", "income", "visits"]], data.y, data.test[["age", "income", "visits"]])

    corners("xgboost_classifier", boost(XGBClassifier), "two", NUMERIC + SPARSE + GAPS, **SINCE)
    row("xgboost_classifier_three", boost(XGBClassifier), num("int8"), **SINCE)
    row("xgboost_regressor", boost(XGBRegressor), gappy("value"), **SINCE)
    row("xgboost_frame", boost(XGBRegressor), lambda: numeric(fra("value")()), checked_in="never", **SINCE)
    row("xgboost_forest", boost(XGBRFRegressor), gappy("value"), checked_in="never", **SINCE)
    row("xgboost_forest_three", boost(XGBRFClassifier), num("int8"), checked_in="never", **SINCE)
    row("xgboost_dart", boost(XGBRegressor, booster="dart", rate_drop=0.4, random_state=1), num("value"), **SINCE)
    row("xgboost_two_outputs", boost(XGBRegressor), num("value2"), checked_in="never", **SINCE)
    row("xgboost_missing", boost(XGBRegressor, missing=0.0), num("value"), checked_in="never", **SINCE)
    row("xgboost_missing_csr", boost(XGBRegressor, missing=2.0), num("value", form="csr"), checked_in="never", **SINCE)
    row("xgboost_pipeline", lambda: make_pipeline(StandardScaler(), boost(XGBClassifier)()), num("two"), checked_in="never", **SINCE)
    for objective, target in (("reg:squaredlogerror", "positive"), ("reg:pseudohubererror", "value"), ("reg:absoluteerror", "value"),
                              ("count:poisson", "count"), ("reg:gamma", "positive"), ("reg:tweedie", "positive"),
                              ("reg:logistic", "two"), ("binary:logitraw", "two"), ("binary:hinge", "two"), ("survival:cox", "positive")):
        row("xgboost_" + objective.replace(":", "_"), boost(XGBRegressor, objective=objective), num(target), checked_in="never", **SINCE)
    for method in ("exact", "approx", "hist"):
        row(f"xgboost_{method}", boost(XGBRegressor, tree_method=method, gamma=1.0), gappy("value"), checked_in="never", **SINCE)
