// KNeighborsClassifier and KNeighborsRegressor. Law of dtype: float64; means of float32 targets are float32.
#pragma once

#include "estimators/neighbors/neighbors.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct KNeighborsClassifier {
  using Schema = fb::KNeighborsClassifier;
  BOOST_HANA_DEFINE_STRUCT(KNeighborsClassifier, (uint32_t, n_features_in), (uint32_t, n_outputs),
                           (Neighbors, neighbors), (uint32_t, n_neighbors), (fb::Weighting, weighting),
                           (Array<Values>, classes), (Array<uint32_t>, labels), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return neighbors.Prepare(arena); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> KNeighbors(const Data& X, Run& run) const;
};

struct KNeighborsRegressor {
  using Schema = fb::KNeighborsRegressor;
  BOOST_HANA_DEFINE_STRUCT(KNeighborsRegressor, (uint32_t, n_features_in), (uint32_t, n_outputs),
                           (Neighbors, neighbors), (uint32_t, n_neighbors), (fb::Weighting, weighting),
                           (bool, one_dimensional), (fb::DType, dtype), (Array<double>, targets),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return neighbors.Prepare(arena); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> KNeighbors(const Data& X, Run& run) const;
};

}  // namespace pratique
