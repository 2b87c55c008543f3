// Linear models whose prediction is X coef^T + intercept.
#pragma once

#include "linear_generated.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

struct LinearRegressor {
  using Schema = fb::LinearRegressor;
  BOOST_HANA_DEFINE_STRUCT(LinearRegressor, (uint32_t, n_features_in), (uint32_t, n_outputs), (bool, one_dimensional),
                           (fb::DType, fitted_dtype), (Array<double>, coef), (Array<double>, intercept),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
};

}  // namespace pratique
