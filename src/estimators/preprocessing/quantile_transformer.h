// QuantileTransformer.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype.
struct QuantileTransformer {
  using Schema = fb::QuantileTransformer;
  BOOST_HANA_DEFINE_STRUCT(QuantileTransformer, (uint32_t, n_features_in), (uint32_t, n_quantiles), (bool, normal),
                           (bool, ignore_implicit_zeros), (bool, exact_bounds), (Array<double>, references),
                           (Array<double>, quantiles), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  Array<double> Of(size_t column) const { return quantiles.subspan(column * n_quantiles, n_quantiles); }
  // One number of a column of `dtype`; rounded to it by the caller.
  double Forward(double x, size_t column, DType dtype) const;
  double Backward(double x, size_t column) const;
};

}  // namespace pratique
