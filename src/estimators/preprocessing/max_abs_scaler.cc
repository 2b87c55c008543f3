#include "estimators/preprocessing/max_abs_scaler.h"

#include <algorithm>

#include "estimators/preprocessing/columns.h"
#include "import/sklearn/import_context.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

// numpy.clip to [-1, 1]; NaN stays.
template <class T>
T Clipped(T x) {
  return x < -1 ? T{-1} : x > 1 ? T{1} : x;
}

// `op` of every element and its column's scale; CSR is multiplied by `factor` instead.
template <class Op>
absl::StatusOr<Data> Scaled(const Data& X, Array<double> scale, Array<double> factor, bool clip, Run& run, Op op) {
  const auto csr = [&]<class T>(const CsrView<T>& x) -> Data {
    CsrView<T> scaled = ScaleColumns(x, factor, run);
    if (!clip) return scaled;
    std::span<T> clipped = run.arena.Copy(scaled.data);
    std::ranges::transform(clipped, clipped.begin(), Clipped<T>);
    scaled.data = clipped;
    return scaled;
  };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> Data {
    std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
    ByColumn(x, scale, out, [&](double v, double s) { return clip ? Clipped(op(v, s)) : op(v, s); });
    return MatrixView<T>{out, x.rows, x.cols, x.cols, x.dtype};
  };
  return Scale(X, run, csr, dense);
}

}  // namespace

absl::StatusOr<Signature> MaxAbsScaler::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

absl::Status MaxAbsScaler::Import(ImportContext& context) {
  float32_reciprocal = context.FloatDType(context.Take("scale_")) == fb::DType::Float32;
  return context.ByName(this);
}

absl::StatusOr<Data> MaxAbsScaler::Transform(const Data& X, Run& run) const {
  return Scaled(X, scale, Reciprocal(scale, float32_reciprocal, run), clip, run, Divide);
}

absl::StatusOr<Data> MaxAbsScaler::InverseTransform(const Data& X, Run& run) const {
  return Scaled(X, scale, scale, false, run, Multiply);
}

}  // namespace pratique
