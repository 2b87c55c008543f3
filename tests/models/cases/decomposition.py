"""Projections."""
from sklearn.decomposition import PCA, IncrementalPCA, TruncatedSVD

from data import NUMERIC, SPARSE, Data, numbers
from rows import corners, row

WIDE = tuple(name for name in NUMERIC if name != "one_feature")



def calm():
    """Of one scale, without rows of huge numbers: on those scikit-learn does not agree with itself once it is loaded."""
    data = numbers("two")
    mean, spread = data.X.mean(axis=0), data.X.std(axis=0)
    return Data((data.X - mean) / spread, data.y, (data.test[:16] - mean) / spread)


def some(model, **keywords):
    return lambda: model(n_components=2, **keywords)


corners("pca", some(PCA), "two", WIDE, changes=((1, 4), (1, 5)))
row("pca_whiten", some(PCA, whiten=True), calm, changes=((1, 5),))
row("pca_csr", some(PCA, svd_solver="arpack", random_state=0), lambda: numbers("two", form="csr"), since=(1, 4),
    why="PCA takes sparse rows since 1.4", checked_in="never")
row("ipca", some(IncrementalPCA), calm, changes=((1, 5),))
row("ipca_whiten", some(IncrementalPCA, whiten=True), calm, checked_in="never")
row("ipca_csr", some(IncrementalPCA), lambda: numbers("two", form="csr"), checked_in="never")
corners("tsvd", some(TruncatedSVD, random_state=0), "two", WIDE + SPARSE)
