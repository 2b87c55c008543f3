#include "estimators/linear/linear_classifier.h"

#include <cmath>
#include <variant>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "model/check_array.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// What np.argmax gives: the first maximum; a NaN is above everything.
template <class T>
size_t ArgMax(const T* row, size_t n) {
  size_t best = 0;
  for (size_t k = 0; k < n; ++k) {
    if (std::isnan(row[k])) return k;
    if (row[k] > row[best]) best = k;
  }
  return best;
}

template <class T>
T Sigmoid(T x) {  // scipy.special.expit
  return T{1} / (T{1} + std::exp(-x));
}

// sklearn.utils.extmath.softmax, in place.
template <class T>
void Softmax(T* row, size_t n) {
  T max = row[ArgMax(row, n)], sum = 0;
  for (size_t k = 0; k < n; ++k) sum += row[k] = std::exp(row[k] - max);
  for (size_t k = 0; k < n; ++k) row[k] /= sum;
}

template <class T>
void NormalizedSigmoids(T* row, size_t n) {
  T sum = 0;
  for (size_t k = 0; k < n; ++k) sum += row[k] = Sigmoid(row[k]);
  for (size_t k = 0; k < n; ++k) row[k] /= sum;
}

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
      return Softmax(out, 2);
    case fb::Probability::Softmax:
      std::copy_n(scores, n_classes, out);
      return Softmax(out, n_classes);
    case fb::Probability::NormalizedSigmoids:
      std::copy_n(scores, n_classes, out);
      return NormalizedSigmoids(out, n_classes);
    case fb::Probability::None:
      return;  // Infer took the method away
  }
}

// f(view) of a dense result of LinearScores.
template <class F>
Data Visit(const Data& scores, F f) {
  if (auto* floats = std::get_if<MatrixView<float>>(&scores)) return f(*floats);
  return f(std::get<MatrixView<double>>(scores));
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
  ASSIGN_OR_RETURN(Data checked, CheckArray(X, run));
  return LinearScores(checked, coef, intercept, fitted_dtype, run);
}

absl::StatusOr<Data> LinearClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  return Visit(scores, [&](const auto& view) -> Data {
    std::span<double> labels = NewMatrix<double>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) {
      labels[i] = n_scores == 1 ? view.row(i)[0] > 0 : static_cast<double>(ArgMax(view.row(i), n_scores));
    }
    return MatrixView<double>{labels, view.rows, 1, 1};
  });
}

absl::StatusOr<Data> LinearClassifier::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  return Visit(scores, [&]<class T>(const MatrixView<T>& view) -> Data {
    const size_t n = classes.size();
    std::span<T> out = NewMatrix<T>(run, view.rows, n);
    for (size_t i = 0; i < view.rows; ++i) Probabilities(probability, view.row(i), n, &out[i * n]);
    return MatrixView<T>{out, view.rows, n, n};
  });
}

absl::StatusOr<Data> LinearClassifier::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return Visit(probabilities, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, view.cols);
    for (size_t i = 0; i < out.size(); ++i) out[i] = std::log(view.data[i]);
    return MatrixView<T>{out, view.rows, view.cols, view.cols};
  });
}

}  // namespace pratique
