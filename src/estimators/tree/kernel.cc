#include "estimators/tree/kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace pratique {
namespace {

// A walk waits for memory at every step; this many independent ones hide it: rows in one tree, or trees for one row.
constexpr size_t kLanes = 16;
// Rows that share a tree while its nodes are in cache.
constexpr size_t kRowBlock = 2048;

// Takes every lane from node at[lane] to its leaf. Lane i reads the row at x + i * x_step.
template <bool kMissing>
inline void Descend(const TreeBlock& block, const float* x, size_t x_step, uint32_t (&at)[kLanes]) {
  const fb::Node* nodes = block.nodes.data();
  const uint8_t* missing_go_to_left = block.missing_go_to_left.data();
  bool any;
  do {
    any = false;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const fb::Node& node = nodes[at[lane]];  // in range: a root (index_below) or a child (breadth_first)
      const bool is_split = node.feature() >= 0;
      const float value = x[lane * x_step + (is_split ? node.feature() : 0)];  // in range: index_below n_features_in
      bool right = !(value <= node.threshold());                               // NaN goes right
      if constexpr (kMissing) {
        if (std::isnan(value)) right = !missing_go_to_left[at[lane]];  // as long as nodes (shape)
      }
      at[lane] = is_split ? node.left() + right : at[lane];  // ends: children are behind their parent (breadth_first)
      any |= is_split;
    }
  } while (any);
}

// Calls visit(row, values of the leaf that `row` reaches) for every row and tree; for one row, trees come in order.
template <bool kMissing, class Visit>
void ForEachLeaf(const TreeBlock& block, const MatrixView<float>& X, Visit visit) {
  const size_t n_trees = block.n_trees();
  auto leaf_values = [&](uint32_t leaf) {
    return block.leaf_values.data() + size_t{block.nodes[leaf].left()} * block.value_width;  // in range: first_use
  };
  uint32_t at[kLanes];
  for (size_t begin = 0; begin < X.rows; begin += kRowBlock) {
    const size_t end = std::min(begin + kRowBlock, X.rows);
    const size_t whole = end - (end - begin) % kLanes;
    for (size_t tree = 0; tree < n_trees; ++tree) {
      for (size_t row = begin; row < whole; row += kLanes) {
        std::fill_n(at, kLanes, block.roots[tree]);
        Descend<kMissing>(block, X.row(row), X.row_stride, at);
        for (size_t lane = 0; lane < kLanes; ++lane) visit(row + lane, leaf_values(at[lane]));
      }
    }
    for (size_t row = whole; row < end; ++row) {
      for (size_t tree = 0; tree < n_trees; tree += kLanes) {
        const size_t lanes = std::min(kLanes, n_trees - tree);
        // Lanes without a tree walk the first one again.
        for (size_t lane = 0; lane < kLanes; ++lane) at[lane] = block.roots[lane < lanes ? tree + lane : tree];
        Descend<kMissing>(block, X.row(row), 0, at);
        for (size_t lane = 0; lane < lanes; ++lane) visit(row, leaf_values(at[lane]));
      }
    }
  }
}

template <class Visit>
void ForEachLeaf(const TreeBlock& block, const MatrixView<float>& X, Visit visit) {
  if (block.missing_go_to_left.data() != nullptr) return ForEachLeaf<true>(block, X, visit);
  return ForEachLeaf<false>(block, X, visit);
}

}  // namespace

void AddLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out) {
  const size_t width = block.value_width;
  if (width == 1) return ForEachLeaf(block, X, [=](size_t row, const double* values) { out[row] += values[0]; });
  if (width == 2) {
    return ForEachLeaf(block, X, [=](size_t row, const double* values) {
      out[2 * row] += values[0];
      out[2 * row + 1] += values[1];
    });
  }
  ForEachLeaf(block, X, [=](size_t row, const double* values) {
    for (size_t column = 0; column < width; ++column) out[row * width + column] += values[column];
  });
}

void CopyLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out) {
  const size_t width = block.value_width;
  ForEachLeaf(block, X, [=](size_t row, const double* values) { std::copy_n(values, width, out + row * width); });
}

}  // namespace pratique
