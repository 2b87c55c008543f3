"""What works column by column or row by row, without a look at others."""
import numpy as np
import pandas as pd
from sklearn.preprocessing import Binarizer, FunctionTransformer, MinMaxScaler, Normalizer, RobustScaler

from cases.shared import BACK
from data import CORNERS, GAPS, NUMERIC, SPARSE, Data, numbers
from rows import corners, gappy, num, row

LIVE = {"checked_in": "never"}


def with_rows_of_zeros():
    """And one whose norm is below ten steps of 1, which is not divided by."""
    data = numbers()
    data.test[3], data.test[4] = 0.0, 1e-17
    return data


corners("minmax", MinMaxScaler, "two", NUMERIC + GAPS, extra=BACK)
row("minmax_clip", lambda: MinMaxScaler(clip=True, feature_range=(-0.1, 3)), gappy(), extra=BACK)
row("minmax_clip_f32", lambda: MinMaxScaler(clip=True, feature_range=(-0.1, 1)), num(dtype="f4"), **LIVE)
row("minmax_range_numpy", lambda: MinMaxScaler(feature_range=(np.float64(0.1), np.int64(2))), num(dtype="f4"), **LIVE)

corners("robust", RobustScaler, "two", NUMERIC + ("missing", "missing_f32"), extra=BACK)
row("robust_no_center", lambda: RobustScaler(with_centering=False, quantile_range=(10, 80)), gappy(), extra=BACK, **LIVE)
row("robust_no_scale", lambda: RobustScaler(with_scaling=False), gappy(dtype="f4"), extra=BACK, **LIVE)
row("robust_neither", lambda: RobustScaler(with_centering=False, with_scaling=False), num(form="csr"), extra=BACK, **LIVE)
row("robust_unit", lambda: RobustScaler(unit_variance=True), num(), extra=BACK, **LIVE)
for corner in ("csr", "csr_f32"):
    row(f"robust_{corner}", lambda: RobustScaler(with_centering=False),
        num(form="csr", dtype="f4" if corner == "csr_f32" else "f8"), extra=BACK, **LIVE)

for norm in ("l1", "l2", "max"):
    # Rows of Fortran order are summed in another order.
    corners(f"normalizer_{norm}", lambda norm=norm: Normalizer(norm=norm), "two",
        tuple(name for name in NUMERIC if name not in ("fortran", "named")) + SPARSE)
    for corner in ("fortran", "named"):
        row(f"normalizer_{norm}_{corner}", lambda norm=norm: Normalizer(norm=norm),
            lambda corner=corner: CORNERS[corner]("two"), rounded=norm != "max", **LIVE)
    row(f"normalizer_{norm}_zeros", lambda norm=norm: Normalizer(norm=norm), with_rows_of_zeros, **LIVE)

corners("binarizer", Binarizer, "two", NUMERIC + SPARSE)
row("binarizer_threshold", lambda: Binarizer(threshold=0.1), num(dtype="f4"), **LIVE)
row("binarizer_threshold_csr", lambda: Binarizer(threshold=0.1), num(form="csr", dtype="f4"), **LIVE)
row("binarizer_threshold_int", lambda: Binarizer(threshold=-2), num(), **LIVE)
row("binarizer_numpy", lambda: Binarizer(threshold=np.float64(0.1)), num(dtype="f4"), changes=((1, 5),))

# Functions of numpy. What numpy's own log and exp differ from libm's by is an ulp.
EXACT = ("absolute", "fabs", "sqrt", "square", "sign", "negative", "positive", "floor", "ceil", "rint", "trunc", "isnan",
         "isfinite", "isinf", "signbit", "degrees", "radians", "nan_to_num", "round")
