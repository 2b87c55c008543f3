// Every name that a pickle holds is judged, also where no estimator reads it: Python would import and build that too.
#pragma once

#include <optional>

#include "import/graph.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"

namespace pratique {

// The first name that is a known means of attack, called or not. It outranks whatever else is wrong with the file.
std::optional<Rejection> FindDangerous(const graph::Graph& graph);

// The first name that is none of: a called callable of the importer's closed list, a registered class, a name of plain
// data. What FindDangerous finds is unknown too: its list words the refusal and decides nothing.
std::optional<Rejection> FindUnknown(const graph::Graph& graph, const Registry& registry);

}  // namespace pratique
