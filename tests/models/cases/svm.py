"""Support vector machines."""
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

from cases.shared import scaled
from data import LABELS, NUMERIC, SPARSE, Data, numbers
from rows import corners, row

corners("svc", lambda: scaled(SVC()), "three", NUMERIC, labels=LABELS)
row("svc_proba", lambda: scaled(SVC(probability=True, random_state=0)), lambda: numbers("word3"), extra=("predict_log_proba",))
row("svc_proba_two", lambda: scaled(SVC(probability=True, random_state=0)), lambda: numbers("two"), checked_in="never")
for kernel in ("linear", "poly", "sigmoid"):
    row(f"svc_{kernel}", lambda kernel=kernel: scaled(SVC(kernel=kernel, coef0=0.5)), lambda: numbers("three"), checked_in="never")
    row(f"svr_{kernel}", lambda kernel=kernel: scaled(SVR(kernel=kernel)), lambda: numbers("value"), checked_in="never")
for corner in SPARSE:
    for kernel in ("rbf", "linear"):
        row(f"svc_{kernel}_{corner}", lambda kernel=kernel: SVC(kernel=kernel), lambda corner=corner: numbers(
            "three", form="csc" if corner == "csc" else "csr", dtype="f4" if corner == "csr_f32" else "f8"), checked_in="never")
row("svc_ovo", lambda: scaled(SVC(decision_function_shape="ovo")), lambda: numbers("three"), checked_in="never")
row("svc_ties", lambda: scaled(SVC(break_ties=True)), lambda: numbers("three"), checked_in="never")
row("nusvc", lambda: scaled(NuSVC(nu=0.2)), lambda: numbers("two"))
corners("svr", lambda: scaled(SVR()), "value", NUMERIC)
row("svr_csr", SVR, lambda: numbers("value", form="csr"), changes=((1, 1),))
row("svr_no_vectors", lambda: scaled(SVR(epsilon=1e9)), lambda: numbers("value"), checked_in="never")
row("nusvr", lambda: scaled(NuSVR()), lambda: numbers("value"))
row("one_class_svm", lambda: scaled(OneClassSVM(nu=0.3)), lambda: numbers("two"))


def kernel_matrix():
    data = numbers("three")
    X, test = data.X / [1, 50, 1, 3, 1, 1], data.test[:16] / [1, 50, 1, 3, 1, 1]
    return Data(X @ X.T, data.y, test @ X.T)


row("svc_precomputed", lambda: SVC(kernel="precomputed"), kernel_matrix, checked_in="never")
