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
  if (stages) InferStages(roots.size() / n_scores, signature);
  return signature;
}

void HistBoosting::Columns(const Estimator&, std::span<Takes> columns) const {
  for (Takes& column : columns) column = Takes::kNumbers;
  for (size_t k = 0; k < categorical.size(); ++k) {
    if (categories[k].dtype == fb::DType::String) columns[categorical[k]] = Takes::kText;
  }
}

RawScores HistBoosting::Baseline(size_t rows, Run& run) const {
  const RawScores raw{run.arena.NewUninitialized<double>(rows * n_scores), rows, n_scores};
  for (size_t i = 0; i < raw.values.size(); ++i) raw.values[i] = 0.0 + baseline[i % n_scores];
  return raw;
}

template <class Visit>
absl::Status HistBoosting::WithCodes(const Data& X, Run& run, Visit visit) const {
  if (has_wide_codes()) {
    ASSIGN_OR_RETURN(std::span<const uint16_t> codes, CodesOf<uint16_t>(*this, X, run));
    visit(codes);
  } else {
    ASSIGN_OR_RETURN(std::span<const uint8_t> codes, CodesOf<uint8_t>(*this, X, run));
    visit(codes);
  }
  return absl::OkStatus();
}

// zeros + baseline, then one tree after the other (gradient_boosting.py _raw_predict, 1.9).
absl::StatusOr<RawScores> HistBoosting::Raw(const Data& X, Run& run) const {
  const RawScores raw = Baseline(Rows(X), run);
  RETURN_IF_ERROR(WithCodes(
      X, run, [&](auto codes) { AddTrees(trees(), codes, raw.rows, n_features_in, n_scores, raw.values.data()); }));
  return raw;
}

// After each stage (gradient_boosting.py _staged_raw_predict, 1.9).
absl::StatusOr<std::vector<RawScores>> HistBoosting::RawStages(const Data& X, Run& run) const {
  const RawScores raw = Baseline(Rows(X), run);
  std::vector<RawScores> stages;
  RETURN_IF_ERROR(WithCodes(X, run, [&](auto codes) {
    CodedTrees of_stage = trees();
    for (size_t tree = 0; tree < roots.size(); tree += n_scores) {
      of_stage.roots = roots.subspan(tree, n_scores);
      AddTrees(of_stage, codes, raw.rows, n_features_in, n_scores, raw.values.data());
      stages.push_back({run.arena.Copy(std::span<const double>(raw.values)), raw.rows, raw.n_scores});
    }
  }));
  return stages;
}

Data HistBoosting::Labels(const RawScores& raw, Run& run) const {
  if (classes.empty()) return InverseLink(link, raw);
  return HighestScore(labels_by_probability ? Probabilities(link, raw, run) : raw, /*or_zero=*/false, run);
}

absl::StatusOr<Data> HistBoosting::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  return Labels(raw, run);
}

absl::StatusOr<Data> HistBoosting::StagedPredict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> all, RawStages(X, run));
  return SideBySide(all, [&](const RawScores& raw) { return Labels(raw, run); }, run);
}

absl::StatusOr<Data> HistBoosting::StagedPredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> all, RawStages(X, run));
  return SideBySide(all, [&](const RawScores& raw) { return Probabilities(link, raw, run).data(); }, run);
}

absl::StatusOr<Data> HistBoosting::StagedDecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> all, RawStages(X, run));
  return SideBySide(all, [&](const RawScores& raw) { return raw.data(); }, run);
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
