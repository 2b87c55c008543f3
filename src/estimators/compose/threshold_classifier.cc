#include "estimators/compose/threshold_classifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/compose/parts.h"
#include "import/sklearn/import_context.h"
#include "kernels/visit.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

// Scores that take a label as the positive one, 1 unless they are told: pos_label is a parameter of theirs with that
// default (sklearn/metrics/_classification.py, _ranking.py, 1.5 to 1.9).
constexpr std::string_view kOneIsPositive =
    "average_precision_score f1_score fbeta_score jaccard_score precision_recall_fscore_support precision_score "
    "recall_score";
// Those that know no positive label, or take None for it.
constexpr std::string_view kNoneIsPositive =
    "accuracy_score balanced_accuracy_score brier_score_loss cohen_kappa_score d2_brier_score d2_log_loss_score "
    "hamming_loss hinge_loss log_loss matthews_corrcoef negative_likelihood_ratio positive_likelihood_ratio "
    "roc_auc_score top_k_accuracy_score zero_one_loss";

// Whether label i of `classes` is the one that `label` holds, as numpy compares.
bool IsSame(const Values& classes, size_t i, const Values& label) {
  const bool text = classes.dtype == fb::DType::String;
  if (text != (label.dtype == fb::DType::String)) return false;
  if (text) return classes.strings[i] == label.strings[0];
  if (!classes.IsFloat() && !label.IsFloat()) return classes.ints[i] == label.ints[0];
  const auto number = [](const Values& v, size_t at) {
    return v.IsFloat() ? v.floats[at] : static_cast<double>(v.ints[at]);
  };
  return number(classes, i) == number(label, 0);
}

}  // namespace

std::optional<Violation> ThresholdClassifier::Invariant() const {
  if (positive.empty()) return std::nullopt;
  if (positive.size() > 1) return Violation{"positive", "one_label", absl::StrCat(positive.size()), "one at most"};
  if (auto violation = positive[0].Invariant("positive[0]")) return violation;
  if (positive[0].missing != fb::Missing::No) return Violation{"positive[0].missing", "one_label", "missing", "No"};
  if (positive[0].size() != 1)
    return Violation{"positive[0]", "one_label", absl::StrCat(positive[0].size(), " labels"), "one label"};
  return std::nullopt;
}

std::optional<Method> ThresholdClassifier::Compared(const Signature& classifier) const {
  const bool proba = classifier.Has(Method::kPredictProba), decision = classifier.Has(Method::kDecisionFunction);
  if (response != fb::Response::DecisionFunction && proba) return Method::kPredictProba;
  if (response != fb::Response::PredictProba && decision && classifier.decision_columns == 1)
    return Method::kDecisionFunction;
  return std::nullopt;
}

std::optional<size_t> ThresholdClassifier::PositiveOf(const Signature& classifier) const {
  if (classifier.classes.size() != 1 || classifier.classes[0].size() != 2) return std::nullopt;
  if (positive.empty()) return 1;
  for (size_t i = 0; i < 2; ++i) {
    if (IsSame(classifier.classes[0], i, positive[0])) return i;
  }
  return std::nullopt;
}

absl::StatusOr<Signature> ThresholdClassifier::Infer(const Children& children) const {
  static constexpr Method kPassed[] = {Method::kPredictProba, Method::kPredictLogProba, Method::kDecisionFunction};
  ASSIGN_OR_RETURN(Signature signature, SignatureOfOwned(children, refitted ? "estimator_" : "estimator", kPassed));
  if (Compared(signature) && PositiveOf(signature)) {
    signature.methods.insert(signature.methods.begin(), Method::kPredict);
    signature.one_dimensional = true;
    signature.n_outputs = 1;
  }
  if (signature.methods.empty()) return Mismatch("its estimator gives no scores to compare with a threshold");
  return signature;
}

absl::Status ThresholdClassifier::ImportPositive(ImportContext& context, Id label, std::string_view attribute) {
  if (context.IsNone(label)) return absl::OkStatus();
  const graph::Node& node = context.graph()[label];
  Values value{};
  const auto keep = [&](const auto& one) { return context.arena().Copy(std::span(&one, 1)); };
  const bool numpys = node.kind == Kind::kArray && node.shape.empty() && node.dtype != nullptr;
  if (node.kind == Kind::kStr || (numpys && node.dtype->kind == 'U')) {
    ASSIGN_OR_RETURN(std::string_view text, context.String(label, attribute));
    value.dtype = fb::DType::String;
    value.strings = keep(text);
  } else if (node.kind == Kind::kFloat || (numpys && node.dtype->kind == 'f')) {
    ASSIGN_OR_RETURN(double number, context.Double(label, attribute));
    if (number - number != 0) return context.Unsupported(attribute, absl::StrCat(number), "no class is called so");
    value.floats = keep(number);
  } else {
    ASSIGN_OR_RETURN(int64_t number, context.Int(label, attribute));
    value.dtype = fb::DType::Int64;
    value.ints = keep(number);
  }
  positive = keep(value);
  return absl::OkStatus();
}

