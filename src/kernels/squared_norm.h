// Products of rows as numpy has them; einsum("ij,ij->i", X, X) is of each row with itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "data/dtype.h"
#include "data/float16.h"

namespace pratique {

// np.einsum("ij,ij->i", X, X) of one row of floats, to the bit: 128 bits of partial sums, four of them a turn with the
// last one first (numpy/_core/src/multiarray/einsum_sumprod.c.src contig_contig_outstride0_two with SSE, 1.21 to 2.4).
template <class T>
T EinsumSquares(const T* row, size_t n) {
  constexpr size_t kLanes = 16 / sizeof(T);
  T sums[kLanes] = {};
  size_t i = 0;
  for (; n - i >= 4 * kLanes; i += 4 * kLanes) {
    for (size_t part = 4; part-- > 0;) {
      for (size_t lane = 0; lane < kLanes; ++lane) {
        const T v = row[i + part * kLanes + lane];
        sums[lane] += v * v;
      }
    }
  }
  for (size_t lane = 0; i < n; ++i, lane = (lane + 1) % kLanes) sums[lane] += row[i] * row[i];
  if constexpr (kLanes == 4) return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  return sums[0] + sums[1];
}

// The number of float64 that is nearest to v in a dtype of floats.
inline double Rounded(double v, DType dtype) {
  if (dtype == DType::kFloat32) return static_cast<float>(v);
  return dtype == DType::kFloat16 ? RoundedToFloat16(v) : v;
}

// numpy.inner of two rows, in their dtype: a sum of integers wraps around, one of bools is a bool.
template <class T>
double Inner(const T* a, const T* b, size_t n, DType dtype) {
  if constexpr (std::is_integral_v<T>) {
    uint64_t sum = 0;
    for (size_t j = 0; j < n; ++j) sum += static_cast<uint64_t>(a[j]) * static_cast<uint64_t>(b[j]);
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
    for (size_t j = 0; j < n; ++j) sum += static_cast<double>(a[j]) * static_cast<double>(b[j]);
    return Rounded(sum, dtype);
  }
}

template <class T>
double SquaredNorm(const T* row, size_t n, DType dtype) {
  return Inner(row, row, n, dtype);
}

}  // namespace pratique
