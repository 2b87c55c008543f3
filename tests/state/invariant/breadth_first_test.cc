#include "state/invariant/breadth_first.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace pratique {
namespace {

using Left = std::optional<uint32_t>;  // nullopt: a leaf

bool IsBreadthFirst(const std::vector<Left>& nodes, const std::vector<uint32_t>& roots) {
  BreadthFirst order(nodes.size(), roots);
  for (const Left& left : nodes) {
    if (left ? !order.Split(*left) : !order.Leaf()) return false;
  }
  return order.Complete();
}

constexpr Left kLeaf = std::nullopt;

TEST(BreadthFirst, AcceptsTheOneLayout) {
  EXPECT_TRUE(IsBreadthFirst({kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({1, kLeaf, kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({1, kLeaf, 3, kLeaf, kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({1, 3, 5, kLeaf, kLeaf, kLeaf, kLeaf}, {0}));
  EXPECT_TRUE(IsBreadthFirst({kLeaf, kLeaf}, {0, 1}));
  EXPECT_TRUE(IsBreadthFirst({kLeaf, 2, kLeaf, kLeaf, kLeaf}, {0, 1, 4}));
  EXPECT_TRUE(IsBreadthFirst({}, {}));
}

struct NearMiss {
  const char* what;
  std::vector<Left> nodes;
  std::vector<uint32_t> roots;
};

TEST(BreadthFirst, RefusesTheNearMisses) {
  const NearMiss rows[] = {
      {"no root", {kLeaf}, {}},
      {"a root too many", {kLeaf}, {0, 0}},
      {"a root too many, one past the end", {kLeaf}, {0, 1}},
      {"root not at the tree's beginning", {1, kLeaf, kLeaf}, {1}},
      {"two trees, one root", {kLeaf, kLeaf}, {0}},
      {"a second root inside the first tree", {1, kLeaf, kLeaf}, {0, 1}},
      {"its own child", {0, kLeaf, kLeaf}, {0}},
      {"one before the end", {1, kLeaf, 2, kLeaf, kLeaf}, {0}},
      {"one behind the end", {1, kLeaf, 4, kLeaf, kLeaf}, {0}},
      {"shared children", {1, 3, 3, kLeaf, kLeaf}, {0}},
      {"children swapped with a sibling's", {1, 5, 3, kLeaf, kLeaf, kLeaf, kLeaf}, {0}},
      {"a child beyond the nodes", {1, kLeaf}, {0}},
      {"a child beyond the nodes, alone", {1}, {0}},
      {"children of the first tree in the second", {1, kLeaf, kLeaf, kLeaf, kLeaf}, {0, 2}},
      {"second tree counts from zero", {1, kLeaf, kLeaf, 1, kLeaf, kLeaf}, {0, 3}},
      {"an unreachable node at the end", {1, kLeaf, kLeaf, kLeaf}, {0}},
      {"left beyond 32 bits' middle", {0x80000001u, kLeaf, kLeaf}, {0}},
      {"left is the largest number", {0xffffffffu, kLeaf, kLeaf}, {0}},
  };
  for (const NearMiss& row : rows) EXPECT_FALSE(IsBreadthFirst(row.nodes, row.roots)) << row.what;
}

// A tree as anyone would check it: every node has one parent, before it, and is reached.
bool IsOneTree(const std::vector<Left>& nodes) {
  std::vector<int> parents(nodes.size(), 0);
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i]) continue;
    for (size_t child : {size_t{*nodes[i]}, size_t{*nodes[i]} + 1}) {
      if (child <= i || child >= nodes.size() || ++parents[child] > 1) return false;
    }
  }
  for (size_t i = 1; i < nodes.size(); ++i) {
    if (parents[i] != 1) return false;
  }
  return !nodes.empty();
}

// Every pattern of splits and leaves up to 7 nodes with every choice of left: what is accepted is a tree, and each
// pattern of splits that can be a tree is accepted in exactly one layout.
TEST(BreadthFirst, IsExactOverAllSmallPatterns) {
  for (size_t n : {1, 3, 5, 7}) {
    for (uint32_t splits = 0; splits < (1u << n); ++splits) {
      std::vector<size_t> at;
      for (size_t i = 0; i < n; ++i) {
        if (splits >> i & 1) at.push_back(i);
      }
      if (at.size() > 3) continue;
      size_t choices = 1, accepted = 0;
      for (size_t k = 0; k < at.size(); ++k) choices *= n + 1;
      for (size_t choice = 0; choice < choices; ++choice) {
        std::vector<Left> nodes(n, kLeaf);
        size_t rest = choice;
        for (size_t i : at) {
          nodes[i] = static_cast<uint32_t>(rest % (n + 1));
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

}  // namespace
}  // namespace pratique
