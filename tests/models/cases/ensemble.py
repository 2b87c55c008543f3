"""Ensembles of estimators of any class."""
import numpy as np
import scipy.sparse as sp
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (AdaBoostClassifier, AdaBoostRegressor, BaggingClassifier, BaggingRegressor, RandomForestRegressor,
                              StackingClassifier, StackingRegressor, VotingClassifier, VotingRegressor)
from sklearn.linear_model import LinearRegression, Ridge, SGDClassifier
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC, SVC
from sklearn.tree import DecisionTreeRegressor

from cases.shared import LOG, STAGED, fill_scale, forest, framed, lr, scaled, tree
from data import LABELS, NUMERIC, SPARSE, Data, integers, numbers
from data import named as named_columns
from rows import RELEASE, corners, fra, gappy, num, row

BASE = "estimator" if RELEASE >= (1, 2) else "base_estimator"


def named(*models):
    return [(f"m{i}", model) for i, model in enumerate(models)]


def over(ensemble, model, /, **keywords):
    return ensemble(**{BASE: model}, **keywords)


def small():
    return tree(max_depth=3)


def grown(**keywords):
    return DecisionTreeRegressor(random_state=0, **{"max_depth": 3, **keywords})


# Votes.
def vote(*models, **keywords):
    return VotingClassifier(named(*(models or (lr(), small(), GaussianNB()))), **keywords)


corners("voting", vote, "word3", NUMERIC, LABELS)
corners("voting_soft", lambda: vote(voting="soft"), "three", NUMERIC, ("word2", "bool"))
row("voting_csr", lambda: vote(lr(), small()), num("word3", form="csr"), checked_in="never")
row("voting_trees", lambda: vote(small(), tree(max_depth=2), forest(3), voting="soft"), num("word3"))
row("voting_weights", lambda: vote(weights=[2, 1, 1.5]), num("word3"), checked_in="never")
row("voting_negative", lambda: vote(weights=[-1, -0.5, -2]), num("word3"), checked_in="never")
row("voting_tie", lambda: vote(tree(max_depth=1), GaussianNB()), num("three"), checked_in="never")
row("voting_soft_weights", lambda: vote(voting="soft", weights=np.array([0.3, 2, 1e-3])), num("word2"), checked_in="never")
row("voting_dropped", lambda: vote(small(), "drop", lr(), voting="soft", weights=[1, 5, 2]), num("word3"))
row("voting_dropped_hard", lambda: vote(small(), "drop", lr(), weights=[1, 5, 2]), num("word3"), checked_in="never")
row("voting_nested", lambda: vote(vote(small(), lr()), scaled(lr()), forest(3)), num("word3"), checked_in="never")
row("voting_frame", lambda: vote(framed(lr()), framed(tree()), voting="soft"), fra(gaps=("age",)), checked_in="never")
row("voting_piped", lambda: scaled(vote(lr(), small(), voting="soft")), num("word3"), checked_in="never")
row("voting_many", lambda: vote(*(tree(max_depth=2, max_features=k % 5 + 1) for k in range(20)), voting="soft"), num("three"),
    checked_in="never")


def mean(*models, **keywords):
    return VotingRegressor(named(*(models or (Ridge(), grown(), LinearRegression()))), **keywords)


corners("voting_reg", mean, "value", NUMERIC + SPARSE)
row("voting_reg_trees", lambda: mean(grown(), grown(max_depth=2), RandomForestRegressor(3, random_state=0), weights=[1, 2, 3]),
    num("value"))
row("voting_reg_dropped", lambda: mean(grown(), "drop", Ridge(), weights=[0.1, 9, 3]), num("value"), checked_in="never")
row("voting_reg_many", lambda: mean(*(grown(max_features=k % 5 + 1) for k in range(20))), num("value"), checked_in="never")

# Bags.
def bag(model=None, n=4, **keywords):
    return over(BaggingClassifier, small() if model is None else model, n_estimators=n, random_state=0, **keywords)


