"""Fitted objects, arrays and files of any size, without scikit-learn or numpy: pickle writes stand-ins under their names."""
import io
import json
import pickle
import struct
import sys
import types
import zipfile

RELEASE = "1.9.1"


def module(name):
    if name not in sys.modules:
        sys.modules[name] = types.ModuleType(name)
        parent, _, last = name.rpartition(".")
        if parent:
            setattr(module(parent), last, sys.modules[name])
    return sys.modules[name]


def stand_in(place, name, value):
    value.__module__, value.__qualname__ = place, name
    setattr(module(place), name, value)
    return value


ndarray = stand_in("numpy", "ndarray", type("ndarray", (), {}))
Reconstruct = stand_in("numpy._core.multiarray", "_reconstruct", lambda *args: Raw())
DType = stand_in("numpy", "dtype", type("dtype", (), {}))


class Raw:
    """A numpy array as numpy pickles it. `code`: numpy's type without byte order; `data`: the bytes, or a list for objects."""

    def __init__(self, code="f8", shape=(0,), data=b"", fields=None):
        self.code, self.shape, self.data, self.fields = code, shape, data, fields

    def __reduce__(self):
        dtype = TypeOf(self.code, self.fields)
        return Reconstruct, (ndarray, (0,), b"b"), (1, self.shape, dtype, False, self.data)


class TypeOf:
    def __init__(self, code, fields=None):
        self.code, self.fields = code, fields

    def __reduce__(self):
        if self.fields:
            names = tuple(name for name, _, _ in self.fields)
            places = {name: (TypeOf(code), offset) for name, code, offset in self.fields}
            return DType, (self.code, False, True), (3, "|", None, names, places, int(self.code[1:]), 1, 16)
        if self.code == "O":
            return DType, ("O8", False, True), (3, "|", None, None, None, -1, -1, 63)
        order = "|" if self.code in ("b1", "u1", "i1") else "<"
        return DType, (self.code, False, True), (3, order, None, None, None, -1, -1, 0)


def doubles(values):
    values = list(values)
    return Raw("f8", (len(values),), struct.pack(f"<{len(values)}d", *values))


def ints(values):
    values = list(values)
    return Raw("i8", (len(values),), struct.pack(f"<{len(values)}q", *values))


def matrix(rows, cols, value=1.0):
    return Raw("f8", (rows, cols), struct.pack("<d", value) * (rows * cols))


def texts(values):
    values = list(values)
    return Raw("O", (len(values),), values)


PARAMETERS = {
    "sklearn.preprocessing._data.StandardScaler": dict(with_mean=True, with_std=True, copy=True),
    "sklearn.preprocessing._encoders.OneHotEncoder": dict(
        categories="auto", sparse_output=True, dtype=None, handle_unknown="ignore", drop=None, min_frequency=None,
        max_categories=None, feature_name_combiner="concat"),
    "sklearn.pipeline.Pipeline": dict(transform_input=None, memory=None, verbose=False),
    "sklearn.pipeline.FeatureUnion": dict(n_jobs=None, verbose=False, verbose_feature_names_out=True),
    "sklearn.compose._column_transformer.ColumnTransformer": dict(
        remainder="drop", sparse_threshold=0.3, n_jobs=None, transformer_weights=None, verbose=False,
        verbose_feature_names_out=True),
    "sklearn.linear_model._base.LinearRegression": dict(fit_intercept=True, copy_X=True, tol=1e-6, n_jobs=None, positive=False),
    "sklearn.linear_model._logistic.LogisticRegression": dict(
        penalty="deprecated", C=1.0, l1_ratio=0.0, dual=False, tol=0.0001, fit_intercept=True, intercept_scaling=1,
        class_weight=None, random_state=None, solver="lbfgs", max_iter=100, verbose=0, warm_start=False, n_jobs=None),
    "sklearn.tree._classes.DecisionTreeRegressor": dict(
        criterion="squared_error", splitter="best", max_depth=None, min_samples_split=2, min_samples_leaf=1,
        min_weight_fraction_leaf=0.0, max_features=None, max_leaf_nodes=None, random_state=None, min_impurity_decrease=0.0,
        class_weight=None, ccp_alpha=0.0, monotonic_cst=None),
    "sklearn.ensemble._forest.RandomForestRegressor": dict(
        n_estimators=1, estimator_params=(), bootstrap=True, oob_score=False, n_jobs=None, random_state=None, verbose=0,
        warm_start=False, class_weight=None, max_samples=None, criterion="squared_error", max_depth=None, min_samples_split=2,
        min_samples_leaf=1, min_weight_fraction_leaf=0.0, max_features=1.0, max_leaf_nodes=None, min_impurity_decrease=0.0,
        ccp_alpha=0.0, monotonic_cst=None),
    "sklearn.preprocessing._function_transformer.FunctionTransformer": dict(
        func=None, inverse_func=None, validate=False, accept_sparse=True, check_inverse=False,
        feature_names_out="one-to-one", kw_args=None, inv_kw_args=None),
    "sklearn.tree._tree.Tree": {},
}
CLASSES = {}
for full in PARAMETERS:
    place, _, short = full.rpartition(".")
    CLASSES[short] = stand_in(place, short, type(short, (), {}))
