// What a ColumnTransformer's user asks for as the columns of one transformer, as fit keeps it in transformers_.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Columns by position: integers, a mask or a slice (sklearn/utils/_indexing.py _safe_indexing). Or by name, or by
// something that holds names (a pandas Index): then an array cannot be selected from, and a frame is by other means.
struct Selection {
  bool by_position = false;
  std::vector<int64_t> numbers;  // as they stand there: -1 is the last column
  std::vector<bool> mask;        // one a column; empty where numbers or a slice select
  struct Slice {
    std::optional<int64_t> start, stop;
    int64_t step = 1;
  };
  std::optional<Slice> slice;

  // "state.unsupported_value" for what selects columns in no way that scikit-learn knows.
  static absl::StatusOr<Selection> Of(ImportContext& context, graph::Id columns);
  // The positions of n columns that are selected, in order; of a slice the first `most`, as it costs nothing to write.
  std::vector<int64_t> Positions(uint64_t n_columns, size_t most) const;
};

}  // namespace pratique
