// Every target gives the bits of a plain loop.
#include "kernels/code_distances.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

TEST(CodeDistances, EveryTargetGivesTheBitsOfAPlainLoop) {
  std::mt19937_64 random(12);
  for (const bool extreme : {false, true}) {
    for (const size_t cols : {size_t{1}, size_t{2}, size_t{3}, size_t{4}, size_t{7}, size_t{30}, kMostFeatures}) {
      for (const size_t blocks : {1, 2, 3}) {
        const size_t n = blocks * kRowsOfBlock;
        std::vector<uint8_t> rows(PlaceOfCode(n, 0, cols));
        std::vector<int16_t> point(cols);
        std::vector<float> squares(n), expected(n);
        for (int16_t& code : point)
          code = static_cast<int16_t>(extreme ? -kMostOfPoint
                                              : static_cast<int>(random() % (2 * kMostOfPoint)) - kMostOfPoint);
        for (size_t i = 0; i < n; ++i) {
          squares[i] = static_cast<float>(random() % 100'000);
          int64_t product = 0;
          for (size_t j = 0; j < cols; ++j) {
            const auto code = static_cast<uint8_t>(extreme ? 0 : random());
            rows[PlaceOfCode(i, j, cols)] = code;
            product += (code - 128) * point[j];
          }
          expected[i] = 5.5F + (squares[i] - static_cast<float>(product) * 0.125F);
        }
        ForEachTarget([&] {
          std::vector<float> got(n), least(blocks);
          CodeDistances(point, rows.data(), squares.data(), 5.5F, got, least.data());
          for (size_t b = 0; b < blocks; ++b)
            EXPECT_EQ(least[b],
                      *std::min_element(&expected[b * kRowsOfBlock], &expected[b * kRowsOfBlock] + kRowsOfBlock));
          ASSERT_EQ(std::memcmp(got.data(), expected.data(), n * sizeof(float)), 0) << cols << " columns, " << n;
        });
      }
    }
  }
}

TEST(CodeDistances, WithinABoundAndMargins) {
  std::mt19937_64 random(13);
  for (const size_t n : {0, 1, 7, 16, 17, 40}) {
    std::vector<float> values(n), margins(n);
    for (float& v : values) v = static_cast<float>(random() % 12);
    for (float& v : margins) v = static_cast<float>(random() % 2);
    std::vector<uint32_t> expected;
    for (size_t i = 0; i < n; ++i) {
      if (values[i] <= (2 + margins[i]) * (2 + margins[i]) + 1) expected.push_back(static_cast<uint32_t>(i));
    }
    ForEachTarget([&] {
      std::vector<uint32_t> got(n);
      ASSERT_EQ(Within(values, margins.data(), 2, 1, got), expected.size());
      got.resize(expected.size());
      EXPECT_EQ(got, expected);
      EXPECT_EQ(Within(values, margins.data(), 2, 1, {}), expected.size());
    });
  }
}

}  // namespace
}  // namespace pratique::testing
