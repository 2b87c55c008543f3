#include "estimators/tree/isolation_forest.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/tree/changes.h"
#include "estimators/tree/dense_rows.h"
#include "estimators/tree/ensemble.h"
#include "estimators/tree/evaluate.h"
#include "estimators/tree/kernel.h"
#include "estimators/tree/member_trees.h"
#include "import/sklearn/needed.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr int64_t kOutlierAndInlier[] = {-1, 1};
constexpr Values kLabels{.dtype = fb::DType::Int64, .missing = fb::Missing::No, .ints = kOutlierAndInlier};

// _average_path_length (sklearn/ensemble/_iforest.py, 1.9).
double AveragePathLength(double n) {
  if (n <= 1) return 0;
  if (n == 2) return 1;
  return 2.0 * (std::log(n - 1.0) + std::numbers::egamma) - 2.0 * (n - 1.0) / n;
}

class IsolationImporter {
 public:
  IsolationImporter(ImportContext& context, IsolationForest& model)
      : context_(context), graph_(context.graph()), model_(model) {}

  absl::Status Run() {
    RETURN_IF_ERROR(context_.ByName(&model_));
    const bool old = context_.Predates(release_1_3::kIsolationKeepsDepths);
    const std::string_view of_fit = old ? "max_samples_" : "_max_samples";
    context_.Ignore({"_max_samples"});
    ASSIGN_OR_RETURN(const int64_t n_samples, context_.Int(context_.Take(of_fit), of_fit));
    RETURN_IF_ERROR(CheckCountsOn(context_, "_max_features"));
    ASSIGN_OR_RETURN(const int64_t n_features, context_.Int(context_.Take("_max_features"), "_max_features"));
    if (n_features < 1 || n_features > int64_t{model_.n_features_in})
      return context_.Unsupported("_max_features", absl::StrCat(n_features), "It is 1 to n_features_in_.");
    expected_ = TreeExpectations::Of(context_, /*is_classifier=*/false);
    expected_.n_features = static_cast<uint64_t>(n_features);
    expected_.n_classes = {1};
    const Id trees = context_.Take("estimators_"), features = context_.Take("estimators_features_");
    if (!IsList(trees) || graph_[trees].items.empty()) return context_.Absent("estimators_", "a list of fitted trees");
    if (!IsList(features) || graph_[features].items.size() != graph_[trees].items.size())
      return context_.Unsupported("estimators_features_", "another value", "It is a list of arrays, one a tree.");
    model_.denominator =
        static_cast<double>(graph_[trees].items.size()) * AveragePathLength(static_cast<double>(n_samples));
    model_.accepts_missing = release_1_6::kIsolationTakesMissing.IsIn(context_.sklearn());
    RETURN_IF_ERROR(ReadTrees(graph_[trees].items, graph_[features].items, old));
    model_.accepts_infinity = model_.accepts_missing && !infinite_;
    return absl::OkStatus();
  }

 private:
  bool IsList(Id id) const { return id != kNoId && graph_[id].kind == Kind::kList; }

  absl::Status ReadTrees(std::span<const Id> trees, std::span<const Id> features, bool old) {
    const MemberTrees members(context_, expected_, "ExtraTreeRegressor");
    Id lengths = kNoId, averages = kNoId;
    if (!old) {
      lengths = context_.Take("_decision_path_lengths");
      averages = context_.Take("_average_path_length_per_tree");
      for (const auto& [name, id] :
           {std::pair("_decision_path_lengths", lengths), std::pair("_average_path_length_per_tree", averages)}) {
        if (id == kNoId) return context_.SavedAgain(name);
        const bool is_tuple = graph_[id].kind == Kind::kTuple || graph_[id].kind == Kind::kList;
        if (!is_tuple || graph_[id].items.size() != trees.size())
          return context_.Unsupported(name, "another value", "It is a tuple of arrays, one a tree.");
      }
    }
    BlockBuilder builder(model_.n_features_in, 1, model_.accepts_missing,
                         [&](const FittedTree&, uint32_t i, std::span<double> row) { row[0] = depths_[i]; });
    for (size_t t = 0; t < trees.size(); ++t) {
      const Place place(context_, absl::StrCat("estimators_[", t, "]"));
      RETURN_IF_ERROR(members.Check(trees[t], place));
      ASSIGN_OR_RETURN(FittedTree tree,
                       FittedTree::Read(context_, graph_.Find(trees[t], "tree_"), place / "tree_", expected_));
      context_.arena().Charge(tree.bytes());
      if (old)
        CountDepths(tree);
      else
        RETURN_IF_ERROR(ReadDepths(tree, graph_[lengths].items[t], graph_[averages].items[t]));
      for (uint32_t i = 0; i < tree.n_nodes(); ++i)
        infinite_ |= !tree.node(i).is_leaf() && std::isinf(tree.node(i).threshold);
      // Where all features are drawn, predict takes them as they stand.
      if (expected_.n_features != model_.n_features_in) RETURN_IF_ERROR(MapFeatures(tree, features[t], t));
      builder.Add(tree, context_.arena());
    }
    OwnBlocks(context_, builder);
    return absl::OkStatus();
  }

