// SplineTransformer.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype if it is a float's.
struct SplineTransformer {
  using Schema = fb::SplineTransformer;
  BOOST_HANA_DEFINE_STRUCT(SplineTransformer, (uint32_t, n_features_in), (uint32_t, n_splines), (uint32_t, n_knots),
                           (uint32_t, degree), (fb::Extrapolation, extrapolation), (bool, include_bias), (bool, sparse),
                           (bool, missing_zeros), (bool, exact_bounds), (bool, constant_is_zero),
                           (Array<double>, knots), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  absl::Status ImportSplines(ImportContext& context);
  Array<double> KnotsOf(size_t column) const { return knots.subspan(column * n_knots, n_knots); }
};

}  // namespace pratique
