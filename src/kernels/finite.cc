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
struct NotFinite {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Sub(x, x);
  }
};
// Infinities alone are above the largest number, of which NaN is not.
struct Infinite {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return hn::VecFromMask(d, hn::Gt(hn::Abs(x), hn::Set(d, hwy::HighestValue<hn::TFromD<D>>())));
  }
};

// Whether `Of` has no bits but 0 for any x.
template <class Of, class T>
HWY_INLINE bool None(const T* HWY_RESTRICT x, size_t n) {
  const hn::ScalableTag<T> d;
  constexpr size_t kN = hn::MaxLanes(d), kAtOnce = 4;
  hn::Vec<decltype(d)> any[kAtOnce];
  for (auto& v : any) v = hn::Zero(d);
  const auto meet = [d](auto v, auto x_) HWY_ATTR { return hn::Or(v, Of()(d, x_)); };
  size_t i = 0;
  for (; i + kAtOnce * kN <= n; i += kAtOnce * kN) {
    for (size_t k = 0; k < kAtOnce; ++k) any[k] = meet(any[k], hn::LoadU(d, x + i + k * kN));
  }
  for (; i + kN <= n; i += kN) any[0] = meet(any[0], hn::LoadU(d, x + i));
  if (i < n) any[1] = meet(any[1], LoadFirst(d, x + i, n - i));
  const auto all = hn::Or(hn::Or(any[0], any[1]), hn::Or(any[2], any[3]));
  return hn::AllTrue(d, hn::Eq(all, hn::Zero(d)));
}

bool FloatsFinite(const float* x, size_t n) { return None<NotFinite>(x, n); }
bool DoublesFinite(const double* x, size_t n) { return None<NotFinite>(x, n); }
bool FloatsNotInfinite(const float* x, size_t n) { return None<Infinite>(x, n); }
bool DoublesNotInfinite(const double* x, size_t n) { return None<Infinite>(x, n); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(FloatsFinite);
HWY_EXPORT(DoublesFinite);
HWY_EXPORT(FloatsNotInfinite);
HWY_EXPORT(DoublesNotInfinite);

bool AllFinite(const float* x, size_t n) { return HWY_DYNAMIC_DISPATCH(FloatsFinite)(x, n); }
bool AllFinite(const double* x, size_t n) { return HWY_DYNAMIC_DISPATCH(DoublesFinite)(x, n); }
bool NoneInfinite(const float* x, size_t n) { return HWY_DYNAMIC_DISPATCH(FloatsNotInfinite)(x, n); }
bool NoneInfinite(const double* x, size_t n) { return HWY_DYNAMIC_DISPATCH(DoublesNotInfinite)(x, n); }

}  // namespace pratique
#endif  // HWY_ONCE
