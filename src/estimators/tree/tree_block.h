// The trees of one estimator, or some of them, as they are stored: the part that all tree models own.
#pragma once

#include <optional>

#include "tree_generated.h"
#include "type/class.h"

namespace pratique {

struct TreeBlock {
  using Schema = fb::TreeBlock;
  BOOST_HANA_DEFINE_STRUCT(TreeBlock, (uint32_t, n_features_in), (uint32_t, value_width), (Array<fb::Node>, nodes),
                           (Array<uint32_t>, roots), (Array<double>, leaf_values),
                           (Array<uint8_t>, missing_go_to_left));

  size_t n_trees() const { return roots.size(); }
  size_t n_leaf_rows() const { return leaf_values.size() / value_width; }

  // Assumes the schema's rules. Guarantees:
  //   - breadth_first: every walk from a root stays in nodes and ends at a leaf (state/invariant/breadth_first.h);
  //   - feature is below n_features_in at a split and -1 at a leaf;
  //   - `left` of a leaf is below n_leaf_rows; leaf rows are numbered in order of first use, and all are used;
  //   - a leaf's threshold is +0; missing_go_to_left is 0 at leaves, and absent rather than all 0.
  // One pass at the speed of memory.
  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
};

// The role of the i-th TreeBlock in its owner.
std::string TreesRole(size_t i);

// What a tree model owns, seen from its Infer. At least one block, nothing but blocks, in their roles; all have
// n_features_in columns and the same value_width; one tree unless `averaged`; NaN has a place to go only where it is
// accepted.
struct OwnedTrees {
  uint64_t n_trees = 0;
  uint32_t value_width = 0;
};
absl::StatusOr<OwnedTrees> CheckOwnedTrees(const Children& children, uint32_t n_features_in, bool averaged,
                                           bool accepts_missing);

}  // namespace pratique
