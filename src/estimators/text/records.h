// X as records.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "model/run.h"
#include "pratique/data.h"

namespace pratique {

// Dicts: records of entries; a frame's rows with the names of its columns as keys, as pandas' to_dict("records").
absl::StatusOr<Records> Dicts(const Data& X, Run& run);
// Records whose items are all of this form.
absl::StatusOr<Records> RecordsOf(const Data& X, Item::Form form, Run& run);

// Item k of row i cannot be had.
absl::Status BadItem(const Item& item, size_t row, std::string_view expected);

}  // namespace pratique
