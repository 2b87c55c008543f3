// Every target of the machine codes numbers and adds coded trees as plain loops do.
#include "kernels/coded_trees.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

struct Shape {
  uint32_t n_features;
  size_t n_trees, max_splits;
  bool sets, missing, wide_nodes;
};

// Random trees of codes, breadth first: some of one node, some deep.
template <class Code>
struct CodedForest {
  Shape shape;
  CodeBits bits;
  std::vector<uint32_t> nodes, roots, left_sets;
  std::vector<uint64_t> wide_nodes;
  std::vector<double> values;

  CodedForest(std::mt19937_64& random, const Shape& of) : shape(of) {
    constexpr size_t kSets = 5;
    constexpr uint64_t kCuts = sizeof(Code) == 1 ? 255 : 1000;
    for (size_t i = 0; of.sets && i < kSets * 8; ++i) left_sets.push_back(static_cast<uint32_t>(random()));
    // No set holds what is missing.
    for (size_t i = 7; i < left_sets.size(); i += 8) left_sets[i] &= 0x7fffffff;
    bits = CodeBits::Of(of.n_features, 2 * of.max_splits + 1, sizeof(Code) == 2, of.sets ? kSets : 0, of.missing);
    shape.wide_nodes |= bits.total() > 32;
    for (size_t t = 0; t < of.n_trees; ++t) {
      const size_t root = values.size();
      roots.push_back(static_cast<uint32_t>(root));
      size_t splits = t == 0 ? of.max_splits : random() % (of.max_splits + 1);
      const bool deep = random() % 2;
      for (size_t i = 0, end = 1; i < end; ++i) {
        const bool is_split = splits > 0 && (i + 1 == end || !deep || random() % 3 == 0);
        const bool has_set = of.sets && random() % 2;
        const uint64_t code = has_set ? random() % kSets : random() % kCuts;
        Add(is_split ? bits.split(end, random() % of.n_features, code, has_set, of.missing && random() % 2)
                     : bits.leaf(i));
        values.push_back(is_split ? 0 : static_cast<double>(random() % 1000) / 7 - 60);
        if (is_split) --splits, end += 2;
      }
    }
  }

  void Add(uint64_t node) {
    if (shape.wide_nodes)
      wide_nodes.push_back(node);
    else
      nodes.push_back(static_cast<uint32_t>(node));
  }
  CodedTrees trees() const {
    return {shape.wide_nodes ? nullptr : nodes.data(),
            shape.wide_nodes ? wide_nodes.data() : nullptr,
            values.data(),
            roots,
            bits,
            left_sets.data()};
  }

  // What a walk finds, one node after the other.
  double Value(size_t tree, const Code* row) const {
    for (size_t at = 0;;) {
      const size_t i = roots[tree] + at;
      const uint64_t node = shape.wide_nodes ? wide_nodes[i] : nodes[i];
      if (bits.left(node) == at) return values[i];
      const Code code = row[bits.feature(node)];
      bool left = code <= bits.code(node);
      if (bits.has_set(node)) {
        const uint32_t category = code & kMissingCategory;
        left = (left_sets[bits.code(node) * 8 + category / 32] >> category % 32 & 1) != 0;
      }
      left |= code == kMissingCode<Code> && bits.missing_goes_left(node);
      at = bits.left(node) + !left;
    }
  }
};

template <class Code>
void ExpectSameSums(std::mt19937_64& random, const Shape& shape, size_t n_scores) {
  SCOPED_TRACE(shape.max_splits);
  const CodedForest<Code> forest(random, shape);
  const size_t n = shape.n_features;
  for (size_t rows : {1, 7, 8, 31, 33, 64, 127, 128, 129, 300, 2047, 2100}) {
    if (rows > 300 && shape.max_splits > 40) continue;
    std::vector<Code> by_row(rows * n);
    for (Code& code : by_row) {
      code = static_cast<Code>(random() % (sizeof(Code) == 1 || shape.sets ? 255 : 1000));
      if (random() % 6 == 0) code = kMissingCode<Code>;
    }
    std::vector<double> expected(rows * n_scores + 1, 0.1);
    for (size_t row = 0; row < rows; ++row) {
      for (size_t tree = 0; tree < shape.n_trees; ++tree)
        expected[row * n_scores + tree % n_scores] += forest.Value(tree, by_row.data() + row * n);
    }
    const CodeLayout layout = CodeLayout::Of(forest.bits, rows, n);
    EXPECT_EQ(layout.by_feature(), rows >= 8 && shape.max_splits < 256);
    std::vector<Code> codes(layout.size, kMissingCode<Code>);
    for (size_t row = 0; row < rows; ++row) {
      for (size_t feature = 0; feature < n; ++feature) codes[layout(row, feature)] = by_row[row * n + feature];
    }
    ForEachTarget([&] {
      std::vector<double> sums(rows * n_scores + 1, 0.1);
      AddTrees(forest.trees(), {codes.data(), rows, layout}, n_scores, sums.data());
      EXPECT_EQ(sums, expected) << rows << " rows";
    });
  }
}

