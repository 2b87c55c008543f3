#include "import/sklearn/attribute_names.h"

#include <algorithm>

namespace pratique {
namespace {

// Sorted; written by tests/import/make_attribute_names.py.
constexpr std::string_view kNames[] = {
#include "import/sklearn/attribute_names.inc"
};
constexpr std::string_view kMethods[] = {
#include "import/sklearn/method_names.inc"
};

}  // namespace

bool CouldBeSklearns(std::string_view attribute) {
  return attribute.empty() || attribute.starts_with("__") || std::ranges::binary_search(kNames, attribute);
}

bool HidesMethod(std::string_view attribute) {
  return attribute.starts_with("__") || std::ranges::binary_search(kMethods, attribute);
}

bool IsOwnMethod(const graph::Graph& graph, graph::Id value, const graph::Node& self, std::string_view name) {
  using graph::Kind;
  const graph::Node& call = graph[value];
  if (call.kind != Kind::kObject || call.module != "builtins" || call.name != "getattr" || call.items.size() != 2 ||
      call.state != graph::kNoId)
    return false;
  const graph::Node &of = graph[call.items[0]], &method = graph[call.items[1]];
  return of.kind == Kind::kObject && of.state == self.state && of.module == self.module && of.name == self.name &&
         method.kind == Kind::kStr && method.text == name;
}

}  // namespace pratique
