// How the releases of scikit-learn say which probabilities a linear classifier gives.
#include "absl/strings/str_cat.h"
#include "estimators/linear/changes.h"
#include "estimators/linear/fitted_arrays.h"
#include "estimators/linear/linear_classifier.h"
#include "status_macros.h"

namespace pratique {
namespace {

absl::StatusOr<std::string_view> TextOr(ImportContext& context, std::string_view attribute,
                                        std::string_view otherwise) {
  const graph::Id id = context.Take(attribute);
  if (id == graph::kNoId) return otherwise;
  return context.String(id, attribute);
}

// LogisticRegression.predict_proba up to 1.7: is it one-vs-rest? The releases differ in which solvers force it.
absl::StatusOr<bool> IsOneVsRest(ImportContext& context, std::string_view multi_class, std::string_view solver,
                                 size_t n_classes) {
  if (multi_class == "ovr" || multi_class == "warn") return true;
  if (multi_class == "multinomial") return false;
  if (multi_class != "auto" && multi_class != "deprecated") {
    return context.Unsupported("multi_class", multi_class, "scikit-learn knows auto, ovr, multinomial.");
  }
  if (n_classes <= 2) return true;
  if (solver != "newton-cholesky" || !context.Predates(release_1_6::kNewtonCholeskyFitsMultinomial))
    return solver == "liblinear";
  if (context.Predates(release_1_5::kNewtonCholeskyGivesSoftmax)) return true;
  return context.Unsupported("solver", "newton-cholesky with several classes in scikit-learn 1.5",
                             "Use another release or solver.");
}

absl::StatusOr<fb::Probability> ProbabilityOf(ImportContext& context, size_t n_classes) {
  const fb::Probability one_vs_rest = n_classes == 2 ? fb::Probability::Sigmoid : fb::Probability::NormalizedSigmoids;
  ASSIGN_OR_RETURN(std::string_view multi_class, TextOr(context, "multi_class", "auto"));
  ASSIGN_OR_RETURN(std::string_view solver, TextOr(context, "solver", "lbfgs"));
  if (!context.Predates(release_1_8::kNoMultiClass))
    return n_classes == 2 ? fb::Probability::Sigmoid : fb::Probability::Softmax;
  ASSIGN_OR_RETURN(bool is_one_vs_rest, IsOneVsRest(context, multi_class, solver, n_classes));
  if (is_one_vs_rest) return one_vs_rest;
  return n_classes == 2 ? fb::Probability::SoftmaxOfPair : fb::Probability::Softmax;
}

}  // namespace

absl::Status LinearClassifier::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(Values labels, context.ValuesOf(context.Take("classes_"), "classes_"));
  ASSIGN_OR_RETURN(LinearArrays arrays, TakeLinearArrays(context));
  ASSIGN_OR_RETURN(fb::Probability rule, ProbabilityOf(context, labels.size()));
  classes = labels;
  coef = arrays.coef;
  intercept = arrays.intercept;
  n_scores = arrays.n_outputs;
  fitted_dtype = arrays.dtype;
  probability = rule;
  return context.ByName(this);
}

}  // namespace pratique
