#include "kernels/finite.h"

#include <algorithm>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/finite.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// x - x is 0, all of whose bits are, or NaN where x is not finite.
template <class T>
HWY_INLINE bool IsFinite(const T* HWY_RESTRICT x, size_t n) {
  const hn::ScalableTag<T> d;
  constexpr size_t kN = hn::MaxLanes(d), kAtOnce = 4;
  hn::Vec<decltype(d)> any[kAtOnce];
  for (auto& v : any) v = hn::Zero(d);
  const auto meet = [](auto v, auto x_) { return hn::Or(v, hn::Sub(x_, x_)); };
  size_t i = 0;
  for (; i + kAtOnce * kN <= n; i += kAtOnce * kN) {
    for (size_t k = 0; k < kAtOnce; ++k) any[k] = meet(any[k], hn::LoadU(d, x + i + k * kN));
  }
  for (; i + kN <= n; i += kN) any[0] = meet(any[0], hn::LoadU(d, x + i));
  if (i < n) any[1] = meet(any[1], LoadFirst(d, x + i, n - i));
  const auto all = hn::Or(hn::Or(any[0], any[1]), hn::Or(any[2], any[3]));
  return hn::AllTrue(d, hn::Eq(all, hn::Zero(d)));
}

bool Floats(const float* x, size_t n) { return IsFinite(x, n); }
bool Doubles(const double* x, size_t n) { return IsFinite(x, n); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(Floats);
HWY_EXPORT(Doubles);

bool AllFinite(const float* x, size_t n) { return HWY_DYNAMIC_DISPATCH(Floats)(x, n); }
bool AllFinite(const double* x, size_t n) { return HWY_DYNAMIC_DISPATCH(Doubles)(x, n); }

}  // namespace pratique
#endif  // HWY_ONCE
