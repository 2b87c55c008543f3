// The loss of boosted trees, of which predict reads the link.
#pragma once

#include "absl/status/statusor.h"
#include "boosting_generated.h"
#include "import/sklearn/import_context.h"
#include "type/values.h"

namespace pratique {

// The link of the attribute, an object of sklearn._loss.loss. Of a classifier it must be a loss that has predict_proba.
absl::StatusOr<fb::Link> LinkOfLoss(ImportContext& context, std::string_view attribute, bool is_classifier,
                                    uint32_t n_scores);

// The same of an object of sklearn.ensemble._hist_gradient_boosting.loss, before 1.1.
absl::StatusOr<fb::Link> LinkOfHistLoss(ImportContext& context, std::string_view attribute, bool is_classifier,
                                        uint32_t n_scores);

// The same of an object of sklearn.ensemble._gb_losses, up to 1.3, which says the number of scores, too.
struct OldLoss {
  fb::Link link;
  uint32_t n_scores;
};
absl::StatusOr<OldLoss> TakeOldLoss(ImportContext& context, std::string_view attribute, bool is_classifier);

// classes_: two of one score, one of each of three and more scores.
absl::StatusOr<Array<Values>> ClassesOfScores(ImportContext& context, uint32_t n_scores);

}  // namespace pratique
