#include "estimators/compose/selection.h"

#include <algorithm>

#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::Node;

absl::Status Unknown(const ImportContext& context) {
  return context.Unsupported("transformers_", "columns selected by another value",
                             "Select columns by a list of names or numbers, a mask or a slice.");
}

bool IsName(const Node& n) {
  return n.kind == Kind::kStr || (n.kind == Kind::kArray && n.dtype && n.dtype->kind == 'U');
}
bool IsInteger(const Node& n) {
  const bool is_scalar = n.kind == Kind::kArray && n.shape.empty() && n.dtype;
  return n.kind == Kind::kInt || (is_scalar && (n.dtype->kind == 'i' || n.dtype->kind == 'u'));
}
bool IsFlag(const Node& n) {
  return n.kind == Kind::kBool || (n.kind == Kind::kArray && n.shape.empty() && n.dtype && n.dtype->kind == 'b');
}

absl::StatusOr<Selection> OfSequence(ImportContext& context, std::span<const Id> items) {
  const graph::Graph& graph = context.graph();
  const auto all = [&](auto is) { return std::ranges::all_of(items, [&](Id i) { return is(graph[i]); }); };
  Selection selection;
  if (!items.empty() && all(IsName)) return selection;
  const bool flags = !items.empty() && all(IsFlag);
  if (!flags && !all(IsInteger)) return Unknown(context);
  selection.by_position = true;
  for (Id item : items) {
    ASSIGN_OR_RETURN(int64_t value, context.Int(item, "transformers_"));
    flags ? selection.mask.push_back(value != 0) : selection.numbers.push_back(value);
  }
  return selection;
}

absl::StatusOr<Selection> OfSlice(ImportContext& context, const Node& call) {
  Selection selection;
  const graph::Graph& graph = context.graph();
  if (call.items.size() != 3) return Unknown(context);
  if (IsName(graph[call.items[0]]) || IsName(graph[call.items[1]])) return selection;
  Selection::Slice slice;
  for (size_t i = 0; i < 3; ++i) {
    if (context.IsNone(call.items[i])) continue;
    if (!IsInteger(graph[call.items[i]])) return Unknown(context);
    ASSIGN_OR_RETURN(int64_t value, context.Int(call.items[i], "transformers_"));
    if (i == 2 && value == 0) return Unknown(context);
    if (i == 2)
      slice.step = value;
    else
      (i == 0 ? slice.start : slice.stop) = value;
  }
  selection.by_position = true;
  selection.slice = slice;
  return selection;
}

// Python's slice.indices(n), and the first of the range of them.
std::vector<int64_t> RangeOf(const Selection::Slice& slice, int64_t n, size_t most) {
  const bool up = slice.step > 0;
  const int64_t lowest = up ? 0 : -1, highest = up ? n : n - 1;
  const auto bound = [&](std::optional<int64_t> given, int64_t otherwise) {
    if (!given) return otherwise;
    return std::clamp(*given < 0 && *given >= -n ? *given + n : *given < 0 ? lowest : *given, lowest, highest);
  };
  const int64_t start = bound(slice.start, up ? lowest : highest), stop = bound(slice.stop, up ? highest : lowest);
  const int64_t step = std::clamp(slice.step, -n - 1, n + 1);  // a longer one ends as soon
  std::vector<int64_t> range;
  for (int64_t i = start; range.size() < most && (up ? i < stop : i > stop); i += step) range.push_back(i);
  return range;
}

}  // namespace

absl::StatusOr<Selection> Selection::Of(ImportContext& context, Id columns) {
  const graph::Graph& graph = context.graph();
  if (columns == graph::kNoId) return Unknown(context);
  const Node& node = graph[columns];
  if (node.kind == Kind::kArray && node.shape.empty() && !node.is_scalar) return Unknown(context);  // without a len()
  if (IsName(node)) return Selection{};
  switch (node.kind) {
    case Kind::kList:
    case Kind::kTuple:
      return OfSequence(context, node.items);
    case Kind::kInt:
      return OfSequence(context, {&columns, 1});
    case Kind::kArray: {
      if (node.dtype && node.dtype->kind == 'O') return OfSequence(context, node.items);
      if (node.shape.empty()) return OfSequence(context, {&columns, 1});
      ASSIGN_OR_RETURN(Array<int64_t> values, context.IntVector(columns, "transformers_"));
      Selection selection{.by_position = true};
      for (int64_t value : values) {
        node.dtype->kind == 'b' ? selection.mask.push_back(value != 0) : selection.numbers.push_back(value);
      }
      return selection;
    }
    case Kind::kObject: {
      if (node.name == "slice" && node.module == "builtins") return OfSlice(context, node);
      if (node.name != "_RemainderColsList") return Selection{};
      const Id data = graph.Find(columns, "data");  // scikit-learn's own list, 1.5 to 1.8
      if (data == graph::kNoId || graph[data].kind != Kind::kList) return Unknown(context);
      return OfSequence(context, graph[data].items);
    }
    default:
      return Unknown(context);
  }
}

std::vector<int64_t> Selection::Positions(uint64_t n_columns, size_t most) const {
  const int64_t n = static_cast<int64_t>(n_columns);
  if (slice) return RangeOf(*slice, n, most);
  std::vector<int64_t> positions;
  if (mask.empty()) {
    for (int64_t number : numbers) positions.push_back(number < 0 ? number + n : number);
    return positions;
  }
  if (mask.size() != n_columns) return {-1};  // no selection at all: numpy refuses it
  for (int64_t i = 0; i < n; ++i) {
    if (mask[i]) positions.push_back(i);
  }
  return positions;
}

}  // namespace pratique
