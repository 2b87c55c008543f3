#include "state/invariant/breadth_first.h"

#include <gtest/gtest.h>

#include <vector>

namespace pratique {
namespace {

// A split's right child, counted from its tree's root; a leaf is itself (kLeaf), or says so of another node.
struct Node {
  bool is_split;
  uint32_t right;
};
constexpr uint32_t kItself = 0xfffffffe;
constexpr Node kLeaf{false, kItself};
constexpr Node Split(uint32_t right) { return {true, right}; }

bool IsBreadthFirst(const std::vector<Node>& nodes, const std::vector<uint32_t>& roots) {
  BreadthFirst order(nodes.size(), roots);
  bool good = true;
  for (const Node& node : nodes) {
    good &= order.Add(node.is_split, node.right == kItself ? order.expected_right(false) : node.right);
  }
  return good && order.Complete();
}

TEST(BreadthFirst, AcceptsTheOneLayout) {
  EXPECT_TRUE(IsBreadthFirst({kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({Split(2), kLeaf, kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({Split(2), kLeaf, Split(4), kLeaf, kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({Split(2), Split(4), Split(6), kLeaf, kLeaf, kLeaf, kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({kLeaf, kLeaf}, {0, 1}));
  EXPECT_TRUE(IsBreadthFirst({kLeaf, Split(2), kLeaf, kLeaf, kLeaf}, {0, 1, 4}));
  EXPECT_TRUE(IsBreadthFirst({Split(2), {false, 1}, {false, 2}}, {0}));
  EXPECT_TRUE(IsBreadthFirst({}, {}));
}

struct NearMiss {
  const char* what;
  std::vector<Node> nodes;
  std::vector<uint32_t> roots;
};

TEST(BreadthFirst, RefusesTheNearMisses) {
  const NearMiss rows[] = {
      {"no root", {kLeaf}, {}},
      {"a root too many", {kLeaf}, {0, 0}},
      {"a root too many, one past the end", {kLeaf}, {0, 1}},
      {"root not at the tree's beginning", {Split(2), kLeaf, kLeaf}, {1}},
      {"two trees, one root", {kLeaf, kLeaf}, {0}},
      {"a second root inside the first tree", {Split(2), kLeaf, kLeaf}, {0, 1}},
      {"its own child", {Split(0), kLeaf, kLeaf}, {0}},
      {"its own left child", {Split(1), kLeaf, kLeaf}, {0}},
      {"one before the end", {Split(2), kLeaf, Split(3), kLeaf, kLeaf}, {0}},
      {"one behind the end", {Split(2), kLeaf, Split(5), kLeaf, kLeaf}, {0}},
      {"shared children", {Split(2), Split(4), Split(4), kLeaf, kLeaf}, {0}},
      {"children swapped with a sibling's", {Split(2), Split(6), Split(4), kLeaf, kLeaf, kLeaf, kLeaf}, {0}},
      {"a child beyond the nodes", {Split(2), kLeaf}, {0}},
      {"a child beyond the nodes, alone", {Split(2)}, {0}},
      {"children of the first tree in the second", {Split(2), kLeaf, kLeaf, kLeaf, kLeaf}, {0, 2}},
      {"second tree counts from the first's root", {Split(2), kLeaf, kLeaf, Split(5), kLeaf, kLeaf}, {0, 3}},
      {"an unreachable node at the end", {Split(2), kLeaf, kLeaf, kLeaf}, {0}},
      {"right beyond 32 bits' middle", {Split(0x80000002u), kLeaf, kLeaf}, {0}},
      {"right is the largest number", {Split(0xffffffffu), kLeaf, kLeaf}, {0}},
      {"a leaf leads to its sibling", {Split(2), {false, 2}, kLeaf}, {0}},
      {"a leaf leads back to the root", {Split(2), kLeaf, {false, 0}}, {0}},
      {"a leaf leads out", {Split(2), kLeaf, {false, 3}}, {0}},
      {"a leaf of the second tree counts from the first's root", {kLeaf, {false, 1}}, {0, 1}},
  };
  for (const NearMiss& row : rows) EXPECT_FALSE(IsBreadthFirst(row.nodes, row.roots)) << row.what;
}

// A tree as anyone would check it: every node has one parent, before it, and is reached; a leaf is itself.
bool IsOneTree(const std::vector<Node>& nodes) {
  std::vector<int> parents(nodes.size(), 0);
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].is_split) {
      if (nodes[i].right != i) return false;
      continue;
    }
    if (nodes[i].right == 0) return false;
    for (size_t child : {size_t{nodes[i].right} - 1, size_t{nodes[i].right}}) {
      if (child <= i || child >= nodes.size() || ++parents[child] > 1) return false;
    }
  }
  for (size_t i = 1; i < nodes.size(); ++i) {
    if (parents[i] != 1) return false;
  }
  return !nodes.empty();
}

// Every pattern of splits and leaves up to 7 nodes with every choice of right, of up to 5 with every choice at leaves
// too: what is accepted is a tree, and each pattern of splits that can be a tree is accepted in exactly one layout.
TEST(BreadthFirst, IsExactOverAllSmallPatterns) {
  for (size_t n : {1, 2, 3, 4, 5, 7}) {
    const bool leaves_too = n <= 5;
    for (uint32_t splits = 0; splits < (1u << n); ++splits) {
      std::vector<size_t> at;
      for (size_t i = 0; i < n; ++i) {
        if (leaves_too || (splits >> i & 1)) at.push_back(i);
      }
      if (!leaves_too && at.size() > 3) continue;
      size_t choices = 1, accepted = 0;
      for (size_t k = 0; k < at.size(); ++k) choices *= n + 1;
      for (size_t choice = 0; choice < choices; ++choice) {
        std::vector<Node> nodes(n);
        for (size_t i = 0; i < n; ++i) nodes[i] = {(splits >> i & 1) != 0, static_cast<uint32_t>(i)};
        size_t rest = choice;
        for (size_t i : at) {
          nodes[i].right = static_cast<uint32_t>(rest % (n + 1));
          rest /= n + 1;
        }
        if (!IsBreadthFirst(nodes, {0})) continue;
        ++accepted;
        EXPECT_TRUE(IsOneTree(nodes));
      }
      EXPECT_LE(accepted, 1u);
    }
  }
}

// Which patterns of splits are trees at all: those whose children are as many as there are nodes but the root, and
// never fewer on the way. All patterns up to 13 nodes.
TEST(BreadthFirst, AcceptsEveryPatternOfATree) {
  for (size_t n = 1; n <= 13; ++n) {
    for (uint32_t splits = 0; splits < (1u << n); ++splits) {
      std::vector<Node> nodes;
      size_t end = 1;
      bool is_tree = true;
      for (size_t i = 0; i < n; ++i) {
        is_tree &= i < end;
        const bool is_split = splits >> i & 1;
        nodes.push_back(is_split ? Split(static_cast<uint32_t>(end + 1)) : Node{false, static_cast<uint32_t>(i)});
        end += is_split ? 2 : 0;
      }
      is_tree &= end == n;
      ASSERT_EQ(IsBreadthFirst(nodes, {0}), is_tree) << n << " nodes, splits " << splits;
      if (is_tree) {
        ASSERT_TRUE(IsOneTree(nodes));
      }
    }
  }
}

}  // namespace
}  // namespace pratique
