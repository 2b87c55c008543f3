"""Every payload in every container and compression, by composition.

The payloads: a call of os.system, a call of a function that nobody knows, a tree that lies. What a mere container holds is
looked at for calls and not read as a model: there a lying tree leaves the file unchecked.
"""
import bz2
import gzip
import io
import lzma
import sys
import types
import zipfile
import zlib

import lz4.frame
import numpy as np

from .archives import honest_zip
from .lies import lying
from .rows import DANGEROUS, RULE, UNKNOWN_CALL, Calls, add, dumped, joblibbed
from .skops_file import node, sequence, skops, text
from .trees import TREE, TREES, crafted, crafted_joblib

stranger = types.ModuleType("stranger")
sys.modules["stranger"] = stranger
stranger.function = type("function", (), {"__module__": "stranger", "__qualname__": "function"})
LIE = TREES["child_out_of_range"][0]
STATE = np.arange(3.0)  # an array beside the call, so that joblib writes its wrapper first


class Payload:
    def __init__(self, name, result, sentence, save, save_joblib, value, skops_file):
        self.name, self.result, self.sentence, self.skops = name, result, sentence, skops_file
        self.pickle, self.joblib, self.value = save, save_joblib, value


def calling(name, result, sentence, calls, module, cls):
    def reduced():
        constructed = node("ConstructorFromReduceNode", module, cls, content=sequence("tuple", [text('"id"')]))
        return skops(calls, special={id(calls): constructed})
    return Payload(name, result, sentence, lambda protocol=4: dumped(calls, protocol), lambda: joblibbed([STATE, calls]), calls, reduced)


PAYLOADS = (
    calling("exec", DANGEROUS, "os.system is called", Calls(), "os", "system"),
    calling("unknown", UNKNOWN_CALL, "a function that nobody knows is called", Calls(stranger.function, ()), "stranger", "function"),
    Payload("tree", RULE, "a decision tree has a child that is no node", lambda protocol=4: crafted(LIE, protocol=protocol),
            lambda: crafted_joblib(LIE), TREE, lambda: skops(TREE, change=LIE)),
)


def object_array(payload):
    array = np.empty(2, dtype=object)
    array[0] = payload.value
    return array


def joblib_of_objects(payload):
    with lying(LIE):
        return joblibbed(object_array(payload))


def npy_of_objects(payload):
    out = io.BytesIO()
    with lying(LIE):
        np.save(out, object_array(payload), allow_pickle=True)
    return out.getvalue()


def zfile(content):
    return b"ZF" + hex(len(content)).ljust(19).encode() + zlib.compress(content)


def gz(content):
    return gzip.compress(content, mtime=0)


def zipped(content, method=zipfile.ZIP_STORED, name="model.pkl"):
    return honest_zip({name: content}, method)


def torch_stream(content):
    """What torch.save wrote before 1.6: three pickles of its own, the object's, and the keys of its storages."""
    header = dumped(0x1950A86A20F9469CFC6C, 2) + dumped(1001, 2) + dumped({"protocol_version": 1001, "little_endian": True}, 2)
    return header + content + dumped([], 2)


# name: (ending, what makes it, whether pratique reads the payload as a model)
CONTAINERS = {
    "p0": ("pkl", lambda p: p.pickle(0), True), "p1": ("pkl", lambda p: p.pickle(1), True),
    "p2": ("pkl", lambda p: p.pickle(2), True), "p3": ("pkl", lambda p: p.pickle(3), True),
    "p4": ("pkl", lambda p: p.pickle(4), True), "p5": ("pkl", lambda p: p.pickle(5), True),
    "joblib": ("joblib", lambda p: p.joblib(), True),
    "joblib_objects": ("joblib", joblib_of_objects, False),
    "zlib": ("joblib", lambda p: zlib.compress(p.joblib()), True), "gzip": ("joblib", lambda p: gz(p.joblib()), True),
    "bz2": ("joblib", lambda p: bz2.compress(p.joblib()), True), "xz": ("joblib", lambda p: lzma.compress(p.joblib()), True),
    "lzma": ("joblib", lambda p: lzma.compress(p.joblib(), format=lzma.FORMAT_ALONE), True),
    "lz4": ("joblib", lambda p: lz4.frame.compress(p.joblib()), True), "zfile": ("joblib", lambda p: zfile(p.joblib()), True),
    "zip_stored": ("zip", lambda p: zipped(p.pickle()), False),
    "zip_deflate": ("zip", lambda p: zipped(p.pickle(), zipfile.ZIP_DEFLATED), False),
    "zip_bzip2": ("zip", lambda p: zipped(p.pickle(), zipfile.ZIP_BZIP2), False),
    "zip_lzma": ("zip", lambda p: zipped(p.pickle(), zipfile.ZIP_LZMA), False),
    "npz": ("npz", lambda p: zipped(npy_of_objects(p), name="arr_0.npy"), False),
    "npy": ("npy", npy_of_objects, False),
    "torch_zip": ("pt", lambda p: honest_zip({"archive/data.pkl": p.pickle(2), "archive/version": b"3\n"}), False),
    "torch_stream": ("pt", lambda p: torch_stream(p.pickle(2)), False),
    "skops": ("skops", lambda p: p.skops(), True),
    "gzip_in_zip": ("zip", lambda p: zipped(gz(p.pickle())), False),
    "zip_in_zip": ("zip", lambda p: zipped(zipped(p.pickle())), False),
    "zip_gz": ("gz", lambda p: gz(zipped(p.pickle())), False),
    "gzip_gzip": ("gz", lambda p: gz(gz(p.pickle())), False),
    "bz2_xz": ("bz2", lambda p: bz2.compress(lzma.compress(p.pickle())), False),
}
for container, (ending, make, is_read) in CONTAINERS.items():
    for payload in PAYLOADS:
        result = payload.result if is_read or payload.name != "tree" else "unsupported"
        add(f"in_{container}_{payload.name}.{ending}", make(payload), result, f"{payload.sentence}; container: {container}")
