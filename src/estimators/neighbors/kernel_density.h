// KernelDensity. Law of dtype: float64. Nodes are met in scikit-learn's order and decided by its numbers; the kernels
// of a leaf are summed at once, where it takes a logarithm after each.
#pragma once

#include "estimators/neighbors/neighbors.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"

namespace pratique {

struct KernelDensity {
  using Schema = fb::KernelDensity;
  BOOST_HANA_DEFINE_STRUCT(KernelDensity, (uint32_t, n_features_in), (Neighbors, neighbors),
                           (fb::DensityKernel, kernel), (double, bandwidth), (double, atol), (double, rtol),
                           (bool, breadth_first), (Array<double>, weights), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;
};

}  // namespace pratique
