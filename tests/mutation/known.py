#!/usr/bin/env python3
"""known.py TOOL: changes of fitted objects that were answered once, though this scikit-learn raises or answers otherwise.

mutate.py finds such changes at random; what it found is here by name, so that it is seen again at once. Each is saved with
pickle, and TOOL (pratique) has to refuse it as unsupported; the object before the change has to be accepted. Beside them:
honest models that were once called invalid, and rows that were once answered.
Prints "passed failed"; each failure goes to standard error.
"""
import copy
import importlib.util
import json
import pickle
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import BisectingKMeans, KMeans, MeanShift
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import (NMF, PCA, DictionaryLearning, FactorAnalysis, FastICA, IncrementalPCA, KernelPCA,
                                   LatentDirichletAllocation, SparsePCA)
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (AdaBoostClassifier, BaggingClassifier, GradientBoostingClassifier, GradientBoostingRegressor,
                              HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier, RandomTreesEmbedding,
                              StackingClassifier, StackingRegressor)
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.feature_selection import RFE, GenericUnivariateSelect, SelectFromModel, SequentialFeatureSelector, f_classif
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, PairwiseKernel
from sklearn.impute import IterativeImputer, KNNImputer, MissingIndicator, SimpleImputer
from sklearn.kernel_approximation import Nystroem, PolynomialCountSketch, RBFSampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import (BayesianRidge, GammaRegressor, LinearRegression, LogisticRegression, PoissonRegressor, Ridge,
                                  RidgeClassifier)
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import ClassifierChain
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import (KernelDensity, KNeighborsClassifier, LocalOutlierFactor, NearestCentroid, RadiusNeighborsClassifier,
                               RadiusNeighborsRegressor)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (FunctionTransformer, OneHotEncoder, PolynomialFeatures, PowerTransformer, RobustScaler,
                                   SplineTransformer, StandardScaler)
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC, SVR, NuSVR
from sklearn.tree import DecisionTreeClassifier

warnings.simplefilter("ignore")
RNG = np.random.RandomState(0)
X = RNG.normal(size=(30, 6)) + 3
Y = np.arange(30) % 3
ABSENT = object()
FRAME = pd.DataFrame(X[:, :2], columns=["a", "b"])
TRAINED = "estimator" if "estimator" in SelfTrainingClassifier(LogisticRegression()).get_params(deep=False) else "base_estimator"
CHAINED = "estimator" if "estimator" in ClassifierChain(LogisticRegression()).get_params(deep=False) else "base_estimator"


def renamed_columns(o):
    """The object as one that was fitted on the same columns in another order."""
    o = copy.deepcopy(o)
    o.feature_names_in_ = o.feature_names_in_[::-1].copy()
    return o


def renamed(o, kind):
    """The object with its attributes, as one of another class."""
    o = copy.deepcopy(o)
    o.__class__ = kind
    return o


def read_only(v):
    """The array as one that a pickle of protocol 5 keeps from being written to."""
    v = v.copy()
    v.flags.writeable = False
    return v


def raw(steps):
    """The steps with the Booster of the last one in its place."""
    last = steps[-1][1]
    return [*steps[:-1], ("raw", last.booster_ if hasattr(last, "booster_") else last.get_booster())]


def light():
    """Of LightGBM, where the environment has it (scripts/venv)."""
    if importlib.util.find_spec("lightgbm") is None:
        return {}
    from lightgbm import LGBMClassifier, LGBMRanker, LGBMRegressor

    return {"light_steps": Pipeline([("a", StandardScaler()), ("b", LGBMRegressor(n_estimators=2, verbose=-1))]).fit(X, X[:, 0]),
            "light": LGBMRegressor(n_estimators=2, min_child_samples=2, verbose=-1).fit(X, X[:, 0]),
            "light_classes": LGBMClassifier(n_estimators=2, min_child_samples=2, verbose=-1).fit(X, Y),
            "ranker": LGBMRanker(n_estimators=2, min_child_samples=2, verbose=-1).fit(X, Y, group=[15, 15])}


