"""Expansion: little is stored, much is said."""
import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib

import lz4.frame
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from .archives import Entry, crafted_zip, deflated, header, honest_zip, CENTRAL, END, LOCAL
from .rows import X, add, dumped, joblibbed, ridge
from .skops_file import Writer, node, schema_text, sequence, skops, text

rng = np.random.default_rng(0)


def nested(value, make, depth):
    for _ in range(depth):
        value = make(value)
    return value


UNFOLDS = "malformed pickle.unfolds"
add("unfold_lists.pkl", dumped(ridge(alpha=nested(None, lambda v: [v] * 32, 8))), "", "32^8 values in a parameter, shown cut")
add("unfold_dicts.pkl", dumped(ridge(alpha=nested(0, lambda v: {str(k): v for k in range(64)}, 8))), "",
    "64^8 values in a parameter, shown cut")
add("unfold_text.pkl", dumped(ridge(alpha=nested("x" * 20000, lambda v: [v] * 32, 4))), "", "32^4 times 20 kB in a parameter, shown cut")
scaler = StandardScaler().fit(X)
pipeline = scaler
for _ in range(40):
    pipeline = Pipeline([("a", pipeline), ("b", pipeline)])
add("unfold_pipelines.pkl", dumped(pipeline), UNFOLDS, "2^40 scalers in 40 pipelines")
forest = RandomForestClassifier(1, random_state=0).fit(rng.normal(size=(300, 2)), np.arange(300) % 2)
forest.estimators_ *= 20000
add("unfold_forest.pkl", dumped(forest), UNFOLDS, "20,000 times the same tree")
wide = Ridge().fit(np.zeros((3, 2000)), [1, 2, 3])
wide.feature_names_in_ = np.array(["f" * 20000] * 2000, dtype=object)
add("unfold_names.pkl", dumped(wide), UNFOLDS, "2,000 feature names that are one name of 20 kB")
encoder = OneHotEncoder().fit(np.array([[f"{k}" + "a" * 5000] for k in range(3)], dtype=object))
encoder.categories_ *= 20000
encoder.n_features_in_, encoder._n_features_outs = 20000, [3] * 20000
add("unfold_categories.pkl", dumped(encoder), UNFOLDS, "20,000 times the same 15 kB of categories")
NO_MODEL = "unsupported format.not_a_model"  # plain data
add("deep.pkl", b"\x80\x04" + b"]" * 5000 + b"a" * 4999 + b".", NO_MODEL, "5,000 lists in one another, and no model")
add("deep_tuples.pkl", b"\x80\x04)" + b"\x85" * 20000 + b".", NO_MODEL, "20,000 tuples in one another, and no model")
cycle = []
cycle.append(cycle)
add("cycle.pkl", dumped(ridge(alpha=cycle)), "", "a list that holds itself, in a parameter, shown cut")
pipe = Pipeline([("a", scaler), ("b", ridge())])
pipe.steps.insert(0, ("self", pipe))
add("cycle_pipeline.pkl", dumped(pipe), "limit limit.depth", "a pipeline that holds itself")


# --- compressed streams
def zeros(size):
    """A pickle of so many bytes of 0."""
    return b"\x80\x04\x8e" + struct.pack("<Q", size) + bytes(size) + b"."


RATIO = "limit limit.inflate_ratio"
add("bomb_bz2.joblib", bz2.compress(zeros(1 << 26)), RATIO, "64 MiB in some 50 bytes of bz2")
add("bomb_xz.joblib", lzma.compress(zeros(1 << 26)), RATIO, "64 MiB in 10 kB of xz")
add("bomb_lzma.joblib", lzma.compress(zeros(1 << 26), format=lzma.FORMAT_ALONE), RATIO, "64 MiB in 10 kB of lzma")
add("bomb_gzip.joblib", gzip.compress(zeros(1 << 23), mtime=0), NO_MODEL, "8 MiB in 8 kB of gzip: all that DEFLATE can, and no model")
add("bomb_zlib.joblib", zlib.compress(zeros(1 << 23), 9), NO_MODEL, "8 MiB in 8 kB of zlib: all that DEFLATE can, and no model")
add("bomb_lz4.joblib", lz4.frame.compress(zeros(1 << 22), compression_level=12), NO_MODEL,
    "4 MiB in 16 kB of lz4: all that LZ4 can, and no model")
add("bomb_zfile.joblib", b"ZF" + hex(1 << 40).ljust(19).encode() + zlib.compress(zeros(1 << 22), 9), "malformed codec.zfile",
    "a z-file declares a tebibyte and holds 4 MiB")
twice = gzip.compress(gzip.compress(zeros(1 << 26), mtime=0), mtime=0)
add("bomb_gzip_gzip.joblib", twice, RATIO, "64 MiB in some 300 bytes of gzip in gzip: each layer alone stays below the ratio")
add("bomb_gzip_gzip_gzip.joblib", gzip.compress(twice, mtime=0), RATIO, "64 MiB in gzip in gzip in gzip")


# --- archives
def zip_of(content, method=zipfile.ZIP_DEFLATED, name="data.pkl"):
    return honest_zip({name: content}, method)


