// classes_ of a classifier of one output or several.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// classes_: an array, or a list of arrays of one dtype when there are several outputs; n_outputs is at least 1.
absl::StatusOr<Array<Values>> TakeOutputLabels(ImportContext& context, uint64_t n_outputs);

}  // namespace pratique
