// The trees of one estimator, or some of them, as they are stored: the part that all tree models own.
#pragma once

#include <optional>
#include <vector>

#include "kernels/forest.h"
#include "tree_generated.h"
#include "type/class.h"

namespace pratique {

struct TreeBlock {
  using Schema = fb::TreeBlock;
  BOOST_HANA_DEFINE_STRUCT(TreeBlock, (uint32_t, n_features_in), (uint32_t, value_width), (bool, missing),
                           (Array<fb::Node>, nodes), (Array<uint32_t>, roots), (Array<double>, leaf_values),
                           (Array<uint32_t>, features), (Array<uint32_t>, numbers));

  size_t n_trees() const { return roots.size(); }
  size_t n_leaf_rows() const { return leaf_values.size() / value_width; }
  bool is_wide() const { return features.data() != nullptr; }
  // Of tree i.
  uint32_t n_nodes(size_t i) const {
    return static_cast<uint32_t>((i + 1 < roots.size() ? roots[i + 1] : nodes.size()) - roots[i]);
  }
  Trees trees() const;
  // The values that `leaf`, a node, stands for.
  const double* values(uint32_t leaf) const {
    return leaf_values.data() + size_t{trees().leaf_row(leaf)} * value_width;  // in range: first_use
  }

  // Assumes the schema's rules. Guarantees:
  //   - breadth_first: every walk from a root stays in nodes and ends at a leaf (state/invariant/breadth_first.h);
  //   - tree_nodes: the feature of a split is below n_features_in, its threshold finite; all that a leaf does not use
  //   is
  //     as the schema says; `missing` is said when a split sends NaN left; the wide form is used when the other cannot
  //     be;
  //   - first_use: leaf rows are below n_leaf_rows, numbered in order of first use, and all are used;
  //   - node_numbers: numbers are a permutation of each tree's nodes, parents first, and absent where they are the
  //     depth-first builder's.
  // One pass at the speed of memory; a bit a node of the largest tree for numbers.
  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
};

// Whether nodes of 8 bytes hold trees like these; else the wide form must.
bool FitsNarrow(uint32_t n_features, bool missing, uint64_t largest_tree, uint64_t n_leaf_rows);

// What the depth-first builder calls the nodes of a tree (sklearn/tree/_tree.pyx DepthFirstTreeBuilder, 1.9): a split,
// its left subtree, its right one. `right(i)` is node i's right child, or i at a leaf; numbers[i] becomes its number.
template <class Right>
void DepthFirstNumbers(Right right, std::span<uint32_t> numbers) {
  std::vector<uint32_t> size(numbers.size());  // of the tree below a node
  for (size_t i = numbers.size(); i-- > 0;) {
    const size_t child = right(i);  // behind i (breadth_first)
    size[i] = child == i ? 1 : 1 + size[child - 1] + size[child];
  }
  if (!numbers.empty()) numbers[0] = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const size_t child = right(i);
    if (child == i) continue;
    numbers[child - 1] = numbers[i] + 1;
    numbers[child] = numbers[i] + 1 + size[child - 1];
  }
}

// The role of the i-th TreeBlock in its owner.
std::string TreesRole(size_t i);

// What a tree model owns, seen from its Infer. At least one block, nothing but blocks before `n_others` objects, in
// their roles; all have n_features_in columns and the same value_width; one tree unless `averaged`; NaN has a place to
// go only where it is accepted.
struct OwnedTrees {
  uint64_t n_trees = 0;
  uint32_t value_width = 0;
};
absl::StatusOr<OwnedTrees> CheckOwnedTrees(const Children& children, uint32_t n_features_in, bool averaged,
                                           bool accepts_missing, size_t n_others = 0);

}  // namespace pratique
