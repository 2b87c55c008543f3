// What the tree models share at predict: input as float32, and the sums over their blocks.
#pragma once

#include <span>

#include "absl/status/statusor.h"
#include "model/run.h"

namespace pratique {

struct TreeSettings {
  bool averaged, accepts_missing;
};

// One row of value_width doubles for every row of X.
struct TreeValues {
  std::span<double> values;
  size_t rows, width;
  Data data() const { return MatrixView<double>{values, rows, width, width}; }
};

// The values of all trees that run.self owns, for every row of X, in run.arena. X is checked as scikit-learn
// does (sklearn/tree/_classes.py _validate_X_predict, 1.9): cast to float32, NaN only in dense X and only
// where accepted; an absent entry of a sparse X is 0.0.
absl::StatusOr<TreeValues> EvaluateTrees(const TreeSettings& settings, const Data& X, Run& run);

// What Infer says of apply and decision_path.
void InferPaths(const Children& children, bool averaged, Signature& signature);

// scikit-learn's numbers of the leaves, {rows, trees}; X as for EvaluateTrees.
absl::StatusOr<Data> ApplyTrees(const TreeSettings& settings, const Data& X, Run& run);

// CSR of ones, {rows, nodes of all trees}: the nodes that each row passes, by scikit-learn's numbers of them, tree
// after tree, from the root on (sklearn/tree/_tree.pyx decision_path, 1.9).
absl::StatusOr<Data> DecisionPaths(const TreeSettings& settings, const Data& X, Run& run);

}  // namespace pratique
