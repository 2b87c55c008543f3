#include "estimators/tree/missing.h"

#include <algorithm>

namespace pratique {

bool AcceptsMissing(const MissingSettings& s) {
  constexpr std::string_view kCriteria[] = {"gini", "log_loss", "entropy", "squared_error", "friedman_mse", "poisson"};
  const Version release{s.version.major, s.version.minor, 0};
  // 1.3: single trees, extra ones too when they split by "best"; 1.4: forests.
  if (release < Version{1, s.is_forest ? 4 : 3, 0}) return false;
  const bool criterion = std::ranges::find(kCriteria, s.criterion) != std::ranges::end(kCriteria);
  if (release < Version{1, 6, 0}) return s.splitter == "best" && criterion && !s.has_monotonic_cst;
  // 1.6: random splits; extra trees only with those.
  const bool splitter = s.splitter == "random" || (s.splitter == "best" && !s.is_extra);
  if (release < Version{1, 9, 0}) return splitter && criterion && !s.has_monotonic_cst;
  // 1.9: whatever the criterion and the constraints.
  return splitter;
}

}  // namespace pratique
