#!/usr/bin/env python3
"""make.py OUT_DIR: writes small hostile files and manifest.tsv, which says of each what is wrong and how it is refused.

Runs under scikit-learn 1.9 with joblib and lz4 (scripts/venv 1.9.1). Nothing here is ever loaded, only written: what it
would run is `id`. The test beside it scans every file and asserts its row of the manifest.
"""
import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import subprocess
import sys
import types
import zipfile
import zlib
from pathlib import Path

import joblib
import lz4.frame
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.tree._tree import Tree

ROWS = []  # (file, verdict, reason, code, what is wrong)
FILES = {}
X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 1, 0])
rng = np.random.default_rng(0)


def add(name, content, result, sentence):
    """`result` is "reason code"; the verdict follows from the reason."""
    reason, _, code = result.partition(" ")
    verdict = {"": "accepted", "unsupported": "unchecked"}.get(reason, "rejected")
    assert name not in FILES and "\t" not in sentence
    FILES[name] = content
    ROWS.append((name, verdict, reason, code, sentence))


class Calls:
    def __init__(self, function=os.system, args=("id",)):
        self.how = function, args

    def __reduce__(self):
        return self.how


def ridge(**attributes):
    model = Ridge().fit(X, Y)
    vars(model).update(attributes)
    return model


def dumped(value, protocol=4):
    return pickle.dumps(value, protocol=protocol)


def joblibbed(value, **options):
    out = io.BytesIO()
    joblib.dump(value, out, **options)
    return out.getvalue()


# --- the same call in every container
CALL = "dangerous type.dangerous"
for protocol in range(6):
    add(f"call_p{protocol}.pkl", dumped(Calls(), protocol), CALL, f"os.system is called, pickle protocol {protocol}")
plain = dumped(Calls())
WRAPPED = {
    "zlib": zlib.compress(plain), "gzip": gzip.compress(plain, mtime=0), "bz2": bz2.compress(plain), "xz": lzma.compress(plain),
    "lzma": lzma.compress(plain, format=lzma.FORMAT_ALONE), "lz4": lz4.frame.compress(plain),
    "zfile": b"ZF" + hex(len(plain)).ljust(19).encode() + zlib.compress(plain),
}
for name, content in WRAPPED.items():
    add(f"call_{name}.joblib", content, CALL, f"os.system is called, in a {name} stream")
objects = np.array([Calls(), None], dtype=object)
add("call_object_array.joblib", joblibbed(objects), CALL, "os.system is called by the pickle inside joblib's object array")
add("call_object_array.pkl", dumped(objects), CALL, "os.system is called by an element of an object array")
for name in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
    add(f"call_object_array_{name}.joblib", joblibbed(objects, compress=(name, 3)), CALL,
        f"os.system is called by the pickle inside joblib's object array, in a {name} stream")
add("call_object_array_nested.joblib", joblibbed({"a": [np.array([np.array([Calls()], dtype=object), 1], dtype=object)]}), CALL,
    "os.system is called three containers deep")
add("call_in_parameter.pkl", dumped(ridge(random_state=Calls())), CALL, "a good model whose random_state calls")
add("call_in_parameter.joblib", joblibbed(ridge(random_state=objects)), CALL, "a good model whose random_state is an object array that calls")
add("call_in_bundle.pkl", dumped({"model": ridge(), "notes": Calls()}), CALL, "a bundle whose other entry calls")
add("call_popped.pkl", b"\x80\x02cos\nsystem\n(X\x02\x00\x00\x00idtR0" + dumped(ridge(), 2)[2:], CALL,
    "a call before a good model, whose result is thrown away")
add("double_gzip.pkl", gzip.compress(gzip.compress(plain, mtime=0), mtime=0), "unsupported format.unknown",
    "a gzip stream in a gzip stream is no model")
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as z:
    z.writestr(zipfile.ZipInfo("model.pkl"), plain)
add("zip_of_pickle.zip", archive.getvalue(), "dangerous type.dangerous", "a pickle inside a zip is looked at, too")
npy = io.BytesIO()
np.save(npy, objects, allow_pickle=True)
add("object_array.npy", npy.getvalue(), "dangerous type.dangerous", "an .npy of objects is a pickle behind a header")

