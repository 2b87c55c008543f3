#include "kernels/elementwise.h"

#include <cmath>
#include <cstddef>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Whether the target has instructions that round; else the C library does it, lane by lane.
constexpr bool kRounds = (HWY_ARCH_X86 && HWY_TARGET <= HWY_SSE4) || HWY_ARCH_ARM_A64;

template <class D, class V, class OfLane>
HWY_INLINE V ByLane(D d, V v, OfLane of_lane) {
  HWY_ALIGN hn::TFromD<D> lanes[hn::MaxLanes(D())];
  hn::Store(v, d, lanes);
  for (auto& lane : lanes) lane = of_lane(lane);
  return hn::Load(d, lanes);
}

template <Elementwise function, class D, class V>
HWY_INLINE V Of(D d, V v) {
  if constexpr (function == Elementwise::kAbsolute) {
    return hn::Abs(v);
  } else if constexpr (function == Elementwise::kCeil) {
    if constexpr (kRounds) return hn::Ceil(v);
    return ByLane(d, v, [](auto lane) { return std::ceil(lane); });
  } else if constexpr (function == Elementwise::kFloor) {
    if constexpr (kRounds) return hn::Floor(v);
    return ByLane(d, v, [](auto lane) { return std::floor(lane); });
  } else if constexpr (function == Elementwise::kNegative) {
    return hn::Neg(v);
  } else if constexpr (function == Elementwise::kReciprocal) {
    return hn::Div(hn::Set(d, 1), v);
  } else if constexpr (function == Elementwise::kRint) {
    if constexpr (kRounds) return hn::Round(v);
    return ByLane(d, v, [](auto lane) { return std::nearbyint(lane); });
  } else if constexpr (function == Elementwise::kSign) {
    const V zero = hn::Zero(d), one = hn::Set(d, 1);
    const V of_others = hn::IfThenElse(hn::Eq(v, zero), zero, v);
    return hn::IfThenElse(hn::Gt(v, zero), one, hn::IfThenElse(hn::Lt(v, zero), hn::Neg(one), of_others));
  } else if constexpr (function == Elementwise::kSquare) {
    return hn::Mul(v, v);
  } else {
    if constexpr (kRounds) return hn::Trunc(v);
    return ByLane(d, v, [](auto lane) { return std::trunc(lane); });
  }
}

template <Elementwise function>
struct Function {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V v) const {
    return Of<function>(d, v);
  }
};

template <class T>
HWY_INLINE void All(Elementwise function, const T* from, T* to, size_t n) {
  switch (function) {
    case Elementwise::kAbsolute:
      return OfEach<Function<Elementwise::kAbsolute>>(from, to, n);
    case Elementwise::kCeil:
      return OfEach<Function<Elementwise::kCeil>>(from, to, n);
    case Elementwise::kFloor:
      return OfEach<Function<Elementwise::kFloor>>(from, to, n);
    case Elementwise::kNegative:
      return OfEach<Function<Elementwise::kNegative>>(from, to, n);
    case Elementwise::kReciprocal:
      return OfEach<Function<Elementwise::kReciprocal>>(from, to, n);
    case Elementwise::kRint:
      return OfEach<Function<Elementwise::kRint>>(from, to, n);
    case Elementwise::kSign:
      return OfEach<Function<Elementwise::kSign>>(from, to, n);
    case Elementwise::kSquare:
      return OfEach<Function<Elementwise::kSquare>>(from, to, n);
    case Elementwise::kTrunc:
      return OfEach<Function<Elementwise::kTrunc>>(from, to, n);
  }
}

void OfFloats(Elementwise function, const float* from, float* to, size_t n) { All(function, from, to, n); }
void OfDoubles(Elementwise function, const double* from, double* to, size_t n) { All(function, from, to, n); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(OfFloats);
HWY_EXPORT(OfDoubles);

void Apply(Elementwise function, std::span<const float> from, float* to) {
  HWY_DYNAMIC_DISPATCH(OfFloats)(function, from.data(), to, from.size());
}
void Apply(Elementwise function, std::span<const double> from, double* to) {
  HWY_DYNAMIC_DISPATCH(OfDoubles)(function, from.data(), to, from.size());
}

}  // namespace pratique
#endif  // HWY_ONCE
