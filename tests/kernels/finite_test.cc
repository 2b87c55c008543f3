// One number that is not finite, or is infinite, is found wherever it is, and none where there is none.
#include "kernels/finite.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

template <class T>
void ExpectFound() {
  using Limits = std::numeric_limits<T>;
  for (size_t n : {0, 1, 2, 3, 7, 8, 15, 16, 17, 63, 64, 65, 130}) {
    std::vector<T> x(n, Limits::max());
    for (size_t i = 0; i < n; i += 3) x[i] = -Limits::denorm_min();
    ForEachTarget([&] {
      EXPECT_TRUE(AllFinite(x.data(), n));
      EXPECT_TRUE(NoneInfinite(x.data(), n));
      for (size_t i = 0; i < n; ++i) {
        for (T bad : {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), -Limits::quiet_NaN()}) {
          const T was = x[i];
          x[i] = bad;
          EXPECT_FALSE(AllFinite(x.data(), n)) << i << " of " << n;
          EXPECT_TRUE(AllFinite(x.data(), i));
          EXPECT_TRUE(AllFinite(x.data() + i + 1, n - i - 1));
          EXPECT_EQ(NoneInfinite(x.data(), n), std::isnan(bad)) << i << " of " << n;
          x[i] = was;
        }
      }
    });
  }
}

TEST(Finite, EveryTargetFindsEveryOne) {
  ExpectFound<float>();
  ExpectFound<double>();
}

}  // namespace
}  // namespace pratique::testing
