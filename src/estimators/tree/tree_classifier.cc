#include "estimators/tree/tree_classifier.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/tree/evaluate.h"
#include "estimators/tree/tree_block.h"

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
  auto owned = CheckOwnedTrees(children, n_features_in, averaged, accepts_missing);
  if (!owned.ok()) return owned.status();
  uint64_t n_classes = 0;
  for (const Values& values : classes) n_classes += values.size();
  if (n_classes != owned->value_width) {
    return Mismatch(absl::StrCat("leaves have ", owned->value_width, " values for ", n_classes, " classes"));
  }
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.classes = classes;
  signature.n_outputs = classes.size();
  signature.one_dimensional = classes.size() == 1;
  signature.proba_is_list = classes.size() > 1;
  return signature;
}

absl::StatusOr<Data> TreeClassifier::PredictProba(const Data& X, Run& run) const {
  auto probabilities = EvaluateTrees({averaged, accepts_missing}, X, run);
  if (!probabilities.ok()) return probabilities.status();
  return probabilities->data();
}

absl::StatusOr<Data> TreeClassifier::PredictLogProba(const Data& X, Run& run) const {
  auto probabilities = EvaluateTrees({averaged, accepts_missing}, X, run);
  if (!probabilities.ok()) return probabilities.status();
  for (double& p : probabilities->values) p = std::log(p);
  return probabilities->data();
}

absl::StatusOr<Data> TreeClassifier::Predict(const Data& X, Run& run) const {
  auto probabilities = EvaluateTrees({averaged, accepts_missing}, X, run);
  if (!probabilities.ok()) return probabilities.status();
  const size_t n_outputs = classes.size();
  std::span<double> labels = NewMatrix<double>(run, probabilities->rows, n_outputs);
  const double* p = probabilities->values.data();
  for (size_t i = 0; i < labels.size(); ++i) {
    const size_t n_classes = classes[i % n_outputs].size();
    labels[i] = static_cast<double>(std::max_element(p, p + n_classes) - p);  // the first maximum
    p += n_classes;
  }
  return MatrixView<double>{labels.data(), probabilities->rows, n_outputs, n_outputs};
}

}  // namespace pratique
