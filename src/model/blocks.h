// A call of a method over many rows: in blocks, by several threads, within the limit of memory.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "model/graph.h"
#include "pratique/data.h"
#include "pratique/limits.h"
#include "pratique/model.h"
#include "state/arena.h"

namespace pratique {

// Takes the result of one block of rows, of which the first is `row` of X.
using TakeBlock = std::function<absl::Status(const Data& result, size_t row)>;

// Where the result of such a block, so many columns wide, may be written at once; nullptr: nowhere. From any thread.
using PlaceOfBlock = std::function<void*(DType dtype, size_t row, size_t cols)>;

// Runs `method` of the root over X, block by block, and hands the results to `take` one at a time, in the order of
// rows, whatever the number of threads; the first error in that order ends it. The caller's thread computes in `arena`,
// options.threads - 1 others in their own. Returns the bytes that one block took of `arena` at most. Throws
// std::bad_alloc when not even one row fits into limits.memory.
absl::StatusOr<size_t> RunInBlocks(const Graph& graph, const Limits& limits, Method method, const Data& X,
                                   const PredictOptions& options, const TakeBlock& take, const PlaceOfBlock& place,
                                   Arena& arena);

}  // namespace pratique
