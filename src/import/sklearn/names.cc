#include "import/sklearn/names.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "import/sklearn/numpy_functions.h"
#include "import/sklearn/plain_data.h"
#include "import/sklearn/search_names.h"
#include "import/value/calls.h"
#include "import/value/names.h"

namespace pratique {
namespace {

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

Rejection RunsCode(const graph::Node& distribution) {
  const std::string name = absl::StrCat(Escape(distribution.module), ".", Escape(distribution.name));
  return {.stage = Stage::kAudit,
          .reason = Reason::kDangerous,
          .code = "type.dangerous",
          .offset = distribution.offset,
          .got = name,
          .message = absl::StrCat("a ", name, " brings its own _parse_arg_template, which Python runs as code"),
          .help = "Do not load this file in Python."};
}

Rejection Unknown(const Global& global) {
  return Judged(global, Reason::kUnsupported, "type.unknown", "which is not known as a part of any model",
                "Python would import its module. If it is yours, save the estimator without it.");
}

using Names = std::set<std::pair<std::string_view, std::string_view>>;

// Those that some value holds, beside the calls of them: found when it is first asked, which few files make it.
class HeldNames {
 public:
  explicit HeldNames(const graph::Graph& graph) : graph_(graph) {}

  bool Has(const Global& global) {
    if (!names_) Find();
    return names_->contains({global.module, global.name});
  }

 private:
  void Find() {
    names_.emplace();
    const auto look_at = [&](graph::Id id) {
      if (id == graph::kNoId || graph_[id].kind != graph::Kind::kGlobal) return;
      names_->emplace(graph_[id].module, graph_[id].name);
    };
    for (graph::Id id = 0; id < graph_.size(); ++id) {
      const graph::Node& node = graph_[id];
      for (const auto* ids : {&node.items, &node.list_items, &node.dict_items}) std::ranges::for_each(*ids, look_at);
      look_at(node.state);
    }
    look_at(graph_.root);
  }

  const graph::Graph& graph_;
  std::optional<Names> names_;
};

// A call that was read is on the closed list, with the arguments that its schema has.
bool IsDangerous(const Global& global, HeldNames& held) {
  return pickle::IsDangerous(global.module, global.name) && (!global.called || held.Has(global));
}

bool IsKnown(const graph::Graph& graph, const Global& global, HeldNames& held, const Registry& registry) {
  using Result = pickle::Call::Result;
  const pickle::Call* call = global.called ? pickle::FindCall(global.module, global.name) : nullptr;
  if (call != nullptr && !call->MayBeHeld()) return false;
  if (call != nullptr && (call->result == Result::kOwn || !held.Has(global))) return true;
  if (IsData(global.module, global.name) || NumpyFunction(global.module, global.name)) return true;
  if (IsOfSearch(global.module, global.name)) return true;
  if (IsPartOfDistribution(graph, global.module, global.name)) return true;
  return registry.FindAlias(absl::StrCat(global.module, ".", global.name)) != nullptr;
}

// A class that is known may still have no form here.
Rejection NotRead(const Global& global, const Registry& registry) {
  if (!registry.IsKnown(absl::StrCat(global.module, ".", global.name))) return Unknown(global);
  return Judged(global, Reason::kUnsupported, "type.unsupported", "which is known but not supported", "");
}

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

std::optional<Rejection> FindDangerous(const graph::Graph& graph) {
  HeldNames held(graph);
  for (const Global& global : graph.globals) {
    if (IsDangerous(global, held)) return Dangerous(global);
  }
  if (const graph::Id id = FindHostileDistribution(graph); id != graph::kNoId) return RunsCode(graph[id]);
  return std::nullopt;
}

std::optional<Rejection> FindUnknown(const graph::Graph& graph, const Registry& registry) {
  HeldNames held(graph);
  for (const Global& global : graph.globals) {
    if (!IsKnown(graph, global, held, registry)) return NotRead(global, registry);
  }
  return std::nullopt;
}

Refusals RefusedNames(const graph::Graph& graph, const Registry& registry) {
  const Names parts = PartsOfUnsupported(graph, registry);
  HeldNames held(graph);
  Refusals refused;
  for (const Global& global : graph.globals) {
    const bool dangerous = IsDangerous(global, held);
    if (!dangerous && (IsKnown(graph, global, held, registry) || parts.contains({global.module, global.name})))
      continue;
    if (++refused.total > kMostNames) continue;
    refused.listed.push_back(dangerous ? Dangerous(global) : NotRead(global, registry));
  }
  return refused;
}

}  // namespace pratique
