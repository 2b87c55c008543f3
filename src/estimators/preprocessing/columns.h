// What the scalers share: as many columns out as in, and numpy's in-place operations with one statistic a column.
#pragma once

#include <type_traits>

#include "model/check_array.h"
#include "model/run.h"
#include "pratique/data.h"
#include "state/bind.h"
#include "status_macros.h"

namespace pratique {

// numpy's `X op= statistic`: the operation in float64, rounded to X's dtype. Where numpy computes in float32, both
// operands are float32, and a float64 sum, difference, product or quotient of such rounds to the very float32 result.
template <class T>
T Subtract(T x, double m) {
  return static_cast<T>(static_cast<double>(x) - m);
}
template <class T>
T Add(T x, double m) {
  return static_cast<T>(static_cast<double>(x) + m);
}
template <class T>
T Divide(T x, double s) {
  return static_cast<T>(static_cast<double>(x) / s);
}
template <class T>
T Multiply(T x, double s) {
  return static_cast<T>(static_cast<double>(x) * s);
}

// Applies op to the elements of `x` row by row with the statistic of their column; x and out may be the same.
template <class T, class Op>
void ByColumn(const MatrixView<T>& x, Array<double> statistic, std::span<T> out, Op op) {
  for (size_t i = 0; i < x.rows; ++i) {
    const T* from = x.row(i);
    T* to = out.data() + i * x.cols;
    for (size_t j = 0; j < x.cols; ++j) to[j] = op(from[j], statistic[j]);
  }
}

// sklearn/utils/sparsefuncs.py inplace_csr_column_scale: X.data *= scale.take(X.indices)
template <class T>
CsrView<T> ScaleColumns(const CsrView<T>& x, Array<double> factor, Run& run) {
  const int64_t begin = x.indptr[0];
  const size_t n = static_cast<size_t>(x.indptr[x.rows] - begin);
  std::span<const int32_t> indices = x.indices.subspan(begin, n);
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
  for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - begin;
  std::span<T> data = run.arena.NewUninitialized<T>(n);
  for (size_t k = 0; k < n; ++k) data[k] = Multiply(x.data[begin + k], factor[indices[k]]);
  return CsrView<T>{x.rows, x.cols, indptr, indices, data};
}

// The signature of a scaler.
inline absl::StatusOr<Signature> KeepsColumns(uint64_t n_features_in, Strings feature_names, const Children& children) {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.n_features_out = n_features_in;
  signature.feature_names = feature_names;
  return signature;
}

// Checks X as every scaler does (NaN passes) and hands it to `csr` or to `dense`, each generic in the element type.
template <class Csr, class Dense>
absl::StatusOr<Data> Scale(const Data& X, Run& run, Csr csr, Dense dense) {
  ASSIGN_OR_RETURN(Data array, CheckArray(X, run, Finite::kAllowNaN));
  return std::visit(
      [&](const auto& x) -> absl::StatusOr<Data> {
        if constexpr (std::is_same_v<std::decay_t<decltype(x)>, FrameView>)
          return absl::InternalError("a frame was left");
        else if constexpr (requires { x.indptr; })
          return csr(x);
        else
          return dense(x);
      },
      array);
}

// 1 / scale, in float32 when the scaler was fitted on float32 (what CSR columns are multiplied by).
inline Array<double> Reciprocal(Array<double> scale, bool float32, Run& run) {
  std::span<double> reciprocal = run.arena.NewUninitialized<double>(scale.size());
  for (size_t j = 0; j < scale.size(); ++j) {
    reciprocal[j] = 1 / scale[j];
    if (float32) reciprocal[j] = static_cast<float>(reciprocal[j]);
  }
  return reciprocal;
}

}  // namespace pratique
