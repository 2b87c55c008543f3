// Decision trees and forests of them that choose classes.
#pragma once

#include "model/run.h"
#include "tree_generated.h"
#include "type/class.h"

namespace pratique {

struct TreeClassifier {
  using Schema = fb::TreeClassifier;
  BOOST_HANA_DEFINE_STRUCT(TreeClassifier, (uint32_t, n_features_in), (bool, averaged), (bool, accepts_missing),
                           (Array<Values>, classes), (Strings, feature_names), (bool, paths_refuse_missing));

  // One Values an output, each with at least one class and none missing, all of one dtype (as columns of one y are).
  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);

  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;  // first of the most probable classes
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> Apply(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionPath(const Data& X, Run& run) const;
};

}  // namespace pratique
