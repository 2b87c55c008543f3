// Every target gives the bits of a plain loop.
#include "kernels/distances.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

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

}  // namespace
}  // namespace pratique::testing