def boosted():
    """Of XGBoost, as light()."""
    if importlib.util.find_spec("xgboost") is None:
        return {}
    from xgboost import XGBRegressor

    return {"boosted_steps": Pipeline([("a", StandardScaler()), ("b", XGBRegressor(n_estimators=2))]).fit(X, X[:, 0]),
            "boosted": XGBRegressor(n_estimators=2, max_depth=2).fit(X, X[:, 0]),
            "boosted_line": XGBRegressor(n_estimators=2, booster="gblinear").fit(X, X[:, 0])}


def models():
    return {**light(), **boosted(), "mlp": MLPClassifier((3,), max_iter=3, random_state=0).fit(X, Y),
            "columns": ColumnTransformer([("a", PolynomialCountSketch(n_components=2), [0])]).fit(X),
            "stack": StackingRegressor([("a", LinearRegression())]).fit(X, Y),
            "knn_imputer": KNNImputer().fit(X),
            "svc": SVC().fit(X, Y),
            "svc_csr": SVC().fit(sp.csr_matrix(X), Y),
            "svr_csr": SVR().fit(sp.csr_matrix(X), X[:, 0]),
            "density": KernelDensity().fit(X),
            "svr": SVR().fit(X, X[:, 0]),
            "gpr": GaussianProcessRegressor(optimizer=None).fit(X, X[:, 0]),
            "gpc": GaussianProcessClassifier(optimizer=None).fit(X, Y > 0),
            "dummy": DummyClassifier().fit(X, Y),
            "univariate": GenericUnivariateSelect(f_classif, mode="percentile", param=50).fit(X, Y),
            "best": GenericUnivariateSelect(f_classif, mode="k_best", param=2).fit(X, Y),
            "rbf": RBFSampler(n_components=4, random_state=0).fit(X),
            "sketch": PolynomialCountSketch(coef0=1, n_components=5, random_state=0).fit(X),
            "kmeans": KMeans(2, n_init=1, random_state=0).fit(X),
            "naive": GaussianNB().fit(X, Y),
            "linear": LinearRegression().fit(X, Y),
            "nystroem": Nystroem(n_components=3, random_state=0).fit(X - 3),
            "chi2": Nystroem("additive_chi2", n_components=3, random_state=0).fit(X ** 2),
            "gpr_chi2": GaussianProcessRegressor(PairwiseKernel(metric="chi2"), optimizer=None).fit(X ** 2, X[:, 0]),
            "tree": DecisionTreeClassifier(max_depth=2).fit(X, Y),
            "ica": FastICA(random_state=0, max_iter=5).fit(X),
            "forest": RandomForestClassifier(2, random_state=0).fit(X, Y),
            "knn": KNeighborsClassifier(algorithm="kd_tree").fit(X, Y),
            "radius": RadiusNeighborsClassifier(radius=9.0, algorithm="ball_tree").fit(X, Y),
            "poly": PolynomialFeatures().fit(X),
            "one_hot": OneHotEncoder().fit(Y.reshape(-1, 1)),
            "bag": BaggingClassifier(DecisionTreeClassifier(max_depth=2), 2, random_state=0).fit(X, Y),
            "gradient": GradientBoostingClassifier(n_estimators=2).fit(X, Y),
            "one_vs_one": OneVsOneClassifier(LogisticRegression()).fit(X, Y),
            "rfe": RFE(LogisticRegression(), n_features_to_select=2).fit(X, Y),
            "search": GridSearchCV(DecisionTreeClassifier(max_depth=2), {"max_depth": [1, 2]}, cv=2).fit(X, Y),
            "stack_classes": StackingClassifier([("a", GaussianNB())]).fit(X, Y),
            "mixture": GaussianMixture(2, random_state=0).fit(X),
            "factors": FactorAnalysis(2).fit(X),
            "pca": PCA(2).fit(X),
            "whitened": PCA(2, whiten=True).fit(X),
            "factor": LocalOutlierFactor(novelty=True).fit(X),
            "boosting": AdaBoostClassifier(n_estimators=2).fit(X, Y),
            "ipca": IncrementalPCA(2).fit(X),
            "ridge": Ridge().fit(X, Y),
            "missing": MissingIndicator(features="all").fit(X),
            "by_others": IterativeImputer(max_iter=1, random_state=0).fit(np.where(X > 4, np.nan, X)),
            "dicts": DictVectorizer().fit([{"a": 1.0}]),
            "words": FeatureUnion([("a", TfidfVectorizer())]).fit(["a word", "another word"]),
            "chain": ClassifierChain(LogisticRegression()).fit(X, np.eye(3, dtype=int)[Y][:, :2]),
            "names": ColumnTransformer([("a", StandardScaler(), ["b", "a"])]).fit(FRAME),
            "learned": DictionaryLearning(4, max_iter=2).fit(X),
            "chances": SVC(probability=True).fit(X, Y),
            "filled": SimpleImputer().fit(X),
            "ridge_classes": RidgeClassifier().fit(X, Y),
            "ridge_two": RidgeClassifier().fit(X, Y > 0),
            "kernel_pca": KernelPCA(2).fit(X),
            "power": PowerTransformer().fit(X),
            "gpc_pairs": GaussianProcessClassifier(optimizer=None, multi_class="one_vs_one").fit(X, Y),
            "shifted": MeanShift().fit(X),
            "bisecting": BisectingKMeans(2, random_state=0).fit(X),
            "gamma": GammaRegressor().fit(X, X[:, 0] ** 2 + 1),
            "trained": SelfTrainingClassifier(LogisticRegression()).fit(X, np.where(np.arange(30) % 5 == 0, -1, Y)),
            "forwards": SequentialFeatureSelector(LinearRegression(), n_features_to_select=2).fit(X, X[:, 0]),
            "prefit": SelectFromModel(LinearRegression().fit(X, Y), prefit=True).fit(X, Y),
            "embedding": RandomTreesEmbedding(2, random_state=0).fit(X),
            "rest": OneVsRestClassifier(LogisticRegression()).fit(X, Y),
            "polynomial": KernelRidge(kernel="poly").fit(X, X[:, 0]),
            "factorized": NMF(2, random_state=0, max_iter=5).fit(X ** 2),
            "sparse": SparsePCA(2, max_iter=2).fit(X),
            "topics": LatentDirichletAllocation(2, max_iter=1, random_state=0).fit(X ** 2),
            "hashed": FeatureHasher(8),
            "nu": NuSVR().fit(X, X[:, 0]),
            "poisson": PoissonRegressor().fit(X, X[:, 0] ** 2),
            "chain_steps": ClassifierChain(Pipeline([("a", StandardScaler()), ("b", LogisticRegression())]))
            .fit(X, np.eye(3, dtype=int)[Y][:, :2]),
            "from_forest": SelectFromModel(RandomForestClassifier(2, random_state=0)).fit(X, Y),
            "counts": TfidfTransformer().fit(sp.csr_matrix(X)),
            "bayes": BayesianRidge().fit(X, Y),
            "discriminant": LinearDiscriminantAnalysis(solver="svd").fit(X, Y),
            "centroid": NearestCentroid().fit(X, Y),
            "spline": SplineTransformer().fit(X),
            "isolation": IsolationForest(n_estimators=2, random_state=0).fit(X),
            "hist": HistGradientBoostingRegressor(max_iter=2).fit(X, X[:, 0]),
            "positive": LinearRegression(positive=True).fit(X, Y),
            "filled_twice": IterativeImputer(max_iter=1, random_state=0).fit(np.where((X > 4) | (np.arange(6) == 2), np.nan, X)),
            "dropping": OneHotEncoder(drop="if_binary").fit(np.stack([Y, Y > 0], axis=1)),
            "minkowski": KNeighborsClassifier(algorithm="brute", p=3).fit(X, Y),
            "two": GradientBoostingClassifier(n_estimators=2).fit(X, Y > 0)}


