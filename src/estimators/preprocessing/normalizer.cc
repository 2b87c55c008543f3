#include "estimators/preprocessing/normalizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/float16.h"
#include "estimators/preprocessing/columns.h"
#include "import/sklearn/import_context.h"
#include "kernels/numpy_sum.h"
#include "kernels/squared_norm.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// numpy computes float16 in float32, and rounds what it keeps.
template <class T>
T Rounded(T v, DType dtype) {
  return dtype == DType::kFloat16 ? static_cast<T>(RoundedToFloat16(v)) : v;
}

template <class T>
double Epsilon(DType dtype) {
  return dtype == DType::kFloat16 ? 0x1p-10 : double{std::numeric_limits<T>::epsilon()};
}

template <class T>
T NormOf(fb::Norm norm, const T* row, std::span<T> magnitudes, DType dtype) {
  if (norm != fb::Norm::L2)
    std::transform(row, row + magnitudes.size(), magnitudes.begin(), [](T v) { return std::abs(v); });
  switch (norm) {
    case fb::Norm::L1:
      return Rounded(NumpySum(magnitudes.data(), magnitudes.size()), dtype);
    case fb::Norm::Max:
      return std::ranges::max(magnitudes);
    default:
      return Rounded(std::sqrt(Rounded(EinsumSquares(row, magnitudes.size()), dtype)), dtype);
  }
}

// sklearn/utils/sparsefuncs_fast.pyx _inplace_csr_row_normalize_l1, _l2 (1.9): sums in float64 of what X's dtype gives.
// The largest magnitude is exact in any of them.
template <class T>
double NormOfEntries(fb::Norm norm, std::span<const T> entries) {
  double sum = 0;
  for (const T v : entries) {
    if (norm == fb::Norm::L1) sum += std::abs(v);
    if (norm == fb::Norm::L2) sum += v * v;
    if (norm == fb::Norm::Max) sum = std::max(sum, double{std::abs(v)});
  }
  return norm == fb::Norm::L2 ? std::sqrt(sum) : sum;
}

}  // namespace

absl::StatusOr<Signature> Normalizer::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

absl::Status Normalizer::Import(ImportContext& context) {
  const graph::Id value = context.Take("norm");
  ASSIGN_OR_RETURN(const std::string_view name, context.String(value, "norm"));
  if (context.graph()[value].kind != graph::Kind::kStr && !context.graph()[value].is_scalar)
    return context.Unsupported("norm", "an array", "scikit-learn takes a str");
  if (name != "l1" && name != "l2" && name != "max")
    return context.Unsupported("norm", name, "scikit-learn knows l1, l2 and max");
  norm = name == "l1" ? fb::Norm::L1 : name == "max" ? fb::Norm::Max : fb::Norm::L2;
  return context.ByName(this);
}

absl::StatusOr<Data> Normalizer::Transform(const Data& X, Run& run) const {
  const auto csr = [&]<class T>(const CsrView<T>& x) -> Data {
    const int64_t begin = x.indptr[0];
    const auto n = static_cast<size_t>(x.indptr[x.rows] - begin);
    std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
    for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - begin;
    std::span<T> data = run.arena.Copy(x.data.subspan(static_cast<size_t>(begin), n));
    for (size_t i = 0; i < x.rows; ++i) {
      const std::span<T> row = data.subspan(indptr[i], indptr[i + 1] - indptr[i]);
      const double length = NormOfEntries<T>(norm, row);
      if (length == 0) continue;
      for (T& v : row) v = static_cast<T>(v / length);
    }
    return CsrView<T>{x.rows, x.cols, indptr, x.indices.subspan(begin, n), data, x.dtype};
  };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> Data {
    std::span<T> out = NewResult<T>(run, x.rows, x.cols, x.dtype);
    std::span<T> magnitudes = run.arena.NewUninitialized<T>(x.cols);
    for (size_t i = 0; i < x.rows; ++i) {
      const T* from = x.row(i);
      T length = NormOf(norm, from, magnitudes, x.dtype);
      if (length < 10 * Epsilon<T>(x.dtype)) length = 1;  // _handle_zeros_in_scale
      T* to = out.data() + i * x.cols;
      for (size_t j = 0; j < x.cols; ++j) to[j] = from[j] / length;
      if (x.dtype != DType::kFloat16) continue;
      for (size_t j = 0; j < x.cols; ++j) to[j] = Rounded(to[j], x.dtype);
    }
    return MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
  };
  return Scale(X, run, csr, dense, Finite::kRequired);
}

}  // namespace pratique
