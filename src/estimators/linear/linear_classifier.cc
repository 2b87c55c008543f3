#include "estimators/linear/linear_classifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "kernels/arg_max.h"
#include "kernels/probabilities.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// The probabilities of one row, from its scores.
template <class T>
void Probabilities(fb::Probability rule, const T* scores, size_t n_classes, T* out) {
  switch (rule) {
    case fb::Probability::Sigmoid:
      out[1] = Sigmoid(scores[0]);
      out[0] = T{1} - out[1];
      return;
    case fb::Probability::SoftmaxOfPair:
      out[0] = -scores[0];
      out[1] = scores[0];
      return Softmax(std::span(out, 2));
    case fb::Probability::Softmax:
      std::copy_n(scores, n_classes, out);
      return Softmax(std::span(out, n_classes));
    case fb::Probability::NormalizedSigmoids:
      std::copy_n(scores, n_classes, out);
      return NormalizedSigmoids(std::span(out, n_classes));
    case fb::Probability::None:
      return;  // Infer took the method away
  }
}

}  // namespace

std::optional<Violation> LinearClassifier::Invariant() const {
  if (auto v = classes.Invariant("classes")) return v;
  if (classes.missing != fb::Missing::No)
    return Violation{"classes.missing", "labels", fb::EnumNameMissing(classes.missing), "No"};
  const size_t wanted = classes.size() == 2 ? 1 : classes.size();
  if (classes.size() < 2 || n_scores != wanted) {
    return Violation{"n_scores", "scores_of_classes",
                     absl::StrCat(n_scores, " scores for ", classes.size(), " classes"),
                     "1 score for 2 classes, else one a class"};
  }
  const bool of_pair = probability == fb::Probability::Sigmoid || probability == fb::Probability::SoftmaxOfPair;
  if (probability != fb::Probability::None && of_pair != (n_scores == 1)) {
    return Violation{"probability", "scores_of_classes", fb::EnumNameProbability(probability),
                     n_scores == 1 ? "Sigmoid or SoftmaxOfPair for 2 classes"
                                   : "Softmax or NormalizedSigmoids for 3 and more classes"};
  }
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("coef", fitted_dtype, coef)) return v;
  return invariant::FitsFloatDType("intercept", fitted_dtype, intercept);
}

absl::StatusOr<Signature> LinearClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = {&classes, 1};
  s.decision_columns = n_scores;
  s.has_methods = true;
  s.methods = {Method::kPredict, Method::kDecisionFunction};
  if (probability != fb::Probability::None) {
    s.methods.push_back(Method::kPredictProba);
    s.methods.push_back(Method::kPredictLogProba);
  }
  return s;
}

absl::StatusOr<Data> LinearClassifier::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData floats, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  return LinearScores(floats, coef, intercept, fitted_dtype, run);
}

absl::StatusOr<Data> LinearClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  return VisitDense(scores, [&](const auto& view) -> Data {
    std::span<double> labels = NewMatrix<double>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) {
      labels[i] = n_scores == 1 ? view.row(i)[0] > 0 : static_cast<double>(ArgMax(view.row(i), n_scores));
    }
    return MatrixView<double>{labels, view.rows, 1, 1};
  });
}

absl::StatusOr<Data> LinearClassifier::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  return VisitDense(scores, [&]<class T>(const MatrixView<T>& view) -> Data {
    const size_t n = classes.size();
    std::span<T> out = NewMatrix<T>(run, view.rows, n);
    for (size_t i = 0; i < view.rows; ++i) Probabilities(probability, view.row(i), n, &out[i * n]);
    return MatrixView<T>{out, view.rows, n, n};
  });
}

absl::StatusOr<Data> LinearClassifier::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return VisitDense(probabilities, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    Log(view.data.first(out.size()), out);
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

}  // namespace pratique
