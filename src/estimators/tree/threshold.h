// scikit-learn's float64 thresholds as float32.
#pragma once

#include <bit>
#include <cfloat>
#include <cstdint>

namespace pratique {

// The largest finite float32 that is not above `threshold` (a number not below -FLT_MAX; +inf gives FLT_MAX). For every
// finite float32 x, x <= result exactly when x <= threshold: no float32 lies between the two.
inline float RoundedDown(double threshold) {
  if (threshold >= FLT_MAX) return FLT_MAX;
  const float nearest = static_cast<float>(threshold);
  const uint32_t bits = std::bit_cast<uint32_t>(nearest);
  // std::nextafterf(nearest, -INFINITY), without a call: half of all thresholds need it.
  const uint32_t below = nearest > 0 ? bits - 1 : (bits | 0x80000000u) + 1;
  return std::bit_cast<float>(nearest > threshold ? below : bits);
}

}  // namespace pratique