FLOAT64 = stand_in("numpy", "float64", type("float64", (), {}))


def fitted(short, release=RELEASE, **attributes):
    thing = CLASSES[short]()
    full = f"{CLASSES[short].__module__}.{short}"
    thing.__dict__.update(PARAMETERS[full], **attributes)
    thing.__dict__["_sklearn_version"] = release
    return thing


def scaler(n, **more):
    one = doubles([1.0] * n)
    return fitted("StandardScaler", n_features_in_=n, n_samples_seen_=4, mean_=doubles([0.0] * n), var_=one, scale_=one, **more)


def linear(n, **more):
    return fitted("LinearRegression", n_features_in_=n, coef_=doubles([1.0] * n), intercept_=0.0, rank_=1, singular_=doubles([1.0]), **more)


def logistic(n_classes, classes):
    scores = n_classes if n_classes > 2 else 1
    return fitted("LogisticRegression", n_features_in_=1, classes_=classes, n_iter_=Raw("i4", (1,), bytes(4)),
                  coef_=matrix(scores, 1), intercept_=doubles([0.0] * scores))


def encoder(categories):
    n = len(categories)
    return fitted("OneHotEncoder", dtype=FLOAT64, n_features_in_=n, categories_=[texts(c) for c in categories], drop_idx_=None,
                  _drop_idx_after_grouping=None, _infrequent_enabled=False, _n_features_outs=[len(c) for c in categories])


def pipeline(steps):
    return fitted("Pipeline", steps=steps)


def passes():
    """What fit puts in the place of 'passthrough'."""
    return fitted("FunctionTransformer")


def union(parts, weights=None):
    return fitted("FeatureUnion", transformer_list=parts, transformer_weights=weights)


def columns(parts, n):
    return fitted("ColumnTransformer", transformers=parts, n_features_in_=n, transformers_=parts, sparse_output_=False,
                  _transformer_to_input_indices={name: chosen for name, _, chosen in parts}, output_indices_={},
                  _columns=[chosen for _, _, chosen in parts], _remainder=("remainder", "drop", []))


NODE = [("left_child", "i8", 0), ("right_child", "i8", 8), ("feature", "i8", 16), ("threshold", "f8", 24), ("impurity", "f8", 32),
        ("n_node_samples", "i8", 40), ("weighted_n_node_samples", "f8", 48), ("missing_go_to_left", "u1", 56)]


class Tree:
    """The Cython tree: `nodes` are (left, right) in depth-first order."""

    def __init__(self, nodes, depth):
        self.nodes, self.depth = nodes, depth

    def __reduce__(self):
        n = len(self.nodes)
        packed = b"".join(struct.pack("<qqqddqdB7x", left, right, 0 if left >= 0 else -2, float(i) if left >= 0 else -2.0, 0.0, 1, 1.0, 0)
                          for i, (left, right) in enumerate(self.nodes))
        state = dict(max_depth=self.depth, node_count=n, nodes=Raw("V64", (n,), packed, NODE), values=Raw("f8", (n, 1, 1), bytes(8 * n)))
        return CLASSES["Tree"], (1, ints([1]), 1), state


def chain(splits):
    """One leaf on each level."""
    nodes = []
    for _ in range(splits):
        nodes += [[len(nodes) + 1, len(nodes) + 2], [-1, -1]]
    return Tree(nodes + [[-1, -1]], splits)


def bushy(depth):
    nodes = []

    def grow(left):
        at = len(nodes)
        nodes.append([-1, -1])
        if left:
            grow(left - 1)
            second = len(nodes)
            grow(left - 1)
            nodes[at] = [at + 1, second]
    grow(depth)
    return Tree(nodes, depth)


def tree(cython):
    return fitted("DecisionTreeRegressor", n_features_in_=1, n_outputs_=1, max_features_=1, tree_=cython)


def forest(trees):
    return fitted("RandomForestRegressor", n_features_in_=1, n_outputs_=1, _n_samples=4, _sample_weight=None, _n_samples_bootstrap=4,
                  estimator=fitted("DecisionTreeRegressor"), estimator_=tree(chain(1)), estimators_=trees)


def dumped(value, protocol=4):
    sys.setrecursionlimit(100000)
    return pickle.dumps(value, protocol)


def npy(code, shape, data):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (code, shape)
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def zipped(members, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def sparse_npz(rows, cols, indptr, indices, form=b"csr"):
    pack = lambda code, kind, values: npy(code, f"({len(values)},)", struct.pack(f"<{len(values)}{kind}", *values))
    return zipped([("indices.npy", pack("<i4", "i", indices)), ("indptr.npy", pack("<i4", "i", indptr)),
                   ("format.npy", npy("|S3", "()", form)), ("shape.npy", pack("<i8", "q", [rows, cols])),
                   ("data.npy", pack("<f8", "d", [1.0] * len(indices)))])


def skops(content, members=()):
    """A .skops file whose schema is `content`, a node."""
    schema = {"__class__": "dict", **content, "protocol": 2, "_skops_version": "0.13.0"}
    return zipped([*members, ("schema.json", json.dumps(schema).encode())], zipfile.ZIP_DEFLATED)
