"""Projections."""
from sklearn.decomposition import PCA, IncrementalPCA, TruncatedSVD

from cases.shared import BACK
from data import NUMERIC, SPARSE, numbers
from rows import corners, row

WIDE = tuple(name for name in NUMERIC if name != "one_feature")



def some(model, **keywords):
    return lambda: model(n_components=2, **keywords)


corners("pca", some(PCA), "two", WIDE, extra=BACK, changes=((1, 4), (1, 5)))
row("pca_whiten", some(PCA, whiten=True), lambda: numbers("two"), extra=BACK, changes=((1, 5),))
row("pca_csr", some(PCA, svd_solver="arpack", random_state=0), lambda: numbers("two", form="csr"), since=(1, 4),
    why="PCA takes sparse rows since 1.4", checked_in="never")
row("ipca", some(IncrementalPCA), lambda: numbers("two"), extra=BACK, changes=((1, 5),))
row("ipca_whiten", some(IncrementalPCA, whiten=True), lambda: numbers("two"), extra=BACK, checked_in="never")
row("ipca_csr", some(IncrementalPCA), lambda: numbers("two", form="csr"), checked_in="never")
corners("tsvd", some(TruncatedSVD, random_state=0), "two", WIDE + SPARSE, extra=BACK)
