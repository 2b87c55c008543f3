// The rows of a fit that lie within a radius of others.
#pragma once

#include <functional>
#include <span>

#include "estimators/neighbors/neighbors.h"

namespace pratique {

// What was found for one row of X: it may be changed, and lives until the next one.
struct FoundWithin {
  size_t row = 0;  // of X
  std::span<int64_t> indices;
  std::span<double> distances;
  DType dtype = DType::kFloat64;  // of the distances
  bool heaps = false;             // scikit-learn's own brute force found them, not numpy
};

// take(found) for each row of X, in the order in which scikit-learn finds the neighbours: by their numbers, of trees by
// nodes; or `sorted` by distance (sklearn/neighbors/_base.py radius_neighbors, 1.9).
absl::Status FindWithin(const Neighbors& neighbors, const Data& X, double radius, bool sorted, Run& run,
                        const std::function<absl::Status(const FoundWithin&)>& take);

// The parameter radius: finite, and not below 0.
absl::StatusOr<double> TakeRadius(ImportContext& context);

}  // namespace pratique
