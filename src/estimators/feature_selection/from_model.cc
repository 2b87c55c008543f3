// The mask of SelectFromModel.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "estimators/feature_selection/changes.h"
#include "estimators/feature_selection/importances.h"
#include "estimators/feature_selection/masks.h"
#include "kernels/numpy_sum.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

bool IsText(const graph::Node& node, std::string_view text) { return node.kind == Kind::kStr && node.text == text; }

// numpy.isclose(value, 1.0) of every number that the attribute holds; false where there is none.
absl::StatusOr<bool> IsOne(ImportContext& context, Id estimator, std::string_view attribute) {
  const Id id = context.graph().Find(estimator, attribute);
  if (context.IsNone(id)) return false;
  ASSIGN_OR_RETURN(NdArray<double> values, context.Doubles(id, attribute));
  return std::ranges::all_of(values.values, [](double v) { return std::abs(v - 1) <= 1e-8 + 1e-5; });
}

// Where no threshold is given: whether fit made coefficients zero by itself (_calculate_threshold).
absl::StatusOr<bool> IsSparsifying(ImportContext& context, Id estimator) {
  const graph::Graph& graph = context.graph();
  const std::string_view name = graph[estimator].name;
  const Id penalty = graph.Find(estimator, "penalty");
  for (const std::string_view asked : {"penalty", "l1_ratio"}) {
    if (name.ends_with("CV")) break;  // it chooses one of several
    const Id id = graph.Find(estimator, asked);
    if (id != kNoId && graph[id].kind == Kind::kArray && !graph[id].is_scalar)
      return context.Unsupported(absl::StrCat("estimator_.", std::string(asked)), "an array", "It is a single value.");
  }
  if ((penalty != kNoId && IsText(graph[penalty], "l1")) || name.find("Lasso") != name.npos) return true;
  if (context.Predates(release_1_1::kThresholdOfElasticNet)) return false;
  const bool is_newer = !context.Predates(release_1_8::kThresholdOfL1Ratio);
  ASSIGN_OR_RETURN(const bool given, IsOne(context, estimator, "l1_ratio"));
  ASSIGN_OR_RETURN(const bool chosen, IsOne(context, estimator, "l1_ratio_"));
  if (!is_newer) return name.find("ElasticNet") != name.npos && (given || chosen);
  return ((name == "ElasticNet" || name == "LogisticRegression") && given) ||
         ((name == "ElasticNetCV" || name == "LogisticRegressionCV") && chosen);
}

// str.strip(), of ASCII.
std::string Stripped(std::string_view text) {
  return std::string(absl::StripAsciiWhitespace(absl::string_view(text.data(), text.size())));
}

// numpy.mean and numpy.median in T.
template <class T>
T Mean(const std::vector<T>& values) {
  return NumpySum(values.data(), values.size()) / static_cast<T>(values.size());
}
template <class T>
T Median(std::vector<T> values) {
  for (T value : values) {
    if (std::isnan(value)) return value;
  }
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// "mean", "1.25*median", ... The thresholds that numpy's releases make of it.
template <class T>
absl::StatusOr<std::vector<T>> ByWord(ImportContext& context, std::string_view text, const std::vector<T>& values) {
  const size_t star = text.find('*');
  const std::string reference = star == text.npos ? std::string(text) : Stripped(text.substr(star + 1));
  if (reference != "mean" && reference != "median")
    return context.Unsupported("threshold", text, "It is a number, mean or median, or a multiple of them.");
  const T base = reference == "mean" ? Mean(values) : Median(values);
  if (star == text.npos) return std::vector<T>{base};
  double scale = 0;
  if (!absl::SimpleAtod(Stripped(text.substr(0, star)), &scale))
    return context.Unsupported("threshold", text, "What stands before * is a number.");
  return std::vector<T>{static_cast<T>(scale) * base, static_cast<T>(scale * static_cast<double>(base))};
}

template <class T>
absl::StatusOr<std::vector<T>> Thresholds(ImportContext& context, Id estimator, const std::vector<T>& values) {
  const Id id = context.Take("threshold");
  if (context.IsNone(id)) {
    ASSIGN_OR_RETURN(const bool is_sparsifying, IsSparsifying(context, estimator));
    return std::vector<T>{is_sparsifying ? static_cast<T>(1e-5) : Mean(values)};
  }
  if (context.graph()[id].kind == Kind::kStr) return ByWord(context, context.graph()[id].text, values);
  ASSIGN_OR_RETURN(double threshold, context.Double(id, "threshold"));
  return std::vector<T>{static_cast<T>(threshold)};
}

// The `most` largest, the first of equal ones; NaN counts as the least.
template <class T>
Mask Largest(const std::vector<T>& values, size_t most) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) {
    if (std::isnan(values[a]) || std::isnan(values[b])) return !std::isnan(values[a]) && std::isnan(values[b]);
    return values[a] > values[b];
  });
  Mask mask(values.size(), false);
  for (size_t i = 0; i < std::min(most, order.size()); ++i) mask[order[i]] = true;
  return mask;
}

