"""Calls: other means than os.system, names that nobody calls, and calls inside good models."""
import functools
import importlib
import operator
import pkgutil
import subprocess
import sys
import types

import joblib
import numpy as np
import pandas as pd
import scipy.stats
import skops.io
from pandas.core.indexes.base import _new_Index
from sklearn.linear_model import Ridge
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree._tree import Tree

from .rows import DANGEROUS, UNKNOWN, UNKNOWN_CALL, Calls, add, dumped, joblibbed, os, ridge

objects = np.array([Calls(), None], dtype=object)
add("call_in_parameter.pkl", dumped(ridge(random_state=Calls())), DANGEROUS, "a good model whose random_state calls")
add("call_in_parameter.joblib", joblibbed(ridge(random_state=objects)), DANGEROUS,
    "a good model whose random_state is an object array that calls")
add("call_in_bundle.pkl", dumped({"model": ridge(), "notes": Calls()}), DANGEROUS, "a bundle whose other entry calls")
add("call_popped.pkl", b"\x80\x02cos\nsystem\n(X\x02\x00\x00\x00idtR0" + dumped(ridge(), 2)[2:], DANGEROUS,
    "a call before a good model, whose result is thrown away")
add("call_object_array.pkl", dumped(objects), DANGEROUS, "os.system is called by an element of an object array")
for name in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
    add(f"call_object_array_{name}.joblib", joblibbed(objects, compress=(name, 3)), DANGEROUS,
        f"os.system is called by the pickle inside joblib's object array, in a {name} stream")
nested = {"a": [np.array([np.array([Calls()], dtype=object), 1], dtype=object)]}
add("call_object_array_nested.joblib", joblibbed(nested), DANGEROUS, "os.system is called three containers deep")

for name, how, result in (
        ("eval", (eval, ("1",)), DANGEROUS), ("exec", (exec, ("1",)), DANGEROUS), ("popen", (subprocess.Popen, (["id"],)), DANGEROUS),
        ("import", (__import__, ("antigravity",)), DANGEROUS), ("open", (open, ("/etc/passwd",)), DANGEROUS),
        ("getattr", (getattr, (Ridge, "__init__")), DANGEROUS),
        ("type", (type, ("A", (), {})), DANGEROUS), ("new_class", (types.new_class, ("A",)), DANGEROUS),
        ("memmap", (np.memmap, ("x", "f8", "w+")), DANGEROUS),
        ("memmap_index", (_new_Index, (np.memmap, {"filename": "x"})), DANGEROUS),
        ("memmap_partial", (functools.partial, (np.memmap,)), DANGEROUS),
        ("numpy_load", (np.load, ("x.npy",)), DANGEROUS), ("joblib_load", (joblib.load, ("x",)), DANGEROUS),
        ("read_pickle", (pd.read_pickle, ("x",)), DANGEROUS), ("skops_load", (skops.io.load, ("x",)), UNKNOWN_CALL),
        ("resolve_name", (pkgutil.resolve_name, ("os:system",)), DANGEROUS),
        ("import_module", (importlib.import_module, ("antigravity",)), DANGEROUS),
        ("attrgetter", (operator.attrgetter, ("system",)), UNKNOWN),
        ("methodcaller", (operator.methodcaller, ("system", "id")), UNKNOWN),
        ("class", (Ridge, ()), UNKNOWN_CALL), ("numpy_zeros", (np.zeros, (10**9,)), UNKNOWN_CALL),
        ("tree", (Tree, ()), "malformed type.arguments"),
        ("bytearray", (bytearray, (10**12,)), "malformed type.arguments"),
        ("range", (range, ("a", "b", "c")), "malformed type.arguments")):
    add(f"means_{name}.pkl", dumped(ridge(random_state=Calls(*how))), result, f"{name} is called with arguments of the attacker's")

acme = types.ModuleType("acme")
sys.modules["acme"] = acme
acme.C = type("C", (), {"__module__": "acme", "__qualname__": "C"})
acme.C.D = type("D", (), {"__module__": "acme", "__qualname__": "C.D"})
made = acme.C()
made.x = 1


