// NMF and MiniBatchNMF: factors of rows for given components.
#pragma once

#include "decomposition_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: X's; inverse_transform promotes. The rows of X stop together: the result for a row depends, by about
// tol, on those that come with it.
struct NonNegativeFactors {
  using Schema = fb::NonNegativeFactors;
  BOOST_HANA_DEFINE_STRUCT(NonNegativeFactors, (uint32_t, n_features_in), (uint32_t, n_components),
                           (fb::DType, fitted_dtype), (fb::NmfSolver, solver), (double, beta_loss), (double, tol),
                           (uint32_t, max_iter), (double, l1_reg), (double, l2_reg), (Array<double>, components),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
