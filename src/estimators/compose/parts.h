// What Pipeline, ColumnTransformer and FeatureUnion share: a list of named parts, each an owned estimator or nothing.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "compose_generated.h"
#include "import/sklearn/import_context.h"
#include "type/signature.h"

namespace pratique {

// What the owner calls its part number t: "steps[1]".
using RoleOf = std::string (*)(size_t part);

// The owned object i is an estimator, and has this role.
absl::Status CheckOwned(const Children& children, size_t i, std::string_view role);

// The owner takes the same X as each of its estimators: its columns, names and whether they may be text.
absl::Status TakesTheSame(Signature& whole, const Signature& one, std::string_view role);

// There are as many owned objects as `Estimator` parts, each is an estimator, and has the role of its part.
absl::Status CheckParts(Array<fb::Part> parts, const Children& children, RoleOf role_of);

// The named parts of an attribute such as `steps`: a list of tuples (name, estimator or text or None, ...).
struct NamedPart {
  std::string_view name;
  graph::Id estimator;
  graph::Id columns;  // the third of a tuple; kNoId when it has two
};
absl::StatusOr<std::vector<NamedPart>> NamedParts(ImportContext& context, std::string_view attribute,
                                                  size_t tuple_size);

// None or "passthrough".
bool IsPassthrough(const ImportContext& context, graph::Id part);
// "drop".
bool IsDrop(const ImportContext& context, graph::Id part);

// What was to be fitted. Only its tags are read: since 1.6 check_is_fitted asks the owner for its own, which asks it
// (sklearn/model_selection/_search.py __sklearn_tags__, and its like).
absl::Status TakeTemplate(ImportContext& context, std::string_view attribute, bool none_allowed = false);

// Of part t; without kinds no part is weighted.
inline fb::Weight KindOfWeight(Array<fb::Weight> kinds, size_t t) {
  return kinds.empty() ? fb::Weight::None : kinds[t];
}

// Of weights and their kinds the one that no import makes.
std::optional<Violation> WrongWeight(Array<double> weights, Array<fb::Weight> kinds);

// A copy in the context's arena; with an address of its own when empty, so that the field is present.
template <class T>
Array<T> Keep(ImportContext& context, const std::vector<T>& values) {
  return context.arena().Copy(Array<T>(values));
}

// The parts of a transformer whose results stand side by side, each with its factor in transformer_weights.
class WeightedParts {
 public:
  WeightedParts(ImportContext& context, RoleOf role_of)
      : context_(context), role_of_(role_of), all_weights_(context.Take("transformer_weights")) {}

  // Takes over the next part; an estimator becomes a child. `passes`: rows are passed on in its place.
  absl::Status Add(const NamedPart& part, bool passes = false);

  bool empty() const { return parts_.empty(); }

  template <class S>
  void StoreIn(S& state) const {
    state.n_transformers = static_cast<uint32_t>(parts_.size());
    state.names = Keep(context_, names_);
    state.parts = Keep(context_, parts_);
    state.weights = Keep(context_, weights_);
    if (std::ranges::any_of(kinds_, [](fb::Weight kind) { return kind != fb::Weight::None; }))
      state.weight_kinds = Keep(context_, kinds_);
  }

 private:
  struct Factor {
    double value = 1;
    fb::Weight kind = fb::Weight::None;
  };
  absl::StatusOr<Factor> WeightOf(std::string_view name) const;

  ImportContext& context_;
  const RoleOf role_of_;
  const graph::Id all_weights_;  // None or a dict
  std::vector<std::string_view> names_;
  std::vector<fb::Part> parts_;
  std::vector<double> weights_;
  std::vector<fb::Weight> kinds_;
};

}  // namespace pratique
