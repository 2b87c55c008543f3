// GradientBoostingClassifier and GradientBoostingRegressor. Trees see float32, as those of forests; results are
// float64.
#pragma once

#include <vector>

#include "boosting_generated.h"
#include "estimators/boosting/raw_scores.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct GradientBoosting {
  using Schema = fb::GradientBoosting;
  BOOST_HANA_DEFINE_STRUCT(GradientBoosting, (uint32_t, n_features_in), (uint32_t, n_scores), (fb::Link, link),
                           (bool, labels_by_probability), (Array<Values>, classes), (double, clip), (bool, plain_log),
                           (bool, accepts_missing), (Strings, feature_names));

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
  absl::StatusOr<Data> Apply(const Data& X, Run& run) const;

 private:
  Data Labels(const RawScores& raw, Run& run) const;  // of numbers, they themselves
  absl::StatusOr<std::vector<RawScores>> RawStages(const Data& X, Run& run) const;
  absl::StatusOr<RawScores> Raw(const Data& X, Run& run) const;
  absl::StatusOr<RawScores> First(const Data& X, Run& run) const;
};

}  // namespace pratique
