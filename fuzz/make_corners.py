#!/usr/bin/env python3
"""make_corners.py: writes fuzz/corpus/{pickle,skops,load}/corner_*: what importers read or refuse and no model of tests/models holds.

Small ones, honest and crafted, by hand, so that they are the same bytes each time. Python's standard library only.
"""
import io
import json
import struct
import zipfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
P2, P4 = b"\x80\x02", b"\x80\x04"


# --- pickles
def text(value):
    return b"\x8c" + bytes([len(value)]) + value.encode()


def name(module, of):
    return b"c" + module.encode() + b"\n" + of.encode() + b"\n"


def call(module, of, *arguments):
    return name(module, of) + b"(" + b"".join(arguments) + b"tR"


def dtype(code, *state):
    return call("numpy", "dtype", text(code), b"\x89", b"\x88") + (b"(" + b"".join(state) + b"tb" if state else b"")


NUMBER = (b"K\3", text("<"), b"NNN", b"J\xff\xff\xff\xff" * 2, b"K\0")
F8 = dtype("f8", *NUMBER)


def blob(content):
    return b"B" + struct.pack("<I", len(content)) + content


def tuple_of(*items):
    return b"(" + b"".join(items) + b"t"


def state(shape, of, content, fortran=b"\x89"):
    return tuple_of(b"K\1", tuple_of(*(b"K" + bytes([n]) for n in shape)), of, fortran, blob(content))


def empty(cls=name("numpy", "ndarray")):
    return call("numpy._core.multiarray", "_reconstruct", cls, tuple_of(b"K\0"), b"C\1b")


def array(shape, of, content, **how):
    return empty() + state(shape, of, content, **how) + b"b"


def scalar(of, content):
    return call("numpy._core.multiarray", "scalar", of, blob(content))


def from_buffer(content, of, shape, order, *axes):
    return call("numpy._core.numeric", "_frombuffer", blob(content), of, tuple_of(*(b"K" + bytes([n]) for n in shape)), text(order), *axes)


def dill_array(by, of, *more):
    return call("dill._dill", "_create_array", by, of, state((1,), F8, bytes(8)), *more)


