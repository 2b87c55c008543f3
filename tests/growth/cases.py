"""What a file can hold any number of: each case makes files of size n and says which command meets them.

A case is name: (n, make). make(n, folder) writes what it needs and gives the arguments of the tool. n is small: the runner
multiplies it.
"""
import bz2
import gzip
import json
import lzma
import pickletools
import struct
import subprocess
import zlib

import boosters as b
import writers as w

CASES = {}
MOST = 1 << 22  # the largest n that is tried


def case(n, name=None):
    def add(make):
        CASES[name or make.__name__] = (n, make)
        return make
    return add


def scan(name, n, content, command=("scan", "--json")):
    """One file that is scanned, or what else the command does; content(n) are its bytes."""
    def make(n, folder):
        path = folder / name.replace("/", "_")
        path.write_bytes(content(n))
        return [*command, path]
    CASES[name] = (n, make)


# --- opcodes of each kind, in a tuple
PROTO = b"\x80\x04"
for name, opcode in {
        "none": b"N", "true": b"\x88", "tuple": b")", "list": b"]", "dict": b"}", "set": b"\x8f", "int1": b"K\x01", "int4": b"J\x01\0\0\0",
        "long1": b"\x8a\x01\x01", "float": b"G" + bytes(8), "text": b"\x8c\x01a", "bytes": b"C\x01a", "tuple1": b"N\x85",
        "popped": b"N0N", "marks": b"(t", "frozenset": b"(\x91"}.items():
    scan(f"opcode_{name}.pkl", 20000, lambda n, opcode=opcode: PROTO + b"(" + opcode * n + b"t.")
for name, opcode in {"int": b"I1\n", "bool": b"I01\n", "long": b"L1L\n", "float": b"F1\n", "string": b"S'a'\n", "unicode": b"Va\n",
                     "escapes": b"V\\u0041\n"}.items():
    scan(f"line_{name}.pkl", 20000, lambda n, opcode=opcode: b"(" + opcode * n + b"t.")
scan("memo.pkl", 20000, lambda n: PROTO + b"(" + b"N\x94" * n + b"t.")
scan("put.pkl", 10000, lambda n: PROTO + b"(" + b"".join(b"Nr" + struct.pack("<I", i) for i in range(n)) + b"t.")
scan("get.pkl", 20000, lambda n: PROTO + b"(]\x94" + b"h\0" * n + b"t.")
scan("append_same.pkl", 20000, lambda n: PROTO + b"]\x940]\x94" + b"h\0a" * n + b".")
scan("appends.pkl", 10000, lambda n: PROTO + b"]" + b"(Ne" * n + b".")
scan("setitem.pkl", 10000, lambda n: PROTO + b"}" + b"".join(b"J" + struct.pack("<i", i) + b"Ns" for i in range(n)) + b".")
scan("setitem_same.pkl", 10000, lambda n: PROTO + b"}" + b"K\1Ns" * n + b".")
scan("additems.pkl", 10000, lambda n: PROTO + b"\x8f(" + b"".join(b"J" + struct.pack("<i", i) for i in range(n)) + b"\x90.")
scan("nested_lists.pkl", 10000, lambda n: PROTO + b"]" * n + b"a" * (n - 1) + b".")
scan("nested_tuples.pkl", 10000, lambda n: PROTO + b")" + b"\x85" * n + b".")
scan("nested_keys.pkl", 5000, lambda n: PROTO + b"}" + b")" + b"\x85" * n + b"Ns.")
scan("keys_of_one_tuple.pkl", 5000, lambda n: PROTO + b")" + b"\x85" * 50 + b"\x940}" + b"h\0Ns" * n + b".")
scan("shared_tuples.pkl", 20, lambda n: PROTO + b")\x940" + b"".join(b"h" + bytes([i]) + b"h" + bytes([i]) + b"\x86\x940" for i in range(min(n, 200)))
     + b"}h" + bytes([min(n, 200)]) + b"Ns.")
