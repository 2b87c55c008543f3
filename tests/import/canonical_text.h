// One line of text for a graph, the same that tests/import/values/text.py prints for the value in Python (the notation
// is described there).
#pragma once

#include <string>

#include "import/graph.h"

namespace pratique::testing {

std::string CanonicalText(const graph::Graph& graph, graph::Id id);

}  // namespace pratique::testing
