// Every target gives the bits of a plain loop.
#include "kernels/distances.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "estimators/neighbors/nan_euclidean.h"
#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

TEST(SquaredDistances, EveryTargetGivesTheBitsOfAPlainLoop) {
  std::mt19937_64 random(8);
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-50 - 4; };
  for (size_t rows : {0, 1, 3, 4, 6}) {
    for (size_t cols : {0, 1, 2, 7, 30}) {
      for (size_t n : {1, 2, 3, 7, 8, 9, 16, 17, 35}) {
        const size_t stride = cols + 2;
        std::vector<double> x(rows == 0 ? 0 : (rows - 1) * stride + cols), columns(cols * n);
        for (double& v : x) v = number();
        for (double& v : columns) v = number();
        std::vector<double> expected(rows * n + 1, 77);
        for (size_t i = 0; i < rows; ++i) {
          for (size_t k = 0; k < n; ++k) {
            double sum = 0;
            for (size_t j = 0; j < cols; ++j) {
              const double d = x[i * stride + j] - columns[j * n + k], square = d * d;
              sum += square;
            }
            expected[i * n + k] = sum;
          }
        }
        ForEachTarget([&] {
          std::vector<double> got(rows * n + 1, 77);
          SquaredDistances(MatrixView<double>{x, rows, cols, stride}, columns.data(), n, got.data());
          ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(double)), 0)
              << rows << " x " << cols << " to " << n;
        });
      }
    }
  }
}

TEST(SquaredDistances, OfOneToRowsOfTheirOwn) {
  std::mt19937_64 random(9);
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-50 - 4; };
  for (size_t cols : {1, 2, 3, 7, 30}) {
    for (size_t n : {0, 1, 2, 7, 8, 9, 16, 17, 35}) {
      std::vector<double> x(cols), rows((n + 3) * cols);  // ends with the last row
      for (double& v : x) v = number();
      for (double& v : rows) v = number();
      std::vector<uint32_t> which(n);
      for (uint32_t& row : which) row = static_cast<uint32_t>(random() % (n + 3));
      for (const uint32_t* of : {static_cast<const uint32_t*>(nullptr), static_cast<const uint32_t*>(which.data())}) {
        std::vector<double> expected(n + 1, 77);
        for (size_t k = 0; k < n; ++k) {
          double sum = 0;
          for (size_t j = 0; j < cols; ++j) {
            const double d = x[j] - rows[(of == nullptr ? k : of[k]) * cols + j], square = d * d;
            sum += square;
          }
          expected[k] = sum;
        }
        ForEachTarget([&] {
          std::vector<double> got(n + 1, 77);
          SquaredDistancesOfOne(x.data(), rows.data(), cols, of, n, got.data());
          ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(double)), 0) << cols << " to " << n;
        });
      }
    }
  }
}

TEST(NanEuclideanDistances, EveryTargetGivesTheBitsOfOneAfterTheOther) {
  std::mt19937_64 random(11);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto number = [&] { return random() % 4 == 0 ? nan : static_cast<double>(random() >> 11) * 0x1p-50 - 4; };
  for (size_t cols : {1, 2, 3, 7, 30}) {
    for (size_t n : {0, 1, 2, 7, 8, 9, 16, 17, 35}) {
      std::vector<double> x(cols), rows(n * cols), columns(n * cols), expected(n + 1, 77);
      for (double& v : x) v = number();
      for (double& v : rows) v = number();
      if (n > 2) std::ranges::copy(x, rows.begin() + static_cast<ptrdiff_t>(cols));
      for (size_t k = 0; k < n; ++k) {
        for (size_t j = 0; j < cols; ++j) columns[j * n + k] = rows[k * cols + j];
        expected[k] = NanEuclidean(x.data(), rows.data() + k * cols, cols);
      }
      ForEachTarget([&] {
        std::vector<double> got(n + 1, 77);
        NanEuclideanDistances(x.data(), columns.data(), cols, n, got.data());
        for (size_t k = 0; k <= n; ++k) {
          if (std::isnan(expected[k]))
            EXPECT_TRUE(std::isnan(got[k])) << cols << " to " << n << ": " << k;
          else
            EXPECT_EQ(got[k], expected[k]) << cols << " to " << n << ": " << k;
        }
      });
    }
  }
}

TEST(Counts, OfNonzerosAndOfUnequalNumbers) {
  std::mt19937_64 random(17);
  for (size_t n : {0, 1, 2, 7, 8, 9, 16, 17, 35}) {
    std::vector<double> a(n), b(n);
    size_t both = 0, only_a = 0, only_b = 0, unequal = 0;
    const auto number = [&] { return std::vector<double>{0, -0.0, 1, -2, 5e-324}[random() % 5]; };
    for (size_t i = 0; i < n; ++i) {
      a[i] = number();
      b[i] = number();
      both += a[i] != 0 && b[i] != 0;
      only_a += a[i] != 0 && b[i] == 0;
      only_b += a[i] == 0 && b[i] != 0;
      unequal += a[i] != b[i];
    }
    ForEachTarget([&] {
      const Nonzeros got = CountNonzeros(a.data(), b.data(), n);
      EXPECT_EQ(got.both, both) << n;
      EXPECT_EQ(got.only_first, only_a) << n;
      EXPECT_EQ(got.only_second, only_b) << n;
      EXPECT_EQ(CountUnequal(a.data(), b.data(), n), unequal) << n;
    });
  }
}

TEST(SquaredDistances, OfProductsAndTheFirstBelow) {
  std::mt19937_64 random(10);
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-50 - 4; };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (size_t n : {0, 1, 2, 7, 8, 9, 16, 17, 35}) {
    std::vector<double> products(n + 1, 77), norms(n), expected(n + 1, 77);
    for (size_t k = 0; k < n; ++k) products[k] = number();
    for (double& v : norms) v = number();
    for (size_t k = 0; k < n; ++k) {
      const double twice = -2 * products[k], d = 1.5 + twice + norms[k];
      expected[k] = d > 0 ? d : 0;
    }
    ForEachTarget([&] {
      std::vector<double> got = products;
      SquaredDistancesOfProducts(got.data(), norms.data(), 1.5, n);
      ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(double)), 0) << n;
      for (size_t below = 0; below <= n; ++below) {
        for (const double value : {1.0, nan}) {
          std::vector<double> values(n, 2);
          if (below < n) values[below] = value;
          EXPECT_EQ(FirstBelow(values.data(), n, 2), below);
        }
      }
    });
  }
}

}  // namespace
}  // namespace pratique::testing