  absl::Status MapFeatures(FittedTree& tree, Id id, size_t t) {
    const std::string at = absl::StrCat("estimators_features_[", t, "]");
    ASSIGN_OR_RETURN(Array<int64_t> drawn, context_.IntVector(id, at));
    std::vector<uint32_t> features;
    for (int64_t feature : drawn) {
      if (feature < 0 || feature >= int64_t{model_.n_features_in})
        return context_.Unsupported(at, absl::StrCat(feature), "Features are 0 to n_features_in_ - 1.");
      features.push_back(static_cast<uint32_t>(feature));
    }
    if (features.size() != expected_.n_features)
      return context_.Unsupported(at, absl::StrCat(features.size(), " features"), "There are _max_features.");
    tree.MapFeatures(features);
    return absl::OkStatus();
  }

  absl::Status ReadDepths(const FittedTree& tree, Id lengths_id, Id averages_id) {
    ASSIGN_OR_RETURN(Array<int64_t> lengths, context_.IntVector(lengths_id, "_decision_path_lengths"));
    ASSIGN_OR_RETURN(Array<double> averages, context_.Vector(averages_id, "_average_path_length_per_tree"));
    if (lengths.size() != tree.n_nodes() || averages.size() != tree.n_nodes())
      return context_.Unsupported("_decision_path_lengths", "arrays of other sizes", "There is a number a node.");
    depths_.resize(tree.n_nodes());
    for (size_t i = 0; i < depths_.size(); ++i) depths_[i] = static_cast<double>(lengths[i]) + averages[i] - 1.0;
    return absl::OkStatus();
  }

  // Up to 1.2: nodes on the way (decision_path), parents before children.
  void CountDepths(const FittedTree& tree) {
    std::vector<uint32_t> length(tree.n_nodes(), 1);
    depths_.resize(tree.n_nodes());
    for (uint32_t i = 0; i < tree.n_nodes(); ++i) {
      const FittedTree::Node& node = tree.node(i);
      if (!node.is_leaf()) length[node.left] = length[node.right] = length[i] + 1;
      depths_[i] =
          static_cast<double>(length[i]) + AveragePathLength(static_cast<double>(tree.n_node_samples(i))) - 1.0;
    }
  }

  ImportContext& context_;
  const graph::Graph& graph_;
  IsolationForest& model_;
  TreeExpectations expected_;
  std::vector<double> depths_;  // of the tree at hand
  bool infinite_ = false;       // some threshold is
};

}  // namespace

std::optional<Violation> IsolationForest::Invariant() const {
  if (!accepts_infinity || accepts_missing) return std::nullopt;
  return Violation{"accepts_infinity", "isolation", "true", "false: NaN is not accepted either"};
}

absl::StatusOr<Signature> IsolationForest::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(auto owned, CheckOwnedTrees(children, n_features_in, /*averaged=*/true, accepts_missing));
  if (owned.value_width != 1)
    return Mismatch(absl::StrCat("leaves have ", owned.value_width, " values; here they have one"));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.classes = {&kLabels, 1};
  signature.decision_columns = 1;
  return signature;
}

absl::Status IsolationForest::Import(ImportContext& context) { return IsolationImporter(context, *this).Run(); }

// -(2 ** -(depths / denominator)), score_samples.
absl::StatusOr<std::span<double>> IsolationForest::Scores(const Data& X, Run& run) const {
  const std::span<double> scores = run.arena.New<double>(Rows(X));
  const Finite finite = accepts_infinity ? Finite::kAny : accepts_missing ? Finite::kAllowNaN : Finite::kRequired;
  RETURN_IF_ERROR(ForDenseRows(finite, X, run, [&](const MatrixView<float>& dense, size_t first) {
    for (const Estimator* child : BlocksOf(run)) AddLeafValues(BlockOf(child), dense, scores.data() + first);
    return absl::OkStatus();
  }));
  for (double& score : scores) score = -std::pow(2.0, -(denominator != 0 ? score / denominator : 1.0));
  return scores;
}

absl::StatusOr<Data> IsolationForest::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<double> scores, Scores(X, run));
  return MatrixView<double>{scores, scores.size(), 1, 1};
}

absl::StatusOr<Data> IsolationForest::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<double> scores, Scores(X, run));
  for (double& score : scores) score -= offset;
  return MatrixView<double>{scores, scores.size(), 1, 1};
}

absl::StatusOr<Data> IsolationForest::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(std::span<double> scores, Scores(X, run));
  for (double& score : scores) score = !(score - offset < 0);
  return MatrixView<double>{scores, scores.size(), 1, 1};
}

}  // namespace pratique