RECONSTRUCT, OF_NDARRAY = name("numpy._core.multiarray", "_reconstruct"), tuple_of(name("numpy", "ndarray"), tuple_of(b"K\0"), b"C\1b")
U4 = dtype("U1", *NUMBER[:1], text("<"), b"NNN", b"K\4K\4K\x08")
SIX = bytes(range(48))
HONEST = {
    "axes": from_buffer(SIX, F8, (1, 2, 3), "K", tuple_of(b"K\2", b"K\0", b"K\1")),
    "order": from_buffer(SIX, F8, (2, 3), "F"),
    "dill": dill_array(RECONSTRUCT, OF_NDARRAY, b"N"),
    "dill_types": b"(" + b"".join(call("dill._dill", "_load_type", text(of)) for of in ("bool", "NoneType", "object", "range", "slice", "PartialType", "int")) + b"l",
    "none_type": call("builtins", "type", b"N"),
    "ufunc": call("numpy._core", "_ufunc_reconstruct", text("numpy._core._multiarray_umath"), text("log")),
    "method": call("builtins", "getattr", name("builtins", "str"), text("upper")),
    "dotted": call("builtins", "getattr", name("zoneinfo", "ZoneInfo"), text("_unpickle")),
    "ordered": call("collections", "OrderedDict", b"](" + b"](K\1K\2e" + b"e"),
    "list_of": call("copyreg", "_reconstructor", name("acme", "L"), name("builtins", "list"), b"](K\1e"),
    "dict_of": call("copyreg", "_reconstructor", name("acme", "D"), name("builtins", "dict"), b"}K\1Ns"),
    "string_dtype": call("numpy._core._internal", "_convert_to_stringdtype_kwargs", b"N"),
    "matrix": empty(name("numpy", "matrix")) + state((1, 1), F8, bytes(8)) + b"b",
    "keys": b"}(" + b"".join(key + b"N" for key in (
        scalar(dtype("f2", *NUMBER), b"\0\x3c"), scalar(dtype("f2", *NUMBER), b"\1\0"), scalar(dtype("f2", *NUMBER), b"\0\xfc"), scalar(dtype("f4", *NUMBER), bytes(4)),
        scalar(dtype("u1", b"K\3", text("|"), *NUMBER[2:]), b"\xff"), scalar(dtype("b1", b"K\3", text("|"), *NUMBER[2:]), b"\1"),
        scalar(dtype("S2", b"K\3", text("|"), b"NNN", b"K\2K\1K\0"), b"a\0"), scalar(U4, b"a\0\0\0"), scalar(dtype("c16", *NUMBER), bytes(16)),
        name("acme", "K"), b"N", b"G\x47\xef\xff\xff\xe0\0\0\0", b"G\x7f\xf8" + bytes(6), b"\x8a\x09" + bytes(8) + b"\1", tuple_of(b"K\1", text("a" * 80)),
        text("a" * 80), blob(b"a" * 80), b"(K\1K\1\x91")) + b"u",
    "long_keys": b"\x8f(" + scalar(dtype("S80", b"K\3", text("|"), b"NNN", b"K\x50K\1K\0"), bytes(80)) + scalar(
        dtype("U20", b"K\3", text("<"), b"NNN", b"K\x50K\4K\x08"), b"a\0\0\0" * 20) + b"\x8a\x50" + b"\x7f" * 80 + b"\x90",
    "data": b"}(" + b"".join(text(key) + value for key, value in {
        "bytes": array((1,), dtype("S1", b"K\3", text("|"), b"NNN", b"K\1K\1K\0"), b"a"), "times": array((1,), dtype("M8", b"K\4", text("<"), b"NNN", b"J\xff\xff\xff\xff" * 2,
            b"K\0", tuple_of(b"}", tuple_of(b"C\1s", b"K\1", b"K\1", b"K\1"))), bytes(8)), "flag": b"\x88", "number": b"G" + bytes(8), "none": b"N"}.items()) + b"u",
    "flags": b"](\x88\x89e", "floats": b"](G" + bytes(8) + b"e", "dicts": b"](}e", "times": array((1,), dtype("M8[s]"), bytes(8)),
}
REFUSED = {
    "axes_twice": from_buffer(SIX, F8, (2, 3), "K", tuple_of(b"K\0", b"K\0")),
    "axes_few": from_buffer(SIX, F8, (2, 3), "K", tuple_of(b"K\0")),
    "objects_in_buffer": from_buffer(SIX, dtype("O8", b"K\3", text("|"), b"NNN", b"J\xff\xff\xff\xff" * 2, b"K\x3f"), (2, 3), "C"),
    "order_unknown": from_buffer(SIX, F8, (2, 3), "A"),
    "dill_by_other": dill_array(name("acme", "f"), OF_NDARRAY),
    "dill_attributes": dill_array(RECONSTRUCT, OF_NDARRAY, b"}"),
    "dill_subclass": dill_array(RECONSTRUCT, tuple_of(name("acme", "A"), tuple_of(b"K\0"), b"C\1b")),
    "dill_type": call("dill._dill", "_load_type", text("CodeType")),
    "type_of": call("builtins", "type", b"K\1"),
    "ufunc_of_other": call("numpy._core", "_ufunc_reconstruct", text("os"), text("system")),
    "attribute": call("builtins", "getattr", name("acme", "C"), text("__class__")),
    "ordered_of_other": call("collections", "OrderedDict", b"](K\1e"),
    "set_of_lists": call("builtins", "set", b"](]e"),
    "built_on_other": call("copyreg", "_reconstructor", name("acme", "C"), name("acme", "B"), b"N"),
    "field_of_other": dtype("V8", b"K\3", text("|"), b"N", tuple_of(text("a")), b"}" + text("a") + b"K\1s", b"K\x08K\1K\0"),
    "field_twice": dtype("V8", b"K\3", text("|"), b"N", tuple_of(text("a"), text("a")), b"}" + text("a") + tuple_of(F8, b"K\0") + b"s", b"K\x08K\1K\0"),
    "unit_of_other": dtype("M8", b"K\4", text("<"), b"NNN", b"J\xff\xff\xff\xff" * 2, b"K\0", tuple_of(b"}", b"K\1")),
    "callable_argument": call("functools", "partial", name("os", "system")),
    "listed_callable_argument": call("sklearn.neighbors._kd_tree", "newObj", name("os", "system")),
    "newobj_ex": name("acme", "C") + b")}\x92",
    "newobj_ex_keywords": name("acme", "C") + b")}" + text("a") + b"Ns\x92",
}
WRAPPER = name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81"