# --- other means than os.system
for name, how, result in (
        ("eval", (eval, ("1",)), CALL), ("exec", (exec, ("1",)), CALL), ("popen", (subprocess.Popen, (["id"],)), CALL),
        ("import", (__import__, ("antigravity",)), CALL), ("open", (open, ("/etc/passwd",)), CALL),
        ("getattr", (getattr, (Ridge, "fit")), CALL),
        ("type", (type, ("A", (), {})), CALL), ("module", (types.SimpleNamespace, ()), CALL),
        ("numpy_load", (np.load, ("x.npy",)), CALL), ("joblib_load", (joblib.load, ("x",)), CALL),
        ("class", (Ridge, ()), "unknown_call type.unknown_call"), ("numpy_zeros", (np.zeros, (10**9,)), "unknown_call type.unknown_call"),
        ("tree", (Tree, ()), "malformed type.arguments"),
        ("bytearray", (bytearray, (10**12,)), "malformed type.arguments"),
        ("range", (range, ("a", "b", "c")), "malformed type.arguments")):
    add(f"means_{name}.pkl", dumped(ridge(random_state=Calls(*how))), result, f"{name} is called with arguments of the attacker's")

# --- names that nobody calls
acme = types.ModuleType("acme")
sys.modules["acme"] = acme
acme.C = type("C", (), {"__module__": "acme", "__qualname__": "C"})
acme.C.D = type("D", (), {"__module__": "acme", "__qualname__": "C.D"})
made = acme.C()
made.x = 1
add("name_function.pkl", dumped(ridge(random_state=os.system)), CALL, "os.system is named where no prediction looks")
add("name_in_list.pkl", dumped(ridge(alpha=[[os.system]])), CALL, "os.system is named inside a hyperparameter")
add("name_class.pkl", dumped(ridge(random_state=subprocess.Popen)), CALL, "subprocess.Popen is named where no prediction looks")
add("name_built.pkl", dumped(ridge(random_state=object.__new__(subprocess.Popen))), CALL, "a Popen is built without being called")
add("name_unknown.pkl", dumped(ridge(random_state=acme.C)), "unsupported type.unknown", "a class of a stranger's module is named")
add("name_unknown_built.pkl", dumped(ridge(random_state=made)), "unsupported type.unknown",
    "an object of a stranger's class is built, in Python through its __setstate__")
add("name_dotted.pkl", dumped(ridge(random_state=acme.C.D)), "unsupported type.unknown", "a name with a dot is an attribute path")
add("name_prefix.pkl", dumped(ridge()).replace(b"\x8c\x1bsklearn.linear_model._ridge", b"\x8c\x1csklearn.linear_model._ridge"),
    "unsupported pickle.text", "a length byte was changed to make a longer module name")
add("name_estimator_attribute.pkl", dumped(ridge(), 2).replace(b"csklearn.linear_model._ridge\nRidge\n", b"csklearn.linear_model._ridge\nRidge.fit\n"),
    "unsupported type.unknown", "an attribute of a known class is no known class")
add("name_module.pkl", dumped(ridge(), 2).replace(b"csklearn.linear_model._ridge\n", b"csklearn.linear_model._ridgeX\n"),
    "unsupported type.unsupported", "a known class of an unknown module of scikit-learn")
add("name_module_parameter.pkl", dumped(ridge(random_state=OneHotEncoder), 2).replace(b"sklearn.preprocessing._encoders\n", b"sklearn.preprocessing._hidden\n"),
    "unsupported type.unknown", "a known class of an unknown module, where no prediction looks")
add("name_case.pkl", dumped(ridge(), 2).replace(b"\nRidge\n", b"\nridge\n"), "unsupported type.unknown", "names are exact, case too")
add("name_in_bundle.pkl", dumped({"model": ridge(), "f": os.system}), CALL, "a bundle whose other entry names os.system")

# --- one format for another, and two in one
good = dumped(ridge())
for extension in ("prq", "skops", "txt", "onnx"):
    add(f"named.{extension}", plain, CALL, f"a pickle that calls os.system is named .{extension}")
