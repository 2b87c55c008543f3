// numpy's float16: IEEE 754 binary16, rounded to nearest even from a double in one step.
#pragma once

#include <cstdint>

namespace pratique {

struct Float16 {
  Float16() = default;
  explicit Float16(double value);
  explicit operator float() const;
  explicit operator double() const { return static_cast<float>(*this); }

  uint16_t bits = 0;
};

// The value of x as float16.
inline float RoundedToFloat16(double x) { return static_cast<float>(Float16(x)); }

}  // namespace pratique
