#include "estimators/linear/fitted_arrays.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {
namespace {

// intercept_ is one number an output; 0.0 for fit_intercept=False, whatever the number of outputs.
absl::StatusOr<Array<double>> Intercept(ImportContext& context, graph::Id id, size_t n_outputs) {
  ASSIGN_OR_RETURN(NdArray<double> intercept, context.Doubles(id, "intercept_"));
  if (intercept.shape.empty()) {
    std::span<double> repeated = context.arena().NewUninitialized<double>(n_outputs);
    std::ranges::fill(repeated, intercept.values[0]);
    return Array<double>(repeated);
  }
  if (intercept.shape.size() != 1 || intercept.values.size() != n_outputs) {
    return context.Invalid("intercept_", absl::StrCat(intercept.values.size(), " values"),
                           absl::StrCat(n_outputs, " values or a number"));
  }
  return intercept.values;
}

}  // namespace

absl::StatusOr<LinearArrays> TakeLinearArrays(ImportContext& context) {
  const graph::Id coef_id = context.Take("coef_"), intercept_id = context.Take("intercept_");
  ASSIGN_OR_RETURN(NdArray<double> coef, context.Doubles(coef_id, "coef_"));
  LinearArrays arrays;
  if (coef.shape.empty() || coef.shape.size() > 2) {
    return context.Invalid("coef_", absl::StrCat("an array of ", coef.shape.size(), " dimensions"),
                           "one or two dimensions");
  }
  arrays.one_dimensional = coef.shape.size() == 1;
  const uint64_t n_outputs = arrays.one_dimensional ? 1 : coef.shape[0];
  if (n_outputs == 0 || n_outputs > UINT32_MAX)
    return context.Invalid("coef_", absl::StrCat(n_outputs, " rows"), "at least one");
  arrays.n_outputs = static_cast<uint32_t>(n_outputs);
  arrays.coef = coef.values;
  arrays.dtype = context.FloatDType(coef_id);
  ASSIGN_OR_RETURN(Array<double> intercept, Intercept(context, intercept_id, n_outputs));
  arrays.intercept = intercept;
  // A plain Python number takes on coef_'s dtype; a float64 array would make the sum, but not the product, float64.
  const bool typed = context.graph()[intercept_id].kind == graph::Kind::kArray;
  if (arrays.dtype == fb::DType::Float32 && typed && context.FloatDType(intercept_id) != fb::DType::Float32) {
    return context.Unsupported("intercept_", "float64 beside a float32 coef_",
                               "Fit and save the model with one dtype.");
  }
  return arrays;
}

}  // namespace pratique
