// What can be shown of a foreign file whether or not it is supported: its estimators, their parameters and attributes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "import/graph.h"

namespace pratique {

// One estimator, as the file says it is; nothing of it is proven. Texts are escaped and cut.
struct Outlined {
  std::string path;    // "model.steps[0][1]"
  std::string type;    // as the file names it
  std::string params;  // JSON
  uint64_t alike = 1;  // elements of a list from this one on that are of the same type: only the first is shown
  size_t depth = 0;    // how many estimators it stands in
  std::vector<std::pair<std::string, std::string>> fitted;  // "classes_": "an array of 2 int64: 0, 1"
};

// At most a few hundred, the outer ones first; a hundred attributes each.
std::vector<Outlined> Outline(const graph::Graph& graph, graph::Id root, const std::string& path);

}  // namespace pratique
