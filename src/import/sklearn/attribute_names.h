// Names of attributes that scikit-learn's own code could ask for.
#pragma once

#include <string_view>

#include "import/graph.h"

namespace pratique {

// False: no release from 1.0 to 1.9 reads, sets or defines anything of this name, so that an attribute that has it,
// such as one that a tool adds to an estimator, changes no answer. Python's own names (__init__) count as
// scikit-learn's.
bool CouldBeSklearns(std::string_view attribute);

// What classes of scikit-learn, XGBoost or LightGBM call a method, and none of them an attribute: an object that has it
// as an attribute is asked for that in place of its class's method. Python's own names count as such.
bool HidesMethod(std::string_view attribute);

// Whether a value is the method of that name of `self` itself: getattr(self, name).
bool IsOwnMethod(const graph::Graph& graph, graph::Id value, const graph::Node& self, std::string_view name);

}  // namespace pratique
