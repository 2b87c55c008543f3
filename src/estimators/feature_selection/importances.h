// How important a fitted estimator finds its features: coef_ or feature_importances_, which is computed from its trees.
#pragma once

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"

namespace pratique {

struct Importances {
  std::span<double> values;  // one a feature, not negative
  bool is_float32 = false;   // numbers of float32, and what is computed of them is rounded to it
};

// sklearn/feature_selection/_base.py _get_feature_importances with transform_func="norm". `getter`: "auto", or
// attributes with dots between them. What no attribute holds and is not computed here is refused by name.
absl::StatusOr<Importances> ImportancesOf(ImportContext& context, graph::Id estimator, std::string_view getter,
                                          double norm_order);

// feature_importances_ of trees, forests, gradient boosting and AdaBoost.
absl::StatusOr<std::span<double>> TreeImportances(ImportContext& context, graph::Id estimator);

}  // namespace pratique
