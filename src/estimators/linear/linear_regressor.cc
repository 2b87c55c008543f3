#include "estimators/linear/linear_regressor.h"

#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"

namespace pratique {

absl::StatusOr<Signature> LinearRegressor::Infer(const Children& children) const {
  if (absl::Status status = NoChildren(children); !status.ok()) return status;
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.n_outputs = n_outputs;
  s.one_dimensional = one_dimensional;
  return s;
}

absl::Status LinearRegressor::Import(ImportContext& context) {
  // coef_ is (n_features,) for one target, (n_targets, n_features) for several; y of shape (n, 1) gives (1, n_features),
  // for Ridge up to 1.5 and for LinearRegression always.
  absl::StatusOr<NdArray<double>> c = context.Doubles(context.Take("coef_"), "coef_");
  if (!c.ok()) return c.status();
  if (c->shape.empty() || c->shape.size() > 2) return context.Invalid("coef_", "another number of dimensions", "one or two dimensions");
  coef = c->values;
  one_dimensional = c->shape.size() == 1;
  n_outputs = one_dimensional ? 1 : static_cast<uint32_t>(c->shape[0]);
  fitted_dtype = context.FloatDType(context.Take("coef_"));
  // intercept_ is 0.0 for fit_intercept=False, also with several targets.
  absl::StatusOr<NdArray<double>> b = context.Doubles(context.Take("intercept_"), "intercept_");
  if (!b.ok()) return b.status();
  intercept = b->values;
  if (intercept.size() == 1 && n_outputs > 1 && b->shape.empty()) {
    std::span<double> repeated = context.arena().New<double>(n_outputs);
    for (double& value : repeated) value = b->values[0];
    intercept = repeated;
  }
  return context.ByName(this);
}

absl::StatusOr<Data> LinearRegressor::Predict(const Data& X, Run& run) const {
  absl::StatusOr<Data> x = CheckArray(X, run);
  if (!x.ok()) return x.status();
  return LinearScores(*x, coef, intercept, fitted_dtype, run);
}

}  // namespace pratique
