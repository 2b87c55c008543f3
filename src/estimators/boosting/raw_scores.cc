#include "estimators/boosting/raw_scores.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "kernels/arg_max.h"
#include "kernels/numpy_sum.h"
#include "kernels/probabilities.h"
#include "model/class_indexes.h"

namespace pratique {

namespace {

// scipy.special.logsumexp (1.10), subtracted, and exp of it.
void ExpLogSumExp(std::span<double> row) {
  const double max = row[ArgMax(std::span<const double>(row))];
  std::vector<double> exps(row.size());
  for (size_t k = 0; k < row.size(); ++k) exps[k] = std::exp(row[k] - max);
  const double log_sum = std::log(NumpySum(exps.data(), exps.size())) + max;
  for (double& score : row) score = std::exp(score - log_sum);
}

// lightgbm include/LightGBM/utils/common.h Softmax, 4.6.
void PlainSoftmax(std::span<double> row) {
  const double max = *std::ranges::max_element(row);
  double sum = 0;
  for (double& x : row) {
    x = std::exp(x - max);
    sum += x;
  }
  for (double& x : row) x /= sum;
}

}  // namespace

bool IsOfManyClasses(fb::Link link) {
  return link == fb::Link::Softmax || link == fb::Link::LogSumExp || link == fb::Link::PlainSoftmax ||
         link == fb::Link::Sigmoids;
}
bool IsOfLightGbm(fb::Link link) { return link > fb::Link::LogSumExp; }

std::optional<Violation> CheckLink(fb::Link link, Array<Values> classes, uint32_t n_scores) {
  if (IsOfLightGbm(link)) return Violation{"link", "link", fb::EnumNameLink(link), "one of scikit-learn's"};
  if (classes.size() > 1) return Violation{"classes", "link", absl::StrCat(classes.size(), " outputs"), "one, or none"};
  const bool of_classes = link != fb::Link::Identity && link != fb::Link::Log;
  if (of_classes == classes.empty())
    return Violation{"link", "link", fb::EnumNameLink(link), of_classes ? "one of numbers" : "one of classes"};
  if (classes.empty()) {
    if (n_scores == 1) return std::nullopt;
    return Violation{"n_scores", "link", absl::StrCat(n_scores), "1: there are no classes"};
  }
  if (auto v = classes[0].Invariant("classes[0]")) return v;
  if (classes[0].missing != fb::Missing::No)
    return Violation{"classes[0].missing", "link", fb::EnumNameMissing(classes[0].missing), "No"};
  const size_t n = classes[0].size();
  const bool good = IsOfManyClasses(link) ? n >= 3 && n_scores == n : n == 2 && n_scores == 1;
  if (good) return std::nullopt;
  return Violation{"n_scores", "link", absl::StrCat(n_scores, " scores for ", n, " classes"),
                   "one score for two classes, else one a class"};
}

void InferScores(Array<Values> classes, uint32_t n_scores, std::initializer_list<Method> of_classes,
                 Signature& signature) {
  signature.classes = classes;
  signature.has_methods = true;
  signature.methods = {Method::kPredict};
  if (classes.empty()) return;
  signature.decision_columns = n_scores;
  signature.methods.insert(signature.methods.end(), of_classes);
}

void InferStages(uint64_t n_stages, Signature& signature) {
  signature.n_stages = n_stages;
  signature.methods.push_back(Method::kStagedPredict);
  if (!signature.classes.empty())
    signature.methods.insert(signature.methods.end(), {Method::kStagedPredictProba, Method::kStagedDecisionFunction});
}

std::vector<RawScores> SummedStages(const RawScores& first, std::span<double> all) {
  const size_t stage = first.values.size();
  std::vector<RawScores> stages;
  std::span<const double> before = first.values;
  for (size_t begin = 0; stage != 0 && begin < all.size(); begin += stage) {
    const std::span<double> here = all.subspan(begin, stage);
    for (size_t k = 0; k < stage; ++k) here[k] = before[k] + here[k];
    stages.push_back({here, first.rows, first.n_scores});
    before = here;
  }
  return stages;
}

Data InverseLink(fb::Link link, RawScores raw, double slope) {
  switch (link) {
    case fb::Link::Log:
      for (double& score : raw.values) score = std::exp(score);
      break;
    case fb::Link::Sigmoids:
      for (double& score : raw.values) score = Sigmoid(slope * score);
      break;
    case fb::Link::PlainSoftmax:
      for (size_t i = 0; i < raw.rows; ++i) PlainSoftmax(raw.values.subspan(i * raw.n_scores, raw.n_scores));
      break;
    case fb::Link::Softplus:
      for (double& score : raw.values) score = std::log1p(std::exp(score));
      break;
    case fb::Link::SignedSquare:
      for (double& score : raw.values) score = (score > 0 ? 1.0 : score < 0 ? -1.0 : 0.0) * score * score;
      break;
    default:
      break;
  }
  return raw.data();
}

RawScores Probabilities(fb::Link link, const RawScores& raw, Run& run, double slope) {
  if (IsOfManyClasses(link)) {
    const RawScores out{run.arena.Copy(std::span<const double>(raw.values)), raw.rows, raw.n_scores};
    if (IsOfLightGbm(link)) {
      InverseLink(link, out, slope);
      return out;
    }
    for (size_t i = 0; i < raw.rows; ++i) {
      const std::span<double> row = out.values.subspan(i * raw.n_scores, raw.n_scores);
      if (link == fb::Link::Softmax)
        Softmax(row);
      else
        ExpLogSumExp(row);
    }
    return out;
  }
  const std::span<double> out = NewMatrix<double>(run, raw.rows, 2);
  for (size_t i = 0; i < raw.rows; ++i) {
    out[2 * i + 1] = Sigmoid(link == fb::Link::HalfLogit ? 2 * raw.values[i] : slope * raw.values[i]);
    out[2 * i] = 1 - out[2 * i + 1];
  }
  return {out, raw.rows, 2};
}

Data HighestScore(const RawScores& raw, bool or_zero, Run& run) {
  if (raw.n_scores != 1) return GreatestOfRows(raw.data(), run);
  const std::span<double> labels = NewMatrix<double>(run, raw.rows, 1);
  for (size_t i = 0; i < raw.rows; ++i) labels[i] = raw.values[i] > 0 || (or_zero && raw.values[i] == 0);
  return MatrixView<double>{labels, raw.rows, 1, 1};
}

}  // namespace pratique
