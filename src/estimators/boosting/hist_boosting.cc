#include "estimators/boosting/hist_boosting.h"

#include "estimators/boosting/hist_codes.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Signature> HistBoosting::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  for (const Values& values : categories) signature.text_input |= values.dtype == fb::DType::String;
  InferScores(classes, n_scores, {Method::kPredictProba, Method::kDecisionFunction}, signature);
  return signature;
}

void HistBoosting::Columns(const Estimator&, std::span<Takes> columns) const {
  for (Takes& column : columns) column = Takes::kNumbers;
  for (size_t k = 0; k < categorical.size(); ++k) {
    if (categories[k].dtype == fb::DType::String) columns[categorical[k]] = Takes::kText;
  }
}

// zeros + baseline, then one tree after the other (gradient_boosting.py _raw_predict, 1.9).
absl::StatusOr<RawScores> HistBoosting::Raw(const Data& X, Run& run) const {
  const size_t rows = Rows(X);
  const RawScores raw{run.arena.NewUninitialized<double>(rows * n_scores), rows, n_scores};
  for (size_t i = 0; i < raw.values.size(); ++i) raw.values[i] = 0.0 + baseline[i % n_scores];
  const auto add = [&](auto codes) { AddTrees(trees(), codes, rows, n_features_in, n_scores, raw.values.data()); };
  if (has_wide_codes()) {
    ASSIGN_OR_RETURN(std::span<const uint16_t> codes, CodesOf<uint16_t>(*this, X, run));
    add(codes);
  } else {
    ASSIGN_OR_RETURN(std::span<const uint8_t> codes, CodesOf<uint8_t>(*this, X, run));
    add(codes);
  }
  return raw;
}

absl::StatusOr<Data> HistBoosting::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  if (classes.empty()) return InverseLink(link, raw);
  return HighestScore(labels_by_probability ? Probabilities(link, raw, run) : raw, /*or_zero=*/false, run);
}

absl::StatusOr<Data> HistBoosting::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  return Probabilities(link, raw, run).data();
}

absl::StatusOr<Data> HistBoosting::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  return raw.data();
}

}  // namespace pratique
