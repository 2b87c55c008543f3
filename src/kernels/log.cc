#include "kernels/log.h"

#include <cstddef>
#include <cstdint>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/log.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/vectors-inl.h"

// Once, for all targets.
#ifndef PRATIQUE_KERNELS_LOG_TABLE
#define PRATIQUE_KERNELS_LOG_TABLE
namespace pratique {
namespace {

alignas(64) constexpr double kTable[] = {
#include "kernels/log_table.inc"
};

}  // namespace
}  // namespace pratique
#endif

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::ScalableTag<double>;
using V = hn::Vec<D>;
using Signed = hn::RebindToSigned<D>;

HWY_INLINE V Set(double v) { return hn::Set(D(), v); }
HWY_INLINE V Fma(V a, V b, V c) { return Fused(D(), a, b, c); }

#if HWY_TARGET != HWY_SCALAR
// Every other pair of the table, from the first of `at` on: two loads take less than half of what two gathers do.
template <class Of>
HWY_INLINE hn::Vec<Of> PairsAt(Of d, const int64_t* at) {
  constexpr size_t kN = hn::MaxLanes(Of());
  if constexpr (kN <= 2) {
    return hn::LoadU(d, kTable + at[0]);
  } else {
    const hn::Half<Of> half;
    return hn::Combine(d, PairsAt(half, at + kN / 2), PairsAt(half, at));
  }
}
#endif

// ARM optimized routines' math/log.c, in the order of glibc's build of it for processors with fused multiply-adds
// (sysdeps/ieee754/dbl-64/e_log.c and sysdeps/x86_64/fpu/multiarch, 2.36), with choices where it branches.

// The exact bits of x, a positive number: x = 2^k z with z in [0x1.6p-1, 0x1.6p0), and r is z / c - 1 of the c beside
// z.
HWY_INLINE V OfAny(V x) {
  const D d;
  const Signed bits;
  const auto is_denormal = hn::Lt(x, Set(0x1p-1022));
  const auto normal = hn::BitCast(bits, hn::IfThenElse(is_denormal, hn::Mul(x, Set(0x1p52)), x));
  const auto from = hn::Sub(normal, hn::Set(bits, int64_t{0x3FE6000000000000}));
  const auto power = hn::ShiftRight<52>(from);
  const auto part = hn::And(hn::ShiftRight<44>(from), hn::Set(bits, int64_t{0xFE}));  // of pairs
  const V z = hn::BitCast(d, hn::Sub(normal, hn::ShiftLeft<52>(power)));
  HWY_ALIGN int64_t at[hn::MaxLanes(D())];
  hn::Store(part, bits, at);
#if HWY_TARGET == HWY_SCALAR
  const V inverse = Set(kTable[at[0]]), log_c = Set(kTable[at[0] + 1]);
#else
  const V even = PairsAt(d, at), odd = PairsAt(d, at + 1);
  const V inverse = hn::InterleaveLower(d, even, odd), log_c = hn::InterleaveUpper(d, even, odd);
#endif

  const V k = hn::Sub(hn::ConvertTo(d, power), hn::IfThenElseZero(is_denormal, Set(52)));
  const V r = Fma(z, inverse, Set(-1));
  const V w = Fma(k, Set(0x1.62e42fefa3800p-1), log_c), high = hn::Add(w, r);
  const V lost = Fma(k, Set(0x1.ef35793c76730p-45), hn::Add(hn::Sub(w, high), r));
  const V r2 = hn::Mul(r, r);
  const V first = Fma(r, Set(-0x1.fffffffeb459p-3), Set(0x1.555555551305bp-2)),
          second = Fma(r, Set(-0x1.55575e506c89fp-3), Set(0x1.999b324f10111p-3));
  const V low = Fma(hn::Mul(r, r2), Fma(second, r2, first), Fma(r2, Set(-0x1.0000000000001p-1), lost));
  return hn::Add(low, high);
}

// The same of x in [0x1.ep-1, 0x1.109p0), where log(x) is small: r is x - 1.
HWY_INLINE V OfNearOne(V x) {
  const V r = hn::Sub(x, Set(1)), r2 = hn::Mul(r, r), r3 = hn::Mul(r, r2);
  const V first = Fma(r2, Set(0x1.999999995dd0cp-3), Fma(r, Set(-0x1.ffffffffffdcbp-3), Set(0x1.5555555555577p-2)));
  const V second = Fma(r2, Set(-0x1.fffffa4423d65p-4), Fma(r, Set(0x1.24924a344de3p-3), Set(-0x1.55555556745a7p-3)));
  const V third =
      Fma(r3, Set(-0x1.5521375d145cdp-4),
          Fma(r2, Set(0x1.78182f7afd085p-4), Fma(r, Set(-0x1.999eb43b068ffp-4), Set(0x1.c7184282ad6cap-4))));
  const V series = Fma(Fma(third, r3, second), r3, first);
  const V half = Set(-0x1p-1), split = Set(0x1p27);
  // r = upper + lower, so that the square of the first is exact.
  const V upper = Fma(hn::Neg(split), r, Fma(r, split, r)), lower = hn::Sub(r, upper), square = hn::Mul(upper, upper);
  const V high = Fma(square, half, r);
  const V lost = Fma(hn::Mul(half, lower), hn::Add(r, upper), Fma(square, half, hn::Sub(r, high)));
  return hn::Add(high, Fma(series, r3, lost));
}

// What is no positive number: -infinity of zeros, NaN of what is below; infinity and NaN are themselves.
HWY_INLINE V OfNone(V x) {
  const V difference = hn::Sub(x, x);
  const V of_negative =
      hn::IfThenElse(hn::Eq(x, hn::Zero(D())), hn::Neg(hn::Inf(D())), hn::Div(difference, difference));
  return hn::IfThenElse(hn::Le(x, hn::Zero(D())), of_negative, hn::Add(x, x));
}

struct LogOf {
  HWY_INLINE V operator()(D d, V x) const {
    const auto is_near = hn::And(hn::Ge(x, Set(1 - 0x1p-4)), hn::Lt(x, Set(1 + 0x1.09p-4)));
    const auto is_none = hn::Not(hn::And(hn::Gt(x, hn::Zero(d)), hn::Lt(x, hn::Inf(d))));
    V log = OfAny(hn::IfThenElse(is_none, Set(2), x));
    if (!hn::AllFalse(d, is_near)) log = hn::IfThenElse(is_near, OfNearOne(x), log);
    if (!hn::AllFalse(d, is_none)) log = hn::IfThenElse(is_none, OfNone(x), log);
    return log;
  }
};

void LogOfDoubles(double* x, size_t n) { OfEach<LogOf>(x, x, n); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(LogOfDoubles);

void Log(std::span<double> x) { HWY_DYNAMIC_DISPATCH(LogOfDoubles)(x.data(), x.size()); }

}  // namespace pratique
#endif  // HWY_ONCE
