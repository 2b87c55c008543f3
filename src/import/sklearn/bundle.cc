#include "import/sklearn/bundle.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "import/sklearn/plain_data.h"
#include "import/sklearn/shown.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::Node;

constexpr size_t kLongestRoot = 4096;
constexpr uint32_t kNoPlace = UINT32_MAX, kUnreachable = UINT32_MAX - 1;

// A step of a path, so that it stays readable and JSON: what a terminal would not show is written as \uXXXX.
std::string Quoted(std::string_view key) {
  const std::string text(key);
  return nlohmann::json(text).dump(-1, ' ', /*ensure_ascii=*/Escape(text, SIZE_MAX) != text,
                                   nlohmann::json::error_handler_t::replace);
}

bool IsSequence(const Node& node) { return node.kind == Kind::kList || node.kind == Kind::kTuple; }

// Keys and values of a dict, or of an object that is one; nullptr for anything else.
const std::vector<Id>* MappingOf(const Node& node) {
  if (node.kind == Kind::kDict) return &node.items;
  const bool is_dict = node.kind == Kind::kObject && (node.module == "collections" || node.name == "Bunch") &&
                       !node.dict_items.empty() && IsPlainData(node.module, node.name);
  return is_dict ? &node.dict_items : nullptr;
}

// What one step of --root leads to; the last of equal keys, as in Python. kNoId: no such entry.
Id Entry(const graph::Graph& graph, const Node& node, const nlohmann::json& step) {
  if (IsSequence(node)) {
    const bool inside = step.is_number_unsigned() && step.get<uint64_t>() < node.items.size();
    return inside ? node.items[step.get<uint64_t>()] : kNoId;
  }
  const std::vector<Id>* items = MappingOf(node);
  for (size_t i = items ? items->size() & ~size_t{1} : 0; i >= 2; i -= 2) {
    const Node& key = graph[(*items)[i - 2]];
    const bool is_text = step.is_string() && key.kind == Kind::kStr && key.text == step.get_ref<const std::string&>();
    const bool is_number = step.is_number_integer() && key.kind == Kind::kInt &&
                           step.is_number_unsigned() == (key.integer >= 0) && step.get<int64_t>() == key.integer;
    if (is_text || is_number) return (*items)[i - 1];
  }
  return kNoId;
}

// The first entries, as --root takes them, with what they are.
std::string EntriesText(const graph::Graph& graph, const Node& node) {
  constexpr size_t kShown = 20;
  const std::vector<Id>* pairs = MappingOf(node);
  const std::vector<Id>& items = pairs ? *pairs : node.items;
  const size_t step = pairs ? 2 : 1;
  std::string list;
  for (size_t i = 0; i + step <= items.size() && i < kShown * step; i += step) {
    const Node& key = graph[items[i]];
    const std::string name = !pairs                   ? absl::StrCat(i)
                             : key.kind == Kind::kStr ? Quoted(key.text.substr(0, 60))
                                                      : absl::StrCat(key.integer);
    absl::StrAppend(&list, list.empty() ? "" : ", ", "'[", name, "]' (",
                    Escape(TypeName(graph[items[i + step - 1]]), 80), ")");
  }
  return absl::StrCat(list, items.size() > kShown * step ? ", ..." : "");
}

// An entry of a mapping, as a step of a path.
std::string KeyText(const Node& key) { return key.kind == Kind::kStr ? Quoted(key.text) : absl::StrCat(key.integer); }

class Look {
 public:
  Look(const graph::Graph& graph, const Registry& registry)
      : graph_(graph), registry_(registry), seen_(graph.size(), false) {}

  Bundle Run() {
    bundle_.is_data = true;
    Push(graph_.root, kNoPlace);
    while (!stack_.empty()) {
      const auto [id, place] = stack_.back();
      stack_.pop_back();
      if (seen_[id]) continue;
      seen_[id] = true;
      Visit(id, place);
    }
    return std::move(bundle_);
  }

 private:
  void Push(Id id, uint32_t place) {
    if (id != kNoId) stack_.emplace_back(id, place);
  }

  uint32_t Below(uint32_t place, size_t step, Id key, size_t index) {
    const size_t length = step + 1 + (place == kNoPlace ? 1 : bundle_.places[place].length);
    if (length > kLongestRoot) return kUnreachable;
    bundle_.places.push_back({place, static_cast<uint32_t>(length), key, static_cast<uint32_t>(index)});
    return static_cast<uint32_t>(bundle_.places.size() - 1);
  }

  uint32_t BelowIndex(uint32_t place, size_t index) {
    return place == kUnreachable ? place : Below(place, absl::StrCat(index).size(), kNoId, index);
  }

  uint32_t BelowKey(uint32_t place, Id key) {
    const Kind kind = graph_[key].kind;
    if (place == kUnreachable || (kind != Kind::kStr && kind != Kind::kInt)) return kUnreachable;
    auto [at, added] = key_lengths_.emplace(key, 0);  // once a key: a stream names one text again with two bytes
    if (added) at->second = KeyText(graph_[key]).size();
    return Below(place, at->second, key, 0);
  }

