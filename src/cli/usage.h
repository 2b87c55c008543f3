// How a model is used, for people: what its input holds, what its methods give.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "pratique/pratique.h"

namespace pratique::cli {

// The model in a file whose container is sound, proven to its end; no policy but the limits has a say.
absl::StatusOr<Model> Proven(const File& file, const Limits& limits);

nlohmann::ordered_json InputJson(const Model& model);    // n_features, features: [{name?, takes, values?}]
nlohmann::ordered_json MethodsJson(const Model& model);  // [{name, columns, gives, dtype?, sparse?}]
nlohmann::ordered_json ClassesJson(const Model& model);  // one list an output
std::string UseText(const Model& model);

}  // namespace pratique::cli
