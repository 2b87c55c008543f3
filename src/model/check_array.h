// scikit-learn's check_array (sklearn/utils/validation.py, 1.9): width, names, NaN, infinity, casts.
//
// Called by every estimator first thing, as scikit-learn's do; what each admits is declared where it is called.
#pragma once

#include "absl/status/statusor.h"
#include "model/run.h"
#include "pratique/data.h"

namespace pratique {

enum class Finite : uint8_t { kRequired, kAllowNaN, kAny };

// X as a dense matrix of T with run.signature().n_features_in columns. T float: doubles are rounded to nearest, and one
// that overflows is an infinity. A frame of numeric columns becomes a matrix; one of strings is refused by column and
// row. CSR is made dense only when `densify` (the kernels that never see zeros apart); else it is refused.
template <class T>
absl::StatusOr<MatrixView<T>> CheckDense(const Data& X, Run& run, Finite finite = Finite::kRequired,
                                         bool densify = false);

// X for the estimators that keep its dtype or its sparsity: dense or CSR of float or double, checked the same way; a
// frame becomes a matrix (float32 only when all its columns are).
absl::StatusOr<Data> CheckArray(const Data& X, Run& run, Finite finite = Finite::kRequired);

// The columns of a frame that stand for features 0, 1, ...: by name when both sides have names, else by position. Their
// number is the fitted width; the estimator reads each by its own type.
absl::StatusOr<std::span<const Column>> FeatureColumns(const FrameView& frame, Run& run);

// Only the width (and, for a frame against fitted names, names and order).
absl::Status CheckWidth(const Data& X, const Run& run);

}  // namespace pratique
