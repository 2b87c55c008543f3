// The invariant of an intercept and its dtype.
#pragma once

#include <optional>

#include "state/invariant/floats.h"

namespace pratique {

// As wide as coef, unless it is said to be float64 beside a float32 one.
inline std::optional<Violation> CheckIntercept(fb::DType fitted, bool float64_intercept,
                                               std::span<const double> intercept) {
  if (!float64_intercept) return invariant::FitsFloatDType("intercept", fitted, intercept);
  if (fitted == fb::DType::Float32) return std::nullopt;
  return Violation{"float64_intercept", "float_dtype", "true with a float64 coef", "true with a float32 coef only"};
}

}  // namespace pratique
