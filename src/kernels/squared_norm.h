// numpy's einsum("ij,ij->i", X, X): each row with itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "data/dtype.h"
#include "data/float16.h"

namespace pratique {

// The number of float64 that is nearest to v in a dtype of floats.
inline double Rounded(double v, DType dtype) {
  if (dtype == DType::kFloat32) return static_cast<float>(v);
  return dtype == DType::kFloat16 ? RoundedToFloat16(v) : v;
}

// In X's dtype: a sum of integers wraps around, one of bools is a bool.
template <class T>
double SquaredNorm(const T* row, size_t n, DType dtype) {
  if constexpr (std::is_integral_v<T>) {
    uint64_t sum = 0;
    for (size_t j = 0; j < n; ++j) sum += static_cast<uint64_t>(row[j]) * static_cast<uint64_t>(row[j]);
    if (dtype == DType::kBool) return sum != 0;
    return WithType(dtype, [&](auto tag) -> double {
      using Element = typename decltype(tag)::type;
      if constexpr (std::is_integral_v<Element>)
        return static_cast<double>(static_cast<Element>(sum));
      else
        return 0;  // integers are carried by integers
    });
  } else {
    double sum = 0;
    for (size_t j = 0; j < n; ++j) sum += static_cast<double>(row[j]) * static_cast<double>(row[j]);
    return Rounded(sum, dtype);
  }
}

}  // namespace pratique