add("prq_magic_pickle.prq", b"\x40\x00\x00\x00\x08\x00\x00\x00PRTQ" + plain, "malformed", "a pickle behind the first bytes of a .prq")
add("trailing_pickle.pkl", good + plain, "malformed pickle.trailing", "a second pickle follows a good one")
add("trailing_zip.pkl", good + archive.getvalue(), "malformed pickle.trailing", "a zip follows a good pickle")
add("trailing_gzip.pkl", gzip.compress(good, mtime=0) + gzip.compress(plain, mtime=0), "malformed pickle.trailing", "a second gzip member follows")
add("trailing_zlib.joblib", zlib.compress(good) + b"\0", "malformed codec.trailing", "a byte follows a zlib stream")
add("cut.pkl", good[:-20], "malformed pickle.frame", "the last bytes are gone")
add("cut.joblib", zlib.compress(good)[:-6], "malformed", "the last bytes of a zlib stream are gone")
add("checksum.joblib", zlib.compress(good)[:-1] + b"\0", "malformed codec.zlib", "the checksum of a zlib stream is wrong")
add("empty.pkl", b"", "unsupported format.empty", "nothing at all is not checked, and not accepted")
add("noise.pkl", bytes(rng.integers(128, 255, 64, dtype=np.uint8)), "unsupported format.unknown", "noise is not checked, and not accepted")
add("zfile_length.joblib", b"ZF" + hex(2**62).ljust(19).encode() + zlib.compress(plain), "malformed codec.zfile", "a z-file declares 2^62 bytes")

# --- expansion: little is stored, much is said
def nested(value, make, depth):
    for _ in range(depth):
        value = make(value)
    return value


add("unfold_lists.pkl", dumped(ridge(alpha=nested(None, lambda v: [v] * 32, 8))), "", "32^8 values in a parameter, shown cut")
add("unfold_dicts.pkl", dumped(ridge(alpha=nested(0, lambda v: {str(k): v for k in range(64)}, 8))), "", "64^8 values in a parameter, shown cut")
add("unfold_text.pkl", dumped(ridge(alpha=nested("x" * 20000, lambda v: [v] * 32, 4))), "", "32^4 times 20 kB in a parameter, shown cut")
scaler = StandardScaler().fit(X)
pipeline = scaler
for _ in range(40):
    pipeline = Pipeline([("a", pipeline), ("b", pipeline)])
add("unfold_pipelines.pkl", dumped(pipeline), "malformed pickle.unfolds", "2^40 scalers in 40 pipelines")
forest = RandomForestClassifier(1, random_state=0).fit(rng.normal(size=(300, 2)), np.arange(300) % 2)
forest.estimators_ *= 20000
add("unfold_forest.pkl", dumped(forest), "malformed pickle.unfolds", "20,000 times the same tree")
wide = Ridge().fit(np.zeros((3, 2000)), [1, 2, 3])
wide.feature_names_in_ = np.array(["f" * 50000] * 2000, dtype=object)
add("unfold_names.pkl", dumped(wide), "malformed pickle.unfolds", "2,000 feature names that are one name of 50 kB")
encoder = OneHotEncoder().fit(np.array([[f"{k}" + "a" * 20000] for k in range(3)], dtype=object))
encoder.categories_ *= 20000
encoder.n_features_in_, encoder._n_features_outs = 20000, [3] * 20000
add("unfold_categories.pkl", dumped(encoder), "malformed pickle.unfolds", "20,000 times the same 60 kB of categories")
add("bomb_bz2.joblib", bz2.compress(b"\x80\x04\x8e" + struct.pack("<Q", 1 << 26) + bytes(1 << 26) + b".", 9), "limit limit.inflate_ratio",
    "64 MiB in some 50 bytes of bz2")
add("bomb_xz.joblib", lzma.compress(b"\x80\x04\x8e" + struct.pack("<Q", 1 << 26) + bytes(1 << 26) + b"."), "limit limit.inflate_ratio",
    "64 MiB in 10 kB of xz")
add("deep.pkl", b"\x80\x04" + b"]" * 5000 + b"a" * 4999 + b".", "unsupported type.bundle", "5,000 lists in one another, and no model")
add("deep_tuples.pkl", b"\x80\x04)" + b"\x85" * 20000 + b".", "unsupported type.bundle", "20,000 tuples in one another, and no model")
cycle = []
cycle.append(cycle)
add("cycle.pkl", dumped(ridge(alpha=cycle)), "", "a list that holds itself, in a parameter, shown cut")
pipe = Pipeline([("a", scaler), ("b", ridge())])
pipe.steps.insert(0, ("self", pipe))
add("cycle_pipeline.pkl", dumped(pipe), "limit limit.depth", "a pipeline that holds itself")


