// Rows through trees: the inner loop of all tree models, for each processor. Every target gives the same leaves.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>

#include "pratique/data.h"

namespace pratique {

// One node as walks read it: fb::Node of schema/tree.fbs, which says what the bits mean.
struct PackedNode {
  float threshold;
  uint32_t branch;
  bool is_leaf() const { return std::isnan(threshold); }
};
static_assert(sizeof(PackedNode) == 8);

// What a leaf's threshold is: a quiet NaN with the leaf's row in its low bits. Nothing is at most NaN, so a walk stays.
inline constexpr uint32_t kLeafBits = 0x7fc00000, kLeafRowMask = 0x003fffff;
inline constexpr uint64_t kMaxLeafRows = uint64_t{kLeafRowMask} + 1;

// How the 32 bits of PackedNode::branch are split: [NaN goes left] [feature] [right child, counted from the root].
struct BranchBits {
  uint32_t right_bits;
  bool missing;

  // At least one bit is the feature's, so that no shift is by 32.
  static BranchBits Of(uint32_t n_features, bool missing) {
    const int feature_bits = std::max<int>(std::bit_width(n_features - 1), 1);
    return {static_cast<uint32_t>(32 - feature_bits - missing), missing};
  }
  uint32_t right_mask() const { return (uint32_t{1} << right_bits) - 1; }
  uint64_t max_nodes() const { return uint64_t{1} << right_bits; }  // of a tree
  uint32_t right(uint32_t branch) const { return branch & right_mask(); }
  uint32_t feature(uint32_t branch) const { return (missing ? branch & 0x7fffffff : branch) >> right_bits; }
  bool missing_goes_left(uint32_t branch) const { return missing && branch >> 31 != 0; }
  uint32_t Pack(bool missing_goes_left, uint32_t feature, uint32_t right) const {
    return static_cast<uint32_t>(missing_goes_left) << 31 | feature << right_bits | right;
  }
};

// The wide form keeps what does not fit beside the nodes: a leaf's row, or a split's feature and where NaN goes.
inline constexpr uint32_t kWideMissing = 0x80000000;

// Trees one after the other, proven (TreeBlock::Invariant): every `right` and `right` - 1 of a split is a node of its
// tree behind it, features are below the columns of X, a leaf's right is itself.
struct Trees {
  const PackedNode* nodes = nullptr;
  std::span<const uint32_t> roots;
  BranchBits bits{};
  const uint32_t* features = nullptr;  // the wide form; nullptr: all is in the nodes
  size_t n_nodes = 0;                  // of all trees

  size_t n_nodes_of(size_t tree) const { return (tree + 1 < roots.size() ? roots[tree + 1] : n_nodes) - roots[tree]; }

  // The right child of `node`, or the leaf that it is; counted from the root.
  uint32_t right(uint32_t node) const {
    return features != nullptr ? nodes[node].branch : bits.right(nodes[node].branch);
  }
  uint32_t leaf_row(uint32_t leaf) const {
    return features != nullptr ? features[leaf] : std::bit_cast<uint32_t>(nodes[leaf].threshold) & kLeafRowMask;
  }
};

// The leaf (its index in nodes) that each row of X reaches in one tree. NaN goes where a split's bit says, or right.
void WalkRows(const Trees& trees, size_t tree, const MatrixView<float>& X, std::span<uint32_t> leaves);

// Calls visit(node) from the root of one tree to the leaf that x reaches. One walk, of any form.
template <class Visit>
void WalkPath(const Trees& trees, uint32_t root, const float* x, Visit visit) {
  for (uint32_t at = root;;) {
    visit(at);
    const PackedNode& node = trees.nodes[at];
    if (node.is_leaf()) return;
    const bool wide = trees.features != nullptr;
    const float value = x[wide ? trees.features[at] & ~kWideMissing : trees.bits.feature(node.branch)];
    const bool nan_goes_left =
        wide ? (trees.features[at] & kWideMissing) != 0 : trees.bits.missing_goes_left(node.branch);
    at = root + trees.right(at) - (value <= node.threshold || (std::isnan(value) && nan_goes_left));
  }
}

// The leaf that one row reaches in each tree.
void WalkTrees(const Trees& trees, const float* x, std::span<uint32_t> leaves);

}  // namespace pratique
