// Against the C library's functions, one number after the other: every target has their bits.
#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

template <class T>
std::vector<T> Arguments() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> x;
  for (const T v : {T{0}, T{0.5}, T{1}, T{1.5}, T{2.5}, Limits::infinity(), Limits::max(), Limits::min(),
                    Limits::denorm_min(), Limits::epsilon()}) {
    for (const T edge : {v, std::nextafter(v, T{0}), std::nextafter(v, Limits::infinity())}) {
      x.push_back(edge);
      x.push_back(-edge);
    }
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const T v = std::ldexp(static_cast<T>(random() >> 40) - T{1 << 23}, static_cast<int>(random() % 100) - 60);
    x.push_back(v);
    x.push_back(std::nearbyint(v) + T{0.5});
  }
  x.push_back(Limits::quiet_NaN());
  return x;
}

template <class T>
constexpr std::pair<Elementwise, T (*)(T)> kFunctions[] = {
    {Elementwise::kAbsolute, [](T v) { return std::abs(v); }},
    {Elementwise::kCeil, [](T v) { return std::ceil(v); }},
    {Elementwise::kFloor, [](T v) { return std::floor(v); }},
    {Elementwise::kNegative, [](T v) { return -v; }},
    {Elementwise::kReciprocal, [](T v) { return 1 / v; }},
    {Elementwise::kRint, [](T v) { return std::nearbyint(v); }},
    {Elementwise::kSign, [](T v) { return v > 0    ? T{1}
                                          : v < 0  ? T{-1}
                                          : v == 0 ? T{0}
                                                   : v; }},
    {Elementwise::kSquare, [](T v) { return v * v; }},
    {Elementwise::kTrunc, [](T v) { return std::trunc(v); }},
};

template <class T>
class ElementwiseTest : public ::testing::Test {};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ElementwiseTest, Types);

TYPED_TEST(ElementwiseTest, HasTheBitsOfTheCLibraryOnEveryTarget) {
  using T = TypeParam;
  const std::vector<T> x = Arguments<T>();
  ForEachTarget([&] {
    for (const auto& [function, plain] : kFunctions<T>) {
      std::vector<T> want = x;
      for (T& v : want) v = plain(v);
      for (size_t n : {x.size(), size_t{0}, size_t{1}, size_t{7}, size_t{13}}) {  // and nothing behind
        std::vector<T> got = x;
        Apply(function, std::span(x).first(n), got.data());
        for (size_t i = 0; i < x.size(); ++i)
          ASSERT_EQ(std::memcmp(&got[i], i < n ? &want[i] : &x[i], sizeof(T)), 0) << int(function) << " of " << x[i];
      }
    }
  });
}

}  // namespace
}  // namespace pratique::testing
