// numpy's in-place operations of a matrix and one statistic a column: X -= a, X /= b.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "data/float16.h"
#include "pratique/data.h"

namespace pratique {

// numpy's `X op= statistic`: the operation in float64, rounded to X's dtype. Where numpy computes in float32 or
// float16, both operands are of that dtype, and a float64 sum, difference, product or quotient of such rounds to the
// very result.
inline double Subtract(double x, double m) { return x - m; }
inline double Add(double x, double m) { return x + m; }
inline double Divide(double x, double s) { return x / s; }
inline double Multiply(double x, double s) { return x * s; }

// numpy.clip of one element; NaN stays, and so does what equals a bound (numpy 2).
template <class T>
T Clip(T x, T low, T high) {
  const T above = x < low ? low : x;
  return above > high ? high : above;
}

// Applies op to the elements of `x` row by row with the statistic of their column; x and out may be the same.
template <class T, class Op>
void ByColumn(const MatrixView<T>& x, std::span<const double> statistic, std::span<T> out, Op op) {
  const auto each = [&](auto rounded) {
    for (size_t i = 0; i < x.rows; ++i) {
      const T* from = x.row(i);
      T* to = out.data() + i * x.cols;
      for (size_t j = 0; j < x.cols; ++j) to[j] = rounded(op(static_cast<double>(from[j]), statistic[j]));
    }
  };
  if (x.dtype == DType::kFloat16)
    each([](double v) { return static_cast<T>(RoundedToFloat16(v)); });
  else
    each([](double v) { return static_cast<T>(v); });
}

// Two statements of scikit-learn (`X -= a; X /= b`) as two passes with a rounding after each: never X * c + d. A
// statistic that is absent (data() == nullptr) is no pass; without both, the result is x itself and `out` is not used.
template <class T, class First, class Second>
MatrixView<T> TwoPasses(MatrixView<T> x, std::span<const double> first, First first_op, std::span<const double> second,
                        Second second_op, std::span<T> out) {
  if (first.data() != nullptr) {
    ByColumn(x, first, out, first_op);
    x = MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
  }
  if (second.data() != nullptr) {
    ByColumn(x, second, out, second_op);
    x = MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
  }
  return x;
}

// sklearn/utils/sparsefuncs.py inplace_csr_column_scale (1.9): X.data *= scale.take(X.indices). `out` has an element an
// entry of x, in the order of x.
template <class T>
void ScaleEntries(const CsrView<T>& x, std::span<const double> factor, std::span<T> out) {
  const int64_t begin = x.indptr[0];
  for (size_t k = 0; k < out.size(); ++k)
    out[k] = static_cast<T>(Multiply(x.data[begin + k], factor[x.indices[begin + k]]));
}

// 1 / scale, in float32 when the scaler was fitted on float32 (what CSR columns are multiplied by).
inline void Reciprocal(std::span<const double> scale, bool float32, std::span<double> out) {
  for (size_t j = 0; j < scale.size(); ++j) {
    out[j] = 1 / scale[j];
    if (float32) out[j] = static_cast<float>(out[j]);
  }
}

}  // namespace pratique
