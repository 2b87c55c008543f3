// Masks from scores_, pvalues_, variances_ and support_.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/feature_selection/masks.h"
#include "import/sklearn/needed.h"
#include "status_macros.h"

namespace pratique {
namespace {

Mask All(size_t n, bool kept) { return Mask(n, kept); }

template <class F>
Mask Where(Array<double> values, F keeps) {
  Mask mask(values.size());
  for (size_t j = 0; j < values.size(); ++j) mask[j] = keeps(values[j]);
  return mask;
}

// scores_, in which NaN is the lowest (_clean_nans); float32 stays so.
struct Scores {
  std::vector<double> values;
  bool is_float32 = false;
};

absl::StatusOr<Scores> CleanScores(ImportContext& context, graph::Id id) {
  ASSIGN_OR_RETURN(Array<double> values, context.Vector(id, "scores_"));
  Scores scores{{values.begin(), values.end()}, context.FloatDType(id) == fb::DType::Float32};
  for (double& score : scores.values) {
    if (std::isnan(score))
      score = scores.is_float32 ? std::numeric_limits<float>::lowest() : std::numeric_limits<double>::lowest();
  }
  return scores;
}

// The k that come last in a stable sort.
absl::StatusOr<Mask> KBest(ImportContext& context, graph::Id scores, graph::Id k, std::string_view parameter) {
  ASSIGN_OR_RETURN(Scores clean, CleanScores(context, scores));
  const size_t n = clean.values.size();
  if (k != graph::kNoId && context.graph()[k].kind == graph::Kind::kStr && context.graph()[k].text == "all")
    return All(n, true);
  if (k != graph::kNoId &&
      (context.graph()[k].kind == graph::Kind::kFloat || context.graph()[k].kind == graph::Kind::kStr))
    return context.Unsupported(parameter, "no integer", "k_best takes a number of features, or 'all', as param.");
  ASSIGN_OR_RETURN(int64_t kept, context.Int(k, parameter));
  if (kept < 0) return context.Unsupported(parameter, absl::StrCat(kept), "it is a number of features, or 'all'");
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t j) { return clean.values[j]; });
  Mask mask = All(n, false);
  for (size_t i = n - std::min<size_t>(n, static_cast<size_t>(kept)); i < n; ++i) mask[order[i]] = true;
  return mask;
}

// numpy.percentile's linear method (numpy/lib/_function_base_impl.py _lerp), in T.
template <class T>
T Percentile(const std::vector<double>& sorted, T q) {
  const T at = static_cast<T>(sorted.size() - 1) * q;
  const size_t below = static_cast<size_t>(std::floor(at)), above = std::min(below + 1, sorted.size() - 1);
  const T a = static_cast<T>(sorted[below]), b = static_cast<T>(sorted[above]), t = at - std::floor(at);
  return t >= T{0.5} ? b - (b - a) * (T{1} - t) : a + (b - a) * t;
}

// Those above the threshold, and of those at it the first, so that there are as many as were asked for.
Mask AbovePercentile(const std::vector<double>& scores, double threshold, double percentile) {
  Mask mask = Where(scores, [&](double score) { return score > threshold; });
  std::vector<size_t> ties;
  for (size_t j = 0; j < scores.size(); ++j) {
    if (scores[j] == threshold) ties.push_back(j);
  }
  const auto most = static_cast<int64_t>(static_cast<double>(scores.size()) * percentile / 100);
  int64_t end = most - std::ranges::count(mask, true);  // a slice's: below 0 it counts from behind
  if (end < 0) end += static_cast<int64_t>(ties.size());
  for (int64_t i = 0; i < std::min(end, static_cast<int64_t>(ties.size())); ++i)
    mask[ties[static_cast<size_t>(i)]] = true;
  return mask;
}

absl::StatusOr<Mask> BestPercentile(ImportContext& context, graph::Id scores, graph::Id value,
                                    std::string_view parameter) {
  ASSIGN_OR_RETURN(Scores clean, CleanScores(context, scores));
  ASSIGN_OR_RETURN(double percentile, context.Double(value, parameter));
  if (!(percentile >= 0 && percentile <= 100))
    return context.Unsupported(parameter, absl::StrCat(percentile), "it is a percentage");
  if (percentile == 100 || percentile == 0 || clean.values.empty()) return All(clean.values.size(), percentile == 100);
  std::vector<double> sorted = clean.values;
  std::ranges::sort(sorted);
  const double threshold = Percentile<double>(sorted, (100 - percentile) / 100);
  std::vector<Mask> masks = {AbovePercentile(clean.values, threshold, percentile)};
  if (clean.is_float32) {
    masks.push_back(AbovePercentile(clean.values, static_cast<float>(threshold), percentile));
    const float narrow = Percentile<float>(sorted, static_cast<float>(100 - percentile) / 100.0f);
    masks.push_back(AbovePercentile(clean.values, narrow, percentile));
  }
  return SameWhateverNumpy(context, "scores_", masks);
}

