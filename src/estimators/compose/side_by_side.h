// Results side by side: numpy.hstack and scipy.sparse.hstack.
#pragma once

#include "absl/status/statusor.h"
#include "compose_generated.h"
#include "model/run.h"
#include "pratique/data.h"

namespace pratique {

struct Block {
  Data data;
  double weight = 1;  // every value is multiplied by it, as numpy multiplies by Python's int or float
  fb::Weight kind = fb::Weight::None;
};

// The blocks, left to right, each of `rows` rows. The dtype is numpy's promotion of theirs; a frame counts as the array
// that pandas makes of it. sparse: CSR with sorted rows, where dense zeros are left out and stored ones
// kept; text is refused ("input.text"). Else dense, {rows, 0} without blocks; a frame of unnamed columns if any block
// holds text or mixes bools and numbers, as numpy then gives objects. A weight that
// a dtype of integers does not hold is refused ("input.weight"). kResourceExhausted: more columns than
// limits.output_columns.
absl::StatusOr<Data> SideBySide(std::span<const Block> blocks, size_t rows, bool sparse, Run& run);

}  // namespace pratique
