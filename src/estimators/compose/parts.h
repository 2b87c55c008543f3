// What Pipeline, ColumnTransformer and FeatureUnion share: a list of named parts, each an owned estimator or nothing.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "compose_generated.h"
#include "import/sklearn/import_context.h"
#include "model/signature.h"

namespace pratique {

// There are as many owned objects as `Estimator` parts, and each is an estimator.
absl::Status CheckParts(Array<fb::Part> parts, const Children& children);

// The named parts of an attribute such as `steps`: a list of tuples (name, estimator or text or None, ...).
struct NamedPart {
  std::string_view name;
  graph::Id estimator;
  graph::Id columns;  // the third of a tuple; kNoId when it has two
};
absl::StatusOr<std::vector<NamedPart>> NamedParts(ImportContext& context, std::string_view attribute, size_t tuple_size);

// None or "passthrough".
bool IsPassthrough(const ImportContext& context, graph::Id part);
// "drop".
bool IsDrop(const ImportContext& context, graph::Id part);

// transformer_weights[name], 1 when there is none. `weights` is None or a dict.
absl::StatusOr<double> WeightOf(ImportContext& context, graph::Id weights, std::string_view name);

// A copy in the context's arena; with an address of its own when empty, so that the field is present.
template <class T>
Array<T> Keep(ImportContext& context, const std::vector<T>& values) {
  return context.arena().Copy(Array<T>(values));
}

}  // namespace pratique
