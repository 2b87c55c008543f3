#include "kernels/exp.h"

#include <cstddef>
#include <cstdint>

#include "kernels/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/exp.cc"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace pratique {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// exp(x) = 2^n exp(r), where r = x - n ln 2 is at most ln 2 / 2 away from 0. ln 2 is the sum of two numbers, of which
// the first has so few bits that n times it is exact (fdlibm's, and Cephes' of float). exp(r) is Taylor's series.
template <class T>
struct Constants;
template <>
struct Constants<double> {
  static constexpr double kLeast = -746, kMost = 710;  // beyond, it is 0 or infinity
  static constexpr double kUpperLn2 = 6.93147180369123816490e-01, kLowerLn2 = 1.90821492927058770002e-10;
  static constexpr double kInteger = 0x1.8p52;  // added, it rounds to an integer, which are the last bits then
  static constexpr int kMantissa = 52, kBias = 1023;
};
template <>
struct Constants<float> {
  static constexpr float kLeast = -104, kMost = 89;
  static constexpr float kUpperLn2 = 0.693359375F, kLowerLn2 = -2.12194440e-4F;
  static constexpr float kInteger = 0x1.8p23F;
  static constexpr int kMantissa = 23, kBias = 127;
};

constexpr double Factorial(int n) { return n < 2 ? 1 : n * Factorial(n - 1); }
template <class T, int n>
inline constexpr T kCoefficient = static_cast<T>(1 / Factorial(n));

// 1/n! + r/(n + 1)!
template <int n, class D, class V>
HWY_INLINE V Pair(D d, V r) {
  using T = hn::TFromD<D>;
  return hn::Add(hn::Set(d, kCoefficient<T, n>), hn::Mul(r, hn::Set(d, kCoefficient<T, n + 1>)));
}

// 1/2! + r/3! + ..., as far as it counts.
template <class D, class V>
HWY_INLINE V Series(D d, V r) {
  using T = hn::TFromD<D>;
  const auto of = [](V x, V low, V high) { return hn::Add(low, hn::Mul(high, x)); };
  const V r2 = hn::Mul(r, r), r4 = hn::Mul(r2, r2);
  const V first = of(r2, Pair<2>(d, r), Pair<4>(d, r));
  if constexpr (sizeof(T) == 4) {
    return of(r4, first, of(r2, Pair<6>(d, r), hn::Set(d, kCoefficient<T, 8>)));
  } else {
    const V second = of(r2, Pair<6>(d, r), Pair<8>(d, r)), third = of(r2, Pair<10>(d, r), Pair<12>(d, r));
    return of(hn::Mul(r4, r4), of(r4, first, second), third);
  }
}

// exp(x) = 2^n (1 + r + rest), where rest is small beside r; `inside` is within the limits above.
template <class D, class V>
struct Parts {
  V n, r, rest;
};
template <class D, class V>
HWY_INLINE Parts<D, V> PartsOf(D d, V inside) {
  using T = hn::TFromD<D>;
  using C = Constants<T>;
  const V integer = hn::Set(d, C::kInteger);
  const V n = hn::Sub(hn::Add(hn::Mul(inside, hn::Set(d, static_cast<T>(1.44269504088896340736))), integer), integer);
  const V exact = hn::Sub(inside, hn::Mul(n, hn::Set(d, C::kUpperLn2))), less = hn::Mul(n, hn::Set(d, C::kLowerLn2));
  const V r = hn::Sub(exact, less), lost = hn::Sub(hn::Sub(exact, r), less);
  return {n, r, hn::Add(hn::Mul(hn::Mul(r, r), Series(d, r)), lost)};
}

// 2^n of an integer within the exponents of normal numbers.
template <class D, class V>
HWY_INLINE V PowerOfTwo(D d, V n) {
  using C = Constants<hn::TFromD<D>>;
  const hn::RebindToSigned<D> bits;
  const auto last = hn::BitCast(bits, hn::Add(n, hn::Set(d, C::kInteger)));
  return hn::BitCast(d, hn::ShiftLeft<C::kMantissa>(hn::Add(last, hn::Set(bits, C::kBias))));
}

struct ExpOf {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    using C = Constants<T>;
    const auto parts = PartsOf(d, hn::Min(hn::Max(x, hn::Set(d, C::kLeast)), hn::Set(d, C::kMost)));
    const V one = hn::Set(d, T{1}), sum = hn::Add(one, parts.r), lost = hn::Sub(parts.r, hn::Sub(sum, one));
    const V result = hn::Add(sum, hn::Add(lost, parts.rest)), integer = hn::Set(d, C::kInteger);
    // By two halves of n: 2^n itself may be no number where the result is one.
    const V half = hn::Sub(hn::Add(hn::Mul(parts.n, hn::Set(d, T{0.5})), integer), integer);
    const V scaled = hn::Mul(hn::Mul(result, PowerOfTwo(d, half)), PowerOfTwo(d, hn::Sub(parts.n, half)));
    return hn::IfThenElse(hn::IsNaN(x), x, scaled);
  }
};

// -(exp(-2|x|) - 1) / (exp(-2|x|) + 1), with the sign of x.
struct TanhOf {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    using T = hn::TFromD<D>;
    const V one = hn::Set(d, T{1}), least = hn::Set(d, T{-64});  // where it is 1 long since
    const auto parts = PartsOf(d, hn::Max(hn::Mul(hn::Abs(x), hn::Set(d, T{-2})), least));
    const V power = PowerOfTwo(d, parts.n);
    const V less_one = hn::Add(hn::Mul(power, hn::Add(parts.r, parts.rest)), hn::Sub(power, one));
    const V tanh = hn::CopySign(hn::Div(less_one, hn::Add(less_one, hn::Set(d, T{2}))), x);
    return hn::IfThenElse(hn::IsNaN(x), x, tanh);
  }
};

template <class Of, class T>
HWY_INLINE void Each(T* HWY_RESTRICT x, size_t n) {
  const hn::ScalableTag<T> d;
  constexpr size_t kN = hn::MaxLanes(d);
  size_t i = 0;
  for (; i + kN <= n; i += kN) hn::StoreU(Of()(d, hn::LoadU(d, x + i)), d, x + i);
  if (i < n) StoreFirst(Of()(d, LoadFirst(d, x + i, n - i)), d, x + i, n - i);
}

void ExpOfFloats(float* x, size_t n) { Each<ExpOf>(x, n); }
void ExpOfDoubles(double* x, size_t n) { Each<ExpOf>(x, n); }
void TanhOfFloats(float* x, size_t n) { Each<TanhOf>(x, n); }
void TanhOfDoubles(double* x, size_t n) { Each<TanhOf>(x, n); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace pratique
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pratique {

HWY_EXPORT(ExpOfFloats);
HWY_EXPORT(ExpOfDoubles);
HWY_EXPORT(TanhOfFloats);
HWY_EXPORT(TanhOfDoubles);

void Exp(std::span<float> x) { HWY_DYNAMIC_DISPATCH(ExpOfFloats)(x.data(), x.size()); }
void Exp(std::span<double> x) { HWY_DYNAMIC_DISPATCH(ExpOfDoubles)(x.data(), x.size()); }
void Tanh(std::span<float> x) { HWY_DYNAMIC_DISPATCH(TanhOfFloats)(x.data(), x.size()); }
void Tanh(std::span<double> x) { HWY_DYNAMIC_DISPATCH(TanhOfDoubles)(x.data(), x.size()); }

}  // namespace pratique
#endif  // HWY_ONCE