def bag_reg(model=None, n=4, **keywords):
    return over(BaggingRegressor, grown() if model is None else model, n_estimators=n, random_state=0, **keywords)


corners("bagging", bag, "three", NUMERIC + SPARSE, LABELS + ("one",), extra=LOG)
row("bagging_default", lambda: BaggingClassifier(n_estimators=3, random_state=0), num("word3"), extra=LOG, checked_in="never")
row("bagging_columns", lambda: bag(max_features=0.5, max_samples=0.6), num("word3"), extra=LOG)
row("bagging_columns_twice", lambda: bag(max_features=4, bootstrap_features=True), num("two"), extra=LOG, checked_in="never")
row("bagging_columns_csr", lambda: bag(max_features=4, bootstrap_features=True), num("two", form="csr"), extra=LOG,
    checked_in="never")
row("bagging_pasting", lambda: bag(bootstrap=False, max_samples=30, warm_start=True), num("word2"), checked_in="never")
row("bagging_oob", lambda: bag(n=25, oob_score=True), num("word3"), checked_in="never")
row("bagging_jobs", lambda: bag(n=7, n_jobs=2), num("word3"), extra=LOG)
row("bagging_jobs_many", lambda: bag(n=5, n_jobs=9), num("word3"), extra=LOG, checked_in="never")
row("bagging_missing_class", lambda: bag(scaled(GaussianNB()), n=8, max_samples=5), num("word3"), extra=LOG)
row("bagging_votes", lambda: bag(SVC(), max_samples=40), num("word3"), checked_in="never")
row("bagging_votes_missing", lambda: bag(scaled(LinearSVC(random_state=0)), n=6, max_samples=6), num("two"), checked_in="never")
row("bagging_decides", lambda: bag(scaled(LinearSVC(random_state=0)), max_features=3), num("two"), checked_in="never")
row("bagging_decides_three", lambda: bag(scaled(SGDClassifier(random_state=0)), max_features=3), num("three"), checked_in="never")
row("bagging_lr_f32", lambda: bag(lr()), num("three", dtype="f4"), extra=LOG, checked_in="never")
row("bagging_missing", lambda: bag(fill_and(small)), gappy("word3"), checked_in="never")
row("bagging_frame", lambda: scaled(bag()), num("word3"), checked_in="never")
row("bagging_nested", lambda: bag(vote(lr(), small(), voting="soft")), num("word3"), checked_in="never")
row("bagging_hundreds", lambda: bag(n=300), num("word3"), extra=LOG, checked_in="never")
corners("bagging_reg", bag_reg, "value", NUMERIC + SPARSE)
row("bagging_reg_columns", lambda: bag_reg(max_features=3, n_jobs=3, n=7), num("value"))
row("bagging_reg_linear_f32", lambda: bag_reg(LinearRegression()), num("value", dtype="f4"), checked_in="never")
row("bagging_reg_two", lambda: bag_reg(), num("value2"), checked_in="never")


def fill_and(make):
    pipeline = fill_scale()
    pipeline.steps.append(("model", make()))
    return pipeline


# Boosts.
def boost(model=None, n=5, **keywords):
    return over(AdaBoostClassifier, tree(max_depth=2) if model is None else model, n_estimators=n, random_state=0, **keywords)


def samme(*args, **keywords):
    return boost(*args, **keywords, **({"algorithm": "SAMME"} if RELEASE < (1, 6) else {}))


def boost_reg(model=None, n=5, **keywords):
    return over(AdaBoostRegressor, grown() if model is None else model, n_estimators=n, random_state=0, **keywords)


corners("adaboost", samme, "two", NUMERIC + SPARSE, LABELS, extra=LOG,
        changes=((1, 3), (1, 6)))
corners("adaboost_real", boost, "word3", NUMERIC + SPARSE, ("two", "three", "bool"), extra=LOG, until=(1, 5),
        why="SAMME.R is the default until 1.5")
