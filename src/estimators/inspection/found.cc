#include "estimators/inspection/found.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/mixture/mahalanobis.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Of an estimator without methods.
absl::StatusOr<Signature> NothingToRun(const Children& children, uint64_t n_features_in, Strings names) {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = names;
  return s;
}

Violation Bad(std::string_view field, size_t i, std::string_view rule, auto got, std::string expected) {
  return {absl::StrCat(std::string(field), "[", i, "]"), std::string(rule), absl::StrCat(got), std::move(expected)};
}

}  // namespace

std::optional<Violation> Clustering::Invariant() const {
  // Step i merges rows, or what steps before it made: nodes n_samples + i.
  for (size_t i = 0; i < children.size(); ++i) {
    const uint64_t before = n_samples + i / 2;
    if (static_cast<uint64_t>(children[i]) >= before)
      return Bad("children", i, "merges", children[i], absl::StrCat("below ", before));
  }
  for (size_t i = 0; i < distances.size(); ++i) {
    if (std::isnan(distances[i])) return Bad("distances", i, "merges", distances[i], "a number");
  }
  for (size_t i = 0; i < predecessor.size(); ++i) {
    if (predecessor[i] >= n_samples)
      return Bad("predecessor", i, "predecessors", predecessor[i], absl::StrCat("below ", n_samples));
  }
  for (size_t i = 0; i < probabilities.size(); ++i) {
    if (probabilities[i] < 0 || probabilities[i] > 1)
      return Bad("probabilities", i, "probabilities", probabilities[i], "0 to 1, or NaN");
  }
  return std::nullopt;
}

absl::StatusOr<Signature> Clustering::Infer(const Children& children_) const {
  return NothingToRun(children_, n_features_in, feature_names);
}

absl::Status Clustering::Import(ImportContext& context) {
  // DBSCAN's rows of sparse X are not shown.
  if (const graph::Id id = context.Take("components_");
      !context.IsNone(id) && context.graph()[id].kind == graph::Kind::kArray) {
    ASSIGN_OR_RETURN(const NdArray<double> rows, context.Doubles(id, "components_"));
    if (rows.shape.size() != 2) return context.Invalid("components_", "another shape", "rows of the fit");
    components = rows.values;
  }
  return context.ByName(this);
}

absl::StatusOr<Signature> Biclusters::Infer(const Children& children) const {
  return NothingToRun(children, n_features_in, feature_names);
}

std::optional<Violation> Embedding::Invariant() const {
  if (auto v = invariant::IsFloatDType("dtype", dtype)) return v;
  return invariant::FitsFloatDType("embedding", dtype, embedding);
}

absl::StatusOr<Signature> Embedding::Infer(const Children& children) const {
  return NothingToRun(children, n_features_in, feature_names);
}

absl::Status Embedding::Import(ImportContext& context) {
  const graph::Id id = context.Take("embedding_");
  ASSIGN_OR_RETURN(const NdArray<double> rows, context.Doubles(id, "embedding_"));
  if (rows.shape.size() != 2) return context.Invalid("embedding_", "another shape", "a row for each of the fit");
  embedding = rows.values;
  n_samples = static_cast<uint32_t>(std::min<uint64_t>(rows.shape[0], UINT32_MAX));
  dtype = context.FloatDType(id);
  for (const std::string_view name : {"stress_", "kl_divergence_"}) {
    if (const graph::Id found = context.Take(name); !context.IsNone(found)) {
      ASSIGN_OR_RETURN(objective, context.Double(found, name));
    }
  }
  return context.ByName(this);
}

absl::StatusOr<Signature> Covariance::Infer(const Children& children) const {
  return NothingToRun(children, n_features_in, feature_names);
}

absl::Status Covariance::Import(ImportContext& context) {
  RETURN_IF_ERROR(RequireStoredPrecision(context));
  return context.ByName(this);
}

absl::StatusOr<Data> Covariance::Mahalanobis(const Data& X, Run& run) const {
  return SquaredMahalanobis(X, location, precision, run);
}

}  // namespace pratique
