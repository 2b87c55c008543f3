// predict(return_std=True)[1] of BayesianRidge and ARDRegression (sklearn/linear_model/_bayes.py, 1.9).
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/linear/changes.h"
#include "estimators/linear/linear_regressor.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "kernels/product.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> LinearRegressor::CheckStd() const {
  const bool complete = has_std() == (sigma.data() != nullptr) && (has_std() || std_offset.data() == nullptr);
  if (!complete) return Violation{"sigma", "std", "one of sigma and std_columns", "both or none"};
  if (!has_std()) {
    if (alpha == 0 && !float32_sigma && !float32_offset) return std::nullopt;
    return Violation{alpha != 0      ? "alpha"
                     : float32_sigma ? "float32_sigma"
                                     : "float32_offset",
                     "std", "a part of what is not there", "sigma"};
  }
  if (alpha == 0) return Violation{"alpha", "std", "0", "a number above 0"};
  if (n_outputs != 1) return Violation{"n_outputs", "std", absl::StrCat(n_outputs), "1"};
  if (float32_offset && std_offset.data() == nullptr)
    return Violation{"float32_offset", "std", "true", "false: there is no offset"};
  const auto dtype = [](bool narrow) { return narrow ? fb::DType::Float32 : fb::DType::Float64; };
  if (auto v = invariant::FitsFloatDType("sigma", dtype(float32_sigma), sigma)) return v;
  return invariant::FitsFloatDType("std_offset", dtype(float32_offset), std_offset);
}

absl::Status LinearRegressor::ImportStd(ImportContext& context) {
  // normalize=True of old releases divides X, too: those predict without a deviation.
  const graph::Id normalizes = context.Take("_normalize");
  const graph::Id sigma_id = context.Take("sigma_"), alpha_id = context.Take("alpha_");
  const graph::Id offset_id = context.Take("X_offset_"), lambda_id = context.Take("lambda_");
  const graph::Id threshold_id = context.Take("threshold_lambda");
  if (!context.IsNone(normalizes)) {
    ASSIGN_OR_RETURN(const bool divides, context.Bool(normalizes, "_normalize"));
    if (divides) return absl::OkStatus();
  }
  // Attributes given by hand, coef_ and intercept_ alone, predict without.
  if (sigma_id == graph::kNoId || alpha_id == graph::kNoId) return absl::OkStatus();
  ASSIGN_OR_RETURN(const NdArray<double> matrix, context.Doubles(sigma_id, "sigma_"));
  ASSIGN_OR_RETURN(alpha, context.Double(alpha_id, "alpha_"));
  if (!(alpha > 0) || !std::isfinite(alpha))
    return context.Unsupported("alpha_", absl::StrCat(alpha), "a precision is above 0");
  const size_t n = coef.size();
  std::vector<uint32_t> kept;
  if (context.class_name() == "ARDRegression") {
    ASSIGN_OR_RETURN(const Array<double> lambdas, context.Vector(lambda_id, "lambda_"));
    ASSIGN_OR_RETURN(const double threshold, context.Double(threshold_id, "threshold_lambda"));
    if (lambdas.size() != n) return context.Invalid("lambda_", absl::StrCat(lambdas.size()), absl::StrCat(n));
    for (size_t k = 0; k < n; ++k) {
      if (lambdas[k] < threshold) kept.push_back(static_cast<uint32_t>(k));
    }
  } else {
    for (size_t k = 0; k < n; ++k) kept.push_back(static_cast<uint32_t>(k));
  }
  if (matrix.shape != std::vector<uint64_t>{kept.size(), kept.size()})
    return context.Unsupported("sigma_", "another shape", absl::StrCat("it has ", kept.size(), " rows and columns"));
  if (!context.Predates(release_1_9::kStdCentersX)) {
    RETURN_IF_ERROR(CheckAreFloats(context, "X_offset_"));
    ASSIGN_OR_RETURN(std_offset, context.Vector(offset_id, "X_offset_"));
    if (std_offset.size() != n) return context.Invalid("X_offset_", absl::StrCat(std_offset.size()), absl::StrCat(n));
    float32_offset = context.FloatDType(offset_id) == fb::DType::Float32;
  }
  sigma = matrix.values;
  float32_sigma = context.FloatDType(sigma_id) == fb::DType::Float32;
  std_columns = context.arena().Copy(std::span<const uint32_t>(kept));
  return absl::OkStatus();
}

namespace {

// sqrt(z sigma z^T + 1 / alpha) of each row, in T as scikit-learn computes it: it can overflow.
template <class T>
Data Deviations(std::span<const double> z, size_t rows, std::span<const double> columns, size_t n, double alpha,
                Run& run) {
  std::span<T> own = NewMatrix<T>(run, rows, n), product = NewMatrix<T>(run, rows, n), out = NewMatrix<T>(run, rows, 1);
  for (size_t k = 0; k < own.size(); ++k) own[k] = static_cast<T>(z[k]);
  Product(MatrixView<T>{own, rows, n, n}, Weights{columns.data(), n, n, nullptr}, product.data());
  for (size_t i = 0; i < rows; ++i) {
    for (size_t k = 0; k < n; ++k) product[i * n + k] *= own[i * n + k];
    out[i] = std::sqrt(NumpySum(product.data() + i * n, n) + static_cast<T>(1.0 / alpha));
  }
  return MatrixView<T>{out, rows, 1, 1};
}

}  // namespace

// Law of dtype: float32 where X, sigma and what is taken off X are.
absl::StatusOr<Data> LinearRegressor::PredictStd(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  if (IsSparse(X)) return BadInput("input.sparse", "predict(return_std=True) takes no sparse X", "csr", "dense");
  const size_t n = std_columns.size();
  return VisitDense(AsData(floats), [&]<class T>(const MatrixView<T>& x) -> Data {
    const bool narrow = std::is_same_v<T, float> && (std_offset.data() == nullptr || float32_offset);
    std::span<double> z = NewMatrix<double>(run, x.rows, n);
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t k = 0; k < n; ++k) {
        const double cell = x(i, std_columns[k]);
        const double centred = std_offset.data() == nullptr ? cell : cell - std_offset[std_columns[k]];
        z[i * n + k] = narrow ? double{static_cast<float>(centred)} : centred;
      }
    }
    // sigma is symmetric up to its last bits: the weights of column j are sigma(k, j).
    std::span<double> columns = NewMatrix<double>(run, n, n);
    for (size_t j = 0; j < n; ++j) {
      for (size_t k = 0; k < n; ++k) columns[j * n + k] = sigma[k * n + j];
    }
    return narrow && float32_sigma ? Deviations<float>(z, x.rows, columns, n, alpha, run)
                                   : Deviations<double>(z, x.rows, columns, n, alpha, run);
  });
}

}  // namespace pratique
