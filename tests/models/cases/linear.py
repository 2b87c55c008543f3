"""Linear models."""
import scipy.sparse
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import (
    ARDRegression, BayesianRidge, ElasticNet, ElasticNetCV, GammaRegressor, HuberRegressor, Lars, LarsCV, Lasso, LassoCV,
    LassoLars, LassoLarsCV, LassoLarsIC, LinearRegression, LogisticRegression, LogisticRegressionCV, MultiTaskElasticNet,
    MultiTaskElasticNetCV, MultiTaskLasso, MultiTaskLassoCV, OrthogonalMatchingPursuit, OrthogonalMatchingPursuitCV,
    PassiveAggressiveClassifier, PassiveAggressiveRegressor, Perceptron, PoissonRegressor, QuantileRegressor, Ridge,
    RidgeClassifier, RidgeClassifierCV, RidgeCV, SGDClassifier, SGDOneClassSVM, SGDRegressor, TheilSenRegressor,
    TweedieRegressor)
from sklearn.svm import LinearSVC, LinearSVR

from cases.shared import LOG, lr, scaled
from data import CORNERS, LABELS, NUMERIC, SPARSE, Data, as_column, integers, numbers
from rows import RELEASE, corners, everywhere, num, row

NO_MULTI_CLASS = "multi_class went in 1.8"

# Logistic regression.
everywhere("lr_binary", lambda: scaled(lr()), num("two"), extra=LOG)
everywhere("lr_bool", lambda: scaled(lr()), num("bool"))
everywhere("lr_words", lambda: scaled(lr()), num("word2"))
everywhere("lr_multinomial", lambda: scaled(lr()), num("word3"), extra=LOG)
everywhere("lr_numbered", lambda: scaled(lr()), num("three"))
everywhere("lr_bare", lambda: lr(max_iter=5000), num("three"))
everywhere("lr_balanced", lambda: scaled(lr(class_weight="balanced")), num("two"))
everywhere("lr_weights", lambda: scaled(lr(class_weight={-1: 2.0, 4: 0.5, 70: 1.0})), num("three"))
everywhere("lr_no_intercept", lambda: scaled(lr(fit_intercept=False)), num("two"))
everywhere("lr_three_no_intercept", lambda: scaled(lr(fit_intercept=False)), num("word3"))
everywhere("lr_f32", lambda: lr(max_iter=5000), num("two", dtype="f4"))
everywhere("lr_three_f32", lambda: scaled(lr()), num("three", dtype="f4"))
everywhere("lr_csr", lambda: lr(max_iter=5000), num("two", form="csr"))
everywhere("lr_three_csr", lambda: lr(max_iter=5000), num("word3", form="csr"))
everywhere("lr_csc", lambda: lr(max_iter=5000), num("two", form="csc"))
everywhere("lr_sample_weight", lambda: lr(max_iter=5000), num("two", weight=True))
everywhere("lr_liblinear", lambda: scaled(lr(solver="liblinear")), num("two"))
everywhere("lr_l1", lambda: scaled(lr(solver="liblinear", penalty="l1", C=0.2)), num("two"))
everywhere("lr_liblinear_three", lambda: scaled(lr(solver="liblinear")), num("word3"), until=(1, 7),
    why="1.8 refuses liblinear on three classes")
everywhere("lr_ovr", lambda: scaled(lr(multi_class="ovr")), num("word3"), extra=LOG, until=(1, 7), why=NO_MULTI_CLASS)
everywhere("lr_ovr_two", lambda: scaled(lr(multi_class="ovr")), num("two"), until=(1, 7), why=NO_MULTI_CLASS)
everywhere("lr_multinomial_two", lambda: scaled(lr(multi_class="multinomial")), num("two"), extra=LOG,
    until=(1, 7), why=NO_MULTI_CLASS)
everywhere("lr_multinomial_named", lambda: scaled(lr(multi_class="multinomial")), num("word3"),
    until=(1, 7), why=NO_MULTI_CLASS)

# Linear regression of four kinds.
for name, model, options in (
        ("linreg", LinearRegression, {}),
        ("ridge", Ridge, {"alpha": 0.7}),
        ("lasso", Lasso, {"alpha": 0.05, "random_state": 0}),
        ("elastic", ElasticNet, {"alpha": 0.05, "l1_ratio": 0.3, "random_state": 0})):
    def make(model=model, options=options, **more):
        return model(**options, **more)

    everywhere(name, make, num("value"))
    everywhere(f"{name}_two", make, num("value2"))
    everywhere(f"{name}_scaled", lambda make=make: scaled(make()), num("value"))
    everywhere(f"{name}_f32", make, num("value", dtype="f4"))
    everywhere(f"{name}_two_f32", make, num("value2", dtype="f4"))
    everywhere(f"{name}_csr", make, num("value", form="csr"))
    everywhere(f"{name}_two_csr", make, num("value2", form="csr"))
    everywhere(f"{name}_no_intercept", lambda make=make: make(fit_intercept=False), num("value"))
    everywhere(f"{name}_two_no_intercept", lambda make=make: make(fit_intercept=False), num("value2"))
    everywhere(f"{name}_positive", lambda make=make: make(positive=True), num("value"))
