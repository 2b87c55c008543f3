// From scikit-learn's trees to TreeBlocks in canonical form.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "estimators/tree/fitted_tree.h"
#include "estimators/tree/tree_block.h"

namespace pratique {

// Rows of `width` doubles, numbered in order of first use; equal ones (bit for bit) are kept once.
class DistinctRows {
 public:
  explicit DistinctRows(size_t width) : width_(width) {}
  uint32_t IndexOf(std::span<const double> row);
  size_t size() const { return values_.size() / width_; }
  std::span<const double> values() const { return values_; }
  void Truncate(size_t n) {
    values_.resize(n * width_);
  }  // forgets the rows from n on; Clear() must follow before IndexOf
  void Clear();

 private:
  void Grow();
  std::span<const double> row(size_t i) const { return std::span(values_).subspan(i * width_, width_); }
  size_t width_;
  std::vector<double> values_;
  std::vector<uint32_t> slots_;  // open addressing; row + 1, or 0
};

// Lays trees out breadth first, one after the other, in as few blocks as fit.
class BlockBuilder {
 public:
  // FlatBuffers addresses 2 GiB; some bytes of it are the table's own.
  static constexpr uint64_t kMaxBytes = (uint64_t{1} << 31) - 4096;

  // Fills `row` (as wide as values) with what node i of a tree, a leaf, stands for.
  using LeafRow = std::function<void(const FittedTree& tree, uint32_t i, std::span<double> row)>;

  BlockBuilder(uint32_t n_features, uint32_t width, bool keeps_missing, LeafRow leaf_row,
               uint64_t max_bytes = kMaxBytes)
      : n_features_(n_features),
        width_(width),
        keeps_missing_(keeps_missing),
        leaf_row_(std::move(leaf_row)),
        max_bytes_(max_bytes),
        rows_(width),
        row_(width) {}

  // A tree that does not fit behind the others begins a new block. What the finished blocks view lives in `arena`.
  void Add(const FittedTree& tree, Arena& arena);
  std::vector<TreeBlock> Finish(Arena& arena);

 private:
  void Append(const FittedTree& tree);
  uint64_t Bytes() const;
  void Flush(Arena& arena);

  uint32_t n_features_, width_;
  bool keeps_missing_;
  LeafRow leaf_row_;
  uint64_t max_bytes_;
  // the block being filled
  std::vector<fb::Node> nodes_;
  std::vector<uint32_t> roots_;
  std::vector<uint8_t> missing_;  // empty until one is set, then as long as nodes_
  DistinctRows rows_;
  std::vector<double> row_;      // scratch
  std::vector<uint32_t> order_;  // scratch: nodes of one tree, breadth first
  std::vector<TreeBlock> done_;
};

}  // namespace pratique
