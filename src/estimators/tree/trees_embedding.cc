#include "estimators/tree/trees_embedding.h"

#include "absl/strings/str_cat.h"
#include "estimators/tree/changes.h"
#include "estimators/tree/ensemble.h"
#include "estimators/tree/evaluate.h"
#include "estimators/tree/member_trees.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr char kEncoder[] = "one_hot_encoder";

}  // namespace

absl::StatusOr<Signature> TreesEmbedding::Infer(const Children& children) const {
  if (children.size() == 0) return Mismatch("owns no trees");
  const size_t last = children.size() - 1;
  ASSIGN_OR_RETURN(auto owned, CheckOwnedTrees(children, n_features_in, /*averaged=*/true, accepts_missing, 1));
  RETURN_IF_ERROR(children.CheckRole(last, kEncoder));
  const Signature& encoder = children.signatures[last];
  if (!encoder.Has(Method::kTransform) || encoder.n_features_in != owned.n_trees || !encoder.n_features_out)
    return Mismatch(absl::StrCat("the encoder does not take the leaves of ", owned.n_trees, " trees"));
  Signature signature;
  signature.n_features_in = n_features_in;
  signature.feature_names = feature_names;
  signature.n_features_out = encoder.n_features_out;
  InferPaths(children, /*averaged=*/true, signature);
  return signature;
}

absl::Status TreesEmbedding::Import(ImportContext& context) {
  using graph::Id;
  static constexpr char kTree[] = "ExtraTreeRegressor";
  RETURN_IF_ERROR(context.ByName(this));
  const graph::Graph& graph = context.graph();
  const Id trees = context.Take("estimators_");
  const bool is_list = trees != graph::kNoId && graph[trees].kind == graph::Kind::kList && !graph[trees].items.empty();
  if (!is_list) return context.Absent("estimators_", "a list of fitted trees");
  TreeExpectations expected = TreeExpectations::Of(context, /*is_classifier=*/false);
  expected.n_features = n_features_in;
  expected.n_classes = {1};
  RETURN_IF_ERROR(CheckTreeTemplate(context, kTree));
  const MemberTrees members(context, expected, kTree);
  accepts_missing = AcceptsMissing(SettingsOf(context, graph[trees].items[0], /*is_forest=*/true));
  paths_refuse_missing = accepts_missing && context.Predates(release_1_8::kPathsFollowMissing);
  // No one asks for what leaves stand for.
  BlockBuilder builder(n_features_in, 1, accepts_missing,
                       [](const FittedTree&, uint32_t, std::span<double> row) { row[0] = 0; });
  for (size_t t = 0; t < graph[trees].items.size(); ++t) {
    const Place place(context, absl::StrCat("estimators_[", t, "]"));
    const Id id = graph[trees].items[t];
    RETURN_IF_ERROR(members.Check(id, place));
    ASSIGN_OR_RETURN(FittedTree tree, FittedTree::Read(context, graph.Find(id, "tree_"), place / "tree_", expected));
    context.arena().Charge(tree.bytes());
    builder.Add(tree, context.arena());
  }
  OwnBlocks(context, builder);
  const Id encoder = context.Take("one_hot_encoder_");
  if (encoder == graph::kNoId) return context.Absent("one_hot_encoder_", "the encoder of leaves");
  context.Child(encoder, kEncoder);
  return absl::OkStatus();
}

absl::StatusOr<Data> TreesEmbedding::Apply(const Data& X, Run& run) const {
  return ApplyTrees({.averaged = true, .accepts_missing = accepts_missing}, X, run);
}

absl::StatusOr<Data> TreesEmbedding::DecisionPath(const Data& X, Run& run) const {
  return DecisionPaths({.averaged = true, .accepts_missing = accepts_missing && !paths_refuse_missing}, X, run);
}

absl::StatusOr<Data> TreesEmbedding::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data leaves, Apply(X, run));
  return run.children().back()->Call(Method::kTransform, leaves, run);
}

// randomtreesembedding_TREE_LEAF (sklearn/ensemble/_forest.py, 1.9): as the encoder names the leaves of each tree.
absl::StatusOr<Strings> TreesEmbedding::FeatureNamesOut(FeatureNames& names) const {
  RETURN_IF_ERROR(names.CheckGiven());
  const Estimator& encoder = *names.children().back();
  std::span<std::string_view> trees = names.New(encoder.signature->n_features_in.value_or(0));
  for (size_t t = 0; t < trees.size(); ++t) trees[t] = names.Join(names.ClassName(), "_", absl::StrCat(t));
  return names.Of(encoder, trees);
}

}  // namespace pratique