# (model, path of the attribute, its new value or what makes one of the old)
CHANGES = [
    ("light", "subsample_for_bin", 200000.5),
    ("light", "reg_alpha", False),
    ("light", "verbose", np.float16(-1)),
    ("light", "_other_params", {"verbose": -0.5}),
    ("light", "_objective", np.array(["regression"])),
    ("light", "fitted_", ABSENT),
    ("stack", "final_estimator_", ABSENT),
    ("knn_imputer", "_valid_mask", lambda old: old.astype(int)),
    ("univariate", "mode", np.array("percentile")),
    ("mlp", "_label_binarizer.classes_", lambda old: old[::-1].copy()),
    ("mlp", "_label_binarizer.pos_label", 2),
    ("mlp", "_label_binarizer.neg_label", 1),
    ("mlp", "_label_binarizer", lambda old: DummyClassifier().fit(X, Y)),
    ("svc", "cache_size", ABSENT),
    ("svc", "support_", ABSENT),
    ("svr", "cache_size", ABSENT),
    ("svc_csr", "C", ABSENT),
    ("svc_csr", "tol", ABSENT),
    ("gpr", "kernel", 0.5),
    ("gpr", "kernel", "rbf"),
    ("gpr", "kernel", ABSENT),
    ("gpc", "kernel", "rbf"),
    ("dummy", "random_state", "a"),
    ("dummy", "random_state", 0.5),
    ("dummy", "random_state", np.array([0.5])),
    ("dummy", "random_state", -1),
    ("univariate", "pvalues_", ABSENT),
    ("univariate", "score_func", ABSENT),
    ("best", "param", 1e-5),
    ("best", "param", "some"),
    ("sketch", "coef0", -1.0),
    ("rbf", "random_weights_", lambda old: old.astype(int)),
    ("kmeans", "cluster_centers_", lambda old: old.astype(int)),
    ("naive", "var_", lambda old: old.reshape(-1, 1)),
    ("naive", "theta_", lambda old: old.T.copy()),
    ("svc", "_n_support", lambda old: old.astype(np.int16)),
    ("svr", "_n_support", lambda old: old[:1]),
    ("ica", "mixing_", lambda old: old.reshape(-1, 1)),
    ("linear", "positive", ABSENT),
    ("tree", "criterion", ["gini"]),
    ("nystroem", "kernel", "additive_chi2"),
    ("words", "transformer_list", []),
    ("words", "transformer_list", [("a", "drop")]),
    ("search", "estimator", lambda old: renamed(old, OneVsOneClassifier)),
    ("search", "estimator.criterion", ABSENT),
    ("rfe", "estimator", lambda old: renamed(old, StandardScaler)),
    ("rfe", "estimator.solver", ABSENT),
    ("light", "num_leaves", "1"),
    ("light", "num_leaves", 1),
    ("light", "learning_rate", np.int64(0)),
    ("light", "reg_lambda", -1.0),
    ("light", "subsample", 1.5),
    ("light", "random_state", False),
    ("light", "boosting_type", 0),
    ("light", "_n_classes", ABSENT),
    ("boosted", "missing", ABSENT),
    ("boosted", "booster", ABSENT),
    ("poly", "_min_degree", ABSENT),
    ("one_hot", "_infrequent_enabled", ABSENT),
    ("kmeans", "_n_threads", float("inf")),
    ("kmeans", "_n_threads", ABSENT),
    ("bisecting", "_n_threads", ABSENT),
    ("knn", "n_jobs", ABSENT),
    ("knn", "metric_params", 1),
    ("radius", "outlier_label_", ABSENT),
    ("bag", "verbose", ABSENT),
    ("bag", "estimator_", ABSENT),
    ("gradient", "n_classes_", ABSENT),
    ("gradient", "init_.n_outputs_", True),
    ("gpc", "n_classes_", ABSENT),
    ("one_vs_one", "pairwise_indices_", ABSENT),
    ("one_vs_one", "estimator", None),
    ("stack_classes", "_label_encoder", lambda old: renamed(old, LogisticRegression)),
    ("mixture", "init_params", ABSENT),
    ("factors", "n_components", ABSENT),
    ("pca", "n_components_", 0),
    ("pca", "mean_", ABSENT),
    ("ipca", "mean_", ABSENT),
    ("ridge", "solver", ABSENT),
    ("missing", "_precomputed", ABSENT),
    ("by_others", "keep_empty_features", ABSENT),
    ("dummy", "sparse_output_", ABSENT),
    ("svc", "_probA", ABSENT),
    ("mlp", "_label_binarizer.sparse_input_", ABSENT),
    ("knn_imputer", "_fit_X", lambda old: old.astype(int)),
    ("dicts", "dtype", np.dtype("float32")),
    ("chain", CHAINED, None),
    ("columns", "transformers_", lambda old: [("a", old[0][1], np.array(0))]),
    ("names", "transformers_", lambda old: [(old[0][0], renamed_columns(old[0][1]), *old[0][2:])]),
    ("ipca", "batch_size_", ABSENT),
    ("knn_imputer", "metric", b"nan_euclidean"),
    ("learned", "components_", lambda old: old.astype(int)),
    ("light", "_n_classes", 3.0),
    ("light", "_n_features", 1),
    ("light", "_n_features_in", 1),
    ("filled", "missing_values", np.array(np.nan)),
    ("boosted", "booster", b"gblinear"),
    ("boosted_line", "booster", None),
    ("boosted_line", "booster", b"gblinear"),
    ("kmeans", "_n_threads", -1),
    ("poly", "_min_degree", None),
    ("power", "n_features_in_", ABSENT),
    ("kernel_pca", "_centerer._sklearn_output_config", {"transform": b"default"}),
    ("gpc_pairs", "base_estimator_.pairwise_indices_", "passthrough"),
    # An attribute that hides the method of its class.
    ("gpc_pairs", "base_estimator_.predict", None),
    ("gpc", "base_estimator_.predict", None),
    ("gpc", "base_estimator_.kernel_.diag", None),
    ("mlp", "_label_binarizer.inverse_transform", None),
    ("bag", "estimator_.__sklearn_tags__", None),
    ("stack_classes", "_label_encoder.inverse_transform", None),
    ("gamma", "_base_loss.link.inverse", None),
    ("light", "_Booster.predict", None),
    ("light", "_process_n_jobs", False),
    ("boosted", "_Booster.inplace_predict", None),
    # What is no estimator, where one is asked for its tags.
    ("trained", TRAINED, slice(None)),
    ("forwards", "estimator", slice(None)),
    ("forwards", "estimator", lambda old: RBF()),
    ("bag", "estimator", slice(None)),
    ("gpc_pairs", "base_estimator_.estimator", slice(None)),
    ("gpc_pairs", "n_classes_", [3]),
    ("rest", "label_binarizer_", lambda old: renamed(old, SVR)),
    ("prefit", "estimator", LinearRegression()),
    # What scikit-learn validates as a number is neither an array nor numpy's bool.
    ("learned", "transform_max_iter", np.array(1000)),
    ("learned", "transform_max_iter", np.array([1000, 1000])),
    ("learned", "transform_n_nonzero_coefs", np.array(2)),
    ("learned", "transform_alpha", np.array(0.5)),
    ("learned", "positive_code", None),
    ("kernel_pca", "n_jobs", np.array(1)),
    ("nystroem", "n_jobs", np.True_),
    ("polynomial", "degree", None),
    ("polynomial", "coef0", None),
    ("factorized", "n_components", 3),
    ("factorized", "alpha_H", None),
    ("factorized", "random_state", -1),
    ("sparse", "ridge_alpha", -1),
    ("topics", "components_", lambda old: old.astype(np.float32)),
    ("light", "_other_params", None),
    ("hashed", "dtype", np.dtype(">f8")),
    # What has to say the same twice.
    ("knn_imputer", "_mask_fit_X", lambda old: ~old),
    ("forest", "criterion", np.array("gini")),
    ("ipca", "batch_size_", False),
    ("ipca", "explained_variance_", ABSENT),
    # Memory that a function of C takes as it is.
    ("nu", "support_", lambda old: old.astype(np.uint32)),
    ("nu", "support_vectors_", np.asfortranarray),
    ("svr", "_probB", lambda old: old[np.newaxis]),
    ("svr", "_dual_coef_", lambda old: old.astype(int)),
    ("svr", "_intercept_", lambda old: old.astype(">f8")),
    ("svc_csr", "_probA", None),
    # What was to be fitted is asked for its tags, and so is what it holds.
    ("chain_steps", f"{CHAINED}.steps", "abc"),
    ("chain_steps", f"{CHAINED}.steps", []),
    ("chain_steps", f"{CHAINED}.steps", [("a", slice(None)), ("b", LogisticRegression())]),
    ("boosted", "missing", None),
    ("boosted", "missing", True),
    ("boosted", "missing", np.float32(np.nan)),
    ("boosted", "objective", np.array(["reg:squarederror"])),
    ("light", "_objective", {}),
    ("light", "_objective", b"regression"),
    ("ranker", "_eval_at", {1: 2}),
    ("discriminant", "xbar_", lambda old: old.astype(np.uint64)),
    ("centroid", "centroids_", lambda old: old.astype(int)),
    ("spline", "degree", np.uint8(3)),
    ("isolation", "_max_features", np.uint8(6)),
    ("knn", "n_neighbors", True),
    ("boosted", "kwargs", []),
    ("boosted_line", "feature_types", lambda old: float),
    ("dropping", "_drop_idx_after_grouping", list),
    ("dropping", "_drop_idx_after_grouping", lambda old: old[:, np.newaxis]),
    ("knn", "_y", lambda old: old.astype(bool)),
    ("filled_twice", "initial_imputer_.keep_empty_features", True),
    ("hist", "n_trees_per_iteration_", True),
    ("positive", "positive", np.array([0.0, 1.0])),
    ("pca", "svd_solver", np.array([0.0, 1.0])),
    ("two", "n_classes_", 3),
    ("factors", "n_components", False),
    ("ipca", "n_components", 1e-300),
    ("ipca", "n_components", np.array([2])),
    ("bag", "verbose", float("nan")),
    ("forest", "verbose", -1),
    ("names", "feature_names_in_", tuple),
    ("dummy", "class_prior_", lambda old: old[:, np.newaxis]),
    ("sketch", "indexHash_", lambda old: old.astype(bool)),
    ("gpc_pairs", "base_estimator_.n_features_in_", None),
    ("svc", "support_", lambda old: np.concatenate([old, old[-1:]])),
    ("chi2", "components_", read_only),
    ("gpr_chi2", "X_train_", read_only),
    ("boosted_steps", "steps", raw),
    ("boosted", "enable_categorical", ABSENT),
    ("light_classes", "_n_classes", -1),
    ("light", "_fitted_with_feature_names", np.array([False, False])),
    ("chain", "order_", tuple),
    ("density", "bandwidth_", 1e-300),
    ("naive", "theta_", lambda old: old.astype(np.uint32)),
    ("mixture", "means_", lambda old: old.astype(np.uint64)),
    ("best", "param", np.uint8(2)),
    ("filled", "_fit_dtype", np.array([0.0, 1.0])),
    ("kmeans", "cluster_centers_", np.asfortranarray),
    ("svr_csr", "shrinking", None),
    ("poisson", "coef_", lambda old: old[np.newaxis]),
    ("bag", "verbose", float("inf")),
    ("light", "random_state", slice(None)),
    ("kmeans", "_n_threads", 2**53 + 1),
    ("boosting", "estimator_weights_", lambda old: old.astype(int)),
    ("whitened", "explained_variance_", lambda old: old[:, np.newaxis]),
    ("factor", "n_neighbors", True),
    ("shifted", "cluster_centers_", lambda old: old[:0]),
    ("svr_csr", "_n_support", lambda old: old[:1]),
    ("gpc", "base_estimator_.L_", lambda old: old.T.copy()),
]
RELEASE = tuple(map(int, sklearn.__version__.split(".")[:2]))
if RELEASE in ((1, 2), (1, 3)):
    CHANGES.append(("centroid", "metric", np.str_))
