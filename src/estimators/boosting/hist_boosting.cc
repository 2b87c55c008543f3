#include "estimators/boosting/hist_boosting.h"

#include <cmath>

#include "estimators/boosting/hist_codes.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Signature> HistBoosting::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  for (const Values& values : categories) signature.text_input |= values.dtype == fb::DType::String;
  InferScores(classes, n_scores, {Method::kPredictProba, Method::kDecisionFunction}, signature);
  if (classes.empty() && n_scores > 1) {
    signature.n_outputs = n_scores;
    signature.one_dimensional = false;
  }
  if (stages) InferStages(roots.size() / n_scores, signature);
  return signature;
}

void HistBoosting::Columns(const Estimator&, std::span<Takes> columns) const {
  for (Takes& column : columns) column = Takes::kNumbers;
  for (size_t k = 0; k < categorical.size(); ++k) {
    if (categories[k].dtype == fb::DType::String) columns[categorical[k]] = Takes::kText;
  }
}

namespace {

// The leaf that a row reaches in the tree at `root`.
template <class Code>
size_t LeafOf(const CodedTrees& trees, size_t root, const CodeMatrix<Code>& codes, size_t row) {
  const CodeBits& bits = trees.bits;
  for (size_t at = root;;) {
    const uint64_t node = trees.nodes != nullptr ? trees.nodes[at] : trees.wide_nodes[at];
    const uint64_t left = bits.left(node);
    if (root + left == at) return at;
    const Code code = codes.data[codes.layout(row, bits.feature(node))];
    const uint64_t cut = bits.code(node);
    bool goes_left = code == kMissingCode<Code> && bits.missing_goes_left(node);
    if (!bits.has_set(node)) {
      goes_left |= code <= cut && code != kMissingCode<Code>;
    } else if (code != kMissingCode<Code>) {
      goes_left |= (trees.left_sets[cut * 8 + code / 32] >> (code % 32) & 1) != 0;
    }
    at = root + left + !goes_left;
  }
}

// Trees whose leaves are linear (lightgbm include/LightGBM/tree.h Predict, 4.6).
template <class Code>
void AddLinearTrees(const HistBoosting& model, const CodeMatrix<Code>& codes, const MatrixView<double>& X,
                    double* out) {
  const CodedTrees trees = model.trees();
  for (size_t i = 0; i < X.rows; ++i) {
    for (size_t tree = 0; tree < model.roots.size(); ++tree) {
      const size_t leaf = LeafOf(trees, model.roots[tree], codes, i);
      double output = model.constants[leaf];
      for (size_t term = model.term_offsets[leaf]; term < model.term_offsets[leaf + 1]; ++term) {
        const double cell = X(i, model.term_features[term]);
        if (std::isnan(cell)) {
          output = model.values[leaf];
          break;
        }
        output += model.coefficients[term] * cell;
      }
      out[i * model.n_scores + tree % model.n_scores] += output;
    }
  }
}

}  // namespace

RawScores HistBoosting::Baseline(size_t rows, Run& run) const {
  const RawScores raw{run.arena.NewUninitialized<double>(rows * n_scores), rows, n_scores};
  for (size_t i = 0; i < raw.values.size(); ++i) raw.values[i] = 0.0 + baseline[i % n_scores];
  return raw;
}

template <class Visit>
absl::Status HistBoosting::WithCodes(const Data& X, Run& run, Visit visit) const {
  if (has_wide_codes()) {
    ASSIGN_OR_RETURN(CodeMatrix<uint16_t> codes, CodesOf<uint16_t>(*this, X, run));
    visit(codes);
  } else {
    ASSIGN_OR_RETURN(CodeMatrix<uint8_t> codes, CodesOf<uint8_t>(*this, X, run));
    visit(codes);
  }
  return absl::OkStatus();
}

// zeros + baseline, then one tree after the other (gradient_boosting.py _raw_predict, 1.9).
absl::StatusOr<RawScores> HistBoosting::Raw(const Data& X, Run& run) const {
  const RawScores raw = Baseline(Rows(X), run);
  MatrixView<double> cells{};
  if (is_linear()) {
    ASSIGN_OR_RETURN(cells, CheckCells(X, run));
  }
  RETURN_IF_ERROR(WithCodes(X, run, [&](auto codes) {
    if (is_linear())
      AddLinearTrees(*this, codes, cells, raw.values.data());
    else
      AddTrees(trees(), codes, n_scores, raw.values.data());
  }));
  return raw;
}

// Raw scores but those of a forest, which are divided by its iterations (lightgbm src/boosting/gbdt_prediction.cpp
// Predict, 4.6).
absl::StatusOr<RawScores> HistBoosting::Averaged(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  if (!averaged) return raw;
  const auto iterations = static_cast<double>(roots.size() / n_scores);
  for (double& score : raw.values) score /= iterations;
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
      AddTrees(of_stage, codes, n_scores, raw.values.data());
      stages.push_back({run.arena.Copy(std::span<const double>(raw.values)), raw.rows, raw.n_scores});
    }
  }));
  return stages;
}

Data HistBoosting::Labels(const RawScores& raw, Run& run) const {
  if (classes.empty()) return InverseLink(link, raw, slope_or_one());
  return HighestScore(labels_by_probability ? Probabilities(link, raw, run, slope_or_one()) : raw, /*or_zero=*/false,
                      run);
}

absl::StatusOr<Data> HistBoosting::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Averaged(X, run));
  return Labels(raw, run);
}

absl::StatusOr<Data> HistBoosting::StagedPredict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> all, RawStages(X, run));
  return SideBySide(all, [&](const RawScores& raw) { return Labels(raw, run); }, run);
}

absl::StatusOr<Data> HistBoosting::StagedPredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> all, RawStages(X, run));
  return SideBySide(
      all, [&](const RawScores& raw) { return Probabilities(link, raw, run, slope_or_one()).data(); }, run);
}

absl::StatusOr<Data> HistBoosting::StagedDecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const std::vector<RawScores> all, RawStages(X, run));
  return SideBySide(all, [&](const RawScores& raw) { return raw.data(); }, run);
}

absl::StatusOr<Data> HistBoosting::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Averaged(X, run));
  return Probabilities(link, raw, run, slope_or_one()).data();
}

absl::StatusOr<Data> HistBoosting::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(RawScores raw, Raw(X, run));
  return raw.data();
}

}  // namespace pratique
