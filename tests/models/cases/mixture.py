"""Densities: mixtures of normal distributions, quadratic discriminants, envelopes."""
import numpy as np
from sklearn.covariance import EllipticEnvelope
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture

from cases.shared import LOG
from data import CORNERS, LABELS, NUMERIC, Data, integers, numbers
from rows import corners, row

COVARIANCES = ("full", "tied", "diag", "spherical")
ILL = ("constant", "wide")
WELL = tuple(c for c in NUMERIC if c not in ILL)
DTYPE = dict(changes=((1, 7),))


def small_integers(dtype):
    """Squares of these wrap, and so do distances that are cast to the dtype."""
    def data(target="two"):
        rng = np.random.default_rng(2)
        X = np.round(rng.normal(size=(90, 3)) * 6 + [3, 20, 30]).clip(0, 90).astype(dtype)
        return Data(X[:60], np.arange(60) % 2, X[60:])
    return data


def bools():
    data = small_integers("i4")()
    return Data(data.X, None, data.test > 10)


def mixture(**parameters):
    return lambda: GaussianMixture(n_components=3, random_state=0, **parameters)


def bayesian(**parameters):
    return lambda: BayesianGaussianMixture(n_components=3, random_state=0, **parameters)


def discriminant(**parameters):
    """One column varies by hundredths only."""
    return QuadraticDiscriminantAnalysis(tol=1e-9, **parameters)


for kind in COVARIANCES:
    for name, make in (("gmm", mixture), ("bayes_gmm", bayesian)):
        corners(f"{name}_{kind}", make(covariance_type=kind), "two", WELL[1:], checked_in="ends" if name == "gmm" or kind == "full" else "never")
        row(f"{name}_{kind}_{WELL[0]}", make(covariance_type=kind), lambda: numbers("two", dtype="f4"), narrow=kind == "spherical", checked_in="never")
    for corner in ILL:  # their own precisions would amplify what BLAS rounds
        row(f"gmm_{kind}_{corner}", mixture(covariance_type=kind, reg_covar=0.1), lambda corner=corner: CORNERS[corner]("two"), checked_in="never")
        row(f"bayes_gmm_{kind}_{corner}", bayesian(covariance_type=kind, reg_covar=0.1), lambda corner=corner: CORNERS[corner]("two"), checked_in="never")
    row(f"gmm_{kind}_given", mixture(covariance_type=kind, means_init=numbers().X[:3], max_iter=2), lambda: numbers("two"), checked_in="never")
    row(f"bayes_gmm_{kind}_dirichlet", bayesian(covariance_type=kind, weight_concentration_prior_type="dirichlet_distribution"),
        lambda: numbers("two"), checked_in="never")
    for dtype in ("i1", "u1", "i2", "u4", "i4", "f2"):
        row(f"gmm_{kind}_{dtype}", mixture(covariance_type=kind), small_integers(dtype), checked_in="never")
    row(f"gmm_{kind}_bool", mixture(covariance_type=kind), bools, checked_in="never")
row("gmm_full_cast", mixture(), lambda: integers("two"), **DTYPE, also=("1.7.2",),
    note="distances of integers are cast to integers from 1.7 on, by 1.7 alone the logarithm of 2 pi, too")
row("bayes_gmm_diag_cast", bayesian(covariance_type="diag"), lambda: integers("two"), checked_in="never", also=("1.7.2",),
    note="the logarithm of 2 pi is cast to an integer by 1.7 alone")
row("gmm_one", lambda: GaussianMixture(), lambda: numbers("two"), checked_in="never")
row("gmm_mixed_dtypes", mixture(), lambda: Data(numbers("two").X, None, numbers("two", dtype="f4").test), checked_in="never")
row("gmm_narrow", mixture(), lambda: Data(numbers("two", dtype="f4").X, None, numbers("two").test), checked_in="never")
row("bayes_gmm_narrow", bayesian(), lambda: Data(numbers("two").X, None, numbers("two", dtype="f4").test), checked_in="never")

corners("qda", discriminant, "two", WELL, labels=LABELS, extra=LOG, changes=((1, 6),))
for corner in ILL:
    row(f"qda_{corner}", discriminant, lambda corner=corner: CORNERS[corner]("two"), extra=LOG, until=(1, 6),
        why="1.8 does not fit matrices that are not of full rank", checked_in="never")
row("qda_priors", lambda: discriminant(priors=[0.2, 0.5, 0.3], reg_param=0.1, store_covariance=True),
    lambda: numbers("three"), extra=LOG, checked_in="never")
row("qda_no_prior", lambda: discriminant(priors=[0.0, 0.5, 0.5]), lambda: numbers("three"), extra=LOG, checked_in="never")
row("qda_eigen", lambda: discriminant(solver="eigen", shrinkage="auto"), lambda: numbers("three"), extra=LOG,
    since=(1, 8), why="solvers are new in 1.8", checked_in="never")
row("qda_narrow", discriminant, lambda: Data(numbers("three", dtype="f4").X, numbers("three").y, numbers("three").test),
    extra=LOG, checked_in="never")

corners("envelope", lambda: EllipticEnvelope(random_state=0), "two", [c for c in NUMERIC if c != "wide"], extra=("mahalanobis",))
row("envelope_some", lambda: EllipticEnvelope(random_state=0, contamination=0.3, support_fraction=0.9, assume_centered=True),
    lambda: numbers("two"), extra=("mahalanobis",), checked_in="never")
