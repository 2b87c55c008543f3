// What the leaves stand for, added up: the other half of all tree models (kernels/forest.h is the walk).
#pragma once

#include "estimators/tree/tree_block.h"
#include "pratique/data.h"

namespace pratique {

// Adds, tree after tree in stored order, the values of the leaf that each row reaches: out[row * value_width + column].
// NaN in X goes where the node says, or right. Each sum is rounded after each tree (no matter how rows and trees are
// grouped), so the result is scikit-learn's to the bit (sklearn/ensemble/_forest.py _accumulate_prediction, 1.9).
//
// Assumes that TreeBlock::Invariant holds and that X has block.n_features_in columns; `out` holds X.rows * value_width.
void AddLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out);

// The same of trees that take turns: the one value of tree i's leaf goes to out[row * n_scores + i % n_scores].
// `first_tree`: the number of the block's first one among all.
void AddLeafValuesByTurns(const TreeBlock& block, size_t first_tree, size_t n_scores, const MatrixView<float>& X,
                          double* out);

// The value of each tree's leaf by itself; the n_scores trees of a stage stand together, `stage` numbers after those of
// the stage before: out[i / n_scores * stage + row * n_scores + i % n_scores] of tree i.
void CopyLeafValuesByStages(const TreeBlock& block, size_t first_tree, size_t n_scores, const MatrixView<float>& X,
                            size_t stage, double* out);

// As AddLeafValues for a block of one tree, whose values are copied: -0.0 stays -0.0.
void CopyLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out);

// Calls visit(row of X, tree of the block, node) with the leaf that each row reaches in each tree; of one row, in the
// order of trees.
template <class Visit>
void ForEachLeaf(const TreeBlock& block, const MatrixView<float>& X, Visit visit) {
  // Rows that share a tree while its nodes are in cache; so few that lanes would be idle go through many trees at once.
  constexpr size_t kRows = 2048, kFewRows = 4;
  const Trees trees = block.trees();
  if (X.rows < kFewRows) {
    std::vector<uint32_t> leaves(block.n_trees());
    for (size_t row = 0; row < X.rows; ++row) {
      WalkTrees(trees, X.row(row), leaves);
      for (size_t tree = 0; tree < leaves.size(); ++tree) visit(row, tree, leaves[tree]);
    }
    return;
  }
  uint32_t leaves[kRows];
  for (size_t begin = 0; begin < X.rows; begin += kRows) {
    const MatrixView<float> rows{X.data.subspan(begin * X.row_stride), std::min(kRows, X.rows - begin), X.cols,
                                 X.row_stride};
    for (size_t tree = 0; tree < block.n_trees(); ++tree) {
      WalkRows(trees, tree, rows, leaves);
      for (size_t i = 0; i < rows.rows; ++i) visit(begin + i, tree, leaves[i]);
    }
  }
}

}  // namespace pratique
