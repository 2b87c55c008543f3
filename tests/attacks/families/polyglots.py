"""One format for another, two in one file, and formats that pratique knows by name only."""
import gzip
import io
import struct
import tarfile
import zlib

from .archives import Entry, crafted_zip, honest_zip
from .prq import good_prq
from .rows import DANGEROUS, EXEC, GOOD, Calls, add, dumped
from .zips import GOOD_SKOPS

ZIP = honest_zip({"model.pkl": EXEC})
TEXT = dumped(Calls(), 0)  # has no PROTO, so that it can stand behind other opcodes
TRAILING, FOREIGN, UNSEEN = "malformed pickle.trailing", "unsupported format.foreign", "unsupported format.unknown"

for ending in ("prq", "skops", "txt", "onnx", "safetensors", "h5", "gguf", "json", "png", "npy", "bin", "pt", "keras", "zip"):
    add(f"named.{ending}", EXEC, DANGEROUS, f"a pickle that calls os.system is named .{ending}")
for ending, content in (("pkl", good_prq()), ("joblib", GOOD_SKOPS), ("prq", GOOD_SKOPS), ("skops", GOOD)):
    add(f"named_otherwise.{ending}", content, "", f"a good model of another kind is named .{ending}: the content tells")

# --- two in one
PRQ = good_prq()
PRQ_TRAILING = "malformed container.trailing"
for name, content, result, sentence in (
        ("prq_magic_pickle.prq", b"\x40\x00\x00\x00\x08\x00\x00\x00PRTQ" + EXEC, "malformed", "a pickle behind the first bytes of a .prq"),
        ("prq_pickle.prq", PRQ + EXEC, PRQ_TRAILING, "a pickle follows a good .prq"),
        ("prq_zip.prq", PRQ + ZIP, PRQ_TRAILING, "a zip follows a good .prq: readers of zips begin at the end"),
        ("prq_skops.prq", PRQ + GOOD_SKOPS, PRQ_TRAILING, "a good .skops follows a good .prq"),
        ("prq_prq.prq", PRQ + PRQ, PRQ_TRAILING, "a second .prq follows"),
        ("zip_prq.zip", ZIP + PRQ, "malformed zip.end", "a good .prq follows a zip"),
        ("skops_prq.skops", GOOD_SKOPS + PRQ, "malformed zip.end", "a good .prq follows a good .skops"),
        ("pickle_prq.pkl", GOOD + PRQ, TRAILING, "a good .prq follows a good pickle"),
        ("pickle_skops.pkl", GOOD + GOOD_SKOPS, TRAILING, "a good .skops follows a good pickle"),
        ("prefix_prq.pkl", b"C\x0eXXXXXXPRTQXXXX" + EXEC, DANGEROUS, "the magic of a .prq is inside the first bytes of a pickle"),
        ("trailing_pickle.pkl", GOOD + EXEC, DANGEROUS, "a second pickle follows a good one"),
        ("trailing_good.pkl", EXEC + GOOD, DANGEROUS, "a good pickle follows one that calls"),
        ("trailing_zip.pkl", GOOD + ZIP, TRAILING, "a zip follows a good pickle"),
        ("trailing_gzip.pkl", gzip.compress(GOOD, mtime=0) + gzip.compress(EXEC, mtime=0), DANGEROUS, "a second gzip member follows"),
        ("trailing_zlib.joblib", zlib.compress(GOOD) + b"\0", "malformed codec.trailing", "a byte follows a zlib stream"),
        ("trailing_zlib_pickle.joblib", zlib.compress(GOOD) + EXEC, "malformed codec.trailing", "a pickle follows a zlib stream"),
        ("trailing_newline.pkl", GOOD + b"\n", TRAILING, "a newline follows a good pickle"),
        ("pk_pickle.pkl", b"PK\3\4\n" + EXEC, "malformed zip.end", "PK stands before a pickle"),
        ("png_pickle.png", b"\x89PNG\r\n\x1a\n" + EXEC, "unsupported format.not_a_model",
         "the magic of PNG stands before a pickle: Python's unpickler stops there"),
        ("gif_pickle.gif", b"GIF89a\0\0\0" + TEXT, DANGEROUS, "the magic of GIF is a float, and a pickle follows"),
        ("gguf_pickle.gguf", b"GGUF\3\0\0\0\0" + TEXT, DANGEROUS, "the magic of GGUF is a float, and a pickle follows"),
        ("catboost_pickle.cbm", b"CBM1" + bytes(64) + TEXT, DANGEROUS, "the magic of CatBoost is a short bytes, and a pickle follows"),
        ("tflite_pickle.tflite", b"C\x0e\0\0TFL3" + bytes(8) + TEXT, DANGEROUS,
         "the magic of TensorFlow Lite is inside a short bytes, and a pickle follows"),
        ("webp_pickle.webp", b"C\x0aRIFF\0\0WEBP" + TEXT, DANGEROUS, "the magic of WebP is inside a short bytes, and a pickle follows"),
        ("safetensors_pickle.safetensors", b"X\x20\0\0\0\0\0\0{" + bytes(28) + TEXT + b" " * 100, DANGEROUS,
         "the header of safetensors is inside a text, and a pickle follows"),
        ("tar_pickle.tar", b"cos\nsystem\n(S'id'\ntR." + bytes(235) + b"ustar" + bytes(250), DANGEROUS,
         "the name of a tar's first file is a pickle"),
        ("csv_pickle.csv", b"cos\nsystem\n(S'id'\ntR.", DANGEROUS, "a pickle in plain text"),
        ("html_pickle.html", b"(S'<html>'\np0\n0cos\nsystem\n(S'id'\ntR.", DANGEROUS, "a pickle that begins like a web page"),
):
    add(name, content, result, sentence)

