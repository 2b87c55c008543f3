#include "estimators/meta/checked_delegate.h"

#include "absl/strings/str_cat.h"
#include "estimators/ensemble/members.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> CheckedDelegate::Invariant() const {
  if (classes.size() > 1) return Violation{"classes", "labels", absl::StrCat(classes.size()), "one list, or none"};
  return classes.empty() ? std::nullopt : CheckLabels(classes[0], "classes[0]", 1);
}

absl::StatusOr<Signature> CheckedDelegate::Infer(const Children& children) const {
  static constexpr Method kOfClassifiers[] = {Method::kPredict, Method::kPredictProba, Method::kPredictLogProba,
                                              Method::kDecisionFunction};
  const bool classifier = !classes.empty();
  ASSIGN_OR_RETURN(Signature s,
                   SignatureOfOwned(children, "estimator_", std::span(kOfClassifiers).first(classifier ? 4 : 1)));
  if (classifier ? s.classes.size() != 1 || !(s.classes[0] == classes[0]) : !s.classes.empty())
    return classifier ? Mismatch("estimator_ has other classes") : NotReproduced("its estimator is a classifier");
  if (!s.Has(Method::kPredict)) return Mismatch("estimator_ has no predict");
  if (s.n_features_in.value_or(n_features_in) != n_features_in || s.rows != RowsAre::kFeatures)
    return Mismatch("estimator_ expects another X");
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.text_input = false;
  return s;
}

absl::Status CheckedDelegate::Import(ImportContext& context) {
  RETURN_IF_ERROR(CheckTemplate(context));
  // Until 1.7 it could be given as base_estimator. RANSACRegressor makes LinearRegression of None.
  const bool is_named = context.class_name() == "SelfTrainingClassifier" && context.sklearn() >= Version{1, 8, 0};
  if (is_named && context.IsNone(context.Take("estimator")))
    return context.Unsupported("estimator", "None", "The estimator that was to be fitted stands there.");
  graph::Id owned = context.Take("estimator_");
  if (owned == graph::kNoId) owned = context.Take("base_estimator_");  // SelfTrainingClassifier's, before 1.6
  if (owned == graph::kNoId) return context.Absent("estimator_", "a fitted estimator");
  context.Child(owned, "estimator_");
  classes = context.arena().Copy(Array<Values>());
  if (context.class_name() == "SelfTrainingClassifier") {
    ASSIGN_OR_RETURN(classes, TakeClasses(context, context.Take("classes_"), "classes_"));
  }
  return context.ByName(this);
}

absl::StatusOr<Data> CheckedDelegate::Answer(Method method, const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbers(X, run, Finite::kAny));
  return run.children().front()->Call(method, AsData(numbers), run);
}

}  // namespace pratique
