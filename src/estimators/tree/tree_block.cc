#include "estimators/tree/tree_block.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"
#include "state/invariant/breadth_first.h"
#include "state/invariant/first_use.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr uint32_t kExponent = 0x7f800000;

// One node, taken apart. Shared by the fast pass and the one that explains.
struct NodeParts {
  uint32_t threshold;  // its bits
  uint64_t right;
  uint64_t feature;   // of a split; what stands there at a leaf, which is 0 in the narrow form
  uint64_t leaf_row;  // of a leaf
  bool missing_goes_left;

  bool is_split() const { return (threshold & ~kSign) <= kExponent; }
  bool is_finite() const { return (threshold & kExponent) != kExponent; }

 private:
  static constexpr uint32_t kSign = 0x80000000;
};

template <bool kWide>
NodeParts Parts(const TreeBlock& block, const BranchBits& bits, size_t i) {
  const uint32_t threshold = std::bit_cast<uint32_t>(block.nodes[i].threshold()), branch = block.nodes[i].branch();
  if constexpr (kWide) {
    const uint32_t beside = block.features[i];
    return {threshold, branch, beside & ~kWideMissing, beside, (beside & kWideMissing) != 0};
  }
  return {threshold, bits.right(branch), bits.feature(branch), threshold & kLeafRowMask,
          bits.missing_goes_left(branch)};
}

// What a leaf has in the place of what only splits have: the one way to write it.
template <bool kWide>
bool IsPlainLeaf(const NodeParts& node) {
  if constexpr (kWide) return node.threshold == kLeafBits;
  return ((node.threshold & ~kLeafRowMask) == kLeafBits) & (node.feature == 0) & !node.missing_goes_left;
}

// All rules about nodes in one pass. Each step adds to `good` and looks at it only at the end: where exactly a bad file
// is bad, Explain() finds out.
template <bool kWide>
bool AllGood(const TreeBlock& block) {
  const BranchBits bits = BranchBits::Of(block.n_features_in, block.missing);
  BreadthFirst order(block.nodes.size(), block.roots);
  bool good = true, any_missing = false;
  uint64_t rows_used = 0;  // as FirstUse counts them, without a branch
  for (size_t i = 0; i < block.nodes.size(); ++i) {
    const NodeParts node = Parts<kWide>(block, bits, i);
    const bool split = node.is_split();
    good &= order.Add(split, node.right);
    const bool good_split = node.is_finite() & (node.feature < block.n_features_in);
    const bool good_leaf = IsPlainLeaf<kWide>(node) & (node.leaf_row <= rows_used);
    good &= (split & good_split) | (!split & good_leaf);
    rows_used += !split & (node.leaf_row == rows_used);
    any_missing |= split & node.missing_goes_left;
  }
  return good && order.Complete() && rows_used == block.n_leaf_rows() && any_missing == block.missing;
}

Violation AtNode(uint64_t i, const char* field, std::string rule, std::string got, std::string expected) {
  return {absl::StrCat("nodes[", i, "].", field), std::move(rule), std::move(got), std::move(expected)};
}

// What is wrong with one node besides its place in the order.
template <bool kWide>
std::optional<Violation> ExplainNode(const TreeBlock& block, const NodeParts& node, uint64_t i, FirstUse& rows) {
  const auto number = [](uint32_t threshold) { return absl::StrCat(std::bit_cast<float>(threshold)); };
  if (node.is_split()) {
    if (!node.is_finite()) return AtNode(i, "threshold", "tree_nodes", number(node.threshold), "a finite number");
    if (node.feature >= block.n_features_in) {
      return AtNode(i, "feature", "tree_nodes", absl::StrCat(node.feature),
                    absl::StrCat("below ", block.n_features_in));
    }
    return std::nullopt;
  }
  if (!kWide && node.feature != 0) return AtNode(i, "feature", "tree_nodes", absl::StrCat(node.feature), "0 at a leaf");
  if (!kWide && node.missing_goes_left) return AtNode(i, "missing", "tree_nodes", "1", "0 at a leaf");
  if (!IsPlainLeaf<kWide>(node)) {
    return AtNode(i, "threshold", "tree_nodes", absl::StrCat("a NaN of ", absl::Hex(node.threshold)),
                  absl::StrCat("a finite number, or ", absl::Hex(kLeafBits), kWide ? "" : " and a leaf row"));
  }
  if (rows.Use(node.leaf_row)) return std::nullopt;
  return AtNode(i, "leaf_row", "first_use", absl::StrCat(node.leaf_row),
                absl::StrCat("one used before, or the next one, ", rows.used(), ", of ", block.n_leaf_rows()));
}

