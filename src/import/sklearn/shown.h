// What people are shown of a graph: the types of its nodes, what an estimator was made with, and what data is called.
#pragma once

#include <string>
#include <string_view>

#include "import/graph.h"

namespace pratique {

// Of scikit-learn's conventions: fitted attributes end in '_', private ones begin with it.
bool IsHyperparameter(std::string_view attribute);

// An instance's hyperparameters as JSON for people; its state is a dict.
std::string ParamsJson(const graph::Graph& graph, graph::Id object);

// "sklearn.pipeline.Pipeline" for an instance; "dict", "numpy.ndarray", ... for the rest.
std::string TypeName(const graph::Node& node);

// What a value is, for errors: "an array of <f8 with shape (100,4)", "a dict", "nothing" for kNoId.
std::string Received(const graph::Graph& graph, graph::Id value);

// What a value is, for people: "a list of 12 texts", "an array of 100 x 4 float64".
std::string Description(const graph::Graph& graph, graph::Id value);

}  // namespace pratique
