"""Centres of clusters."""
import numpy as np
from sklearn import cluster
from sklearn.cluster import AffinityPropagation, Birch, FeatureAgglomeration, KMeans, MeanShift, MiniBatchKMeans
from sklearn.neighbors import NearestCentroid

from cases.shared import BACK, LOG
from data import CORNERS, LABELS, NUMERIC, SPARSE, Data, numbers
from rows import corners, row


def tame(data):
    """Without rows of huge numbers, whose scores are differences of larger ones."""
    rows = abs(data.test).max(axis=1)
    rows = rows.toarray().ravel() if hasattr(rows, "toarray") else rows
    return Data(data.X, data.y, data.test[rows < 1e4])


corners("kmeans", lambda: KMeans(3, n_init=1, random_state=0), "two", NUMERIC + SPARSE)
row("kmeans_asked_float16", lambda: KMeans(3, n_init=1, random_state=0), lambda: Data(
    numbers("two").X, None, numbers("two").test[:16].clip(-9, 9).astype("f2")), checked_in="never")
corners("kmeans_batch", lambda: MiniBatchKMeans(3, n_init=1, random_state=0), "two", ("f32", "ints", "csr"))
IN_1_1 = {"since": (1, 1), "why": "BisectingKMeans is of 1.1"}
corners("bisecting", lambda: cluster.BisectingKMeans(4, random_state=0), "two", tuple(n for n in NUMERIC if n != "one_feature"), **IN_1_1)
for corner in SPARSE:  # skops keeps the root's center as a numpy.matrix
    row(f"bisecting_{corner}", lambda: cluster.BisectingKMeans(4, random_state=0), lambda corner=corner: CORNERS[corner]("two"), skops=False,
        checked_in="never", **IN_1_1)
row("bisecting_one_feature", lambda: cluster.BisectingKMeans(4, random_state=0), lambda: CORNERS["one_feature"]("two"), since=(1, 3),
    why="1.2 does not fit one feature", checked_in="never")
row("bisecting_one", lambda: cluster.BisectingKMeans(1, random_state=0), lambda: numbers("two"), checked_in="never", **IN_1_1)
row("bisecting_elkan", lambda: cluster.BisectingKMeans(9, algorithm="elkan", bisecting_strategy="largest_cluster", random_state=0),
    lambda: numbers("two"), checked_in="never", **IN_1_1)
# Squares beyond a double: distances of infinity, and NaN.
row("kmeans_far", lambda: KMeans(3, n_init=1, random_state=0), lambda: Data(
    numbers("two").X, None, numbers("two").test[:16] * np.where(np.arange(16) % 2, 1e160, 1e300)[:, None]), checked_in="never")
corners("birch", lambda: Birch(threshold=2.0, branching_factor=100), "two", NUMERIC + SPARSE, skops=False, changes=((1, 2),))
row("birch_apart", lambda: Birch(threshold=8.0, n_clusters=None), lambda: numbers("two"), skops=False, checked_in="never")
row("birch_few", lambda: Birch(threshold=1e6, n_clusters=30), lambda: numbers("two"), skops=False, checked_in="never")
row("birch_kmeans", lambda: Birch(threshold=6.0, n_clusters=KMeans(4, n_init=1, random_state=0)), lambda: numbers("two"), skops=False, checked_in="never")


def at_centers(dtype, cols):
    """Rows beside those that were fitted, far from 0: distances are what rounding of |x|^2 leaves, digit by digit."""
    rng = np.random.default_rng(11)
    X = rng.normal(size=(50, cols)) + 50
    return Data(X, None, (X[:30] + 1e-5 * rng.normal(size=(30, cols))).astype(dtype))


for cols in (3, 17):
    for dtype in ("f8", "f4"):
        row(f"birch_near_{dtype}_{cols}", lambda: Birch(threshold=0.01, n_clusters=None), lambda d=dtype, c=cols: at_centers(d, c), skops=False,
            checked_in="never")
    row(f"kmeans_near_{cols}", lambda: KMeans(50, n_init=1, random_state=0), lambda c=cols: at_centers("f8", c), checked_in="never")
corners("mean_shift", lambda: MeanShift(bandwidth=6.0), "two", NUMERIC, changes=((1, 2),))
row("mean_shift_bins", lambda: MeanShift(bandwidth=5.0, bin_seeding=True, cluster_all=False), lambda: numbers("two"),
    checked_in="never")
corners("affinity", lambda: AffinityPropagation(random_state=0), "two", NUMERIC + SPARSE, changes=((1, 2), (1, 4)))
row("affinity_none", lambda: AffinityPropagation(max_iter=1, random_state=0), lambda: numbers("two"), checked_in="never")
corners("centroid", NearestCentroid, "three", tuple(n for n in NUMERIC if n != "wide"),
        labels=tuple(y for y in LABELS if y not in ("bool", "word2")), extra=LOG, changes=((1, 2), (1, 6)))
for y in ("two", "bool", "word2"):
    row(f"centroid_{y}", NearestCentroid, lambda y=y: tame(numbers(y)), extra=LOG, checked_in="never")
for corner in ("wide",) + SPARSE:
    row(f"centroid_{corner}", NearestCentroid, lambda corner=corner: tame(CORNERS[corner]("three")), extra=LOG, checked_in="never")
corners("centroid_manhattan", lambda: NearestCentroid(metric="manhattan"), "three", ("f32", "ints", "csc"), changes=((1, 2),))
row("centroid_shrunk", lambda: NearestCentroid(shrink_threshold=0.3), lambda: numbers("three"), checked_in="never")
for name, priors in (("given", [0.5, 0.2, 0.3]), ("none", [0.5, 0.5, 0.0]), ("empirical", "empirical")):
    row(f"centroid_{name}", lambda priors=priors: NearestCentroid(priors=priors), lambda: numbers("three"), since=(1, 6),
        why="priors are new in 1.6", extra=LOG, checked_in="ends" if name == "given" else "never")
row("centroid_manhattan_given", lambda: NearestCentroid(metric="manhattan", priors=[0.1, 0.9]), lambda: numbers("two"),
    since=(1, 6), why="priors are new in 1.6", checked_in="never")
row("centroid_given_csr", lambda: NearestCentroid(priors=[0.1, 0.9]), lambda: numbers("two", form="csr"), since=(1, 6),
    why="priors are new in 1.6", extra=LOG, checked_in="never")

corners("agglomeration", lambda: FeatureAgglomeration(n_clusters=3), "two", tuple(n for n in NUMERIC if n != "one_feature"),
        extra=BACK, back_from_transform=True)
for name in ("median", "max", "min"):
    corners(f"agglomeration_{name}", lambda name=name: FeatureAgglomeration(n_clusters=2, pooling_func=getattr(np, name)), "two",
            ("f32", "ints", "wide"), extra=BACK, back_from_transform=True, checked_in="ends" if name == "median" else "never")
