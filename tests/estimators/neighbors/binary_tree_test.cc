// Powers that pow need not be asked for, and leaves of many rows.
#include "estimators/neighbors/binary_tree.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "estimators/neighbors/kernel_density.h"
#include "neighbors_bfbs_generated.h"
#include "tests/model/direct.h"

namespace pratique::testing {
namespace {

TEST(BinaryTree, PowersHaveTheBitsOfPow) {
  std::vector<double> x = {
      0,    5e-324, 1e-310, 2.3e-308, 1e-160, 1e-15, 1e-14,   1,
      1e14, 1e15,   1e160,  1e308,    2,      3,     0x1p-50, std::numeric_limits<double>::infinity()};
  std::mt19937_64 random(14);
  for (int i = 0; i < 500'000; ++i) {
    const double mantissa = static_cast<double>(random() >> 11) * 0x1p-53;
    x.push_back(mantissa * 4);
    x.push_back(std::ldexp(mantissa, static_cast<int>(random() % 240) - 120));
  }
  const volatile double two = 2, half = 0.5;  // or the compiler makes products of them
  for (const double v : x) {
    ASSERT_EQ(std::bit_cast<uint64_t>(SquareOfPow(v)), std::bit_cast<uint64_t>(std::pow(v, two))) << v;
    ASSERT_EQ(std::bit_cast<uint64_t>(RootOfPow(v)), std::bit_cast<uint64_t>(std::pow(v, half))) << v;
  }
  EXPECT_TRUE(std::isnan(SquareOfPow(std::numeric_limits<double>::quiet_NaN())));
}

// One leaf, whose rows are more than are summed at once; some weigh nothing to speak of.
TEST(KernelDensity, TheRowsOfALeafAreSummed) {
  constexpr size_t kRows = 200;
  std::mt19937_64 random(15);
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-51 - 2; };
  std::vector<double> rows(2 * kRows), weights(kRows), lower(2, 9), upper(2, -9);
  std::vector<uint32_t> order(kRows);
  for (size_t i = 0; i < kRows; ++i) {
    order[i] = static_cast<uint32_t>(i);
    weights[i] = std::exp(10 * number());
    for (size_t j = 0; j < 2; ++j) {
      rows[2 * i + j] = number();
      lower[j] = std::fmin(lower[j], rows[2 * i + j]);
      upper[j] = std::fmax(upper[j], rows[2 * i + j]);
    }
  }
  for (const bool weighted : {false, true}) {
    for (const bool breadth_first : {false, true}) {
      for (const double x : {0.3, 40.0}) {
        KernelDensity state{};
        state.n_features_in = 2;
        state.kernel = fb::DensityKernel::Gaussian;
        state.bandwidth = 0.5;
        state.breadth_first = breadth_first;
        Neighbors& n = state.neighbors;
        n.n_samples = kRows;
        n.n_features = 2;
        n.dtype = fb::DType::Float64;
        n.metric = fb::Metric::Euclidean;
        n.search = fb::Search::KDTree;
        n.p = 2;
        n.rows = rows;
        n.n_nodes = 1;
        n.idx_array = order;
        n.lower = lower;
        n.upper = upper;
        if (weighted) state.weights = weights;
        DirectState<KernelDensity, fb::KNeighborsClassifierBinarySchema> model(state);
        ASSERT_EQ(model.Problem(), "");
        const double point[] = {x, -0.2};
        long double sum = 0, total = 0;
        for (size_t i = 0; i < kRows; ++i) {
          const long double a = rows[2 * i] - point[0], b = rows[2 * i + 1] - point[1];
          const long double weight = weighted ? weights[i] : 1;
          sum += weight * std::exp(-0.5L * (a * a + b * b) / 0.25L);
          total += weight;
        }
        const auto want = static_cast<double>(std::log(sum / total / (2 * std::acos(-1.0L) * 0.25L)));
        const std::vector<double> got = Flat<double>(model.Call(Method::kScoreSamples, Dense(point, 1, 2)));
        ASSERT_EQ(got.size(), 1U);
        EXPECT_NEAR(got[0], want, 1e-13 * std::fmax(1, std::fabs(want))) << weighted << breadth_first << x;
      }
    }
  }
}

}  // namespace
}  // namespace pratique::testing
