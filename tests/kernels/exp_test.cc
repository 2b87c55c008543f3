// Against long double, which has 11 bits more: every target has the same bits, and few units in the last place are
// lost.
#include "kernels/exp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "kernels/log.h"
#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

// How many units in the last place of `want` lie between.
template <class T>
double Units(T got, long double want) {
  using Limits = std::numeric_limits<T>;
  if (std::isnan(want)) return std::isnan(got) ? 0 : Limits::infinity();
  const T rounded = static_cast<T>(want);
  if (std::isinf(rounded) || std::isinf(got)) return rounded == got ? 0 : Limits::infinity();
  const int exponent =
      std::max(rounded == 0 ? Limits::min_exponent - 1 : std::ilogb(rounded), Limits::min_exponent - 1);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - want) /
                             std::ldexp(1.0L, exponent - (Limits::digits - 1)));
}

// Random arguments of every magnitude, and all edges.
template <class T>
std::vector<T> Arguments() {
  using Limits = std::numeric_limits<T>;
  const T most = std::log(Limits::max()), least = std::log(Limits::denorm_min());
  std::vector<T> x = {0,
                      -T{0},
                      1,
                      -1,
                      most,
                      least,
                      Limits::infinity(),
                      -Limits::infinity(),
                      Limits::quiet_NaN(),
                      Limits::max(),
                      Limits::lowest(),
                      Limits::min(),
                      -Limits::min(),
                      Limits::denorm_min(),
                      -Limits::denorm_min(),
                      std::log(Limits::min()),
                      least - 1,
                      2 * least,
                      2 * most,
                      19,
                      -19,
                      700,
                      -700,
                      88,
                      -88,
                      104,
                      -104};
  for (T edge : {most, least, static_cast<T>(std::log(Limits::min()))}) {
    T up = edge, down = edge;
    for (int i = 0; i < 200; ++i) {
      x.push_back(up = std::nextafter(up, Limits::infinity()));
      x.push_back(down = std::nextafter(down, -Limits::infinity()));
    }
  }
  std::mt19937_64 random(7);
  const auto uniform = [&](double from, double to) {
    return static_cast<T>(from + (to - from) * (static_cast<double>(random() >> 11) * 0x1p-53));
  };
  for (int i = 0; i < 30'000; ++i) {
    x.push_back(uniform(least, most));
    x.push_back(uniform(-2, 2));
    x.push_back(uniform(-40, 40));
    x.push_back(std::ldexp(uniform(-1, 1), -static_cast<int>(random() % 80)));
  }
  for (int n = -60; n < 60; ++n) x.push_back(static_cast<T>((n + 0.5) * 0.69314718055994530942));  // between two powers
  return x;
}

template <class T>
void ExpectNear(void (*function)(std::span<T>), long double (*truth)(long double), double units) {
  const std::vector<T> x = Arguments<T>();
  std::vector<T> first;
  ForEachTarget([&] {
    std::vector<T> y = x;
    function(y);
    if (first.empty()) first = y;
    ASSERT_EQ(std::memcmp(y.data(), first.data(), y.size() * sizeof(T)), 0);
    for (size_t i = 0; i < x.size(); ++i) {
      ASSERT_LT(Units(y[i], truth(static_cast<long double>(x[i]))), units) << x[i] << " gives " << y[i];
      if (y[i] == 0) ASSERT_EQ(std::signbit(y[i]), std::signbit(truth(static_cast<long double>(x[i]))));
    }
    for (size_t n = 0; n < 40; ++n) {  // wherever it stands, and nothing behind
      std::vector<T> some(x.begin() + 40, x.begin() + 40 + static_cast<ptrdiff_t>(n) + 1);
      function(std::span(some).first(n));
      EXPECT_EQ(std::memcmp(some.data(), &y[40], n * sizeof(T)), 0) << n;
      EXPECT_EQ(some[n], x[40 + n]);
    }
  });
}

TEST(Exp, IsWithinOneUnitOnEveryTarget) {
  ExpectNear<float>(Exp, std::exp, 1);
  ExpectNear<double>(Exp, std::exp, 1);
}

TEST(Log1p, IsWithinOneUnitOnEveryTarget) { ExpectNear<double>(Log1p, std::log1p, 1); }

TEST(Log, IsNearerThanAnyOtherNumberAsARuleOnEveryTarget) { ExpectNear<double>(Log, std::log, 0.52); }

TEST(Expm1, IsWithinOneUnitOnEveryTarget) { ExpectNear<double>(Expm1, std::expm1, 1); }

#if defined(__GLIBC__) && defined(__x86_64__)
TEST(Exp, OthersHaveTheBitsOfTheCLibrary) {
  if (!__builtin_cpu_supports("fma")) GTEST_SKIP() << "glibc computes without fused multiply-adds here";
  constexpr std::pair<void (*)(std::span<double>), double (*)(double)> kFunctions[] = {
      {Expm1, std::expm1}, {Log, std::log}, {Log1p, std::log1p}};
  for (const auto& [function, plain] : kFunctions) {
    const std::vector<double> x = Arguments<double>();
    std::vector<double> y = x;
    function(y);
    for (size_t i = 0; i < x.size(); ++i) {
      const double want = plain(x[i]);
      ASSERT_EQ(std::memcmp(&y[i], &want, sizeof(double)), 0) << x[i] << " gives " << y[i];
    }
  }
}
#endif

TEST(Sqrt, IsTheNearestOnEveryTarget) {
  ExpectNear<float>(Sqrt, std::sqrt, 0.501);
  ExpectNear<double>(Sqrt, std::sqrt, 0.501);
}

TEST(Tanh, IsWithinThreeUnitsOnEveryTarget) {
  ExpectNear<float>(Tanh, std::tanh, 3);
  ExpectNear<double>(Tanh, std::tanh, 3);
}

}  // namespace
}  // namespace pratique::testing