if RELEASE >= (1, 3):
    CHANGES.append(("minkowski", "p", None))
    CHANGES += [("chances", name, read_only) for name in ("_dual_coef_", "_intercept_", "_probA", "_probB")]
if RELEASE >= (1, 6):
    CHANGES.append(("light_steps", "steps", raw))
if RELEASE >= (1, 8):
    CHANGES += [("svr_csr", "_effective_probability", value) for value in ([], True)]
if RELEASE < (1, 3):
    CHANGES.append(("minkowski", "effective_metric_params_", {"p": 0.5}))
if RELEASE >= (1, 4):
    CHANGES += [("columns", "transformers", lambda old: [("a", "drop", [0])]),
                ("embedding", "estimator", SimpleImputer()), ("embedding", "estimator", "drop")]
    CHANGES.append(("forest", "criterion", slice(None)))
    CHANGES += [("from_forest", "estimator.estimator", value) for value in (ABSENT, None, StandardScaler())]
if RELEASE >= (1, 5):
    CHANGES.append(("pca", "mean_", None))
    CHANGES.append(("counts", "idf_", lambda old: old[np.newaxis]))
if RELEASE >= (1, 6):
    CHANGES.append(("by_others", "_is_empty_feature", lambda old: old.astype(int)))
if RELEASE < (1, 6):
    CHANGES.append(("ridge_two", "coef_", lambda old: old[0]))
