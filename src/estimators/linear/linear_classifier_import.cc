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

// LogisticRegression and LogisticRegressionCV.
absl::StatusOr<fb::Probability> LogisticProbability(ImportContext& context, size_t n_classes) {
  const fb::Probability one_vs_rest = n_classes == 2 ? fb::Probability::Sigmoid : fb::Probability::NormalizedSigmoids;
  ASSIGN_OR_RETURN(std::string_view multi_class, TextOr(context, "multi_class", "auto"));
  ASSIGN_OR_RETURN(std::string_view solver, TextOr(context, "solver", "lbfgs"));
  if (!context.Predates(release_1_8::kNoMultiClass))
    return n_classes == 2 ? fb::Probability::Sigmoid : fb::Probability::Softmax;
  ASSIGN_OR_RETURN(bool is_one_vs_rest, IsOneVsRest(context, multi_class, solver, n_classes));
  if (is_one_vs_rest) return one_vs_rest;
  return n_classes == 2 ? fb::Probability::SoftmaxOfPair : fb::Probability::Softmax;
}

// SGDClassifier has probabilities by its loss; `log` was log_loss until 1.3.
absl::StatusOr<fb::Probability> DescentProbability(ImportContext& context, size_t n_classes) {
  ASSIGN_OR_RETURN(std::string_view loss, context.String(context.Take("loss"), "loss"));
  if (loss == "modified_huber") return fb::Probability::ModifiedHuber;
  if (loss == "log" && context.sklearn() >= Version{1, 3, 0})
    return context.Unsupported("loss", loss, "It is called log_loss since scikit-learn 1.3.");
  if (loss != "log" && loss != "log_loss") return fb::Probability::None;
  if (n_classes == 2) return fb::Probability::Sigmoid;
  return context.Predates(release_1_9::kUniformWhereNoClassIsLikely) ? fb::Probability::NormalizedSigmoids
                                                                     : fb::Probability::NormalizedSigmoidsOrUniform;
}

absl::StatusOr<fb::Probability> ProbabilityOf(ImportContext& context, size_t n_classes) {
  const std::string_view name = context.class_name();
  if (name.starts_with("LogisticRegression")) return LogisticProbability(context, n_classes);
  if (name == "SGDClassifier") return DescentProbability(context, n_classes);
  if (name != "LinearDiscriminantAnalysis") return fb::Probability::None;
  return n_classes == 2 ? fb::Probability::Sigmoid : fb::Probability::Softmax;
}

// Ridge classifiers keep their labels in a LabelBinarizer: predict asks it whether y was of several labels a row.
absl::StatusOr<Values> TakeLabels(ImportContext& context) {
  if (!context.class_name().starts_with("RidgeClassifier"))
    return context.ValuesOf(context.Take("classes_"), "classes_");
  const graph::Graph& graph = context.graph();
  const graph::Id binarizer = context.Take("_label_binarizer"), own = context.Take("classes_");
  if (!context.IsOf(binarizer, "LabelBinarizer"))
    return context.Invalid("_label_binarizer", "another value", "a LabelBinarizer");
  ASSIGN_OR_RETURN(std::string_view kind, context.String(graph.Find(binarizer, "y_type_"), "_label_binarizer.y_type_"));
  if (kind != "binary" && kind != "multiclass")
    return context.Unsupported("_label_binarizer.y_type_", kind, "Fit one classifier a label.");
  // An attribute of its own since 1.8, before a property.
  if (own != graph::kNoId || context.sklearn() >= Version{1, 8, 0}) return context.ValuesOf(own, "classes_");
  return context.ValuesOf(graph.Find(binarizer, "classes_"), "_label_binarizer.classes_");
}

}  // namespace

absl::Status LinearClassifier::TakeFitted(ImportContext& context) {
  ASSIGN_OR_RETURN(Values labels, TakeLabels(context));
  if (labels.size() == 1)
    return context.Unsupported("classes_", "one class",
                               "There is nothing to tell apart: fit it on two classes or more.");
  ASSIGN_OR_RETURN(LinearArrays arrays, TakeLinearArrays(context));
  if (arrays.one_dimensional && context.sklearn() < Version{1, 6, 0})
    return context.Unsupported("coef_", "one dimension", "fit leaves two: set it back, or fit it again.");
  if (arrays.n_outputs == 1 && labels.size() > 2)
    return context.Unsupported("coef_", absl::StrCat("one row for ", labels.size(), " classes"),
                               "Rows of the other classes weighed nothing: fit tells two apart, and predict is wrong.");
  ASSIGN_OR_RETURN(fb::Probability rule, ProbabilityOf(context, labels.size()));
  arrays.Fill(*this);
  classes = labels;
  n_scores = arrays.n_outputs;
  probability = rule;
  return absl::OkStatus();
}

absl::Status LinearClassifier::Import(ImportContext& context) {
  RETURN_IF_ERROR(TakeFitted(context));
  return context.ByName(this);
}

}  // namespace pratique
