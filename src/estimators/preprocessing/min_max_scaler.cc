#include "estimators/preprocessing/min_max_scaler.h"

#include <algorithm>

#include "data/float16.h"
#include "estimators/preprocessing/columns.h"
#include "model/views.h"
#include "type/transformer_signature.h"

namespace pratique {

absl::StatusOr<Signature> MinMaxScaler::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_features_in, feature_names, children);
}

// X *= scale; X += min; clip to the bounds in X's dtype.
absl::StatusOr<Data> MinMaxScaler::Transform(const Data& X, Run& run) const {
  const auto csr = [](const auto&) -> absl::StatusOr<Data> { return TakesDenseOnly(); };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> absl::StatusOr<Data> {
    std::span<T> out = NewResult<T>(run, x.rows, x.cols, x.dtype);
    const MatrixView<T> scaled = TwoSteps(x, Multiply(scale), Add(min), out);
    if (!clip) return scaled;
    const auto rounded = [&](double bound) {
      return static_cast<T>(x.dtype == DType::kFloat16 ? RoundedToFloat16(bound) : bound);
    };
    const T low = rounded(feature_range[0]), high = rounded(feature_range[1]);
    std::ranges::transform(out, out.begin(), [&](T v) { return Clip(v, low, high); });
    return scaled;
  };
  return Scale(X, run, csr, dense);
}

absl::StatusOr<Data> MinMaxScaler::InverseTransform(const Data& X, Run& run) const {
  const auto csr = [](const auto&) -> absl::StatusOr<Data> { return TakesDenseOnly(); };
  const auto dense = [&]<class T>(const MatrixView<T>& x) -> absl::StatusOr<Data> {
    return TwoSteps(x, Subtract(min), Divide(scale), NewResult<T>(run, x.rows, x.cols, x.dtype));
  };
  return Scale(X, run, csr, dense);
}

}  // namespace pratique