def replaced(old, new, **attributes):
    return dumped(ridge(**attributes), 2).replace(old, new)


RIDGE = b"csklearn.linear_model._ridge\n"
add("name_function.pkl", dumped(ridge(random_state=os.system)), DANGEROUS, "os.system is named where no prediction looks")
add("name_in_list.pkl", dumped(ridge(alpha=[[os.system]])), DANGEROUS, "os.system is named inside a hyperparameter")
add("name_class.pkl", dumped(ridge(random_state=subprocess.Popen)), DANGEROUS, "subprocess.Popen is named where no prediction looks")
add("name_built.pkl", dumped(ridge(random_state=object.__new__(subprocess.Popen))), DANGEROUS, "a Popen is built without being called")
BUILT = dumped(ridge(random_state=object.__new__(subprocess.Popen)), 2)
add("name_built_memmap.pkl", BUILT.replace(b"ccommands\nPopen\n", b"cnumpy\nmemmap\n"), DANGEROUS, "a memmap is built, which opens a file")
add("name_built_str.pkl", BUILT.replace(b"ccommands\nPopen\n", b"c__builtin__\nstr\n"), "malformed type.arguments",
    "a str is built by NEWOBJ, which could be a key that equals another")
add("name_unknown.pkl", dumped(ridge(random_state=acme.C)), UNKNOWN, "a class of a stranger's module is named")
add("name_unknown_built.pkl", dumped(ridge(random_state=made)), UNKNOWN,
    "an object of a stranger's class is built, in Python through its __setstate__")
add("name_dotted.pkl", dumped(ridge(random_state=acme.C.D)), UNKNOWN, "a name with a dot is an attribute path")
add("name_prefix.pkl", dumped(ridge()).replace(b"\x8c\x1bsklearn.linear_model._ridge", b"\x8c\x1csklearn.linear_model._ridge"),
    "unsupported pickle.text", "a length byte was changed to make a longer module name")
add("name_estimator_attribute.pkl", replaced(RIDGE + b"Ridge\n", RIDGE + b"Ridge.fit\n"), UNKNOWN,
    "an attribute of a known class is no known class")
add("name_module.pkl", replaced(RIDGE, b"csklearn.linear_model._ridgeX\n"), "unsupported type.unsupported",
    "a known class of an unknown module of scikit-learn")
add("name_module_parameter.pkl",
    replaced(b"sklearn.preprocessing._encoders\n", b"sklearn.preprocessing._hidden\n", random_state=OneHotEncoder),
    "unsupported type.unsupported", "a known class of an unknown module, where no prediction looks")
add("name_case.pkl", replaced(b"\nRidge\n", b"\nridge\n"), UNKNOWN, "names are exact, case too")
add("name_in_bundle.pkl", dumped({"model": ridge(), "f": os.system}), DANGEROUS, "a bundle whose other entry names os.system")

# A distribution of scipy keeps the source of its argument parsers, which its __setstate__ runs.
def frozen(**state):
    distribution = scipy.stats.uniform(0, 1)
    vars(distribution.dist).update(_random_state=np.random.RandomState(0), __doc__="", **state)
    return ridge(random_state=distribution)


def parsing(text):
    return dumped(frozen(_parse_arg_template=text))


SOURCE = scipy.stats.uniform._parse_arg_template
add("distribution.pkl", dumped(frozen()), "", "nothing is wrong: a distribution of scipy, as searches hold them")
add("distribution_source.pkl", parsing("import os; os.system('id')\n"), DANGEROUS, "the source of a distribution's parsers is an attack")
add("distribution_source_behind.pkl", parsing(SOURCE + "import os; os.system('id')\n"), DANGEROUS, "an attack behind scipy's own source")
add("distribution_shapes.pkl", dumped(frozen(shapes="a=print(1)", _parse_arg_template=SOURCE.replace("(self, ", "(self, a=print(1), "))),
    DANGEROUS, "a shape of a distribution is an expression")