scan("frames.pkl", 5000, lambda n: PROTO + (b"\x95" + struct.pack("<Q", 2) + b"N0") * n + b"N.")
scan("long_text.pkl", 100000, lambda n: PROTO + b"X" + struct.pack("<I", n) + b"a" * n + b".")
scan("long_line.pkl", 100000, lambda n: b"V" + b"a" * n + b"\n.")
scan("long_digits.pkl", 2000, lambda n: b"L" + b"7" * n + b"L\n.")
scan("many_digits.pkl", 20, lambda n: b"(" + (b"L" + b"7" * 4000 + b"L\n") * n + b"t.")
scan("long_bytes.pkl", 20000, lambda n: PROTO + b"\x8b" + struct.pack("<I", n) + b"\x01" * n + b".")

# --- names
scan("names_unknown.pkl", 2000, lambda n: PROTO + b"(" + b"".join(b"cacme\nC%d\n" % i for i in range(n)) + b"l.")
scan("names_prefix.pkl", 500, lambda n: PROTO + b"(" + b"".join(b"c" + b"a" * 200 + b"\nC%d\n" % i for i in range(n)) + b"l.")
scan("names_dangerous.pkl", 2000, lambda n: PROTO + b"(" + b"".join(b"cos\nC%d\n" % i for i in range(n)) + b"l.")
scan("names_same.pkl", 5000, lambda n: PROTO + b"(" + b"cacme\nC\n" * n + b"l.")
scan("names_data.pkl", 2000, lambda n: PROTO + b"(" + b"cnumpy\nfloat64\n" * n + b"l.")
scan("names_of_sklearn.pkl", 1000, lambda n: PROTO + b"(" + b"".join(b"csklearn.svm._c%d\nSVC\n" % i for i in range(n)) + b"l.")
scan("new_unknown.pkl", 5000, lambda n: PROTO + b"(cacme\nC\n\x94" + b"h\0)\x81" * n + b"l.")
scan("new_bare.pkl", 5000, lambda n: PROTO + b"(csklearn.pipeline\nPipeline\n\x94" + b"h\0)\x81" * n + b"l.")
scan("built.pkl", 5000, lambda n: PROTO + b"(cacme\nC\n\x94" + b"h\0)\x81}b" * n + b"l.")

scan("built_of_one_tuple.pkl", 2000, lambda n: PROTO + b"((" + b"N" * n + b"t\x94cacme\nC\n\x94" + b"h\1)\x81h\0b" * n + b"l.")
scan("built_of_one_dict.pkl", 2000, lambda n: PROTO + b"(}\x94(" + b"".join(b"J" + struct.pack("<i", i) + b"N" for i in range(n)) + b"ucacme\nC\n\x94" +
     b"h\1)\x81h\0b" * n + b"l.")

# --- what estimators hold; honest, by pickle itself
def model(name, n, value, protocol=4):
    scan(f"{name}.pkl", n, lambda n: w.dumped(value(n), protocol))


