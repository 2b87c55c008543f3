"""Nearest neighbours."""
import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.impute import KNNImputer
from sklearn.manifold import Isomap, LocallyLinearEmbedding
from sklearn.neighbors import (KernelDensity, KNeighborsClassifier, KNeighborsRegressor, KNeighborsTransformer, LocalOutlierFactor,
                               NearestNeighbors, RadiusNeighborsClassifier, RadiusNeighborsRegressor,
                               RadiusNeighborsTransformer)

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


def near(dtype, cols):
    """Rows of X beside those of the fit, far from 0: their distances are what rounding of |x|^2 leaves, digit by digit."""
    rng = np.random.default_rng(9)
    X = rng.normal(size=(70, cols)) + 50
    return Data(X, rng.normal(size=70), (X[:40] + 1e-5 * rng.normal(size=(40, cols))).astype(dtype))


for dtype in (">f8", "f4"):  # searched by partition, with numpy's einsum for |x|^2
    for cols in (3, 5, 17, 40):
        row(f"knn_brute_near_{'swapped' if dtype == '>f8' else dtype}_{cols}", lambda: KNeighborsRegressor(algorithm="brute", weights="distance"),
            lambda d=dtype, c=cols: near(d, c), checked_in="never")
row("radius_brute_near", lambda: RadiusNeighborsRegressor(radius=2.0, algorithm="brute", weights="distance"), lambda: near(">f8", 5),
    checked_in="never")


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
for algorithm in ("kd_tree", "ball_tree"):  # trees by the name that minkowski has there
    row(f"knn_p_{algorithm}", lambda a=algorithm: KNeighborsClassifier(metric="p", algorithm=a), plain, extra=FIND, checked_in="never")
# Rows as short as steps of 1 keep their length.
row("knn_cosine_short", lambda: KNeighborsClassifier(metric="cosine", algorithm="brute"),
    lambda: Data(np.concatenate([plain().test[:1] * 1e-17, plain().X[1:]]), plain().y, plain().test), extra=FIND, checked_in="never")
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
    # scipy's distances, whose denominators are others than scikit-learn's.
    row(f"knn_{metric}_mixed", lambda m=metric: KNeighborsClassifier(metric=m, algorithm="brute"),
        lambda: Data(plain().X, plain().y, plain().test.astype("f4")), extra=FIND, checked_in="never")
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
row("knn_impute_asked_float16", KNNImputer, lambda: Data(gaps().X, gaps().y, gaps().test.astype("f2")), checked_in="never")
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


# Neighbours themselves.
def live(name, make, data, **keywords):
    row(name, make, data, checked_in="never", **keywords)


row("nearest", NearestNeighbors, plain, extra=FIND)
live("nearest_brute_f32", lambda: NearestNeighbors(algorithm="brute"), lambda: narrow(plain()), extra=FIND)
live("nearest_csr", NearestNeighbors, sparse, extra=FIND)
live("nearest_named", NearestNeighbors, lambda: called(plain()), extra=FIND)


def narrow(data):
    return Data(data.X.astype("f4"), data.y, data.test.astype("f4"))


def called(data):
    names = list("abcdeé")[:data.X.shape[1]]
    return Data(pd.DataFrame(data.X, columns=names), data.y, pd.DataFrame(data.test, columns=names))


def half(data):
    """Fitted on float64, asked with float32."""
    return Data(data.X, data.y, data.test.astype("f4"))


