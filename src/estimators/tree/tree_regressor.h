// Decision trees and forests of them that predict numbers.
#pragma once

#include "model/run.h"
#include "tree_generated.h"
#include "type/class.h"

namespace pratique {

struct TreeRegressor {
  using Schema = fb::TreeRegressor;
  BOOST_HANA_DEFINE_STRUCT(TreeRegressor, (uint32_t, n_features_in), (bool, averaged), (bool, accepts_missing),
                           (Strings, feature_names), (bool, paths_refuse_missing));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);

  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> Apply(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionPath(const Data& X, Run& run) const;
};

}  // namespace pratique
