// Trees stored breadth first, one after the other: proven in one pass, without scratch memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pratique {

// Fed with the nodes of all trees in stored order. `right` is a split's right child, counted from its tree's root, with
// the left one before it; a leaf's is the leaf itself. A tree is breadth first when its k-th split has right = 2 + 2k;
// a tree ends where no child is outstanding, and there the next one begins.
//
// Guarantees, when every call and Complete() gave true: roots are the beginnings of the trees, all of them; children of
// a split are in range, of its own tree and behind it, and every node but a root is a child of exactly one split. So
// every walk from a root ends at a leaf of that tree, after fewer steps than it has nodes.
// Does NOT guarantee: anything about features, thresholds or what a leaf refers to.
class BreadthFirst {
 public:
  BreadthFirst(size_t n_nodes, std::span<const uint32_t> roots) : n_nodes_(n_nodes), roots_(roots) {}

  // The next node. No branch depends on which kind it is: in real trees that is as random as a coin.
  bool Add(bool is_split, uint64_t right) {
    if (node_ == end_ && !Begin()) return false;
    const auto split = uint64_t{is_split};
    const uint64_t itself = node_ - root_, pair = end_ - root_ + 1;  // expected_right, told without a branch
    const bool good = right == (itself ^ ((itself ^ pair) & -split));
    end_ += 2 * split;
    ++node_;
    return good;
  }
  // After the last node: no child is missing, and no root left over.
  bool Complete() const { return node_ == n_nodes_ && node_ == end_ && tree_ == roots_.size(); }

  uint64_t node() const { return node_; }  // the next one
  // What `right` of the next one must be; of a tree that has begun, or begins there.
  uint64_t expected_right(bool is_split) const {
    if (node_ == end_) return is_split ? 2 : 0;
    return is_split ? end_ - root_ + 1 : node_ - root_;
  }
  // The next node begins a tree, and no root says so.
  bool lacks_root() const { return node_ == end_ && (tree_ == roots_.size() || roots_[tree_] != node_); }

 private:
  // At a tree's first node, end_ == node_: everything before belongs to earlier trees.
  bool Begin() {
    if (lacks_root()) return false;
    ++tree_;
    root_ = node_;
    end_ = node_ + 1;
    return true;
  }

  uint64_t n_nodes_;
  std::span<const uint32_t> roots_;
  uint64_t node_ = 0, root_ = 0;
  uint64_t end_ = 0;  // of the nodes that the tree so far has: its root and the children of its splits
  size_t tree_ = 0;   // trees begun
};

}  // namespace pratique
