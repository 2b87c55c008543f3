// What a search over parameters, or a tuned threshold, keeps beside its model: scorers, splitters, distributions.
#pragma once

#include <optional>
#include <string_view>

#include "import/graph.h"

namespace pratique {

// sklearn.metrics' functions and scorers, sklearn.model_selection's splitters, scipy.stats' distributions. No estimator
// reads more of them than a name or a parameter.
bool IsOfSearch(std::string_view module, std::string_view name);

// numpy.vectorize, in a graph of discrete distributions: they keep methods of theirs that are vectorized.
bool IsPartOfDistribution(const graph::Graph& graph, std::string_view module, std::string_view name);

// A distribution of scipy.stats whose source of argument parsers is not scipy's own: Python runs it as code when it
// loads the object, without calling anything that the file names. kNoId: there is none.
graph::Id FindHostileDistribution(const graph::Graph& graph);

}  // namespace pratique
