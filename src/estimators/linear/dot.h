// X coef^T + intercept: what every linear model computes.
#pragma once

#include <span>

#include "model/check_array.h"
#include "model/run.h"
#include "values_generated.h"

namespace pratique {

// {rows, n} where n = intercept.size(), from checked X (dense or CSR, finite, intercept.size() * columns ==
// coef.size()).
//
// dtype: numpy's promotion of X's with `fitted`. Dense products are summed in it as kernels/product.h says, the
// intercept last (BLAS fixes no order, so scikit-learn does not agree with itself bit for bit); CSR is summed as scipy
// does, entry by entry, and float32 is exact.
//
// `float64_intercept`: the intercept is float64 whatever `fitted` is, so that it makes a float32 product float64.
Data LinearScores(const FloatData& X, Array<double> coef, Array<double> intercept, fb::DType fitted, Run& run,
                  bool float64_intercept = false);

// The weights of many outputs as a few rows are multiplied by them, of the dtype of coef.
struct LinearWeights {
  std::span<const float> floats;
  std::span<const double> doubles;
};
// In `arena`; nullptr where it does not pay: few outputs, few weights, or more than a processor's cache takes. `coef`
// has rows of `n` outputs.
const LinearWeights* LayOut(Array<double> coef, size_t n, fb::DType fitted, Arena& arena);

// The same of X as it was given: CheckFloats, too. Wide rows are checked and multiplied some at a time, so that they
// are in cache the second time. `weights`: of LayOut, or nullptr, which it is with `float64_intercept`.
absl::StatusOr<Data> CheckedLinearScores(const Data& X, Array<double> coef, Array<double> intercept, fb::DType fitted,
                                         Run& run, bool float64_intercept = false,
                                         const LinearWeights* weights = nullptr);

// The same of X as it was given, where coef and intercept are integers: int64 of integers, wrapped as numpy wraps it;
// float64 of floats and of uint64.
absl::StatusOr<Data> IntegerScores(const Data& X, Array<double> coef, Array<double> intercept, Run& run);

}  // namespace pratique
