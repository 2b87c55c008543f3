// Gradient-boosted trees of XGBoost, and what its scikit-learn wrappers make of them. All numbers are float32.
#pragma once

#include <optional>

#include "model/run.h"
#include "type/class.h"
#include "type/values.h"
#include "xgboost_generated.h"

namespace pratique {

// float32, whatever X's dtype.
struct XGBoost {
  using Schema = fb::XGBoost;
  BOOST_HANA_DEFINE_STRUCT(XGBoost, (uint32_t, n_features_in), (uint32_t, n_scores), (fb::XGBoostLink, link),
                           (float, missing), (Array<float>, base), (Array<uint32_t>, tree_scores),
                           (Array<float>, tree_weights), (bool, in_place), (Array<Values>, classes),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
};

}  // namespace pratique
