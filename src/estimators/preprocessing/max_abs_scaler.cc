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

// `step` of dense rows; CSR is multiplied by `factor` instead.
absl::StatusOr<Data> Scaled(const Data& X, ColumnStep step, ColumnFactor factor, bool clip, Run& run) {
  const auto csr = [&]<class T>(const CsrView<T>& x) -> Data {
    CsrView<T> scaled = ScaleColumns(x, factor, run);
    if (!clip) return scaled;
    std::span<T> clipped = run.arena.Copy(scaled.data);
    std::ranges::transform(clipped, clipped.begin(), Clipped<T>);
    scaled.data = clipped;
    return scaled;
  };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> Data {
    std::span<T> out = NewResult<T>(run, x.rows, x.cols, x.dtype);
    const MatrixView<T> scaled = TwoSteps(x, step, ColumnStep(), out);
    if (clip) std::ranges::transform(out, out.begin(), Clipped<T>);
    return scaled;
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
  return Scaled(X, Divide(scale), {scale, /*reciprocal=*/true, float32_reciprocal}, clip, run);
}

absl::StatusOr<Data> MaxAbsScaler::InverseTransform(const Data& X, Run& run) const {
  return Scaled(X, Multiply(scale), {scale}, false, run);
}

}  // namespace pratique
