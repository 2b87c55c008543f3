#include "estimators/preprocessing/max_abs_scaler.h"

#include <algorithm>

#include "estimators/preprocessing/columns.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"

namespace pratique {
namespace {

// numpy.clip to [-1, 1]; NaN stays.
template <class T>
T Clipped(T x) { return x < -1 ? T{-1} : x > 1 ? T{1} : x; }

// `op` of every element and its column's scale; CSR is multiplied by `factor` instead.
template <class Op>
absl::StatusOr<Data> Scaled(const Data& X, Array<double> scale, Array<double> factor, bool clip, Run& run, Op op) {
  return std::visit([&](const auto& x) -> absl::StatusOr<Data> {
    using V = std::decay_t<decltype(x)>;
    if constexpr (std::is_same_v<V, FrameView>) {
      return absl::InternalError("a frame was left");
    } else if constexpr (requires { x.indptr; }) {
      using T = std::remove_const_t<typename decltype(x.data)::element_type>;
      CsrView<T> scaled = ScaleColumns(x, factor, run);
      if (!clip) return scaled;
      std::span<T> clipped = run.arena.Copy(scaled.data);
      std::ranges::transform(clipped, clipped.begin(), Clipped<T>);
      scaled.data = clipped;
      return scaled;
    } else {
      using T = std::remove_cvref_t<decltype(x(0, 0))>;
      std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
      ByColumn(x, scale, out, [&](T v, double s) { return clip ? Clipped(op(v, s)) : op(v, s); });
      return MatrixView<T>{out.data(), x.rows, x.cols, x.cols};
    }
  }, X);
}

}  // namespace

absl::StatusOr<Signature> MaxAbsScaler::Infer(const Children& children) const {
  if (absl::Status status = NoChildren(children); !status.ok()) return status;
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.n_features_out = n_features_in;
  signature.feature_names = feature_names;
  return signature;
}

absl::Status MaxAbsScaler::Import(ImportContext& context) {
  float32_reciprocal = context.FloatDType(context.Take("scale_")) == fb::DType::Float32;
  return context.ByName(this);
}

absl::StatusOr<Data> MaxAbsScaler::Transform(const Data& X, Run& run) const {
  absl::StatusOr<Data> array = CheckArray(X, run, Finite::kAllowNaN);
  if (!array.ok()) return array.status();
  return Scaled(*array, scale, Reciprocal(scale, float32_reciprocal, run), clip, run, [](auto x, double s) { return Divide(x, s); });
}

absl::StatusOr<Data> MaxAbsScaler::InverseTransform(const Data& X, Run& run) const {
  absl::StatusOr<Data> array = CheckArray(X, run, Finite::kAllowNaN);
  if (!array.ok()) return array.status();
  return Scaled(*array, scale, scale, false, run, [](auto x, double s) { return Multiply(x, s); });
}

}  // namespace pratique
