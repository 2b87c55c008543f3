#include "import/value/calls.h"

#include <algorithm>
#include <map>
#include <utility>

#include "import/value/made.h"
#include "import/value/names.h"
#include "import/value/numpy.h"

namespace pratique::pickle {
namespace {

constexpr auto kShared = Call::Result::kShared, kReaches = Call::Result::kReaches, kIterates = Call::Result::kIterates;

constexpr Call kCalls[] = {
    {"numpy", "dtype", ".?..", MakeDType},
    {"numpy._core", "_ufunc_reconstruct", "ss", MakeUfunc},
    {"numpy._core._internal", "_convert_to_stringdtype_kwargs", "*.", MakeStringDType},
    {"numpy._core.multiarray", "_reconstruct", "gtb", MakeReconstructed},
    {"numpy._core.multiarray", "scalar", ".b", MakeScalar},
    {"numpy._core.numeric", "_frombuffer", "b.ts?.", MakeFromBuffer},
    {"numpy.ma.core", "MaskedConstant", ""},
    {"numpy.ma.core", "_mareconstruct", "ggtb"},
    {"numpy.random", "__RandomState_ctor", ""},
    {"numpy.random._pickle", "__randomstate_ctor", "?Rc"},
    {"numpy.random._pickle", "__generator_ctor", "?Rc"},
    {"numpy.random._pickle", "__bit_generator_ctor", "?R"},
    {"numpy.random.bit_generator", "__pyx_unpickle_SeedSequence", "giN"},
    {"numpy.random.bit_generator", "__pyx_unpickle_SeedlessSeedSequence", "giN"},
    {"numpy.random._bit_generator", "__pyx_unpickle_SeedSequence", "giN"},

    // Exceptions that are kept as data.
    {"builtins", "ArithmeticError", "*."},
    {"builtins", "AssertionError", "*."},
    {"builtins", "AttributeError", "*."},
    {"builtins", "BaseException", "*."},
    {"builtins", "BaseExceptionGroup", "s."},
    {"builtins", "BlockingIOError", "*."},
    {"builtins", "BrokenPipeError", "*."},
    {"builtins", "BufferError", "*."},
    {"builtins", "BytesWarning", "*."},
    {"builtins", "ChildProcessError", "*."},
    {"builtins", "ConnectionAbortedError", "*."},
    {"builtins", "ConnectionError", "*."},
    {"builtins", "ConnectionRefusedError", "*."},
    {"builtins", "ConnectionResetError", "*."},
    {"builtins", "DeprecationWarning", "*."},
    {"builtins", "EOFError", "*."},
    {"builtins", "EncodingWarning", "*."},
    {"builtins", "EnvironmentError", "*."},
    {"builtins", "Exception", "*."},
    {"builtins", "ExceptionGroup", "s."},
    {"builtins", "FileExistsError", "*."},
    {"builtins", "FileNotFoundError", "*."},
    {"builtins", "FloatingPointError", "*."},
    {"builtins", "FutureWarning", "*."},
    {"builtins", "GeneratorExit", "*."},
    {"builtins", "IOError", "*."},
    {"builtins", "ImportError", "*."},
    {"builtins", "ImportWarning", "*."},
    {"builtins", "IndentationError", "*."},
    {"builtins", "IndexError", "*."},
    {"builtins", "InterruptedError", "*."},
    {"builtins", "IsADirectoryError", "*."},
    {"builtins", "KeyError", "*."},
    {"builtins", "KeyboardInterrupt", "*."},
    {"builtins", "LookupError", "*."},
    {"builtins", "MemoryError", "*."},
    {"builtins", "ModuleNotFoundError", "*."},
    {"builtins", "NameError", "*."},
    {"builtins", "NotADirectoryError", "*."},
    {"builtins", "NotImplementedError", "*."},
    {"builtins", "OSError", "*."},
    {"builtins", "OverflowError", "*."},
    {"builtins", "PendingDeprecationWarning", "*."},
    {"builtins", "PermissionError", "*."},
    {"builtins", "ProcessLookupError", "*."},
    {"builtins", "PythonFinalizationError", "*."},
    {"builtins", "RecursionError", "*."},
    {"builtins", "ReferenceError", "*."},
    {"builtins", "ResourceWarning", "*."},
    {"builtins", "RuntimeError", "*."},
    {"builtins", "RuntimeWarning", "*."},
    {"builtins", "StopAsyncIteration", "*."},
    {"builtins", "StopIteration", "*."},
    {"builtins", "SyntaxError", "*."},
    {"builtins", "SyntaxWarning", "*."},
    {"builtins", "SystemError", "*."},
    {"builtins", "SystemExit", "*."},
    {"builtins", "TabError", "*."},
    {"builtins", "TimeoutError", "*."},
    {"builtins", "TypeError", "*."},
    {"builtins", "UnboundLocalError", "*."},
    {"builtins", "UnicodeDecodeError", "*."},
    {"builtins", "UnicodeEncodeError", "*."},
    {"builtins", "UnicodeError", "*."},
    {"builtins", "UnicodeTranslateError", "*."},
    {"builtins", "UnicodeWarning", "*."},
    {"builtins", "UserWarning", "*."},
    {"builtins", "ValueError", "*."},
    {"builtins", "Warning", "*."},
    {"builtins", "ZeroDivisionError", "*."},
    {"json.decoder", "JSONDecodeError", "ssi"},
    {"numpy.linalg", "LinAlgError", "*."},
    {"sklearn.exceptions", "ConvergenceWarning", "*."},
    {"sklearn.exceptions", "DataConversionWarning", "*."},
    {"sklearn.exceptions", "FitFailedWarning", "*."},
    {"sklearn.exceptions", "NotFittedError", "*."},
    {"sklearn.exceptions", "UndefinedMetricWarning", "*."},

    // Iterators over what the file holds. Those that call a function for each item call none yet: nothing here takes an
    // item of another iterator (those that do when they are made get what K says).
    {"_collections", "_deque_iterator", ".i", nullptr, kIterates},
    {"builtins", "enumerate", "ki", nullptr, kIterates},
    {"builtins", "filter", "hk", nullptr, kIterates},
    {"builtins", "iter", "k", nullptr, kIterates},
    {"builtins", "map", "h*k", nullptr, kIterates},
    {"builtins", "reversed", "k", nullptr, kIterates},
    {"builtins", "zip", "*k", nullptr, kIterates},
    {"itertools", "_grouper", ".v", nullptr, kIterates},
    {"itertools", "_tee", "k", nullptr, kIterates},
    {"itertools", "_tee_dataobject", "kl.", nullptr, kIterates},
    {"itertools", "accumulate", "k?h", nullptr, kIterates},
    {"itertools", "chain", "*k", nullptr, kIterates},
    {"itertools", "combinations", "Ki", nullptr, kIterates},
    {"itertools", "combinations_with_replacement", "Ki", nullptr, kIterates},
    {"itertools", "compress", "kk", nullptr, kIterates},
    {"itertools", "count", "v?v", nullptr, kIterates},
    {"itertools", "cycle", "k", nullptr, kIterates},
    {"itertools", "dropwhile", "hk", nullptr, kIterates},
    {"itertools", "filterfalse", "hk", nullptr, kIterates},
    {"itertools", "groupby", "k?h", nullptr, kIterates},
    {"itertools", "islice", "kv?vv", nullptr, kIterates},
    {"itertools", "permutations", "Ki", nullptr, kIterates},
    {"itertools", "product", "*K", nullptr, kIterates},
    {"itertools", "repeat", ".?i", nullptr, kIterates},
    {"itertools", "starmap", "hk", nullptr, kIterates},
    {"itertools", "takewhile", "hk", nullptr, kIterates},
    {"itertools", "zip_longest", "*k", nullptr, kIterates},

    {"_codecs", "encode", "ss", MakeEncoded},
    {"array", "_array_reconstructor", "gsib"},
    {"array", "array", "sl"},
    {"builtins", "bytearray", "?b", MakeBytes},
    {"builtins", "bytes", "", MakeEmptyBytes},
    {"builtins", "complex", "ff"},
    {"builtins", "frozenset", "?l", MakeFrozenSet},
    {"builtins", "range", "iii"},
    {"builtins", "set", "?l", MakeSet},
    {"builtins", "slice", "vvv"},
    {"builtins", "tuple", "t", MakeTuple},
    {"collections", "Counter", "?d"},
    {"collections", "OrderedDict", "?l", MakeOrderedDict},
    {"collections", "defaultdict", "?h", MakeDefaultDict},
    {"collections", "deque", "?.v"},
    {"copyreg", "__newobj__", "g*.", MakeNewObject},
    {"copyreg", "_reconstructor", "gg.", MakeReconstructor},
    {"datetime", "date", "b"},
    {"datetime", "datetime", "b?."},
    {"datetime", "time", "b?."},
    {"datetime", "timedelta", "iii"},
    {"datetime", "timezone", ".?s"},
    {"datetime", "tzinfo", ""},
    {"dateutil.tz.tz", "tzoffset", "v.", nullptr, kShared},
    {"dateutil.tz.tz", "tzutc", "", nullptr, kShared},
    {"decimal", "Context", "isiiiill"},
    {"decimal", "Decimal", "s"},
    {"fractions", "Fraction", "v?v"},
    {"functools", "partial", "r"},
    {"http", "HTTPStatus", "i", nullptr, kShared},
    {"inspect", "Parameter", "s."},
    {"inspect", "Signature", "t"},
    {"inspect", "_ParameterKind", "i", nullptr, kShared},
    {"ipaddress", "IPv4Address", "v"},
    {"ipaddress", "IPv4Interface", "v"},
    {"ipaddress", "IPv4Network", "v"},
    {"ipaddress", "IPv6Address", "v"},
    {"ipaddress", "IPv6Interface", "v"},
    {"ipaddress", "IPv6Network", "v"},
    {"pathlib", "PosixPath", "*s"},
    {"pathlib", "PurePosixPath", "*s"},
    {"pathlib", "PureWindowsPath", "*s"},
    {"operator", "attrgetter", "s*s", nullptr, kReaches},
    {"operator", "itemgetter", "*."},
    {"operator", "methodcaller", "s*.", nullptr, kReaches},
    {"pathlib", "WindowsPath", "*s"},
    {"pytz", "FixedOffset", "i", nullptr, kShared},
    {"pytz", "_UTC", "", nullptr, kShared},
    {"pytz", "_p", "s?iis", nullptr, kShared},
    {"random", "Random", ""},
    {"re", "RegexFlag", "i", nullptr, kShared},
    {"re", "_compile", ".i", nullptr, kShared},
    {"time", "struct_time", "td"},
    {"uuid", "SafeUUID", "v", nullptr, kShared},
    {"zoneinfo", "ZoneInfo._unpickle", "sv", nullptr, kShared},
    {"_io", "BytesIO", ""},
    {"_io", "StringIO", ""},
    {"dill._dill", "_create_array", "ctt?.", MakeDillArray},
    {"cloudpickle.cloudpickle", "_builtin_type", "s", MakeCloudType, kShared},
    {"dill._dill", "_create_namedtuple", "sts?.", MakeDillNamedTuple, kShared},
    {"dill._dill", "_load_type", "s", MakeDillType, kShared},
    {"logging", "getLogger", "?s", nullptr, kShared},
    {"types", "MethodType", "h.", nullptr, kReaches},
    {"types", "SimpleNamespace", ""},
    {"builtins", "getattr", ".s", MakeAttribute, kShared},
    {"builtins", "type", ".", MakeTypeOf, kShared},

    // Types as annotations write them: int | str, list[int], typing.Optional[int].
    {"_functools", "reduce", "gt", MakeUnion, kReaches},
    {"_operator", "getitem", "g.", MakeTyping, kReaches},
    {"functools", "reduce", "gt", MakeUnion, kReaches},
    {"types", "GenericAlias", "g.", MakeOfTypes, kReaches},

    // PyTorch's files, which are only looked into.
    {"torch", "Size", "*."},
    {"torch", "device", "*v"},
    {"torch._tensor", "_rebuild_from_type_v2", "cgt.", nullptr, kReaches},
    {"torch._utils", "_rebuild_device_tensor_from_cpu_tensor", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_device_tensor_from_numpy", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_meta_tensor_no_storage", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_nested_tensor", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_parameter", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_parameter_with_state", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_qtensor", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_sparse_csr_tensor", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_sparse_tensor", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_tensor", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_tensor_v2", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_tensor_v3", "*.", nullptr, kReaches},
    {"torch._utils", "_rebuild_wrapper_subclass", "*.", nullptr, kReaches},
    {"torch.jit._pickle", "build_boollist", "*.", nullptr, kReaches},
    {"torch.jit._pickle", "build_doublelist", "*.", nullptr, kReaches},
    {"torch.jit._pickle", "build_intlist", "*.", nullptr, kReaches},
    {"torch.jit._pickle", "build_tensorlist", "*.", nullptr, kReaches},
    {"torch.jit._pickle", "restore_type_tag", "*.", nullptr, kReaches},

    // Columns, indexes and dates that people keep beside a model.
    {"pandas", "Interval", "vv?s"},
    {"pandas", "Period", "v.i"},
    {"pandas", "PeriodDtype", "."},
    {"pandas", "StringDtype", "?s."},
    {"pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked", "giN"},
    {"pandas._libs.internals", "_unpickle_block", "..i"},
    {"pandas._libs.interval", "Interval", "vv?s"},
    {"pandas._libs.interval", "__pyx_unpickle_IntervalMixin", "giN"},
    {"pandas", "DateOffset", "*v"},
    {"pandas._libs.sparse", "BlockIndex", "i.."},
    {"pandas._libs.sparse", "IntIndex", "i."},
    {"pandas._libs.tslibs.nattype", "__nat_unpickle", "v"},
    {"pandas._libs.tslibs.nattype", "_nat_unpickle", "v"},
    {"pandas._libs.tslibs.offsets", "BHalfYearBegin", "*."},
    {"pandas._libs.tslibs.offsets", "BHalfYearEnd", "*."},
    {"pandas._libs.tslibs.offsets", "BQuarterBegin", "*."},
    {"pandas._libs.tslibs.offsets", "BQuarterEnd", "*."},
    {"pandas._libs.tslibs.offsets", "BYearBegin", "*."},
    {"pandas._libs.tslibs.offsets", "BYearEnd", "*."},
    {"pandas._libs.tslibs.offsets", "BusinessDay", "iv."},
    {"pandas._libs.tslibs.offsets", "BusinessHour", "*."},
    {"pandas._libs.tslibs.offsets", "BusinessMonthBegin", "*v"},
    {"pandas._libs.tslibs.offsets", "BusinessMonthEnd", "*v"},
    {"pandas._libs.tslibs.offsets", "CustomBusinessDay", "*."},
    {"pandas._libs.tslibs.offsets", "CustomBusinessHour", "*."},
    {"pandas._libs.tslibs.offsets", "CustomBusinessMonthBegin", "*."},
    {"pandas._libs.tslibs.offsets", "CustomBusinessMonthEnd", "*."},
    {"pandas._libs.tslibs.offsets", "DateOffset", "*v"},
    {"pandas._libs.tslibs.offsets", "Day", "*v"},
    {"pandas._libs.tslibs.offsets", "Easter", "*."},
    {"pandas._libs.tslibs.offsets", "FY5253", "*."},
    {"pandas._libs.tslibs.offsets", "FY5253Quarter", "*."},
    {"pandas._libs.tslibs.offsets", "HalfYearBegin", "*."},
    {"pandas._libs.tslibs.offsets", "HalfYearEnd", "*."},
    {"pandas._libs.tslibs.offsets", "Hour", "*v"},
    {"pandas._libs.tslibs.offsets", "LastWeekOfMonth", "*."},
    {"pandas._libs.tslibs.offsets", "Micro", "*v"},
    {"pandas._libs.tslibs.offsets", "Milli", "*v"},
    {"pandas._libs.tslibs.offsets", "Minute", "*v"},
    {"pandas._libs.tslibs.offsets", "MonthBegin", "*v"},
    {"pandas._libs.tslibs.offsets", "MonthEnd", "*v"},
    {"pandas._libs.tslibs.offsets", "Nano", "*v"},
    {"pandas._libs.tslibs.offsets", "QuarterBegin", "*v"},
    {"pandas._libs.tslibs.offsets", "QuarterEnd", "*v"},
    {"pandas._libs.tslibs.offsets", "Second", "*v"},
    {"pandas._libs.tslibs.offsets", "SemiMonthBegin", "*."},
    {"pandas._libs.tslibs.offsets", "SemiMonthEnd", "*."},
    {"pandas._libs.tslibs.offsets", "Week", "*v"},
    {"pandas._libs.tslibs.offsets", "WeekOfMonth", "*."},
    {"pandas._libs.tslibs.offsets", "YearBegin", "*v"},
    {"pandas._libs.tslibs.offsets", "YearEnd", "*v"},
    {"pandas._libs.tslibs.period", "Period", "v.i"},
    {"pandas._libs.tslibs.timedeltas", "_timedelta_unpickle", "i?i"},
    {"pandas._libs.tslibs.timestamps", "_unpickle_timestamp", "i..?i"},
    {"pandas.core.arrays.string_", "StringDtype", "?s."},
    {"pandas.core.dtypes.dtypes", "PeriodDtype", "."},
    {"pandas.core.indexes.base", "_new_Index", "gd"},
    {"pandas.core.indexes.datetimes", "_new_DatetimeIndex", "gd"},
    {"pandas.core.indexes.interval", "_new_IntervalIndex", "gd"},
    {"pandas.core.indexes.timedeltas", "_new_TimedeltaIndex", "gd"},
    {"pandas.core.indexes.period", "_new_PeriodIndex", "g*."},
    {"pandas.core.internals.managers", "BlockManager", "tl"},
    {"pyarrow.lib", "_reconstruct_record_batch", "l."},
    {"pyarrow.lib", "_reconstruct_table", "l."},
    {"pyarrow.lib", "_restore_array", "t"},
    {"pyarrow.lib", "binary", "?i"},
    {"pyarrow.lib", "bool8", ""},
    {"pyarrow.lib", "chunked_array", "l?."},
    {"pyarrow.lib", "decimal128", "i?i"},
    {"pyarrow.lib", "decimal256", "i?i"},
    {"pyarrow.lib", "decimal32", "i?i"},
    {"pyarrow.lib", "decimal64", "i?i"},
    {"pyarrow.lib", "dictionary", "..?."},
    {"pyarrow.lib", "field", "s.?.."},
    {"pyarrow.lib", "fixed_shape_tensor", ".l?.."},
    {"pyarrow.lib", "json_", "?."},
    {"pyarrow.lib", "large_list", "."},
    {"pyarrow.lib", "large_list_view", "."},
    {"pyarrow.lib", "list_", ".?i"},
    {"pyarrow.lib", "list_view", "."},
    {"pyarrow.lib", "map_", "..?."},
    {"pyarrow.lib", "opaque", ".ss"},
    {"pyarrow.lib", "py_buffer", "b"},
    {"pyarrow.lib", "run_end_encoded", ".."},
    {"pyarrow.lib", "scalar", ".?.."},
    {"pyarrow.lib", "schema", "l?."},
    {"pyarrow.lib", "struct", "l"},
    {"pyarrow.lib", "timestamp", "s?v"},
    {"pyarrow.lib", "type_for_alias", "s"},
    {"pyarrow.lib", "union", "lsl"},
    {"pyarrow.lib", "uuid", ""},

    {"sklearn.tree._tree", "Tree", "i.i"},
    {"sklearn.neighbors._ball_tree", "newObj", "g"},
    {"sklearn.neighbors._kd_tree", "newObj", "g"},
    {"sklearn.metrics._dist_metrics", "newObj", "g"},
    {"sklearn.linear_model._sgd_fast", "EpsilonInsensitive", "?f"},
    {"sklearn.linear_model._sgd_fast", "Hinge", "?f"},
    {"sklearn.linear_model._sgd_fast", "Huber", "?f"},
    {"sklearn.linear_model._sgd_fast", "Log", ""},
    {"sklearn.linear_model._sgd_fast", "ModifiedHuber", ""},
    {"sklearn.linear_model._sgd_fast", "SquaredEpsilonInsensitive", "?f"},
    {"sklearn.linear_model._sgd_fast", "SquaredHinge", "?f"},
    {"sklearn.linear_model._sgd_fast", "SquaredLoss", ""},
    {"sklearn._loss._loss", "CyAbsoluteError", ""},
    {"sklearn._loss._loss", "CyExponentialLoss", ""},
    {"sklearn._loss._loss", "CyHalfBinomialLoss", ""},
    {"sklearn._loss._loss", "CyHalfGammaLoss", ""},
    {"sklearn._loss._loss", "CyHalfMultinomialLoss", ""},
    {"sklearn._loss._loss", "CyHalfPoissonLoss", ""},
    {"sklearn._loss._loss", "CyHalfSquaredError", ""},
    {"sklearn._loss._loss", "CyHalfTweedieLoss", "f"},
    {"sklearn._loss._loss", "CyHalfTweedieLossIdentity", "f"},
    {"sklearn._loss._loss", "CyHuberLoss", "f"},
    {"sklearn._loss._loss", "CyPinballLoss", "f"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyAbsoluteError", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyExponentialLoss", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHalfBinomialLoss", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHalfGammaLoss", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHalfMultinomialLoss", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHalfPoissonLoss", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHalfSquaredError", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHalfTweedieLoss", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHalfTweedieLossIdentity", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyHuberLoss", "giN"},
    {"sklearn._loss._loss", "__pyx_unpickle_CyPinballLoss", "giN"},
};

bool IsIterator(const Node& node) {
  const Call* call = node.kind == Kind::kObject ? FindCall(node.module, node.name) : nullptr;
  return call != nullptr && call->result == kIterates;
}

bool Fits(char letter, const Node& node) {
  if (IsUnread(node)) return letter != 'c';
  const auto is = [&](auto... kinds) { return ((node.kind == kinds) || ...); };
  const bool scalar = node.kind == Kind::kArray && node.is_scalar;
  switch (letter) {
    case 'g':
      return is(Kind::kGlobal);
    case 'i':
      return is(Kind::kInt, Kind::kBigInt) || scalar;
    case 'f':
      return is(Kind::kFloat, Kind::kInt) || scalar;
    case 's':
      return is(Kind::kStr);
    case 'b':
      return is(Kind::kBytes, Kind::kStr);
    case 't':
      return is(Kind::kTuple);
    case 'l':
      return is(Kind::kList);
    case 'd':
      return is(Kind::kDict);
    case 'v':
      return is(Kind::kNone, Kind::kBool, Kind::kInt, Kind::kFloat, Kind::kStr, Kind::kBytes) || scalar;
    case 'K':
      return is(Kind::kList, Kind::kTuple, Kind::kDict, Kind::kSet, Kind::kStr, Kind::kBytes) ||
             (is(Kind::kArray) && !scalar) || (is(Kind::kObject) && node.module == "builtins" && node.name == "range");
    case 'k':
      return IsIterator(node) || Fits('K', node);
    case 'N':
      return is(Kind::kNone, Kind::kTuple);
    case 'h':
      return is(Kind::kNone, Kind::kGlobal, Kind::kObject);
    case 'r':
      return is(Kind::kStr, Kind::kGlobal, Kind::kObject);
    case 'R':
      return is(Kind::kStr, Kind::kObject) || (is(Kind::kGlobal) && node.module.starts_with("numpy.random."));
    case 'c': {
      const Call* call = is(Kind::kGlobal) ? FindCall(node.module, node.name) : nullptr;
      return call != nullptr && (call->result == Call::Result::kOwn || call->module.starts_with("torch."));
    }
    default:
      return letter == '.';
  }
}

bool Match(const Context& context, std::string_view schema, std::span<const Id> args) {
  bool optional = false;
  size_t used = 0;
  for (size_t i = 0; i < schema.size(); ++i) {
    const char letter = schema[i];
    if (letter == '?') {
      optional = true;
      continue;
    }
    if (letter == '*') {
      return std::all_of(args.begin() + static_cast<ptrdiff_t>(used), args.end(),
                         [&](Id arg) { return Fits(schema[i + 1], context.graph[arg]); });
    }
    if (used == args.size()) return optional;
    if (!Fits(letter, context.graph[args[used++]])) return false;
  }
  return used == args.size();
}

constexpr int kMostPartials = 8;

// methodcaller with keywords is pickled as partial(methodcaller, name, key=value)(...), which makes one and calls none.
bool MakesMethodCaller(const Context& context, const Node& callee) {
  const Id function = FunctionOf(context, callee);
  if (function == kNoId) return false;
  const Node& node = context.graph[function];
  return node.kind == Kind::kGlobal && node.module == "operator" && node.name == "methodcaller";
}

// A known means of attack to call: by its name, or as what getattr has taken. Class.__new__ is taken by partials of
// protocols 2 and 3 that stand for NEWOBJ_EX, a call that is not known.
bool IsMeans(const Node& called) {
  if (called.kind == Kind::kGlobal && called.text == kTaken)
    return !called.name.ends_with(".__new__") && IsDangerousToCall("builtins", "getattr");
  return IsDangerousToCall(called.module, called.name);
}

bool CallsMeans(const Context& context, const Node& callee) {
  if (IsMeans(callee)) return true;
  Id function = FunctionOf(context, callee);
  for (int i = 0; i < kMostPartials && function != kNoId; ++i) {
    if (IsMeans(context.graph[function])) return true;
    function = FunctionOf(context, context.graph[function]);
  }
  return false;
}

}  // namespace

std::span<const Call> Calls() { return kCalls; }

const Call* FindCall(std::string_view module, std::string_view name) {
  using Key = std::pair<std::string_view, std::string_view>;
  static const auto* const kByName = [] {
    auto* by_name = new std::map<Key, const Call*>;
    for (const Call& call : kCalls) by_name->emplace(Key(call.module, call.name), &call);
    return by_name;
  }();
  const auto found = kByName->find(Key(module, name));
  return found == kByName->end() ? nullptr : found->second;
}

Id FunctionOf(const Context& context, const Node& node) {
  if (node.kind != Kind::kObject || node.module != "functools" || node.name != "partial") return kNoId;
  const Id state = node.state;
  if (state != kNoId && !context.graph[state].items.empty()) return context.graph[state].items[0];
  return node.items.empty() ? kNoId : node.items[0];
}

bool IsHashable(const Node& node) {
  return node.hashable && node.kind != Kind::kList && node.kind != Kind::kDict &&
         (node.kind != Kind::kArray || node.is_scalar);
}

bool RefuseCall(Context& context, const Node& node, std::string_view opcode, uint64_t offset) {
  const std::string how = std::string(opcode) + " calls " + Describe(node);
  const bool dangerous = CallsMeans(context, node), named = node.kind == Kind::kGlobal;
  const std::string written = !named || node.text == node.module ? ""
                              : node.text == kTaken              ? " (taken by getattr)"
                                                                 : " (written " + Escape(node.text) + ")";
  std::string why = ", which no scikit-learn model needs to call",
              help = "Loading this file in Python would call it. If it is yours, save the model without it.";
  if (!named) {
    why = ", which is not a function's name";
    help = "Do not load this file in Python.";
  }
  if (dangerous) {
    why = ", a known means of attack";
    help = "Do not load this file in Python: it runs code.";
  }
  return context.Fail(dangerous ? Reason::kDangerous : Reason::kUnknownCall,
                      dangerous ? "type.dangerous" : "type.unknown_call", offset, how + written + why, help,
                      named ? Escape(std::string(node.module) + "." + std::string(node.name)) : "");
}

Id MakeNew(Context& context, Id cls, std::span<const Id> args, uint64_t offset) {
  const Node& node = context.graph[cls];
  return MakeObject(context, {node.module, node.name}, graph::Made::kNew, args, offset);
}

Id MakeInstance(Context& context, Id cls, std::span<const Id> args, uint64_t offset) {
  const Node& node = context.graph[cls];
  if (IsMemmap(node) || IsDangerousToCall(node.module, node.name)) {
    RefuseCall(context, node, "NEWOBJ", offset);
    return kNoId;
  }
  // The __new__ of a subclass of tuple, or of array.array, runs it to its end; picklers give it none.
  for (const Id arg : args) {
    if (!IsIterator(context.graph[arg])) continue;
    RefuseCall(context, context.graph[arg], Escape(node.name), offset);
    return kNoId;
  }
  const bool text_of_numpy = node.module == "numpy" && (node.name == "str_" || node.name == "bytes_");
  if ((node.module == "builtins" && node.name != "object") || text_of_numpy) {
    context.Malformed("type.arguments", offset,
                      "an instance of " + Describe(node) + ", whose values picklers write in another way");
    return kNoId;
  }
  return MakeNew(context, cls, args, offset);
}

// An object's dict is filled from the state's; what else a state is, a class may keep as it is. What a call made, such
// as a Tree, takes the content of the values, too.
void SettleState(Context& context, const Node& object) {
  const Node& state = context.graph[object.state];
  const std::span<const Id> states = state.kind == Kind::kTuple ? state.items : std::span(&object.state, 1);
  for (const Id part : states) {
    const bool is_dict = context.graph[part].kind == Kind::kDict, called = object.made == graph::Made::kCall;
    if (is_dict || called) Settle(context.graph, part);
    if (!is_dict || !called) continue;
    for (const Id value : context.graph[part].items) Settle(context.graph, value);
  }
}

Id MakeCall(Context& context, Id callee_id, Id args_id, uint64_t offset) {
  const Node& callee = context.graph[callee_id];
  if (IsUnread(callee)) return context.AddUnread(offset);
  if (MakesMethodCaller(context, callee) && context.graph[args_id].kind == Kind::kTuple)
    return MakeObject(context, {"operator", "methodcaller"}, graph::Made::kCall, context.graph[args_id].items, offset);
  const Call* call = callee.kind == Kind::kGlobal ? FindCall(callee.module, callee.name) : nullptr;
  if (callee.kind == Kind::kGlobal) context.CountGlobal(callee.module, callee.name, offset, /*called=*/true);
  if (call == nullptr) {
    RefuseCall(context, callee, "REDUCE", offset);
    return kNoId;
  }
  const Node& args = context.graph[args_id];
  // As a class it opens files. An array can be of it, and is read as any other.
  for (const Id arg : args.items) {
    const Node& node = context.graph[arg];
    if (!IsMemmap(node) || call->make == MakeReconstructed) continue;
    RefuseCall(context, node, Escape(callee.name), offset);
    return kNoId;
  }
  // What takes an iterator may run to its end, which can be far: picklers give them to other iterators alone.
  const auto iterator = std::ranges::find_if(args.items, [&](Id arg) { return IsIterator(context.graph[arg]); });
  if (iterator != args.items.end() && call->result != kIterates) {
    RefuseCall(context, context.graph[*iterator], Escape(callee.name), offset);
    return kNoId;
  }
  const auto unread = [&](Id arg) { return IsUnread(context.graph[arg]); };
  if (IsUnread(args)) return context.AddUnread(offset);
  if (args.kind != Kind::kTuple || !Match(context, call->schema, args.items)) {
    if (IsDangerous(call->module, call->name) || call->result == kIterates)
      return RefuseMade(context, {call->module, call->name}, offset);
    const size_t called = call->schema.find('c') - (call->schema.starts_with('?') ? 1 : 0);
    if (args.kind == Kind::kTuple && called < args.items.size() && !Fits('c', context.graph[args.items[called]])) {
      RefuseCall(context, context.graph[args.items[called]], Escape(callee.name), offset);
      return kNoId;
    }
    std::string given;
    for (size_t i = 0; i < args.items.size() && i < 8; ++i) {
      given += (i == 0 ? "" : ", ") + Describe(context.graph[args.items[i]]);
    }
    context.Malformed("type.arguments", offset,
                      Describe(callee) + " is called with (" + given + "), which its own pickling never writes");
    return kNoId;
  }
  if (std::any_of(args.items.begin(), args.items.end(), unread)) {
    return context.ChargeUnfolded(args.items.size(), offset) ? context.AddUnread(offset) : kNoId;
  }
  if (call->make != nullptr) return call->make(context, args.items, offset);
  return MakeObject(context, {callee.module, callee.name}, graph::Made::kCall, args.items, offset);
}

}  // namespace pratique::pickle
