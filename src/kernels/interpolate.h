// numpy's linear interpolation, to the bit.
#pragma once

#include <cmath>
#include <cstddef>

namespace pratique {

// How many of the ascending numbers x(0), ..., x(n - 1) are not above v: np.searchsorted(x, v, side="right"). Without a
// branch, which a processor would guess wrong at every other number.
template <class X>
size_t CountNotAbove(double v, size_t n, X x) {
  size_t begin = 0;  // all before are not above v, and all from begin + n on are
  while (n > 0) {
    const size_t half = (n + 1) / 2;
    begin += half & (size_t{0} - size_t{x(begin + half - 1) <= v});
    n -= half;
  }
  return begin;
}

// np.interp(v, x, y) of the n > 0 points x(i), y(i), x ascending (numpy/_core/src/multiarray/compiled_base.c
// arr_interp, 2.1): NaN for NaN, the first or the last y outside, and of points with the same x the last.
template <class X, class Y>
double Interpolate(double v, size_t n, X x, Y y) {
  if (std::isnan(v)) return v;
  const size_t count = CountNotAbove(v, n, x);
  if (count == 0) return y(0);
  const size_t j = count - 1;
  if (j == n - 1 || x(j) == v) return y(j);
  const double slope = (y(j + 1) - y(j)) / (x(j + 1) - x(j));
  double result = slope * (v - x(j)) + y(j);
  if (std::isnan(result)) {
    result = slope * (v - x(j + 1)) + y(j + 1);
    if (std::isnan(result) && y(j) == y(j + 1)) result = y(j);
  }
  return result;
}

}  // namespace pratique