def wrapped(subclass, of, content):
    """One of joblib's arrays; its padding is one byte."""
    keys = {"subclass": subclass, "shape": tuple_of(b"K\1"), "order": text("C"), "dtype": of, "allow_mmap": b"\x88", "numpy_array_alignment_bytes": b"K\x10"}
    return WRAPPER + b"}(" + b"".join(text(key) + value for key, value in keys.items()) + b"ub\1\xff" + content


HONEST["wrapped_matrix"] = wrapped(name("numpy", "matrix"), F8, bytes(8))
UNPADDED = {"subclass": name("numpy", "ndarray"), "shape": tuple_of(b"K\1"), "order": text("C"), "dtype": F8, "allow_mmap": b"\x88"}
for key, content in (("opcodes", b"N0N0N0N0"), ("names", b"cos\nx\nNN")):
    REFUSED[f"wrapped_{key}"] = WRAPPER + b"}(" + b"".join(text(k) + value for k, value in UNPADDED.items()) + b"ub" + content


# --- .skops
def node(cls, module, loader, **more):
    return {"__class__": cls, "__module__": module, "__loader__": loader, **more}


def json_node(value):
    return node("str", "builtins", "JsonNode", content=json.dumps(value), is_json=True)


def items(*values):
    return node("list", "builtins", "ListNode", content=list(values))


def type_node(cls, module="builtins"):
    return node(cls, module, "TypeNode")


def keyed(content, types, cls="dict", module="builtins", loader="DictNode"):
    return node(cls, module, loader, content=content, key_types=items(*types))


def npy(descr, shape, data):
    head = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head.encode() + data


def of_file(cls, module="numpy", file="1.npy"):
    return node(cls, module, "NdArrayNode", type="numpy", file=file)