  void Visit(Id id, uint32_t place) {
    const Node& node = graph_[id];
    if (const std::vector<Id>* mapping = MappingOf(node)) {
      if (node.kind == Kind::kObject) PushParts(node);
      return PushMapping(*mapping, place);
    }
    switch (node.kind) {
      case Kind::kList:
      case Kind::kTuple:
        for (size_t i = node.items.size(); i-- > 0;)
          Push(node.items[i], IsLeaf(node.items[i]) ? place : BelowIndex(place, i));
        return;
      case Kind::kObject:
        return VisitObject(id, place);
      case Kind::kGlobal:
        bundle_.is_data &= IsPlainData(node.module, node.name);
        return;
      default:
        for (Id item : node.items) Push(item, kUnreachable);
        Push(node.state, kUnreachable);
    }
  }

  // What holds nothing needs no path: a list of a million numbers makes none.
  bool IsLeaf(Id id) const {
    const Node& node = graph_[id];
    return node.kind < Kind::kList || (node.kind <= Kind::kDict && node.items.empty());
  }

  // No two keys are equal (UnifyKeys).
  void PushMapping(const std::vector<Id>& items, uint32_t place) {
    for (size_t i = items.size() & ~size_t{1}; i >= 2; i -= 2) {
      Push(items[i - 1], IsLeaf(items[i - 1]) ? kUnreachable : BelowKey(place, items[i - 2]));
      Push(items[i - 2], kUnreachable);
    }
  }

  void VisitObject(Id id, uint32_t place) {
    const Node& node = graph_[id];
    const std::string name = TypeName(node);
    if (IsEstimator(name)) {
      bundle_.is_data = false;
      if (place == kUnreachable) return Hide(node, name);
      bundle_.estimators.push_back({id, place});
      return;
    }
    // The parts of a frame.
    bundle_.is_data &= IsData(name, node);
    PushParts(node);
    for (Id inner : node.dict_items) Push(inner, kUnreachable);
  }

  // What an object was made of and given, beside its entries.
  void PushParts(const Node& node) {
    for (const auto* ids : {&node.items, &node.list_items}) {
      for (Id inner : *ids) Push(inner, kUnreachable);
    }
    Push(node.state, kUnreachable);
  }

  bool IsEstimator(const std::string& name) {
    auto [at, added] = estimators_.emplace(name, false);
    if (added) at->second = registry_.IsKnown(name);
    return at->second;
  }

  bool IsData(const std::string& name, const Node& node) {
    auto [at, added] = data_.emplace(name, false);
    if (added) at->second = IsPlainData(node.module, node.name);
    return at->second;
  }

  void Hide(const Node& node, const std::string& name) {
    if (bundle_.hidden) return;
    bundle_.hidden = Rejection{.stage = Stage::kAudit,
                               .reason = Reason::kUnsupported,
                               .code = "type.bundle",
                               .offset = node.offset,
                               .got = Escape(name),
                               .message = absl::StrCat("a ", Escape(name), " stands where no --root leads"),
                               .help = "Save it by itself, or under a text or a number in a dict, list or tuple."};
  }

  const graph::Graph& graph_;
  const Registry& registry_;
  std::vector<bool> seen_;
  std::vector<std::pair<Id, uint32_t>> stack_;
  std::map<Id, size_t> key_lengths_;
  std::map<std::string, bool> estimators_, data_;
  Bundle bundle_;
};

}  // namespace

std::string Bundle::Root(const graph::Graph& graph, const Entry& entry) const {
  std::vector<std::string> steps;
  for (uint32_t at = entry.place; at != kNoPlace; at = places[at].above)
    steps.push_back(places[at].key == kNoId ? absl::StrCat(places[at].index) : KeyText(graph[places[at].key]));
  return absl::StrCat("[", absl::StrJoin(steps.rbegin(), steps.rend(), ", "), "]");
}

Bundle LookInto(const graph::Graph& graph, const Registry& registry) { return Look(graph, registry).Run(); }

absl::StatusOr<Id> PickRoot(const graph::Graph& graph, std::string_view root) {
  Id id = graph.root;
  auto refuse = [&](std::string message, std::string help) {
    return ToStatus({.stage = Stage::kAudit,
                     .reason = Reason::kUnsupported,
                     .code = "type.bundle",
                     .offset = graph[id].offset,
                     .message = std::move(message),
                     .help = std::move(help)});
  };
  if (root.empty()) {
    const Node& node = graph[id];
    if (MappingOf(node) == nullptr && !IsSequence(node)) return id;
    return refuse(absl::StrCat("the file holds a ", TypeName(node), ", not an estimator: ", EntriesText(graph, node)),
                  "Name the estimator with --root.");
  }
  const auto path = nlohmann::json::parse(root, nullptr, false);
  if (!path.is_array())
    return refuse("--root is not a JSON array", "For example --root '[\"model\"]' or --root '[0]'.");
  for (const auto& step : path) {
    const Id next = Entry(graph, graph[id], step);
    if (next == kNoId) {
      const bool has_entries = MappingOf(graph[id]) != nullptr || IsSequence(graph[id]);
      return refuse(absl::StrCat("--root: no entry ", step.dump()),
                    has_entries        ? absl::StrCat("Choose one of ", EntriesText(graph, graph[id]))
                    : id == graph.root ? "The file holds one value, which needs no --root."
                                       : "What stands there has no entries: name it by a shorter --root.");
    }
    id = next;
  }
  return id;
}

}  // namespace pratique
