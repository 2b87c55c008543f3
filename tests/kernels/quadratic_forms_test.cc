// Every target gives the bits of a plain loop.
#include "kernels/quadratic_forms.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

TEST(QuadraticForms, EveryTargetGivesTheBitsOfAPlainLoop) {
  std::mt19937_64 random(5);
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-50 - 4; };
  for (size_t n : {0, 1, 2, 3, 4, 5, 7, 8, 9, 30}) {
    std::vector<double> x(n * kFormsAtOnce), A(n * n), expected(kFormsAtOnce + 1, 77);
    for (double& v : x) v = number();
    for (double& v : A) v = number();
    for (size_t i = 0; i < kFormsAtOnce; ++i) {
      double sum = 0;
      for (size_t j = 0; j < n; ++j) {
        double along = 0;
        for (size_t k = 0; k < n; ++k) {
          const double product = A[j * n + k] * x[k * kFormsAtOnce + i];
          along += product;
        }
        const double product = x[j * kFormsAtOnce + i] * along;
        sum += product;
      }
      expected[i] = sum;
    }
    ForEachTarget([&] {
      std::vector<double> got(kFormsAtOnce + 1, 77);
      QuadraticForms(x.data(), A.data(), n, got.data());
      ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(double)), 0) << n;
    });
  }
}

}  // namespace
}  // namespace pratique::testing
