// Squared Mahalanobis distances of rows to the components of a mixture, each rounded as numpy rounds it.
// Source: sklearn/mixture/_gaussian_mixture.py _estimate_log_gaussian_prob (1.0 to 1.9).
#pragma once

#include <span>

#include "estimators/mixture/mixture.h"
#include "model/check_array.h"

namespace pratique {

struct ComponentDistances {
  std::span<const double> values;  // {rows, n_components}, each a value of dtype
  DType dtype;                     // of X where it is kept, else numpy's promotion of X's with the fitted one
};

// X is dense.
ComponentDistances DistancesToComponents(const Mixture& mixture, const NumericData& X, Run& run);

}  // namespace pratique