template <class Code>
class CodedTreesOf : public ::testing::Test {};
using Codes = ::testing::Types<uint8_t, uint16_t>;
TYPED_TEST_SUITE(CodedTreesOf, Codes);

TYPED_TEST(CodedTreesOf, EveryTargetAddsAsAPlainLoop) {
  std::mt19937_64 random(11);
  for (bool sets : {false, true}) {
    for (bool missing : {false, true}) {
      for (uint32_t n_features : {1u, 2u, 30u, 257u})
        ExpectSameSums<TypeParam>(random, {n_features, 9, 30, sets, missing, false}, n_features == 2 ? 3 : 1);
      ExpectSameSums<TypeParam>(random, {5, 6, 40, sets, missing, true}, 2);
    }
  }
}

TYPED_TEST(CodedTreesOf, TreesOfEverySize) {
  std::mt19937_64 random(12);
  for (size_t max_splits : {0, 1, 2, 7, 127, 128, 254, 255, 256, 900})
    ExpectSameSums<TypeParam>(random, {4, 3, max_splits, true, true, false}, 1);
}

TEST(CodeLayout, RoomIsNotMuchMoreThanCodes) {
  const CodeBits bits = CodeBits::Of(1 << 20, 61, false, 0, false);
  for (size_t rows : {1, 7, 8, 43, 64, 100, 129, 2048}) {
    for (size_t n_features : {1, 30, 8192, 8193, 1 << 20}) {
      const CodeLayout layout = CodeLayout::Of(bits, rows, n_features);
      EXPECT_LE(layout.size, std::max(CodeLayout::kMostRoom, 3 * rows * n_features));
      EXPECT_GE(layout.size, layout(rows - 1, n_features - 1) + 1);
      EXPECT_TRUE(layout.by_feature() || rows < 43);
    }
  }
}

TYPED_TEST(CodedTreesOf, NumbersAreCodedByTheCutsBelow) {
  std::mt19937_64 random(13);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (size_t n_cuts : {1, 2, 3, 7, 8, 100, 254, 255, 3000}) {
    if (sizeof(TypeParam) == 1 && n_cuts > 255) continue;
    std::vector<double> cuts(n_cuts);
    for (size_t i = 0; i < n_cuts; ++i) cuts[i] = (static_cast<double>(i) - 20) / 8;
    // With so many, the last is infinity: no number is above it.
    if (n_cuts % 2 != 0) cuts.back() = kInfinity;
    for (size_t rows : {1, 2, 15, 16, 17, 32, 100}) {
      for (size_t x_stride : {1, 5}) {
        for (size_t code_stride : {1, 3}) {
          std::vector<double> x((rows - 1) * x_stride + 1);
          for (double& v : x) {
            const auto at = static_cast<int64_t>(random() % (16 * n_cuts + 16));
            v = static_cast<double>(at - 330) / 128;
            if (random() % 7 == 0) v = cuts[random() % n_cuts];
            constexpr double kSpecial[] = {NAN, -NAN, kInfinity, -kInfinity, -0.0, 5e-324, -5e-324, 1e308};
            if (random() % 7 == 0) v = kSpecial[random() % 8];
          }
          std::vector<TypeParam> expected((rows - 1) * code_stride + 2, 77);
          for (size_t i = 0; i < rows; ++i) {
            const double v = x[i * x_stride];
            const auto below = std::ranges::count_if(cuts, [v](double cut) { return cut < v; });
            expected[i * code_stride] = std::isnan(v) ? kMissingCode<TypeParam> : static_cast<TypeParam>(below);
          }
          // As floats, whose numbers are others.
          std::vector<float> floats(x.begin(), x.end());
          std::vector<TypeParam> of_floats = expected;
          for (size_t i = 0; i < rows; ++i) {
            const double v = floats[i * x_stride];
            const auto below = std::ranges::count_if(cuts, [v](double cut) { return cut < v; });
            if (!std::isnan(v)) of_floats[i * code_stride] = static_cast<TypeParam>(below);
          }
          ForEachTarget([&] {
            std::vector<TypeParam> codes(expected.size(), 77);
            CodeNumbers(cuts, x.data(), x_stride, rows, code_stride, codes.data());
            EXPECT_EQ(codes, expected) << n_cuts << " cuts, " << rows << " rows";
            CodeNumbers(cuts, floats.data(), x_stride, rows, code_stride, codes.data());
            EXPECT_EQ(codes, of_floats) << n_cuts << " cuts, " << rows << " rows of floats";
          });
        }
      }
    }
  }
}

}  // namespace
}  // namespace pratique::testing
