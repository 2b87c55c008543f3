// AdaBoostClassifier and AdaBoostRegressor: what weighted estimators say.
#pragma once

#include "ensemble_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Decisions are float64; of SAMME.R float32 where all members' probabilities are.
struct AdaBoostClassifier {
  using Schema = fb::AdaBoostClassifier;
  BOOST_HANA_DEFINE_STRUCT(AdaBoostClassifier, (uint32_t, n_features_in), (uint32_t, n_estimators),
                           (fb::Boosting, boosting), (Values, classes), (Array<double>, weights),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
};

// Values are float32 where all members' are.
struct AdaBoostRegressor {
  using Schema = fb::AdaBoostRegressor;
  BOOST_HANA_DEFINE_STRUCT(AdaBoostRegressor, (uint32_t, n_features_in), (uint32_t, n_estimators),
                           (Array<double>, weights), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
};

}  // namespace pratique
