// The invariant of an intercept and its dtype.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "state/invariant/floats.h"

namespace pratique {

// Are all of them integers that int64 and float64 both have?
inline bool AreIntegers(std::span<const double> values) {
  return std::ranges::all_of(values, [](double v) { return std::trunc(v) == v && std::abs(v) <= 0x1p53; });
}

// What is said to be of integers is; all else is as good as its dtype.
inline std::optional<Violation> CheckIntegers(bool integers, fb::DType fitted, std::span<const double> coef,
                                              std::span<const double> intercept) {
  if (!integers) return std::nullopt;
  if (fitted != fb::DType::Float64) return Violation{"integers", "float64", "true with a float32 coef", "false"};
  if (!AreIntegers(coef)) return Violation{"coef", "integers", "a fraction, or one above 2^53", "integers"};
  if (!AreIntegers(intercept)) return Violation{"intercept", "integers", "a fraction, or one above 2^53", "integers"};
  return std::nullopt;
}

// As wide as coef, unless it is said to be float64 beside a float32 one.
inline std::optional<Violation> CheckIntercept(fb::DType fitted, bool float64_intercept,
                                               std::span<const double> intercept) {
  if (!float64_intercept) return invariant::FitsFloatDType("intercept", fitted, intercept);
  if (fitted == fb::DType::Float32) return std::nullopt;
  return Violation{"float64_intercept", "float_dtype", "true with a float64 coef", "true with a float32 coef only"};
}

}  // namespace pratique
