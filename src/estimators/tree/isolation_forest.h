// IsolationForest: how soon random splits part a row from all others. Trees see float32; results are float64.
#pragma once

#include "model/run.h"
#include "tree_generated.h"
#include "type/class.h"

namespace pratique {

struct IsolationForest {
  using Schema = fb::IsolationForest;
  BOOST_HANA_DEFINE_STRUCT(IsolationForest, (uint32_t, n_features_in), (double, denominator), (double, offset),
                           (bool, accepts_missing), (bool, accepts_infinity), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);

  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;

 private:
  absl::StatusOr<std::span<double>> Scores(const Data& X, Run& run) const;
};

}  // namespace pratique
