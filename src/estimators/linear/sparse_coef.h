// coef_ as sparsify() leaves it.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Is the value a scipy.sparse matrix of compressed rows?
bool IsSparseRows(const graph::Graph& graph, graph::Id value);

// Its dense array of two dimensions. Entries of one place are summed, as scipy does. kUnsupported when that would be
// far more than the file holds.
absl::StatusOr<NdArray<double>> DenseOfSparse(ImportContext& context, graph::Id value, std::string_view attribute);

// The dtype of its entries.
fb::DType SparseDType(const ImportContext& context, graph::Id value);

}  // namespace pratique