# --- PyTorch's zips, in which scanners saw less than PyTorch did
for name, fields, result, sentence in (
        ("encrypted", {"local": {"flags": 1}, "central": {"flags": 1}}, FOREIGN,
         "a pickle that says it is encrypted, which PyTorch does not ask: not checked, and not accepted"),
        ("crc", {"local": {"crc": 1}, "central": {"crc": 1}}, "malformed zip.crc", "a wrong CRC-32, which PyTorch does not check"),
        ("local_name", {"local_name": b"archive/data.txt"}, "malformed zip.header", "the local header has another name than the directory"),
        ("descriptor", {"local": {"flags": 8, "crc": 0, "stored": 0, "size": 0}, "central": {"flags": 8}, "after": bytes(16)}, DANGEROUS,
         "sizes stand behind the pickle"),
        ("version", {"local": {"version": 63}, "central": {"version": 63}}, DANGEROUS, "a version of zip that scanners do not read"),
):
    add(f"torch_{name}.pt", crafted_zip([Entry(b"archive/data.pkl", EXEC, **fields)]), result, f"PyTorch: {sentence}")
add("torch_other_member.pt", honest_zip({"archive/data.pkl": b"\x80\x02}.", "archive/notes.txt": EXEC}), DANGEROUS,
    "PyTorch: the pickle that calls is not data.pkl")

# --- broken, or nothing
for name, content, result, sentence in (
        ("cut.pkl", GOOD[:-20], "malformed pickle.truncated", "the last bytes are gone"),
        ("cut.joblib", zlib.compress(GOOD)[:-6], "malformed", "the last bytes of a zlib stream are gone"),
        ("cut.gz", gzip.compress(GOOD, mtime=0)[:-3], "malformed codec.gzip", "the last bytes of a gzip stream are gone"),
        ("checksum.joblib", zlib.compress(GOOD)[:-1] + b"\0", "malformed codec.zlib", "the checksum of a zlib stream is wrong"),
        ("empty.pkl", b"", "unsupported format.empty", "nothing at all is not checked, and not accepted"),
        ("noise.pkl", bytes(128 + (k * k * 7 + k) % 127 for k in range(64)), UNSEEN, "noise is not checked, and not accepted"),
        ("zfile_length.joblib", b"ZF" + hex(2**62).ljust(19).encode() + zlib.compress(EXEC), DANGEROUS,
         "a z-file declares 2^62 bytes"),
        ("zfile_header.joblib", b"ZF0xzz" + b" " * 15 + zlib.compress(EXEC), DANGEROUS, "a z-file's length is no number"),
):
    add(name, content, result, sentence)


# --- known by name
def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue().rstrip(b"\0") + bytes(1024)


def safetensors(length, header, data=b""):
    return struct.pack("<Q", length) + header + data


