// Every target of the machine walks trees as a plain loop does.
#include "kernels/forest.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

struct Forest {
  uint32_t n_features;
  BranchBits bits;
  std::vector<PackedNode> nodes;
  std::vector<uint32_t> roots, features;

  Trees trees() const {
    return {nodes.data(), roots, bits, features.empty() ? nullptr : features.data(), nodes.size()};
  }
};

// Random trees, breadth first, of up to max_splits splits: some of one node, some deep.
Forest RandomForest(std::mt19937_64& random, uint32_t n_features, bool missing, size_t n_trees, size_t max_splits,
                    bool wide = false) {
  Forest forest{n_features, BranchBits::Of(n_features, missing), {}, {}, {}};
  for (size_t t = 0; t < n_trees; ++t) {
    const uint32_t root = static_cast<uint32_t>(forest.nodes.size());
    forest.roots.push_back(root);
    size_t splits = random() % (max_splits + 1);
    uint32_t end = 1;
    for (uint32_t i = 0; i < end; ++i) {
      // The last outstanding node must split while splits are left; the chance of the others makes deep trees.
      const bool is_split = splits > 0 && (i + 1 == end || random() % 3 != 0);
      const uint32_t feature = random() % n_features, right = is_split ? end + 1 : i;
      const bool missing_goes_left = is_split && missing && random() % 2;
      const uint32_t row = static_cast<uint32_t>(random() % 1000);
      const float threshold = static_cast<float>(random() % 16) / 4 - 2;
      if (is_split) --splits, end += 2;
      if (wide) {
        forest.nodes.push_back({is_split ? threshold : std::bit_cast<float>(kLeafBits), right});
        forest.features.push_back(is_split ? feature | (missing_goes_left ? kWideMissing : 0) : row);
      } else {
        forest.nodes.push_back({is_split ? threshold : std::bit_cast<float>(kLeafBits + row),
                                forest.bits.Pack(missing_goes_left, is_split ? feature : 0, right)});
      }
    }
  }
  return forest;
}

uint32_t PlainWalk(const Forest& forest, uint32_t root, const float* x) {
  for (uint32_t at = root;;) {
    const PackedNode& node = forest.nodes[at];
    const bool wide = !forest.features.empty();
    const uint32_t right = wide ? node.branch : forest.bits.right(node.branch);
    if (root + right == at) return at;
    const uint32_t feature = wide ? forest.features[at] & ~kWideMissing : forest.bits.feature(node.branch);
    const bool nan_left = wide ? forest.features[at] & kWideMissing : forest.bits.missing_goes_left(node.branch);
    const bool left = std::isnan(x[feature]) ? nan_left : x[feature] <= node.threshold;
    at = root + right - left;
  }
}

void ExpectSameWalks(const Forest& forest, std::mt19937_64& random, bool with_nan) {
  for (size_t rows : {1, 3, 8, 15, 16, 17, 63, 64, 65, 130, 300}) {
    const size_t stride = forest.n_features + random() % 3;
    std::vector<float> x(rows * stride);
    for (float& v : x) {
      v = static_cast<float>(static_cast<int64_t>(random() % 33) - 16) / 8;
      if (with_nan && random() % 5 == 0) v = NAN;
      if (random() % 40 == 0) v = -0.0f;
    }
    const MatrixView<float> X{x, rows, forest.n_features, stride};
    ForEachTarget([&] {
      std::vector<uint32_t> leaves(rows + 1, 77), of_trees(forest.roots.size() + 1, 77);
      for (size_t tree = 0; tree < forest.roots.size(); ++tree) {
        WalkRows(forest.trees(), tree, X, std::span(leaves).first(rows));
        for (size_t row = 0; row < rows; ++row) {
          ASSERT_EQ(leaves[row], PlainWalk(forest, forest.roots[tree], X.row(row)))
              << "tree " << tree << ", row " << row;
        }
        EXPECT_EQ(leaves[rows], 77u) << "written beyond the rows";
      }
      for (size_t row = 0; row < std::min<size_t>(rows, 5); ++row) {
        WalkTrees(forest.trees(), X.row(row), std::span(of_trees).first(forest.roots.size()));
        for (size_t tree = 0; tree < forest.roots.size(); ++tree) {
          ASSERT_EQ(of_trees[tree], PlainWalk(forest, forest.roots[tree], X.row(row))) << "tree " << tree;
        }
        EXPECT_EQ(of_trees.back(), 77u) << "written beyond the trees";
      }
    });
  }
}

TEST(Forest, EveryTargetWalksAsAPlainLoop) {
  std::mt19937_64 random(8);
  for (bool missing : {false, true}) {
    for (uint32_t n_features : {1u, 2u, 3u, 20u, 257u}) {
      for (size_t n_trees : {1, 2, 16, 33, 70}) {
        ExpectSameWalks(RandomForest(random, n_features, missing, n_trees, 40), random, missing);
      }
    }
    ExpectSameWalks(RandomForest(random, 5, missing, 3, 2000), random, missing);
    ExpectSameWalks(RandomForest(random, 5, missing, 7, 0), random, missing);
  }
}

TEST(Forest, NaNGoesRightWithoutABit) {
  std::mt19937_64 random(9);
  ExpectSameWalks(RandomForest(random, 4, false, 20, 50), random, true);
}

TEST(Forest, TheWideFormWalksAsAPlainLoop) {
  std::mt19937_64 random(10);
  for (bool missing : {false, true}) ExpectSameWalks(RandomForest(random, 4, missing, 9, 50, true), random, missing);
}

TEST(Forest, BitsHoldWhatTheySay) {
  for (uint32_t n_features : {1u, 2u, 3u, 4u, 5u, 255u, 256u, 257u, 1u << 24}) {
    for (bool missing : {false, true}) {
      const BranchBits bits = BranchBits::Of(n_features, missing);
      const uint32_t right = bits.right_mask(), feature = n_features - 1;
      const uint32_t branch = bits.Pack(missing, feature, right);
      EXPECT_EQ(bits.right(branch), right);
      EXPECT_EQ(bits.feature(branch), feature);
      EXPECT_EQ(bits.missing_goes_left(branch), missing);
      EXPECT_GE(bits.right_bits, 7u);
    }
  }
}

}  // namespace
}  // namespace pratique::testing
