// SGDOneClassSVM: inliers stand on one side of a hyperplane.
#pragma once

#include "linear_generated.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

// Promotes X's dtype with the fitted one and the float64 offset. Labels are -1 and 1, int32.
struct LinearOutlier {
  using Schema = fb::LinearOutlier;
  BOOST_HANA_DEFINE_STRUCT(LinearOutlier, (uint32_t, n_features_in), (fb::DType, fitted_dtype), (Array<double>, coef),
                           (double, offset), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;
};

}  // namespace pratique
