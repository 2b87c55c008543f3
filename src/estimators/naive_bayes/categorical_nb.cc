#include "estimators/naive_bayes/categorical_nb.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"

namespace pratique {

std::optional<Violation> CategoricalNB::Invariant() const {
  if (auto v = OneLabelAClass(classes, n_classes)) return v;
  return invariant::OffsetsForEach("offsets", offsets.size(), n_features_in);
}

absl::StatusOr<Signature> CategoricalNB::Infer(const Children& children) const {
  return NaiveBayesSignature(n_features_in, feature_names, classes, children);
}

// feature_log_prob_ is a list with an array {n_classes, n_categories} for each feature.
absl::Status CategoricalNB::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(classes.size());
  // Its rows are as many as the results' (sklearn/naive_bayes.py _joint_log_likelihood, 1.9).
  ASSIGN_OR_RETURN(NdArray<double> counts, context.Doubles(context.Take("class_count_"), "class_count_"));
  if (counts.shape.empty() || counts.shape[0] != n_classes)
    return context.Invalid("class_count_", absl::StrCat(counts.values.size(), " counts"), absl::StrCat(n_classes));
  const graph::Id list = context.Take("feature_log_prob_");
  if (context.IsNone(list) || context.graph()[list].kind != graph::Kind::kList)
    return context.Invalid("feature_log_prob_", "no list", "a list with an array for each feature");
  const auto& items = context.graph()[list].items;
  std::span<uint32_t> starts = context.arena().New<uint32_t>(items.size() + 1);
  std::vector<NdArray<double>> tables;
  for (size_t j = 0; j < items.size(); ++j) {
    ASSIGN_OR_RETURN(NdArray<double> table, context.Doubles(items[j], "feature_log_prob_"));
    if (table.shape.size() != 2 || table.shape[0] != n_classes || table.shape[1] > UINT32_MAX - starts[j])
      return context.Invalid("feature_log_prob_", absl::StrCat("an array of ", table.shape.size(), " dimensions"),
                             absl::StrCat("one of shape (", n_classes, ", n_categories)"));
    for (double v : table.values) {
      if (!std::isfinite(v))
        return context.Unsupported("feature_log_prob_", "a log probability that is not finite",
                                   "Fit it with alpha above 0.");
    }
    starts[j + 1] = starts[j] + static_cast<uint32_t>(table.shape[1]);
    tables.push_back(table);
  }
  std::span<double> flat = context.arena().NewUninitialized<double>(size_t{starts[items.size()]} * n_classes);
  double* to = flat.data();
  for (const NdArray<double>& table : tables) {
    const size_t n = table.shape[1];
    for (size_t c = 0; c < n; ++c) {
      for (size_t k = 0; k < n_classes; ++k) *to++ = table.values[k * n + c];
    }
  }
  offsets = starts;
  log_prob = flat;
  return context.ByName(this);
}

// X as integers (numpy's cast truncates); summed over the features in order, the prior last.
absl::StatusOr<Data> CategoricalNB::JointLogLikelihood(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(MatrixView<double> x, CheckDense<double>(X, run));
  const size_t n = n_classes;
  std::span<double> out = run.arena.New<double>(x.rows * n);
  for (size_t i = 0; i < x.rows; ++i) {
    double* row = &out[i * n];
    for (size_t j = 0; j < x.cols; ++j) {
      const double category = std::trunc(x(i, j));
      const uint32_t n_categories = offsets[j + 1] - offsets[j];
      if (!(category >= 0 && category < n_categories)) {
        return BadInput(
            "input.category",
            absl::StrCat("row ", run.first_row + i, ", column ", j, ": category ", x(i, j), " was not there in fit"),
            absl::StrCat(x(i, j)), absl::StrCat("0 to ", n_categories, " - 1"));
      }
      const double* of_category =
          &log_prob[(offsets[j] + static_cast<size_t>(category)) * n];  // below n_categories: offsets_of
      for (size_t k = 0; k < n; ++k) row[k] += of_category[k];
    }
    for (size_t k = 0; k < n; ++k) row[k] += class_log_prior[k];
  }
  return MatrixView<double>{out, x.rows, n, n};
}

}  // namespace pratique