// predict asks the scorer which label is positive: _curve_scorer._get_pos_label().
absl::Status ThresholdClassifier::ImportTuned(ImportContext& context) {
  const graph::Graph& graph = context.graph();
  const Id scorer = context.Take("_curve_scorer");
  if (scorer == kNoId) return context.Absent("_curve_scorer", "the scorer that the threshold was tuned with");
  if (!context.IsOf(scorer, "_CurveScorer")) return context.Invalid("_curve_scorer", "another type", "a _CurveScorer");
  const Id arguments = graph.Find(scorer, "_kwargs"), function = graph.Find(scorer, "_score_func");
  if (arguments == kNoId || graph[arguments].kind != Kind::kDict)
    return context.Invalid("_curve_scorer", "_kwargs of another type", "a dict");
  const Id best = context.Take("best_threshold_");
  if (best == kNoId) return context.Absent("best_threshold_", "a number");
  ASSIGN_OR_RETURN(threshold, context.Double(best, "best_threshold_"));
  rounded = graph[best].kind != Kind::kArray;
  if (const Id label = graph.Find(arguments, "pos_label"); label != kNoId)
    return ImportPositive(context, label, "_curve_scorer");
  const bool named = function != kNoId && graph[function].kind == Kind::kGlobal;
  const std::string_view name = named ? graph[function].name : std::string_view();
  const bool of_metrics = named && graph[function].module.starts_with("sklearn.metrics.");
  if (of_metrics && HasWord(kNoneIsPositive, name)) return absl::OkStatus();
  if (!of_metrics || !HasWord(kOneIsPositive, name)) {
    return context.Unsupported("_curve_scorer", named ? name : "a function",
                               "Which label is positive follows from scores of sklearn.metrics only.");
  }
  static constexpr int64_t kOne = 1;
  Values one{};
  one.dtype = fb::DType::Int64;
  one.ints = context.arena().Copy(std::span(&kOne, 1));
  positive = context.arena().Copy(std::span<const Values>(&one, 1));
  return absl::OkStatus();
}

absl::Status ThresholdClassifier::Import(ImportContext& context) {
  const Id asked = context.Take("response_method");
  ASSIGN_OR_RETURN(std::string_view method, context.String(asked, "response_method"));
  if (!HasWord("auto predict_proba decision_function", method))
    return context.Unsupported("response_method", method, "scikit-learn knows auto, predict_proba, decision_function");
  response = method == "auto"            ? fb::Response::Auto
             : method == "predict_proba" ? fb::Response::PredictProba
                                         : fb::Response::DecisionFunction;
  if (context.class_name() == "FixedThresholdClassifier") {
    const Id given = context.Take("threshold"), label = context.Take("pos_label");
    if (given == kNoId || label == kNoId) return context.SavedAgain(given == kNoId ? "threshold" : "pos_label");
    const graph::Node& node = context.graph()[given];
    automatic = node.kind == Kind::kStr && node.text == "auto";
    rounded = node.kind != Kind::kArray;
    if (!automatic) {
      ASSIGN_OR_RETURN(threshold, context.Double(given, "threshold"));
    }
    RETURN_IF_ERROR(ImportPositive(context, label, "pos_label"));
  } else {
    RETURN_IF_ERROR(ImportTuned(context));
  }
  const Id fitted = context.Take("estimator_"), before = context.Take("estimator");
  refitted = fitted != kNoId;
  if (!refitted && (before == kNoId || context.class_name() != "FixedThresholdClassifier"))
    return context.Absent("estimator_", "a fitted classifier");
  if (refitted) RETURN_IF_ERROR(TakeTemplate(context, "estimator"));
  context.Child(refitted ? fitted : before, refitted ? "estimator_" : "estimator");
  return context.ByName(this);
}

// _get_response_values_binary (sklearn/utils/_response.py) and _threshold_scores_to_class_labels
// (sklearn/metrics/_scorer.py, 1.9). Scores of float32 stay so beside a number of Python's, as in numpy 2.
absl::StatusOr<Data> ThresholdClassifier::Answer(Method method, const Data& X, Run& run) const {
  const Estimator& classifier = *run.children().front();
  if (method != Method::kPredict) return classifier.Call(method, X, run);
  const Method compared = *Compared(*classifier.signature);  // Infer gave predict to those that have both
  const size_t index = *PositiveOf(*classifier.signature);
  const bool proba = compared == Method::kPredictProba;
  const double limit = !automatic ? threshold : proba ? 0.5 : 0.0;
  ASSIGN_OR_RETURN(const Data scores, classifier.Call(compared, X, run));
  if (!std::holds_alternative<MatrixView<double>>(scores) && !std::holds_alternative<MatrixView<float>>(scores))
    return absl::InternalError("scores of another type");
  std::span<double> labels = NewMatrix<double>(run, Rows(scores), 1);
  return VisitDense(scores, [&]<class T>(const MatrixView<T>& view) -> absl::StatusOr<Data> {
    if (view.cols != (proba ? 2u : 1u)) return absl::InternalError("scores of another number of columns");
    const double least = rounded ? static_cast<double>(static_cast<T>(limit)) : limit;
    for (size_t i = 0; i < view.rows; ++i) {
      const T score = proba ? view(i, index) : index == 0 ? -view(i, 0) : view(i, 0);
      labels[i] = static_cast<double>(static_cast<double>(score) >= least ? index : 1 - index);
    }
    return MatrixView<double>{labels, view.rows, 1, 1};
  });
}

}  // namespace pratique
