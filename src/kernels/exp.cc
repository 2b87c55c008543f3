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

// fdlibm's s_log1p.c as glibc has it for processors with fused multiply-adds (sysdeps/ieee754/dbl-64/s_log1p.c and
// sysdeps/x86_64/fpu/multiarch, 2.36), with choices where it branches: 1 + x = 2^k (1 + f), and c is what 1 + x lost.
struct Log1pOf {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    const hn::RebindToUnsigned<D> bits;
    const auto from_bits = [&](uint64_t b) HWY_ATTR { return hn::BitCast(d, hn::Set(bits, b)); };
    const auto set = [&](double v) HWY_ATTR { return hn::Set(d, v); };
    const V zero = hn::Zero(d), one = set(1);
    const auto is_near = hn::And(hn::Lt(x, from_bits(0x3FDA827A00000000)), hn::Gt(x, from_bits(0xBFD2BEC400000000)));
    const auto is_large = hn::Ge(x, set(0x1p53));

    const V u = hn::IfThenElse(is_large, x, hn::Add(one, x));
    const auto of_u = hn::BitCast(bits, u);
    // The exponent as the last bits of a number.
    const V exponent = hn::BitCast(d, hn::Or(hn::ShiftRight<52>(of_u), hn::Set(bits, uint64_t{0x4330000000000000})));
    V k = hn::Sub(exponent, set(0x1p52 + 1023));
    V c = hn::IfThenElse(hn::Gt(k, zero), hn::Sub(one, hn::Sub(u, x)), hn::Sub(x, hn::Sub(u, one)));
    c = hn::IfThenZeroElse(is_large, hn::Div(c, u));
    const auto mantissa = hn::And(of_u, hn::Set(bits, uint64_t{0x000FFFFFFFFFFFFF}));
    const V m = hn::BitCast(d, hn::Or(mantissa, hn::Set(bits, uint64_t{0x3FF0000000000000})));
    const auto is_upper = hn::Ge(m, from_bits(0x3FF6A09E00000000));
    k = hn::Add(k, hn::IfThenElseZero(is_upper, one));
    const V f = hn::IfThenElse(is_near, x, hn::Sub(hn::IfThenElse(is_upper, hn::Mul(m, set(0.5)), m), one));

    const V half_square = hn::Mul(hn::Mul(set(0.5), f), f), s = hn::Div(f, hn::Add(set(2), f));
    const V z = hn::Mul(s, s), z2 = hn::Mul(z, z), z4 = hn::Mul(z2, z2), z6 = hn::Mul(z4, z2);
    const auto pair = [&](double low, double high) HWY_ATTR { return Fused(d, z, set(high), set(low)); };
    const V r2 = pair(3.999999999940941908e-01, 2.857142874366239149e-01);
    const V r3 = pair(2.222219843214978396e-01, 1.818357216161805012e-01);
    const V r4 = pair(1.531383769920937332e-01, 1.479819860511658591e-01);
    const V first = Fused(d, z, set(6.666666666666735130e-01), hn::Mul(z2, r2));
    const V r = Fused(d, z6, r4, Fused(d, z4, r3, first));
    const V product = hn::Mul(s, hn::Add(half_square, r));
    const V lower = Fused(d, k, set(1.90821492927058770002e-10), c);
    const auto is_short = hn::Or(hn::Lt(m, from_bits(0x3FF0000100000000)), hn::Ge(m, from_bits(0x3FFFFFFD00000000)));
    const V of_short = hn::Mul(half_square, Fused(d, f, set(-0.66666666666666666), one));
    const V rest = hn::IfThenElse(is_short, hn::Sub(of_short, lower), hn::Sub(half_square, hn::Add(product, lower)));
    V result = Fused(d, k, set(6.93147180369123816490e-01), hn::Sub(f, rest));
    const auto is_power_0 = hn::Or(is_near, hn::Eq(k, zero));
    result = hn::IfThenElse(is_power_0, hn::Sub(f, hn::Sub(half_square, product)), result);

