// numpy's in-place operations of a matrix and one statistic a column: X -= a, X /= b.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "pratique/data.h"

namespace pratique {

// `X op= statistic` of numpy, which has a number a column: a statistic that is absent (data() == nullptr) changes
// nothing.
struct ColumnStep {
  enum class Op : uint8_t { kAdd, kSubtract, kMultiply, kDivide };
  Op op;
  std::span<const double> statistic;
};
inline ColumnStep Add(std::span<const double> statistic) { return {ColumnStep::Op::kAdd, statistic}; }
inline ColumnStep Subtract(std::span<const double> statistic) { return {ColumnStep::Op::kSubtract, statistic}; }
inline ColumnStep Multiply(std::span<const double> statistic) { return {ColumnStep::Op::kMultiply, statistic}; }
inline ColumnStep Divide(std::span<const double> statistic) { return {ColumnStep::Op::kDivide, statistic}; }

// Two statements of scikit-learn (`X -= a; X /= b`), with a rounding after each: never X * c + d. An operation is in
// float64, rounded to Out (where that is float and X float16, to float16): where numpy computes in float32 or float16,
// both operands are of that dtype, and a float64 sum, difference, product or quotient of such rounds to the very
// result. `out` has x.rows rows of x.cols, and is no memory of x. T and Out: float or double. Every target gives the
// same bits.
template <class T, class Out>
void TwoSteps(const MatrixView<T>& x, ColumnStep first, ColumnStep second, Out* out);

// The same as a matrix; x itself where there is nothing to do, and `out` is not used.
template <class Out, class T>
MatrixView<Out> TwoSteps(const MatrixView<T>& x, ColumnStep first, ColumnStep second, std::span<Out> out) {
  MatrixView<Out> result{out, x.rows, x.cols, x.cols};
  if constexpr (std::is_same_v<T, Out>) {
    if (first.statistic.data() == nullptr && second.statistic.data() == nullptr) return x;
    result.dtype = x.dtype;
  }
  TwoSteps(x, first, second, out.data());
  return result;
}

// numpy.clip of one element; NaN stays, and so does what equals a bound (numpy 2).
template <class T>
T Clip(T x, T low, T high) {
  const T above = x < low ? low : x;
  return above > high ? high : above;
}

// What a column of CSR is multiplied by: its statistic or 1 / its statistic, in float32 when the scaler was fitted on
// float32.
struct ColumnFactor {
  std::span<const double> statistic;
  bool reciprocal = false, float32 = false;
  double operator()(size_t column) const {
    if (!reciprocal) return statistic[column];
    const double factor = 1 / statistic[column];
    return float32 ? double{static_cast<float>(factor)} : factor;
  }
};

// sklearn/utils/sparsefuncs.py inplace_csr_column_scale (1.9): X.data *= scale.take(X.indices). `out` has an element an
// entry of x, in the order of x.
template <class T>
void ScaleEntries(const CsrView<T>& x, ColumnFactor factor, std::span<T> out) {
  const T* data = x.data.data() + x.indptr[0];
  const int32_t* columns = x.indices.data() + x.indptr[0];
  const auto scale = [&](auto by) {
    std::ranges::transform(data, data + out.size(), columns, columns + out.size(), out.begin(),
                           [by](T v, int32_t column) { return static_cast<T>(v * by(static_cast<size_t>(column))); });
  };
  if (factor.reciprocal)
    scale(factor);
  else
    scale([by = factor.statistic.data()](size_t column) { return by[column]; });
}

}  // namespace pratique
