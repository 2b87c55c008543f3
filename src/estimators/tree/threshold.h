// scikit-learn's float64 thresholds as float32.
#pragma once

#include <cfloat>
#include <cmath>

namespace pratique {

// The largest finite float32 that is not above `threshold` (a number not below -FLT_MAX; +inf gives FLT_MAX). For every
// finite float32 x, x <= result exactly when x <= threshold: no float32 lies between the two.
inline float RoundedDown(double threshold) {
  if (threshold >= FLT_MAX) return FLT_MAX;
  const float nearest = static_cast<float>(threshold);
  return nearest > threshold ? std::nextafterf(nearest, -INFINITY) : nearest;
}

}  // namespace pratique
