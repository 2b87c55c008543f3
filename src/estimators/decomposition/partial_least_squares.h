// PLSRegression, PLSCanonical and CCA: a projection, and a linear model of the same columns.
#pragma once

#include "estimators/decomposition/affine_projection.h"

namespace pratique {

// Law of dtype: float64 (the fitted arrays are), of columns that are normalized in X's.
struct PartialLeastSquares {
  using Schema = fb::PartialLeastSquares;
  BOOST_HANA_DEFINE_STRUCT(PartialLeastSquares, (uint32_t, n_features_in), (uint32_t, n_targets), (bool, scales_first),
                           (bool, one_dimensional), (AffineProjection, projection), (Array<double>, coef),
                           (Array<double>, intercept));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const { return projection.Transform(X, run); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const { return projection.InverseTransform(X, run); }
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