if RELEASE >= (1, 9):
    CHANGES += [("poisson", "solver", ABSENT), ("bayes", "X_offset_", lambda old: old.astype(np.uint64))]
    CHANGES.append(("chances", "probability", False))
if RELEASE >= (1, 8):
    CHANGES.append(("ridge_classes", "classes_", ABSENT))


def steps_apart():
    """A Pipeline of parts that do not fit each other: predict raises."""
    return Pipeline([("a", StandardScaler().fit(X)), ("b", Ridge().fit(X[:, :2], Y))])


# (what fit makes, what is said of it): honest, and no prediction of scikit-learn's is lost by what is not accepted.
HONEST = [
    (lambda: MLPClassifier((3,), max_iter=3, solver="lbfgs").fit(X, Y), "accepted"),
    (lambda: MLPRegressor(hidden_layer_sizes=(3,), max_iter=3, solver="lbfgs").fit(X, X[:, 0]), "accepted"),
    (lambda: KNeighborsClassifier(metric="p").fit(X, Y), "accepted"),
    (lambda: HashingVectorizer(n_features=8, dtype=np.int64), "accepted"),
    (lambda: RadiusNeighborsRegressor().fit(X, X[:, 0].astype(object)), "unsupported"),
    (lambda: SVC().fit(X, Y, sample_weight=(Y != 2).astype(float)), "unsupported"),  # predict is by libsvm's count of classes
    (lambda: RidgeClassifier().fit(X, np.zeros(30, int)), "unsupported"),
    (lambda: KernelPCA().fit(np.ones((5, 2))), "unsupported"),  # no eigenvalue above 0
    (lambda: FactorAnalysis(n_components=0).fit(X), "unsupported"),
    (lambda: StandardScaler().fit(np.where(np.arange(6) == 2, np.nan, X)), "unsupported"),  # a column of gaps: NaN
    (lambda: GradientBoostingRegressor(n_estimators=2, learning_rate=1e300).fit(X, X[:, 0] * 1e300), "unsupported"),  # leaves of infinity
    (lambda: DictionaryLearning(4, max_iter=2, split_sign=True, transform_algorithm="omp").fit(X), "accepted"),
    (steps_apart, "unsupported"),
    (lambda: RobustScaler(unit_variance=True, quantile_range=(0.0, 100.0)).fit(np.zeros((9, 2))), "unsupported"),  # a scale of 1 / infinity
]
# (model, rows): scikit-learn raises.
RAISING = [
    (lambda: TfidfTransformer(sublinear_tf=True).fit(sp.csr_matrix(X)), -X),  # the norm of a logarithm that is none
    (lambda: CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=3).fit(X, Y), X * 1e300),
    (lambda: ColumnTransformer([("a", FunctionTransformer(accept_sparse=True), [0, 1])], sparse_threshold=1.0).fit(sp.csr_matrix(X * (X > 3.5))), X),
    (lambda: DictVectorizer(dtype=float).fit([{"a": 1.0}]), [{"a": None}]),  # Python's float takes no None
]
if np.lib.NumpyVersion(np.__version__) >= "2.0.0":  # before, they wrap around, which no file says
    RAISING += [(lambda: DictVectorizer(dtype=np.uint8).fit([{"a": 1}]), [{"a": -1}]), (lambda: FeatureHasher(8, dtype=np.int8), [{"a": 200}])]
