"""What other readers find in a file: zipfile from its end, tarfile by a sum, lzma without a magic, pyarrow and shelve in a table,
XGBoost and LightGBM wherever they look."""
import base64
import gzip
import lzma
import sqlite3
import struct
import zlib

import numpy as np

from .archives import honest_zip
from .prq import prq, ridge_object, ridge_state
from .rows import DANGEROUS, EXEC, GOOD, add, dumped, joblibbed, ridge

CALL = b"cos\nsystem\n(S'id'\ntR."
UNREAD, POLYGLOT = "unsupported format.foreign", "malformed format.polyglot"


# --- compressed streams that do not begin as joblib writes them
def alone(content, properties, dictionary):
    """The older format of LZMA, which has no magic: properties, the dictionary's size, the content's."""
    filters = [{"id": lzma.FILTER_LZMA1, "lc": properties % 9, "lp": properties // 9 % 5, "pb": properties // 45, "dict_size": 4096}]
    return struct.pack("<BIQ", properties, dictionary, len(content)) + lzma.compress(content, format=lzma.FORMAT_RAW, filters=filters)


add("reader_lzma_icon.xz", alone(CALL, 0, 256), DANGEROUS, "a stream of LZMA whose properties and dictionary are the magic of an icon: pandas reads it")
add("reader_lzma_font.xz", alone(CALL, 0, 1), DANGEROUS, "a stream of LZMA that begins as a font does")
add("reader_lzma_text.xz", alone(b"Dear reader,\n", 0, 256), UNREAD, "such a stream of text: not looked at further")
SKIPPED = struct.pack("<II", 0x184D2A50, 4)
ZSTD = b"\x28\xb5\x2f\xfd\x20" + bytes([len(CALL)]) + struct.pack("<I", len(CALL) << 3 | 1)[:3] + CALL
add("reader_skipped_webp.zst", SKIPPED + b"WEBP" + ZSTD, UNREAD, "a frame that zstd skips holds the name of WebP where it is looked for")
add("reader_skipped_wave.zst", SKIPPED + b"WAVE" + ZSTD, UNREAD, "the same with WAVE")


# --- tars that only Python's tarfile takes for one
def tar(name, content, signed, write, fill=b"\0"):
    header = bytearray(fill * 512)
    for at, field in ((0, name), (100, b"0000644"), (108, b"0000000"), (116, b"0000000"), (124, b"%011o" % len(content)), (136, b"0" * 11), (156, b"0")):
        header[at:at + len(field)] = field
    signs = np.frombuffer(bytes(header[:148] + header[156:]), np.int8 if signed else np.uint8)
    header[148:156] = write(256 + int(signs.astype(np.int64).sum()))
    return bytes(header) + content + fill * (-len(content) % 512)


LATIN = "GIF89a" + "é" * 20
for key, signed, write, sentence in (
        ("signed", True, lambda n: b"%06o\0 " % n, "its sum is of bytes with signs"),
        ("nul", False, lambda n: b"%06o\0" % n + b"7", "a digit stands behind the NUL that ends its sum"),
        ("binary", False, lambda n: b"\x80" + n.to_bytes(7, "big"), "its sum is binary"),
        ("minus", True, lambda n: b"%07o\0" % n if n >= 0 else b"-%06o\0" % -n, "its sum is negative")):
    name = (LATIN if key != "minus" else "GIF89a" + "é" * 45).encode()
    add(f"reader_tar_{key}.gif", tar(name, CALL, signed, write) + bytes(1024), UNREAD, f"a tar that begins as an image does: {sentence}")
add("reader_tar_text.txt", tar("é, text".encode(), CALL, True, lambda n: b"%06o  " % n, b" "), UNREAD, "a tar of text alone, with spaces for NUL")


# --- tables in which programs look for pickles
def shelf():
    """What Python 3.13's shelve writes (dbm.sqlite3), with the least page and without the library's version."""
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA page_size = 512")
    database.execute("CREATE TABLE Dict (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL)")
    database.execute("INSERT INTO Dict VALUES (?, ?)", (b"model", EXEC))
    database.commit()
    content = bytearray(database.serialize())
    content[92:100] = bytes(8)
    return bytes(content)


add("reader_shelf.db", shelf(), UNREAD, "a shelf: SQLite's tables of pickles")
# Written by pyarrow 26: a column without rows, whose metadata name arrow.py_extension_type and a pickle that calls.
TABLES = {
    "feather": (
        "eNrtUL0OgkAMLgbxQhiIwejg4GCCE5GVjScwwUE3QuQGBn7CXaK8maNvpt8dh5OPYJP2rk2/72ubZtnpEhO9YTuLyCdlLnnk0JwYfjDLRk7IGKJtIsrwje5f4mVA"
        "LHSfTwEqGjgLEF8aO3GPuAI+g18N1xP6e/NfwW+tcMUgJK/dwzmsytCVWWT0UjVzwh+SN6Jqm6TmsigLqSih4+kJld7Et1Z6fd/eo27Iv7BcDh2n4AdfU9R84mLY"
        "iZmx1avuRGYXD2hHd/l6b6W21fVRd7L/3YiOlumPP67SXIc="),
    "parquet": (
        "eNpFUstOwkAUHSshLtyoadMmlbCBxEQQkJJg4uK22gLyLNJCd2VaqfKqIDTwDX6KH+nMVPAs7rT3nPs4nXbBLPIJHvFckwR0iRDiE9KtgsTkGgf+3OU5wmU48cTN"
        "pJo/V2cXRCEgSZbkLJJ5TsqgpERInhOQIAupLMqe3chxR6qUBZIQUqRAPAfT7NgPcVvx+/SOYgcqAPQgxgtABOoEdIAJaBOWU4mgRR80gDpL/J8EzzSM/ur7tJjo"
        "DAAMT38ineZjqBDQUYyhukOTGJQyno+UfUxqZbpq4/gOFhtaqu61RVvB9+Zs3FsuBzsvdDT84un1DeUNtp7eH0yrw87cKnuGtcGl2Xb8EX45QzNwDL0wip3XmW92"
        "MtPT42oqpiHAi8bW2ymRb1Vnfo3MW7TDcUl582qzyOnBgG1mNfqvRVxxhkHBsZW9a1c3nbkSjO3BwW+L9lej+PvFdti8RySmQ3f1ufG/cjgMc+5qtYzSW3+1fl8u"
        "0qVKvpAvSrJMLvSa3GqX/DO/3lCPxA=="),
}
for ending, content in TABLES.items():
    add(f"reader_pickled_type.{ending}", zlib.decompress(base64.b64decode(content)), UNREAD,
        "a column's type is a pickle: pyarrow before 14.0.1 loads it with the table")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
add("reader_pickled_type.png", PNG + b"arrow.py_extension_type" + bytes(9) + b"PAR1", UNREAD,
    "an image that ends as such a table does, which is where pyarrow begins")
add("reader_shelf_index.dir", b"'k', (0, 22)\n", UNREAD, "the index of a shelf, whose pickles are in the text beside it")
add("reader_r_text.rda", b"RDA3\nA\n3\n262658\n197888\n5\nUTF-8\n", UNREAD, "objects of R as text")

# --- streams of text with an archive behind what is looked at first, or behind the stream
LONG = b"a,b\n1,2\n" * (1 << 14)
ARCHIVE = honest_zip({"m": CALL})
for ending, compress in (("gz", lambda content: gzip.compress(content, mtime=0)), ("xz", lzma.compress),
                         ("lzma", lambda content: lzma.compress(content, lzma.FORMAT_ALONE))):
    add(f"reader_zip_far.csv.{ending}", compress(LONG + ARCHIVE), "unsupported format.unknown", "a stream of 128 KiB of text, and a zip with a pickle that calls behind it")
add("reader_hdf5_far.csv.gz", gzip.compress(LONG + b"\x89HDF\r\n\x1a\n", mtime=0), UNREAD, "the signature of HDF5 behind 128 KiB of text in a stream")
add("reader_zip_behind.csv.gz", gzip.compress(b"a,b\n", mtime=0) + ARCHIVE, "malformed codec.trailing",
    "a zip with a pickle that calls stands behind a stream of text")
add("reader_long.csv.gz", gzip.compress(LONG, mtime=0), "unsupported format.not_a_model", "a long stream of text alone")

# --- models of other libraries' own formats, laid out as nobody writes them and their readers read them
LEARNER = '{"gradient_booster":{},"learner_model_param":{}}'
add("reader_xgboost_padded.json", ('{"a":"' + "x" * 5000 + '","learner":' + LEARNER + ',"version":[2,0,0]}').encode(), "invalid",
    "an XGBoost model behind 5,000 other characters")
add("reader_xgboost_escaped.json", ('{"\\u006cearner":' + LEARNER.replace("gradient", "\\u0067radient").replace("learner", "le\\u0061rner")
                                    + ',"version":[2,0,0]}').encode(), "invalid", "an XGBoost model whose keys are escaped")
add("reader_xgboost_form_feed.json", ('\f{"learner":' + LEARNER + ',"version":[2,0,0]}').encode(), "invalid",
    "a form feed stands before an XGBoost model: its reader skips it")
add("reader_lightgbm_order.txt", b"tree\nnum_class=1\nversion=v4\nmax_feature_idx=0\n", "invalid", "a LightGBM model whose lines are in another order")
add("reader_xgboost_no_model.json", b'{"a":{"learner":{"gradient_booster":{}}}}\n{"learner":1}\n{"gradient_booster":1}\n', "unsupported format.not_a_model",
    "the keys of an XGBoost model at other places: rows of JSON")

LIGHT = (b"tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\nobjective=regression\nfeature_names=a\n"
         b"feature_infos=none\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0\ndecision_type=2\nleft_child=-1\nright_child=-2\n"
         b"leaf_value=1 2\nis_linear=0\nshrinkage=1\n\n\nend of trees\n")
add("reader_lightgbm.txt", LIGHT, "", "a LightGBM model of one tree")
for key, what, by, result, sentence in (
        ("return", b"label_index=0", b"label_index=0\raverage_output", "invalid", "a carriage return ends a line for its reader, which averages"),
        ("equals", b"label_index=0", b"label_index=0\n=average_output", "unsupported", "its reader drops the `=` in front of a key"),
        ("lines", b"Tree=0\n", b"Tree=0\n" + b"".join(b"x%d=1\n" % i for i in range(22)), "unsupported", "its reader takes 22 lines of a tree"),
        ("joined", b"threshold=0\n", b"threshold=0\nx\nthreshold=1\n", "unsupported", "to its reader a line without `=` is a part of the next key"),
        ("twice", b"threshold=0\n", b"threshold=0\nthreshold=1\n", "invalid", "a key stands twice"),
        ("classes", b"num_class=1", b"num_class=3", "invalid", "its reader gives three scores a row, of one that is summed"),
        ("root", b"=regression", b"=huber sqrt", "unsupported", "its reader takes no square of huber's scores")):
    assert what in LIGHT
    add(f"reader_lightgbm_{key}.txt", LIGHT.replace(what, by), result, "a LightGBM model: " + sentence)


def xgboost(tree='"id":0,"default_left":[0,0,0]', model='"iteration_indptr":[0,1]', base='"base_score":"5E-1"'):
    return ('{"learner":{"learner_model_param":{"num_feature":"1",' + base + '},"objective":{"name":"reg:squarederror"},"gradient_booster":'
            '{"name":"gbtree","model":{' + model + ',"trees":[{"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[0,0,0],'
            '"split_conditions":[0.0,1.0,2.0],' + tree + '}],"tree_info":[0]}}},"version":[3,2,0]}').encode()


add("reader_xgboost.json", xgboost(), "", "an XGBoost model of one tree")
for key, change, sentence in (
        ("twice", {"base": '"base_score":"5E-1","base_score":"2"'}, "a key stands twice: its readers of JSON and of UBJSON take another one"),
        ("begin", {"model": '"iteration_indptr":[1,1]'}, "its iterations begin behind the tree: its reader sums none"),
        ("end", {"model": '"iteration_indptr":[0,0]'}, "its iterations end before the tree"),
        ("missing", {"tree": '"id":0,"default_left":[2,0,0]'}, "the way of what is missing is 2, of which its reader takes the last bit"),
        ("id", {"tree": '"id":1,"default_left":[0,0,0]'}, "its reader places trees by their ids"),
        ("parents", {"tree": '"id":0,"default_left":[0,0,0],"parents":[2147483647,0,1]'}, "a parent is another node than that whose child it is"),
        ("nodes", {"tree": '"id":0,"default_left":[0,0,0],"categories_nodes":[1]'}, "categories of a node that splits by none: its reader crashes")):
    add(f"reader_xgboost_{key}.json", xgboost(**change), "invalid", "an XGBoost model: " + sentence)

# --- what is a model and a zip, a tar or HDF5: whoever opens it so finds what was not checked
ZIP = honest_zip({"m": CALL})


def numbers(content, front=b""):
    """Finite doubles with `content` in them, up to their end."""
    for pad in range(8):
        whole = front + bytes(pad) + content
        values = np.frombuffer(whole + bytes(-len(whole) % 8), "<f8")
        if np.isfinite(values).all():
            return values
    raise AssertionError


HIDDEN = ridge(coef_=numbers(ZIP), n_features_in_=len(numbers(ZIP)))
add("reader_zip_in.pkl", dumped(HIDDEN), POLYGLOT, "the coefficients of a good model are a zip with a pickle that calls")
add("reader_zip_in.joblib", joblibbed(HIDDEN), POLYGLOT, "the same by joblib")
add("reader_zip_in_text.pkl", dumped(HIDDEN, 0), POLYGLOT, "the same by protocol 0, which writes no byte as it is: the .prq of it would be a zip")
EXTRA = struct.pack("<H", len(ZIP)) + ZIP
PLAIN_GZIP = gzip.compress(GOOD, mtime=0)
add("reader_zip_in_header.gz", PLAIN_GZIP[:3] + b"\4" + PLAIN_GZIP[4:10] + EXTRA + PLAIN_GZIP[10:], POLYGLOT,
    "the header of a gzip stream has a zip in it, and a good model follows")


def tar_pickle(content):
    """A good model behind a text of 1,024 bytes, which makes the front the header of a tar and its first file."""
    front = b"\x80\x04X" + struct.pack("<I", 1024 - 8)
    whole = tar(front, content, False, lambda n: b"%06o\0 " % n, b" ")
    return whole[:1023] + b"0" + GOOD[2:]


add("reader_tar_front.pkl", tar_pickle(CALL.ljust(512 - 1)), POLYGLOT, "the first value of a good pickle is the header of a tar, and its file")
SIGNATURE = b"\x89HDF\r\n\x1a\n"
WIDE = dumped(ridge(coef_=np.zeros(600), n_features_in_=600))
add("reader_hdf5_at.pkl", WIDE[:1024] + SIGNATURE + WIDE[1032:], POLYGLOT, "the signature of HDF5 stands at 1,024 in the coefficients of a good model")


def ridge_prq(coef):
    return prq([ridge_object(ridge_state(n_features=len(coef), coef=tuple(coef)))])


def with_signature():
    coef = np.arange(1.0, 601.0)
    at = int(np.frombuffer(ridge_prq(coef)[1024:1032], "<f8")[0]) - 1  # the coefficient that stands there
    coef[at] = np.frombuffer(SIGNATURE, "<f8")[0]
    return ridge_prq(coef)


IN_PRQ = "malformed container.polyglot"
add("reader_zip_in.prq", ridge_prq(numbers(ZIP)), IN_PRQ, "the coefficients of a good .prq are a zip with a pickle that calls")
add("reader_hdf5_at.prq", with_signature(), IN_PRQ, "a coefficient of a good .prq is the signature of HDF5, at 1,024")