model("scaler_columns", 5000, lambda n: w.scaler(n))
model("feature_names", 2000, lambda n: w.linear(n, feature_names_in_=w.texts(f"x{i}" for i in range(n))))
model("feature_names_prefix", 300, lambda n: w.linear(n, feature_names_in_=w.texts("x" * 300 + str(i) for i in range(n))))
model("pipeline_steps", 200, lambda n: w.pipeline([(f"s{i}", w.scaler(1)) for i in range(n)]))
model("pipeline_passes", 2000, lambda n: w.pipeline([(f"s{i}", "passthrough") for i in range(n)] + [("l", w.linear(1))]))
model("union_parts", 200, lambda n: w.union([(f"s{i}", w.scaler(1)) for i in range(n)]))
model("union_weights", 2000, lambda n: w.union([(f"s{i}", "passthrough") for i in range(n)] + [("l", w.scaler(1))], {f"s{i}": 2.0 for i in range(n)}))
model("union_same_names", 2000, lambda n: w.union([("s", "passthrough")] * n + [("l", w.scaler(1))], {f"s{i}": 2.0 for i in range(n)}))
model("transformer_columns", 2000, lambda n: w.columns([("s", "passthrough", list(range(n)))], n))
model("transformer_parts", 200, lambda n: w.columns([(f"s{i}", w.scaler(1), [i]) for i in range(n)], n))
model("transformer_names", 1000, lambda n: w.columns([(f"s{i}", "passthrough", [i]) for i in range(n)], n))
model("nested_pipelines", 20, lambda n: (lambda f: f(f, min(n, 90)))(lambda f, k: w.pipeline([("p", f(f, k - 1) if k else w.scaler(1))])))
model("categories", 3000, lambda n: w.encoder([[f"c{i:09}" for i in range(n)]]))
model("encoder_features", 300, lambda n: w.encoder([["a", "b"]] * n))
model("classes_int", 3000, lambda n: w.logistic(n, w.ints(range(n))))
model("classes_text", 2000, lambda n: w.logistic(n, w.texts(f"c{i:09}" for i in range(n))))
model("forest_trees", 50, lambda n: w.forest([w.tree(w.chain(3)) for _ in range(n)]))
model("tree_chain", 2000, lambda n: w.tree(w.chain(n)))
model("tree_bushy", 10, lambda n: w.tree(w.bushy((n * 100).bit_length())))
model("versions", 200, lambda n: w.pipeline([(f"s{i}", w.scaler(1, release=f"1.9.{i}")) for i in range(n)]))
model("attributes_known", 50, lambda n: w.pipeline([(f"s{i}", w.scaler(1, feature_names_in_=w.texts(["a"]))) for i in range(n)]))
model("attributes_unknown", 5000, lambda n: w.scaler(1, **{f"a{i}": 1 for i in range(n)}))
model("parameter_list", 5000, lambda n: w.pipeline([("l", w.fitted("LinearRegression", n_jobs=list(range(n))))]))
model("bundle_list", 100, lambda n: [w.linear(1) for _ in range(n)])
model("bundle_dict", 100, lambda n: {f"m{i}": w.linear(1) for i in range(n)})
model("plain_data", 5000, lambda n: {f"k{i}": [i, str(i)] for i in range(n)})


def built(n, repeat):
    """A scaler whose state dict is given the same key n times, as no pickler does."""
    whole = w.dumped(w.scaler(1), 2)
    at = whole.rindex(b"ub.")
    return whole[:at] + repeat * n + whole[at:]


scan("keys_repeated.pkl", 5000, lambda n: built(n, b"X\x04\0\0\0copy\x88"))
scan("keys_inert_repeated.pkl", 5000, lambda n: built(n, b"X\x0f\0\0\0n_samples_seen_K\1"))


def one_state(objects, keys=0, more=b"", under=None):
    """Scalers that share one state, in which a key stands again and again; `more`: keys and values of it. `under`: a text, the key of each."""
    whole = pickletools.optimize(w.dumped(w.scaler(1), 2))
    state = whole[whole.index(b"}"):-3] + b"X\x04\0\0\0copy\x88" * keys + more + b"u"
    n = sum("PUT" in op.name for op, _, _ in pickletools.genops(PROTO + state + b"."))  # the memo's entries are in the order of the stream
    get = lambda i: b"h" + bytes([i])
    one = get(n + 1) + b")\x81" + get(n) + b"b"
    if under:
        one = b"}" + get(n + 2) + one + b"s"
    kept = [state, b"csklearn.preprocessing._data\nStandardScaler\n", *([under] if under else [])]
    return PROTO + b"".join(value + b"\x940" for value in kept) + b"](" + one * objects + b"e."


def unicode_of(value):
    return b"X" + struct.pack("<I", len(value)) + value


SHARED = {
    "state": lambda n: one_state(n),
    "large_state": lambda n: one_state(n, n),
    "version": lambda n: one_state(n, more=unicode_of(b"_sklearn_version") + unicode_of(b"1.9." + b"1" * 20 * n)),
    "parameter": lambda n: one_state(n, more=unicode_of(b"copy") + unicode_of(b"a" * 20 * n)),
    "list": lambda n: one_state(n, more=unicode_of(b"copy") + b"](" + b"N" * 20 * n + b"e"),
    "attribute": lambda n: one_state(n, more=unicode_of(b"a" * 20 * n + b"_") + b"N"),
    "place": lambda n: one_state(n, under=unicode_of(b"a" * min(20 * n, 4000))),
}
for name, content in SHARED.items():
    scan(f"objects_of_one_{name}.pkl", 200, content)
    scan(f"objects_of_one_{name}_shown.pkl", 200, content, command=["inspect"])
    scan(f"objects_of_one_{name}_shown_json.pkl", 200, content, command=["inspect", "--json"])