def skops(content, **members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member, data in [*members.items(), ("schema.json", json.dumps({**content, "protocol": 2, "_skops_version": "0.13.0"}).encode())]:
            archive.writestr(zipfile.ZipInfo(member), data)
    return out.getvalue()


ONE = {"1.npy": npy("<f8", "(1,)", bytes(8))}
SCALAR = {"1.npy": npy("<f4", "()", bytes(4))}
KEYS = {"true": type_node("bool_", "numpy"), "1.5": type_node("float32", "numpy"), "2.5": type_node("float64", "numpy"), "\u00e9": type_node("str_", "numpy"),
        "7": type_node("int8", "numpy"), "8": type_node("uint16", "numpy"), "9": type_node("int"), "2.25": type_node("float"), "a": type_node("str"),
        "null": type_node("NoneType")}
old = lambda main, keys, cls="_DictWithDeprecatedKeys": node(cls, "sklearn.utils._bunch", "_DictWithDeprecatedKeysNode", content={
    "main": main, "_deprecated_key_to_new_key": keys})
DICT = keyed({}, [])
SKOPS = {
    "keys": (items(*(keyed({key: json_node(1)}, [of]) for key, of in KEYS.items())), {}),
    **{f"key_{k}": (keyed({key: json_node(1)}, [type_node(cls, "numpy")]), {}) for k, (key, cls) in enumerate(
        [("yes", "bool_"), ("x", "float64"), ("1", "complex128"), ("300", "uint8")])},
    "key_null": (keyed({"none": json_node(1)}, [type_node("NoneType")]), {}),
    "key_of_no_type": (keyed({"a": json_node(1)}, [json_node(1)]), {}),
    "dict_subclass": (keyed({"a": json_node(1)}, [type_node("str")], "D", "acme"), {}),
    "dict_dangerous": (keyed({"a": json_node(1)}, [type_node("str")], "system", "os"), {}),
    "ordered": (keyed({"a": json_node(1)}, [type_node("str")], "OrderedDict", "collections"), {}),
    "old_dict": (old(DICT, DICT), {}), "old_dict_of_list": (old(items(), DICT), {}), "old_dict_other": (old(DICT, DICT, "C"), {}),
    "defaultdict_of_list": (node("defaultdict", "collections", "DefaultDictNode", content={"main": items(), "default_factory": json_node(1)}), {}),
    "matrix": (of_file("matrix"), ONE), "array_of_other": (of_file("A", "acme"), ONE),
    "scalar": (of_file("float32"), SCALAR), "scalar_of_other": (of_file("float64"), SCALAR), "scalar_of_array": (of_file("float64"), ONE),
    "objects_flat": (node("ndarray", "numpy", "NdArrayNode", type="json", shape=node("tuple", "builtins", "TupleNode", content=[]), content=[]), {}),
    "objects_uneven": (node("ndarray", "numpy", "NdArrayNode", type="json", content=[items(json_node(1)), json_node(2)], shape=node(
        "tuple", "builtins", "TupleNode", content=[json_node(2), json_node(1)])), {}),
    "masked": (node("MaskedArray", "numpy.ma", "MaskedArrayNode", content={"data": of_file("ndarray"), "mask": of_file("ndarray", file="2.npy")}),
               {**ONE, "2.npy": npy("|b1", "(1,)", b"\1")}),
    "masked_other": (node("MaskedArray", "numpy.ma", "MaskedArrayNode", content={"data": json_node(1)}), {}),
    "dtype_of_other": (node("dtype", "numpy", "DTypeNode", content=json_node(1)), {}),
    "sparse_no_zip": (node("csr_matrix", "scipy.sparse", "SparseMatrixNode", type="scipy", file="1.npz"), {"1.npz": b"no zip"}),
    "reduce_of_none": (node("Tree", "sklearn.tree._tree", "TreeNode", content=json_node(1), **{"__reduce__": json_node(1)}), {}),
}


# --- estimators: what is refused by place, each in a scaler or regression by hand
def estimator(cls, module, **attributes):
    attributes = {"_sklearn_version": text("1.9.1"), **attributes}
    return name(module, cls) + b")\x81}(" + b"".join(text(key) + value for key, value in attributes.items()) + b"ub"


def scaler(**more):
    one = array((1,), F8, struct.pack("<d", 1))
    return estimator("StandardScaler", "sklearn.preprocessing._data", **{"with_mean": b"\x88", "with_std": b"\x88", "copy": b"\x88", "n_features_in_": b"K\1",
                     "mean_": one, "var_": one, "scale_": one, "n_samples_seen_": b"K\1", **more})


LONG = dtype("i8", *NUMBER)
ESTIMATORS = {
    "scaler": scaler(), "flag_of_numpy": scaler(with_mean=scalar(dtype("b1", b"K\3", text("|"), *NUMBER[2:]), b"\1")), "objects_as_numbers": scaler(
        mean_=call("numpy._core.multiarray", "_reconstruct", name("numpy", "ndarray"), tuple_of(b"K\0"), b"C\1b") + tuple_of(
            b"K\1", tuple_of(b"K\1"), dtype("O8", b"K\3", text("|"), b"NNN", b"J\xff\xff\xff\xff" * 2, b"K\x3f"), b"\x89", b"](G" + bytes(8) + b"e") + b"b"),
    "two_dimensions": scaler(mean_=array((1, 1), F8, bytes(8))), "complex": scaler(mean_=array((1,), dtype("c16", *NUMBER), bytes(16))),
    "output_config": scaler(_sklearn_output_config=b"K\1"), "output_config_other": scaler(_sklearn_output_config=b"}" + text("transform") + text("arrow") + b"s"),
    "by_call": call("sklearn.preprocessing._data", "StandardScaler"), "no_state": name("sklearn.preprocessing._data", "StandardScaler") + b")\x81",
    "n_jobs": estimator("LinearRegression", "sklearn.linear_model._base", n_jobs=text("a"), coef_=array((1,), F8, bytes(8)), intercept_=b"G" + bytes(8),
                        fit_intercept=b"\x88", copy_X=b"\x88", positive=b"\x89", n_features_in_=b"K\1"),
    "names_two_dimensions": scaler(feature_names_in_=array((1, 1), U4, b"a\0\0\0")), "names_of_numbers": scaler(feature_names_in_=array((1,), F8, bytes(8))),
}
for cls, values in {"ints": array((2,), LONG, struct.pack("<2q", 1, 2)), "unsigned": array((2,), dtype("u8", *NUMBER), struct.pack("<2Q", 1, 2)),
                    "bytes": array((2,), dtype("u1", b"K\3", text("|"), *NUMBER[2:]), b"\1\2"), "shorts": array((2,), dtype("i2", *NUMBER), struct.pack("<2h", 1, 2)),
                    "halves": array((2,), dtype("f2", *NUMBER), b"\0\x3c\0\x40"), "texts": array((2,), U4, b"a\0\0\0b\0\0\0"),
                    "bad_texts": array((2,), U4, b"a\0\0\0\xff\xff\xff\xff"), "times": array((1,), dtype("M8[s]"), bytes(8))}.items():
    ESTIMATORS[f"labels_{cls}"] = estimator("LabelEncoder", "sklearn.preprocessing._label", classes_=values)
for cls, elements in {"bools": b"\x88\x89", "ints": b"K\1K\2", "floats": b"G" + bytes(8) + b"G\x3f\xf0" + bytes(6), "mixed": b"K\1" + text("a")}.items():
    ESTIMATORS[f"labels_object_{cls}"] = estimator("LabelEncoder", "sklearn.preprocessing._label", classes_=empty() + tuple_of(
        b"K\1", tuple_of(b"K\2"), dtype("O8", b"K\3", text("|"), b"NNN", b"J\xff\xff\xff\xff" * 2, b"K\x3f"), b"\x89", b"](" + elements + b"e") + b"b")


def main():
    for target in ("pickle", "skops", "load"):
        for path in (CORPUS / target).glob("corner_*"):
            path.unlink()
    written = []
    for of, content in {**HONEST, **REFUSED}.items():
        written.append((CORPUS / "pickle" / f"corner_{of}.pkl", P4 + content + b"."))
    for of, content in ESTIMATORS.items():
        written.append((CORPUS / "load" / f"corner_{of}.pkl", P4 + content + b"."))
    for of in ("data", "flags", "floats", "dicts", "times"):
        written.append((CORPUS / "load" / f"corner_{of}.pkl", P4 + HONEST[of] + b"."))
    for of, (content, members) in SKOPS.items():
        written.append((CORPUS / "skops" / f"corner_{of}.skops", skops(content, **members)))
    for path, content in written:
        path.write_bytes(content)
    print(len(written), "files,", sum(len(content) for _, content in written), "bytes")


if __name__ == "__main__":
    main()
