// Euclidean distances of rows with gaps.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>

namespace pratique {

// sklearn/metrics/pairwise.py nan_euclidean_distances (1.9), NaN being missing: the squared distance of both rows with
// zeros for gaps, less what stands beside a gap of the other, scaled up to all columns. NaN: no column has both.
// scikit-learn's sums are BLAS's.
inline double NanEuclidean(const double* a, const double* b, size_t n) {
  double dot = 0, norm_a = 0, norm_b = 0, beside_a = 0, beside_b = 0;
  size_t present = 0;
  for (size_t j = 0; j < n; ++j) {
    const bool in_a = !std::isnan(a[j]), in_b = !std::isnan(b[j]);
    const double x = in_a ? a[j] : 0, y = in_b ? b[j] : 0;
    dot += x * y;
    norm_a += x * x;
    norm_b += y * y;
    beside_a += in_b ? 0 : x * x;
    beside_b += in_a ? 0 : y * y;
    present += in_a && in_b;
  }
  if (present == 0) return std::numeric_limits<double>::quiet_NaN();
  double d = -2 * dot + norm_a + norm_b;
  d = d > 0 ? d : 0;
  d = d - beside_a - beside_b;
  d = d > 0 ? d : 0;
  return std::sqrt(d / static_cast<double>(present) * static_cast<double>(n));
}

}  // namespace pratique
