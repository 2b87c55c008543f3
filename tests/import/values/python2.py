"""Values pickled by Python 2.7: python2 python2.py | make.py DIR python2 - adds what Python 3 loads from them."""
import cPickle
import pickle
import sys

import numpy as np


class Plain(object):
    pass


Plain.__module__ = "values"
sys.modules["values"] = sys.modules["__main__"]


def values():
    thing = Plain()
    thing.name, thing.me = "text", [thing]
    shared = {u"k": 1, 2: (True, None)}
    yield [0, -1, 2**31, 2**31 - 1, -2**63, 2**63, 10**300, 5L, -5L, 0L, 255, 256, 65536]
    yield [0.0, -1.5, 1e308, float("inf"), float("nan"), "", "a'b\\\n\x00\x7f\t\"", u"", u"\u20ac\U0001f600\n\\u0041"]
    yield [thing, shared, shared, {1: shared}, set([1, 2]), frozenset(["a"]), (), (1,), (1, 2, 3, 4)]
    yield [unicode, long, xrange, object, Exception, KeyError, len, xrange(3), slice(1, None), 1 + 2j]
    for dtype in ("?", "i1", "<i4", ">i4", "<i8", "<f4", ">f8", "<c16", "S3", "<U2", "<M8[ns]", "O"):
        array = np.arange(6).astype(dtype if dtype != "<M8[ns]" else "<i8").astype(dtype).reshape(2, 3)
        yield [array, array.T, array[0, 0] if dtype != "O" else None, np.dtype(dtype)]
    yield np.array([(1, 2.5)], dtype=[("left", "<i8"), ("value", ">f8")])


for value in values():
    for protocol in (0, 1, 2):
        for name, library in (("c", cPickle), ("py", pickle)):
            data = library.dumps(value, protocol)
            sys.stdout.write("%s%d\t%d\n%s\n" % (name, protocol, len(data), data))