    const V magnitude = hn::Abs(x), difference = hn::Sub(x, x);
    result = hn::IfThenElse(hn::Lt(magnitude, set(0x1p-29)), Fused(d, hn::Mul(x, x), set(-0.5), x), result);
    result = hn::IfThenElse(hn::Lt(magnitude, set(0x1p-54)), x, result);
    result = hn::IfThenElse(hn::Lt(x, set(-1)), hn::Div(difference, difference), result);
    result = hn::IfThenElse(hn::Eq(x, set(-1)), hn::Neg(hn::Inf(d)), result);
    const auto is_end = hn::Or(hn::IsNaN(x), hn::Eq(x, hn::Inf(d)));
    return hn::IfThenElse(is_end, hn::Add(x, x), result);
  }
};

// fdlibm's s_expm1.c, likewise: x = k ln 2 + r, where c is what r lost, and expm1(r) = r - e of a rational function of
// r^2.
struct Expm1Of {
  template <class D, class V>
  HWY_INLINE V operator()(D d, V given) const {
    const hn::RebindToSigned<D> bits;
    const auto from_bits = [&](int64_t b) HWY_ATTR { return hn::BitCast(d, hn::Set(bits, b)); };
    const auto set = [&](double v) HWY_ATTR { return hn::Set(d, v); };
    const V one = set(1), magnitude = hn::Abs(given);
    const auto is_minus_one = hn::And(hn::Ge(magnitude, from_bits(0x4043687A00000000)), hn::Lt(given, hn::Zero(d)));
    const auto is_infinite = hn::Gt(given, set(0x1.62e42fefa39efp+9));
    const auto is_end = hn::Or(hn::IsNaN(given), hn::Or(is_minus_one, is_infinite));
    const V x = hn::IfThenZeroElse(is_end, given);

    const auto is_once = hn::Lt(magnitude, from_bits(0x3FF0A2B200000000));
    const V scaled = hn::Add(hn::Mul(x, set(0x1.71547652b82fep+0)), hn::CopySign(set(0.5), x));
    const V times = hn::IfThenElse(is_once, hn::CopySign(one, x), hn::ConvertTo(d, hn::ConvertTo(bits, scaled)));
    const V k = hn::IfThenElseZero(hn::Ge(magnitude, from_bits(0x3FD62E4300000000)), times);
    const V upper = Fused(d, hn::Neg(k), set(6.93147180369123816490e-01), x);
    const V lower = hn::Mul(k, set(1.90821492927058770002e-10));
    const V r = hn::Sub(upper, lower), c = hn::Sub(hn::Sub(upper, r), lower);

    const V half = hn::Mul(r, set(0.5)), square = hn::Mul(r, half);
    const V q2 = Fused(d, square, set(-7.93650757867487942473e-05), set(1.58730158725481460165e-03));
    const V q4 = Fused(d, square, set(-2.01099218183624371326e-07), set(4.00821782732936239552e-06));
    const V power4 = hn::Mul(square, square), power8 = hn::Mul(power4, power4);
    const V q = Fused(d, power8, q4, Fused(d, power4, q2, Fused(d, square, set(-3.33333333333331316428e-02), one)));
    const V t = Fused(d, hn::Neg(half), q, set(3));
    const V quotient = hn::Div(hn::Sub(q, t), Fused(d, hn::Neg(r), t, set(6)));
    const V e = hn::Mul(quotient, square);
    const V of_0 = hn::Sub(r, Fused(d, e, r, hn::Neg(square)));  // of k = 0
    const V less = hn::Sub(Fused(d, hn::Sub(e, c), r, hn::Neg(c)), square), rest = hn::Sub(r, less);
    const V of_minus_1 = Fused(d, rest, set(0.5), set(-0.5));
    const V below = hn::Mul(hn::Sub(less, hn::Add(r, set(0.5))), set(-2));
    const V of_1 = hn::IfThenElse(hn::Lt(r, set(-0.25)), below, Fused(d, rest, set(2), one));

    const auto exponent = hn::ShiftLeft<52>(hn::ConvertTo(bits, k));
    const V power = hn::BitCast(d, hn::Sub(hn::Set(bits, int64_t{0x3FF0000000000000}), exponent));  // 2^-k
    const auto is_exp = hn::Or(hn::Lt(k, set(-1)), hn::Gt(k, set(56)));  // of which 1 is taken off at the end
    const V most = hn::Sub(hn::IfThenElse(is_exp, one, hn::Sub(one, power)), hn::Sub(less, r));
    const V small = hn::Add(hn::Sub(r, hn::Add(less, power)), one);
    const V of_many = hn::IfThenElse(hn::AndNot(is_exp, hn::Ge(k, set(20))), small, most);
    const V raised = hn::BitCast(d, hn::Add(hn::BitCast(bits, of_many), exponent));

    V result = hn::IfThenElse(is_exp, hn::Sub(raised, one), raised);
    result = hn::IfThenElse(hn::Eq(k, one), of_1, result);
    result = hn::IfThenElse(hn::Eq(k, set(-1)), of_minus_1, result);
    result = hn::IfThenElse(hn::Eq(k, hn::Zero(d)), of_0, result);
    result = hn::IfThenElse(hn::Lt(magnitude, from_bits(0x3C90000000000000)), given, result);
    result = hn::IfThenElse(is_minus_one, set(-1), result);
    result = hn::IfThenElse(is_infinite, hn::Inf(d), result);
    return hn::IfThenElse(hn::IsNaN(given), hn::Add(given, given), result);
  }
};

