// LightGBM's wrappers and its Booster, as they are pickled: the same table as histogram-based boosting.
#pragma once

#include "absl/status/status.h"
#include "estimators/boosting/hist_boosting.h"
#include "import/sklearn/import_context.h"

namespace pratique {

absl::Status ImportLightGbm(ImportContext& context, HistBoosting& model);

}  // namespace pratique