scan("deep_objects_of_one_state.pkl", 50, lambda n: PROTO + b"]" * 500 + one_state(n)[2:-1] + b"a" * 500 + b".")
scan("places_of_one_key.pkl", 300, lambda n: PROTO + unicode_of(b"a" * min(20 * n, 4000)) + b"\x940](Ne\x940(" + b"}h\0h\1s" * n + b"t.")
scan("bundle_same.pkl", 500, lambda n: w.dumped([w.linear(1)] * n))


# --- one thing of size n, used n times: two bytes name any length again. Where the machine stops at DUP, Python's way is walked on
def again(name, n, thing, use, more=b"\x8c\1f", opened=b"(", closed=b"t"):
    """`thing(n)` is memo 0, `more` memo 1; `use` stands n times between `opened` and `closed`."""
    for ending, odd in (("", b""), ("_dup", b"N2")):
        scan(f"again_{name}{ending}.pkl", n, lambda n, odd=odd: PROTO + thing(n) + b"\x940" + more + b"\x940" + opened + use * n + closed + odd + b".")


long_text = lambda fill=b"a": lambda n: b"X" + struct.pack("<I", 20 * n) + (fill * 20 * n)[:20 * n]
long_int = lambda fill: lambda n: b"\x8b" + struct.pack("<I", 20 * n) + fill * 20 * n
numpy_text = lambda fill: lambda n: (b"cnumpy._core.multiarray\nscalar\n(cnumpy\ndtype\n(X" + struct.pack("<I", len(b"U%d" % (5 * n))) + b"U%d" % (5 * n) +
    b"\x89\x88tR(K\3\x8c\1<NNNJ" + struct.pack("<i", 20 * n) + b"J\4\0\0\0K\x08tbB" + struct.pack("<I", 20 * n) + fill * 5 * n + b"tR")
SECOND = lambda n: long_text()(n)[:-1] + b"b"
for kind, thing in {"text": long_text(), "bytes": lambda n: b"B" + long_text()(n)[1:], "int": long_int(b"\x7f"), "zeros": long_int(b"\0"),
                    "numpy": numpy_text(b"a\0\0\0"), "numpy_nul": numpy_text(bytes(4)), "tuple": lambda n: long_text()(n) + b"\x85",
                    "name": lambda n: b"\x8c\4acme" + long_text()(n) + b"\x93"}.items():
    again(f"key_{kind}", 300, thing, b"h\0N", opened=b"}(", closed=b"u")
    again(f"item_{kind}", 300, thing, b"h\0", opened=b"\x8f(", closed=b"\x90")
    again(f"key_in_tuple_{kind}", 300, thing, b"h\0\x85N", opened=b"}(", closed=b"u")
    again(f"keys_{kind}", 300, thing, b"}h\0Ns")
