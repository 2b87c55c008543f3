// numpy's argmax.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>

namespace pratique {

// What np.argmax gives (numpy/_core/src/multiarray/argfunc.dispatch.c.src, 2.1): the first maximum; a NaN is above
// everything. `values` is not empty.
template <class T>
size_t ArgMax(std::span<const T> values) {
  size_t best = 0;
  for (size_t k = 0; k < values.size(); ++k) {
    if (std::isnan(values[k])) return k;
    if (values[k] > values[best]) best = k;
  }
  return best;
}
template <class T>
size_t ArgMax(const T* values, size_t n) {
  return ArgMax(std::span<const T>(values, n));
}

}  // namespace pratique
