#include "estimators/linear/linear_regressor.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/linear/changes.h"
#include "estimators/linear/dot.h"
#include "estimators/linear/fitted_arrays.h"
#include "estimators/linear/intercept.h"
#include "import/sklearn/needed.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/wide_floats.h"
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
  if (auto v = CheckIntegers(integers, fitted_dtype, coef, intercept)) return v;
  if (auto v = CheckIntercept(fitted_dtype, float64_intercept, intercept)) return v;
  return CheckStd();
}

absl::StatusOr<Signature> LinearRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.n_outputs = n_outputs;
  s.one_dimensional = one_dimensional;
  s.has_methods = true;
  s.methods = {Method::kPredict};
  if (has_std()) s.methods.push_back(Method::kPredictStd);
  return s;
}

namespace {

// The link of a generalized linear model is that of the loss it was fitted with: predict asks _base_loss.link; before
// 1.1, _link_instance.
absl::StatusOr<fb::GlmLink> TakeLink(ImportContext& context) {
  const graph::Graph& graph = context.graph();
  const bool own = context.Predates(release_1_1::kLossHoldsLink);
  const std::string_view attribute = own ? "_link_instance" : "_base_loss";
  const graph::Id taken = context.Take(attribute);
  if (taken == graph::kNoId) return context.SavedAgain(attribute);
  const graph::Id link = own ? taken : graph.Find(taken, "link");
  const std::string_view module = own ? "sklearn.linear_model._glm.link" : "sklearn._loss.link";
  if (link != graph::kNoId && graph[link].kind == graph::Kind::kObject && graph[link].module == module) {
    if (graph[link].name == "IdentityLink") return fb::GlmLink::Identity;
    if (graph[link].name == "LogLink") return fb::GlmLink::Log;
  }
  return context.Unsupported(attribute, "a loss without a link of scikit-learn's", "Links are identity and log.");
}

// predict flattens what it gives, so that coef_ may be of one row.
bool Flattens(std::string_view class_name) {
  return class_name == "SGDRegressor" || class_name == "PassiveAggressiveRegressor";
}

bool IsGeneralized(std::string_view class_name) {
  return class_name == "GammaRegressor" || class_name == "PoissonRegressor" || class_name == "TweedieRegressor";
}

bool IsBayesian(std::string_view class_name) { return class_name == "ARDRegression" || class_name == "BayesianRidge"; }

}  // namespace

absl::Status LinearRegressor::Import(ImportContext& context) {
  // Since 1.6 whoever asks for its tags reads it.
  if (context.class_name() == "LinearRegression" && !context.Has("positive")) return context.SavedAgain("positive");
  if (context.class_name() == "PoissonRegressor" && context.sklearn() >= Version{1, 9, 0})  // the same of it
    RETURN_IF_ERROR(CheckNeeded(context, {"solver"}));
  ASSIGN_OR_RETURN(LinearArrays arrays, TakeLinearArrays(context));
  arrays.Fill(*this);
  n_outputs = arrays.n_outputs;
  one_dimensional = arrays.one_dimensional || (Flattens(context.class_name()) && n_outputs == 1);
  if (IsGeneralized(context.class_name())) {
    if (!one_dimensional)
      return context.Unsupported("coef_", "two dimensions", "fit leaves one: set it back, or fit it again.");
    ASSIGN_OR_RETURN(fb::GlmLink fitted_link, TakeLink(context));
    link = fitted_link;
  }
  if (IsBayesian(context.class_name())) RETURN_IF_ERROR(ImportStd(context));
  return context.ByName(this);
}

absl::StatusOr<Data> LinearRegressor::Predict(const Data& X, Run& run) const {
  if (integers && link == fb::GlmLink::Identity) return IntegerScores(X, coef, intercept, run);
  Data scores;
  if (IsGeneralized(run.self->type->short_name())) {
    ASSIGN_OR_RETURN(const FloatData floats, CheckWideFloats(X, run));
    scores = LinearScores(floats, coef, intercept, fitted_dtype, run, float64_intercept);
  } else {
    ASSIGN_OR_RETURN(scores, CheckedLinearScores(X, coef, intercept, fitted_dtype, run, float64_intercept));
  }
  if (link == fb::GlmLink::Identity) return scores;
  return VisitDense(scores, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    for (size_t i = 0; i < out.size(); ++i) out[i] = std::exp(view.data[i]);
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

}  // namespace pratique
