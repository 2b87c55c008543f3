#include "kernels/distances.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/distances.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
constexpr size_t kLanes = hn::MaxLanes(D());

// kRows rows from `row` on, kVectors of the others from k on; the last vector has `last` of them.
template <size_t kRows, size_t kVectors>
HWY_INLINE void Tile(const MatrixView<double>& x, const double* HWY_RESTRICT columns, size_t n, size_t row, size_t k,
                     size_t last, double* HWY_RESTRICT out) {
  const D d;
  hn::Vec<D> sum[kRows][kVectors];
  for (auto& of_row : sum) {
    for (auto& v : of_row) v = hn::Zero(d);
  }
  for (size_t j = 0; j < x.cols; ++j) {
    hn::Vec<D> other[kVectors];
    for (size_t v = 0; v < kVectors; ++v) {
      const double* from = columns + j * n + k + v * kLanes;
      other[v] = v + 1 < kVectors || last == kLanes ? hn::LoadU(d, from) : LoadFirst(d, from, last);
    }
    for (size_t r = 0; r < kRows; ++r) {
      const auto value = hn::Set(d, x(row + r, j));
      for (size_t v = 0; v < kVectors; ++v) {
        const auto difference = hn::Sub(value, other[v]);
        sum[r][v] = hn::Add(sum[r][v], hn::Mul(difference, difference));
      }
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) {
      double* to = out + (row + r) * n + k + v * kLanes;
      if (v + 1 < kVectors || last == kLanes)
        hn::StoreU(sum[r][v], d, to);
      else
        StoreFirst(sum[r][v], d, to, last);
    }
  }
}

template <size_t kRows>
HWY_INLINE void Rows(const MatrixView<double>& x, const double* columns, size_t n, size_t row, double* out) {
  constexpr size_t kVectors = 2;
  size_t k = 0;
  for (; k + kVectors * kLanes <= n; k += kVectors * kLanes) Tile<kRows, kVectors>(x, columns, n, row, k, kLanes, out);
  for (; k < n; k += kLanes) Tile<kRows, 1>(x, columns, n, row, k, std::min(kLanes, n - k), out);
}

void Squared(const MatrixView<double>& x, const double* columns, size_t n, double* out) {
  size_t row = 0;
  for (; row + 4 <= x.rows; row += 4) Rows<4>(x, columns, n, row, out);
  for (; row < x.rows; ++row) Rows<1>(x, columns, n, row, out);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(Squared);

void SquaredDistances(const MatrixView<double>& x, const double* columns, size_t n, double* out) {
  HWY_DYNAMIC_DISPATCH(Squared)(x, columns, n, out);
}

}  // namespace pratique
#endif  // HWY_ONCE
