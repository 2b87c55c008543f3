// The rows of a fit, and their kernel with rows of X.
#pragma once

#include "estimators/kernel/pairwise_kernels.h"
#include "pairwise_generated.h"

namespace pratique {

struct KernelRows {
  using Schema = fb::KernelRows;
  BOOST_HANA_DEFINE_STRUCT(KernelRows, (uint32_t, n_rows), (uint32_t, n_features), (PairwiseKernel, kernel),
                           (fb::DType, dtype), (Array<double>, rows));

  // Of a field `field` of an estimator whose X has `width` columns.
  std::optional<Violation> Invariant(std::string_view field, uint32_t width) const;

  // `kernel` and its parameters; None is what pairwise_kernels makes of it.
  absl::Status TakeKernel(ImportContext& context);
  // The rows that `attribute` holds, dense or sparse; a gamma of None becomes 1 / n_features.
  absl::Status TakeRows(ImportContext& context, graph::Id id, std::string_view attribute);
  // Both.
  absl::Status Import(ImportContext& context, std::string_view attribute);

  // X checked as scikit-learn checks it, and the kernel's values: {rows, n_rows}, float32 or float64.
  absl::StatusOr<Data> Values(const Data& X, Run& run) const;
};

// Elements of a {rows, cols} array, transposed.
Array<double> Transposed(Array<double> values, size_t rows, size_t cols, Arena& arena);

// values @ weights transposed: {rows, n}, weights {n, columns of values}; float32 where both are.
Data TimesWeights(const Data& values, Array<double> weights, size_t n, fb::DType dtype, Run& run);

// `attribute` has n rows, or n_rows elements in one dimension: transposed to {columns, n_rows}.
struct Coefficient {
  Array<double> values;
  uint32_t n = 1;
  bool one_dimensional = true;
  fb::DType dtype = fb::DType::Float64;
};
absl::StatusOr<Coefficient> TakeCoefficientOfRows(ImportContext& context, std::string_view attribute, uint32_t n_rows);

}  // namespace pratique