scan("again_two_keys.pkl", 300, lambda n: PROTO + long_text()(n) + b"\x940" + SECOND(n) + b"\x940(" + b"}(h\0Nh\1Nu" * n + b"t.")
scan("again_two_items.pkl", 300, lambda n: PROTO + long_text()(n) + b"\x940" + SECOND(n) + b"\x940\x8f(" + b"h\0h\1" * n + b"\x90.")
again("module", 300, long_text(), b"h\0h\1\x93")
again("module_dots", 300, long_text(b"a."), b"h\0h\1\x93")
again("name", 300, long_text(), b"h\1h\0\x93")
again("name_called", 300, long_text(), b"h\1h\0\x93)R")
again("name_of_os", 300, long_text(), b"h\1h\0\x93", more=b"\x8c\2os")
again("dtype", 300, long_text(b"1"), b"cnumpy\ndtype\nh\0\x89\x88\x87R")
again("attribute", 300, long_text(), b"cbuiltins\ngetattr\nh\1h\0\x86R", more=b"cnumpy\nndarray\n")
again("encode", 300, long_text(), b"c_codecs\nencode\nh\0h\1\x86R", more=b"\x8c\6latin1")
again("encoding", 300, long_text(), b"c_codecs\nencode\nh\1h\0\x86R")
again("bytearray", 300, lambda n: b"B" + long_text()(n)[1:], b"cbuiltins\nbytearray\nh\0\x85R")
again("set", 300, lambda n: b"](" + b"N" * 20 * n + b"e", b"cbuiltins\nset\nh\0\x85R")
again("set_of_texts", 300, lambda n: b"](" + b"\x8c\1a" * 5 * n + b"e", b"cbuiltins\nset\nh\0\x85R")
again("shape", 300, lambda n: b"(" + b"K\1" * 5 * n + b"t", b"cnumpy._core.multiarray\n_reconstruct\ncnumpy\nndarray\nh\0C\1b\x87R")
again("arguments", 300, lambda n: b"(" + b"K\1" * 5 * n + b"t", b"cacme\nC\nh\0\x81")
again("state", 300, lambda n: b"}(" + b"K\1N" * 5 * n + b"u", b"cacme\nC\n)\x81h\0b")
again("slots", 300, lambda n: b"}(" + b"\x8c\1aN" * 5 * n + b"u", b"cacme\nC\n)\x81Nh\0\x86b")
again("tuple_of_tuples", 300, lambda n: b"(" + b")" * 20 * n + b"t", b"}h\0Ns")
again("frozenset", 300, lambda n: b"(" + b"K\1" * 5 * n + b"\x91", b"}h\0Ns")
model("again_feature_names", 100, lambda n: w.linear(n, feature_names_in_=w.texts(["a" * 20 * n] * n)))
model("again_transformer_columns", 100, lambda n: w.columns([("s", "passthrough", ["a" * 20 * n] * n)], 1))
model("again_categories", 100, lambda n: w.encoder([["a" * 20 * n] * n]))
model("again_steps", 100, lambda n: w.pipeline([("a" * 20 * n, "passthrough")] * n + [("l", w.linear(1))]))
model("again_attributes", 100, lambda n: (lambda text: [w.scaler(1, **{text: 1}) for _ in range(n)])("a" * 20 * n))
model("again_keys_of_list", 100, lambda n: (lambda text: [{text: w.linear(1)} for _ in range(n)])("a" * 20 * n))


def compressed(name, n, content):
    def make(n, folder):
        path = folder / (name + ".joblib")
        path.write_bytes(zlib.compress(content(n), 6))
        return ["scan", "--json", path]
    CASES[name + ".joblib"] = (n, make)


compressed("none", 20000, lambda n: PROTO + b"(" + b"N" * n + b"t.")
compressed("union_weights", 2000, lambda n: w.dumped(w.union([(f"s{i}", "passthrough") for i in range(n)], {f"s{i}": 2.0 for i in range(n)})))
compressed("bytes", 200000, lambda n: PROTO + b"B" + struct.pack("<I", n) + bytes(n) + b".")

# --- boosters, in files of their own and inside of pickles
scan("trees.ubj", 20, lambda n: b.write_ubj(b.xgboost(n)))
scan("splits.ubj", 200, lambda n: b.write_ubj(b.xgboost(1, n)))
scan("sets.ubj", 100, lambda n: b.write_ubj(b.xgboost(1, n, n)))
scan("set.ubj", 200, lambda n: b.write_ubj(b.xgboost(1, 1, 1, n)))
scan("again_set.ubj", 100, lambda n: b.write_ubj(b.one_set(b.xgboost(1, n, n, n))))
scan("features.ubj", 200, lambda n: b.write_ubj(b.xgboost(1, 3, features=n, name="xgboost_file")))
scan("trees_features.ubj", 20, lambda n: b.write_ubj(b.xgboost(n, 1, features=5 * n, name="xgboost_file")))
scan("trees.json", 20, lambda n: b.as_json(b.xgboost(n)))
scan("splits.json", 200, lambda n: b.as_json(b.xgboost(1, n)))
scan("again_set.json", 100, lambda n: b.as_json(b.one_set(b.xgboost(1, n, n, n))))
scan("keys.json", 500, lambda n: b.as_json({**{f"k{k}": [] for k in range(n)}, **b.xgboost()}))
scan("deep.json", 500, lambda n: b'{"a":' + b"[" * n + b"]" * n + b"," + b.as_json(b.xgboost())[1:])
scan("xgboost_trees.pkl", 20, lambda n: b.xgboost_pickle(n))
scan("xgboost_splits.pkl", 200, lambda n: b.xgboost_pickle(1, n))
scan("trees.txt", 20, lambda n: b.lightgbm(n).encode())
scan("splits.txt", 200, lambda n: b.lightgbm(1, n).encode())
scan("sets.txt", 100, lambda n: b.lightgbm(1, n, n).encode())
scan("set.txt", 100, lambda n: b.lightgbm(1, 1, 1, words=n).encode())
scan("again_set.txt", 100, lambda n: b.lightgbm(1, n, n, words=n, shared=True).encode())
scan("features.txt", 200, lambda n: b.lightgbm(1, 3, features=n).encode())
scan("trees_features.txt", 20, lambda n: b.lightgbm(n, 1, features=5 * n).encode())
scan("classes.txt", 20, lambda n: b.lightgbm(1, 1, classes=n).encode())
scan("lines.txt", 500, lambda n: b.lightgbm().encode().replace(b"end of trees", b"x=1\n" * n + b"end of trees"))
scan("pandas.txt", 500, lambda n: b.lightgbm(1, 3, 1).encode().replace(b":null", b":" + json.dumps([[f"c{k}" for k in range(n)]]).encode()))
scan("lightgbm_trees.pkl", 20, lambda n: b.lightgbm_pickle(n))
scan("lightgbm_splits.pkl", 200, lambda n: b.lightgbm_pickle(1, n))

