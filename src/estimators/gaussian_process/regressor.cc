#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/gaussian_process/changes.h"
#include "estimators/gaussian_process/gaussian_process.h"
#include "estimators/kernel/kernel_rows.h"
#include "kernels/product.h"
#include "status_macros.h"

namespace pratique {
namespace {

// _y_train_mean, _y_train_std: one number, or one an output.
absl::StatusOr<Array<double>> TakeOfOutputs(ImportContext& context, std::string_view attribute, size_t n) {
  ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(context.Take(attribute), attribute));
  if (array.shape.size() > 1 || (array.values.size() != 1 && array.values.size() != n))
    return context.Invalid(attribute, absl::StrCat(array.values.size(), " values"), "one an output");
  std::span<double> out = context.arena().NewUninitialized<double>(n);
  for (size_t k = 0; k < n; ++k) out[k] = array.values[array.values.size() == 1 ? 0 : k];
  return Array<double>(out);
}

}  // namespace

std::optional<Violation> GaussianProcessRegressor::Invariant() const {
  if (auto v = fitted.Invariant("fitted", n_features_in)) return v;
  const uint64_t wanted = uint64_t{n_outputs} * fitted.n_rows;
  if (alpha.size() != wanted) return Violation{"alpha", "of_rows", absl::StrCat(alpha.size()), absl::StrCat(wanted)};
  return CheckFactor("factor", factor, fitted.n_rows);
}

absl::StatusOr<Signature> GaussianProcessRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.n_outputs = n_outputs;
  s.one_dimensional = n_outputs == 1;
  s.widest = fitted.widest();
  return s;
}

absl::Status GaussianProcessRegressor::Import(ImportContext& context) {
  RETURN_IF_ERROR(CheckKernelParameter(context));
  context.Ignore({"X_train_", "kernel_"});
  if (!context.Has("X_train_"))
    return context.Absent("X_train_", "the rows of a fit: without one it predicts the prior");
  RETURN_IF_ERROR(fitted.Import(context, context.id()));
  // fit leaves it out beside a kernel that looks at no row, constant or white.
  if (!context.Has("n_features_in_")) n_features_in = fitted.n_features;
  fitted.narrow = context.Predates(release_1_5::kRowsOverLengthScaleAreFloat64);
  ASSIGN_OR_RETURN(Coefficient dual, TakeCoefficientOfRows(context, "alpha_", fitted.n_rows));
  alpha = dual.values;
  n_outputs = dual.n;
  const graph::Id of_std = context.graph().Find(context.id(), "_y_train_std");
  ASSIGN_OR_RETURN(y_mean, TakeOfOutputs(context, "_y_train_mean", n_outputs));
  ASSIGN_OR_RETURN(y_std, TakeOfOutputs(context, "_y_train_std", n_outputs));
  if (n_outputs > 1 && context.Predates(release_1_1::kOneDeviationAnOutput) && !context.IsNone(of_std) &&
      context.graph()[of_std].kind == graph::Kind::kInt) {
    return context.Unsupported("normalize_y", "False with several outputs, by scikit-learn 1.0",
                               "Its predict gives one deviation for all of them: fit it by a newer release.");
  }
  ASSIGN_OR_RETURN(factor, TakeFactor(context, context.Take("L_"), "L_", fitted.n_rows));
  return context.ByName(this);
}

absl::StatusOr<Data> GaussianProcessRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData x, fitted.Check(X, run));
  ASSIGN_OR_RETURN(std::span<const double> kernel, fitted.Values(x, run));
  const size_t n = fitted.n_rows, rows = kernel.size() / n;
  std::span<double> out = NewMatrix<double>(run, rows, n_outputs);
  Product(MatrixView<double>{kernel, rows, n, n}, Weights{alpha.data(), n_outputs, n, nullptr}, out.data());
  for (size_t i = 0; i < out.size(); ++i) out[i] = y_std[i % n_outputs] * out[i] + y_mean[i % n_outputs];
  return MatrixView<double>{out, rows, n_outputs, n_outputs};
}

// The root of k(x, x) - |L^-1 k(x)|^2, which is not below 0, times y's deviation.
absl::StatusOr<Data> GaussianProcessRegressor::PredictStd(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData x, fitted.Check(X, run));
  ASSIGN_OR_RETURN(std::span<const double> kernel, fitted.Values(x, run));
  ASSIGN_OR_RETURN(std::span<const double> diagonal, fitted.Diagonal(x, run));
  const size_t n = fitted.n_rows, rows = diagonal.size();
  std::span<double> out = NewMatrix<double>(run, rows, n_outputs);
  const std::span<const double> explained =
      SquaredNormsOfSolved(factor, n, rows, run, [&](size_t i, size_t k) { return kernel[i * n + k]; });
  for (size_t i = 0; i < rows; ++i) {
    double variance = diagonal[i] - explained[i];
    if (variance < 0) variance = 0;
    for (size_t k = 0; k < n_outputs; ++k) out[i * n_outputs + k] = std::sqrt(variance * (y_std[k] * y_std[k]));
  }
  return MatrixView<double>{out, rows, n_outputs, n_outputs};
}

// k(x, y) - (L^-1 k(x)) . (L^-1 k(y)) of each two rows, times y's variance (sklearn/gaussian_process/_gpr.py, 1.9).
absl::StatusOr<Data> GaussianProcessRegressor::PredictCov(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData x, fitted.Check(X, run));
  ASSIGN_OR_RETURN(std::span<const double> kernel, fitted.Values(x, run));
  ASSIGN_OR_RETURN(std::span<const double> among, fitted.Among(x, run));
  const size_t n = fitted.n_rows, rows = kernel.size() / n;
  std::span<double> v = NewMatrix<double>(run, rows, n), explained = NewMatrix<double>(run, rows, rows);
  SolveLowerOfRows(
      factor, n, rows, run, [&](size_t i, size_t k) { return kernel[i * n + k]; },
      [&](size_t i, const double* solution, size_t step) {
        for (size_t k = 0; k < n; ++k) v[i * n + k] = solution[k * step];
      });
  Product(MatrixView<double>{v, rows, n, n}, Weights{v.data(), rows, n, nullptr}, explained.data());
  std::span<double> out = NewMatrix<double>(run, rows, rows * n_outputs);
  for (size_t i = 0; i < among.size(); ++i) {
    for (size_t k = 0; k < n_outputs; ++k) out[i * n_outputs + k] = (among[i] - explained[i]) * (y_std[k] * y_std[k]);
  }
  return MatrixView<double>{out, rows, rows * n_outputs, rows * n_outputs};
}

}  // namespace pratique
