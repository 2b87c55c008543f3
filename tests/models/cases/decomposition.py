"""Projections."""
from sklearn.cross_decomposition import CCA, PLSCanonical, PLSRegression, PLSSVD
from sklearn.decomposition import FactorAnalysis, FastICA, IncrementalPCA, PCA, TruncatedSVD
from sklearn.neighbors import NeighborhoodComponentsAnalysis
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection

from cases.shared import BACK
from data import CORNERS, NUMERIC, SPARSE, Data, numbers
from rows import corners, row

WIDE = tuple(name for name in NUMERIC if name != "one_feature")



def calm():
    """Of one scale, without rows of huge numbers: on those scikit-learn does not agree with itself once it is loaded."""
    data = numbers("two")
    mean, spread = data.X.mean(axis=0), data.X.std(axis=0)
    return Data((data.X - mean) / spread, data.y, (data.test[:16] - mean) / spread)


def narrow():
    data = calm()
    return Data(data.X.astype("f4"), data.y, data.test.clip(-5, 5).astype("f4"))


def half(data=calm):
    """Asked about float16, which some keep, and some make float64 of."""
    made = data()
    return Data(made.X, made.y, made.test.clip(-5, 5).astype("f2"))


def some(model, **keywords):
    return lambda: model(n_components=2, **keywords)


corners("pca", some(PCA), "two", WIDE, changes=((1, 4), (1, 5)))
row("pca_whiten", some(PCA, whiten=True), calm, changes=((1, 5),))
row("pca_csr", some(PCA, svd_solver="arpack", random_state=0), lambda: numbers("two", form="csr"), since=(1, 4),
    why="PCA takes sparse rows since 1.4", checked_in="never", ask=("transform",))
row("pca_all", lambda: PCA(), calm, checked_in="never")
row("pca_all_whiten", lambda: PCA(whiten=True), calm, checked_in="never")
row("pca_share", lambda: PCA(n_components=0.8, svd_solver="full"), calm, checked_in="never")
row("ipca", some(IncrementalPCA), calm, changes=((1, 5),))
row("ipca_whiten", some(IncrementalPCA, whiten=True), calm, checked_in="never")
row("ipca_f32", some(IncrementalPCA), narrow, changes=((1, 5),), extra=BACK, back_from_transform=True)  # its mean is float64
row("ipca_whiten_f32", some(IncrementalPCA, whiten=True), narrow, checked_in="never", extra=BACK, back_from_transform=True)
row("ipca_csr", some(IncrementalPCA), lambda: numbers("two", form="csr"), checked_in="never")
corners("tsvd", some(TruncatedSVD, random_state=0), "two", WIDE + SPARSE)

THERE_AND_BACK = {"extra": BACK, "back_from_transform": True}

corners("ica", some(FastICA, whiten="unit-variance", random_state=0), "two", tuple(n for n in WIDE if n != "f32"), **THERE_AND_BACK)
row("ica_f32", some(FastICA, whiten="unit-variance", random_state=0), narrow, checked_in="never",
    since=(1, 1), why="1.0 keeps one of its arrays in float64", **THERE_AND_BACK)
row("ica_bare", some(FastICA, whiten=False, random_state=0, max_iter=20), calm, checked_in="never", **THERE_AND_BACK)
row("ica_arbitrary", some(FastICA, whiten="arbitrary-variance", fun="exp", algorithm="deflation", random_state=0), calm,
    checked_in="never", **THERE_AND_BACK)
row("ica_warn", some(FastICA, whiten="warn", random_state=0), calm, until=(1, 2), why="warn was the default before 1.3",
    checked_in="never", **THERE_AND_BACK)
corners("factor", some(FactorAnalysis, random_state=0), "two", WIDE)
row("factor_all", lambda: FactorAnalysis(random_state=0), calm, checked_in="never")
row("factor_rotated", some(FactorAnalysis, rotation="varimax", svd_method="lapack"), calm, checked_in="never")
corners("nca", some(NeighborhoodComponentsAnalysis, max_iter=5, random_state=0), "three", WIDE, changes=((1, 5),))
row("nca_all", lambda: NeighborhoodComponentsAnalysis(max_iter=3, random_state=0), calm, checked_in="never")

corners("pls", some(PLSRegression), "value", WIDE, changes=((1, 3), (1, 5)), **THERE_AND_BACK)
row("pls_two", some(PLSRegression, scale=False), lambda: numbers("value2"), changes=((1, 5),), checked_in="never", **THERE_AND_BACK)
row("pls_one_feature", lambda: PLSRegression(n_components=1), lambda: CORNERS["one_feature"]("value"), checked_in="never",
    **THERE_AND_BACK)
corners("pls_canonical", some(PLSCanonical), "value2", ("f32", "ints", "named"), changes=((1, 1), (1, 3), (1, 5)), **THERE_AND_BACK)
row("pls_canonical_svd", some(PLSCanonical, algorithm="svd"), lambda: numbers("value2"), checked_in="never", **THERE_AND_BACK)
corners("cca", some(CCA), "value2", ("f32", "ints", "named"), changes=((1, 3), (1, 5)), **THERE_AND_BACK)
corners("pls_svd", some(PLSSVD), "value2", WIDE)

corners("gauss_projection", some(GaussianRandomProjection, random_state=0, compute_inverse_components=True), "two",
        NUMERIC + SPARSE, since=(1, 1), why="compute_inverse_components is new in 1.1", **THERE_AND_BACK)
row("gauss_projection_forth", some(GaussianRandomProjection, random_state=0), calm, changes=((1, 1),))
corners("sparse_projection", some(SparseRandomProjection, random_state=0, compute_inverse_components=True), "two",
        NUMERIC + SPARSE, since=(1, 1), why="compute_inverse_components is new in 1.1", **THERE_AND_BACK)
row("sparse_projection_dense", some(SparseRandomProjection, random_state=0, dense_output=True),
    lambda: numbers("two", form="csr"), changes=((1, 1),))
row("sparse_projection_full", some(SparseRandomProjection, random_state=0, density=1.0), lambda: numbers("two", form="csr"),
    checked_in="never")
row("sparse_projection_thin", lambda: SparseRandomProjection(n_components=7, random_state=1, density=0.1),
    lambda: CORNERS["wide"]("two"), checked_in="never")

for name, make in (("pca", some(PCA)), ("ipca", some(IncrementalPCA)), ("ica", some(FastICA, whiten="unit-variance", random_state=0)),
                   ("gauss", some(GaussianRandomProjection, random_state=0)), ("sparse", some(SparseRandomProjection, random_state=0)),
                   ("pls", some(PLSRegression))):
    row(f"{name}_asked_float16", make, half, checked_in="never")
    if name in ("pca", "gauss", "sparse"):
        row(f"{name}_f32_asked_float16", make, lambda: half(narrow), checked_in="never")
