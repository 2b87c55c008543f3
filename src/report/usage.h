// How a model is used, for people: what its input holds, what its methods give. From it a row of the input can be
// written: there is one as an example.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pratique/pratique.h"

namespace pratique {

// {type, input: {n_features, rows, accepts, features: [{name?, takes, dtype?, values?, n_values?}], example?},
//  methods: [{name, columns, gives, shape?, shapes?, dtype?, sparse?, column_names?, feature_names_out?,
//  no_feature_names_out?}], classes: one list an output}
nlohmann::ordered_json UseJson(const Model& model);
std::string UseText(const Model& model);

// Names for the columns of a result: the classes of predict_proba, where there is one a column, behind the stage's
// number where there are stages; what kneighbors gives, leaves of stages and classes, and scikit-learn's names for what
// transform gives. Empty: they have none.
std::vector<std::string> ColumnNames(const Model& model, Method method);

}  // namespace pratique
