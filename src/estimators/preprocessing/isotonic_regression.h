// IsotonicRegression.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// X becomes of the dtype that it was fitted on, which results have.
struct IsotonicRegression {
  using Schema = fb::IsotonicRegression;
  BOOST_HANA_DEFINE_STRUCT(IsotonicRegression, (uint32_t, n_thresholds), (fb::DType, fitted_dtype),
                           (fb::OutOfBounds, out_of_bounds), (double, x_min), (double, x_max),
                           (Array<double>, x_thresholds), (Array<double>, y_thresholds));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const { return Predict(X, run); }
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }

 private:
  template <class T>
  absl::StatusOr<Data> PredictAs(const Data& X, Run& run) const;
};

}  // namespace pratique
