// BisectingKMeans: a binary tree of centers.
#pragma once

#include "cluster_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

struct BisectingKMeans {
  using Schema = fb::BisectingKMeans;
  BOOST_HANA_DEFINE_STRUCT(BisectingKMeans, (uint32_t, n_features_in), (uint32_t, n_clusters),
                           (fb::DType, fitted_dtype), (Array<uint32_t>, right), (Array<uint32_t>, label),
                           (Array<double>, node_centers), (Array<double>, cluster_centers), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  // Indexes of clusters, int32.
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  // Euclidean distances to the centers of the clusters; float32 if X and the centers are.
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
