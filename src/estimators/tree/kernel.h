// Rows through trees: the inner loop of all tree models.
#pragma once

#include "estimators/tree/tree_block.h"
#include "pratique/data.h"

namespace pratique {

// Adds, tree after tree in stored order, the values of the leaf that each row reaches: out[row * value_width + column].
// NaN in X goes where missing_go_to_left says, or right. Each sum is rounded after each tree (no matter how rows and
// trees are grouped), so the result is scikit-learn's to the bit (sklearn/ensemble/_forest.py
// _accumulate_prediction, 1.9).
//
// Assumes that TreeBlock::Invariant holds and that X has block.n_features_in columns; `out` holds X.rows * value_width.
void AddLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out);

// The same for a block of one tree, whose values are copied: -0.0 stays -0.0.
void CopyLeafValues(const TreeBlock& block, const MatrixView<float>& X, double* out);

}  // namespace pratique
