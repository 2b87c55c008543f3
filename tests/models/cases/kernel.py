"""Kernels by name, what multiplies them, and their feature maps."""
import numpy as np
from sklearn.decomposition import KernelPCA
from sklearn.kernel_approximation import AdditiveChi2Sampler, Nystroem, PolynomialCountSketch, RBFSampler, SkewedChi2Sampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.preprocessing import KernelCenterer
from sklearn.semi_supervised import LabelPropagation, LabelSpreading

from cases.naive_bayes import positive
from cases.shared import BACK, scaled
from data import CORNERS, LABELS, NUMERIC, Data, numbers
from rows import corners, row

OF_ANY = ("linear", "poly", "polynomial", "rbf", "sigmoid", "cosine", "laplacian")
OF_COUNTS = ("chi2", "additive_chi2")
SCALE = np.array([1, 50, 0.05, 3, 2, 1])


def small(corner="plain", target="value", scale=SCALE):
    """Numbers around 1, without those that a kernel makes nothing or everything of."""
    data = CORNERS[corner](target)
    if hasattr(data.X, "columns"):
        return Data(data.X / scale, data.y, data.test[:16] / scale)
    if hasattr(data.X, "tocsr"):
        return Data(data.X * 0.1, data.y, data.test[:16] * 0.1)
    if data.X.dtype.kind == "i":
        return Data(data.X // [1, 20, 1, 1, 1, 1], data.y, data.test[:16] // [1, 20, 1, 1, 1, 1])
    scale = np.resize(scale, data.X.shape[1])
    return Data((data.X / scale).astype(data.X.dtype), data.y, (data.test[:16] / scale).astype(data.X.dtype))


def spread(corner="plain", target="value"):
    data = small(corner, target)
    factor = 40 if hasattr(data.X, "tocsr") else 3
    return Data(data.X * factor, data.y, data.test * factor)


def counts(corner="plain", target="value"):
    data = small(corner, target)
    return Data(positive(data.X), data.y, positive(data.test))


def case(name, make, data, **keywords):
    row(name, make, data, **{"checked_in": "never", **keywords})


CSR = ("csr", "csr_f32")  # fitted on csc, KernelRidge and LabelPropagation keep it, which is refused by name


def tried(name, make, corners_of=NUMERIC + CSR, data=small, target="value", **keywords):
    row(name, make, lambda: data(target=target), **keywords)
    for corner in corners_of:
        case(f"{name}_{corner}", make, lambda corner=corner: data(corner, target), **keywords | {"checked_in": "never"},
             narrow=corner in ("f32", "csr_f32"))


def kernel_matrix(target="value"):
    data = small(target=target)
    return Data(data.X @ data.X.T, data.y, data.test @ data.X.T)


def pca(**parameters):
    return lambda: KernelPCA(n_components=3, **parameters)


tried("kernel_ridge", lambda: KernelRidge(kernel="rbf"))
tried("kernel_ridge_linear", KernelRidge, ("f32", "csr", "csr_f32", "named"), checked_in="never")
tried("kernel_pca", pca(kernel="rbf", fit_inverse_transform=True), NUMERIC, extra=BACK, back_from_transform=True, changes=((1, 3),))
# Few and distant components: what is close to singular amplifies what BLAS rounds.
tried("nystroem", lambda: Nystroem(n_components=4, gamma=2.0, random_state=0), data=spread)
for kernel in OF_ANY:
    for corner in ("plain", "f32", "csr"):
        narrow = dict(narrow=corner == "f32")
        name = f"{kernel}_{corner}"
        case(f"kernel_ridge_by_{name}", lambda kernel=kernel: KernelRidge(kernel=kernel, gamma=0.2, coef0=0.5, degree=2),
             lambda corner=corner: small(corner), **narrow)
        if kernel not in ("polynomial", "laplacian"):
            case(f"kernel_pca_by_{name}", pca(kernel=kernel, gamma=0.2), lambda corner=corner: small(corner), **narrow)
        case(f"nystroem_by_{name}", lambda kernel=kernel: Nystroem(kernel=kernel, n_components=5, random_state=0),
             lambda corner=corner: small(corner), **narrow)
for kernel in OF_COUNTS:
    for corner in ("plain", "f32"):
        name, narrow = f"{kernel}_{corner}", dict(narrow=corner == "f32")
        case(f"kernel_ridge_by_{name}", lambda kernel=kernel: KernelRidge(kernel=kernel, gamma=0.3), lambda corner=corner: counts(corner), **narrow)
        case(f"nystroem_by_{name}", lambda kernel=kernel: Nystroem(kernel=kernel, n_components=5, random_state=0),
             lambda corner=corner: counts(corner), **narrow)
case("nystroem_given", lambda: Nystroem(kernel="poly", degree=2.0, coef0=2, gamma=0.1, n_components=5, random_state=0), small)
case("kernel_ridge_nasty", lambda: scaled(KernelRidge(kernel="rbf")), lambda: numbers("value"))
case("kernel_ridge_two", lambda: KernelRidge(kernel="laplacian"), lambda: small(target="value2"))
case("kernel_ridge_column", lambda: KernelRidge(), lambda: Data(small().X, small().y.reshape(-1, 1), small().test))
case("kernel_ridge_mixed", lambda: KernelRidge(kernel="rbf"), lambda: Data(small("f32").X, small().y, small().test), narrow=True)
case("kernel_ridge_mixed_back", lambda: KernelRidge(kernel="rbf"), lambda: Data(small().X, small().y, small("f32").test))
case("kernel_ridge_dense_sparse", lambda: KernelRidge(kernel="linear"), lambda: Data(small("csr").X.toarray(), small().y, small("csr").test))
case("kernel_ridge_sparse_dense", lambda: KernelRidge(kernel="linear"), lambda: Data(small("csr").X, small().y, small("csr").test.toarray()))
case("kernel_ridge_precomputed", lambda: KernelRidge(kernel="precomputed"), kernel_matrix)
case("kernel_pca_precomputed", pca(kernel="precomputed"), kernel_matrix)
case("kernel_pca_zeros", lambda: KernelPCA(n_components=8, kernel="linear"), small)
case("kernel_pca_back_poly", pca(kernel="poly", fit_inverse_transform=True, alpha=0.1), small, extra=BACK, back_from_transform=True)
case("nystroem_precomputed", lambda: Nystroem(kernel="precomputed", n_components=500, random_state=0), lambda: Data(
    rbf_kernel(small().X, gamma=20), None, rbf_kernel(small().test, small().X, gamma=20)))
tried("kernel_centerer", KernelCenterer, (), data=lambda target: kernel_matrix())
case("kernel_centerer_f32", KernelCenterer, lambda: Data(*(None if part is None else part.astype("f4") for part in (
    kernel_matrix().X, None, kernel_matrix().test))))
for name, make in (("label_propagation", LabelPropagation), ("label_spreading", LabelSpreading)):
    def labelled(corner="plain", target="three"):
        data = small(corner, target)
        if data.y.dtype.kind == "i":
            data.y = np.where(np.arange(len(data.y)) % 3 == 0, -1, np.abs(data.y))
        return data
    tried(name, lambda make=make: make(gamma=0.5), NUMERIC, data=labelled, target="three")
    for corner in CSR:
        case(f"{name}_{corner}", lambda make=make: make(gamma=0.5), lambda corner=corner, data=labelled: data(corner),
             narrow=corner == "csr_f32", since=(1, 3), why="fit takes sparse rows from 1.3 on")
    tried(f"{name}_knn", lambda make=make: make(kernel="knn", n_neighbors=5), NUMERIC, data=labelled, target="three")
    case(f"{name}_knn_csr", lambda make=make: make(kernel="knn"), lambda data=labelled: data("csr"), since=(1, 3),
         why="fit takes sparse rows from 1.3 on")
    case(f"{name}_knn_two", lambda make=make: make(kernel="knn", n_neighbors=11), lambda: labelled(target="two"))
    case(f"{name}_far", lambda make=make: scaled(make()), lambda: numbers("two"))
    for y in LABELS:
        case(f"{name}_{y}", lambda make=make: make(gamma=0.7), lambda y=y: small(target=y), since=(1, 3) if "word" in y else (1, 0),
             why="numpy before 1.25 compares no text with -1")
tried("rbf_sampler", lambda: RBFSampler(n_components=7, random_state=0))
case("rbf_sampler_scale", lambda: RBFSampler(gamma="scale", n_components=7, random_state=0), small, since=(1, 2), why="new in 1.2")
tried("skewed_chi2", lambda: SkewedChi2Sampler(skewedness=0.5, n_components=7, random_state=0), NUMERIC, data=counts)
case("skewed_chi2_below", lambda: SkewedChi2Sampler(skewedness=20, n_components=7, random_state=0), small)
for steps in (1, 2, 3):
    tried(f"additive_chi2_map_{steps}", lambda steps=steps: AdditiveChi2Sampler(sample_steps=steps), data=counts,
          checked_in="ends" if steps == 2 else "never")
case("additive_chi2_map_bool", AdditiveChi2Sampler, lambda: Data(counts().X, None, counts().test > 0.5))
for of_kind in ("i1", "u1", "i2", "u2", "i4"):  # numpy's logarithm of small integers is narrow, and 2 * x wraps around
    case(f"additive_chi2_map_{of_kind}", AdditiveChi2Sampler,
         lambda of_kind=of_kind: Data(counts().X, None, (counts().test * 40).clip(0, np.iinfo(of_kind).max).astype(of_kind)))
case("additive_chi2_map_given", lambda: AdditiveChi2Sampler(sample_steps=5, sample_interval=0.3), counts)
tried("count_sketch", lambda: PolynomialCountSketch(n_components=9, degree=3, random_state=0), changes=((1, 5),))
for parameters in (dict(coef0=1), dict(gamma=0.5, coef0=0.25, degree=2), dict(degree=1), dict(n_components=100, degree=4)):
    name = "_".join(parameters)
    tried(f"count_sketch_{name}", lambda parameters=parameters: PolynomialCountSketch(**{"n_components": 12, "random_state": 0, **parameters}),
          ("f32", "csr"), checked_in="never")