NEAR = ("log1p", "log", "log2", "log10", "exp", "exp2", "expm1", "cbrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
        "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "reciprocal")


def small(dtype="f8", form="dense"):
    """Without the huge numbers, whose sines are known to fewer digits."""
    data = numbers(form=form)
    X, test = data.X, data.test[:16]
    return Data(X.astype(dtype), data.y, test.astype(dtype))


def between_0_and_1():
    """Sparse, and nothing of which a function makes NaN: matrices that hold it are not compared."""
    data = small(form="csr")
    data.X.data, data.test.data = abs(np.tanh(data.X.data)), abs(np.tanh(data.test.data))
    return data


def whole(dtype):
    rng = np.random.default_rng(0)
    X = rng.integers(0 if dtype.startswith("u") else -100, 100, size=(20, 3)).astype(dtype)
    return Data(X, np.arange(20) % 2, X)


def whole_frame():
    X = pd.DataFrame({"a": np.arange(5), "größe": np.linspace(-1, 2, 5), "c": [1.0, 0, 2, 3, 4]})
    return Data(X, np.arange(5) % 2, X)


for name in EXACT + NEAR:
    some = {"rounded": name in NEAR, **({} if name == "log1p" else LIVE)}
    row(f"function_{name}", lambda name=name: FunctionTransformer(getattr(np, name)), small, **some)
    row(f"function_{name}_f32", lambda name=name: FunctionTransformer(getattr(np, name)), lambda: small("f4"),
        **{**some, **LIVE})
    row(f"function_{name}_frame", lambda name=name: FunctionTransformer(getattr(np, name)), lambda: CORNERS["named"]("two"),
        **{**some, **LIVE})
    if name != "reciprocal":
        for dtype in ("i8", "i4", "i2", "u1"):
            row(f"function_{name}_{dtype}", lambda name=name: FunctionTransformer(getattr(np, name)),
                lambda dtype=dtype: whole(dtype), **{**some, **LIVE})
    if name in "absolute sqrt negative rint log1p expm1 sin tan arcsin arctan sinh tanh arcsinh".split():
        row(f"function_{name}_csr", lambda name=name: FunctionTransformer(getattr(np, name)), between_0_and_1,
            **{**some, **LIVE})
row("function_inverse", lambda: FunctionTransformer(np.log1p, np.expm1, check_inverse=False), small, extra=BACK, rounded=True,
    changes=((1, 6),))
row("function_validate_frame", lambda: FunctionTransformer(np.sqrt, validate=True), whole_frame, **LIVE)
row("function_validate_csr", lambda: FunctionTransformer(np.log1p, validate=True, accept_sparse=True), between_0_and_1,
    rounded=True, **LIVE)
row("function_clip", lambda: FunctionTransformer(np.clip, kw_args={"a_min": 0, "a_max": 1.5}), num())
row("function_clip_f32", lambda: FunctionTransformer(np.clip, kw_args={"a_min": 0.1, "a_max": None}), num(dtype="f4"), **LIVE)
row("function_clip_ints", lambda: FunctionTransformer(np.clip, kw_args={"a_min": 0, "a_max": 5}), lambda: whole("i8"), **LIVE)
row("function_clip_frame", lambda: FunctionTransformer(np.clip, kw_args={"a_min": 0, "a_max": 1}), whole_frame, **LIVE)
row("function_decimals", lambda: FunctionTransformer(np.round, kw_args={"decimals": 2}), num(), **LIVE)
row("function_decimals_tens", lambda: FunctionTransformer(np.around, kw_args={"decimals": -1}), num(dtype="f4"), **LIVE)
row("function_decimals_frame", lambda: FunctionTransformer(np.around, kw_args={"decimals": 1}), whole_frame, **LIVE)
row("function_filled", lambda: FunctionTransformer(np.nan_to_num, kw_args={"nan": -1.5, "posinf": 3}), gappy(dtype="f4"))
row("function_filled_frame", lambda: FunctionTransformer(np.nan_to_num), whole_frame, **LIVE)
row("function_mixed_frame", lambda: FunctionTransformer(np.exp, np.log, check_inverse=False), whole_frame, extra=BACK, rounded=True, **LIVE)