// The first violation of a block that is not AllGood.
template <bool kWide>
Violation Explain(const TreeBlock& block) {
  const BranchBits bits = BranchBits::Of(block.n_features_in, block.missing);
  BreadthFirst order(block.nodes.size(), block.roots);
  FirstUse rows(block.n_leaf_rows());
  for (uint64_t i = 0; i < block.nodes.size(); ++i) {
    if (order.lacks_root()) {
      return {"roots", "breadth_first", absl::StrCat("no root at node ", i, ", where a tree begins"),
              "the first node of every tree"};
    }
    const NodeParts node = Parts<kWide>(block, bits, i);
    const uint64_t expected = order.expected_right(node.is_split());
    if (!order.Add(node.is_split(), node.right)) {
      return AtNode(i, "right", "breadth_first", absl::StrCat(node.right),
                    absl::StrCat(expected, node.is_split() ? ", of the next free pair of nodes" : ", the leaf itself"));
    }
    if (auto violation = ExplainNode<kWide>(block, node, i, rows)) return *violation;
  }
  if (!order.Complete()) {
    return {"roots", "breadth_first", absl::StrCat(block.roots.size(), " roots for ", block.nodes.size(), " nodes"),
            "whole trees, one root each"};
  }
  if (!rows.Complete()) {
    return {"leaf_values", "first_use", absl::StrCat(block.n_leaf_rows(), " rows"),
            absl::StrCat(rows.used(), ", as many as are used")};
  }
  return {"missing", "tree_nodes", block.missing ? "true" : "false", "true when a split sends NaN left"};
}

uint64_t LargestTree(const TreeBlock& block) {
  uint64_t largest = 0;
  for (size_t i = 0; i < block.n_trees(); ++i) largest = std::max<uint64_t>(largest, block.n_nodes(i));
  return largest;
}

// Numbers of one tree: below its size, each once, a parent's below its children's. Sets `depth_first` to whether they
// are the builder's own.
std::optional<Violation> CheckNumbersOfTree(const TreeBlock& block, size_t tree, bool& depth_first) {
  const Trees trees = block.trees();
  const uint32_t root = block.roots[tree], n = block.n_nodes(tree);
  const auto numbers = block.numbers.subspan(root, n);
  const auto right = [&](size_t i) { return trees.right(root + static_cast<uint32_t>(i)); };
  const auto wrong = [&](size_t i, std::string expected) {
    return Violation{absl::StrCat("numbers[", root + i, "]"), "node_numbers", absl::StrCat(numbers[i]),
                     std::move(expected)};
  };
  std::vector<bool> seen(n);
  for (size_t i = 0; i < n; ++i) {
    if (numbers[i] >= n) return wrong(i, absl::StrCat("below ", n));
    if (seen[numbers[i]]) return wrong(i, "a number not seen before in this tree");
    seen[numbers[i]] = true;
  }
  for (size_t i = 0; i < n; ++i) {
    const size_t child = right(i);
    if (child == i) continue;
    for (size_t c : {child - 1, child}) {
      if (numbers[c] <= numbers[i]) return wrong(c, absl::StrCat("above its parent's, ", numbers[i]));
    }
  }
  std::vector<uint32_t> expected(n);
  DepthFirstNumbers(right, expected);
  depth_first = std::ranges::equal(numbers, expected);
  return std::nullopt;
}

std::optional<Violation> CheckNumbers(const TreeBlock& block) {
  bool all = true;
  for (size_t tree = 0; tree < block.n_trees(); ++tree) {
    bool depth_first = false;
    if (auto violation = CheckNumbersOfTree(block, tree, depth_first)) return violation;
    all &= depth_first;
  }
  if (all) return Violation{"numbers", "node_numbers", "the depth-first builder's", "absent"};
  return std::nullopt;
}

}  // namespace

bool FitsNarrow(uint32_t n_features, bool missing, uint64_t largest_tree, uint64_t n_leaf_rows) {
  return largest_tree <= BranchBits::Of(n_features, missing).max_nodes() && n_leaf_rows <= kMaxLeafRows;
}

Trees TreeBlock::trees() const {
  return {reinterpret_cast<const PackedNode*>(nodes.data()), roots, BranchBits::Of(n_features_in, missing),
          features.data(), nodes.size()};
}

std::optional<Violation> TreeBlock::Invariant() const {
  if (roots.empty()) return Violation{"roots", "min", "no trees", "at least one tree"};
  if (!is_wide() && !AllGood<false>(*this)) return Explain<false>(*this);
  if (is_wide()) {
    if (!AllGood<true>(*this)) return Explain<true>(*this);
    if (FitsNarrow(n_features_in, missing, LargestTree(*this), n_leaf_rows())) {
      return Violation{"features", "tree_nodes", "the wide form", "absent: all fits into the nodes"};
    }
  }
  if (numbers.data() != nullptr) return CheckNumbers(*this);
  return std::nullopt;
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
                                           bool accepts_missing, size_t n_others) {
  OwnedTrees owned;
  for (size_t i = 0; i + n_others < children.size(); ++i) {
    const TreeBlock* block = children.As<TreeBlock>(i);
    if (block == nullptr) {
      return Mismatch(absl::StrCat("owns a ", std::string(children.types[i]), " as ", Escape(children.roles[i], 80),
                                   "; tree models own TreeBlocks"));
    }
    RETURN_IF_ERROR(children.CheckRole(i, TreesRole(i)));
    if (block->n_features_in != n_features_in) {
      return Mismatch(
          absl::StrCat("trees[", i, "] take ", block->n_features_in, " features, their owner ", n_features_in));
    }
    if (i > 0 && block->value_width != owned.value_width) {
      return Mismatch(absl::StrCat("leaves of trees[", i, "] have ", block->value_width, " values, those before ",
                                   owned.value_width));
    }
    if (block->missing && !accepts_missing) {
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