// max_features_ is what fit made of max_features, which can be a function.
absl::StatusOr<std::optional<int64_t>> MaxFeatures(ImportContext& context) {
  const Id given = context.Take("max_features"), fitted = context.Take("max_features_");
  if (context.IsNone(given)) return std::nullopt;
  ASSIGN_OR_RETURN(int64_t most, context.Int(fitted == kNoId ? given : fitted, "max_features"));
  if (most < 0) return context.Unsupported("max_features", absl::StrCat(most), "it is a number of features");
  return most;
}

template <class T>
absl::StatusOr<Mask> Select(ImportContext& context, Id estimator, std::span<const double> importances) {
  const std::vector<T> values(importances.begin(), importances.end());
  ASSIGN_OR_RETURN(std::optional<int64_t> most, MaxFeatures(context));
  ASSIGN_OR_RETURN(std::vector<T> thresholds, Thresholds(context, estimator, values));
  std::vector<Mask> masks;
  for (T threshold : thresholds) {
    Mask mask = most ? Largest(values, static_cast<size_t>(*most)) : Mask(values.size(), true);
    for (size_t j = 0; j < values.size(); ++j) mask[j] = mask[j] && !(values[j] < threshold);
    masks.push_back(std::move(mask));
  }
  return SameWhateverNumpy(context, "threshold", masks);
}

}  // namespace

absl::StatusOr<Mask> ImportanceMask(ImportContext& context) {
  const graph::Graph& graph = context.graph();
  const Id given = context.Take("estimator"), fitted = context.Take("estimator_"), prefit = context.Take("prefit");
  ASSIGN_OR_RETURN(const bool is_prefit, context.Bool(prefit, "prefit"));
  if (fitted == kNoId && !is_prefit) return context.Absent("estimator_", "a fitted estimator");
  // Whichever of them the importances are of, transform asks the given one whether it is fitted; a Pipeline says so
  // without attributes of its own.
  const bool is_pipeline = given != kNoId && graph[given].name == "Pipeline";
  if (is_prefit && !is_pipeline && !context.IsFitted(given))
    return context.Unsupported("estimator", "an estimator that is not fitted", "Beside prefit=True it is fitted.");
  const Id estimator = fitted == kNoId ? given : fitted;
  if (estimator == kNoId || graph[estimator].kind != Kind::kObject)
    return context.Unsupported("estimator_", "another value", "It is a fitted estimator.");
  if (const Id width = graph.Find(estimator, "n_features_in_"); width != kNoId)  // transform compares X's with it
    RETURN_IF_ERROR(context.Int(width, "estimator_.n_features_in_").status());
  ASSIGN_OR_RETURN(std::string_view getter, context.String(context.Take("importance_getter"), "importance_getter"));
  ASSIGN_OR_RETURN(double order, context.Double(context.Take("norm_order"), "norm_order"));
  ASSIGN_OR_RETURN(Importances importances, ImportancesOf(context, estimator, getter, order));
  if (importances.values.empty()) return context.Unsupported("estimator_", "no features", "fit needs one at least");
  return importances.is_float32 ? Select<float>(context, estimator, importances.values)
                                : Select<double>(context, estimator, importances.values);
}

}  // namespace pratique
