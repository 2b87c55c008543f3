#include "estimators/tree/missing.h"

#include <algorithm>

#include "estimators/tree/changes.h"

namespace pratique {

bool AcceptsMissing(const MissingSettings& s) {
  constexpr std::string_view kCriteria[] = {"gini", "log_loss", "entropy", "squared_error", "friedman_mse", "poisson"};
  const Change& first = s.is_forest ? release_1_4::kForestsTakeMissing : release_1_3::kTreesTakeMissing;
  if (!first.IsIn(s.version)) return false;
  const bool criterion = std::ranges::find(kCriteria, s.criterion) != std::ranges::end(kCriteria);
  if (!release_1_6::kRandomSplitsTakeMissing.IsIn(s.version))
    return s.splitter == "best" && criterion && !s.has_monotonic_cst;
  const bool splitter = s.splitter == "random" || (s.splitter == "best" && !s.is_extra);
  return splitter && (release_1_9::kAnyCriterionTakesMissing.IsIn(s.version) || (criterion && !s.has_monotonic_cst));
}

}  // namespace pratique
