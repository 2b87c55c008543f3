// Every name that a pickle holds is judged, also where no estimator reads it: Python would import and build that too.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "import/graph.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"

namespace pratique {

// The first name that is a known means of attack, called or not. It outranks whatever else is wrong with the file.
std::optional<Rejection> FindDangerous(const graph::Graph& graph);

// The first name that is none of: a called callable of the importer's closed list, a registered class, a name of plain
// data. What FindDangerous finds is unknown too: its list words the refusal and decides nothing.
std::optional<Rejection> FindUnknown(const graph::Graph& graph, const Registry& registry);

// A file can name any number of things: so many are listed, the others counted.
inline constexpr size_t kMostNames = 1000;
struct Refusals {
  std::vector<Rejection> listed;
  uint64_t total = 0;
};
// One finding for each name that either of them could find, in the order of the file; `got` is the name. A class that
// is known but has no C++ form is type.unsupported here: these findings inform beside the one that decides.
Refusals RefusedNames(const graph::Graph& graph, const Registry& registry);

}  // namespace pratique
