"""Nearest neighbours."""
import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.impute import KNNImputer
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from data import LABELS, NUMERIC, Data, numbers
from rows import corners, row

FIND = ("kneighbors",)
CHANGES = ((1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 9))


def twins(target, dtype="f8", copies=3):
    """Small integers, so that many rows are equal and most distances occur more than once."""
    rng = np.random.default_rng(5)
    X = rng.integers(0, 3, size=(60, 3)).astype(dtype)
    X = np.concatenate([X] * copies)
    y = numbers(target).y
    return Data(X, np.resize(y, (len(X),) + y.shape[1:])[rng.permutation(len(X))], np.concatenate(
        [X[:20], rng.integers(-1, 4, size=(30, 3)), X[:10] + 0.5 if np.dtype(dtype).kind == "f" else X[:10]]).astype(dtype))


def booleans():
    rng = np.random.default_rng(6)
    X = (rng.random((90, 9)) < 0.4).astype(float)
    X[:, 0] = 1
    return Data(X[:60], np.arange(60) % 3, X[60:])


def places():
    rng = np.random.default_rng(7)
    X = rng.uniform([-1.5, -3], [1.5, 3], size=(90, 2))
    return Data(X[:60], np.arange(60) % 3, X[60:])


def plain(target="three", rows=90, cols=5):
    """Numbers near one another: distances of products keep their digits."""
    rng = np.random.default_rng(8)
    X = np.round(rng.normal(size=(rows + 30, cols)), 3)
    y = numbers(target).y
    return Data(X[:rows], np.resize(y, (rows,) + y.shape[1:]), X[rows:])


corners("knn", KNeighborsClassifier, "three", NUMERIC, labels=LABELS + ("class23", "word23", "one"), extra=FIND,
        changes=CHANGES)
corners("knn_reg", lambda: KNeighborsRegressor(weights="distance"), "value", NUMERIC, labels=("value2", "count"),
        extra=FIND, changes=CHANGES)
corners("knn_reg_uniform", lambda: KNeighborsRegressor(n_neighbors=9), "value", ("f32", "ints"), labels=("value2",),
        checked_in="never")
row("knn_reg_f32_targets", lambda: KNeighborsRegressor(n_neighbors=11),
    lambda: Data(numbers("value").X, numbers("value").y.astype("f4"), numbers("value").test), checked_in="never")
row("knn_reg_column", KNeighborsRegressor, lambda: Data(numbers("value").X, numbers("value").y.reshape(-1, 1), numbers("value").test),
    checked_in="never")

# Brute force: by heaps, and by numpy's partition where the dtypes differ.
row("knn_brute", lambda: KNeighborsClassifier(algorithm="brute"), plain, extra=FIND, changes=CHANGES)
row("knn_brute_f32", lambda: KNeighborsClassifier(algorithm="brute"),
    lambda: Data(plain().X.astype("f4"), plain().y, plain().test.astype("f4")), extra=FIND, changes=CHANGES)
row("knn_brute_mixed", lambda: KNeighborsClassifier(algorithm="brute", weights="distance"),
    lambda: Data(plain().X, plain().y, plain().test.astype("f4")), extra=FIND, checked_in="never")
row("knn_brute_reg", lambda: KNeighborsRegressor(algorithm="brute", weights="distance"), lambda: plain("value"), extra=FIND)


def sparse(form=sp.csr_matrix, dtype="f8"):
    data = plain(cols=12)
    keep = np.random.default_rng(4).random((120, 12)) < 0.4
    return Data(form((data.X * keep[:90]).astype(dtype)), data.y, form((data.test * keep[90:]).astype(dtype)))


row("knn_csr", KNeighborsClassifier, sparse, extra=FIND, changes=CHANGES)
row("knn_csc", KNeighborsClassifier, lambda: sparse(sp.csc_matrix), checked_in="never")
row("knn_csr_f32", KNeighborsClassifier, lambda: sparse(dtype="f4"), checked_in="never")
row("knn_csr_beside_dense", lambda: KNeighborsClassifier(algorithm="brute"),
    lambda: Data(sparse().X.toarray(), sparse().y, sparse().test), extra=FIND, checked_in="never")