// Step-up of Benjamini and Hochberg: all up to the largest that is not above its line.
Mask FalseDiscoveryRate(Array<double> pvalues, double alpha) {
  std::vector<double> sorted;
  std::ranges::copy_if(pvalues, std::back_inserter(sorted), [](double p) { return !std::isnan(p); });
  std::ranges::sort(sorted);
  double largest = -1;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i] <= alpha / static_cast<double>(pvalues.size()) * static_cast<double>(i + 1)) largest = sorted[i];
  }
  return Where(pvalues, [&](double p) { return largest >= 0 && p <= largest; });
}

absl::StatusOr<Mask> BySignificance(ImportContext& context, graph::Id pvalues, graph::Id value,
                                    std::string_view parameter, std::string_view mode) {
  if (context.IsNone(pvalues))
    return context.Unsupported("pvalues_", "None", "score_func gives scores alone; a selector by p-values needs both");
  ASSIGN_OR_RETURN(Array<double> p, context.Vector(pvalues, "pvalues_"));
  ASSIGN_OR_RETURN(double alpha, context.Double(value, parameter));
  if (std::ranges::any_of(p, [](double one) { return one < 0; }))
    return context.Unsupported("pvalues_", "a negative number", "p-values are 0 to 1");
  if (mode == "fdr") return FalseDiscoveryRate(p, alpha);
  const double bound = mode == "fwe" ? alpha / static_cast<double>(p.size()) : alpha;
  std::vector<Mask> masks = {Where(p, [&](double one) { return one < bound; })};
  if (context.FloatDType(pvalues) == fb::DType::Float32)
    masks.push_back(Where(p, [&](double one) { return one < static_cast<float>(bound); }));
  return SameWhateverNumpy(context, "pvalues_", masks);
}

}  // namespace

absl::StatusOr<Mask> SameWhateverNumpy(ImportContext& context, std::string_view attribute,
                                       const std::vector<Mask>& masks) {
  if (std::ranges::all_of(masks, [&](const Mask& mask) { return mask == masks[0]; })) return masks[0];
  return context.Unsupported(attribute, "float32 numbers so near to the threshold that numpy 1 and numpy 2 disagree",
                             "Fit it on float64.");
}

absl::StatusOr<Mask> UnivariateMask(ImportContext& context) {
  struct Kind {
    std::string_view name, mode, parameter;
  };
  constexpr Kind kKinds[] = {{"SelectKBest", "k_best", "k"},
                             {"SelectPercentile", "percentile", "percentile"},
                             {"SelectFpr", "fpr", "alpha"},
                             {"SelectFdr", "fdr", "alpha"},
                             {"SelectFwe", "fwe", "alpha"}};
  const auto* kind = std::ranges::find(kKinds, context.class_name(), &Kind::name);
  std::string_view mode, parameter = "param";
  if (kind != std::ranges::end(kKinds)) {
    mode = kind->mode;
    parameter = kind->parameter;
  } else {
    ASSIGN_OR_RETURN(mode, context.String(context.Take("mode"), "mode"));
  }
  const graph::Id scores = context.Take("scores_"), pvalues = context.Take("pvalues_"), value = context.Take(parameter);
  if (scores == graph::kNoId) return context.Absent("scores_", "an array");
  if (kind == std::ranges::end(kKinds)) {  // transform makes a selector of what the object has
    if (pvalues == graph::kNoId) return context.Absent("pvalues_", "an array");
    if (!context.Has("score_func")) return context.SavedAgain("score_func");
  }
  if (mode != "k_best" && value != graph::kNoId && context.graph()[value].kind == graph::Kind::kStr)
    return context.Unsupported(parameter, "text", "All modes but k_best take a number.");
  if (mode == "k_best") {
    RETURN_IF_ERROR(CheckCountsOn(context, parameter));
    return KBest(context, scores, value, parameter);
  }
  if (mode == "percentile") return BestPercentile(context, scores, value, parameter);
  if (mode == "fpr" || mode == "fdr" || mode == "fwe") return BySignificance(context, pvalues, value, parameter, mode);
  return context.Unsupported("mode", mode, "scikit-learn knows percentile, k_best, fpr, fdr and fwe");
}

absl::StatusOr<Mask> VarianceMask(ImportContext& context) {
  const graph::Id variances = context.Take("variances_"), value = context.Take("threshold");
  if (variances == graph::kNoId) return context.Absent("variances_", "an array");
  ASSIGN_OR_RETURN(Array<double> values, context.Vector(variances, "variances_"));
  ASSIGN_OR_RETURN(double threshold, context.Double(value, "threshold"));
  std::vector<Mask> masks = {Where(values, [&](double v) { return v > threshold; })};
  if (context.FloatDType(variances) == fb::DType::Float32)
    masks.push_back(Where(values, [&](double v) { return v > static_cast<float>(threshold); }));
  return SameWhateverNumpy(context, "variances_", masks);
}

absl::StatusOr<Mask> SupportMask(ImportContext& context) {
  const graph::Id id = context.Take("support_");
  if (id == graph::kNoId) return context.Absent("support_", "an array");
  const graph::Node& node = context.graph()[id];
  if (node.kind != graph::Kind::kArray || !node.dtype || node.dtype->kind != 'b')
    return context.Unsupported("support_", "another type", "fit makes it an array of bool");
  ASSIGN_OR_RETURN(Array<int64_t> flags, context.IntVector(id, "support_"));
  return Mask(flags.begin(), flags.end());
}

}  // namespace pratique
