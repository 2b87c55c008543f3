#include "estimators/tree/fitted_tree.h"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/tree/changes.h"
#include "pratique/rejection.h"
#include "status_macros.h"

namespace pratique {

using graph::Id;
using graph::Kind;
using graph::kNoId;

namespace {

// scikit-learn's mark of a leaf (sklearn/tree/_tree.pyx TREE_LEAF).
constexpr int64_t kNoChild = -1;

constexpr uint64_t kMaxNodes = UINT32_MAX;

}  // namespace

Place Place::operator/(std::string_view attribute) const {
  return {*context_, path_.empty() ? std::string(attribute) : absl::StrCat(path_, ".", std::string(attribute))};
}

absl::Status Place::Wrong(std::string_view rule, std::string_view got, std::string_view expected) const {
  return ToStatus(
      {.stage = Stage::kAudit,
       .reason = Reason::kInvalid,
       .code = "state.rule",
       .path = absl::StrCat(context_->path(), ".", path_),
       .offset = context_->object().offset,
       .rule = std::string(rule),
       .got = Escape(got),
       .expected = std::string(expected),
       .message = absl::StrCat("rule ", std::string(rule), ": got ", Escape(got), ", expected ", std::string(expected)),
       .help = "The tree contradicts itself; do not load this model anywhere."});
}

absl::Status Place::NotFinite(double got) const {
  return ToStatus({.stage = Stage::kAudit,
                   .reason = Reason::kUnsupported,
                   .code = "state.not_finite",
                   .path = absl::StrCat(context_->path(), ".", path_),
                   .offset = context_->object().offset,
                   .rule = "finite",
                   .got = absl::StrCat(got),
                   .expected = "a finite number",
                   .message = absl::StrCat("the value of a leaf is ", got)});
}

TreeExpectations TreeExpectations::Of(const ImportContext& context, bool is_classifier) {
  return {.is_classifier = is_classifier,
          .knows_missing = !context.Predates(release_1_3::kNodesKnowMissing),
          .holds_weights = is_classifier && context.Predates(release_1_4::kLeavesHoldFractions)};
}

uint64_t TreeExpectations::width() const { return std::accumulate(n_classes.begin(), n_classes.end(), uint64_t{0}); }

// --- records --------------------------------------------------------------------------------------------------------

namespace {

int64_t Integer(const std::byte* at, uint32_t size, bool big_endian) {
  std::byte raw[8];
  std::memcpy(raw, at, size);
  if (big_endian) std::reverse(raw, raw + size);
  if (size == 4) {
    int32_t value;
    std::memcpy(&value, raw, sizeof value);
    return value;
  }
  int64_t value;
  std::memcpy(&value, raw, sizeof value);
  return value;
}

int64_t NativeInteger(const std::byte* at) {
  int64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

// Eight bytes each in this machine's order, as scikit-learn writes them on all but a few machines.
bool FittedTree::IsNative() const {
  const Field* fields[] = {&left_, &right_, &feature_, &threshold_};
  return std::ranges::all_of(fields, [](const Field* f) {
    return f->size == 8 && f->big_endian == (std::endian::native == std::endian::big);
  });
}

FittedTree::Record FittedTree::RecordAt(uint32_t i) const {
  const std::byte* record = records_ + i * record_size_;
  const auto integer = [&](const Field& f) { return Integer(record + f.offset, f.size, f.big_endian); };
  return {integer(left_), integer(right_), integer(feature_), std::bit_cast<double>(integer(threshold_)),
          missing_go_to_left_.size != 0 ? std::to_integer<uint8_t>(record[missing_go_to_left_.offset]) : uint8_t{0}};
}

int64_t FittedTree::n_node_samples(uint32_t i) const {
  return Integer(records_ + i * record_size_ + n_node_samples_.offset, n_node_samples_.size,
                 n_node_samples_.big_endian);
}

// The fields by name, whatever their order and offsets. All names must be known: a new one can change what a split
// means.
absl::Status FittedTree::ReadLayout(const graph::Node& nodes, const Place& place, const TreeExpectations& expected) {
  const auto unknown = [&](std::string_view why) {
    return place.Unsupported(
        absl::StrCat(std::string(why), " in nodes of dtype ", nodes.dtype ? nodes.dtype->ToString() : "?"),
        "These are not the nodes of the scikit-learn release that the file names.");
  };
  if (!nodes.dtype || nodes.dtype->kind != 'V' || nodes.dtype->fields.empty()) return unknown("no fields");
  struct Known {
    std::string_view name;
    char kind;
    Field* field;  // null: no prediction reads it
  };
  const Known known[] = {{"left_child", 'i', &left_},
                         {"right_child", 'i', &right_},
                         {"feature", 'i', &feature_},
                         {"threshold", 'f', &threshold_},
                         {"impurity", 'f', nullptr},
                         {"n_node_samples", 'i', &n_node_samples_},
                         {"weighted_n_node_samples", 'f', nullptr},
                         {"missing_go_to_left", 'u', &missing_go_to_left_}};
  for (const graph::DType::Field& field : nodes.dtype->fields) {
    if (field.name.empty() && field.dtype->kind == 'V') continue;  // padding
    const Known* it = std::ranges::find(known, field.name, &Known::name);
    if (it == std::end(known) || field.dtype->kind != it->kind ||
        field.offset + field.dtype->itemsize > nodes.dtype->itemsize) {
      return unknown(absl::StrCat("an unknown field '", field.name, "'"));
    }
    if (it->field != nullptr) *it->field = {field.offset, field.dtype->itemsize, field.dtype->big_endian};
  }
  const auto is_integer = [](const Field& field) { return field.size == 4 || field.size == 8; };
  if (!is_integer(left_) || !is_integer(right_) || !is_integer(feature_) || !is_integer(n_node_samples_) ||
      threshold_.size != 8)
    return unknown("other sizes");
  if (missing_go_to_left_.size != (expected.knows_missing ? 1 : 0)) return unknown("missing_go_to_left, from 1.3 on,");
  records_ = nodes.bytes.data();
  record_size_ = nodes.dtype->itemsize;
  return absl::OkStatus();
}

// --- sizes ----------------------------------------------------------------------------------------------------------

// Tree(n_features, n_classes, n_outputs), then its state: all say the same, and what their owner says.
absl::Status FittedTree::ReadSizes(ImportContext& context, Id object, const Place& place,
                                   const TreeExpectations& expected) {
  const graph::Graph& graph = context.graph();
  const graph::Node& tree = graph[object];
  const auto arguments = [&](size_t i) { return i < tree.items.size() ? tree.items[i] : kNoId; };
  ASSIGN_OR_RETURN(int64_t n_features, context.Int(arguments(0), (place / "n_features").path()));
  ASSIGN_OR_RETURN(NdArray<int64_t> n_classes, context.Ints(arguments(1), (place / "n_classes").path()));
  ASSIGN_OR_RETURN(int64_t n_outputs, context.Int(arguments(2), (place / "n_outputs").path()));
  if (n_features < 0 || static_cast<uint64_t>(n_features) != expected.n_features) {
    return (place / "n_features").Wrong("n_features", absl::StrCat(n_features), absl::StrCat(expected.n_features));
  }
  if (n_outputs < 0 || static_cast<uint64_t>(n_outputs) != expected.n_outputs()) {
    return (place / "n_outputs").Wrong("n_outputs", absl::StrCat(n_outputs), absl::StrCat(expected.n_outputs()));
  }
  if (n_classes.shape.size() != 1 || n_classes.values.size() != expected.n_outputs()) {
    return (place / "n_classes")
        .Wrong("shape", absl::StrCat(n_classes.values.size(), " numbers"),
               absl::StrCat(expected.n_outputs(), " numbers"));
  }
  for (size_t k = 0; k < expected.n_outputs(); ++k) {
    const int64_t got = n_classes.values[k];
    if (got >= 0 && static_cast<uint64_t>(got) == expected.n_classes[k]) continue;
    return (place / absl::StrCat("n_classes[", k, "]"))
        .Wrong("n_classes", absl::StrCat(got), absl::StrCat(expected.n_classes[k]));
  }
  n_outputs_ = expected.n_outputs();
  max_n_classes_ = n_outputs_ == 0 ? 0 : *std::ranges::max_element(expected.n_classes);
  return absl::OkStatus();
}

absl::Status FittedTree::ReadValues(ImportContext& context, Id id, const Place& place) {
  if (id != kNoId && context.graph()[id].dtype) {
    const graph::Node& array = context.graph()[id];
    context.arena().Charge(array.bytes.size() / std::max<size_t>(array.dtype->itemsize, 1) * sizeof(double));
  }
  ASSIGN_OR_RETURN(NdArray<double> values, context.Doubles(id, (place / "values").path(), converted_));
  const std::vector<uint64_t> shape = {n_nodes_, n_outputs_, max_n_classes_};
  if (values.shape != shape) {
    const auto text = [](const std::vector<uint64_t>& dims) {
      std::string list;
      for (uint64_t d : dims) absl::StrAppend(&list, list.empty() ? "" : ",", d);
      return absl::StrCat("(", list, ")");
    };
    return (place / "values")
        .Wrong("shape", text(values.shape), absl::StrCat(text(shape), ": nodes, outputs, classes"));
  }
  values_ = values.values;
  return absl::OkStatus();
}

// --- content --------------------------------------------------------------------------------------------------------

absl::Status FittedTree::CheckSplit(uint32_t i, const Record& record, const Place& place,
                                    const TreeExpectations& expected) const {
  const auto is_child = [&](int64_t child) { return child > i && child < n_nodes_; };
  const bool is_feature = record.feature >= 0 && static_cast<uint64_t>(record.feature) < expected.n_features;
  // +inf splits NaN from numbers (sklearn/tree/_splitter.pyx, 1.3). Nothing honest is below the smallest float32.
  const bool is_threshold = record.threshold >= -FLT_MAX && (record.threshold < INFINITY || expected.knows_missing);
  if (is_child(record.left) && is_child(record.right) && is_feature && is_threshold && record.missing_go_to_left <= 1) {
    return absl::OkStatus();
  }
  const Place at = place / absl::StrCat("nodes[", i, "]");
  const std::string child = absl::StrCat("above ", i, " and below ", n_nodes_);
  if (!is_child(record.left)) return (at / "left_child").Wrong("child", absl::StrCat(record.left), child);
  if (!is_child(record.right)) return (at / "right_child").Wrong("child", absl::StrCat(record.right), child);
  if (!is_feature) {
    return (at / "feature")
        .Wrong("feature", absl::StrCat(record.feature), absl::StrCat("0 or more and below ", expected.n_features));
  }
  if (!is_threshold)
    return (at / "threshold").Wrong("finite", absl::StrCat(record.threshold), "a finite number in float32's range");
  return (at / "missing_go_to_left").Wrong("max", absl::StrCat(record.missing_go_to_left), "0 or 1");
}

// Children come after their parent and have one each: then all nodes are reached from the first, and no walk
// returns. What a leaf has beside its values scikit-learn does not read.
template <bool kNative>
absl::StatusOr<uint32_t> FittedTree::ReadNodes(const Place& place, const TreeExpectations& expected) {
  nodes_.resize(n_nodes_);
  std::vector<uint32_t> level(n_nodes_, 0);  // 1 for the root; 0: no parent seen yet
  level[0] = 1;
  uint32_t deepest = 1;
  for (uint32_t i = 0; i < n_nodes_; ++i) {
    if (level[i] == 0) continue;
    Record record;
    if constexpr (kNative) {
      const std::byte* raw = records_ + i * record_size_;
      record = {NativeInteger(raw + left_.offset), NativeInteger(raw + right_.offset),
                NativeInteger(raw + feature_.offset), std::bit_cast<double>(NativeInteger(raw + threshold_.offset)),
                missing_go_to_left_.size != 0 ? std::to_integer<uint8_t>(raw[missing_go_to_left_.offset]) : uint8_t{0}};
    } else {
      record = RecordAt(i);
    }
    if (record.left == kNoChild) {
      if (record.right != kNoChild)
        return (place / absl::StrCat("nodes[", i, "].right_child"))
            .Wrong("leaf", absl::StrCat(record.right), "-1, as left_child is");
      leaves_.push_back(i);
      continue;
    }
    RETURN_IF_ERROR(CheckSplit(i, record, place, expected));
    Node& node = nodes_[i];
    node = {record.threshold, static_cast<uint32_t>(record.left), static_cast<uint32_t>(record.right),
            static_cast<uint32_t>(record.feature), record.missing_go_to_left != 0};
    const auto at = [&](const char* field) { return place / absl::StrCat("nodes[", i, "].", field); };
    if (level[node.left] != 0)
      return at("left_child").Wrong("one_parent", absl::StrCat(node.left), "a node that is no other split's child");
    level[node.left] = level[i] + 1;
    if (level[node.right] != 0)
      return at("right_child").Wrong("one_parent", absl::StrCat(node.right), "a node that is no other split's child");
    level[node.right] = level[i] + 1;
    deepest = std::max(deepest, level[i] + 1);
  }
  if (const auto lost = std::ranges::find(level, 0u); lost != level.end()) {
    return (place / absl::StrCat("nodes[", lost - level.begin(), "]"))
        .Unsupported(
            "a node that none reaches: someone pruned the tree",
            "apply and decision_path would count it. Fit the tree with limits instead (max_depth, ccp_alpha).");
  }
  return deepest - 1;
}

absl::Status FittedTree::CheckLeafValues(const Place& place, const TreeExpectations& expected) const {
  for (const uint32_t i : leaves_) {
    for (size_t k = 0; k < n_outputs_; ++k) {
      const std::span<const double> all = values(i, k, max_n_classes_);
      for (size_t c = 0; c < all.size(); ++c) {
        const bool is_padding = c >= expected.n_classes[k];
        if (is_padding ? all[c] == 0 : std::isfinite(all[c])) continue;
        const Place at = place / absl::StrCat("values[", i, ",", k, ",", c, "]");
        if (!is_padding) return at.NotFinite(all[c]);
        return at.Wrong("padding", absl::StrCat(all[c]),
                        absl::StrCat("0: the output has ", expected.n_classes[k], " classes"));
      }
    }
  }
  return absl::OkStatus();
}

FittedTree FittedTree::Of(std::vector<Node> nodes) {
  FittedTree tree;
  tree.n_nodes_ = static_cast<uint32_t>(nodes.size());
  tree.nodes_ = std::move(nodes);
  return tree;
}

absl::StatusOr<FittedTree> FittedTree::Read(ImportContext& context, Id object, const Place& place,
                                            const TreeExpectations& expected) {
  const graph::Graph& graph = context.graph();
  if (object == kNoId) return context.Absent(place.path(), "a fitted tree");
  const graph::Node& node = graph[object];
  if (node.kind != Kind::kObject || node.module != "sklearn.tree._tree" || node.name != "Tree" || node.state == kNoId) {
    return context.Invalid(place.path(),
                           node.kind == Kind::kObject
                               ? absl::StrCat(std::string(node.module), ".", std::string(node.name))
                               : "another value",
                           "a fitted sklearn.tree._tree.Tree");
  }
  FittedTree tree;
  RETURN_IF_ERROR(tree.ReadSizes(context, object, place, expected));
  const Id nodes = graph.Find(object, "nodes");
  if (nodes == kNoId || graph[nodes].kind != Kind::kArray || graph[nodes].shape.size() != 1) {
    return context.Invalid((place / "nodes").path(), "another value", "a one-dimensional structured array");
  }
  RETURN_IF_ERROR(tree.ReadLayout(graph[nodes], place / "nodes", expected));
  const uint64_t n_nodes = graph[nodes].shape[0];
  if (n_nodes == 0 || n_nodes > kMaxNodes || graph[nodes].bytes.size() / n_nodes < tree.record_size_) {
    return (place / "nodes")
        .Wrong("shape", absl::StrCat(n_nodes, " nodes"), absl::StrCat("1 to ", kMaxNodes, " nodes"));
  }
  ASSIGN_OR_RETURN(int64_t node_count, context.Int(graph.Find(object, "node_count"), (place / "node_count").path()));
  if (node_count < 0 || static_cast<uint64_t>(node_count) != n_nodes) {
    return (place / "node_count")
        .Wrong("node_count", absl::StrCat(node_count), absl::StrCat(n_nodes, ", the length of nodes"));
  }
  tree.n_nodes_ = static_cast<uint32_t>(n_nodes);
  RETURN_IF_ERROR(tree.ReadValues(context, graph.Find(object, "values"), place));
  ASSIGN_OR_RETURN(uint32_t depth,
                   tree.IsNative() ? tree.ReadNodes<true>(place, expected) : tree.ReadNodes<false>(place, expected));
  ASSIGN_OR_RETURN(int64_t max_depth, context.Int(graph.Find(object, "max_depth"), (place / "max_depth").path()));
  if (max_depth < depth || static_cast<uint64_t>(max_depth) >= n_nodes) {
    return (place / "max_depth").Wrong("max_depth", absl::StrCat(max_depth), absl::StrCat(depth));
  }
  RETURN_IF_ERROR(tree.CheckLeafValues(place, expected));
  return tree;
}

}  // namespace pratique
