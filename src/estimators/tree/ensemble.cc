#include "estimators/tree/ensemble.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "estimators/tree/block_builder.h"
#include "estimators/tree/family.h"
#include "estimators/tree/leaf_row.h"
#include "estimators/tree/member_trees.h"
#include "estimators/tree/missing.h"
#include "import/sklearn/shown.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

std::string TreeClassOf(std::string_view forest) {
  const bool is_classifier = forest.ends_with("Classifier");
  return absl::StrCat(forest.starts_with("Extra") ? "ExtraTree" : "DecisionTree",
                      is_classifier ? "Classifier" : "Regressor");
}

class EnsembleImporter {
 public:
  EnsembleImporter(ImportContext& context, const TreeExpectations& expected)
      : context_(context), graph_(context.graph()), expected_(expected), is_forest_(IsForest(context.class_name())) {}

  absl::StatusOr<bool> Run() {
    std::vector<std::pair<Id, Place>> trees;
    RETURN_IF_ERROR(Collect(trees));
    // Sets are asked for it.
    for (const Id criterion : {graph_.Find(first_, "criterion"), context_.Take("criterion")}) {
      if (criterion == kNoId || graph_[criterion].kind == Kind::kStr || graph_[criterion].kind == Kind::kObject)
        continue;
      return context_.Unsupported("criterion", TypeName(graph_[criterion]), "It is a name.");
    }
    const bool accepts_missing = AcceptsMissing(SettingsOf(context_, first_, is_forest_));
    LeafRows leaf_rows(expected_);
    BlockBuilder builder(
        static_cast<uint32_t>(expected_.n_features), static_cast<uint32_t>(expected_.width()), accepts_missing,
        [&](const FittedTree& tree, uint32_t i, std::span<double> row) { leaf_rows.Fill(tree, i, row); });
    for (const auto& [id, place] : trees) {
      ASSIGN_OR_RETURN(FittedTree tree, FittedTree::Read(context_, id, place, expected_));
      context_.arena().Charge(tree.bytes());
      RETURN_IF_ERROR(leaf_rows.Check(tree, place, is_forest_));
      builder.Add(tree, context_.arena());
    }
    OwnBlocks(context_, builder);
    return accepts_missing;
  }

 private:
  // The tree_ objects, in order.
  absl::Status Collect(std::vector<std::pair<Id, Place>>& trees) {
    if (!is_forest_) {
      first_ = context_.object().state;
      for (std::string_view setting : kMissingSettings) context_.Take(setting);
      trees.emplace_back(context_.Take("tree_"), Place(context_, "tree_"));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckTreeTemplate(context_, TreeClassOf(context_.class_name())));
    const Id list = context_.Take("estimators_");
    const bool is_sequence = list != kNoId && (graph_[list].kind == Kind::kList || graph_[list].kind == Kind::kTuple);
    if (list != kNoId && !is_sequence) {
      return context_.Unsupported("estimators_", absl::StrCat("a ", TypeName(graph_[list])),
                                  "fit makes it a list of trees; set it to one.");
    }
    if (!is_sequence) return context_.Absent("estimators_", "a list of fitted trees");
    if (graph_[list].items.empty()) {
      return context_.Invalid("estimators_", "another value", "a list of fitted trees");
    }
    first_ = graph_[list].items[0];
    const MemberTrees members(context_, expected_, TreeClassOf(context_.class_name()));
    for (size_t i = 0; i < graph_[list].items.size(); ++i) {
      const Id tree = graph_[list].items[i];
      const Place place(context_, absl::StrCat("estimators_[", i, "]"));
      RETURN_IF_ERROR(members.Check(tree, place));
      trees.emplace_back(graph_.Find(tree, "tree_"), place / "tree_");
    }
    return absl::OkStatus();
  }

  ImportContext& context_;
  const graph::Graph& graph_;
  const TreeExpectations& expected_;
  const bool is_forest_;
  Id first_ = kNoId;  // the first tree, or its attributes
};

}  // namespace

void OwnBlocks(ImportContext& context, BlockBuilder& builder) {
  const std::vector<TreeBlock> blocks = builder.Finish(context.arena());
  for (size_t i = 0; i < blocks.size(); ++i) {
    TreeBlock& kept = context.NewState<TreeBlock>();
    kept = blocks[i];
    context.ChildState(TreeBlockClass(), &kept, TreesRole(i));
  }
}

bool IsForest(std::string_view class_name) {
  return class_name.starts_with("RandomForest") || class_name.starts_with("ExtraTrees");
}

absl::StatusOr<bool> ImportTrees(ImportContext& context, const TreeExpectations& expected) {
  return EnsembleImporter(context, expected).Run();
}

}  // namespace pratique
