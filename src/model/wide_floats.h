// scikit-learn's check_array with dtype=[np.float64, np.float32], and the refusal of float16 where each step would
// round.
#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {

inline bool IsFloat16(const FloatData& x) {
  return std::visit([](const auto& view) { return view.dtype == DType::kFloat16; }, x);
}

// CheckFloats, but that float16 is not of the list and becomes float64, too; so do all integers, whatever the fit was
// of.
inline absl::StatusOr<FloatData> CheckWideFloats(const Data& X, Run& run, Finite finite = Finite::kRequired) {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run, finite));
  if (!IsFloat16(x)) return x;
  return Floats(AsDoubles(AsData(x), run));
}

// "input.dtype" for float16, which numpy would round to after each step.
inline absl::Status RefuseFloat16(const FloatData& x, const Run& run) {
  if (!IsFloat16(x)) return absl::OkStatus();
  return BadInput("input.dtype",
                  absl::StrCat(std::string(run.self->type->short_name()),
                               " of float16, which numpy rounds to after each step, is not supported"),
                  "float16", "float32 or float64");
}

}  // namespace pratique