everywhere("linreg_column", LinearRegression, lambda: as_column(numbers("value")), note="y is one column, so predict is 2-d")
everywhere("ridge_column", Ridge, lambda: as_column(numbers("value")), note="y is one column: predict is 2-d up to 1.5")
everywhere("ridge_weight", Ridge, num("value", weight=True))


def on_any(model, **options):
    """A model of data that is not scaled: few iterations do, since what is asked is the reading."""
    return lambda: model(**options)


# Regressors whose prediction is that of LinearRegression.
for name, model, options in (
        ("ard", ARDRegression, {}),
        ("bayes", BayesianRidge, {}),
        ("elastic_cv", ElasticNetCV, {"cv": 3}),
        ("huber", HuberRegressor, {"max_iter": 1000}),
        ("lars", Lars, {"random_state": 0}),
        ("lars_cv", LarsCV, {"cv": 3}),
        ("lasso_cv", LassoCV, {"cv": 3}),
        ("lasso_lars", LassoLars, {"alpha": 0.01}),
        ("lasso_lars_cv", LassoLarsCV, {"cv": 3}),
        ("lasso_lars_ic", LassoLarsIC, {"noise_variance": 0.1}),
        ("omp", OrthogonalMatchingPursuit, {"n_nonzero_coefs": 1}),
        ("quantile", QuantileRegressor, {"alpha": 0.01, "solver": "highs"}),
        ("theil_sen", TheilSenRegressor, {"random_state": 0, "max_subpopulation": 50})):
    corners(name, on_any(model, **options), "value", NUMERIC)
corners("omp_cv", on_any(OrthogonalMatchingPursuitCV, cv=3), "value", [name for name in NUMERIC if name != "one_feature"])
for name, model, options in (
        ("linear_svr", LinearSVR, {"random_state": 0}),
        ("passive_reg", PassiveAggressiveRegressor, {"random_state": 0, "C": 0.01}),
        ("ridge_cv", RidgeCV, {}),
        ("sgd_reg", SGDRegressor, {"random_state": 0, "eta0": 1e-6})):
    corners(name, on_any(model, **options), "value", NUMERIC + SPARSE)
for name, model in (("mt_elastic", MultiTaskElasticNet), ("mt_lasso", MultiTaskLasso),
                    ("mt_elastic_cv", MultiTaskElasticNetCV), ("mt_lasso_cv", MultiTaskLassoCV)):
    corners(name, on_any(model, **({"cv": 3} if name.endswith("cv") else {"alpha": 0.1})), "value2", NUMERIC)
for name, model, target in (("lasso_cv", LassoCV, "value"), ("elastic_cv", ElasticNetCV, "value"),
                            ("mt_lasso_cv", MultiTaskLassoCV, "value2"), ("mt_elastic_cv", MultiTaskElasticNetCV, "value2")):
    row(f"{name}_alphas", on_any(model, cv=3), num(target), checked_in="never", also=("1.7.2",), note="`_alphas` is of 1.7 and 1.8")
for name, model in (("lars", Lars), ("omp", OrthogonalMatchingPursuit), ("ridge_cv", RidgeCV)):
    row(f"{name}_outputs", model, num("value2"), checked_in="never")
for name, model in (("ridge_cv", RidgeCV), ("huber", HuberRegressor), ("linear_svr", LinearSVR), ("lars", Lars)):
    row(f"{name}_no_intercept", on_any(model, fit_intercept=False), num("value"), checked_in="never")
row("sgd_reg_average", lambda: SGDRegressor(average=True, random_state=0, eta0=1e-6), num("value"))
row("sgd_reg_early", lambda: scaled(SGDRegressor(early_stopping=True, random_state=0)), num("value"))
row("lars_fit_path", lambda: Lars(fit_path=False), num("value"), checked_in="never")
STD = ("predict_std",)
for name, make in (("bayes", BayesianRidge), ("ard", ARDRegression)):
    row(f"{name}_std", make, num("value"), ask=STD, changes=((1, 9),))
    for corner in ("f32", "ints", "fortran", "one_feature", "wide", "named"):
        row(f"{name}_std_{corner}", make, lambda corner=corner: CORNERS[corner]("value"), ask=STD, checked_in="never",
            **({"since": (1, 4), "why": "it takes frames since then"} if (name, corner) == ("ard", "named") else {}))
    row(f"{name}_std_plain", lambda make=make: make(fit_intercept=False), num("value"), ask=STD, checked_in="never")
