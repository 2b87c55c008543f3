#include "estimators/tree/tree_block.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "state/invariant/breadth_first.h"
#include "state/invariant/first_use.h"
#include "status_macros.h"

namespace pratique {
namespace {

bool IsPositiveZero(float x) { return std::bit_cast<uint32_t>(x) == 0; }

// All rules about nodes in one pass. Each step adds to `good` and looks at it only now and then: where exactly a bad
// file is bad, Explain() finds out.
bool AllGood(const TreeBlock& block) {
  BreadthFirst order(block.nodes.size(), block.roots);
  FirstUse rows(block.n_leaf_rows());
  bool good = true;
  for (const fb::Node& node : block.nodes) {
    if (node.feature() >= 0) {
      good &= order.Split(node.left());
      good &= static_cast<uint32_t>(node.feature()) < block.n_features_in;
    } else {
      good &= order.Leaf();
      good &= rows.Use(node.left());
      good &= node.feature() == -1 && IsPositiveZero(node.threshold());
    }
  }
  return good && order.Complete() && rows.Complete();
}

Violation AtNode(uint64_t i, const char* field, std::string rule, std::string got, std::string expected) {
  return {absl::StrCat("nodes[", i, "].", field), std::move(rule), std::move(got), std::move(expected)};
}

// The first violation of a block that is not AllGood.
Violation Explain(const TreeBlock& block) {
  BreadthFirst order(block.nodes.size(), block.roots);
  FirstUse rows(block.n_leaf_rows());
  for (uint64_t i = 0; i < block.nodes.size(); ++i) {
    const fb::Node& node = block.nodes[i];
    if (order.lacks_root()) {
      return {"roots", "breadth_first", absl::StrCat("no root at node ", i, ", where a tree begins"),
              "the first node of every tree"};
    }
    if (node.feature() < -1 || (node.feature() >= 0 && static_cast<uint32_t>(node.feature()) >= block.n_features_in)) {
      return AtNode(i, "feature", "index_below n_features_in", absl::StrCat(node.feature()),
                    absl::StrCat("-1, or below ", block.n_features_in));
    }
    if (node.feature() >= 0) {
      const uint64_t expected = order.expected_left();
      if (order.Split(node.left())) continue;
      return AtNode(i, "left", "breadth_first", absl::StrCat(node.left()),
                    absl::StrCat(expected, ", the next free pair of nodes"));
    }
    (void)order.Leaf();
    if (!rows.Use(node.left())) {
      return AtNode(
          i, "left", "first_use", absl::StrCat(node.left()),
          absl::StrCat("a leaf row used before, or the next one, ", rows.used(), ", of ", block.n_leaf_rows()));
    }
    if (!IsPositiveZero(node.threshold()))
      return AtNode(i, "threshold", "leaf", absl::StrCat(node.threshold()), "0 at a leaf");
  }
  if (!order.Complete()) {
    return {"roots", "breadth_first", absl::StrCat(block.roots.size(), " roots for ", block.nodes.size(), " nodes"),
            "whole trees, one root each"};
  }
  return {"leaf_values", "first_use", absl::StrCat(block.n_leaf_rows(), " rows"),
          absl::StrCat(rows.used(), ", as many as are used")};
}

std::optional<Violation> CheckMissing(const TreeBlock& block) {
  if (block.missing_go_to_left.data() == nullptr) return std::nullopt;
  uint32_t any = 0, at_leaves = 0;
  for (size_t i = 0; i < block.nodes.size(); ++i) {
    any |= block.missing_go_to_left[i];
    at_leaves |= block.missing_go_to_left[i] & (block.nodes[i].feature() < 0);
  }
  if (at_leaves != 0) return Violation{"missing_go_to_left", "leaf", "1 at a leaf", "0 at leaves"};
  if (any == 0) return Violation{"missing_go_to_left", "canonical", "0 everywhere", "absent"};
  return std::nullopt;
}

}  // namespace

std::optional<Violation> TreeBlock::Invariant() const {
  if (roots.empty()) return Violation{"roots", "min", "no trees", "at least one tree"};
  if (!AllGood(*this)) return Explain(*this);
  return CheckMissing(*this);
}

absl::StatusOr<Signature> TreeBlock::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.tree_block = true;
  return signature;
}

std::string TreesRole(size_t i) { return absl::StrCat("trees[", i, "]"); }

absl::StatusOr<OwnedTrees> CheckOwnedTrees(const Children& children, uint32_t n_features_in, bool averaged,
                                           bool accepts_missing) {
  OwnedTrees owned;
  for (size_t i = 0; i < children.size(); ++i) {
    const TreeBlock* block = children.As<TreeBlock>(i);
    if (block == nullptr || children.roles[i] != TreesRole(i)) {
      return Mismatch(absl::StrCat("owns a ", std::string(children.types[i]), " as ", std::string(children.roles[i]),
                                   "; tree models own TreeBlocks as trees[0], trees[1], ..."));
    }
    if (block->n_features_in != n_features_in) {
      return Mismatch(
          absl::StrCat("trees[", i, "] take ", block->n_features_in, " features, their owner ", n_features_in));
    }
    if (i > 0 && block->value_width != owned.value_width) {
      return Mismatch(absl::StrCat("leaves of trees[", i, "] have ", block->value_width, " values, those before ",
                                   owned.value_width));
    }
    if (block->missing_go_to_left.data() != nullptr && !accepts_missing) {
      return Mismatch(absl::StrCat("trees[", i, "] send NaN left, but their owner does not accept NaN"));
    }
    owned.value_width = block->value_width;
    owned.n_trees += block->n_trees();
  }
  if (owned.n_trees == 0) return Mismatch("owns no trees");
  if (!averaged && owned.n_trees != 1)
    return Mismatch(absl::StrCat("owns ", owned.n_trees, " trees, and is not averaged"));
  return owned;
}

}  // namespace pratique
