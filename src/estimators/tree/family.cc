#include "estimators/tree/family.h"

#include "estimators/tree/changes.h"
#include "estimators/tree/tree_block.h"
#include "estimators/tree/tree_classifier.h"
#include "estimators/tree/tree_regressor.h"
#include "registry/families.h"
#include "tree_bfbs_generated.h"

namespace pratique {
namespace {

constexpr std::string_view kTreeModules[] = {"sklearn.tree._classes", "sklearn.tree.tree"};
constexpr std::string_view kForestModules[] = {"sklearn.ensemble._forest", "sklearn.ensemble.forest"};
constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
constexpr std::string_view kRefuses = "the method apply (leaves are renumbered); decision_path";

constexpr std::string_view kInert[] = {
    // hyperparameters of fit; `criterion`, `splitter` and `monotonic_cst` also say whether NaN is accepted (missing.h)
    "criterion",
    "splitter",
    "monotonic_cst",
    "max_depth",
    "min_samples_split",
    "min_samples_leaf",
    "min_weight_fraction_leaf",
    "max_features",
    "max_leaf_nodes",
    "min_impurity_decrease",
    "min_impurity_split",
    "class_weight",
    "ccp_alpha",
    "presort",
    "n_estimators",
    "bootstrap",
    "oob_score",
    "max_samples",
    // a forest's template of its trees, not fitted; up to 1.1, and 1.2 and 1.3 with the old name too
    "estimator",
    "estimator_",
    "base_estimator",
    "base_estimator_",
    "estimator_params",
    // what fit found out on the way
    "max_features_",
    "oob_score_",
    "oob_decision_function_",
    "oob_prediction_",
    "estimators_samples_",
    "_n_samples",
    "_n_samples_bootstrap",
    "_sample_weight",
    "_estimator_type",
};

}  // namespace

const Class& TreeBlockClass() {
  static const Class block{
      .name = "pratique.TreeBlock", .form = FormOf<TreeBlock, fb::TreeClassifierBinarySchema>(), .agreement = "exact"};
  return block;
}

const Family& TreeFamily() {
  static const Form* const classifier = FormOf<TreeClassifier, fb::TreeClassifierBinarySchema>();
  static const Form* const regressor = FormOf<TreeRegressor, fb::TreeClassifierBinarySchema>();
  static const Class kClasses[] = {
      {"sklearn.tree.DecisionTreeClassifier", classifier, kTreeModules, kInputs, "exact", kRefuses},
      {"sklearn.tree.DecisionTreeRegressor", regressor, kTreeModules, kInputs, "exact", kRefuses},
      {"sklearn.tree.ExtraTreeClassifier", classifier, kTreeModules, kInputs, "exact", kRefuses},
      {"sklearn.tree.ExtraTreeRegressor", regressor, kTreeModules, kInputs, "exact", kRefuses},
      {"sklearn.ensemble.RandomForestClassifier", classifier, kForestModules, kInputs, "exact", kRefuses},
      {"sklearn.ensemble.RandomForestRegressor", regressor, kForestModules, kInputs, "exact", kRefuses},
      {"sklearn.ensemble.ExtraTreesClassifier", classifier, kForestModules, kInputs, "exact", kRefuses},
      {"sklearn.ensemble.ExtraTreesRegressor", regressor, kForestModules, kInputs, "exact", kRefuses},
      TreeBlockClass(),
  };
  static const Family family{"tree", kClasses, kInert, kTreeChanges};
  return family;
}

}  // namespace pratique
