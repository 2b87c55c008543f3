#include "estimators/tree/kernel.h"

#include <algorithm>

namespace pratique {
namespace {

// Calls add(row of X, tree of the block, values of the row's leaf) for each tree.
template <class Add>
void ForEachValues(const TreeBlock& block, const MatrixView<float>& X, Add add) {
  const Trees trees = block.trees();
  const double* values = block.leaf_values.data();
  const size_t width = block.value_width;
  if (block.is_wide()) {
    return ForEachLeaf(block, X, [=](size_t row, size_t tree, uint32_t leaf) {
      add(row, tree, values + trees.features[leaf] * width);
    });
  }
  ForEachLeaf(block, X, [=](size_t row, size_t tree, uint32_t leaf) {
    // In range: first_use.
    add(row, tree, values + (std::bit_cast<uint32_t>(trees.nodes[leaf].threshold) & kLeafRowMask) * width);
  });
}

}  // namespace

void AddLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out) {
  const size_t width = block.value_width;
  if (width == 1)
    return ForEachValues(block, X, [=](size_t row, size_t, const double* values) { out[row] += values[0]; });
  if (width == 2) {
    return ForEachValues(block, X, [=](size_t row, size_t, const double* values) {
      out[2 * row] += values[0];
      out[2 * row + 1] += values[1];
    });
  }
  ForEachValues(block, X, [=](size_t row, size_t, const double* values) {
    for (size_t column = 0; column < width; ++column) out[row * width + column] += values[column];
  });
}

void AddLeafValuesByTurns(const TreeBlock& block, size_t first_tree, size_t n_scores, const MatrixView<float>& X,
                          double* out) {
  ForEachValues(block, X, [=](size_t row, size_t tree, const double* values) {
    out[row * n_scores + (first_tree + tree) % n_scores] += values[0];
  });
}

void CopyLeafValuesByStages(const TreeBlock& block, size_t first_tree, size_t n_scores, const MatrixView<float>& X,
                            size_t stage, double* out) {
  ForEachValues(block, X, [=](size_t row, size_t tree, const double* values) {
    const size_t i = first_tree + tree;
    out[i / n_scores * stage + row * n_scores + i % n_scores] = values[0];
  });
}

void CopyLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out) {
  const size_t width = block.value_width;
  ForEachValues(block, X,
                [=](size_t row, size_t, const double* values) { std::copy_n(values, width, out + row * width); });
}

}  // namespace pratique