row("adaboost_default", lambda: AdaBoostClassifier(n_estimators=4, random_state=0), num("two"), extra=LOG, checked_in="never")
row("adaboost_hundreds", lambda: samme(tree(max_depth=1), n=300), num("two"), extra=LOG, checked_in="never")
row("adaboost_stops", lambda: samme(tree(), n=9), num("two"), extra=LOG, checked_in="never")
row("adaboost_rate", lambda: samme(n=9, learning_rate=0.3), num("three"), extra=LOG, checked_in="never")
row("adaboost_lr_f32", lambda: boost(lr(), n=3), num("three", dtype="f4"), extra=LOG, checked_in="never")
row("adaboost_svc", lambda: samme(SVC(), n=3), num("three"), extra=LOG, checked_in="never")
row("adaboost_two_lr", lambda: boost(lr(), n=3), num("word2"), extra=LOG, checked_in="never")
for y in ("two", "word2", "three", "bool"):
    staged = row if y == "three" else lambda *args, **keywords: row(*args, checked_in="never", **keywords)
    staged(f"adaboost_staged_{y}", samme, num(y), ask=STAGED, changes=((1, 3),))
    row(f"adaboost_staged_real_{y}", boost, num(y), ask=STAGED, checked_in="never", until=(1, 5), why="SAMME.R is gone in 1.6")
row("adaboost_staged_csr", samme, num("three", form="csr"), ask=STAGED, checked_in="never")
row("adaboost_staged_rate", lambda: samme(n=9, learning_rate=0.3), num("three"), ask=STAGED, checked_in="never")
row("adaboost_staged_lr_f32", lambda: boost(lr(), n=3), num("three", dtype="f4"), ask=STAGED, checked_in="never")
row("adaboost_staged_reg", boost_reg, num("value"), ask=STAGED)
row("adaboost_staged_reg_square", lambda: boost_reg(n=40, loss="square", learning_rate=0.5), num("value"), ask=STAGED,
    checked_in="never")
row("adaboost_staged_reg_f32", lambda: boost_reg(Ridge(), n=9), num("value", dtype="f4"), ask=STAGED, checked_in="never")
corners("adaboost_reg", boost_reg, "value", NUMERIC + SPARSE)
row("adaboost_reg_square", lambda: boost_reg(n=40, loss="square", learning_rate=0.5), num("value"), checked_in="never")
row("adaboost_reg_exponential", lambda: boost_reg(n=40, loss="exponential"), num("count"), checked_in="never")
row("adaboost_reg_linear", lambda: boost_reg(Ridge(), n=9), num("value", dtype="f4"), checked_in="never")
row("adaboost_reg_flat", boost_reg, num("flat"), checked_in="never")

# Stacks.
def stack(*models, final=None, **keywords):
    return StackingClassifier(named(*(models or (small(), lr(), LinearSVC(random_state=0)))),
                              final_estimator=lr() if final is None else final, cv=3, **keywords)


def stack_reg(*models, final=None, **keywords):
    return StackingRegressor(named(*(models or (Ridge(), grown()))), final_estimator=grown() if final is None else final, cv=3, **keywords)


def labels(n=3):
    """Rows with any number of n labels; the last one has every row."""
    data = numbers("value")
    y = np.column_stack([data.X[:, k % 6] > np.median(data.X[:, k % 6]) for k in range(n - 1)] + [np.ones(120)]).astype(int)
    return Data(data.X, y, data.test)


def both(n=2):
    data = labels(n + 1)
    return Data(data.X, data.y[:, :n], data.test)


corners("stacking", stack, "word3", NUMERIC, LABELS, changes=((1, 2),))
row("stacking_default", lambda: StackingClassifier(named(small(), lr())), num("word3"), checked_in="never")
row("stacking_trees", lambda: stack(small(), tree(max_depth=2), final=tree(max_depth=3)), num("two"), checked_in="never")
row("stacking_passthrough", lambda: stack(small(), lr(), final=forest(3, max_depth=3), passthrough=True), num("word3"))
row("stacking_passthrough_csr", lambda: stack(small(), lr(), final=forest(3, max_depth=3), passthrough=True),
    num("two", form="csr"), checked_in="never")
