#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/feature_selection/importances.h"
#include "kernels/numpy_sum.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr std::string_view kWhere = "feature_importances_";

// The columns of a tree's nodes.
struct Nodes {
  int64_t n_features = 0;
  Array<int64_t> left, right, feature;
  Array<double> impurity, weight;  // weight: weighted_n_node_samples
};

absl::StatusOr<Nodes> NodesOf(ImportContext& context, Id estimator) {
  const graph::Graph& graph = context.graph();
  const auto wrong = [&](std::string_view what) {
    return context.Unsupported(kWhere, what, "It is computed from the trees as fit leaves them.");
  };
  if (estimator == kNoId || graph[estimator].kind != Kind::kObject) return wrong("an estimator that is none");
  const Id tree = graph.Find(estimator, "tree_");
  if (tree == kNoId || graph[tree].kind != Kind::kObject || graph[tree].name != "Tree" || graph[tree].items.empty())
    return wrong("an estimator without tree_");
  Nodes nodes;
  ASSIGN_OR_RETURN(nodes.n_features, context.Int(graph[tree].items[0], kWhere));
  const Id records = graph.Find(tree, "nodes");
  if (records == kNoId || graph[records].kind != Kind::kArray || graph[records].shape.size() != 1)
    return wrong("a tree without nodes");
  ASSIGN_OR_RETURN(nodes.left, context.IntField(records, "left_child"));
  ASSIGN_OR_RETURN(nodes.right, context.IntField(records, "right_child"));
  ASSIGN_OR_RETURN(nodes.feature, context.IntField(records, "feature"));
  ASSIGN_OR_RETURN(nodes.impurity, context.DoubleField(records, "impurity"));
  ASSIGN_OR_RETURN(nodes.weight, context.DoubleField(records, "weighted_n_node_samples"));
  if (nodes.left.empty() || nodes.n_features < 1 || nodes.n_features > int64_t{1} << 24) return wrong("an empty tree");
  const auto n = static_cast<int64_t>(nodes.left.size());
  for (size_t i = 0; i < nodes.left.size(); ++i) {
    if (nodes.left[i] == -1) continue;
    const bool good = nodes.left[i] >= 0 && nodes.left[i] < n && nodes.right[i] >= 0 && nodes.right[i] < n &&
                      nodes.feature[i] >= 0 && nodes.feature[i] < nodes.n_features;
    if (!good) return wrong("a node that points outside of its tree");
  }
  return nodes;
}

void Normalize(std::span<double> importances, double sum) {
  for (double& one : importances) one /= sum;
}

// sklearn/tree/_tree.pyx Tree.compute_feature_importances, 1.9; `importances` has n_features elements.
void Compute(const Nodes& t, bool normalize, std::span<double> importances) {
  std::ranges::fill(importances, 0.0);
  for (size_t i = 0; i < t.left.size(); ++i) {
    if (t.left[i] == -1) continue;
    const auto l = static_cast<size_t>(t.left[i]), r = static_cast<size_t>(t.right[i]);
    importances[static_cast<size_t>(t.feature[i])] +=
        t.weight[i] * t.impurity[i] - t.weight[l] * t.impurity[l] - t.weight[r] * t.impurity[r];
  }
  Normalize(importances, t.weight[0]);
  if (!normalize) return;
  if (const double sum = NumpySum(importances.data(), importances.size()); sum > 0) Normalize(importances, sum);
}

// The elements of estimators_: of gradient boosting an array of rows, one tree a class; of forests a list.
absl::StatusOr<std::span<const Id>> EstimatorsOf(ImportContext& context, Id estimator) {
  const Id list = context.graph().Find(estimator, "estimators_");
  if (list == kNoId || context.graph()[list].items.empty())
    return context.Unsupported(kWhere, "an estimator without estimators_", "It is computed from them.");
  return std::span<const Id>(context.graph()[list].items);
}

// The mean over those trees that have a split, and as parts of 1: zeros where none has one.
absl::StatusOr<std::span<double>> MeanOfTrees(ImportContext& context, Id estimator, bool normalize) {
  ASSIGN_OR_RETURN(std::span<const Id> trees, EstimatorsOf(context, estimator));
  std::span<double> sum, one;
  size_t counted = 0;
  for (Id tree : trees) {
    ASSIGN_OR_RETURN(Nodes nodes, NodesOf(context, tree));
    if (sum.empty()) {
      sum = context.arena().New<double>(static_cast<size_t>(nodes.n_features));
      one = context.arena().New<double>(sum.size());
    }
    if (static_cast<size_t>(nodes.n_features) != sum.size())
      return context.Unsupported(kWhere, "trees of several widths", "fit gives all trees the same features");
    if (nodes.left.size() <= 1) continue;
    ++counted;
    Compute(nodes, normalize, one);
    for (size_t j = 0; j < sum.size(); ++j) sum[j] += one[j];
  }
  if (counted == 0) return sum;
  Normalize(sum, static_cast<double>(counted));
  Normalize(sum, NumpySum(sum.data(), sum.size()));
  return sum;
}

// sklearn/ensemble/_weight_boosting.py: Python's sum of what each says, weighted.
absl::StatusOr<std::span<double>> WeightedMean(ImportContext& context, Id estimator) {
  ASSIGN_OR_RETURN(std::span<const Id> estimators, EstimatorsOf(context, estimator));
  const Id list = context.graph().Find(estimator, "estimator_weights_");
  if (list == kNoId) return context.Unsupported(kWhere, "an AdaBoost without estimator_weights_", "fit sets them");
  ASSIGN_OR_RETURN(Array<double> weights, context.Vector(list, "estimator_weights_"));
  std::span<double> sum;
  for (size_t i = 0; i < std::min(weights.size(), estimators.size()); ++i) {
    ASSIGN_OR_RETURN(Nodes nodes, NodesOf(context, estimators[i]));
    std::span<double> one = context.arena().New<double>(static_cast<size_t>(nodes.n_features));
    if (sum.empty()) sum = context.arena().New<double>(one.size());
    if (one.size() != sum.size())
      return context.Unsupported(kWhere, "trees of several widths", "fit gives all trees the same features");
    Compute(nodes, true, one);
    for (size_t j = 0; j < sum.size(); ++j) sum[j] += weights[i] * one[j];
  }
  Normalize(sum, NumpySum(weights.data(), weights.size()));
  return sum;
}

}  // namespace

absl::StatusOr<std::span<double>> TreeImportances(ImportContext& context, Id estimator) {
  const std::string_view name = context.graph()[estimator].name;
  if (HasWord("DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor", name)) {
    ASSIGN_OR_RETURN(Nodes nodes, NodesOf(context, estimator));
    std::span<double> importances = context.arena().New<double>(static_cast<size_t>(nodes.n_features));
    Compute(nodes, true, importances);
    return importances;
  }
  if (HasWord("RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor", name))
    return MeanOfTrees(context, estimator, true);
  if (HasWord("GradientBoostingClassifier GradientBoostingRegressor", name))
    return MeanOfTrees(context, estimator, false);
  if (HasWord("AdaBoostClassifier AdaBoostRegressor", name)) return WeightedMean(context, estimator);
  return context.Unsupported(
      "importance_getter", absl::StrCat("importances of ", std::string(name)),
      "coef_ as an attribute, and feature_importances_ of scikit-learn's trees, are reproduced.");
}

}  // namespace pratique
