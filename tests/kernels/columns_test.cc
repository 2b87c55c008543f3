// Every target gives the bits of a plain loop.
#include "kernels/columns.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "data/float16.h"
#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

double Plain(ColumnStep step, double v, size_t j) {
  if (step.statistic.data() == nullptr) return v;
  const double s = step.statistic[j];
  switch (step.op) {
    case ColumnStep::Op::kAdd:
      return v + s;
    case ColumnStep::Op::kSubtract:
      return v - s;
    case ColumnStep::Op::kMultiply:
      return v * s;
    default:
      return v / s;
  }
}

template <class T, class Out>
void ExpectBits(std::mt19937_64& random, DType dtype = kDTypeOf<T>) {
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-50 - 4; };
  const auto rounded = [&](double v) {
    return static_cast<Out>(dtype == DType::kFloat16 && std::is_same_v<Out, float> ? RoundedToFloat16(v) : v);
  };
  for (size_t rows : {0, 1, 3}) {
    for (size_t cols : {0, 1, 2, 3, 5, 8, 17, 31}) {
      const size_t stride = cols + 2;
      std::vector<T> x(rows == 0 ? 0 : (rows - 1) * stride + cols);
      for (T& v : x) v = static_cast<T>(rounded(number()));
      if (x.size() > 4) {
        x[0] = std::numeric_limits<T>::infinity();
        x[1] = std::numeric_limits<T>::quiet_NaN();
        x[2] = dtype == DType::kFloat16 ? T{65504} : std::numeric_limits<T>::max();
        x[3] = T{-0.0};
      }
      std::vector<double> a(cols + 1), b(cols + 1);
      for (double& v : a) v = number();
      for (double& v : b) v = 1e300 * number();
      const std::span<const double> first(a.data(), cols), second(b.data(), cols);
      for (const auto& [one, other] : {std::pair{Subtract(first), Divide(second)},
                                       {Multiply(second), Add(first)},
                                       {Divide(first), ColumnStep()},
                                       {ColumnStep(), Multiply(first)},
                                       {ColumnStep(), ColumnStep()}}) {
        std::vector<Out> expected(rows * cols + 1, 77);
        for (size_t i = 0; i < rows; ++i) {
          for (size_t j = 0; j < cols; ++j) {
            const auto value = static_cast<double>(x[i * stride + j]), once = Plain(one, value, j);
            expected[i * cols + j] = rounded(Plain(other, one.statistic.data() != nullptr ? rounded(once) : value, j));
          }
        }
        ForEachTarget([&] {
          std::vector<Out> got(rows * cols + 1, 77);
          TwoSteps(MatrixView<T>{x, rows, cols, stride, dtype}, one, other, got.data());
          for (size_t k = 0; k < got.size(); ++k) {
            if (std::isnan(expected[k]))
              ASSERT_TRUE(std::isnan(got[k])) << rows << " x " << cols << ": " << k;
            else
              ASSERT_EQ(std::memcmp(&got[k], &expected[k], sizeof(Out)), 0) << rows << " x " << cols << ": " << k;
          }
        });
      }
    }
  }
}

TEST(TwoSteps, EveryTargetGivesTheBitsOfAPlainLoop) {
  std::mt19937_64 random(14);
  ExpectBits<double, double>(random);
  ExpectBits<float, double>(random);
  ExpectBits<double, float>(random);
  ExpectBits<float, float>(random);
  ExpectBits<float, float>(random, DType::kFloat16);
}

}  // namespace
}  // namespace pratique::testing
