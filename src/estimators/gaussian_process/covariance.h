// Kernels of sklearn.gaussian_process.kernels, and what sums, products and powers make of them.
#pragma once

#include "estimators/kernel/pairwise_kernels.h"
#include "gaussian_process_generated.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/run.h"

namespace pratique {

// A formula of more terms, or of more matrices at a time, is refused.
inline constexpr size_t kMostTerms = 64, kMostMatrices = 8;
// The Bessel function of Matern takes steps of the order of nu.
inline constexpr double kGreatestNu = 100;

struct CovarianceTerm {
  using Schema = fb::CovarianceTerm;
  BOOST_HANA_DEFINE_STRUCT(CovarianceTerm, (fb::CovarianceKind, kind), (double, parameter),
                           (Array<double>, length_scales), (PairwiseKernel, pairwise));
};

struct CovarianceFunction {
  using Schema = fb::CovarianceFunction;
  BOOST_HANA_DEFINE_STRUCT(CovarianceFunction, (uint32_t, n_rows), (uint32_t, n_features), (fb::DType, dtype),
                           (bool, narrow), (Array<double>, rows), (Array<CovarianceTerm>, terms));

  // Of a field `field` of an estimator whose X has `width` columns.
  std::optional<Violation> Invariant(const std::string& field, uint32_t width) const;

  // kernel_ and X_train_ of `object`: the estimator, or a part of it.
  absl::Status Import(ImportContext& context, graph::Id object);

  // X checked as scikit-learn checks it.
  absl::StatusOr<NumericData> Check(const Data& X, Run& run) const;
  // {rows of x, n_rows}.
  absl::StatusOr<std::span<const double>> Values(const NumericData& x, Run& run) const;
  // Of each row of x with each, {rows, rows}, and of each with itself, which has the noise.
  absl::StatusOr<std::span<const double>> Among(const NumericData& x, Run& run) const;
  absl::StatusOr<std::span<const double>> Diagonal(const NumericData& x, Run& run) const;

  uint64_t widest() const { return uint64_t{n_rows} * terms.size(); }
};

// Parameter `kernel`, which predict asks what rows it takes: None or one of scikit-learn's kernels.
absl::Status CheckKernelParameter(ImportContext& context);

// `factor` is {n, n}; what stands above its diagonal is not read. In place of v: the solution of factor @ solution = v.
void SolveLower(Array<double> factor, std::span<double> v);

// No element of the diagonal is 0.
std::optional<Violation> CheckFactor(const std::string& field, Array<double> factor, size_t n);

// A square array of n rows.
absl::StatusOr<Array<double>> TakeFactor(ImportContext& context, graph::Id id, std::string_view attribute, size_t n);

}  // namespace pratique