# Rows that are answered by it.
ANSWERED = [(lambda: OutputCodeClassifier(RidgeClassifier(), random_state=0).fit(X, Y), X * 1e200)]


def verdict(tool, model, folder):
    path = Path(folder) / "m.pkl"
    path.write_bytes(pickle.dumps(model, protocol=5))
    run = subprocess.run([tool, "scan", "--json", path], capture_output=True, text=True, check=False)
    return {0: "accepted"}.get(run.returncode) or ("unsupported" if '"reason":"unsupported"' in run.stdout else run.stdout[:300])


def asked(tool, model, rows, folder):
    """Whether TOOL answers where scikit-learn does: "" or what was otherwise."""
    path, method = Path(folder) / "m.pkl", "predict" if hasattr(model, "predict") else "transform"
    path.write_bytes(pickle.dumps(model))
    records = isinstance(rows, list)
    asked_with = Path(folder) / ("x.jsonl" if records else "x.npy")
    if records:
        asked_with.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        np.save(asked_with, rows)
    try:
        with np.errstate(all="ignore"):
            getattr(model, method)(rows)
        raises = ""
    except Exception as error:
        raises = repr(error)
    run = subprocess.run([tool, "predict", path, "--input", asked_with], capture_output=True, text=True, check=False)
    return "" if bool(raises) == (run.returncode != 0) else f"{method}: {raises[:200]}, but {run.returncode}: {run.stderr[:200]}"


