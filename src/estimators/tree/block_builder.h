// From scikit-learn's trees to TreeBlocks in canonical form.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "aligned_memory.h"
#include "estimators/tree/fitted_tree.h"
#include "estimators/tree/tree_block.h"

namespace pratique {

// Rows of `width` doubles, numbered in order of first use; equal ones (bit for bit) are kept once.
class DistinctRows {
 public:
  explicit DistinctRows(size_t width) : width_(width) {}
  uint32_t IndexOf(std::span<const double> row);
  size_t size() const { return size_; }
  std::span<const double> values() const { return values_; }
  // Forgets the rows from n on; Clear() must follow before IndexOf.
  void Truncate(size_t n);
  void Clear();

 private:
  void Grow();
  std::span<const double> row(size_t i) const { return std::span(values_).subspan(i * width_, width_); }
  size_t width_;
  size_t size_ = 0;
  std::vector<double> values_;
  std::vector<uint32_t> slots_;  // open addressing; row + 1, or 0
};

// Lays trees out breadth first, one after the other, in as few blocks as fit.
class BlockBuilder {
 public:
  // What a block may hold.
  struct Caps {
    uint64_t bytes = (uint64_t{1} << 31) - 4096;  // FlatBuffers addresses 2 GiB; some are the table's own
  };

  // Fills `row` (as wide as values) with what node i of a tree, a leaf, stands for.
  using LeafRow = std::function<void(const FittedTree& tree, uint32_t i, std::span<double> row)>;

  BlockBuilder(uint32_t n_features, uint32_t width, bool keeps_missing, LeafRow leaf_row)
      : BlockBuilder(n_features, width, keeps_missing, std::move(leaf_row), Caps()) {}
  BlockBuilder(uint32_t n_features, uint32_t width, bool keeps_missing, LeafRow leaf_row, Caps caps)
      : n_features_(n_features),
        width_(width),
        keeps_missing_(keeps_missing),
        leaf_row_(std::move(leaf_row)),
        caps_(caps),
        rows_(width),
        row_(width) {}

  // A tree that does not fit behind the others begins a new block. What the finished blocks view lives in `arena`.
  void Add(const FittedTree& tree, Arena& arena);
  std::vector<TreeBlock> Finish(Arena& arena);

 private:
  // A node before it is packed.
  struct Node {
    float threshold;
    uint32_t feature;  // or, at a leaf, its row
    uint32_t right;    // counted from the root; a leaf's is itself
    bool missing_goes_left;
  };
  // All that a tree adds to the block being filled, to be taken out again.
  struct Mark {
    size_t nodes, roots, rows, largest;
    bool missing, other_numbers;
  };
  Mark Here() const { return {nodes_.size(), roots_.size(), rows_.size(), largest_, missing_, other_numbers_}; }
  void Append(const FittedTree& tree);
  bool HasDepthFirstNumbers(const FittedTree& tree);
  void TakeOut(const Mark& mark);
  bool IsNarrow() const { return FitsNarrow(n_features_, missing_, largest_, rows_.size()); }
  uint64_t Bytes() const;
  void Flush(Arena& arena);

  uint32_t n_features_, width_;
  bool keeps_missing_;
  LeafRow leaf_row_;
  Caps caps_;
  // the block being filled
  std::vector<Node, AlignedAllocator<Node>> nodes_;
  std::vector<uint32_t> roots_;
  std::vector<uint32_t, AlignedAllocator<uint32_t>> numbers_;  // scikit-learn's
  DistinctRows rows_;
  size_t largest_ = 0;            // tree
  bool missing_ = false;          // some split sends NaN left
  bool other_numbers_ = false;    // than the depth-first builder's
  std::vector<double> row_;       // scratch
  std::vector<uint32_t> rights_;  // scratch
  std::vector<TreeBlock> done_;
};

}  // namespace pratique