row("bayes_std_pipe", lambda: scaled(BayesianRidge()), num("value"), ask=STD + ("predict",), checked_in="never")
row("ard_std_threshold", lambda: ARDRegression(threshold_lambda=2.0), num("value"), ask=STD, checked_in="never")
row("ard_std_none", lambda: ARDRegression(threshold_lambda=1e-9), num("value"), ask=STD, checked_in="never")
row("bayes_scores", lambda: BayesianRidge(compute_score=True), num("value"), checked_in="never")
row("ridge_cv_results", lambda: RidgeCV(**{"store_cv_results" if RELEASE >= (1, 5) else "store_cv_values": True}),
    num("value"), checked_in="never")

# Generalized linear models: every power and link.
for name, model, options in (
        ("gamma", GammaRegressor, {}),
        ("poisson", PoissonRegressor, {}),
        ("tweedie", TweedieRegressor, {"power": 1.5})):
    corners(name, on_any(model, **options), "positive", NUMERIC + SPARSE)
for name, options in (("normal", {"power": 0}), ("log", {"link": "log"}), ("poisson", {"power": 1}),
                      ("gamma", {"power": 2}), ("inverse", {"power": 3}),
                      ("identity", {"power": 1, "link": "identity", "max_iter": 5}), ("below", {"power": -1})):
    row(f"tweedie_{name}", lambda options=options: scaled(TweedieRegressor(**options)), num("positive"),
        checked_in="ends" if name in ("normal", "log") else "never")
row("poisson_no_intercept", lambda: scaled(PoissonRegressor(fit_intercept=False)), num("positive"), checked_in="never")

# Classifiers.
DESCENT = {"random_state": 0, "alpha": 0.01}
for name, model, options, more in (
        ("linear_svc", LinearSVC, {"random_state": 0}, SPARSE),
        ("passive", PassiveAggressiveClassifier, {"random_state": 0, "C": 0.01}, SPARSE),
        ("perceptron", Perceptron, {"random_state": 0}, SPARSE),
        ("ridge_cla", RidgeClassifier, {}, SPARSE),
        ("ridge_cla_cv", RidgeClassifierCV, {}, SPARSE),
        ("sgd_hinge", SGDClassifier, DESCENT, SPARSE)):
    corners(name, on_any(model, **options), "two", NUMERIC + more, LABELS)
corners("logistic_cv", lambda: LogisticRegressionCV(Cs=3, cv=3, max_iter=50, random_state=0), "two", NUMERIC + SPARSE, LABELS,
        extra=LOG)
row("logistic_cv_multinomial", lambda: scaled(LogisticRegressionCV(Cs=3, cv=3, random_state=0)), num("word3"), extra=LOG,
    changes=((1, 8),))
row("logistic_cv_ovr", lambda: scaled(LogisticRegressionCV(Cs=3, cv=3, multi_class="ovr", random_state=0)), num("word3"),
    until=(1, 7), why=NO_MULTI_CLASS)
row("logistic_cv_liblinear", lambda: scaled(LogisticRegressionCV(Cs=3, cv=3, solver="liblinear", random_state=0)), num("word3"),
    until=(1, 7), why="1.8 refuses liblinear on three classes", checked_in="never")
OTHER_LABELS = tuple(name for name in LABELS if name != "three")  # which have a row of their own
corners("sgd_log", lambda: SGDClassifier(loss="log_loss" if RELEASE >= (1, 1) else "log", **DESCENT), "two", NUMERIC + SPARSE,
        OTHER_LABELS, extra=LOG)
corners("sgd_huber", lambda: SGDClassifier(loss="modified_huber", **DESCENT), "two", NUMERIC + SPARSE, OTHER_LABELS, extra=LOG)
row("sgd_log_three", lambda: SGDClassifier(loss="log_loss", **DESCENT), num("word3"), extra=LOG, changes=((1, 9),), since=(1, 1), why="log_loss is new in 1.1",
    note="the sigmoids of a row of large numbers are all 0")
row("sgd_log_old_name", lambda: scaled(SGDClassifier(loss="log", **DESCENT)), num("word3"), until=(1, 2),
    why="log is log_loss since 1.1")
row("sgd_huber_three", lambda: scaled(SGDClassifier(loss="modified_huber", **DESCENT)), num("word3"), extra=LOG)
row("sgd_average", lambda: scaled(SGDClassifier(average=True, **DESCENT)), num("word3", dtype="f4"))
row("sgd_huber_average", lambda: SGDClassifier(loss="modified_huber", average=True, **DESCENT), num("two", dtype="f4"))
for loss in ("squared_hinge", "perceptron", "squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"):
    row(f"sgd_loss_{loss}", lambda loss=loss: scaled(SGDClassifier(loss=loss, **DESCENT)), num("word3"), checked_in="never")
