#include "report/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "data/dtype.h"

namespace pratique {
namespace {

Output Of(DType dtype, const auto& values) {
  Output output;
  Matrix& m = output.arrays.emplace_back(dtype, std::vector<size_t>{values.size()});
  CopyNumbers(std::span(values.begin(), values.size()), m, 0);
  return output;
}
Output Ints(std::vector<int64_t> values, DType dtype = DType::kInt64) { return Of(dtype, values); }
Output Naturals(std::vector<uint64_t> values) { return Of(DType::kUInt64, values); }
Output Doubles(std::vector<double> values, DType dtype = DType::kFloat64) { return Of(dtype, values); }

bool Within(const Output& a, const Output& b, Agreement agreement = {}) {
  agreement.largest = LargestOf(b);
  const auto difference = Compare(a, b, agreement);
  return difference && difference->within;
}

// 2^53 and its neighbour are one double and two integers.
TEST(Compare, LabelsAreWhatTheyAre) {
  constexpr int64_t kBig = int64_t{1} << 53;
  constexpr uint64_t kHigh = uint64_t{1} << 63;
  EXPECT_TRUE(Within(Ints({kBig, -3}), Ints({kBig, -3})));
  EXPECT_FALSE(Within(Ints({kBig}), Ints({kBig + 1})));
  EXPECT_FALSE(Within(Ints({kBig + 1}), Doubles({0x1p53})));
  EXPECT_TRUE(Within(Ints({kBig}), Doubles({0x1p53})));
  EXPECT_TRUE(Within(Ints({1, 0}, DType::kBool), Ints({1, 0})));
  EXPECT_TRUE(Within(Naturals({kHigh}), Naturals({kHigh})));
  EXPECT_FALSE(Within(Naturals({kHigh}), Naturals({kHigh + 1})));
  EXPECT_FALSE(Within(Naturals({UINT64_MAX}), Ints({-1})));
  EXPECT_FALSE(Within(Ints({1}), Doubles({1 + 1e-15}), {.doubles = {1e-12, 1e-13}}));
  const auto difference = Compare(Ints({5, kBig}), Ints({5, kBig + 1}), {});
  EXPECT_EQ(difference->labels_differ, 1u);
  EXPECT_EQ(difference->worst_row, 1u);
  EXPECT_EQ(difference->max_abs, 1);
}

// Tiny numbers are held to their own scale; what is left of a sum that cancels, to the scale of the whole result.
TEST(Compare, NumbersAreComparedByTheirScale) {
  const Agreement bound{.doubles = {1e-12, 1e-13}};
  EXPECT_FALSE(Within(Doubles({1e-13, 2e-13}), Doubles({-3e-13, 2e-13}), bound));
  EXPECT_TRUE(Within(Doubles({1e-13, 2e-13}), Doubles({1e-13 * (1 + 1e-13), 2e-13}), bound));
  EXPECT_TRUE(Within(Doubles({1e-13, 1}), Doubles({1.5e-13, 1}), bound));
  EXPECT_FALSE(Within(Doubles({1e-12, 1}), Doubles({2e-12, 1}), bound));
  // A file's own huge number widens the bound of no other: it is itself no prediction of the model.
  EXPECT_FALSE(Within(Doubles({1, 1}), Doubles({1.5, 1e20}), bound));
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(Within(Doubles({nan, inf}), Doubles({nan, inf}), bound));
  EXPECT_FALSE(Within(Doubles({1}), Doubles({nan}), bound));
  EXPECT_FALSE(Within(Doubles({1}), Doubles({inf}), bound));
  EXPECT_FALSE(Within(Doubles({1}), Doubles({std::nextafter(1, 2)}), {}));
}

TEST(Compare, Float32HasABoundOfItsOwn) {
  const Agreement bound{.doubles = {1e-12, 1e-13}, .singles = {1e-5, 1e-6}};
  EXPECT_TRUE(Within(Doubles({0.1}, DType::kFloat32), Doubles({0.1000001}, DType::kFloat32), bound));
  EXPECT_TRUE(Within(Doubles({0.1}, DType::kFloat32), Doubles({0.1}), bound));
  EXPECT_FALSE(Within(Doubles({0.1}, DType::kFloat32), Doubles({0.1001}, DType::kFloat32), bound));
  EXPECT_FALSE(Within(Doubles({0.1}), Doubles({0.1000001}), bound));
}

// log(1 - p) has what is left of 1 - p.
TEST(Compare, LogarithmsAgreeAsTheirProbabilitiesDo) {
  const Agreement bound{.doubles = {1e-12, 1e-15}, .logarithms = true};
  EXPECT_TRUE(Within(Doubles({std::log(1e-15)}), Doubles({std::log(1.5e-15)}), bound));
  EXPECT_FALSE(Within(Doubles({std::log(1e-3)}), Doubles({std::log(1.00001e-3)}), bound));
  const Agreement exact{.doubles = {kLogarithmAgreement, 0}};
  EXPECT_TRUE(Within(Doubles({std::log(0.3)}), Doubles({std::nextafter(std::log(0.3), 0)}), exact));
  EXPECT_FALSE(Within(Doubles({-1}), Doubles({-1 - 1e-14}), exact));
}

TEST(Compare, SparseResultsAsDenseOnes) {
  const auto sparse = [](std::vector<double> values) {
    Output output = Doubles(std::move(values));
    const size_t n = output.arrays[0].rows();
    output.csr = CsrMatrix{1, 3, {0, static_cast<int64_t>(n)}, {0, 2}, output.arrays[0]};
    output.csr->indices.resize(n);
    output.arrays.clear();
    return output;
  };
  EXPECT_TRUE(Within(sparse({1, 0}), sparse({1})));
  EXPECT_FALSE(Within(sparse({1, 2}), sparse({1})));
  EXPECT_FALSE(Within(sparse({1}), sparse({1, 2})));
}

}  // namespace
}  // namespace pratique
