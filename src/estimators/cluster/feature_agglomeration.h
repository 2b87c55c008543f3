// FeatureAgglomeration: the columns of a cluster become one.
#pragma once

#include "cluster_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: float64 for the mean; the others keep X's (the median makes float64 of integers).
struct FeatureAgglomeration {
  using Schema = fb::FeatureAgglomeration;
  BOOST_HANA_DEFINE_STRUCT(FeatureAgglomeration, (uint32_t, n_features_in), (uint32_t, n_clusters),
                           (fb::Pooling, pooling), (Array<uint32_t>, labels), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  // Each column becomes those of its cluster; any numbers, as they are.
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