row("linear_svc_crammer", lambda: scaled(LinearSVC(multi_class="crammer_singer", random_state=0)), num("word3"), checked_in="never")
row("linear_svc_crammer_two", lambda: scaled(LinearSVC(multi_class="crammer_singer", random_state=0)), num("two"),
    checked_in="never")
row("linear_svc_no_intercept", lambda: scaled(LinearSVC(fit_intercept=False, random_state=0)), num("word3"), checked_in="never")
row("ridge_cla_balanced", lambda: RidgeClassifier(class_weight="balanced"), num("word3"), checked_in="never")

# Linear discriminant analysis: three solvers, two of which project.
corners("lda", LinearDiscriminantAnalysis, "three", NUMERIC, LABELS, extra=LOG)
row("lda_two", LinearDiscriminantAnalysis, num("two"), extra=LOG)
row("lda_one_component", lambda: LinearDiscriminantAnalysis(n_components=1), num("word3"), checked_in="never")
row("lda_stored", lambda: LinearDiscriminantAnalysis(store_covariance=True, priors=[0.2, 0.5, 0.3]), num("word3"),
    checked_in="never")
row("lda_lsqr", lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"), num("word3"), extra=LOG)
row("lda_eigen", lambda: LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.1), num("word3"), extra=LOG)
row("lda_eigen_f32", lambda: LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.1), num("word3", dtype="f4"),
    checked_in="never")
row("lda_scaled_tree", lambda: scaled(LinearDiscriminantAnalysis()), num("word3"), checked_in="never")

# One class.
corners("sgd_outlier", lambda: SGDOneClassSVM(random_state=0), "two", NUMERIC + SPARSE)
row("sgd_outlier_average", lambda: SGDOneClassSVM(average=True, nu=0.2, random_state=0), num("two"), checked_in="never")
row("sgd_outlier_scaled", lambda: scaled(SGDOneClassSVM(random_state=0)), num("two"), checked_in="never")

# sparsify() leaves a sparse coef_.
ONE_DIMENSION = "1.9 does not sparsify a coef_ of one dimension"
for name, model, options, target, until in (
        ("sgd_hinge", SGDClassifier, {**DESCENT, "penalty": "l1"}, "word3", (9, 9)),
        ("sgd_reg", SGDRegressor, {"random_state": 0, "penalty": "l1", "eta0": 1e-6}, "value", (1, 8)),
        ("sgd_outlier", SGDOneClassSVM, {"random_state": 0}, "two", (1, 8)),
        ("passive_reg", PassiveAggressiveRegressor, {"random_state": 0, "C": 0.01}, "value", (1, 8)),
        ("linear_svc", LinearSVC, {"random_state": 0, "penalty": "l1", "dual": False}, "two", (9, 9)),
        ("logistic", LogisticRegression, {"solver": "liblinear", "penalty": "l1", "C": 0.05}, "two", (9, 9))):
    sparse = {"edit": lambda model: model.sparsify(), "until": until, "why": ONE_DIMENSION if until == (1, 8) else ""}
    row(f"{name}_sparsified", on_any(model, **options), num(target), checked_in="ends" if name.startswith("sgd") else "never",
        **sparse)
    row(f"{name}_sparsified_csr", on_any(model, **options), num(target, form="csr"), checked_in="never", **sparse)
# 1.8 alone keeps the dtype of X in coef_ and intercept_.
def of_integers(target, rows):
    """Fits on integers, asks about others."""
    data = integers(target)
    return Data(data.X, data.y, rows)


def csr_of_integers(target):
    data = integers(target)
    return Data(scipy.sparse.csr_matrix(data.X), data.y, scipy.sparse.csr_matrix(data.test))


for name, model, target in (("ridge_cv", RidgeCV, "value"), ("ridge_cla_cv", RidgeClassifierCV, "three")):
    row(f"{name}_integers", model, lambda target=target: integers(target), checked_in="never", also=("1.8.0",))
    row(f"{name}_integers_csr", model, lambda target=target: csr_of_integers(target), checked_in="never")
    row(f"{name}_integers_f32", model, lambda target=target: of_integers(target, numbers(dtype="f4").test), checked_in="never")
row("ridge_cv_integers_outputs", RidgeCV, lambda: integers("value2"), checked_in="never")
row("lda_narrow", LinearDiscriminantAnalysis, num("three", dtype="f4"), checked_in="never", also=("1.5.2",),
    note="xbar_ is float32 beside float64 scalings_")
row("lda_narrow_f64", LinearDiscriminantAnalysis, lambda: Data(numbers("three", dtype="f4").X, numbers("three").y, numbers("three").test),
    checked_in="never")
