// SparseRandomProjection: a product with sparse components.
#pragma once

#include "decomposition_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: promotes with components_.
struct SparseProjection {
  using Schema = fb::SparseProjection;
  BOOST_HANA_DEFINE_STRUCT(SparseProjection, (uint32_t, n_features_in), (uint32_t, n_components),
                           (fb::DType, fitted_dtype), (bool, dense_output), (Array<uint32_t>, outputs),
                           (Array<double>, weights), (Array<uint32_t>, offsets), (Array<double>, back),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

// inverse_components_ of random projections, of the dtype of components_; nothing where fit did not compute them.
absl::StatusOr<Array<double>> TakeInverseComponents(ImportContext& context, fb::DType dtype);

}  // namespace pratique
