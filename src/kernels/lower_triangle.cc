#include "kernels/lower_triangle.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lower_triangle.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
constexpr size_t kLanes = hn::MaxLanes(D());

// kRows rows of L from `row` on, for kVectors vectors of right sides: what is known of them is taken off, then they are
// solved.
template <size_t kRows, size_t kVectors>
HWY_INLINE void Rows(const double* HWY_RESTRICT L, size_t n, size_t row, double* HWY_RESTRICT v) {
  const D d;
  hn::Vec<D> sum[kRows][kVectors];
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t s = 0; s < kVectors; ++s) sum[r][s] = hn::LoadU(d, v + (row + r) * kSidesAtOnce + s * kLanes);
  }
  const double* of_row = L + row * n;
  for (size_t k = 0; k < row; ++k) {
    for (size_t s = 0; s < kVectors; ++s) {
      const auto known = hn::LoadU(d, v + k * kSidesAtOnce + s * kLanes);
      for (size_t r = 0; r < kRows; ++r) sum[r][s] = hn::Sub(sum[r][s], hn::Mul(hn::Set(d, of_row[r * n + k]), known));
    }
  }
#pragma GCC unroll 4  // else the sums go by way of memory
  for (size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (size_t k = 0; k < r; ++k) {
      for (size_t s = 0; s < kVectors; ++s)
        sum[r][s] = hn::Sub(sum[r][s], hn::Mul(hn::Set(d, of_row[r * n + row + k]), sum[k][s]));
    }
    for (size_t s = 0; s < kVectors; ++s) {
      sum[r][s] = hn::Div(sum[r][s], hn::Set(d, of_row[r * n + row + r]));
      hn::StoreU(sum[r][s], d, v + (row + r) * kSidesAtOnce + s * kLanes);
    }
  }
}

void Solve(const double* L, size_t n, double* v) {
  constexpr size_t kVectors = std::min<size_t>(HWY_MAX_BYTES == 64 ? 4 : 2, kSidesAtOnce / kLanes);
  size_t row = 0;
  for (; row + 4 <= n; row += 4) {
    for (size_t side = 0; side < kSidesAtOnce; side += kVectors * kLanes) Rows<4, kVectors>(L, n, row, v + side);
  }
  for (; row < n; ++row) {
    for (size_t side = 0; side < kSidesAtOnce; side += kVectors * kLanes) Rows<1, kVectors>(L, n, row, v + side);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(Solve);

void SolveLowerTriangle(const double* L, size_t n, double* v) { HWY_DYNAMIC_DISPATCH(Solve)(L, n, v); }

}  // namespace pratique
#endif  // HWY_ONCE
