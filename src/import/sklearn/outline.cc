#include "import/sklearn/outline.h"

#include <charconv>
#include <set>

#include "absl/strings/str_cat.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/plain_data.h"
#include "import/sklearn/shown.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::Node;

constexpr size_t kMostObjects = 300, kMostAttributes = 100, kMostElements = 20, kDeepest = 12;

std::string Number(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

// The elements of a short array of numbers or texts, or of a list; "" for what is long or holds anything else.
std::string Elements(const graph::Graph& graph, const Node& node) {
  std::string out;
  auto add = [&](const std::string& element) { absl::StrAppend(&out, out.empty() ? "" : ", ", element); };
  if (node.kind == Kind::kArray && node.dtype && node.dtype->kind != 'O') {
    uint64_t size = 1;
    for (uint64_t n : node.shape) size = size > kMostElements ? size : size * n;
    if (size > kMostElements || node.shape.size() > 1) return "";
    Arena arena;
    if (auto texts = ReadTexts(node, arena)) {
      for (std::string_view text : *texts) add(absl::StrCat("'", Escape(text, 60), "'"));
    } else if (auto integers = ReadNumbers<int64_t>(node, arena)) {
      for (int64_t number : *integers) add(absl::StrCat(number));
    } else if (auto numbers = ReadNumbers<double>(node, arena)) {
      for (double number : *numbers) add(Number(number));
    }
    return out;
  }
  const bool is_list = node.kind == Kind::kList || node.kind == Kind::kTuple || node.kind == Kind::kArray;
  if (!is_list || node.items.size() > kMostElements) return "";
  for (Id item : node.items) {
    const Node& value = graph[item];
    if (value.kind == Kind::kStr) {
      add(absl::StrCat("'", Escape(value.text, 60), "'"));
    } else if (value.kind == Kind::kInt) {
      add(absl::StrCat(value.integer));
    } else if (value.kind == Kind::kFloat) {
      add(Number(value.real));
    } else {
      return "";
    }
  }
  return out;
}

std::string Value(const graph::Graph& graph, Id id) {
  const Node& node = graph[id];
  if (node.kind == Kind::kInt) return absl::StrCat(node.integer);
  if (node.kind == Kind::kFloat) return Number(node.real);
  if (node.kind == Kind::kBool) return node.integer != 0 ? "True" : "False";
  if (node.kind == Kind::kStr) return absl::StrCat("'", Escape(node.text, 200), "'");
  const std::string elements = Elements(graph, node);
  return absl::StrCat(Description(graph, id), elements.empty() ? "" : ": ", elements);
}

class Outliner {
 public:
  explicit Outliner(const graph::Graph& graph) : graph_(graph) {}

  std::vector<Outlined> Run(Id root, const std::string& path) {
    Look(root, path, 0, 0);
    return std::move(outlined_);
  }

 private:
  // What a class of scikit-learn's or of another known library is; the rest is data, or not known at all.
  bool IsEstimator(const Node& node) const {
    return node.kind == Kind::kObject && !IsPlainData(node.module, node.name) && node.state != kNoId &&
           graph_[node.state].kind == Kind::kDict && !node.module.starts_with("sklearn.tree._tree");
  }

  // Objects, and lists, tuples and dicts down to a fixed depth: what is written is bounded, whatever the file is, and
  // so is the work.
  void Look(Id id, const std::string& path, size_t depth, size_t nesting, uint64_t alike = 1) {
    if (outlined_.size() >= kMostObjects || nesting > kDeepest) return;
    const Node& node = graph_[id];
    if (IsEstimator(node)) return Add(id, path, depth, nesting, alike);
    const bool is_list = node.kind == Kind::kList || node.kind == Kind::kTuple;
    // Once each: lists of the same lists, twelve deep, are met more often than anyone can count.
    if ((!is_list && node.kind != Kind::kDict) || !seen_.insert(id).second) return;
    if (is_list) return LookAtList(node, path, depth, nesting);
    for (size_t i = 0; i + 1 < node.items.size() && i < 2 * kMostAttributes; i += 2) {
      const Node& key = graph_[node.items[i]];
      const std::string step = key.kind == Kind::kStr   ? absl::StrCat("'", Escape(key.text, 60), "'")
                               : key.kind == Kind::kInt ? absl::StrCat(key.integer)
                                                        : "...";
      Look(node.items[i + 1], absl::StrCat(path, "[", step, "]"), depth, nesting + 1);
    }
  }

  void LookAtList(const Node& list, const std::string& path, size_t depth, size_t nesting) {
    for (size_t i = 0; i < list.items.size() && i < kMostObjects;) {
      const Node& first = graph_[list.items[i]];
      size_t end = i + 1;
      while (first.kind == Kind::kObject && end < list.items.size() && graph_[list.items[end]].kind == Kind::kObject &&
             graph_[list.items[end]].name == first.name && graph_[list.items[end]].module == first.module)
        ++end;
      Look(list.items[i], absl::StrCat(path, "[", i, "]"), depth, nesting + 1, end - i);
      i = end;
    }
  }

  void Add(Id id, const std::string& path, size_t depth, size_t nesting, uint64_t alike) {
    if (!seen_.insert(id).second) return;
    const size_t at = outlined_.size();
    outlined_.push_back({path, Escape(TypeName(graph_[id])), ParamsJson(graph_, id), alike, depth, {}});
    const Node& state = graph_[graph_[id].state];
    for (size_t i = 0; i + 1 < state.items.size() && i < 2 * kMostAttributes; i += 2) {
      const Node& key = graph_[state.items[i]];
      if (key.kind != Kind::kStr) continue;
      const std::string name = Escape(key.text, 80);
      const Id value = state.items[i + 1];
      if (key.text.ends_with('_')) outlined_[at].fitted.emplace_back(name, Value(graph_, value));
      Look(value, absl::StrCat(path, ".", name), depth + 1, nesting + 1);
    }
  }

  const graph::Graph& graph_;
  std::set<Id> seen_;
  std::vector<Outlined> outlined_;
};

}  // namespace

std::vector<Outlined> Outline(const graph::Graph& graph, Id root, const std::string& path) {
  return Outliner(graph).Run(root, path);
}

}  // namespace pratique
