// X of tree models: float32 rows, few at a time where X is sparse.
#pragma once

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {

// X is checked as scikit-learn does (sklearn/tree/_classes.py _validate_X_predict, 1.9): cast to float32, NaN only in
// dense X and only as `finite` says; an absent entry of a sparse X is 0.0. Calls use(dense rows as float32, the first
// one's place in X) over all of X, checked; what it returns ends the loop.
template <class Use>
absl::Status ForDenseRows(Finite finite, const Data& X, Run& run, Use use) {
  if (!IsSparse(X)) {
    ASSIGN_OR_RETURN(auto dense, CheckDense<float>(X, run, finite));
    return use(dense, size_t{0});
  }
  // Floats that a sparse input may become at once: they stay in cache.
  constexpr size_t kDenseFloats = size_t{1} << 18;
  // A few rows at a time, in memory of their own: sparse inputs can be very wide.
  const size_t rows = Rows(X);
  const size_t step = std::clamp<size_t>(kDenseFloats / std::max<size_t>(Cols(X), 1), 1, std::max<size_t>(rows, 1));
  Arena arena;
  Run part{arena, run.limits, run.self};
  std::vector<Column> columns;
  for (size_t begin = 0; begin == 0 || begin < rows; begin += step) {
    arena.Reset();
    part.first_row = run.first_row + begin;
    ASSIGN_OR_RETURN(auto dense, CheckDense<float>(Slice(X, begin, std::min(begin + step, rows), columns), part,
                                                   Finite::kRequired, /*densify=*/true));
    RETURN_IF_ERROR(use(dense, begin));
  }
  return absl::OkStatus();
}

}  // namespace pratique