row("stacking_passthrough_ints", lambda: stack(small(), stack_method="predict", final=tree(max_depth=3), passthrough=True),
    lambda: integers("word3"), checked_in="never")
row("stacking_passthrough_named", lambda: stack(small(), lr(), passthrough=True), lambda: named_columns("word3"),
    checked_in="never")
row("stacking_predict", lambda: stack(stack_method="predict", final=tree(max_depth=3)), num("word3"), checked_in="never")
row("stacking_dropped", lambda: stack(small(), "drop", lr()), num("word3"), checked_in="never")
row("stacking_regressors", lambda: stack(Ridge(), grown()), num("three"), checked_in="never", since=(1, 2),
    why="a classifier stacks regressors since 1.2")
row("stacking_final_svc", lambda: stack(small(), lr(), final=SVC()), num("word3"), checked_in="never")
row("stacking_csr", lambda: stack(small(), lr()), num("word3", form="csr"), checked_in="never")
row("stacking_frame", lambda: stack(framed(lr()), framed(tree())), fra(gaps=("age",)), checked_in="never")
row("stacking_prefit", lambda: StackingClassifier(
    named(small().fit(numbers("three").X, numbers("three").y), lr().fit(numbers("three").X, numbers("three").y)),
    final_estimator=lr(), cv="prefit"), num("three"), checked_in="never", since=(1, 1), why="cv='prefit' is new in 1.1")
MULTILABEL = {"since": (1, 2), "why": "stacks of several labels are new in 1.2"}
row("stacking_labels", lambda: stack(small(), forest(2, max_depth=3), final=small()), labels, **MULTILABEL)
row("stacking_labels_two", lambda: stack(small(), OneVsRestClassifier(lr()), final=forest(2, max_depth=3)), both,
    checked_in="never", **MULTILABEL)
corners("stacking_reg", stack_reg, "value", NUMERIC + SPARSE)
row("stacking_reg_default", lambda: StackingRegressor(named(Ridge(), grown())), num("value"), checked_in="never")
row("stacking_reg_passthrough", lambda: stack_reg(passthrough=True), num("value"), checked_in="never")

# Calibration.
def calibrated(model=None, **keywords):
    return over(CalibratedClassifierCV, small() if model is None else model, cv=3, **keywords)


def prefit(make, target="three"):
    return over(CalibratedClassifierCV, make().fit(numbers(target).X, numbers(target).y), cv="prefit")


corners("calibrated", calibrated, "word3", NUMERIC + SPARSE, LABELS)
row("calibrated_two", calibrated, num("two"), checked_in="never")
row("calibrated_svc", lambda: calibrated(LinearSVC(random_state=0)), num("word3"))
row("calibrated_default", lambda: CalibratedClassifierCV(), num("two"), checked_in="never")
row("calibrated_isotonic", lambda: calibrated(method="isotonic"), num("word3"))
row("calibrated_isotonic_two", lambda: calibrated(GaussianNB(), method="isotonic"), num("two"), checked_in="never")
row("calibrated_isotonic_svc", lambda: calibrated(SGDClassifier(random_state=0), method="isotonic"), num("three"), checked_in="never")
row("calibrated_isotonic_f32", lambda: calibrated(method="isotonic"), num("three", dtype="f4"), checked_in="never")
row("calibrated_alone", lambda: calibrated(ensemble=False), num("word3"), checked_in="never")
row("calibrated_alone_isotonic", lambda: calibrated(ensemble=False, method="isotonic"), num("two"), checked_in="never")
row("calibrated_piped", lambda: calibrated(scaled(lr())), num("word3"), checked_in="never")
row("calibrated_frame", lambda: calibrated(framed(lr())), fra(gaps=("age",)), checked_in="never")
row("calibrated_forest", lambda: calibrated(forest(3), n_jobs=1), num("three"), checked_in="never")
row("calibrated_ovo", lambda: calibrated(SVC(decision_function_shape="ovo")), num("four"), checked_in="never")
row("calibrated_prefit", lambda: prefit(small), num("three"), until=(1, 7), why="cv='prefit' went in 1.8", checked_in="never")
HOT = {"since": (1, 8), "why": "temperatures are new in 1.8"}
row("calibrated_hot", lambda: calibrated(method="temperature"), num("word3"), **HOT)
row("calibrated_hot_two", lambda: calibrated(method="temperature"), num("two"), checked_in="never", **HOT)
# Scaled: the search for a temperature may overflow on the wide margins of raw columns, and scikit-learn raises.
row("calibrated_hot_svc", lambda: calibrated(scaled(LinearSVC(random_state=0)), method="temperature"), num("three"), checked_in="never", **HOT)
row("calibrated_hot_svc_two", lambda: calibrated(scaled(LinearSVC(random_state=0)), method="temperature"), num("two"), checked_in="never", **HOT)

