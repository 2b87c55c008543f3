// The trees inside an estimator of many: each is one of scikit-learn's own tree estimators.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "estimators/tree/fitted_tree.h"
#include "estimators/tree/missing.h"
#include "import/sklearn/import_context.h"
#include "registry/parameters.h"

namespace pratique {

// Parameters of a tree that say whether NaN is accepted.
inline constexpr std::string_view kMissingSettings[] = {"criterion", "splitter", "monotonic_cst"};

// Those of one tree, or of the attributes of the context's object where it is a tree itself.
MissingSettings SettingsOf(const ImportContext& context, graph::Id tree, bool is_forest);

// From 1.4 on predict asks a new tree of the template's class, with the forest's criterion, whether NaN is accepted: it
// is of the class that the members have.
absl::Status CheckTreeTemplate(ImportContext& context, std::string_view tree_class);

class MemberTrees {
 public:
  // `expected`: what the owner says of all trees, which outlives this. `tree_class`: "DecisionTreeRegressor".
  MemberTrees(ImportContext& context, const TreeExpectations& expected, std::string tree_class)
      : context_(context), graph_(context.graph()), expected_(expected), tree_class_(std::move(tree_class)) {}

  // A tree has the owner's widths and release, class indexes for classes, and nothing that is not known.
  absl::Status Check(graph::Id tree, const Place& place) const;

 private:
  absl::Status CheckAttributes(const Class& type, const graph::Node& state, const Place& place) const;
  absl::Status CheckSettings(graph::Id tree, const Place& place) const;
  absl::Status CheckVersion(graph::Id tree, const Place& place) const;
  absl::Status CheckNumber(graph::Id tree, const Place& place, std::string_view attribute, uint64_t wanted) const;
  absl::Status CheckClassCounts(graph::Id tree, const Place& place) const;
  absl::Status CheckClasses(graph::Id tree, const Place& place) const;

  ImportContext& context_;
  const graph::Graph& graph_;
  const TreeExpectations& expected_;
  const std::string tree_class_;
  const std::vector<Parameter> parameters_ = ParametersOf("sklearn.tree.DecisionTreeRegressor");
};

}  // namespace pratique
