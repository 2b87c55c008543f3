#include "estimators/preprocessing/isotonic_regression.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "import/sklearn/import_context.h"
#include "kernels/columns.h"
#include "kernels/interpolate.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// scipy/interpolate/_interpolate.py interp1d._call_linear, 1.17: how it interpolates float32. n is 2 at least.
float InterpolateFloat(float v, Array<double> x, Array<double> y) {
  const size_t not_below = static_cast<size_t>(std::ranges::lower_bound(x, double{v}) - x.begin());
  const size_t high = std::clamp<size_t>(not_below, 1, x.size() - 1), low = high - 1;
  const auto at = [](Array<double> values, size_t i) { return static_cast<float>(values[i]); };
  const float slope = (at(y, high) - at(y, low)) / (at(x, high) - at(x, low));
  return slope * (v - at(x, low)) + at(y, low);
}

}  // namespace

std::optional<Violation> IsotonicRegression::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("x_thresholds", fitted_dtype, x_thresholds)) return v;
  if (auto v = invariant::FitsFloatDType("y_thresholds", fitted_dtype, y_thresholds)) return v;
  if (auto v = invariant::FitsFloatDType("x_min", fitted_dtype, std::span(&x_min, 1))) return v;
  return invariant::FitsFloatDType("x_max", fitted_dtype, std::span(&x_max, 1));
}

absl::StatusOr<Signature> IsotonicRegression::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = 1;
  signature.n_features_out = 1;
  signature.one_dimensional_transform = true;
  return signature;
}

absl::Status IsotonicRegression::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const std::string_view name, context.String(context.Take("out_of_bounds"), "out_of_bounds"));
  if (name != "nan" && name != "clip" && name != "raise")
    return context.Unsupported("out_of_bounds", name, "scikit-learn knows nan, clip and raise");
  out_of_bounds = name == "clip"    ? fb::OutOfBounds::Clip
                  : name == "raise" ? fb::OutOfBounds::Raise
                                    : fb::OutOfBounds::NaN;
  const graph::Id x = context.Take("X_thresholds_"), y = context.Take("y_thresholds_");
  fitted_dtype = context.FloatDType(x);
  if (context.FloatDType(y) != fitted_dtype)
    return context.Unsupported("y_thresholds_", fb::EnumNameDType(context.FloatDType(y)),
                               "fit gives it the dtype of X_thresholds_");
  for (const char* attribute : {"X_min_", "X_max_"}) {
    const graph::Id bound = context.Take(attribute);
    if (bound == graph::kNoId) return context.SavedAgain(attribute);
  }
  return context.ByName(this);
}

absl::StatusOr<Data> IsotonicRegression::Predict(const Data& X, Run& run) const {
  return fitted_dtype == fb::DType::Float32 ? PredictAs<float>(X, run) : PredictAs<double>(X, run);
}

template <class T>
absl::StatusOr<Data> IsotonicRegression::PredictAs(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const MatrixView<T> x, CheckDense<T>(X, run));
  std::span<T> out = NewMatrix<T>(run, x.rows, 1);
  const size_t n = n_thresholds;
  const double *xs = x_thresholds.data(), *ys = y_thresholds.data();
  for (size_t i = 0; i < x.rows; ++i) {
    T v = x(i, 0);
    if (out_of_bounds == fb::OutOfBounds::Clip) v = Clip(v, static_cast<T>(x_min), static_cast<T>(x_max));
    if (n == 1) {
      out[i] = static_cast<T>(y_thresholds[0]);
    } else if (v < xs[0] || v > xs[n - 1]) {
      if (out_of_bounds == fb::OutOfBounds::Raise) {
        return BadInput("input.out_of_bounds",
                        absl::StrCat("row ", run.first_row + i, ": ", v, " is outside of the interpolation range"),
                        absl::StrCat(v), absl::StrCat("from ", x_thresholds[0], " to ", x_thresholds[n - 1]));
      }
      out[i] = std::numeric_limits<T>::quiet_NaN();
    } else if constexpr (std::is_same_v<T, float>) {
      out[i] = InterpolateFloat(v, x_thresholds, y_thresholds);
    } else {
      out[i] = Interpolate(v, n, [xs](size_t k) { return xs[k]; }, [ys](size_t k) { return ys[k]; });
    }
  }
  return MatrixView<T>{out, x.rows, 1, 1};
}

}  // namespace pratique
