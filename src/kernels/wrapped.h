// Integers that wrap around in a dtype narrower than what carries them, as numpy's do.
#pragma once

#include <cstdint>

#include "pratique/data.h"

namespace pratique {

// Calls f with a zero of the integer type that the dtype names; int64_t of all others.
template <class F>
auto WithInteger(DType dtype, F f) {
  switch (dtype) {
    case DType::kInt32:
      return f(int32_t{});
    case DType::kInt16:
      return f(int16_t{});
    case DType::kInt8:
      return f(int8_t{});
    case DType::kUInt64:
      return f(uint64_t{});
    case DType::kUInt32:
      return f(uint32_t{});
    case DType::kUInt16:
      return f(uint16_t{});
    case DType::kUInt8:
      return f(uint8_t{});
    default:
      return f(int64_t{});
  }
}

// value * factor in the dtype's own arithmetic.
template <class T>
T TimesWrapped(T value, int64_t factor, DType dtype) {
  const uint64_t product = static_cast<uint64_t>(value) * static_cast<uint64_t>(factor);
  return WithInteger(dtype, [&]<class Integer>(Integer) { return static_cast<T>(static_cast<Integer>(product)); });
}

}  // namespace pratique
