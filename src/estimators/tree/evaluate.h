// What the tree models share at predict: input as float32, and the sums over their blocks.
#pragma once

#include <span>

#include "absl/status/statusor.h"
#include "estimators/tree/tree_block.h"
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

// The TreeBlocks that run.self owns: the first of its children.
std::span<const Estimator* const> BlocksOf(const Run& run);
const TreeBlock& BlockOf(const Estimator* child);

// The values of all trees that run.self owns, for every row of X, in run.arena. X is checked as
// ForDenseRows does; NaN only where accepted.
absl::StatusOr<TreeValues> EvaluateTrees(const TreeSettings& settings, const Data& X, Run& run);

// What Infer says of apply and decision_path.
void InferPaths(const Children& children, bool averaged, Signature& signature);

// scikit-learn's numbers of the leaves, {rows, trees}; X as for EvaluateTrees.
absl::StatusOr<Data> ApplyTrees(const TreeSettings& settings, const Data& X, Run& run);

// CSR of ones, {rows, nodes of all trees}: the nodes that each row passes, by scikit-learn's numbers of them, tree
// after tree, from the root on (sklearn/tree/_tree.pyx decision_path, 1.9).
absl::StatusOr<Data> DecisionPaths(const TreeSettings& settings, const Data& X, Run& run);

}  // namespace pratique
