// scikit-learn's check_array (sklearn/utils/validation.py, 1.9): width, names, NaN, infinity, casts.
//
// Called by every estimator first thing, as scikit-learn's do; what each admits is declared where it is called.
#pragma once

#include <optional>
#include <variant>

#include "absl/status/statusor.h"
#include "model/run.h"
#include "pratique/data.h"

namespace pratique {

enum class Finite : uint8_t { kRequired, kAllowNaN, kAny };

// X as CSR?
bool IsSparse(const Data& X);

// Numbers, dense or CSR; of any dtype, and floats only.
using NumericData = std::variant<MatrixView<double>, MatrixView<float>, MatrixView<int64_t>, MatrixView<uint64_t>,
                                 CsrView<double>, CsrView<float>, CsrView<int64_t>, CsrView<uint64_t>>;
using FloatData = std::variant<MatrixView<double>, MatrixView<float>, CsrView<double>, CsrView<float>>;
inline Data AsData(const auto& numbers) {
  return std::visit([](const auto& x) -> Data { return x; }, numbers);
}

// X as a dense matrix of T (double or float) with run.signature().n_features_in columns. Each number is rounded to the
// nearest T once, and one that overflows is an infinity; a frame becomes the array that pandas makes of it first. A
// frame with text is refused by column and row. CSR is made dense only when `densify` (the kernels that never see zeros
// apart); else it is refused.
template <class T>
absl::StatusOr<MatrixView<T>> CheckDense(const Data& X, Run& run, Finite finite = Finite::kRequired,
                                         bool densify = false);

// X with the dtype that it has, checked the same way: dtype="numeric" and dtype=None. A frame becomes the array that
// pandas makes of it; what pandas makes objects of, without text, becomes float64.
absl::StatusOr<NumericData> CheckNumbers(const Data& X, Run& run, Finite finite = Finite::kRequired);

// X as floats: dtype=FLOAT_DTYPES, where all but floats of the processor's byte order becomes float64. `fitted` is for
// the estimators that multiply X as it is by an array of that dtype: numpy promotes small integers beside float32 to
// float32.
absl::StatusOr<FloatData> CheckFloats(const Data& X, Run& run, Finite finite = Finite::kRequired,
                                      std::optional<DType> fitted = std::nullopt);

// The columns of a frame that stand for features 0, 1, ...: by name when both sides have names, else by position. Their
// number is the fitted width; the estimator reads each by its own type.
absl::StatusOr<std::span<const Column>> FeatureColumns(const FrameView& frame, Run& run);

// Calls f(frame, inner) with the columns `which` of a frame as a frame of its own, without names, and a run of as many
// features.
template <class F>
auto WithColumns(std::span<const Column> columns, std::span<const uint32_t> which, size_t rows, Run& run, F f) {
  const std::span<Column> kept = run.arena.New<Column>(which.size());
  for (size_t k = 0; k < kept.size(); ++k) kept[k] = columns[which[k]];
  Signature signature;
  signature.n_features_in = which.size();
  const Estimator self{run.self->type, run.self->state, &signature, run.self->children};
  Run inner{run.arena, run.limits, &self, run.first_row, run.n_rows};
  return f(FrameView{rows, kept}, inner);
}

// scikit-learn takes X for an array of objects where it leaves the dtype as it is: a frame of which a column is text or
// other objects, and none is pandas' own numbers, for which check_array makes float64 of all.
bool IsOfObjects(const Data& X);

// The refusal of CSR: "input.sparse".
absl::Status TakesDenseOnly();

// Only the width (and, for a frame against fitted names, names and order).
absl::Status CheckWidth(const Data& X, const Run& run);

}  // namespace pratique
