// Linear models whose prediction is X coef^T + intercept, or the inverse link of that.
#pragma once

#include "linear_generated.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

// Promotes X's dtype with the fitted one.
struct LinearRegressor {
  using Schema = fb::LinearRegressor;
  BOOST_HANA_DEFINE_STRUCT(LinearRegressor, (uint32_t, n_features_in), (uint32_t, n_outputs), (bool, one_dimensional),
                           (fb::DType, fitted_dtype), (Array<double>, coef), (Array<double>, intercept),
                           (Strings, feature_names), (fb::GlmLink, link), (bool, float64_intercept), (bool, integers),
                           (Array<uint32_t>, std_columns), (Array<double>, sigma), (double, alpha),
                           (Array<double>, std_offset), (bool, float32_sigma), (bool, float32_offset));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictStd(const Data& X, Run& run) const;

 private:
  bool has_std() const { return std_columns.data() != nullptr; }
  std::optional<Violation> CheckStd() const;
  absl::Status ImportStd(ImportContext& context);
};

}  // namespace pratique
