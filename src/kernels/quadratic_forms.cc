#include "kernels/quadratic_forms.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/quadratic_forms.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
constexpr size_t kLanes = hn::MaxLanes(D()), kVectors = std::min<size_t>(2, kFormsAtOnce / kLanes);

// kRows rows of A from `row` on.
template <size_t kRows>
HWY_INLINE void Rows(const double* HWY_RESTRICT x, const double* HWY_RESTRICT A, size_t n, size_t row,
                     hn::Vec<D> (&sum)[kVectors]) {
  const D d;
  hn::Vec<D> along[kRows][kVectors];
  for (auto& of_row : along) {
    for (auto& v : of_row) v = hn::Zero(d);
  }
  for (size_t k = 0; k < n; ++k) {
    for (size_t v = 0; v < kVectors; ++v) {
      const auto value = hn::LoadU(d, x + k * kFormsAtOnce + v * kLanes);
      for (size_t r = 0; r < kRows; ++r)
        along[r][v] = hn::Add(along[r][v], hn::Mul(hn::Set(d, A[(row + r) * n + k]), value));
    }
  }
  for (size_t r = 0; r < kRows; ++r) {
    for (size_t v = 0; v < kVectors; ++v) {
      const auto value = hn::LoadU(d, x + (row + r) * kFormsAtOnce + v * kLanes);
      sum[v] = hn::Add(sum[v], hn::Mul(value, along[r][v]));
    }
  }
}

void Forms(const double* x, const double* A, size_t n, double* out) {
  const D d;
  for (size_t i = 0; i < kFormsAtOnce; i += kVectors * kLanes) {
    hn::Vec<D> sum[kVectors];
    for (auto& v : sum) v = hn::Zero(d);
    size_t row = 0;
    for (; row + 4 <= n; row += 4) Rows<4>(x + i, A, n, row, sum);
    for (; row < n; ++row) Rows<1>(x + i, A, n, row, sum);
    for (size_t v = 0; v < kVectors; ++v) hn::StoreU(sum[v], d, out + i + v * kLanes);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(Forms);

void QuadraticForms(const double* x, const double* A, size_t n, double* out) {
  HWY_DYNAMIC_DISPATCH(Forms)(x, A, n, out);
}

}  // namespace pratique
#endif  // HWY_ONCE
