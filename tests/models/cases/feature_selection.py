"""Selectors of columns. inverse_transform takes what transform gave."""
from functools import partial

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.feature_selection import (RFE, RFECV, GenericUnivariateSelect, SelectFdr, SelectFpr, SelectFromModel, SelectFwe,
                                       SelectKBest, SelectPercentile, SequentialFeatureSelector, VarianceThreshold, chi2,
                                       f_regression, mutual_info_classif, r_regression)
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from cases.shared import BACK, forest, lr, tree
from data import NUMERIC, SPARSE, Data, named, numbers
from rows import corners, gappy, num, row

ROUND = {"extra": BACK, "back_from_transform": True}
WIDE = tuple(c for c in NUMERIC if c != "one_feature")


def live(name, make, data, **keywords):
    row(name, make, data, checked_in="never", **keywords)


def positive(target="two"):
    data = numbers(target)
    return Data(np.abs(data.X), data.y, np.abs(data.test))


def tied(dtype="f8"):
    """Features that are each other's copies, so that scores tie; a constant one has no score."""
    data = numbers("three", dtype=dtype)
    with np.errstate(all="ignore"):
        copies = [np.column_stack([X[:, 0], X[:, 1], X[:, 0], X[:, 1], X[:, 0], np.ones(len(X)), X[:, 3], X[:, 3]]).astype(dtype)
                  for X in (data.X, data.test)]
    return Data(copies[0], data.y, copies[1])


def text_beside():
    """Fitted on numbers; later a column that is not selected holds text."""
    data = named("two")
    test = data.test.assign(größe=[f"t{i}" for i in range(len(data.test))])
    return Data(data.X, data.y, test)


def gaps_later(target="two"):
    """NaN among the rows that are transformed."""
    data = numbers(target)
    test = data.test[:10].copy()
    test[3, 1] = np.nan
    return Data(data.X, data.y, test)


# By scores and p-values.
corners("kbest", lambda: SelectKBest(k=3), "two", WIDE + SPARSE, ("three", "word3"), **ROUND)
live("kbest_one_feature", lambda: SelectKBest(k=1), lambda: Data(numbers().X[:, :1], numbers().y, numbers().test[:, :1]))
live("kbest_all", lambda: SelectKBest(k="all"), num(), **ROUND)
live("kbest_chi2", lambda: SelectKBest(chi2, k=2), positive)
live("kbest_mutual", lambda: SelectKBest(partial(mutual_info_classif, random_state=0), k=2), num())
live("kbest_f_regression", lambda: SelectKBest(f_regression, k=2), num("value"))
live("kbest_r_regression", lambda: SelectKBest(r_regression, k=2), num("value"))
live("kbest_text_beside", lambda: SelectKBest(k=2), text_beside)
for k in (1, 2, 3, 4, 6, 7):
    live(f"kbest_tied_{k}", lambda k=k: SelectKBest(k=k), tied)
    live(f"kbest_tied_f32_{k}", lambda k=k: SelectKBest(k=k), lambda: tied("f4"))
live("kbest_pandas", lambda: SelectKBest(k=3).set_output(transform="pandas"), lambda: named("two"), since=(1, 2))
live("kbest_pandas_text_beside", lambda: SelectKBest(k=3).set_output(transform="pandas"), text_beside, since=(1, 3))
row("percentile", lambda: SelectPercentile(percentile=40), num(), **ROUND)
for p in (25, 33.3, 50, 62.5, 99, 100):
    live(f"percentile_{str(p).replace('.', '_')}", lambda p=p: SelectPercentile(percentile=p), tied)
    live(f"percentile_plain_{str(p).replace('.', '_')}", lambda p=p: SelectPercentile(percentile=p), num("three"))
row("fpr", lambda: SelectFpr(alpha=0.2), num(), **ROUND)
row("fdr", lambda: SelectFdr(alpha=0.2), num(), **ROUND)
row("fwe", lambda: SelectFwe(alpha=0.2), num(), **ROUND)
for alpha in (0.01, 0.05, 0.5, 1.0):
    word = str(alpha).replace(".", "_")
    live(f"fpr_{word}", lambda alpha=alpha: SelectFpr(alpha=alpha), tied)
    live(f"fdr_{word}", lambda alpha=alpha: SelectFdr(alpha=alpha), tied)
    live(f"fwe_{word}", lambda alpha=alpha: SelectFwe(alpha=alpha), tied)
row("univariate", lambda: GenericUnivariateSelect(mode="k_best", param=2), num(), **ROUND)
for mode, param in (("percentile", 40), ("k_best", "all"), ("fpr", 0.1), ("fdr", 0.1), ("fwe", 0.1)):
    live(f"univariate_{mode}", lambda mode=mode, param=param: GenericUnivariateSelect(mode=mode, param=param), num())

# By variance.
corners("variance", lambda: VarianceThreshold(0.5), "two", WIDE + SPARSE, **ROUND)
live("variance_missing", lambda: VarianceThreshold(0.5), gappy())
live("variance_missing_f32", lambda: VarianceThreshold(0.5), gappy(dtype="f4"))
live("variance_zero", VarianceThreshold, tied, **ROUND)
live("variance_zero_csr", VarianceThreshold, num(form="csr"))