row("knn_dense_beside_csr", KNeighborsClassifier,
    lambda: Data(sparse().X, sparse().y, sparse().test.toarray()), extra=FIND, checked_in="never")
for metric in ("manhattan", "cosine", "l2"):
    row(f"knn_csr_{metric}", lambda m=metric: KNeighborsClassifier(metric=m), sparse, extra=FIND,
        checked_in="ends" if metric == "cosine" else "never")

# Equal distances.
for algorithm in ("kd_tree", "ball_tree", "brute"):
    for k in (1, 4, 7, 20, 60):
        for weights in ("uniform", "distance"):
            row(f"knn_twins_{algorithm}_{k}_{weights}",
                lambda a=algorithm, k=k, w=weights: KNeighborsClassifier(k, algorithm=a, weights=w, leaf_size=5),
                lambda: twins("three"), extra=FIND, changes=((1, 1), (1, 9)) if algorithm == "brute" else ((1, 9),), checked_in="ends" if k == 7 else "never")
    row(f"knn_reg_twins_{algorithm}", lambda a=algorithm: KNeighborsRegressor(7, algorithm=a, leaf_size=4),
        lambda: twins("value"), extra=FIND, checked_in="never")
    row(f"knn_deep_{algorithm}", lambda a=algorithm: KNeighborsClassifier(3, algorithm=a, leaf_size=1),
        lambda: plain(rows=64, cols=3), extra=FIND)

# Metrics, in every search that has them.
METRICS = {"manhattan": {}, "chebyshev": {}, "minkowski": {"p": 3}, "cityblock": {}, "l1": {}, "l2": {}}
for metric, params in METRICS.items():
    for algorithm in ("kd_tree", "ball_tree", "brute"):
        row(f"knn_{metric}_{algorithm}", lambda m=metric, p=params, a=algorithm: KNeighborsClassifier(
            metric=m, p=p.get("p", 2), algorithm=a), plain, extra=FIND,
            checked_in="ends" if metric in ("manhattan", "minkowski") and algorithm != "ball_tree" else "never")
row("knn_minkowski_half", lambda: KNeighborsClassifier(metric="minkowski", p=0.5, algorithm="brute"), plain, extra=FIND,
    since=(1, 3), why="p below 1 is refused before", checked_in="never")
row("knn_minkowski_p1", lambda: KNeighborsClassifier(p=1), plain, extra=FIND, checked_in="never")
row("knn_minkowski_inf", lambda: KNeighborsClassifier(p=np.inf), plain, extra=FIND, checked_in="never")
WITH = {"seuclidean": {"V": np.array([1, 2, 0.5, 3, 1.5])},
        "mahalanobis": {"VI": np.eye(5) + np.full((5, 5), 0.25)},
        "minkowski": {"w": np.array([1, 2, 0.5, 3, 1.5])}}
for metric, params in WITH.items():
    for algorithm in ("ball_tree", "brute"):
        row(f"knn_with_{metric}_{algorithm}", lambda m=metric, p=params, a=algorithm: KNeighborsClassifier(
            metric=m, p=3, metric_params=p, algorithm=a), plain, extra=FIND, since=(1, 3),
            why="w and V have other forms before", checked_in="ends" if algorithm == "ball_tree" else "never")
for metric in ("canberra", "braycurtis"):
    for algorithm in ("ball_tree", "brute"):
        row(f"knn_{metric}_{algorithm}", lambda m=metric, a=algorithm: KNeighborsClassifier(metric=m, algorithm=a),
            plain, extra=FIND, checked_in="never")
for metric in ("sqeuclidean", "cosine", "correlation"):
    row(f"knn_{metric}", lambda m=metric: KNeighborsClassifier(metric=m, algorithm="brute"), plain, extra=FIND,
        checked_in="ends" if metric == "cosine" else "never")
