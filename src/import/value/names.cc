#include "import/value/names.h"

namespace pratique::pickle {
namespace {

struct Alias {
  Name from;  // an empty name: every name of the module
  Name to;
};

// Python's own _compat_pickle, as far as models reach.
constexpr Alias kPython2[] = {
    {{"__builtin__", "unicode"}, {"builtins", "str"}},
    {{"__builtin__", "long"}, {"builtins", "int"}},
    {{"__builtin__", "xrange"}, {"builtins", "range"}},
    {{"__builtin__", "basestring"}, {"builtins", "str"}},
    {{"__builtin__", "unichr"}, {"builtins", "chr"}},
    {{"__builtin__", "reduce"}, {"functools", "reduce"}},
    {{"__builtin__", "intern"}, {"sys", "intern"}},
    {{"__builtin__", ""}, {"builtins", ""}},
    {{"copy_reg", ""}, {"copyreg", ""}},
    {{"exceptions", ""}, {"builtins", ""}},
    {{"UserDict", "IterableUserDict"}, {"collections", "UserDict"}},
    {{"UserDict", "UserDict"}, {"collections", "UserDict"}},
    {{"UserList", ""}, {"collections", ""}},
    {{"UserString", ""}, {"collections", ""}},
    {{"_abcoll", ""}, {"collections.abc", ""}},
    {{"itertools", "ifilter"}, {"builtins", "filter"}},
    {{"itertools", "ifilterfalse"}, {"itertools", "filterfalse"}},
    {{"itertools", "imap"}, {"builtins", "map"}},
    {{"itertools", "izip"}, {"builtins", "zip"}},
    {{"itertools", "izip_longest"}, {"itertools", "zip_longest"}},
    {{"urlparse", ""}, {"urllib.parse", ""}},
};

constexpr Alias kMoved[] = {
    {{"numpy.core.multiarray", ""}, {"numpy._core.multiarray", ""}},
    {{"numpy.core._internal", "_reconstruct"}, {"numpy._core.multiarray", "_reconstruct"}},  // the first releases
    {{"numpy.core", "_ufunc_reconstruct"}, {"numpy._core", "_ufunc_reconstruct"}},
    {{"numpy.core.numeric", ""}, {"numpy._core.numeric", ""}},
    {{"numpy.core._multiarray_umath", ""}, {"numpy._core._multiarray_umath", ""}},
    {{"numpy.core.umath", ""}, {"numpy._core.umath", ""}},
    {{"numpy.core.fromnumeric", ""}, {"numpy._core.fromnumeric", ""}},
    {{"numpy.core.numerictypes", ""}, {"numpy._core.numerictypes", ""}},
    {{"numpy.core.memmap", ""}, {"numpy", ""}},
    {{"numpy._core.memmap", ""}, {"numpy", ""}},
    {{"numpy.matrixlib.defmatrix", ""}, {"numpy", ""}},
    {{"numpy.rec", ""}, {"numpy", ""}},
    {{"numpy.core.records", ""}, {"numpy", ""}},
    {{"numpy._core.records", ""}, {"numpy", ""}},
    {{"pathlib._local", ""}, {"pathlib", ""}},
    // The extension modules of scikit-learn 1.6 name themselves without their package.
    {{"_loss", ""}, {"sklearn._loss._loss", ""}},
    {{"sklearn.neighbors.dist_metrics", ""}, {"sklearn.metrics._dist_metrics", ""}},
    {{"sklearn.neighbors._dist_metrics", ""}, {"sklearn.metrics._dist_metrics", ""}},
    {{"sklearn.neighbors.kd_tree", ""}, {"sklearn.neighbors._kd_tree", ""}},
    {{"sklearn.neighbors.ball_tree", ""}, {"sklearn.neighbors._ball_tree", ""}},
    {{"sklearn.linear_model.sgd_fast", ""}, {"sklearn.linear_model._sgd_fast", ""}},
    {{"sklearn.externals.joblib.numpy_pickle", ""}, {"joblib.numpy_pickle", ""}},
};

bool Apply(std::span<const Alias> aliases, Name& name) {
  for (const Alias& alias : aliases) {
    if (alias.from.module != name.module) continue;
    if (!alias.from.name.empty() && alias.from.name != name.name) continue;
    name.module = alias.to.module;
    if (!alias.to.name.empty()) name.name = alias.to.name;
    return true;
  }
  return false;
}

}  // namespace

Name Canonical(std::string_view module, std::string_view name, uint8_t protocol) {
  Name canonical{module, name};
  if (protocol < 3 && Apply(kPython2, canonical)) return canonical;
  Apply(kMoved, canonical);
  return canonical;
}

}  // namespace pratique::pickle