add("bomb_bzip2.zip", zip_of(zeros(1 << 26), zipfile.ZIP_BZIP2), RATIO, "64 MiB in a bzip2 member of a zip")
add("bomb_nested.zip", zip_of(zip_of(zip_of(zeros(1 << 26)))), RATIO, "64 MiB in a zip in a zip in a zip")
add("bomb_gzip.zip", zip_of(gzip.compress(zeros(1 << 26), mtime=0)), RATIO, "64 MiB in a gzip stream in a deflated member")
add("bomb_zip.gz", gzip.compress(zip_of(zeros(1 << 26)), mtime=0), RATIO, "64 MiB in a zip in a gzip stream")
doubles = io.BytesIO()
np.save(doubles, np.zeros(1 << 23))
add("bomb_nested.npz", zip_of(zip_of(doubles.getvalue(), name="a.npy"), name="b.npy"), RATIO, "64 MiB of doubles in an .npz in an .npz")
add("bomb_many.zip", honest_zip({str(k): bytes(1 << 20) for k in range(64)}, zipfile.ZIP_BZIP2), RATIO,
    "64 members of 1 MiB, each of some 50 bytes")
declares = {"size": 1 << 31}
add("bomb_declared.zip", crafted_zip([Entry(b"a", b"x" * 100, 8, local=declares, central=declares)]), RATIO, "a member declares 2 GiB")
quine_like = zip_of(b"")
for _ in range(8):
    quine_like = zip_of(quine_like)
add("bomb_deep.zip", quine_like, "limit limit.depth", "nine zips in one another")


def overlapping(count, kernel):
    """A quadratic bomb (David Fifield, 2019): every member is all local headers behind its own, quoted, and the kernel."""
    stored = deflated(kernel)
    content, files = kernel, []
    data = stored
    for k in range(count):
        name = b"%04d" % (count - k)
        local = {"version": 20, "method": 8, "crc": zlib.crc32(content), "stored": len(data), "size": len(content), "name_size": len(name)}
        files.append((name, local))
        whole = header(b"PK\3\4", LOCAL, local) + name
        data = b"\x00" + struct.pack("<HH", len(whole), len(whole) ^ 0xFFFF) + whole + data
        content = whole + content
    data = data[5:]
    out, directory = data, b""
    for name, local in reversed(files):
        begin = out.index(header(b"PK\3\4", LOCAL, local) + name)
        directory += header(b"PK\1\2", CENTRAL, {"made_by": 20, "begin": begin, **local}) + name
    end = {"entries_here": count, "entries": count, "directory_size": len(directory), "directory": len(out)}
    return out + directory + header(b"PK\5\6", END, end)


add("bomb_overlap.zip", overlapping(40, bytes(20000)), "malformed zip.overlap", "40 members that share one stream of 20 kB")
add("bomb_overlap_large.zip", overlapping(200, bytes(1 << 20)), RATIO, "200 members that share one stream of 1 MiB")

# --- .skops
def with_coef(content, shape_text=None):
    """A Ridge whose coef_ is this .npy, or one that declares another shape."""
    model = ridge()
    writer = Writer({id(model.coef_): node("NdArrayNode", "numpy", "ndarray", type="numpy", file="7.npy", __id__=7)})
    root = writer.node(model)
    members = {**writer.members, "7.npy": content, "schema.json": schema_text(root).encode()}
    return crafted_zip([Entry(name.encode(), data, 8) for name, data in members.items()])


small = io.BytesIO()
np.save(small, np.zeros(2))
declared = small.getvalue().replace(b"(2,), }" + b" " * 9, b"(134217728,), }" + b" ")
assert len(declared) == len(small.getvalue())
add("bomb_npy.skops", with_coef(doubles.getvalue()[:128 + (1 << 23)].replace(b"8388608", b"1048576")), "invalid state.rule",
    "8 MiB of coefficients in 8 kB, for two features")
add("bomb_shape.skops", with_coef(declared), "malformed numpy.array", "an array declares 1 GiB and has 16 bytes")
again = [node("NdArrayNode", "numpy", "ndarray", type="numpy", file="7.npy", __id__=k) for k in range(300)]
million = io.BytesIO()
np.save(million, np.zeros(1 << 18))
schema = schema_text(sequence("list", again)).encode()
add("bomb_member.skops", crafted_zip([Entry(b"7.npy", million.getvalue(), 8), Entry(b"schema.json", schema, 8)]),
    "malformed skops.unfolds", "300 arrays of one member of 2 MiB")
zero = ridge(coef_=np.zeros(1 << 20), n_features_in_=1 << 20)
add("good_large.skops", skops(zero), "", "nothing is wrong: a million coefficients of 0, 8 MiB in 8 kB")
add("good_large.joblib", gzip.compress(joblibbed(zero), mtime=0), "", "nothing is wrong: a million coefficients of 0, 8 MiB in 8 kB")
deep = text("1")
for _ in range(400):
    deep = sequence("list", [deep])
add("bomb_depth.skops", crafted_zip([Entry(b"schema.json", schema_text(deep).encode(), 8)]), "limit limit.depth",
    "400 lists in one another")