# Many classes of two.
corners("ovr", lambda: OneVsRestClassifier(small()), "word3", NUMERIC + SPARSE, LABELS, changes=((1, 7), (1, 8)))
row("ovr_lr", lambda: OneVsRestClassifier(lr()), num("three"), checked_in="never")
row("ovr_lr_f32", lambda: OneVsRestClassifier(lr()), num("three", dtype="f4"), checked_in="never")
row("ovr_lr_two", lambda: OneVsRestClassifier(lr()), num("two"), checked_in="never")
row("ovr_svc", lambda: OneVsRestClassifier(LinearSVC(random_state=0)), num("word3"))
row("ovr_svc_two", lambda: OneVsRestClassifier(LinearSVC(random_state=0)), num("word2"), checked_in="never")
row("ovr_regressors", lambda: OneVsRestClassifier(Ridge()), num("word3"), checked_in="never")
row("ovr_ties", lambda: OneVsRestClassifier(tree(max_depth=1)), num("word3"), checked_in="never")
row("ovr_labels", lambda: OneVsRestClassifier(small()), labels)
row("ovr_labels_lr", lambda: OneVsRestClassifier(lr()), labels, checked_in="never")
row("ovr_labels_svc", lambda: OneVsRestClassifier(LinearSVC(random_state=0)), both, checked_in="never")
row("ovr_labels_constant_first", lambda: OneVsRestClassifier(lr()), lambda: flipped(labels()), checked_in="never")
row("ovr_labels_sparse", lambda: OneVsRestClassifier(lr()), lambda: sparse_labels(labels()), checked_in="never")
row("ovr_piped", lambda: scaled(OneVsRestClassifier(lr())), num("word3"), checked_in="never")
row("ovr_frame", lambda: OneVsRestClassifier(framed(tree())), fra(gaps=("age",)), checked_in="never")
corners("ovo", lambda: OneVsOneClassifier(small()), "word3", NUMERIC + SPARSE, LABELS)
row("ovo_four", lambda: OneVsOneClassifier(LinearSVC(random_state=0)), num("four"))
row("ovo_gauss", lambda: OneVsOneClassifier(GaussianNB()), num("two"), changes=((1, 1),))
row("ovo_gauss_four", lambda: OneVsOneClassifier(GaussianNB()), num("four"), checked_in="never")
row("ovo_regressors", lambda: OneVsOneClassifier(Ridge()), num("four"), checked_in="never")
row("ovo_lr_f32", lambda: OneVsOneClassifier(lr()), num("four", dtype="f4"), checked_in="never")


def flipped(data):
    return Data(data.X, data.y[:, ::-1], data.test)


def sparse_labels(data):
    return Data(data.X, sp.csr_matrix(data.y), data.test)
