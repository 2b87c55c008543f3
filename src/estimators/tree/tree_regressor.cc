#include "estimators/tree/tree_regressor.h"

#include "estimators/tree/evaluate.h"
#include "estimators/tree/tree_block.h"

namespace pratique {

absl::StatusOr<Signature> TreeRegressor::Infer(const Children& children) const {
  auto owned = CheckOwnedTrees(children, n_features_in, averaged, accepts_missing);
  if (!owned.ok()) return owned.status();
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.n_outputs = owned->value_width;
  signature.one_dimensional = owned->value_width == 1;
  return signature;
}

absl::StatusOr<Data> TreeRegressor::Predict(const Data& X, Run& run) const {
  auto values = EvaluateTrees({averaged, accepts_missing}, X, run);
  if (!values.ok()) return values.status();
  return values->data();
}

}  // namespace pratique
