// The list of known means of attack. By itself in this file, so that a test can link another in its place
// (tests/attacks/emptied_test.cc).
#include <algorithm>
#include <array>

#include "import/value/names.h"

namespace pratique::pickle {
namespace {

// A module, or everything in the package of that name.
constexpr std::string_view kModules[] = {"os",
                                         "posix",
                                         "nt",
                                         "posixpath",
                                         "ntpath",
                                         "subprocess",
                                         "_posixsubprocess",
                                         "sys",
                                         "runpy",
                                         "pty",
                                         "socket",
                                         "_socket",
                                         "shutil",
                                         "importlib",
                                         "imp",
                                         "code",
                                         "codeop",
                                         "ctypes",
                                         "_ctypes",
                                         "marshal",
                                         "types",
                                         "pickle",
                                         "_pickle",
                                         "cPickle",
                                         "cloudpickle",
                                         "dill",
                                         "pip",
                                         "ensurepip",
                                         "venv",
                                         "webbrowser",
                                         "asyncio",
                                         "multiprocessing",
                                         "timeit",
                                         "bdb",
                                         "pdb",
                                         "cProfile",
                                         "profile",
                                         "trace",
                                         "doctest",
                                         "platform",
                                         "commands",
                                         "popen2",
                                         "urllib",
                                         "urllib2",
                                         "http",
                                         "httplib",
                                         "requests",
                                         "aiohttp",
                                         "ftplib",
                                         "smtplib",
                                         "telnetlib",
                                         "tempfile",
                                         "io",
                                         "_io",
                                         "linecache",
                                         "logging",
                                         "idlelib",
                                         "lib2to3",
                                         "distutils",
                                         "setuptools",
                                         "pkgutil",
                                         "zipimport",
                                         "test.libregrtest",
                                         "test.support",
                                         "tensorflow",
                                         "torch._C",
                                         "torch._dynamo",
                                         "torch._inductor",
                                         "torch.cuda",
                                         "torch.distributed",
                                         "torch.fx",
                                         "torch.hub",
                                         "torch.library",
                                         "torch.multiprocessing",
                                         "torch.onnx",
                                         "torch.ops",
                                         "torch.package",
                                         "torch.serialization",
                                         "torch.testing",
                                         "torch.utils",
                                         "signal",
                                         "threading",
                                         "_thread",
                                         "concurrent",
                                         "gc",
                                         "inspect",
                                         "ast",
                                         "atexit",
                                         "pydoc",
                                         "sqlite3",
                                         "xmlrpc",
                                         "zipfile",
                                         "tarfile",
                                         "shelve",
                                         "jinja2",
                                         "IPython",
                                         "paramiko",
                                         "fabric",
                                         "pexpect",
                                         "numpy.testing",
                                         "numpy.f2py",
                                         "numpy.distutils",
                                         "numpy.lib.npyio",
                                         "scipy._lib._ccallback",
                                         "joblib.externals",
                                         "rlcompleter",
                                         "readline",
                                         "mmap",
                                         "fcntl",
                                         "winreg",
                                         "_winreg",
                                         "msvcrt",
                                         "cffi",
                                         "site",
                                         "sysconfig",
                                         "unittest",
                                         "nturl2path",
                                         "turtle",
                                         "tkinter",
                                         "wsgiref",
                                         "pkg_resources"};

constexpr Name kNames[] = {{"builtins", "eval"},
                           {"builtins", "exec"},
                           {"builtins", "execfile"},
                           {"builtins", "compile"},
                           {"builtins", "getattr"},
                           {"builtins", "setattr"},
                           {"builtins", "delattr"},
                           {"builtins", "__import__"},
                           {"builtins", "open"},
                           {"builtins", "file"},
                           {"builtins", "input"},
                           {"builtins", "raw_input"},
                           {"builtins", "breakpoint"},
                           {"builtins", "globals"},
                           {"builtins", "locals"},
                           {"builtins", "apply"},
                           {"builtins", "type"},
                           {"builtins", "help"},
                           {"builtins", "reload"},
                           {"_operator", "attrgetter"},
                           {"_operator", "itemgetter"},
                           {"_operator", "methodcaller"},
                           {"functools", "reduce"},
                           {"codecs", "open"},
                           {"_codecs", "lookup"},
                           {"codecs", "lookup"},
                           {"copyreg", "add_extension"},
                           {"copyreg", "pickle"},
                           {"numpy", "load"},
                           {"numpy", "loads"},
                           {"numpy", "fromfile"},
                           {"numpy", "save"},
                           {"numpy", "fromregex"},
                           {"numpy", "genfromtxt"},
                           {"joblib", "load"},
                           {"joblib", "dump"},
                           {"joblib.numpy_pickle", "load"},
                           {"joblib.numpy_pickle", "dump"},
                           {"joblib.numpy_pickle", "NumpyUnpickler"},
                           {"pandas", "read_pickle"},
                           {"pandas", "eval"},
                           {"pandas.io.pickle", "read_pickle"},
                           {"pandas.core.computation.eval", "eval"},
                           {"pathlib", "Path"},
                           {"torch", "load"},
                           {"torch", "save"},
                           {"torch", "compile"},
                           {"torch.jit", "load"},
                           {"torch.jit", "script"},
                           {"torch.jit", "trace"},
                           {"torch.storage", "_load_from_bytes"},
                           {"sklearn.datasets", "fetch_file"},
                           {"sklearn.datasets._base", "_fetch_remote"},
                           {"sklearn.utils._testing", "raises"},
                           {"collections", "namedtuple"}};

// Harmless to name; what they make, or open, is not harmless to call.
constexpr Name kToCall[] = {{"builtins", "dir"},        {"builtins", "filter"},     {"builtins", "map"},
                            {"builtins", "memoryview"}, {"builtins", "print"},      {"builtins", "vars"},
                            {"numpy", "memmap"},        {"operator", "attrgetter"}, {"operator", "methodcaller"}};

// Longer than each of them: a longer name is none, and is not searched for dots again and again.
constexpr size_t kLongestName = 128;

// Names of those modules that run nothing of the file's choosing, and stand beside honest models.
constexpr Name kHarmless[] = {{"cloudpickle.cloudpickle", "_builtin_type"},
                              {"dill._dill", "_create_namedtuple"},
                              {"dill._dill", "_load_type"},
                              {"dill._dill", "_create_array"},
                              {"dill._dill", "_create_lock"},
                              {"_io", "BytesIO"},
                              {"_io", "StringIO"},
                              {"http", "HTTPMethod"},
                              {"http", "HTTPStatus"},
                              {"inspect", "Parameter"},
                              {"inspect", "Signature"},
                              {"inspect", "_ParameterKind"},
                              {"inspect", "_empty"},
                              {"logging", "Filter"},
                              {"logging", "Formatter"},
                              {"logging", "LogRecord"},
                              {"logging", "Logger"},
                              {"logging", "NullHandler"},
                              {"logging", "PercentStyle"},
                              {"logging", "RootLogger"},
                              {"logging", "StrFormatStyle"},
                              {"logging", "StringTemplateStyle"},
                              {"logging", "getLogger"},
                              {"os", "stat_result"},
                              {"os", "statvfs_result"},
                              {"os", "terminal_size"},
                              {"os", "times_result"},
                              {"platform", "uname_result"},
                              {"posix", "times_result"},
                              {"signal", "Handlers"},
                              {"signal", "Signals"},
                              {"socket", "AddressFamily"},
                              {"socket", "SocketKind"},
                              {"sys", "flags"},
                              {"sys", "float_info"},
                              {"sys", "hash_info"},
                              {"sys", "int_info"},
                              {"sys", "thread_info"},
                              {"sys", "version_info"},
                              {"types", "EllipsisType"},
                              {"types", "GenericAlias"},
                              {"types", "MappingProxyType"},
                              {"types", "MethodType"},
                              {"types", "NotImplementedType"},
                              {"types", "SimpleNamespace"},
                              {"urllib.parse", "ParseResult"},
                              {"urllib.parse", "SplitResult"}};

// The same, in order: names are asked for at every call of every file.
constexpr bool Before(std::string_view a, std::string_view b) { return a < b; }
constexpr bool Before(const Name& a, const Name& b) {
  return a.module != b.module ? a.module < b.module : a.name < b.name;
}
constexpr auto kBefore = [](const auto& a, const auto& b) { return Before(a, b); };

template <class T, size_t kN>
constexpr std::array<T, kN> Sorted(const T (&list)[kN]) {
  std::array<T, kN> sorted = std::to_array(list);
  std::sort(sorted.begin(), sorted.end(), kBefore);
  return sorted;
}
constexpr auto kSortedModules = Sorted(kModules);
constexpr auto kSortedNames = Sorted(kNames);
constexpr auto kSortedToCall = Sorted(kToCall);
constexpr auto kSortedHarmless = Sorted(kHarmless);

template <class T, size_t kN>
bool Has(const std::array<T, kN>& sorted, const T& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name, kBefore);
}

}  // namespace

bool IsDangerous(std::string_view module, std::string_view name) {
  if (Has(kSortedHarmless, {module, name})) return false;
  size_t dot = 0;
  do {  // "a.b.c" is in the packages a and a.b
    dot = module.find('.', dot + 1);
    if (Has(kSortedModules, module.substr(0, dot))) return true;
  } while (dot != module.npos);
  // A dotted name ("eval.__call__") is an attribute of its first part.
  const std::string_view head = name.substr(0, kLongestName), first = head.substr(0, head.find('.'));
  return Has(kSortedNames, {module, first});
}

bool IsDangerousToCall(std::string_view module, std::string_view name) {
  return IsDangerous(module, name) || Has(kSortedToCall, {module, name});
}

std::span<const std::string_view> DangerousModules() { return kModules; }
std::span<const Name> DangerousNames() { return kNames; }

}  // namespace pratique::pickle
