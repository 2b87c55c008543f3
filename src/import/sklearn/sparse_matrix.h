// scipy's sparse matrices as attributes of estimators.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Compressed sparse rows, sorted by column, without duplicates; rows and columns as scipy says.
struct SparseMatrix {
  uint64_t rows = 0, cols = 0;
  Array<uint32_t> indptr;   // rows + 1
  Array<uint32_t> indices;  // each below cols, ascending in a row
  Array<double> data;
};

// The csr_matrix or csr_array `id` (scipy/sparse/_compressed.py, 1.7 to 1.17). Other formats are refused by name;
// indexes that do not fit its shape are invalid.
absl::StatusOr<SparseMatrix> TakeSparseMatrix(ImportContext& context, graph::Id id, std::string_view attribute);

// The same as a dense array; charged to the arena.
absl::StatusOr<NdArray<double>> DenseOf(const SparseMatrix& matrix, Arena& arena);

// The diagonal of a square matrix that has nothing else.
absl::StatusOr<Array<double>> TakeDiagonal(ImportContext& context, graph::Id id, std::string_view attribute);

}  // namespace pratique
