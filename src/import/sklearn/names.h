// Every name that a pickle holds is judged, also where no estimator reads it: Python would import and build that too.
#pragma once

#include <optional>

#include "import/graph.h"
#include "pratique/registry.h"
#include "pratique/rejection.h"

namespace pratique {

// The first name that is a known means of attack, called or not. It outranks whatever else is wrong with the file.
std::optional<Rejection> FindDangerous(const graph::Graph& graph);

// The first name that is none of: a callable on the importer's closed list, a class of scikit-learn, a name of plain data.
std::optional<Rejection> FindUnknown(const graph::Graph& graph, const Registry& registry);

}  // namespace pratique
