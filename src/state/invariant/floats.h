// Invariants of floating-point arrays that remember the dtype they were fitted in.
#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "state/violation.h"
#include "values_generated.h"

namespace pratique::invariant {

// `dtype` is a floating-point one.
inline std::optional<Violation> IsFloatDType(std::string_view field, fb::DType dtype) {
  if (dtype == fb::DType::Float64 || dtype == fb::DType::Float32) return std::nullopt;
  return Violation{std::string(field), "float_dtype", fb::EnumNameDType(dtype), "Float64 or Float32"};
}

// If `dtype` is Float32, every value is a float32: kernels round them without loss, and none becomes infinite.
inline std::optional<Violation> FitsFloatDType(std::string_view field, fb::DType dtype,
                                               std::span<const double> values) {
  if (dtype != fb::DType::Float32) return std::nullopt;
  for (size_t i = 0; i < values.size(); ++i) {
    // Compared as doubles first: a double beyond float's range has no defined float.
    const bool fits =
        std::abs(values[i]) <= 3.4028234663852886e38 && static_cast<double>(static_cast<float>(values[i])) == values[i];
    if (!fits)
      return Violation{absl::StrCat(std::string(field), "[", i, "]"), "float_dtype", absl::StrCat(values[i]),
                       "a float32"};
  }
  return std::nullopt;
}

}  // namespace pratique::invariant
