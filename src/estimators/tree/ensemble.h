// From a pickled tree model to the TreeBlocks that it owns here.
#pragma once

#include <vector>

#include "estimators/tree/block_builder.h"
#include "estimators/tree/fitted_tree.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Forests sum and divide; single trees are their own only tree.
bool IsForest(std::string_view class_name);

// Reads the trees of context.object() (its tree_, or the tree_ of each of its estimators_), proves them, and hands the
// blocks to the context as children. Each tree of a forest must say the same of itself as `expected` says of the
// forest, and hold class indexes where the forest holds labels. Returns whether NaN is accepted.
absl::StatusOr<bool> ImportTrees(ImportContext& context, const TreeExpectations& expected);

// Hands the finished blocks to the context as children.
void OwnBlocks(ImportContext& context, BlockBuilder& builder);

}  // namespace pratique
