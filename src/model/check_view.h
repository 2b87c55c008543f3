// Every view of a caller against the memory that was given with it, before anything is read through it.
#pragma once

#include "absl/status/status.h"
#include "pratique/data.h"
#include "pratique/limits.h"
#include "pratique/model.h"

namespace pratique {

// X has rows, at most limits.rows, and columns; it is records, and images, if, and only if, `wanted` are. The extents,
// strides, offsets and column indexes of its views lie inside of their memory; the columns of each row of CSR differ.
// Takes time for CSR and frames, none for a dense array. What the numbers are is the estimators' matter
// (check_array.h).
absl::Status CheckView(const Data& X, RowsAre wanted, const Limits& limits);

}  // namespace pratique
