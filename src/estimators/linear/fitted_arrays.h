// coef_ and intercept_ as scikit-learn's releases write them.
#pragma once

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"
#include "values_generated.h"

namespace pratique {

struct LinearArrays {
  Array<double> coef;       // n_outputs x n_features
  Array<double> intercept;  // n_outputs; a scalar intercept_ is repeated
  uint32_t n_outputs = 1;
  bool one_dimensional = true;           // coef_ was: one output, and results of one dimension
  fb::DType dtype = fb::DType::Float64;  // coef_'s
};
absl::StatusOr<LinearArrays> TakeLinearArrays(ImportContext& context);

}  // namespace pratique
