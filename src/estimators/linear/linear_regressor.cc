#include "estimators/linear/linear_regressor.h"

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "estimators/linear/fitted_arrays.h"
#include "model/check_array.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> LinearRegressor::Invariant() const {
  if (one_dimensional && n_outputs != 1) {
    return Violation{"one_dimensional", "one_output", absl::StrCat("true with ", n_outputs, " outputs"),
                     "true for one output only"};
  }
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("coef", fitted_dtype, coef)) return v;
  return invariant::FitsFloatDType("intercept", fitted_dtype, intercept);
}

absl::StatusOr<Signature> LinearRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.n_outputs = n_outputs;
  s.one_dimensional = one_dimensional;
  return s;
}

absl::Status LinearRegressor::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(LinearArrays arrays, TakeLinearArrays(context));
  coef = arrays.coef;
  intercept = arrays.intercept;
  n_outputs = arrays.n_outputs;
  one_dimensional = arrays.one_dimensional;
  fitted_dtype = arrays.dtype;
  return context.ByName(this);
}

absl::StatusOr<Data> LinearRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  return LinearScores(floats, coef, intercept, fitted_dtype, run);
}

}  // namespace pratique
