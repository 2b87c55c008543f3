// numpy's sum of a row, to the bit.
#pragma once

#include <cstddef>

namespace pratique {

// What np.sum(a, axis=-1) gives for contiguous float64 or float32 (numpy/_core/src/umath/loops_utils.h.src
// pairwise_sum, 2.1): up to 7 numbers one after the other, up to 128 in eight partial sums, halves beyond. The
// recursion is as deep as log2(n / 128).
template <class T>
T NumpySum(const T* a, size_t n) {
  if (n < 8) {
    T sum = 0;
    for (size_t i = 0; i < n; ++i) sum += a[i];
    return sum;
  }
  if (n > 128) {
    const size_t half = n / 2 - n / 2 % 8;
    return NumpySum(a, half) + NumpySum(a + half, n - half);
  }
  T r[8];
  for (size_t j = 0; j < 8; ++j) r[j] = a[j];
  size_t i = 8;
  for (; i < n - n % 8; i += 8) {
    for (size_t j = 0; j < 8; ++j) r[j] += a[i + j];
  }
  T sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  for (; i < n; ++i) sum += a[i];
  return sum;
}

}  // namespace pratique
