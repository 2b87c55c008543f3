"""Searches, thresholds, several outputs and transformed targets: estimators that own another."""
import numpy as np
import scipy.stats as st
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.metrics import f1_score, fbeta_score, make_scorer
from sklearn.model_selection import (GridSearchCV, HalvingGridSearchCV, HalvingRandomSearchCV, KFold, RandomizedSearchCV,
                                     ShuffleSplit, StratifiedKFold)
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import MaxAbsScaler, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeRegressor

from cases.shared import BACK, LOG, fill_scale, forest, framed, lr, scaled, tree
from data import CORNERS, DOCUMENTS, LABELS, NUMERIC, SPARSE, numbers
from rows import RELEASE, corners, fra, gappy, num, row

DEPTHS = {"max_depth": [1, 3]}
# skops does not save the distributions of scipy.
NO_SKOPS = {"edit": lambda model: model, "kinds": ("joblib", "p2", "p5")}


def live(name, make, data, **keywords):
    row(name, make, data, checked_in="never", **keywords)


def one_column(target):
    """A target of one column."""
    data = numbers(target)
    data.y = data.y.reshape(-1, 1)
    return data


def tree_reg():
    return DecisionTreeRegressor(max_depth=3, random_state=0)


# Searches: whatever was found answers.
corners("grid", lambda: GridSearchCV(tree(), DEPTHS, cv=3), "two", NUMERIC + ("csr",), labels=LABELS, extra=LOG)
row("grid_pipeline", lambda: GridSearchCV(framed(lr(max_iter=50)), {"model__C": [0.1, 1]}, cv=2), fra("word2"), extra=LOG)
live("grid_pipeline_step", lambda: GridSearchCV(Pipeline([("scale", StandardScaler()), ("model", tree())]),
     [{"model": [tree(), lr(), SVC()], "scale": ["passthrough", MaxAbsScaler()]}], cv=2), num("word3"), extra=LOG)
live("grid_decision", lambda: GridSearchCV(SVC(), {"C": [0.1, 1]}, cv=2, scoring="f1"), num("two"))
live("grid_scorer", lambda: GridSearchCV(tree(), DEPTHS, cv=KFold(3, shuffle=True, random_state=0),
     scoring=make_scorer(fbeta_score, beta=2)), num("two"))
live("grid_scorers", lambda: GridSearchCV(tree(), DEPTHS, cv=StratifiedKFold(3), refit="f1", return_train_score=True,
     scoring={"accuracy": "accuracy", "f1": make_scorer(f1_score), "roc_auc": "roc_auc"}), num("two"))
live("grid_scores", lambda: GridSearchCV(tree(), DEPTHS, cv=2, refit="precision",
     scoring=["precision", "neg_log_loss", "neg_brier_score", "average_precision", "balanced_accuracy"]), num("two"))
live("grid_splits", lambda: GridSearchCV(tree(), DEPTHS, cv=[(np.arange(60), np.arange(60, 120))]), num("two"))
live("grid_reg", lambda: GridSearchCV(Ridge(), {"alpha": np.logspace(-2, 1, 3)}, cv=2, scoring="neg_root_mean_squared_error"),
     num("value"))
live("grid_reg_two", lambda: GridSearchCV(Ridge(), {"alpha": [1, 2.5]}, cv=ShuffleSplit(2, random_state=np.random.RandomState(3))),
     num("value2"))
live("grid_outputs", lambda: GridSearchCV(forest(4), DEPTHS, cv=2), num("class23"))
live("grid_transform", lambda: GridSearchCV(StandardScaler(), {"with_mean": [True, False]}, cv=2,
     scoring=make_scorer(f1_score), error_score=0.0), num(), extra=BACK)
live("grid_transform_pipe", lambda: GridSearchCV(fill_scale(), {"fill__strategy": ["mean", "median"]}, cv=2,
     scoring=make_scorer(f1_score), error_score=0.0), gappy())
live("grid_text", lambda: GridSearchCV(make_pipeline(TfidfVectorizer(), lr(max_iter=50)),
     {"tfidfvectorizer__sublinear_tf": [True, False]}, cv=2), DOCUMENTS["documents"], extra=LOG)
live("grid_in_grid", lambda: GridSearchCV(GridSearchCV(tree(), DEPTHS, cv=2), {"estimator__criterion": ["gini", "entropy"]}, cv=2),
     num("two"))
live("grid_last", lambda: scaled(GridSearchCV(tree(), DEPTHS, cv=2)), num("word3"), extra=LOG)
row("random", lambda: RandomizedSearchCV(tree(), {"max_depth": st.randint(1, 5), "min_impurity_decrease": st.uniform(0, 0.01)},
    n_iter=3, cv=2, random_state=0), num("two"), **NO_SKOPS)