# --- .skops, zip, .npy
sequence = lambda items: {"__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": items}
text = lambda value: {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": json.dumps(value), "is_json": True}
unknown = lambda i: {"__class__": f"C{i}", "__module__": "acme", "__loader__": "TypeNode"}
scan("nodes.skops", 1000, lambda n: w.skops(sequence([text(i) for i in range(n)])))
scan("ids.skops", 1000, lambda n: w.skops(sequence([{**text(i), "__id__": i * 15485863} for i in range(n)])))
scan("same_id.skops", 1000, lambda n: w.skops(sequence([{**text(1), "__id__": 7} for _ in range(n)])))
scan("classes.skops", 1000, lambda n: w.skops(sequence([unknown(i) for i in range(n)])))
scan("keys.skops", 1000, lambda n: w.skops({**sequence([]), **{f"k{i}": 1 for i in range(n)}}))
scan("members.skops", 200, lambda n: w.skops(sequence([
    {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "type": "numpy", "file": f"{i}.npy", "__id__": i}
    for i in range(n)]), [(f"{i}.npy", w.npy("<f8", "(1,)", bytes(8))) for i in range(n)]))
scan("members.zip", 200, lambda n: w.zipped([(f"{i}.pkl", b"N.") for i in range(n)]))
scan("members.npz", 200, lambda n: w.zipped([(f"{i}.npy", w.npy("<f8", "(1,)", bytes(8))) for i in range(n)]))
scan("fields.npy", 200, lambda n: w.npy("X", "(0,)", b"").replace(b"'X'", repr([(f"f{i}", "<f8") for i in range(n)]).encode()))
scan("objects.npy", 5000, lambda n: w.npy("|O", f"({n},)", PROTO + b"(" + b"N" * n + b"l."))
scan("text.txt", 100000, lambda n: b"word " * n)
scan("zeros.bin", 100000, lambda n: bytes(n))

# --- what may be a pickle, and how often
scan("pickles.bin", 20000, lambda n: b"N." * n)
scan("pickles_of_names.bin", 2000, lambda n: b"".join(b"cacme\nC%d\n." % i for i in range(n)))
scan("calls.bin", 2000, lambda n: b"cacme\nC\n(tR." * n)
scan("half_names.bin", 20000, lambda n: b"cacme" * n)
scan("lines.bin", 20000, lambda n: b"c\n" * n)
scan("protos.bin", 20000, lambda n: b"\x80\x04" * n)
scan("magic.bin", 20000, lambda n: b"PK\x03\x04" * n)
scan("ends.zip", 5000, lambda n: w.zipped([("a", b"")]) + b"PK\x05\x06" * n)
scan("magic.npy", 20000, lambda n: b"\x93NUMPY" * n)
scan("members.gz", 500, lambda n: gzip.compress(b"N", mtime=0) * n)
scan("members.bz2", 500, lambda n: bz2.compress(b"N") * n)
scan("members.xz", 200, lambda n: lzma.compress(b"N") * n)
scan("nul.json", 20000, lambda n: b"[" * n)


# --- .prq and rows
def tool(*arguments):
    done = subprocess.run([case.tool, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)


def converted(folder, value, *options, name="model"):
    (folder / "made.pkl").write_bytes(w.dumped(value))
    tool("convert", folder / "made.pkl", folder / f"{name}.prq", *options)
    return folder / f"{name}.prq"


def on_prq(name, n, value, *command):
    def make(n, folder):
        return [command[0], converted(folder, value(n)), *command[1:]]
    CASES[f"{command[0]}_{name}.prq"] = (n, make)


for command in ("scan", "inspect"):
    on_prq("steps", 200, lambda n: w.pipeline([(f"s{i}", w.scaler(1)) for i in range(n)]), command)
    on_prq("names", 2000, lambda n: w.linear(n, feature_names_in_=w.texts(f"x{i}" for i in range(n))), command)
    on_prq("trees", 50, lambda n: w.forest([w.tree(w.chain(3)) for _ in range(n)]), command)
    on_prq("nested", 20, lambda n: (lambda f: f(f, min(n, 90)))(lambda f, k: w.pipeline([("p", f(f, k - 1) if k else w.scaler(1))])), command)


def deep(n, leaf):
    """Steps by the hundred below 80 pipelines, whose paths are long."""
    inner = w.pipeline([(f"s{i}", leaf()) for i in range(n)])
    for _ in range(80):
        inner = w.pipeline([("p", inner)])
    return inner


for command in ("scan", "inspect"):
    on_prq("deep_steps", 200, lambda n: deep(n, lambda: w.scaler(1)), command)


on_prq("deep_steps_json", 200, lambda n: deep(n, lambda: w.scaler(1)), "inspect", "--json")


@case(200)
def diff_deep_steps(n, folder):
    return ["diff", "--json", *(converted(folder, deep(n, lambda: w.scaler(k)), name=str(k)) for k in (1, 2))]


@case(100)
def diff_steps(n, folder):
    a, b = (converted(folder, w.pipeline([(f"s{i}", w.scaler(k)) for i in range(n)]), name=str(k)) for k in (1, 2))
    return ["diff", "--json", a, b]


def convert(name, n, value, metadata=lambda n: {}):
    def make(n, folder):
        (folder / "made.pkl").write_bytes(w.dumped(value(n)))
        (folder / "m.json").write_text(json.dumps(metadata(n)))
        return ["convert", folder / "made.pkl", folder / "made.prq", "--metadata", folder / "m.json"]
    CASES["convert_" + name] = (n, make)


convert("metadata_keys", 1000, lambda n: w.linear(1), lambda n: {f"k{i}": {"a": i} for i in range(n)})
convert("metadata_nested", 1000, lambda n: w.linear(1), lambda n: {"k": [[{"a": i}] for i in range(n)]})
convert("steps", 200, lambda n: w.pipeline([(f"s{i}", w.scaler(1)) for i in range(n)]))


@case(1000)
def diff_metadata(n, folder):
    for k in (1, 2):
        (folder / f"{k}.json").write_text(json.dumps({f"k{i}": k for i in range(n)}))
    return ["diff", *(converted(folder, w.linear(1), "--metadata", folder / f"{k}.json", name=str(k)) for k in (1, 2))]


@case(1000)
def inspect_metadata(n, folder):
    (folder / "m.json").write_text(json.dumps({f"k{i}": {"a": i} for i in range(n)}))
    return ["inspect", converted(folder, w.linear(1), "--metadata", folder / "m.json")]


def predict(name, n, rows, value=lambda n: w.linear(1), method=None, output="npy"):
    """rows(n) are the bytes of the input, whose format `name` ends with."""
    def make(n, folder):
        path = folder / name
        path.write_bytes(rows(n))
        return ["predict", converted(folder, value(n)), "--input", path, "--output", folder / f"y.{output}",
                *(["--method", method] if method else [])]
    CASES["predict_" + name] = (n, make)


named = lambda n: w.linear(n, feature_names_in_=w.texts(f"x{i}" for i in range(n)))
predict("wide.csv", 1000, lambda n: (",".join(f"x{i}" for i in range(n)) + "\n" + ",".join("1" for _ in range(n)) + "\n").encode(), named)
predict("reversed.csv", 1000, lambda n: (",".join(f"x{i}" for i in range(n)[::-1]) + "\n" + ",".join("1" * n) + "\n").encode(), named)
predict("wide.jsonl", 1000, lambda n: json.dumps({f"x{i}": 1 for i in range(n)}).encode() + b"\n", named)
predict("wide_parts.csv", 500, lambda n: (",".join(f"x{i}" for i in range(n)) + "\n" + ",".join("1" * n) + "\n").encode(),
        lambda n: w.fitted("ColumnTransformer", **{**vars(w.columns([(f"s{i}", w.passes(), [i]) for i in range(n)], n)),
                                                   "feature_names_in_": w.texts(f"x{i}" for i in range(n))}))
predict("wide.npy", 5000, lambda n: w.npy("<f8", f"(1, {n})", bytes(8 * n)), lambda n: w.linear(n))
predict("rows.csv", 2000, lambda n: b"x\n" + b"1\n" * n)
predict("rows_text.csv", 2000, lambda n: b"x\n" + b"".join(b"c%d\n" % i for i in range(n)), lambda n: w.encoder([["a", "b"]]), "transform", "npz")
predict("rows.jsonl", 2000, lambda n: b"[1]\n" * n)
predict("rows.npy", 10000, lambda n: w.npy("<f8", f"({n}, 1)", bytes(8 * n)))
predict("rows.npz", 5000, lambda n: w.sparse_npz(n, 1, [0] * (n + 1), []))
predict("commas.csv", 20000, lambda n: b"," * n + b"\n1\n")
predict("commas_below.csv", 20000, lambda n: b"x\n" + b"," * n + b"\n")
predict("quotes.csv", 20000, lambda n: b'"x"\n"' + b'""' * n + b'"\n')
predict("keys.jsonl", 500, lambda n: b"".join(b'{"x": 1, "k%d": 1}\n' % i for i in range(n)), lambda n: w.linear(1, feature_names_in_=w.texts(["x"])))
predict("columns.npz", 1 << 20, lambda n: w.sparse_npz(1, n, [0, 1], [0]))
predict("rows_of_columns.npz", 1 << 20, lambda n: w.sparse_npz(100 * n, 1, [0, 1], [0], b"csc"))
predict("wide_row.npz", 5000, lambda n: w.sparse_npz(1, n, [0, n], list(range(n))), lambda n: w.linear(n))
predict("unsorted_row.npz", 5000, lambda n: w.sparse_npz(1, n, [0, n], list(range(n))[::-1]), lambda n: w.linear(n))
predict("widened.npy", 500, lambda n: w.npy("<f8", "(64, 1)", bytes(512)), lambda n: w.union([(str(i), w.passes()) for i in range(n)]), "transform")
predict("long_labels.npy", 500, lambda n: w.npy("<f8", f"({n}, 1)", bytes(8 * n)), lambda n: w.logistic(2, w.texts(["a", "b" * 200])))


def golden(name, n, value, rows, expected, method):
    def make(n, folder):
        (folder / name).write_bytes(rows(n))
        (folder / "y.npy").write_bytes(expected(n))
        return ["validate", converted(folder, value(n), "--samples", folder / name, "--expected", f"{method}={folder / 'y.npy'}")]
    CASES["golden_" + name] = (n, make)


golden("rows.npy", 2000, lambda n: w.linear(1), lambda n: w.npy("<f8", f"({n}, 1)", bytes(8 * n)), lambda n: w.npy("<f8", f"({n},)", bytes(8 * n)), "predict")
golden("rows.jsonl", 1000, lambda n: w.linear(1, feature_names_in_=w.texts(["x"])), lambda n: b'{"x": 0}\n' * n, lambda n: w.npy("<f8", f"({n},)", bytes(8 * n)), "predict")
golden("wide.npy", 400, lambda n: w.union([(str(i), w.passes()) for i in range(n)]), lambda n: w.npy("<f8", "(2, 1)", bytes(16)),
       lambda n: w.npy("<f8", f"(2, {n})", bytes(16 * n)), "transform")
