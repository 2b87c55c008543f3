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
  bool float64_intercept = false;        // intercept_ is a float64 array beside a float32 coef_
  bool integers = false;                 // both are int64

  // Copies what it has into the fields of a state.
  template <class State>
  void Fill(State& state) const {
    state.coef = coef;
    state.intercept = intercept;
    state.fitted_dtype = dtype;
    state.float64_intercept = float64_intercept;
    state.integers = integers;
  }
};
absl::StatusOr<LinearArrays> TakeLinearArrays(ImportContext& context);

// coef_ alone.
struct Coefficients {
  NdArray<double> values;
  fb::DType dtype = fb::DType::Float64;
  bool integers = false;  // it is int64
};
absl::StatusOr<Coefficients> TakeCoefficients(ImportContext& context);

}  // namespace pratique
