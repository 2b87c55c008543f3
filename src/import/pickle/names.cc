#include "import/pickle/names.h"

#include <algorithm>
#include <array>

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
};

constexpr Alias kMoved[] = {
    {{"numpy.core.multiarray", ""}, {"numpy._core.multiarray", ""}},
    {{"numpy.core._internal", "_reconstruct"}, {"numpy._core.multiarray", "_reconstruct"}},  // the first releases
    {{"numpy.core.numeric", ""}, {"numpy._core.numeric", ""}},
    {{"numpy.core._multiarray_umath", ""}, {"numpy._core._multiarray_umath", ""}},
    {{"numpy.core.umath", ""}, {"numpy._core.umath", ""}},
    {{"numpy.core.fromnumeric", ""}, {"numpy._core.fromnumeric", ""}},
    {{"numpy.core.numerictypes", ""}, {"numpy._core.numerictypes", ""}},
    {{"numpy.core.memmap", ""}, {"numpy._core.memmap", ""}},
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

// A module, or everything in the package of that name.
constexpr std::string_view kModules[] = {
    "os", "posix", "nt", "posixpath", "ntpath", "subprocess", "_posixsubprocess", "sys", "runpy", "pty", "socket",
    "_socket", "shutil", "importlib", "imp", "code", "codeop", "ctypes", "_ctypes", "marshal", "types", "pickle",
    "_pickle", "cPickle", "cloudpickle", "dill", "pip", "ensurepip", "venv", "webbrowser", "asyncio",
    "multiprocessing", "timeit", "bdb", "pdb", "cProfile", "profile", "trace", "doctest", "platform", "commands",
    "popen2", "urllib", "urllib2", "http", "httplib", "requests", "aiohttp", "ftplib", "smtplib", "telnetlib",
    "tempfile", "io", "_io", "linecache", "logging", "idlelib", "lib2to3", "distutils", "setuptools",
    "pkgutil", "zipimport", "test", "torch", "tensorflow", "signal", "threading", "_thread", "concurrent", "gc",
    "inspect", "ast", "atexit", "pydoc", "sqlite3", "xmlrpc", "zipfile", "tarfile", "shelve", "jinja2", "IPython",
    "paramiko", "fabric", "pexpect", "numpy.testing", "numpy.f2py", "numpy.distutils", "numpy.lib.npyio",
    "scipy._lib._ccallback", "joblib.externals", "rlcompleter", "readline", "mmap", "fcntl", "winreg", "_winreg",
    "msvcrt", "cffi", "site", "sysconfig", "unittest", "nturl2path", "turtle", "tkinter", "wsgiref", "pkg_resources"};

constexpr Name kNames[] = {
    {"builtins", "eval"}, {"builtins", "exec"}, {"builtins", "execfile"}, {"builtins", "compile"},
    {"builtins", "getattr"}, {"builtins", "setattr"}, {"builtins", "delattr"}, {"builtins", "__import__"},
    {"builtins", "open"}, {"builtins", "file"}, {"builtins", "input"}, {"builtins", "raw_input"},
    {"builtins", "breakpoint"}, {"builtins", "globals"}, {"builtins", "locals"}, {"builtins", "vars"},
    {"builtins", "dir"}, {"builtins", "apply"}, {"builtins", "map"}, {"builtins", "filter"}, {"builtins", "type"},
    {"builtins", "print"}, {"builtins", "help"}, {"builtins", "memoryview"}, {"builtins", "reload"},
    {"operator", "attrgetter"}, {"operator", "itemgetter"}, {"operator", "methodcaller"}, {"_operator", "attrgetter"},
    {"_operator", "itemgetter"}, {"_operator", "methodcaller"}, {"functools", "reduce"},
    {"functools", "partialmethod"}, {"itertools", "starmap"}, {"codecs", "open"}, {"_codecs", "lookup"},
    {"codecs", "lookup"}, {"copyreg", "add_extension"}, {"copyreg", "pickle"}, {"numpy", "load"}, {"numpy", "loads"},
    {"numpy", "fromfile"}, {"numpy", "save"}, {"numpy", "memmap"}, {"numpy", "fromregex"}, {"numpy", "genfromtxt"},
    {"joblib", "load"}, {"joblib", "dump"}, {"joblib.numpy_pickle", "load"}, {"joblib.numpy_pickle", "dump"},
    {"joblib.numpy_pickle", "NumpyUnpickler"}, {"pandas", "read_pickle"}, {"pandas", "eval"},
    {"pandas.io.pickle", "read_pickle"}, {"pandas.core.computation.eval", "eval"},
    {"pathlib", "Path"},
    {"sklearn.datasets", "fetch_file"}, {"sklearn.datasets._base", "_fetch_remote"},
    {"sklearn.utils._testing", "raises"}, {"collections", "namedtuple"}};

}  // namespace

Name Canonical(std::string_view module, std::string_view name, uint8_t protocol) {
  Name canonical{module, name};
  if (protocol < 3 && Apply(kPython2, canonical)) return canonical;
  Apply(kMoved, canonical);
  return canonical;
}

bool IsDangerous(std::string_view module, std::string_view name) {
  for (const std::string_view bad : kModules) {
    if (module == bad || (module.starts_with(bad) && module[bad.size()] == '.')) return true;
  }
  // A dotted name ("eval.__call__") is an attribute of its first part.
  const std::string_view first = name.substr(0, name.find('.'));
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](const Name& bad) { return bad.module == module && bad.name == first; });
}

std::span<const std::string_view> DangerousModules() { return kModules; }
std::span<const Name> DangerousNames() { return kNames; }

}  // namespace pratique::pickle
