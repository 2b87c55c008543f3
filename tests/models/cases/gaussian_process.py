"""Gaussian processes: kernels of every class, and what sums, products and powers make of them."""
import numpy as np
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    RBF, ConstantKernel, DotProduct, Exponentiation, ExpSineSquared, Matern, PairwiseKernel, RationalQuadratic, WhiteKernel)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from cases.kernel import counts, small
from cases.shared import scaled
from data import LABELS, NUMERIC, Data, numbers
from rows import row

STD = ("predict_std", "predict_cov")
KERNELS = {
    "constant": lambda: ConstantKernel(2.5) + RBF(0.7),
    "white": lambda: WhiteKernel(0.3) + RBF(1.5),
    "rbf": lambda: RBF(0.7),
    "rbf_each": lambda: RBF([0.5, 1, 2, 3, 4, 5]),
    "matern_half": lambda: Matern(1.3, nu=0.5),
    "matern_3_2": lambda: Matern(1.3, nu=1.5),
    "matern_5_2": lambda: Matern([0.5, 1, 2, 3, 4, 5], nu=2.5),
    "matern_inf": lambda: Matern(0.9, nu=np.inf),
    "matern_general": lambda: Matern(1.3, nu=0.8),
    "quadratic": lambda: RationalQuadratic(0.9, alpha=0.4),
    "sine": lambda: 0.2 * ExpSineSquared(1.1, periodicity=2.5) + RBF(1.0),
    "dot": lambda: DotProduct(0.6),
    "power": lambda: Exponentiation(DotProduct(0.6), 2),
    "root": lambda: RBF(2) ** 0.5,
    "nested": lambda: 2 * RBF(1.2) * (Matern(1.5, nu=2.5) + 0.5 * RationalQuadratic()) + WhiteKernel(0.1) * DotProduct(0.2),
    **{f"pairwise_{metric}": lambda metric=metric: PairwiseKernel(metric=metric, gamma=0.3)
       for metric in ("linear", "poly", "rbf", "cosine", "laplacian")},
}

OF_PRODUCTS = ("dot", "power", "pairwise_linear", "pairwise_poly")  # float32 products cancel each other


def few(corner="plain", target="value", of=small):
    data = of(corner, target)
    return Data(data.X[:40], data.y[:40], data.test)


def asked(dtype, target):
    data = few(target=target)
    return Data(data.X, data.y, (data.test > 0.5) if dtype is bool else np.round(data.test * 9).clip(-99, 99).astype(dtype))


def regressor(kernel=None, **parameters):
    """With noise: what is close to singular amplifies what BLAS rounds."""
    return lambda: GaussianProcessRegressor(kernel and kernel(), **{"alpha": 0.3, **parameters})


def classifier(kernel=None, **parameters):
    return lambda: GaussianProcessClassifier(kernel and kernel(), **parameters)


def case(name, make, data, **keywords):
    row(name, make, data, **{"checked_in": "never", **keywords})


row("gpr", regressor(KERNELS["nested"], optimizer=None), few, extra=STD[:1], changes=((1, 5),))
row("gpr_cov", regressor(KERNELS["nested"], optimizer=None, normalize_y=True), lambda: Data(few().X, few().y, few().test[:6]), ask=STD[1:])
case("gpr_pipeline", lambda: make_pipeline(StandardScaler(), regressor()()), few, extra=STD)
row("gpc", classifier(), lambda: few(target="two"))
row("gpc_rest", classifier(KERNELS["nested"], optimizer=None), lambda: few(target="three"), changes=((1, 5), (1, 8)))
row("gpc_pairs", classifier(multi_class="one_vs_one", optimizer=None), lambda: few(target="word3"), ask=("predict",))
for corner in NUMERIC:
    narrow = dict(narrow=corner == "f32")
    case(f"gpr_{corner}", regressor(), lambda corner=corner: few(corner), extra=STD, **narrow)
    case(f"gpc_{corner}", classifier(), lambda corner=corner: few(corner, "two"), **narrow)
for name, kernel in KERNELS.items():
    case(f"gpr_by_{name}", regressor(kernel, optimizer=None), few, extra=STD)
    case(f"gpr_by_{name}_f32", regressor(kernel, optimizer=None, alpha=100 if name in OF_PRODUCTS else 0.3),
         lambda: few("f32"), extra=STD, narrow=True)
    if name not in ("dot", "nested"):
        # What is left of great products has the error of the greatest.
        case(f"gpr_by_{name}_found", regressor(kernel), few, extra=STD[:1] if name in OF_PRODUCTS else STD)
    case(f"gpc_by_{name}", classifier(kernel, optimizer=None), lambda: few(target="two"))
for metric in ("chi2", "additive_chi2"):
    case(f"gpr_by_{metric}", regressor(lambda metric=metric: PairwiseKernel(metric=metric, gamma=0.3) + 9.0, alpha=5, optimizer=None),
         lambda: few(of=counts), extra=STD)
for of_kind in (bool, "i1"):  # numpy squares them as they are
    for corner, make in (("gpr", regressor), ("gpc", classifier)):
        case(f"{corner}_asked_{np.dtype(of_kind).name}", make(lambda: RBF(2.0) + DotProduct(0.6), optimizer=None),
             lambda of_kind=of_kind, corner=corner: asked(of_kind, "value" if corner == "gpr" else "two"), extra=STD if corner == "gpr" else ())
case("gpr_of_no_row", regressor(lambda: ConstantKernel(2.5) + WhiteKernel(0.3), optimizer=None), few, extra=STD)
case("gpc_of_no_row", classifier(lambda: ConstantKernel(2.5) * WhiteKernel(0.3), optimizer=None), lambda: few(target="two"))
case("gpc_without_variance", classifier(lambda: 0.1 * PairwiseKernel(metric="sigmoid", gamma=0.9) + WhiteKernel(0.9), optimizer=None),
     lambda: few(target="three"))
case("gpr_default", regressor(alpha=0.5), few, extra=STD)
case("gpr_normalized", regressor(normalize_y=True, optimizer=None), few, extra=STD)
case("gpr_two", regressor(KERNELS["rbf"]), lambda: few(target="value2"), extra=STD, since=(1, 1),
     why="1.0 gives one deviation for both outputs")
case("gpr_two_normalized", regressor(KERNELS["rbf"], normalize_y=True), lambda: few(target="value2"), extra=STD)
case("gpr_column", regressor(KERNELS["rbf"], normalize_y=True), lambda: Data(few().X, few().y.reshape(-1, 1), few().test), extra=STD)
case("gpr_alphas", regressor(alpha=np.linspace(0.1, 0.5, 40), random_state=3, n_restarts_optimizer=1), few, extra=STD)
case("gpr_far", lambda: scaled(regressor()()), lambda: numbers("value"))
case("gpr_mixed", regressor(KERNELS["dot"]), lambda: Data(few("f32").X, few().y, few().test), extra=STD, narrow=True)
case("gpr_mixed_back", regressor(KERNELS["rbf"]), lambda: Data(few().X, few().y, few("f32").test), extra=STD, narrow=True)
for y in LABELS:
    case(f"gpc_{y}", classifier(optimizer=None), lambda y=y: few(target=y))
    if "2" not in y and y != "bool":
        case(f"gpc_pairs_{y}", classifier(multi_class="one_vs_one", optimizer=None), lambda y=y: few(target=y), ask=("predict",))
case("gpc_far", lambda: scaled(classifier()()), lambda: numbers("three"))