for mode in ("distance", "connectivity"):
    for algorithm in ("kd_tree", "brute"):
        row(f"knn_graph_{mode}_{algorithm}", lambda m=mode, a=algorithm: KNeighborsTransformer(mode=m, algorithm=a), plain,
            checked_in="ends" if algorithm == "brute" else "never")
        row(f"radius_graph_{mode}_{algorithm}", lambda m=mode, a=algorithm: RadiusNeighborsTransformer(mode=m, algorithm=a, radius=1.5),
            plain, checked_in="ends" if algorithm == "kd_tree" else "never")
        live(f"knn_graph_{mode}_{algorithm}_f32", lambda m=mode, a=algorithm: KNeighborsTransformer(mode=m, algorithm=a),
             lambda: narrow(plain()))
        live(f"radius_graph_{mode}_{algorithm}_f32", lambda m=mode, a=algorithm: RadiusNeighborsTransformer(mode=m, algorithm=a, radius=1.5),
             lambda: narrow(plain()))
    live(f"knn_graph_{mode}_csr", lambda m=mode: KNeighborsTransformer(mode=m), sparse)
    live(f"radius_graph_{mode}_csr", lambda m=mode: RadiusNeighborsTransformer(mode=m, radius=2.5), sparse)
    live(f"radius_graph_{mode}_twins", lambda m=mode: RadiusNeighborsTransformer(mode=m, radius=1.5, leaf_size=5), lambda: twins("three"))
    live(f"knn_graph_{mode}_named", lambda m=mode: KNeighborsTransformer(mode=m, metric="manhattan"), lambda: called(plain()))
    live(f"radius_graph_{mode}_named", lambda m=mode: RadiusNeighborsTransformer(mode=m, metric="manhattan", radius=3),
         lambda: called(plain()))

# Within a radius.
RADIUS = ((1, 4), (1, 9))
for weights in ("uniform", "distance"):
    for algorithm in ("kd_tree", "ball_tree", "brute"):
        row(f"radius_{weights}_{algorithm}", lambda w=weights, a=algorithm: RadiusNeighborsClassifier(
            4.0, weights=w, algorithm=a, leaf_size=7), plain, checked_in="ends" if algorithm == "ball_tree" else "never")
        live(f"radius_{weights}_{algorithm}_outlier", lambda w=weights, a=algorithm: RadiusNeighborsClassifier(
            1.0, weights=w, algorithm=a, outlier_label=70), plain)
        live(f"radius_{weights}_{algorithm}_twins", lambda w=weights, a=algorithm: RadiusNeighborsClassifier(
            1.5, weights=w, algorithm=a, leaf_size=5, outlier_label="most_frequent"), lambda: twins("three"))
        row(f"radius_reg_{weights}_{algorithm}", lambda w=weights, a=algorithm: RadiusNeighborsRegressor(
            1.5, weights=w, algorithm=a, leaf_size=7), lambda: plain("value"), checked_in="ends" if algorithm == "brute" else "never")
        live(f"radius_reg_{weights}_{algorithm}_two", lambda w=weights, a=algorithm: RadiusNeighborsRegressor(
            2.0, weights=w, algorithm=a), lambda: plain("value2"))
        live(f"radius_reg_{weights}_{algorithm}_twins", lambda w=weights, a=algorithm: RadiusNeighborsRegressor(
            1.5, weights=w, algorithm=a, leaf_size=5), lambda: twins("value"))
        live(f"radius_reg_{weights}_{algorithm}_f32", lambda w=weights, a=algorithm: RadiusNeighborsRegressor(
            2.0, weights=w, algorithm=a), lambda: narrow(plain("value")))
row("radius_manhattan_frequent", lambda: RadiusNeighborsClassifier(2.0, algorithm="brute", metric="manhattan", outlier_label="most_frequent"),
    plain, changes=RADIUS)
row("radius_manhattan_label", lambda: RadiusNeighborsClassifier(2.0, algorithm="brute", metric="manhattan", outlier_label=1),
    lambda: plain_of(np.array([0, 1, 2])), changes=RADIUS)
live("radius_manhattan_other_label", lambda: RadiusNeighborsClassifier(2.0, algorithm="brute", metric="manhattan", outlier_label=2),
     lambda: plain_of(np.array([1, 2, 5])))
live("radius_chebyshev_brute", lambda: RadiusNeighborsClassifier(1.0, algorithm="brute", metric="chebyshev", outlier_label=4), plain)
live("radius_cosine", lambda: RadiusNeighborsClassifier(0.6, metric="cosine", outlier_label=4), plain)
live("radius_two", lambda: RadiusNeighborsClassifier(1.0, outlier_label=[0, 5]), lambda: plain("class23"))
live("radius_two_frequent", lambda: RadiusNeighborsClassifier(1.0, algorithm="brute", weights="distance", outlier_label="most_frequent"),
     lambda: plain("class23"))
live("radius_words_frequent", lambda: RadiusNeighborsClassifier(1.0, outlier_label="most_frequent"), lambda: plain("word3"))
live("radius_named_frequent", lambda: RadiusNeighborsClassifier(2.0, algorithm="brute", metric="manhattan", outlier_label="most_frequent"),
     lambda: called(plain()))