# --- trees
class Crafted(pickle.Pickler):
    """Pickles a fitted tree with another state."""

    def __init__(self, out, change):
        super().__init__(out, protocol=4)
        self.change = change

    def reducer_override(self, value):
        if not isinstance(value, Tree):
            return NotImplemented
        make, args, state = value.__reduce__()
        state = {**state, "nodes": state["nodes"].copy(), "values": state["values"].copy()}
        return make, self.change(list(args), state), state


def crafted(change, model=None):
    out = io.BytesIO()
    model = model or DecisionTreeClassifier(random_state=0, max_depth=3).fit(rng.normal(size=(40, 2)), np.arange(40) % 2)
    Crafted(out, change).dump(model)
    return out.getvalue()


def node(**fields):
    def change(args, state):
        for name, (index, value) in fields.items():
            state["nodes"][name][index] = value
        return tuple(args)
    return change


def state_of(**values):
    def change(args, state):
        for name, value in values.items():
            state[name] = value(state) if callable(value) else value
        return tuple(args)
    return change


def argument(index, value):
    def change(args, state):
        args[index] = value
        return tuple(args)
    return change


def retyped(args, state):
    state["nodes"] = state["nodes"].astype([(n, "f8") for n in state["nodes"].dtype.names])
    return tuple(args)


RULE = "invalid state.rule"
TREES = {
    "child_out_of_range": (node(left_child=(0, 10**6)), RULE, "a child is no node"),
    "child_negative": (node(right_child=(0, -7)), RULE, "a child is negative"),
    "child_int64": (node(left_child=(0, 2**32 + 1)), RULE, "a child that 32 bits would make a good one"),
    "child_cycle": (node(left_child=(1, 0)), RULE, "a child is its own ancestor"),
    "child_self": (node(left_child=(0, 0)), RULE, "a node is its own child"),
    "child_two_parents": (lambda a, s: (s["nodes"]["right_child"].__setitem__(0, s["nodes"]["left_child"][0]), tuple(a))[1], RULE,
                          "both children are one node"),
    "one_child": (node(right_child=(0, -1)), RULE, "a split has one child"),
    "feature_out_of_range": (node(feature=(0, 2)), RULE, "a feature beyond the last"),
    "feature_negative": (node(feature=(0, -3)), RULE, "a negative feature at a split"),
    "feature_int64": (node(feature=(0, 2**32)), RULE, "a feature that 32 bits would make 0"),
    "threshold_nan": (node(threshold=(0, np.nan)), RULE, "a NaN threshold"),
    "threshold_minus_inf": (node(threshold=(0, -np.inf)), RULE, "a threshold of minus infinity"),
    "leaf_feature": (node(feature=(-1, 0)), RULE, "a leaf with a feature"),
    "leaf_threshold": (node(threshold=(-1, 0.5)), RULE, "a leaf with a threshold"),
    "missing_flag": (node(missing_go_to_left=(0, 2)), RULE, "a flag of 2"),
    "nodes_cut": (state_of(nodes=lambda s: s["nodes"][:-1].copy()), RULE, "the last node is missing"),
    "nodes_none": (state_of(nodes=lambda s: s["nodes"][:0].copy()), RULE, "no nodes"),
    "nodes_two_dimensions": (state_of(nodes=lambda s: s["nodes"][None].copy()), "invalid state.type", "nodes in two dimensions"),
    "nodes_retyped": (retyped, "unsupported", "records of another layout"),
    "nodes_absent": (lambda a, s: (s.pop("nodes"), tuple(a))[1], "invalid state.type", "no nodes at all"),
    "node_count_huge": (state_of(node_count=2**31), RULE, "node_count is not the number of nodes"),
    "node_count_negative": (state_of(node_count=-1), RULE, "a negative node_count"),
    "node_count_bigint": (state_of(node_count=2**80), "invalid state.type", "a node_count of 81 bits"),
    "values_cut": (state_of(values=lambda s: s["values"][:-1].copy()), RULE, "values of fewer nodes"),
    "values_flat": (state_of(values=lambda s: s["values"].ravel().copy()), RULE, "values in one dimension"),
    "values_nan": (state_of(values=lambda s: s["values"] * np.nan), RULE, "NaN probabilities"),
    "values_negative": (state_of(values=lambda s: -s["values"]), "unsupported state.unsupported_value", "negative probabilities"),
    "max_depth_zero": (state_of(max_depth=0), RULE, "a max_depth below the depth"),
    "n_features_more": (argument(0, 3), RULE, "the tree has more features than its owner"),
    "n_features_negative": (argument(0, -1), RULE, "a negative number of features"),
    "n_classes_more": (argument(1, np.array([3])), RULE, "the tree has more classes than its owner"),
    "n_classes_huge": (argument(1, np.array([2**62])), RULE, "2^62 classes"),
    "n_outputs_more": (argument(2, 2), RULE, "the tree has more outputs than its owner"),
}
for name, (change, result, sentence) in TREES.items():
    add(f"tree_{name}.pkl", crafted(change), result, f"a decision tree: {sentence}")
