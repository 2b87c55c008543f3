// AdaBoostClassifier and AdaBoostRegressor: what weighted estimators say.
#pragma once

#include "ensemble_generated.h"
#include "estimators/ensemble/members.h"
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
  absl::StatusOr<Data> StagedPredict(const Data& X, Run& run) const;
  absl::StatusOr<Data> StagedPredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> StagedDecisionFunction(const Data& X, Run& run) const;

 private:
  // Adds up what the members say, and calls after_each(sum, members so far) after each of them.
  template <class AfterEach>
  absl::Status Add(const Data& X, Run& run, AfterEach after_each) const;
  // One column, or one a class, of their sums over the weights; labels and probabilities of such.
  Data Decision(const RunningSum& sum, double weight, Run& run) const;
  Data Labels(const Data& decisions, Run& run) const;
  Data Probabilities(const Data& decisions, Run& run) const;
  // What `of` makes of the decisions after each member, side by side.
  template <class F>
  absl::StatusOr<Data> Stages(const Data& X, Run& run, F of) const;
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
  absl::StatusOr<Data> StagedPredict(const Data& X, Run& run) const;

 private:
  // Medians of the values of the first `least` members, of one more, ..., of all.
  absl::StatusOr<Data> Medians(const Data& X, size_t least, Run& run) const;
};

}  // namespace pratique
