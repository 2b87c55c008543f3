#include "estimators/linear/linear_classifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "estimators/linear/intercept.h"
#include "kernels/probabilities.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/class_indexes.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// From the scores of all rows, one a class, to probabilities in their place.
template <class T>
void OfClasses(fb::Probability rule, std::span<T> x, size_t n_classes) {
  const auto each_row = [&](auto f) {
    for (size_t i = 0; i < x.size(); i += n_classes) f(x.subspan(i, n_classes));
  };
  switch (rule) {
    case fb::Probability::SoftmaxOfPair:
    case fb::Probability::Softmax:
      return SoftmaxOfRows(x, n_classes);
    case fb::Probability::NormalizedSigmoids:
      return NormalizedSigmoids(x, n_classes);
    case fb::Probability::NormalizedSigmoidsOrUniform:
      Sigmoids(x);
      return each_row([](std::span<T> row) { NormalizeOrUniform(row); });
    case fb::Probability::ModifiedHuber:
      for (T& p : x) p = ModifiedHuber(p);
      return each_row([](std::span<T> row) { NormalizeOrUniform(row); });
    case fb::Probability::Sigmoid:  // of one score
    case fb::Probability::None:     // Infer took the method away
      return;
  }
}

// The probabilities of all rows of `scores`, in Out.
template <class Out, class T>
Data NewProbabilities(fb::Probability rule, const MatrixView<T>& scores, size_t n_classes, Run& run) {
  std::span<Out> out = NewMatrix<Out>(run, scores.rows, n_classes);
  const std::span<const T> given = scores.data.first(scores.rows * scores.cols);  // LinearScores': without gaps
  if (scores.cols != 1 || rule == fb::Probability::SoftmaxOfPair) {
    if (scores.cols != 1) {
      std::ranges::copy(given, out.begin());
    } else {
      for (size_t i = 0; i < scores.rows; ++i) {
        out[2 * i] = -given[i];
        out[2 * i + 1] = given[i];
      }
    }
    OfClasses(rule, out, n_classes);
  } else {
    std::span<Out> second = run.arena.NewUninitialized<Out>(scores.rows);
    std::ranges::copy(given, second.begin());
    if (rule == fb::Probability::Sigmoid) {
      Sigmoids(second);
    } else {
      for (Out& p : second) p = ModifiedHuber(p);
    }
    for (size_t i = 0; i < scores.rows; ++i) {
      out[2 * i] = Out{1} - second[i];
      out[2 * i + 1] = second[i];
    }
  }
  return MatrixView<Out>{out, scores.rows, n_classes, n_classes};
}

// Of one score for two classes, or of one a class, or of either?
bool FitsScores(fb::Probability rule, bool one_score) {
  switch (rule) {
    case fb::Probability::None:
    case fb::Probability::ModifiedHuber:
      return true;
    case fb::Probability::Sigmoid:
    case fb::Probability::SoftmaxOfPair:
      return one_score;
    default:
      return !one_score;
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
  if (!FitsScores(probability, n_scores == 1)) {
    return Violation{"probability", "scores_of_classes", fb::EnumNameProbability(probability),
                     n_scores == 1 ? "one of two classes" : "one of three and more classes"};
  }
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("coef", fitted_dtype, coef)) return v;
  if (auto v = CheckIntegers(integers, fitted_dtype, coef, intercept)) return v;
  return CheckIntercept(fitted_dtype, float64_intercept, intercept);
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
  return integers ? IntegerScores(X, coef, intercept, run) : Scores(X, run);
}

absl::StatusOr<Data> LinearClassifier::Scores(const Data& X, Run& run) const {
  return CheckedLinearScores(X, coef, intercept, fitted_dtype, run, float64_intercept, run.Prepared<LinearWeights>());
}

const void* LinearClassifier::Prepare(Arena& arena) const {
  return integers || float64_intercept ? nullptr : LayOut(coef, intercept.size(), fitted_dtype, arena);
}

absl::StatusOr<Data> LinearClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, Scores(X, run));
  return VisitDense(scores, [&](const auto& view) { return ChosenByScores(view, 0, run); });
}

absl::StatusOr<Data> LinearClassifier::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, Scores(X, run));
  return VisitDense(scores, [&]<class T>(const MatrixView<T>& view) -> Data {
    // SGDClassifier writes the modified Huber probabilities of two classes into a float64 array.
    if (probability == fb::Probability::ModifiedHuber && n_scores == 1)
      return NewProbabilities<double>(probability, view, classes.size(), run);
    return NewProbabilities<T>(probability, view, classes.size(), run);
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