small = RandomForestClassifier(3, max_depth=2, random_state=0).fit(rng.normal(size=(40, 2)), np.arange(40) % 2)
for name in ("child_out_of_range", "feature_out_of_range", "threshold_nan", "node_count_huge"):
    change, result, sentence = TREES[name]
    add(f"forest_{name}.joblib", zlib.compress(crafted(change, small)), result, f"a forest: {sentence}")


# --- shapes, sizes and values of other types
def logistic(**attributes):
    model = LogisticRegression().fit(X, Y)
    vars(model).update(attributes)
    return model


for name, model, result, sentence in (
        ("coef_nan", ridge(coef_=np.array([np.nan, 1])), RULE, "a NaN coefficient"),
        ("coef_wide", ridge(coef_=np.ones(3)), RULE, "three coefficients for two features"),
        ("coef_none", ridge(coef_=None), "invalid state.type", "no coefficients"),
        ("coef_text", ridge(coef_="12"), "invalid state.type", "text for coefficients"),
        ("coef_three_dimensions", ridge(coef_=np.ones((1, 1, 2))), "invalid state.type", "coefficients in three dimensions"),
        ("coef_empty", ridge(coef_=np.ones((0, 2))), "invalid state.type", "coefficients of no output"),
        ("intercept_inf", ridge(intercept_=np.inf), RULE, "an infinite intercept"),
        ("n_features_negative", ridge(n_features_in_=-1), "invalid", "a negative number of features"),
        ("n_features_huge", ridge(n_features_in_=2**63), "invalid", "2^63 features"),
        ("attribute_unknown", ridge(predict_hook_="x"), "unsupported state.unknown_attribute", "an attribute that could change predictions"),
        ("names_number", ridge(feature_names_in_=np.array([1, 2], dtype=object)), "invalid", "feature names that are numbers"),
        ("names_fewer", ridge(feature_names_in_=np.array(["a"], dtype=object)), RULE, "one name for two features"),
        ("names_twice", ridge(feature_names_in_=np.array(["a", "a"], dtype=object)), RULE, "one name for two features, twice"),
        ("names_nul", ridge(feature_names_in_=np.array(["a\0b", "c"], dtype=object)), RULE, "a NUL in a name"),
        ("classes_fewer", logistic(classes_=np.array([0])), "invalid", "one class for a binary model"),
        ("classes_more", logistic(classes_=np.arange(3)), "invalid", "three classes for a binary model"),
        ("classes_same", logistic(classes_=np.array([1, 1])), "invalid", "the same class twice"),
        ("classes_mixed", logistic(classes_=np.array([1, "a"], dtype=object)), "unsupported", "classes of mixed types"),
        ("classes_complex", logistic(classes_=np.array([1j, 2j])), "unsupported", "complex classes"),
):
    add(f"state_{name}.pkl", dumped(model), result, f"{sentence}")
for name, version, sentence in (("text", b"../..", "a version that is none"), ("future", b"1.10.", "a release that is none"),
                                ("newer", b"2.0.0", "a release that this build does not read"),
                                ("old", b"0.9.1", "a release before any that this build reads")):
    add(f"state_version_{name}.pkl", good.replace(b"\x051.9.1", b"\x05" + version), "unsupported state.version", sentence)


def main():
    out = Path(sys.argv[1])
    for old in out.glob("files/*"):
        old.unlink()
    (out / "files").mkdir(exist_ok=True)
    for name, content in FILES.items():
        (out / "files" / name).write_bytes(content)
    rows = ["file\tverdict\treason\tcode\twhat is wrong", *("\t".join(row) for row in ROWS)]
    (out / "manifest.tsv").write_text("\n".join(rows) + "\n")
    print(len(ROWS), "files,", sum(map(len, FILES.values())), "bytes")


if __name__ == "__main__":
    main()
