// Birch, MeanShift and AffinityPropagation.
#pragma once

#include "cluster_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

struct NearestCenters {
  using Schema = fb::NearestCenters;
  BOOST_HANA_DEFINE_STRUCT(NearestCenters, (uint32_t, n_features_in), (uint32_t, n_clusters), (fb::DType, fitted_dtype),
                           (Array<double>, centers), (Array<int64_t>, labels), (fb::DType, label_dtype),
                           (bool, sparse_centers), (bool, compares_roots), (bool, squares_of_sparse),
                           (bool, dense_only), (bool, transforms), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  // Labels, of label_dtype.
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  // Birch's Euclidean distances to the centers; float32 if X and the centers are.
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

}  // namespace pratique
