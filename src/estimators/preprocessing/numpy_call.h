// Functions of numpy that work on each number by itself: what a call of one gives, and in which dtype.
#pragma once

#include <optional>
#include <string_view>

#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/run.h"
#include "preprocessing_generated.h"
#include "state/bind.h"
#include "state/violation.h"

namespace pratique {

// Law of dtype: numpy's. Floats keep theirs; of integers of 8, 16 and more bits most functions make floats of 16, 32
// and
// 64. Logarithms, powers and angles are libm's (kernels/log.h, kernels/exp.h), from which numpy's own differ by few
// steps of the last bit.
struct NumpyCall {
  using Schema = fb::Call;
  BOOST_HANA_DEFINE_STRUCT(NumpyCall, (fb::Function, function), (Array<double>, arguments), (bool, whole));

  std::optional<Violation> Invariant(std::string_view field) const;
  // Parameters such as func and kw_args.
  absl::Status Import(ImportContext& context, std::string_view func, std::string_view kw_args);
  // `numpy_2`: Floor, Ceil and Trunc give integers for integers, and Clip keeps a -0 where a bound is 0.
  absl::StatusOr<Data> OfArray(const NumericData& X, bool numpy_2, Run& run) const;
  // Column by column, as pandas does; NanToNum makes an array of the frame.
  absl::StatusOr<Data> OfFrame(const FrameView& X, bool numpy_2, Run& run) const;
};

}  // namespace pratique
