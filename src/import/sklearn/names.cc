#include "import/sklearn/names.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "import/value/calls.h"
#include "import/value/names.h"

namespace pratique {
namespace {

// What may stand in a model as data: in a hyperparameter, or beside the model in a bundle. Canonical names.
constexpr pickle::Name kData[] = {
    {"builtins", "bool"},
    {"builtins", "bytes"},
    {"builtins", "complex"},
    {"builtins", "dict"},
    {"builtins", "float"},
    {"builtins", "frozenset"},
    {"builtins", "int"},
    {"builtins", "list"},
    {"builtins", "object"},
    {"builtins", "set"},
    {"builtins", "slice"},
    {"builtins", "str"},
    {"builtins", "tuple"},
    {"collections", "Counter"},
    {"collections", "OrderedDict"},
    {"collections", "defaultdict"},
    {"collections", "deque"},
    {"datetime", "date"},
    {"datetime", "datetime"},
    {"datetime", "timedelta"},
    {"datetime", "timezone"},
    {"uuid", "UUID"},
    {"joblib.memory", "Memory"},
    {"joblib._store_backends", "FileSystemStoreBackend"},
    {"joblib.numpy_pickle", "NumpyArrayWrapper"},
    {"joblib.numpy_pickle", "NDArrayWrapper"},
    {"joblib.numpy_pickle", "ZNDArrayWrapper"},
    {"numpy", "bool"},
    {"numpy", "bool_"},
    {"numpy", "bytes_"},
    {"numpy", "complex128"},
    {"numpy", "complex64"},
    {"numpy", "datetime64"},
    {"numpy", "dtype"},
    {"numpy", "float16"},
    {"numpy", "float32"},
    {"numpy", "float64"},
    {"numpy", "generic"},
    {"numpy", "floating"},
    {"numpy", "inexact"},
    {"numpy", "int16"},
    {"numpy", "int32"},
    {"numpy", "int64"},
    {"numpy", "int8"},
    {"numpy", "integer"},
    {"numpy", "mean"},
    {"numpy", "ndarray"},
    {"numpy", "number"},
    {"numpy", "object_"},
    {"numpy", "signedinteger"},
    {"numpy", "str_"},
    {"numpy", "uint16"},
    {"numpy", "uint32"},
    {"numpy", "uint64"},
    {"numpy", "uint8"},
    {"numpy", "unsignedinteger"},
    {"numpy.ma", "MaskedArray"},
    {"numpy.ma.core", "MaskedArray"},
    {"numpy.random._pickle", "__bit_generator_ctor"},
    {"numpy.random._pickle", "__randomstate_ctor"},
    {"numpy.random", "RandomState"},
    {"numpy.random.mtrand", "RandomState"},
    {"numpy.random._generator", "Generator"},
    {"numpy.random._mt19937", "MT19937"},
    {"numpy.random._pcg64", "PCG64"},
    {"numpy.random._pcg64", "PCG64DXSM"},
    {"numpy.random._philox", "Philox"},
    {"numpy.random._sfc64", "SFC64"},
    {"numpy.random._pickle", "__generator_ctor"},
    {"numpy.random.bit_generator", "SeedSequence"},
    {"pandas", "Categorical"},
    {"pandas", "CategoricalDtype"},
    {"pandas", "DataFrame"},
    {"pandas", "DatetimeIndex"},
    {"pandas", "Index"},
    {"pandas", "Int64Dtype"},
    {"pandas", "MultiIndex"},
    {"pandas", "NA"},
    {"pandas", "RangeIndex"},
    {"pandas", "Series"},
    {"pandas.arrays", "DatetimeArray"},
    {"pandas.arrays", "IntegerArray"},
    {"pandas.arrays", "StringArray"},
    {"pandas._libs.missing", "NA"},
    {"pandas.core.arrays.categorical", "Categorical"},
    {"pandas.core.arrays.datetimes", "DatetimeArray"},
    {"pandas.core.arrays.integer", "Int64Dtype"},
    {"pandas.core.arrays.integer", "IntegerArray"},
    {"pandas.core.arrays.string_", "StringArray"},
    {"pandas.core.arrays.string_", "StringDtype"},
    {"pandas.core.dtypes.dtypes", "CategoricalDtype"},
    {"pandas.core.frame", "DataFrame"},
    {"pandas.core.indexes.base", "Index"},
    {"pandas.core.indexes.datetimes", "DatetimeIndex"},
    {"pandas.core.indexes.multi", "MultiIndex"},
    {"pandas.core.indexes.range", "RangeIndex"},
    {"pandas.core.internals.managers", "BlockManager"},
    {"pandas.core.internals.managers", "SingleBlockManager"},
    {"pandas.core.series", "Series"},
    {"scipy.sparse._csc", "csc_matrix"},
    {"scipy.sparse._csr", "csr_matrix"},
    {"scipy.sparse.csc", "csc_matrix"},
    {"scipy.sparse.csr", "csr_matrix"},
    {"sklearn.compose._column_transformer", "_RemainderColsList"},
    {"sklearn.compose._column_transformer", "make_column_selector"},
    {"sklearn.model_selection._split", "KFold"},
    {"sklearn.model_selection._split", "StratifiedKFold"},
    {"sklearn.tree._tree", "Tree"},
    {"sklearn.utils._bunch", "Bunch"},
    {"sklearn.utils._metadata_requests", "MetadataRequest"},
    {"sklearn.utils._metadata_requests", "MethodMetadataRequest"},
};

using Global = graph::Graph::Global;

bool IsUnsupported(const graph::Node& node, const Registry& registry) {
  const std::string name = absl::StrCat(std::string(node.module), ".", std::string(node.name));
  return registry.FindAlias(name) == nullptr && registry.IsKnown(name);
}

Rejection Judged(const Global& global, Reason reason, const char* code, const char* is, const char* help) {
  const std::string name = absl::StrCat(Escape(global.module), ".", Escape(global.name));
  return {.stage = Stage::kAudit,
          .reason = reason,
          .code = code,
          .offset = global.offset,
          .got = name,
          .message = absl::StrCat("the file names ", name, ", ", is),
          .help = help};
}

Rejection Dangerous(const Global& global) {
  return Judged(global, Reason::kDangerous, "type.dangerous", "a known means of attack",
                "Do not load this file in Python.");
}

Rejection Unknown(const Global& global) {
  return Judged(global, Reason::kUnsupported, "type.unknown", "which is not known as a part of any model",
                "Python would import its module. If it is yours, save the estimator without it.");
}

// A call that was read is on the closed list, with the arguments that its schema has.
bool IsDangerous(const Global& global) { return !global.called && pickle::IsDangerous(global.module, global.name); }

bool IsData(std::string_view module, std::string_view name) {
  return std::ranges::any_of(kData, [&](const pickle::Name& n) { return n.module == module && n.name == name; });
}

bool IsKnown(const Global& global, const Registry& registry) {
  if (global.called && pickle::FindCall(global.module, global.name) != nullptr) return true;
  if (IsData(global.module, global.name)) return true;
  return registry.FindAlias(absl::StrCat(global.module, ".", global.name)) != nullptr;
}

using Names = std::set<std::pair<std::string_view, std::string_view>>;

// scikit-learn's own names that stand nowhere but inside estimators that are not supported: a gradient boosting's
// losses, links and encoders. The estimator is the finding, they say nothing more.
Names PartsOfUnsupported(const graph::Graph& graph, const Registry& registry) {
  Names outside, inside;
  std::vector<bool> seen(graph.size(), false);
  std::vector<graph::Id> open = {graph.root}, within;
  auto visit = [&](std::vector<graph::Id>& stack, Names& names, bool stop_at_unsupported) {
    while (!stack.empty()) {
      const graph::Id id = stack.back();
      stack.pop_back();
      if (id == graph::kNoId || seen[id]) continue;
      seen[id] = true;
      const graph::Node& node = graph[id];
      const bool named = node.kind == graph::Kind::kObject || node.kind == graph::Kind::kGlobal;
      if (named) names.emplace(node.module, node.name);
      const bool stop = stop_at_unsupported && node.kind == graph::Kind::kObject && IsUnsupported(node, registry);
      std::vector<graph::Id>& next = stop ? within : stack;
      for (const auto* ids : {&node.items, &node.list_items, &node.dict_items})
        next.insert(next.end(), ids->begin(), ids->end());
      next.push_back(node.state);
    }
  };
  visit(open, outside, true);
  visit(within, inside, false);
  std::erase_if(inside,
                [&](const auto& name) { return outside.contains(name) || !name.first.starts_with("sklearn."); });
  return inside;
}

}  // namespace

bool IsPlainData(std::string_view module, std::string_view name) {
  // Frames and times are made by calls of the closed list.
  if (!IsData(module, name) && pickle::FindCall(module, name) == nullptr) return false;
  if (name == "Bunch") return true;
  constexpr std::string_view kOfData[] = {"builtins", "collections", "datetime", "numpy", "pandas", "scipy", "uuid"};
  const bool of_data = std::ranges::find(kOfData, module.substr(0, module.find('.'))) != std::ranges::end(kOfData);
  return of_data && !module.starts_with("numpy.random") && name != "mean";
}

std::optional<Rejection> FindDangerous(const graph::Graph& graph) {
  for (const Global& global : graph.globals) {
    if (IsDangerous(global)) return Dangerous(global);
  }
  return std::nullopt;
}

std::optional<Rejection> FindUnknown(const graph::Graph& graph, const Registry& registry) {
  for (const Global& global : graph.globals) {
    if (!IsKnown(global, registry)) return Unknown(global);
  }
  return std::nullopt;
}

Refusals RefusedNames(const graph::Graph& graph, const Registry& registry) {
  const Names parts = PartsOfUnsupported(graph, registry);
  Refusals refused;
  for (const Global& global : graph.globals) {
    const bool dangerous = IsDangerous(global);
    if (!dangerous && (IsKnown(global, registry) || parts.contains({global.module, global.name}))) continue;
    if (++refused.total > kMostNames) continue;
    const bool unsupported = !dangerous && registry.IsKnown(absl::StrCat(global.module, ".", global.name));
    refused.listed.push_back(dangerous      ? Dangerous(global)
                             : !unsupported ? Unknown(global)
                                            : Judged(global, Reason::kUnsupported, "type.unsupported",
                                                     "which is known but not supported", ""));
  }
  return refused;
}

}  // namespace pratique