live("random_loguniform", lambda: RandomizedSearchCV(lr(), {"C": st.loguniform(1e-2, 1e1), "fit_intercept": [True, False]},
     n_iter=3, cv=2, random_state=np.random.RandomState(0)), num("word3"), extra=LOG, **NO_SKOPS)
live("random_norm", lambda: RandomizedSearchCV(Ridge(), {"alpha": st.expon(scale=2.0)}, n_iter=3, cv=2, random_state=1),
     num("value"), **NO_SKOPS)
live("random_many", lambda: RandomizedSearchCV(Ridge(), [{"alpha": d} for d in (
     st.gamma(2.0), st.halfnorm(), st.beta(2, 3), st.poisson(3), st.geom(0.5), st.truncnorm(0, 2), st.reciprocal(0.1, 1))],
     n_iter=8, cv=2, random_state=1), num("value"), **NO_SKOPS)
row("halving", lambda: HalvingGridSearchCV(tree(), DEPTHS, cv=2, random_state=0), num("two"))
live("halving_resource", lambda: HalvingGridSearchCV(RandomForestClassifier(random_state=0, n_jobs=1), DEPTHS, cv=2, random_state=0,
     resource="n_estimators", max_resources=6), num("two"))
row("halving_random", lambda: HalvingRandomSearchCV(tree(), {"max_depth": st.randint(1, 5)}, cv=2, random_state=0), num("two"), **NO_SKOPS)

# Several outputs.
row("multi", lambda: MultiOutputClassifier(tree(max_depth=3)), num("class23"))
for corner in NUMERIC + SPARSE:
    live(f"multi_{corner}", lambda: MultiOutputClassifier(tree(max_depth=3)), lambda corner=corner: CORNERS[corner]("class23"))
live("multi_words", lambda: MultiOutputClassifier(lr(max_iter=50)), num("word23"))
live("multi_no_proba", lambda: MultiOutputClassifier(SGDClassifier(random_state=0)), num("class23"))
live("multi_pipe", lambda: MultiOutputClassifier(scaled(lr())), num("class23", dtype="f4"))
live("multi_frame", lambda: MultiOutputClassifier(framed(tree(max_depth=3))), fra("class23"))
live("multi_grid", lambda: MultiOutputClassifier(GridSearchCV(tree(), DEPTHS, cv=2)), num("class23"))
live("multi_one", lambda: MultiOutputClassifier(SGDClassifier(random_state=0)), lambda: one_column("two"))
row("multi_reg", lambda: MultiOutputRegressor(Ridge()), num("value2"))
for corner in NUMERIC + SPARSE:
    live(f"multi_reg_{corner}", lambda: MultiOutputRegressor(Ridge()), lambda corner=corner: CORNERS[corner]("value2"))
live("multi_reg_tree", lambda: MultiOutputRegressor(DecisionTreeRegressor(max_depth=3, random_state=0)), num("value2"))
live("multi_reg_last", lambda: framed(MultiOutputRegressor(Ridge(), n_jobs=1)), fra("value2"))

# Transformed targets.
row("target", lambda: TransformedTargetRegressor(LinearRegression(), transformer=StandardScaler()), num("value"))
for corner in NUMERIC + ("csr",):
    live(f"target_{corner}", lambda: TransformedTargetRegressor(Ridge(), transformer=StandardScaler()),
         lambda corner=corner: CORNERS[corner]("value"))
live("target_default", TransformedTargetRegressor, num("value"))
live("target_two", lambda: TransformedTargetRegressor(Ridge(), transformer=StandardScaler()), num("value2"))
live("target_column", lambda: TransformedTargetRegressor(Ridge(), transformer=MaxAbsScaler()), lambda: one_column("value"))
live("target_two_column", lambda: TransformedTargetRegressor(DecisionTreeRegressor(max_depth=3, random_state=0)),
     lambda: one_column("value"))
live("target_pca", lambda: TransformedTargetRegressor(Ridge(), transformer=make_pipeline(StandardScaler(), PCA(1))), num("value2"))
row("target_log", lambda: TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1), num("positive"), rounded=True)
for name, func, inverse in (("exp", np.log, np.exp), ("square", np.sqrt, np.square), ("tan", np.arctan, np.tan), ("log2", np.log2, np.exp2)):
    live(f"target_{name}", lambda func=func, inverse=inverse: TransformedTargetRegressor(Ridge(), func=func, inverse_func=inverse),
         num("positive"), rounded=True)
live("target_negative_two", lambda: TransformedTargetRegressor(Ridge(), func=np.negative, inverse_func=np.negative), num("value2"))
live("target_negative_f32", lambda: TransformedTargetRegressor(Ridge(), func=np.negative, inverse_func=np.negative),
     num("value", dtype="f4"))