struct SqrtOf {
  template <class D, class V>
  HWY_INLINE V operator()(D, V x) const {
    return hn::Sqrt(x);
  }
};

void ExpOfFloats(float* x, size_t n) { OfEach<ExpOf>(x, x, n); }
void ExpOfDoubles(double* x, size_t n) { OfEach<ExpOf>(x, x, n); }
void TanhOfFloats(float* x, size_t n) { OfEach<TanhOf>(x, x, n); }
void TanhOfDoubles(double* x, size_t n) { OfEach<TanhOf>(x, x, n); }
void Log1pOfDoubles(double* x, size_t n) { OfEach<Log1pOf>(x, x, n); }
void Expm1OfDoubles(double* x, size_t n) { OfEach<Expm1Of>(x, x, n); }
void SqrtOfFloats(float* x, size_t n) { OfEach<SqrtOf>(x, x, n); }
void SqrtOfDoubles(double* x, size_t n) { OfEach<SqrtOf>(x, x, n); }

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
HWY_EXPORT(Log1pOfDoubles);
HWY_EXPORT(Expm1OfDoubles);
HWY_EXPORT(SqrtOfFloats);
HWY_EXPORT(SqrtOfDoubles);

void Exp(std::span<float> x) { HWY_DYNAMIC_DISPATCH(ExpOfFloats)(x.data(), x.size()); }
void Exp(std::span<double> x) { HWY_DYNAMIC_DISPATCH(ExpOfDoubles)(x.data(), x.size()); }
void Tanh(std::span<float> x) { HWY_DYNAMIC_DISPATCH(TanhOfFloats)(x.data(), x.size()); }
void Tanh(std::span<double> x) { HWY_DYNAMIC_DISPATCH(TanhOfDoubles)(x.data(), x.size()); }
void Log1p(std::span<double> x) { HWY_DYNAMIC_DISPATCH(Log1pOfDoubles)(x.data(), x.size()); }
void Expm1(std::span<double> x) { HWY_DYNAMIC_DISPATCH(Expm1OfDoubles)(x.data(), x.size()); }
void Sqrt(std::span<float> x) { HWY_DYNAMIC_DISPATCH(SqrtOfFloats)(x.data(), x.size()); }
void Sqrt(std::span<double> x) { HWY_DYNAMIC_DISPATCH(SqrtOfDoubles)(x.data(), x.size()); }

}  // namespace pratique
#endif  // HWY_ONCE
