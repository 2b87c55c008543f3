// From rows of X to the codes that histogram-based trees compare.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "estimators/boosting/hist_boosting.h"

namespace pratique {

// The codes of all rows; Code as has_wide_codes says. X is checked as _preprocess_X does
// (sklearn/ensemble/_hist_gradient_boosting/gradient_boosting.py, 1.9): numbers of any kind, NaN and infinity among
// them; in categorical columns no infinity, unless they are `truncated`.
template <class Code>
absl::StatusOr<CodeMatrix<Code>> CodesOf(const HistBoosting& model, const Data& X, Run& run);

// X as numbers, where it holds no categories of a frame. Only LightGBM takes CSR, in which what is not stored is 0.
absl::StatusOr<MatrixView<double>> CheckCells(const Data& X, Run& run);

}  // namespace pratique