live("target_other", lambda: TransformedTargetRegressor(tree_reg(), func=np.negative, inverse_func=np.exp, check_inverse=False),
     num("positive"), rounded=True)
live("target_frame", lambda: TransformedTargetRegressor(framed(Ridge()), transformer=StandardScaler()), fra("value"))
live("target_grid", lambda: GridSearchCV(TransformedTargetRegressor(Ridge(), transformer=StandardScaler()),
     {"regressor__alpha": [1, 2]}, cv=2), num("value"))

# Thresholds.
if RELEASE >= (1, 5):
    from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
    ALL = dict(since=(1, 5), why="new in 1.5")
    corners("threshold", lambda: FixedThresholdClassifier(tree(max_depth=3), threshold=0.3), "two", NUMERIC + ("csr",),
            labels=("word2", "bool"), extra=LOG, **ALL)
    live("threshold_auto", lambda: FixedThresholdClassifier(lr()), num("two"), extra=LOG, **ALL)
    live("threshold_decision", lambda: FixedThresholdClassifier(SVC(), threshold=0.4), num("word2"), **ALL)
    live("threshold_decision_auto", lambda: FixedThresholdClassifier(SVC(), pos_label="gut"), num("word2"), **ALL)
    live("threshold_response", lambda: FixedThresholdClassifier(lr(), response_method="decision_function", threshold=-0.5,
         pos_label=0), num("two"), **ALL)
    live("threshold_positive", lambda: FixedThresholdClassifier(tree(max_depth=3), threshold=0.2, pos_label="gut"), num("word2"), **ALL)
    live("threshold_flag", lambda: FixedThresholdClassifier(tree(max_depth=3), threshold=0.7, pos_label=True), num("two"), **ALL)
    live("threshold_rounded", lambda: FixedThresholdClassifier(lr(), threshold=0.1), num("two", dtype="f4"), **ALL)
    live("threshold_pipe", lambda: framed(FixedThresholdClassifier(lr(), threshold=np.float64(0.4))), fra("two"), **ALL)
    row("tuned", lambda: TunedThresholdClassifierCV(tree(max_depth=3), cv=2, random_state=0), num("two"), **ALL)
    live("tuned_f1", lambda: TunedThresholdClassifierCV(lr(), cv=3, scoring="f1", random_state=0), num("two"), extra=LOG, **ALL)
    live("tuned_label", lambda: TunedThresholdClassifierCV(SVC(), cv=3, scoring=make_scorer(f1_score, pos_label="gut"),
         random_state=0, store_cv_results=True), num("word2"), **ALL)
    live("tuned_framed", lambda: TunedThresholdClassifierCV(framed(lr()), cv=2, scoring="accuracy", random_state=0,
         thresholds=[0.2, 0.4, 0.6]), fra("word2"), extra=LOG, **ALL)
    live("tuned_grid", lambda: GridSearchCV(TunedThresholdClassifierCV(tree(), cv=2, random_state=0), {"estimator__max_depth": [1, 3]},
         cv=2), num("two"), **ALL)

if RELEASE >= (1, 6):
    from sklearn.frozen import FrozenEstimator
    FROZEN = dict(since=(1, 6), why="new in 1.6")
    corners("frozen", lambda: FrozenEstimator(tree(max_depth=3).fit(numbers("two").X, numbers("two").y)), "two", (), labels=(),
            extra=LOG + ("apply", "decision_path"), **FROZEN)
    live("frozen_leaves", lambda: FrozenEstimator(GradientBoostingClassifier(n_estimators=3, random_state=0).fit(numbers("word3").X, numbers("word3").y)),
         num("word3"), ask=("apply",), **FROZEN)
    live("frozen_process", lambda: FrozenEstimator(GaussianProcessRegressor(alpha=0.3).fit(numbers("value").X[:40], numbers("value").y[:40])),
         num("value"), ask=("predict", "predict_std", "predict_cov"), rounded=True, **FROZEN)
    live("frozen_step", lambda: Pipeline([("scale", FrozenEstimator(StandardScaler().fit(numbers().X))), ("model", tree())]),
         num("word3"), **FROZEN)
    live("frozen_union", lambda: FeatureUnion([("a", FrozenEstimator(StandardScaler().fit(numbers().X))), ("b", MaxAbsScaler())]),
         num(), **FROZEN)
    live("frozen_threshold", lambda: FixedThresholdClassifier(FrozenEstimator(lr().fit(numbers("two").X, numbers("two").y)),
         threshold=0.8), num("two"), **FROZEN)
    live("tuned_frozen", lambda: TunedThresholdClassifierCV(FrozenEstimator(tree(max_depth=3).fit(numbers("two").X, numbers("two").y)),
         cv="prefit", refit=False), num("two"), **FROZEN)
