// Kernels by name: sklearn.metrics.pairwise.pairwise_kernels.
#pragma once

#include <optional>

#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/run.h"
#include "pairwise_generated.h"

namespace pratique {

struct PairwiseKernel {
  using Schema = fb::PairwiseKernel;
  BOOST_HANA_DEFINE_STRUCT(PairwiseKernel, (fb::PairwiseMetric, metric), (double, gamma), (double, coef0),
                           (double, degree));

  bool IsOfCounts() const { return metric == fb::PairwiseMetric::Chi2 || metric == fb::PairwiseMetric::AdditiveChi2; }
  // numpy multiplies no sparse matrix of precomputed kernels.
  bool TakesSparse() const { return !IsOfCounts() && metric != fb::PairwiseMetric::Precomputed; }
  bool HasGamma() const;
  bool HasCoef0() const { return metric == fb::PairwiseMetric::Poly || metric == fb::PairwiseMetric::Sigmoid; }
};

// The kernel that `id`, the value of `attribute`, names; a function is refused.
absl::StatusOr<fb::PairwiseMetric> PairwiseMetricOf(const ImportContext& context, graph::Id id,
                                                    std::string_view attribute);

// k(x, row) of each row of x and of `rows`, which lie one behind the other: {x.rows, rows.rows}. Float32 for a float32
// x, but for Laplacian, whose distances are float64. The kernel is not precomputed.
absl::StatusOr<Data> PairwiseKernelValues(const PairwiseKernel& kernel, const MatrixView<float>& x,
                                          const MatrixView<double>& rows, Run& run);
absl::StatusOr<Data> PairwiseKernelValues(const PairwiseKernel& kernel, const MatrixView<double>& x,
                                          const MatrixView<double>& rows, Run& run);

}  // namespace pratique
