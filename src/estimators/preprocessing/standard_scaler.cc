#include "estimators/preprocessing/standard_scaler.h"

#include <type_traits>

#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"

namespace pratique {
namespace {

// numpy's `X op= statistic`: the operation in float64, rounded to X's dtype. Where numpy computes in float32, both
// operands are float32, and a float64 sum, difference, product or quotient of such rounds to the very float32 result.
template <class T>
T Subtract(T x, double m) { return static_cast<T>(static_cast<double>(x) - m); }
template <class T>
T Add(T x, double m) { return static_cast<T>(static_cast<double>(x) + m); }
template <class T>
T Divide(T x, double s) { return static_cast<T>(static_cast<double>(x) / s); }
template <class T>
T Multiply(T x, double s) { return static_cast<T>(static_cast<double>(x) * s); }

// The statistic as X of T meets it.
template <class T>
Array<double> StatisticFor(Array<double> statistic, bool float32_statistics, Run& run) {
  if (!std::is_same_v<T, float> || !float32_statistics || statistic.data() == nullptr) return statistic;
  std::span<double> rounded = run.arena.NewUninitialized<double>(statistic.size());
  for (size_t j = 0; j < rounded.size(); ++j) rounded[j] = static_cast<float>(statistic[j]);
  return rounded;
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

// Two passes with a rounding after each, as scikit-learn's two statements; a statistic that is absent is no pass.
template <class T, class First, class Second>
Data TwoPasses(MatrixView<T> x, Array<double> first, First first_op, Array<double> second, Second second_op, Run& run) {
  if (first.data() == nullptr && second.data() == nullptr) return x;
  std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
  if (first.data() != nullptr) {
    ByColumn(x, first, out, first_op);
    x = MatrixView<T>{out.data(), x.rows, x.cols, x.cols};
  }
  if (second.data() != nullptr) ByColumn(x, second, out, second_op);
  return MatrixView<T>{out.data(), x.rows, x.cols, x.cols};
}

// sklearn/utils/sparsefuncs.py inplace_csr_column_scale: X.data *= scale.take(X.indices)
template <class T>
Data ScaleColumns(const CsrView<T>& x, Array<double> factor, Run& run) {
  const int64_t begin = x.indptr[0];
  const size_t n = static_cast<size_t>(x.indptr[x.rows] - begin);
  std::span<const int32_t> indices = x.indices.subspan(begin, n);
  std::span<int64_t> indptr = run.arena.NewUninitialized<int64_t>(x.rows + 1);
  for (size_t i = 0; i <= x.rows; ++i) indptr[i] = x.indptr[i] - begin;
  std::span<T> data = run.arena.NewUninitialized<T>(n);
  for (size_t k = 0; k < n; ++k) data[k] = Multiply(x.data[begin + k], factor[indices[k]]);
  return CsrView<T>{x.rows, x.cols, indptr, indices, data};
}

absl::Status CannotCenter() {
  return BadInput("input.sparse", "Cannot center sparse matrices: the scaler was fitted with with_mean=True", "csr", "dense");
}

}  // namespace

absl::StatusOr<Signature> StandardScaler::Infer(const Children& children) const {
  if (absl::Status status = NoChildren(children); !status.ok()) return status;
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.n_features_out = n_features_in;
  signature.feature_names = feature_names;
  return signature;
}

absl::Status StandardScaler::Import(ImportContext& context) {
  for (const char* flag : {"with_mean", "with_std"}) {
    const bool is_mean = flag == std::string_view("with_mean");
    const char* attribute = is_mean ? "mean_" : "scale_";
    absl::StatusOr<bool> wanted = context.Bool(context.Take(flag), flag);
    if (!wanted.ok()) return wanted.status();
    const graph::Id value = context.Take(attribute);  // mean_ is there even when it is not used
    if (!*wanted) continue;
    absl::StatusOr<NdArray<double>> array = context.Doubles(value, attribute);
    if (!array.ok()) return array.status();
    (is_mean ? mean : scale) = array->values;
    if (!is_mean) float32_reciprocal = context.FloatDType(value) == fb::DType::Float32;
  }
  // 1.8: X -= xp.astype(self.mean_, X.dtype), for the sake of the array API.
  float32_statistics = context.sklearn() >= Version{1, 8, 0};
  return context.ByName(this);
}

absl::StatusOr<Data> StandardScaler::Transform(const Data& X, Run& run) const {
  absl::StatusOr<Data> array = CheckArray(X, run, Finite::kAllowNaN);
  if (!array.ok()) return array.status();
  return std::visit([&](const auto& x) -> absl::StatusOr<Data> {
    using V = std::decay_t<decltype(x)>;
    if constexpr (std::is_same_v<V, FrameView>) {
      return absl::InternalError("a frame was left");
    } else if constexpr (requires { x.indptr; }) {
      if (mean.data() != nullptr) return CannotCenter();
      if (scale.data() == nullptr) return x;
      std::span<double> reciprocal = run.arena.NewUninitialized<double>(scale.size());
      for (size_t j = 0; j < scale.size(); ++j) {
        reciprocal[j] = 1 / scale[j];
        if (float32_reciprocal) reciprocal[j] = static_cast<float>(reciprocal[j]);
      }
      return ScaleColumns(x, reciprocal, run);
    } else {
      using T = std::remove_cvref_t<decltype(x(0, 0))>;
      return TwoPasses<T>(x, StatisticFor<T>(mean, float32_statistics, run), Subtract<T>,
                          StatisticFor<T>(scale, float32_statistics, run), Divide<T>, run);
    }
  }, *array);
}

absl::StatusOr<Data> StandardScaler::InverseTransform(const Data& X, Run& run) const {
  absl::StatusOr<Data> array = CheckArray(X, run, Finite::kAllowNaN);
  if (!array.ok()) return array.status();
  return std::visit([&](const auto& x) -> absl::StatusOr<Data> {
    using V = std::decay_t<decltype(x)>;
    if constexpr (std::is_same_v<V, FrameView>) {
      return absl::InternalError("a frame was left");
    } else if constexpr (requires { x.indptr; }) {
      if (mean.data() != nullptr) return CannotCenter();
      if (scale.data() == nullptr) return x;
      return ScaleColumns(x, scale, run);
    } else {
      using T = std::remove_cvref_t<decltype(x(0, 0))>;
      return TwoPasses<T>(x, StatisticFor<T>(scale, float32_statistics, run), Multiply<T>,
                          StatisticFor<T>(mean, float32_statistics, run), Add<T>, run);
    }
  }, *array);
}

}  // namespace pratique
