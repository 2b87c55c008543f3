#include "estimators/tree/tree_classifier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/tree/changes.h"
#include "estimators/tree/ensemble.h"
#include "estimators/tree/evaluate.h"
#include "estimators/tree/tree_block.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/output_labels.h"
#include "kernels/arg_max.h"
#include "kernels/probabilities.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> TreeClassifier::Invariant() const {
  if (classes.empty()) return Violation{"classes", "min", "no outputs", "at least one output"};
  for (size_t output = 0; output < classes.size(); ++output) {
    const std::string field = absl::StrCat("classes[", output, "]");
    const Values& values = classes[output];
    if (auto violation = values.Invariant(field)) return violation;
    if (values.missing != fb::Missing::No) return Violation{field, "missing", "a missing class", "none"};
    if (values.size() == 0) return Violation{field, "min", "no classes", "at least one class"};
    if (values.dtype != classes[0].dtype) {
      return Violation{field, "dtype", fb::EnumNameDType(values.dtype),
                       absl::StrCat(fb::EnumNameDType(classes[0].dtype), ", as the first output has")};
    }
  }
  return std::nullopt;
}

absl::StatusOr<Signature> TreeClassifier::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(auto owned, CheckOwnedTrees(children, n_features_in, averaged, accepts_missing));
  uint64_t n_classes = 0;
  for (const Values& values : classes) n_classes += values.size();
  if (n_classes != owned.value_width) {
    return Mismatch(absl::StrCat("leaves have ", owned.value_width, " values for ", n_classes, " classes"));
  }
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.classes = classes;
  signature.n_outputs = classes.size();
  signature.one_dimensional = classes.size() == 1;
  signature.proba_is_list = classes.size() > 1;
  InferPaths(children, averaged, signature);
  return signature;
}

absl::StatusOr<Data> TreeClassifier::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(auto probabilities, EvaluateTrees({averaged, accepts_missing}, X, run));
  return probabilities.data();
}

absl::StatusOr<Data> TreeClassifier::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(auto probabilities, EvaluateTrees({averaged, accepts_missing}, X, run));
  Log<double>(probabilities.values, probabilities.values);
  return probabilities.data();
}

absl::StatusOr<Data> TreeClassifier::Apply(const Data& X, Run& run) const {
  return ApplyTrees({averaged, accepts_missing}, X, run);
}

absl::StatusOr<Data> TreeClassifier::DecisionPath(const Data& X, Run& run) const {
  return DecisionPaths({averaged, accepts_missing && !paths_refuse_missing}, X, run);
}

absl::StatusOr<Data> TreeClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(auto probabilities, EvaluateTrees({averaged, accepts_missing}, X, run));
  const size_t n_outputs = classes.size();
  std::span<double> labels = NewMatrix<double>(run, probabilities.rows, n_outputs);
  const double* p = probabilities.values.data();
  for (size_t i = 0; i < labels.size(); ++i) {
    const size_t n_classes = classes[i % n_outputs].size();
    labels[i] = static_cast<double>(ArgMax(p, n_classes));
    p += n_classes;
  }
  return MatrixView<double>{labels, probabilities.rows, n_outputs, n_outputs};
}

absl::Status TreeClassifier::Import(ImportContext& context) {
  RETURN_IF_ERROR(context.ByName(this));
  ASSIGN_OR_RETURN(int64_t n_outputs, context.Int(context.Take("n_outputs_"), "n_outputs_"));
  if (n_outputs < 1) return context.Invalid("n_outputs_", absl::StrCat(n_outputs), "at least 1");
  ASSIGN_OR_RETURN(Array<Values> labels, TakeOutputLabels(context, static_cast<uint64_t>(n_outputs)));
  classes = labels;
  averaged = IsForest(context.class_name());
  TreeExpectations expected = TreeExpectations::Of(context, /*is_classifier=*/true);
  expected.n_features = n_features_in;
  for (const Values& values : classes) expected.n_classes.push_back(values.size());
  ASSIGN_OR_RETURN(NdArray<int64_t> n_classes,
                   context.Ints(context.Take("n_classes_"), "n_classes_", ImportContext::Of::kSequence));
  const auto is_size = [](int64_t n, uint64_t size) { return n >= 0 && static_cast<uint64_t>(n) == size; };
  const bool is_list = n_classes.shape.size() == 1, wants_list = n_outputs > 1;
  if (is_list != wants_list || !std::ranges::equal(n_classes.values, expected.n_classes, is_size)) {
    return Place(context, "n_classes_").Wrong("n_classes", "other numbers", "the sizes of classes_");
  }
  ASSIGN_OR_RETURN(bool missing, ImportTrees(context, expected));
  accepts_missing = missing;
  paths_refuse_missing = missing && context.Predates(release_1_8::kPathsFollowMissing);
  return absl::OkStatus();
}

}  // namespace pratique