HEADER = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
for name, content, result, sentence in (
        ("huge.safetensors", safetensors(2**64 - 1, HEADER, bytes(4)), UNSEEN, "a header of 2^64 - 1 bytes"),
        ("good.safetensors", safetensors(len(HEADER), HEADER, bytes(4)), FOREIGN, "a good one is not checked, and not accepted"),
        ("appended.safetensors", safetensors(len(HEADER), HEADER, bytes(4)) + EXEC, FOREIGN,
         "a pickle follows a good one: not checked, and not accepted"),
        ("tar.tar", tar({"model.pkl": EXEC}), "unsupported", "a pickle in a tar, which is not looked into"),
        ("tar.tar.gz", gzip.compress(tar({"model.pkl": EXEC}), mtime=0), "unsupported",
         "a pickle in a tar in a gzip stream, which is not looked into"),
        ("sevenzip.7z", b"7z\xbc\xaf\x27\x1c\0\4" + EXEC, FOREIGN, "a 7z archive, which is not looked into"),
        ("rar.rar", b"Rar!\x1a\7\1\0" + EXEC, FOREIGN, "a RAR archive, which is not looked into"),
        ("zstd.zst", b"\x28\xb5\x2f\xfd\x20" + bytes([len(EXEC)]) + struct.pack("<I", len(EXEC) << 3 | 1)[:3] + EXEC, FOREIGN,
         "a pickle in a zstd stream, which joblib does not read: not looked into"),
        ("hdf5.h5", b"\x89HDF\r\n\x1a\n" + bytes(8) + EXEC, FOREIGN, "HDF5 is not checked, and not accepted"),
        ("onnx.onnx", b"\x08\x08\x12\x07pytorch" + EXEC, FOREIGN, "ONNX is not checked, and not accepted"),
        ("xgboost.json", b'{"learner":{"gradient_booster":{}},"version":[2,0,0]}', "invalid state.type", "XGBoost's JSON without a model in it"),
        ("catboost.pkl", b"\x80\2ccatboost.core\nCatBoostClassifier\n)\x81}U\x07__modelU\4CBM1sb.", "unsupported type.unsupported",
         "a model of CatBoost in a pickle, which is named and not read"),
        ("xgboost_deep.json", b'{"learner":{"attributes":' + b"[" * 5000, "invalid state.type", "XGBoost's JSON, nested deep"),
        ("xgboost_length.ubj", b"{L" + bytes(7) + b"\7learner{L" + bytes(7) + b"\nattributes[$d#L\x7f" + b"\xff" * 7, "invalid state.type",
         "XGBoost's UBJSON with a list of 2^63 - 1 numbers"),
        ("lightgbm_leaves.txt", b"tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\nobjective=regression\n"
         b"feature_names=a\nfeature_infos=none\n\n"
         b"Tree=0\nnum_leaves=2147483647\nnum_cat=2147483647\nleaf_value=1\n\nend of trees\n", "invalid state.type",
         "LightGBM's text with a tree of 2^31 - 1 leaves"),
        ("torchscript.pt", honest_zip({"m/constants.pkl": b"\x80\x02).", "m/code/__torch__.py": b"import os\n", "m/data.pkl": EXEC}),
         DANGEROUS, "TorchScript whose data calls os.system"),
        ("keras.keras", honest_zip({"config.json": b"{}", "metadata.json": b"{}", "model.weights.h5": EXEC}), DANGEROUS,
         "a pickle in the place of Keras's weights"),
        ("torch_text.zip", honest_zip({"readme.txt": b"cos\nsystem\n(S'id'\ntR."}), DANGEROUS, "a pickle in plain text in a zip"),
        ("zip_prefix.zip", EXEC + ZIP, DANGEROUS, "a pickle stands before a zip"),
        ("zip_gap.zip", ZIP[:-22 - 55] + EXEC + ZIP[-22 - 55:], "malformed", "a pickle stands in a zip, in no member"),
        ("zip_comment.zip", ZIP[:-2] + struct.pack("<H", len(EXEC)) + EXEC, DANGEROUS, "a zip with a comment, and a member that calls"),
        ("zip_two.zip", ZIP + honest_zip({"a.txt": b"x"}), "malformed", "two zips, of which readers see the first or the second"),
):
    add(name, content, result, sentence)