live("radius_words", lambda: RadiusNeighborsClassifier(1.0, outlier_label="mittel"), lambda: plain("object3"))
live("radius_csr", lambda: RadiusNeighborsClassifier(2.5, outlier_label=4), sparse)
live("radius_half", lambda: RadiusNeighborsClassifier(2.0, algorithm="brute", outlier_label=4), lambda: half(plain()))
live("radius_named", lambda: RadiusNeighborsClassifier(2.0, outlier_label=4), lambda: called(plain()))
live("radius_reg_counts", lambda: RadiusNeighborsRegressor(1.0), lambda: counts())
live("radius_reg_f32_targets", lambda: RadiusNeighborsRegressor(1.5), lambda: narrow_targets())
live("radius_reg_column", lambda: RadiusNeighborsRegressor(1.5), lambda: one_column())


def plain_of(labels):
    data = plain()
    data.y = labels[np.arange(len(data.y)) % 3]
    return data


def counts():
    data = plain("value")
    data.y = np.round(data.y).astype(int)
    return data


def narrow_targets():
    data = plain("value")
    data.y = data.y.astype("f4")
    return data


def one_column():
    data = plain("value")
    data.y = data.y.reshape(-1, 1)
    return data


# Outliers.
def outliers(**keywords):
    return LocalOutlierFactor(novelty=True, **keywords)


row("lof", outliers, plain, extra=FIND)
row("lof_inside", LocalOutlierFactor, plain, extra=FIND)
live("lof_contaminated", lambda: outliers(contamination=0.2, n_neighbors=7), plain, extra=FIND)
live("lof_many", lambda: outliers(n_neighbors=500), plain)
live("lof_one", lambda: outliers(n_neighbors=1), plain, extra=FIND)
row("lof_f32", lambda: outliers(contamination=0.1), lambda: narrow(plain()), extra=FIND, changes=((1, 2),))
live("lof_brute_f32", lambda: outliers(algorithm="brute"), lambda: narrow(plain()), extra=FIND)
live("lof_half", outliers, lambda: half(plain()), extra=FIND)
live("lof_brute", lambda: outliers(algorithm="brute", metric="manhattan"), plain, extra=FIND)
live("lof_csr", outliers, sparse, extra=FIND)
live("lof_named", outliers, lambda: called(plain()), extra=FIND)


def untied():
    """Of equal distances beyond 16 neighbours numpy's order is the processor's."""
    data = distances()
    apart = np.arange(data.X.shape[1]) * 1e-6
    return Data(data.X + apart * (data.X > 0), data.y, data.test + apart)


live("lof_precomputed", lambda: outliers(metric="precomputed"), untied, extra=FIND)

# Densities.
KERNELS = ("gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine")


def spread(cols=2, rows=90):
    """The last rows are far from all others."""
    data = plain(rows=rows, cols=cols)
    return Data(data.X, None, np.concatenate([data.test, data.test[:3] * 30]))


def weighted():
    return Data(spread().X, None, spread().test, np.round(np.random.default_rng(3).random(90), 2))


for kernel in KERNELS:
    for breadth in (True, False):
        row(f"density_{kernel}_{'broad' if breadth else 'deep'}", lambda k=kernel, b=breadth: KernelDensity(
            bandwidth=0.6, kernel=k, breadth_first=b, leaf_size=5), spread, rounded=True,
            checked_in="ends" if breadth and kernel in ("gaussian", "cosine") else "never")
        live(f"density_{kernel}_{breadth}_ball", lambda k=kernel, b=breadth: KernelDensity(
            bandwidth=0.9, kernel=k, breadth_first=b, algorithm="ball_tree", leaf_size=3, metric="manhattan"), spread, rounded=True)
        live(f"density_{kernel}_{breadth}_loose", lambda k=kernel, b=breadth: KernelDensity(
            bandwidth=0.6, kernel=k, breadth_first=b, leaf_size=2, atol=1e-3, rtol=1e-2), spread, rounded=True)
        live(f"density_{kernel}_{breadth}_weighted", lambda k=kernel, b=breadth: KernelDensity(
            bandwidth=0.6, kernel=k, breadth_first=b, leaf_size=5, rtol=1e-4), weighted, rounded=True,
             since=(1, 1), why="1.0 takes no weights")
    live(f"density_{kernel}_wide", lambda k=kernel: KernelDensity(bandwidth=4.0, kernel=k), lambda: spread(cols=5), rounded=True)
