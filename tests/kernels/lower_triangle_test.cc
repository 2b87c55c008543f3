// Every target gives the bits of a plain loop.
#include "kernels/lower_triangle.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

TEST(SolveLowerTriangle, EveryTargetGivesTheBitsOfAPlainLoop) {
  std::mt19937_64 random(5);
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-50 - 4; };
  for (size_t n : {0, 1, 2, 3, 4, 5, 7, 8, 9, 30, 101}) {
    std::vector<double> L(n * n, std::numeric_limits<double>::quiet_NaN());  // above the diagonal
    for (size_t i = 0; i < n; ++i) {
      for (size_t k = 0; k < i; ++k) L[i * n + k] = number();
      L[i * n + i] = 8 + number();
    }
    std::vector<double> sides(n * kSidesAtOnce + 1, 77);  // one more, which nobody touches
    for (size_t i = 0; i < n * kSidesAtOnce; ++i) sides[i] = number();
    std::vector<double> expected = sides;
    for (size_t side = 0; side < kSidesAtOnce; ++side) {
      for (size_t i = 0; i < n; ++i) {
        double sum = expected[i * kSidesAtOnce + side];
        for (size_t k = 0; k < i; ++k) {
          const double product = L[i * n + k] * expected[k * kSidesAtOnce + side];
          sum -= product;
        }
        expected[i * kSidesAtOnce + side] = sum / L[i * n + i];
      }
    }
    ForEachTarget([&] {
      std::vector<double> got = sides;
      SolveLowerTriangle(L.data(), n, got.data());
      ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(double)), 0) << n;
    });
  }
}

}  // namespace
}  // namespace pratique::testing
