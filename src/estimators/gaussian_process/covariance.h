// Kernels of sklearn.gaussian_process.kernels, and what sums, products and powers make of them.
#pragma once

#include <algorithm>

#include "estimators/kernel/pairwise_kernels.h"
#include "gaussian_process_generated.h"
#include "import/sklearn/import_context.h"
#include "kernels/lower_triangle.h"
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

// The solutions of factor @ solution = of(row, 0 to n) for each row, some rows at a time: use(row, solution, step)
// finds the k-th number of it at solution[k * step].
template <class Of, class Use>
void SolveLowerOfRows(Array<double> factor, size_t n, size_t rows, Run& run, Of of, Use use) {
  if (rows == 1) {
    std::span<double> v = run.arena.NewUninitialized<double>(n);
    for (size_t k = 0; k < n; ++k) v[k] = of(size_t{0}, k);
    SolveLower(factor, v);
    use(size_t{0}, v.data(), size_t{1});
    return;
  }
  std::span<double> v = run.arena.NewUninitialized<double>(n * kSidesAtOnce);
  for (size_t first = 0; first < rows; first += kSidesAtOnce) {
    const size_t some = std::min(kSidesAtOnce, rows - first);
    for (size_t k = 0; k < n; ++k) {
      for (size_t i = 0; i < kSidesAtOnce; ++i) v[k * kSidesAtOnce + i] = i < some ? of(first + i, k) : 0;
    }
    SolveLowerTriangle(factor.data(), n, v.data());
    for (size_t i = 0; i < some; ++i) use(first + i, v.data() + i, kSidesAtOnce);
  }
}

// The squared norms of the solutions for each row of `of`.
template <class Of>
std::span<double> SquaredNormsOfSolved(Array<double> factor, size_t n, size_t rows, Run& run, Of of) {
  std::span<double> norms = run.arena.NewUninitialized<double>(rows);
  SolveLowerOfRows(factor, n, rows, run, of, [&](size_t row, const double* v, size_t step) {
    double norm = 0;
    for (size_t k = 0; k < n; ++k) norm += v[k * step] * v[k * step];
    norms[row] = norm;
  });
  return norms;
}

// No element of the diagonal is 0.
std::optional<Violation> CheckFactor(const std::string& field, Array<double> factor, size_t n);

// A square array of n rows.
absl::StatusOr<Array<double>> TakeFactor(ImportContext& context, graph::Id id, std::string_view attribute, size_t n);

}  // namespace pratique
