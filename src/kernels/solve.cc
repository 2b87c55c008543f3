#include "kernels/solve.h"

#include <algorithm>
#include <cmath>

namespace pratique {

bool Invert(std::span<double> a, size_t n, std::span<double> inverse) {
  std::ranges::fill(inverse, 0.0);
  for (size_t i = 0; i < n; ++i) inverse[i * n + i] = 1;
  // Forward: each column below its pivot becomes 0.
  for (size_t k = 0; k < n; ++k) {
    size_t pivot = k;
    for (size_t i = k + 1; i < n; ++i) {
      if (std::abs(a[i * n + k]) > std::abs(a[pivot * n + k])) pivot = i;
    }
    if (pivot != k) {
      std::swap_ranges(&a[k * n], &a[k * n] + n, &a[pivot * n]);
      std::swap_ranges(&inverse[k * n], &inverse[k * n] + n, &inverse[pivot * n]);
    }
    if (a[k * n + k] == 0 || !std::isfinite(a[k * n + k])) return false;
    for (size_t i = k + 1; i < n; ++i) {
      const double factor = a[i * n + k] / a[k * n + k];
      if (factor == 0) continue;
      for (size_t j = k + 1; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
      for (size_t j = 0; j < n; ++j) inverse[i * n + j] -= factor * inverse[k * n + j];
    }
  }
  for (size_t k = n; k-- > 0;) {
    for (size_t i = k + 1; i < n; ++i) {
      const double factor = a[k * n + i];
      for (size_t j = 0; j < n; ++j) inverse[k * n + j] -= factor * inverse[i * n + j];
    }
    for (size_t j = 0; j < n; ++j) inverse[k * n + j] /= a[k * n + k];
  }
  return true;
}

}  // namespace pratique
