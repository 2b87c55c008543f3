// X[:, columns], as sklearn.utils._safe_indexing.
#pragma once

#include "absl/status/statusor.h"
#include "model/run.h"
#include "pratique/data.h"

namespace pratique {

// Where each of n features of the fit stands in X: the position itself; or, for a frame of named columns against fitted
// names, found by name: extra columns and any order are fine, and so is the absence of a column that is not in `needed`
// (sklearn/compose/_column_transformer.py transform, 1.9). "input.width", "input.missing_column".
absl::StatusOr<std::span<const uint32_t>> PositionsOf(const Data& X, uint64_t n, Strings names, Array<uint32_t> needed,
                                                      Run& run);

// The columns `columns` of X, in that order, repeated if they repeat; each below positions.size() and each found by
// PositionsOf. Dense columns that stand in a row are borrowed from X, others are copied; frames are always borrowed.
Data SelectColumns(const Data& X, Array<uint32_t> columns, std::span<const uint32_t> positions, Run& run);

}  // namespace pratique
