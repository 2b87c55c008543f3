"""make_skops_trust.py NAMES UNTRUSTED: what skops trusts by default, as rows of a C++ table; and what
skops.io.get_untrusted_types says of every .skops file in tests/models, as lines of path, tab, names."""
import collections
import sys
import textwrap
from pathlib import Path

import numpy
import scipy
import sklearn
import skops
from scipy.sparse import sparray, spmatrix
from skops.io import _trusted_types as trusted
from skops.io import get_untrusted_types
from skops.io._sklearn import ALLOWED_LOSSES
from skops.io._utils import get_module, get_type_paths

ROOT = Path(__file__).resolve().parents[2]

# The default that each kind of node gives to _get_trusted (skops/io/_general.py, _numpy.py, _scipy.py, _sklearn.py); kinds
# that trust nothing have no row, JsonNode and SliceNode are never asked.
KINDS = {
    "DictNode": [dict, "collections.OrderedDict"],
    "DefaultDictNode": ["collections.defaultdict"],
    "ListNode": [list],
    "SetNode": [set],
    "TupleNode": [tuple],
    "BytesNode": [bytes],
    "BytearrayNode": [bytearray],
    "FunctionNode": trusted.SCIPY_UFUNC_TYPE_NAMES + trusted.NUMPY_UFUNC_TYPE_NAMES,
    "TypeNode": trusted.PRIMITIVE_TYPE_NAMES + trusted.CONTAINER_TYPE_NAMES + trusted.NUMPY_DTYPE_TYPE_NAMES,
    "ObjectNode": trusted.SKLEARN_ESTIMATOR_TYPE_NAMES + trusted.SKLEARN_INTERNAL_TYPE_NAMES,
    "NdArrayNode": [numpy.ndarray] + trusted.NUMPY_DTYPE_TYPE_NAMES,
    "MaskedArrayNode": [numpy.ma.MaskedArray],
    "RandomStateNode": [numpy.random.RandomState],
    "RandomGeneratorNode": [numpy.random.Generator] + trusted.NUMPY_RANDOM_BIT_GENERATOR_TYPE_NAMES,
    "SparseMatrixNode": [spmatrix, sparray],
    "LossNode": [f"{get_module(loss)}.{loss.__name__}" for loss in ALLOWED_LOSSES],
}


def rows():
    libraries = ", ".join(f"{library.__name__} {library.__version__}" for library in (skops, sklearn, numpy, scipy))
    yield f"// Made by scripts/make-skops-trust from {libraries}."
    yield f'constexpr std::string_view kRelease = "{skops.__version__}";'
    yield "constexpr Row kTrusted[] = {"
    for kind, names in KINDS.items():
        modules = collections.defaultdict(set)
        for name in get_type_paths(names):
            module, _, cls = name.rpartition(".")
            modules[module].add(cls)
        for module, classes in sorted(modules.items()):
            lines = textwrap.wrap(" ".join(sorted(classes)), 110)
            yield f'    {{"{kind}", "{module}",'
            yield "\n".join(f'     " {line} "' for line in lines) + "},"
    yield "};"


def main():
    names, untrusted = map(Path, sys.argv[1:])
    names.write_text("\n".join(rows()) + "\n")
    files = sorted(ROOT.glob("tests/models/*/*/*.skops"))
    lines = (f"{file.relative_to(ROOT)}\t{' '.join(get_untrusted_types(file=file))}\n" for file in files)
    untrusted.write_text("".join(lines))


if __name__ == "__main__":
    main()
