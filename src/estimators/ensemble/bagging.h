// BaggingClassifier and BaggingRegressor: the mean of estimators that each take some of the columns.
#pragma once

#include "ensemble_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Probabilities are float64; decisions are float32 where all members' are.
struct BaggingClassifier {
  using Schema = fb::BaggingClassifier;
  BOOST_HANA_DEFINE_STRUCT(BaggingClassifier, (uint32_t, n_features_in), (uint32_t, n_estimators), (uint32_t, n_jobs),
                           (Values, classes), (Array<uint32_t>, columns), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
};

// Values are float32 where all members' are.
struct BaggingRegressor {
  using Schema = fb::BaggingRegressor;
  BOOST_HANA_DEFINE_STRUCT(BaggingRegressor, (uint32_t, n_features_in), (uint32_t, n_estimators), (uint32_t, n_jobs),
                           (Array<uint32_t>, columns), (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
};

}  // namespace pratique
