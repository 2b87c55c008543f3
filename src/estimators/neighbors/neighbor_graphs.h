// NearestNeighbors, KNeighborsTransformer and RadiusNeighborsTransformer: neighbours themselves.
#pragma once

#include "estimators/neighbors/neighbors.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"

namespace pratique {

struct NearestNeighbors {
  using Schema = fb::NearestNeighbors;
  BOOST_HANA_DEFINE_STRUCT(NearestNeighbors, (uint32_t, n_features_in), (Neighbors, neighbors), (uint32_t, n_neighbors),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const { return neighbors.Invariant(n_features_in, n_neighbors); }
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return neighbors.Prepare(arena); }
  absl::StatusOr<Data> KNeighbors(const Data& X, Run& run) const {
    return DistancesAndIndices(neighbors, n_neighbors, X, run);
  }
};

struct KNeighborsTransformer {
  using Schema = fb::KNeighborsTransformer;
  BOOST_HANA_DEFINE_STRUCT(KNeighborsTransformer, (uint32_t, n_features_in), (Neighbors, neighbors),
                           (uint32_t, n_neighbors), (fb::GraphMode, mode), (Strings, feature_names));

  std::optional<Violation> Invariant() const { return neighbors.Invariant(n_features_in, n_neighbors); }
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return neighbors.Prepare(arena); }
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

struct RadiusNeighborsTransformer {
  using Schema = fb::RadiusNeighborsTransformer;
  BOOST_HANA_DEFINE_STRUCT(RadiusNeighborsTransformer, (uint32_t, n_features_in), (Neighbors, neighbors),
                           (double, radius), (fb::GraphMode, mode), (Strings, feature_names));

  std::optional<Violation> Invariant() const { return neighbors.Invariant(n_features_in, 1); }
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
