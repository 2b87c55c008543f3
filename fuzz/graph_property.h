// What every graph keeps, whichever importer made it (src/import/graph.h).
#pragma once

#include "fuzz/property.h"
#include "import/graph.h"
#include "import/sklearn/outline.h"

namespace pratique::fuzz {

inline void RequireSound(const graph::Graph& graph) {
  Require(graph.root < graph.size(), "a graph has a root");
  for (graph::Id id = 0; id < graph.size(); ++id) {
    const graph::Node& node = graph[id];
    for (const auto* ids : {&node.items, &node.list_items, &node.dict_items}) {
      for (const graph::Id item : *ids) Require(item < graph.size(), "every id is valid");
    }
    Require(node.state == graph::kNoId || node.state < graph.size(), "every state is valid");
    if (node.kind != graph::Kind::kArray) continue;
    uint64_t elements = 1;
    for (const uint64_t n : node.shape) elements *= n;
    const bool objects = node.dtype->kind == 'O';
    Require((objects ? node.items.size() : node.bytes.size()) == elements * (objects ? 1 : node.dtype->itemsize),
            "an array has the elements of its shape");
  }
  Require(Outline(graph, graph.root, "model").size() <= 1000, "what is shown of a graph is bounded");
}

// Limits of an importer alone: small enough that a bomb is one at once.
inline Limits ImportLimits() {
  Limits limits;
  limits.inflated_bytes = limits.memory = uint64_t{64} << 20;
  return limits;
}

}  // namespace pratique::fuzz
