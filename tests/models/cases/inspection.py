"""What has nothing to run on new rows: clusterings, embeddings; and covariances."""
import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn import cluster, manifold
from sklearn.cluster import (DBSCAN, OPTICS, AgglomerativeClustering, SpectralBiclustering, SpectralClustering,
                             SpectralCoclustering)
from sklearn.covariance import (OAS, EmpiricalCovariance, GraphicalLasso, GraphicalLassoCV, LedoitWolf, MinCovDet,
                                ShrunkCovariance)
from sklearn.manifold import MDS, TSNE, SpectralEmbedding

from data import Data
from rows import row

DISTANCES = ("mahalanobis",)


def some(rows=40, cols=3, dtype="f8"):
    rng = np.random.default_rng(11)
    X = np.round(rng.normal(size=(rows + 20, cols)) + 4 * rng.integers(0, 3, size=(rows + 20, 1)), 3).astype(dtype)
    return Data(X[:rows], None, X[rows:])


def called():
    data = some()
    return Data(*(x if x is None else pd.DataFrame(x, columns=["a", "b", "é"]) for x in (data.X, None, data.test)))


def live(name, make, data=some, **keywords):
    row(name, make, data, checked_in="never", **keywords)


row("found_agglomerative", lambda: AgglomerativeClustering(3, compute_distances=True), some)
live("found_agglomerative_named", lambda: AgglomerativeClustering(None, distance_threshold=2.0), called)
live("found_agglomerative_early", lambda: AgglomerativeClustering(9, compute_full_tree=False, linkage="single"))
row("found_dbscan", lambda: DBSCAN(1.5), some)
live("found_dbscan_csr", lambda: DBSCAN(1.5), lambda: Data(sp.csr_matrix(some().X), None, sp.csr_matrix(some().test)))
live("found_dbscan_noise", lambda: DBSCAN(0.01), called)
row("found_optics", lambda: OPTICS(min_samples=4), some)
live("found_optics_dbscan", lambda: OPTICS(cluster_method="dbscan", eps=1.0))
row("found_spectral", lambda: SpectralClustering(3, random_state=0), some)
row("found_biclusters", lambda: SpectralBiclustering(2, random_state=0, n_best=2, n_components=2), lambda: some(cols=6))
row("found_coclusters", lambda: SpectralCoclustering(2, random_state=0), lambda: some(cols=6))
row("found_mds", lambda: MDS(2, random_state=0, n_init=1, max_iter=30), some)
row("found_tsne", lambda: TSNE(2, random_state=0, perplexity=5, init="random", learning_rate=200.0), some)
row("found_embedding", lambda: SpectralEmbedding(2, random_state=0), some)
if hasattr(cluster, "HDBSCAN"):
    NEW = dict(since=(1, 3), why="new in 1.3")
    row("found_hdbscan", lambda: cluster.HDBSCAN(store_centers="both", copy=True), some, **NEW)
    live("found_hdbscan_gaps", lambda: cluster.HDBSCAN(3, copy=True), lambda: gaps(), **NEW)
if hasattr(manifold, "ClassicalMDS"):
    row("found_classical_mds", lambda: manifold.ClassicalMDS(2), some, since=(1, 8), why="new in 1.8")


def gaps():
    data = some()
    data.X[3, 1] = np.nan
    data.X[5, 0] = np.inf
    return data


for name, make in (("empirical", EmpiricalCovariance), ("shrunk", ShrunkCovariance), ("ledoit", LedoitWolf), ("oas", OAS),
                   ("robust", lambda: MinCovDet(random_state=0)), ("lasso", lambda: GraphicalLasso(0.1)),
                   ("lasso_cv", lambda: GraphicalLassoCV(alphas=3, cv=2))):
    row(f"covariance_{name}", make, some, ask=DISTANCES)
    live(f"covariance_{name}_f32", make, lambda: some(dtype="f4"), ask=DISTANCES)
    live(f"covariance_{name}_named", make, called, ask=DISTANCES)
live("covariance_centered", lambda: EmpiricalCovariance(assume_centered=True), ask=DISTANCES)
live("covariance_one", EmpiricalCovariance, lambda: some(cols=1), ask=DISTANCES)
live("covariance_ints", LedoitWolf, lambda: Data(*(x if x is None else np.round(x).astype(int) for x in (some().X, None, some().test))),
     ask=DISTANCES)