row("density_weights", KernelDensity, weighted, rounded=True, since=(1, 1), why="1.0 takes no weights")
live("density_one", KernelDensity, lambda: spread(cols=1), rounded=True)
live("density_named", KernelDensity, lambda: called(spread()), rounded=True)
live("density_f32", KernelDensity, lambda: narrow(spread()), rounded=True)
live("density_scott", lambda: KernelDensity(bandwidth="scott"), spread, since=(1, 2), why="new in 1.2", rounded=True)
for metric in ("chebyshev", "minkowski", "canberra", "haversine"):
    live(f"density_{metric}", lambda m=metric: KernelDensity(metric=m, algorithm="ball_tree", bandwidth=0.5,
         **({"metric_params": {"p": 3}} if m == "minkowski" else {})), places if metric == "haversine" else spread, rounded=True)


# Places among neighbours.
def embed(n=5, **keywords):
    return LocallyLinearEmbedding(n_neighbors=n, random_state=0, eigen_solver="dense", **keywords)


row("lle", embed, plain, rounded=True)
row("lle_asked_float16", embed, lambda: Data(plain().X, plain().y, plain().test.astype("f2")), rounded=True, checked_in="never")
live("lle_many", lambda: embed(12, n_components=3, reg=0.1), lambda: plain(cols=3), rounded=True)
live("lle_one", lambda: embed(1), plain, rounded=True)
live("lle_f32", embed, lambda: narrow(plain()), rounded=True)
live("lle_half", embed, lambda: half(plain()), rounded=True)
live("lle_ints", embed, lambda: Data(*(x if i == 1 else np.round(9 * x).astype(int) for i, x in enumerate((plain().X, None, plain().test)))),
     rounded=True)
live("lle_named", lambda: embed(method="ltsa", n_components=2), lambda: called(plain()), rounded=True)
live("lle_brute", lambda: embed(neighbors_algorithm="brute", method="modified"), plain, rounded=True)


# Shortest paths among neighbours.
def paths(rows=30, cols=3):
    return plain(rows=rows, cols=cols)


row("isomap", Isomap, paths)
row("isomap_f32", Isomap, lambda: narrow(paths()), changes=((1, 2),))
row("isomap_radius", lambda: Isomap(n_neighbors=None, radius=2.5), paths, since=(1, 1), why="radius is new in 1.1")
live("isomap_many", lambda: Isomap(n_neighbors=12, n_components=5), lambda: plain())
live("isomap_all", lambda: Isomap(n_components=8), paths)
live("isomap_half", Isomap, lambda: half(paths()))
live("isomap_wide", Isomap, lambda: Data(narrow(paths()).X, None, paths().test))
live("isomap_brute_f32", lambda: Isomap(neighbors_algorithm="brute"), lambda: narrow(paths()))
live("isomap_radius_f32", lambda: Isomap(n_neighbors=None, radius=2.5, neighbors_algorithm="brute"), lambda: narrow(paths()),
     since=(1, 1), why="radius is new in 1.1")
live("isomap_parts", lambda: Isomap(n_neighbors=2), lambda: twins("three", copies=1))
live("isomap_ints", Isomap, lambda: Data(*(x if i == 1 else np.round(9 * x).astype(int) for i, x in enumerate((paths().X, None, paths().test)))))
live("isomap_named", lambda: Isomap(metric="manhattan"), lambda: called(paths()))
live("isomap_csr", Isomap, sparse)
live("isomap_csr_f32", Isomap, lambda: sparse(dtype="f4"))
live("isomap_one", lambda: Isomap(n_components=1), lambda: paths(cols=1))
live("isomap_cosine", lambda: Isomap(metric="cosine"), paths)
live("isomap_minkowski", lambda: Isomap(p=3), paths)
live("isomap_fortran", lambda: Isomap(eigen_solver="dense", path_method="D"), lambda: Data(
    np.asfortranarray(paths().X), None, np.asfortranarray(paths().test)))
live("isomap_precomputed", lambda: Isomap(metric="precomputed"), distances)
