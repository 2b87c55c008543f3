#include "estimators/boosting/raw_scores.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "kernels/arg_max.h"
#include "kernels/probabilities.h"

namespace pratique {

std::optional<Violation> CheckLink(fb::Link link, Array<Values> classes, uint32_t n_scores) {
  if (classes.size() > 1) return Violation{"classes", "link", absl::StrCat(classes.size(), " outputs"), "one, or none"};
  const bool of_classes = link == fb::Link::Logit || link == fb::Link::HalfLogit || link == fb::Link::Softmax;
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
  const bool good = link == fb::Link::Softmax ? n >= 3 && n_scores == n : n == 2 && n_scores == 1;
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

Data InverseLink(fb::Link link, RawScores raw) {
  if (link == fb::Link::Log) {
    for (double& score : raw.values) score = std::exp(score);
  }
  return raw.data();
}

RawScores Probabilities(fb::Link link, const RawScores& raw, Run& run) {
  if (link == fb::Link::Softmax) {
    const std::span<double> out = run.arena.Copy(std::span<const double>(raw.values));
    for (size_t i = 0; i < raw.rows; ++i) Softmax(out.subspan(i * raw.n_scores, raw.n_scores));
    return {out, raw.rows, raw.n_scores};
  }
  const std::span<double> out = NewMatrix<double>(run, raw.rows, 2);
  for (size_t i = 0; i < raw.rows; ++i) {
    out[2 * i + 1] = Sigmoid(link == fb::Link::HalfLogit ? 2 * raw.values[i] : raw.values[i]);
    out[2 * i] = 1 - out[2 * i + 1];
  }
  return {out, raw.rows, 2};
}

Data HighestScore(const RawScores& raw, bool or_zero, Run& run) {
  const std::span<double> labels = NewMatrix<double>(run, raw.rows, 1);
  for (size_t i = 0; i < raw.rows; ++i) {
    const double* scores = raw.values.data() + i * raw.n_scores;
    if (raw.n_scores == 1)
      labels[i] = scores[0] > 0 || (or_zero && scores[0] == 0);
    else
      labels[i] = static_cast<double>(ArgMax(scores, raw.n_scores));
  }
  return MatrixView<double>{labels, raw.rows, 1, 1};
}

}  // namespace pratique