row("knn_nan_euclidean", lambda: KNeighborsClassifier(metric="nan_euclidean", algorithm="brute"),
    lambda: Data(gaps().X, np.arange(60) % 3, np.delete(gaps().test, 10, axis=0)), since=(1, 6), why="NaN is refused before", checked_in="ends")
row("knn_nan_euclidean_whole", lambda: KNeighborsClassifier(metric="nan_euclidean", algorithm="brute"), plain,
    checked_in="never")
for algorithm in ("ball_tree", "brute"):
    row(f"knn_haversine_{algorithm}", lambda a=algorithm: KNeighborsClassifier(metric="haversine", algorithm=a), places,
        extra=FIND, checked_in="ends" if algorithm == "ball_tree" else "never")
    # brute force leaves equal distances to numpy's partition, and that to the processor.
    for metric in ("hamming", "jaccard", "dice", "rogerstanimoto", "russellrao", "sokalsneath"):
        row(f"knn_{metric}_{algorithm}", lambda m=metric, a=algorithm: KNeighborsClassifier(
            60 if a == "brute" else 5, metric=m, algorithm=a), booleans, extra=FIND if algorithm == "ball_tree" else (),
            checked_in="ends" if metric in ("hamming", "jaccard") and algorithm == "ball_tree" else "never")
row("knn_yule", lambda: KNeighborsClassifier(60, metric="yule", algorithm="brute"), booleans, checked_in="never")


def distances():
    data = plain()
    far = lambda a, b: np.abs(a[:, None, :] - b[None, :, :]).sum(axis=2)
    return Data(far(data.X, data.X), data.y, far(data.test, data.X))


row("knn_precomputed", lambda: KNeighborsClassifier(metric="precomputed"), distances, extra=FIND)

# KNNImputer: rows near one another, so that no two distances are equal by the rounding of great ones.


def gaps(dtype="f8", fill=np.nan, empty=False, far=False):
    rng = np.random.default_rng(9)
    X = np.round(rng.normal(size=(100, 5)), 3).astype(dtype)
    X[rng.random(X.shape) < 0.2] = fill
    X[70, :] = fill
    if far:  # rows that share no column
        X[:30, :3], X[80:, 3:] = fill, fill
    if empty:
        X[:60, 2] = fill
    return Data(X[:60], np.arange(60) % 2, X[60:])


row("knn_impute", KNNImputer, gaps, changes=((1, 1), (1, 2), (1, 3), (1, 6)))
row("knn_impute_named", KNNImputer, lambda: Data(*(pd.DataFrame(x, columns=list("abcdé")) if i != 1 else x for i, x in enumerate(
    (gaps().X, gaps().y, gaps().test)))), checked_in="never")
row("knn_impute_one_feature", KNNImputer, lambda: Data(gaps().X[:, :1], gaps().y, gaps().test[:, :1]), checked_in="never")
for weights in ("uniform", "distance"):
    row(f"knn_impute_{weights}", lambda w=weights: KNNImputer(n_neighbors=3, weights=w), gaps, changes=((1, 6),))
    row(f"knn_impute_{weights}_far", lambda w=weights: KNNImputer(n_neighbors=20, weights=w), lambda: gaps(far=True),
        checked_in="ends" if weights == "uniform" else "never", changes=((1, 6),))
row("knn_impute_one", lambda: KNNImputer(n_neighbors=1), gaps, checked_in="never")
row("knn_impute_many", lambda: KNNImputer(n_neighbors=200), gaps, checked_in="never")
row("knn_impute_dropped", KNNImputer, lambda: gaps(empty=True), checked_in="never")
row("knn_impute_keep_empty", lambda: KNNImputer(keep_empty_features=True), lambda: gaps(empty=True), since=(1, 2),
    why="keep_empty_features is new in 1.2")
row("knn_impute_indicator", lambda: KNNImputer(add_indicator=True), gaps, since=(1, 3), why="refused before")
row("knn_impute_minus_one", lambda: KNNImputer(missing_values=-1), lambda: gaps(fill=-1), checked_in="never")
row("knn_impute_f32", KNNImputer, lambda: gaps("f4"), checked_in="never")
