#include "estimators/preprocessing/quantile_transformer.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "data/float16.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/columns.h"
#include "import/sklearn/import_context.h"
#include "kernels/interpolate.h"
#include "kernels/normal.h"
#include "model/input_error.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

constexpr double kThreshold = 1e-7;  // BOUNDS_THRESHOLD

double RoundedTo(DType dtype, double v) {
  return dtype == DType::kFloat64   ? v
         : dtype == DType::kFloat32 ? double{static_cast<float>(v)}
                                    : double{RoundedToFloat16(v)};
}

// f(number, its column) of every number of X, rounded to its dtype.
template <class F>
absl::StatusOr<Data> Each(const Data& X, Run& run, F f) {
  const auto csr = [&]<class T>(const CsrView<T>& x) -> absl::StatusOr<Data> {
    const auto begin = static_cast<size_t>(x.indptr[0]), n = static_cast<size_t>(x.indptr[x.rows]) - begin;
    std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
    for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - x.indptr[0];
    std::span<T> data = run.arena.NewUninitialized<T>(n);
    for (size_t k = 0; k < n; ++k)
      data[k] =
          static_cast<T>(RoundedTo(x.dtype, f(x.data[begin + k], static_cast<size_t>(x.indices[begin + k]), x.dtype)));
    return CsrView<T>{x.rows, x.cols, indptr, x.indices.subspan(begin, n), data, x.dtype};
  };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> absl::StatusOr<Data> {
    std::span<T> out = NewResult<T>(run, x.rows, x.cols, x.dtype);
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < x.cols; ++j)
        out[i * x.cols + j] = static_cast<T>(RoundedTo(x.dtype, f(x(i, j), j, x.dtype)));
    }
    return MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
  };
  return Scale(X, run, csr, dense);
}

}  // namespace

std::optional<Violation> QuantileTransformer::Invariant() const {
  for (size_t j = 0; j < n_features_in; ++j) {
    const Array<double> column = Of(j);
    if (const auto at = std::ranges::is_sorted_until(column); at != column.end()) {
      return Violation{absl::StrCat("quantiles[", j * n_quantiles + static_cast<size_t>(at - column.begin()), "]"),
                       "quantiles", absl::StrCat(*at), "not below the one before it"};
    }
  }
  return std::nullopt;
}

absl::StatusOr<Signature> QuantileTransformer::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

absl::Status QuantileTransformer::Import(ImportContext& context) {
  if (context.IsNone(context.Take("n_features_in_"))) return context.Absent("n_features_in_", "a number of columns");
  ASSIGN_OR_RETURN(const std::string_view name,
                   context.String(context.Take("output_distribution"), "output_distribution"));
  if (name != "normal" && name != "uniform")
    return context.Unsupported("output_distribution", name, "scikit-learn knows normal and uniform");
  normal = name == "normal";
  ASSIGN_OR_RETURN(const NdArray<double> rows, context.Doubles(context.Take("quantiles_"), "quantiles_"));
  if (rows.shape.size() != 2)
    return context.Invalid("quantiles_", absl::StrCat(rows.shape.size(), " dimensions"), "two dimensions");
  const size_t n = rows.shape[0], columns = rows.shape[1];
  n_quantiles = static_cast<uint32_t>(std::min<uint64_t>(n, UINT32_MAX));
  std::span<double> transposed = context.arena().NewUninitialized<double>(n * columns);
  for (size_t j = 0; j < columns; ++j) {
    for (size_t k = 0; k < n; ++k) {
      const double v = transposed[j * n + k] = rows.values[k * columns + j];
      if (!std::isfinite(v)) {
        return context.Unsupported("quantiles_", absl::StrCat(v, " in column ", j),
                                   "a column without any value, or with infinities, is not reproduced");
      }
      // numpy's search among numbers that do not ascend depends on the number before.
      if (k > 0 && v < transposed[j * n + k - 1]) {
        return context.Unsupported("quantiles_", absl::StrCat("column ", j, ", which does not ascend"),
                                   "fit with a newer numpy");
      }
    }
  }
  quantiles = transposed;
  exact_bounds = !context.Predates(release_1_5::kExactBounds);
  return context.ByName(this);
}

double QuantileTransformer::Forward(double x, size_t column, DType dtype) const {
  if (std::isnan(x)) return x;
  const Array<double> q = Of(column);
  const size_t n = q.size();
  const auto bound = [&](double v) { return exact_bounds ? v : RoundedTo(dtype, v); };
  const double low = bound(q.front()), high = bound(q.back());
  const bool lower = normal ? RoundedTo(dtype, x - RoundedTo(dtype, kThreshold)) < low : x == low;
  const bool upper = normal ? RoundedTo(dtype, x + RoundedTo(dtype, kThreshold)) > high : x == high;
  const double up = Interpolate(x, n, [&](size_t i) { return q[i]; }, [&](size_t i) { return references[i]; });
  const double down =
      Interpolate(-x, n, [&](size_t i) { return -q[n - 1 - i]; }, [&](size_t i) { return -references[n - 1 - i]; });
  const double y = lower ? 0 : upper ? 1 : RoundedTo(dtype, 0.5 * (up - down));
  if (!normal) return y;
  static const double kSpacing = 0x1p-52;  // np.spacing(1)
  static const double kLeast = NormalQuantile(kThreshold - kSpacing),
                      kMost = NormalQuantile(1 - (kThreshold - kSpacing));
  return Clip(RoundedTo(dtype, NormalQuantile(y)), kLeast, kMost);
}

double QuantileTransformer::Backward(double x, size_t column) const {
  if (std::isnan(x)) return x;
  const Array<double> q = Of(column);
  const double p = normal ? NormalProbability(x) : x;
  const bool lower = normal ? p - kThreshold < 0 : p == 0, upper = normal ? p + kThreshold > 1 : p == 1;
  if (lower) return q.front();
  if (upper) return q.back();
  return Interpolate(p, q.size(), [&](size_t i) { return references[i]; }, [&](size_t i) { return q[i]; });
}

absl::StatusOr<Data> QuantileTransformer::Transform(const Data& X, Run& run) const {
  const bool negative = std::visit(
      [&](const auto& x) {
        if constexpr (requires { x.indptr; }) {
          const auto begin = static_cast<size_t>(x.indptr[0]), n = static_cast<size_t>(x.indptr[x.rows]) - begin;
          return !ignore_implicit_zeros &&
                 std::ranges::any_of(x.data.subspan(begin, n), [](auto v) { return static_cast<double>(v) < 0; });
        } else {
          return false;
        }
      },
      X);
  if (negative) return BadInput("input.sparse", "QuantileTransformer only accepts non-negative sparse matrices");
  return Each(X, run, [&](double v, size_t j, DType dtype) { return Forward(v, j, dtype); });
}

absl::StatusOr<Data> QuantileTransformer::InverseTransform(const Data& X, Run& run) const {
  return Each(X, run, [&](double v, size_t j, DType) { return Backward(v, j); });
}

}  // namespace pratique
