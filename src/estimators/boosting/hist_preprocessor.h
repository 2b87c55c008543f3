// The ColumnTransformer that histogram-based boosting keeps for its categories, since 1.4.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"
#include "type/values.h"

namespace pratique {

// What encoding needs of it; all else is as _preprocess_X makes it
// (sklearn/ensemble/_hist_gradient_boosting/gradient_boosting.py, 1.4 to 1.9), or refused by name.
struct HistPreprocessor {
  std::vector<uint32_t> categorical;  // features of X
  std::vector<uint32_t> numeric;      // all others
  Array<Values> categories;           // of each categorical feature

  // `id`: the attribute _preprocessor, not None. `names`: feature_names_in_ of the model.
  static absl::StatusOr<HistPreprocessor> Read(ImportContext& context, graph::Id id, uint32_t n_features,
                                               Strings names);
};

}  // namespace pratique
