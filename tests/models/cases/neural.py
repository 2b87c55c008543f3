"""Multi-layer perceptrons."""
from sklearn.neural_network import BernoulliRBM, MLPClassifier, MLPRegressor

from cases.shared import LOG, scaled
from data import LABELS, NUMERIC, SPARSE, numbers
from rows import corners, row

FEW = {"max_iter": 15, "random_state": 0}

corners("mlp", lambda: scaled(MLPClassifier((6, 4), **FEW)), "three", tuple(n for n in NUMERIC if n != "f32"), labels=LABELS, extra=LOG)
corners("mlp_bare", lambda: MLPClassifier((5,), max_iter=5, random_state=0), "two", SPARSE)
row("mlp_f32", lambda: scaled(MLPClassifier((5,), **FEW)), lambda: numbers("two", dtype="f4"), checked_in="never")
for activation in ("identity", "logistic", "tanh"):
    row(f"mlp_{activation}", lambda activation=activation: scaled(MLPClassifier((6,), activation=activation, **FEW)),
        lambda: numbers("word2"), checked_in="never")
row("mlp_reg", lambda: scaled(MLPRegressor(hidden_layer_sizes=(6,), **FEW)), lambda: numbers("value"))
row("mlp_reg_two", lambda: scaled(MLPRegressor(hidden_layer_sizes=(6, 3), **FEW)), lambda: numbers("value2"), checked_in="never")
# lbfgs keeps where the layers lie in its vector of weights.
row("mlp_lbfgs", lambda: scaled(MLPClassifier((4,), solver="lbfgs", **FEW)), lambda: numbers("three"), checked_in="never")
row("mlp_reg_lbfgs", lambda: scaled(MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", **FEW)), lambda: numbers("value"), checked_in="never")

corners("rbm", lambda: BernoulliRBM(3, n_iter=2, random_state=0), "two", NUMERIC + SPARSE, ask=("transform",))
