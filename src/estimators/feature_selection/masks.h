// The mask of a selector from what fit left behind: get_support() of the release that wrote it.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"

namespace pratique {

using Mask = std::vector<bool>;  // one a feature: kept?

// SelectKBest, SelectPercentile, SelectFpr, SelectFdr, SelectFwe, and GenericUnivariateSelect by its mode: from scores_
// or pvalues_ (sklearn/feature_selection/_univariate_selection.py).
absl::StatusOr<Mask> UnivariateMask(ImportContext& context);

// VarianceThreshold: variances_ > threshold. What 1.0 did to constant columns, fit did to variances_.
absl::StatusOr<Mask> VarianceMask(ImportContext& context);

// SelectFromModel: from the importances of its estimator_, or of the estimator that was fitted before
// (sklearn/feature_selection/_from_model.py).
absl::StatusOr<Mask> ImportanceMask(ImportContext& context);

// support_ of RFE, RFECV and SequentialFeatureSelector.
absl::StatusOr<Mask> SupportMask(ImportContext& context);

// float32 numbers meet thresholds in float32 with one numpy and in float64 with another. The mask if it is the same in
// all ways; "state.unsupported_value" else.
absl::StatusOr<Mask> SameWhateverNumpy(ImportContext& context, std::string_view attribute,
                                       const std::vector<Mask>& masks);

}  // namespace pratique
