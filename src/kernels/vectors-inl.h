// What kernels need beside Highway's own. Included after its headers, once a target.
#if defined(PRATIQUE_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef PRATIQUE_VECTORS_INL_H
#undef PRATIQUE_VECTORS_INL_H
#else
#define PRATIQUE_VECTORS_INL_H
#endif

#include <cmath>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {

// a * b + c, rounded once. Targets without such an instruction (x86 before 2013) ask the C library, lane by lane, which
// is exact, too, and slow where the processor has none.
template <class D, class V>
HWY_INLINE V Fused(D d, V a, V b, V c) {
#if HWY_NATIVE_FMA
  (void)d;
  return hwy::HWY_NAMESPACE::MulAdd(a, b, c);
#else
  namespace hn = hwy::HWY_NAMESPACE;
  using T = hn::TFromD<D>;
  constexpr size_t kN = hn::MaxLanes(D());
  alignas(16) T of_a[kN], of_b[kN], of_c[kN];
  hn::Store(a, d, of_a);
  hn::Store(b, d, of_b);
  hn::Store(c, d, of_c);
  for (size_t i = 0; i < kN; ++i) of_c[i] = std::fma(of_a[i], of_b[i], of_c[i]);
  return hn::Load(d, of_c);
#endif
}

// The first `n` lanes, the others 0; nothing beyond is read. The same for writing.
template <class D, class T = hwy::HWY_NAMESPACE::TFromD<D>>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> LoadFirst(D d, const T* HWY_RESTRICT from, size_t n) {
  if constexpr (HWY_ARCH_X86 && HWY_MAX_BYTES >= 32) {
    return hwy::HWY_NAMESPACE::MaskedLoad(hwy::HWY_NAMESPACE::FirstN(d, n), d, from);
  } else {
    alignas(64) T lanes[hwy::HWY_NAMESPACE::MaxLanes(D())] = {};
    for (size_t i = 0; i < n; ++i) lanes[i] = from[i];
    return hwy::HWY_NAMESPACE::Load(d, lanes);
  }
}
template <class D, class T = hwy::HWY_NAMESPACE::TFromD<D>>
HWY_INLINE void StoreFirst(hwy::HWY_NAMESPACE::Vec<D> v, D d, T* HWY_RESTRICT to, size_t n) {
  if constexpr (HWY_ARCH_X86 && HWY_MAX_BYTES >= 32) {
    hwy::HWY_NAMESPACE::BlendedStore(v, hwy::HWY_NAMESPACE::FirstN(d, n), d, to);
  } else {
    alignas(64) T lanes[hwy::HWY_NAMESPACE::MaxLanes(D())];
    hwy::HWY_NAMESPACE::Store(v, d, lanes);
    for (size_t i = 0; i < n; ++i) to[i] = lanes[i];
  }
}

// to[i] = Of()(d, from[i]) for n numbers; `to` may be `from`.
template <class Of, class T>
HWY_INLINE void OfEach(const T* from, T* to, size_t n) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::ScalableTag<T> d;
  constexpr size_t kN = hn::MaxLanes(d);
  size_t i = 0;
  for (; i + kN <= n; i += kN) hn::StoreU(Of()(d, hn::LoadU(d, from + i)), d, to + i);
  if (i < n) StoreFirst(Of()(d, LoadFirst(d, from + i, n - i)), d, to + i, n - i);
}

}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#endif  // per target
