// The result of a method as one document, as golden samples hold it and as scikit-learn's users save it.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pratique/data.h"
#include "pratique/limits.h"

namespace pratique {

// .npy for one array (numpy.save); .npz for a list of arrays (numpy.savez(file, *arrays): arr_0, arr_1, ...) and for a
// sparse matrix (scipy.sparse.save_npz). output.format for a result that mixes text and numbers.
absl::StatusOr<std::string> ResultDocument(const Output& output);

// Such a document read back. Arrays have one or two dimensions; their numbers come as float32 or float64.
absl::StatusOr<Output> ReadResult(std::string_view document, const Limits& limits);

}  // namespace pratique