def main(tool):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        fitted = models()
        for name, model in fitted.items():
            if (said := verdict(tool, model, folder)) != "accepted":
                print(f"{name} as it is: {said}", file=sys.stderr)
                failed += 1
        for name, path, new in CHANGES:
            if name not in fitted:
                continue
            owner = model = pickle.loads(pickle.dumps(fitted[name]))
            *way, last = path.split(".")
            for attribute in way:
                owner = getattr(owner, attribute)
            if new is ABSENT:
                del vars(owner)[last]
            else:
                vars(owner)[last] = new(vars(owner)[last]) if callable(new) else new
            said = verdict(tool, model, folder)
            passed, failed = (passed + 1, failed) if said == "unsupported" else (passed, failed + 1)
            if said != "unsupported":
                print(f"{name}.{path}: {said}", file=sys.stderr)
        for make, wanted in HONEST:
            said = verdict(tool, make(), folder)
            passed, failed = (passed + 1, failed) if said == wanted else (passed, failed + 1)
            if said != wanted:
                print(f"{make()}: {said}, and not {wanted}", file=sys.stderr)
        for make, rows in RAISING + ANSWERED:
            text = asked(tool, make(), rows, folder)
            passed, failed = (passed + 1, failed) if not text else (passed, failed + 1)
            if text:
                print(f"{make()}: {text}", file=sys.stderr)
    print(passed, failed)


if __name__ == "__main__":
    main(sys.argv[1])