# By the importances of another estimator.
corners("from_model", lambda: SelectFromModel(lr()), "two", WIDE + SPARSE, ("three", "word3"), **ROUND)
live("from_model_l1", lambda: SelectFromModel(LogisticRegression(penalty="l1", solver="liblinear", C=0.05)), num(), until=(1, 7))
row("from_model_l1_ratio", lambda: SelectFromModel(LogisticRegression(l1_ratio=1, solver="saga", C=0.1, penalty="elasticnet")), num(),
    changes=((1, 8),))
live("from_model_lasso", lambda: SelectFromModel(Lasso(0.5)), num("value"))
row("from_model_elastic", lambda: SelectFromModel(ElasticNet(0.5, l1_ratio=1.0)), num("value"), changes=((1, 1),))
live("from_model_elastic_half", lambda: SelectFromModel(ElasticNet(0.5)), num("value"))
live("from_model_svc", lambda: SelectFromModel(LinearSVC(penalty="l1", dual=False, C=0.05)), num())
live("from_model_sgd", lambda: SelectFromModel(SGDClassifier(random_state=0), threshold=-np.inf, max_features=2), num("three"))
for order in (1, 2, np.inf, -np.inf):
    live(f"from_model_norm_{str(order).replace('-', 'minus_')}", lambda order=order: SelectFromModel(lr(), norm_order=order), num("three"))
for name, threshold in (("median", "median"), ("times", "1.25*mean"), ("spaces", " 0.5 * median"), ("number", 0.3)):
    live(f"from_model_{name}", lambda threshold=threshold: SelectFromModel(lr(), threshold=threshold), num("three"))
    live(f"from_model_{name}_f32", lambda threshold=threshold: SelectFromModel(lr(), threshold=threshold), num("three", dtype="f4"))
for most in (1, 3, 8):
    live(f"from_model_most_{most}", lambda most=most: SelectFromModel(Ridge(), threshold=-np.inf, max_features=most), tied)
live("from_model_values", lambda: SelectFromModel(LinearRegression(), threshold="median"), num("value2"))
row("from_model_forest", lambda: SelectFromModel(forest(5)), num())
for name, model in (("tree", tree()), ("extra", ExtraTreesClassifier(7, random_state=0)),
                    ("forest_more", RandomForestClassifier(30, random_state=1)), ("stumps", forest(5, max_depth=1)),
                    ("roots", forest(5, max_depth=1, min_samples_leaf=100))):
    for threshold in ("mean", "median", "1.25*mean"):
        word = threshold.replace("*", "_").replace(".", "_")
        live(f"from_model_{name}_{word}", lambda model=model, threshold=threshold: SelectFromModel(model, threshold=threshold), num("three"))
live("from_model_forest_reg", lambda: SelectFromModel(RandomForestRegressor(9, random_state=0), threshold="0.5*mean"), num("value"))
live("from_model_gaps", lambda: SelectFromModel(tree()), gappy(), since=(1, 3))
live("from_model_steps", lambda: SelectFromModel(make_pipeline(StandardScaler(), lr()),
                                                 importance_getter="named_steps.logisticregression.coef_"), num())
live("from_model_prefit", lambda: SelectFromModel(tree().fit(numbers().X, numbers().y), prefit=True), num(), since=(1, 1),
     why="1.0 does not fit it")
live("from_model_prefit_unfitted", lambda: Prefit(tree().fit(numbers().X, numbers().y)), num(), edit=lambda fitted: fitted.selector)

# By elimination.
corners("rfe", lambda: RFE(lr(), n_features_to_select=3), "two", WIDE + SPARSE, ("three", "word3", "bool"),
        extra=BACK + ("predict_log_proba",), back_from_transform=True)
live("rfe_reg", lambda: RFE(Ridge(), n_features_to_select=2), num("value"), **ROUND)
live("rfe_reg_outputs", lambda: RFE(LinearRegression(), n_features_to_select=2), num("value2"))
live("rfe_forest", lambda: RFE(forest(5), n_features_to_select=2), num("word3"))
live("rfe_tree_gaps", lambda: RFE(DecisionTreeRegressor(random_state=0), n_features_to_select=2), gappy("value"), since=(1, 4))
live("rfe_steps", lambda: RFE(make_pipeline(StandardScaler(), lr()), n_features_to_select=2,
                              importance_getter="named_steps.logisticregression.coef_"), num("three"))
live("rfe_pandas", lambda: RFE(lr(), n_features_to_select=2).set_output(transform="pandas"), lambda: named("two"), since=(1, 2))
row("rfecv", lambda: RFECV(lr(), cv=3), num("three"), **ROUND)
live("rfecv_reg", lambda: RFECV(Lasso(0.1), cv=3, min_features_to_select=2), num("value"))
row("sequential", lambda: SequentialFeatureSelector(lr(), n_features_to_select=2, cv=2), num(), **ROUND)
live("sequential_backward", lambda: SequentialFeatureSelector(DecisionTreeClassifier(random_state=0, max_depth=2), cv=2,
                                                              n_features_to_select=3, direction="backward"), num())
live("select_pipeline", lambda: make_pipeline(StandardScaler(), SelectKBest(k=3), lr()), num("three"))
live("select_pipeline_frame", lambda: make_pipeline(SelectFromModel(lr()), tree()), lambda: named("two"))


class Prefit:
    """Fits nothing: what users do who give a fitted estimator and ask at once."""

    def __init__(self, estimator):
        self.selector = SelectFromModel(estimator, prefit=True)

    def fit(self, X, y):
        return self
