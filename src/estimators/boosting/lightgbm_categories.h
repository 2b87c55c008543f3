// LightGBM's categorical splits as codes: categories that are integers, or those of a frame's columns.
#pragma once

#include <array>
#include <vector>

#include "absl/status/statusor.h"
#include "estimators/boosting/hist_boosting.h"
#include "estimators/boosting/lightgbm_text.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Gives the model its categories, and what is missing beside NaN; the result is each of the text's sets as codes of
// them. `pandas`: what the Booster keeps as pandas_categorical, which must be what the text says; kNoId: only the text
// says it.
absl::StatusOr<std::vector<std::array<uint32_t, 8>>> ImportCategories(ImportContext& context, const LightGbmText& text,
                                                                      graph::Id pandas, HistBoosting& model);

}  // namespace pratique
