#include "estimators/neighbors/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

namespace pratique {
namespace {

// The places of the k least values, ascending; of equal ones none is said to be first.
TEST(ArgPartition, FindsTheLeastInOrder) {
  std::mt19937_64 random(3);
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (size_t n : {1, 2, 3, 5, 17, 40, 500}) {
    for (size_t k : {1, 2, 5, 31, 32, 33, 40}) {
      for (const uint64_t different : {3, 20, 1000000}) {
        for (const uint64_t gaps : {0, 1, 3}) {  // of four
          if (k > n) continue;
          std::vector<double> values(n);
          for (double& v : values) v = random() % 4 < gaps ? kNaN : static_cast<double>(random() % different);
          std::vector<double> sorted = values;
          std::ranges::sort(sorted, [](double a, double b) { return a < b || (b != b && a == a); });
          std::vector<int64_t> order(n, -1);
          ArgPartition(values, k, order);
          std::vector<bool> seen(n, false);
          for (size_t i = 0; i < k; ++i) {
            const auto at = static_cast<size_t>(order[i]);
            ASSERT_LT(at, n);
            EXPECT_FALSE(seen[at]) << at << " twice";
            seen[at] = true;
            EXPECT_TRUE(values[at] == sorted[i] || (values[at] != values[at] && sorted[i] != sorted[i]))
                << n << " values, " << k << " of them: " << i;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace pratique
