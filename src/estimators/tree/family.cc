#include "estimators/tree/family.h"

#include "estimators/tree/changes.h"
#include "estimators/tree/isolation_forest.h"
#include "estimators/tree/tree_block.h"
#include "estimators/tree/tree_classifier.h"
#include "estimators/tree/tree_regressor.h"
#include "estimators/tree/trees_embedding.h"
#include "registry/families.h"
#include "tree_bfbs_generated.h"

namespace pratique {
namespace {

constexpr std::string_view kTreeModules[] = {"sklearn.tree._classes", "sklearn.tree.tree"};
constexpr std::string_view kForestModules[] = {"sklearn.ensemble._forest", "sklearn.ensemble.forest"};
constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};

// Not criterion, splitter and monotonic_cst of trees, which say whether NaN is accepted.
constexpr std::string_view kTreeParameters =
    "ccp_alpha max_depth max_features max_leaf_nodes min_impurity_decrease min_samples_leaf "
    "min_samples_split min_weight_fraction_leaf random_state";
constexpr std::string_view kForestParameters =
    "bootstrap ccp_alpha max_depth max_features max_leaf_nodes max_samples "
    "min_impurity_decrease min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst "
    "oob_score random_state warm_start";
// Regressors have a class_weight, too, which __init__ does not take. A forest's template of its trees, not fitted (up
// to 1.1, and 1.2 and 1.3 with the old name too); what fit found out.
constexpr std::string_view kForestInert =
    "class_weight estimator_ base_estimator base_estimator_ estimator_params oob_score_ "
    "oob_decision_function_ "
    "oob_prediction_ _n_samples _n_samples_bootstrap _sample_weight";

Class Tree(std::string_view name, const Form* form) {
  return {.name = name,
          .form = form,
          .modules = kTreeModules,
          .inputs = kInputs,
          .agreement = "exact",
          .fit_parameters = kTreeParameters,
          .inert = "class_weight max_features_"};
}

Class Forest(std::string_view name, const Form* form) {
  return {.name = name,
          .form = form,
          .modules = kForestModules,
          .inputs = kInputs,
          .agreement = "exact",
          .fit_parameters = kForestParameters,
          .inert = kForestInert};
}

constexpr std::string_view kIsolationModules[] = {"sklearn.ensemble._iforest", "sklearn.ensemble.iforest"};
constexpr std::string_view kIsolationParameters =
    "bootstrap contamination max_features max_samples n_estimators random_state verbose warm_start";
// Parameters of bagging that __init__ does not take; a template of the trees; what fit found out.
constexpr std::string_view kIsolationInert =
    "estimator estimator_ base_estimator base_estimator_ estimator_params bootstrap_features oob_score max_samples_ "
    "_n_samples _seeds _sample_weight";
constexpr std::string_view kEmbeddingParameters =
    "max_depth max_leaf_nodes min_impurity_decrease min_samples_leaf min_samples_split min_weight_fraction_leaf "
    "n_estimators random_state sparse_output verbose warm_start";
constexpr std::string_view kEmbeddingInert =
    "criterion estimator estimator_ base_estimator base_estimator_ estimator_params bootstrap oob_score class_weight "
    "max_samples max_features ccp_alpha _n_samples _n_samples_bootstrap _sample_weight _n_features_out n_outputs_";

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
      Tree("sklearn.tree.DecisionTreeClassifier", classifier),
      Tree("sklearn.tree.DecisionTreeRegressor", regressor),
      Tree("sklearn.tree.ExtraTreeClassifier", classifier),
      Tree("sklearn.tree.ExtraTreeRegressor", regressor),
      Forest("sklearn.ensemble.RandomForestClassifier", classifier),
      Forest("sklearn.ensemble.RandomForestRegressor", regressor),
      Forest("sklearn.ensemble.ExtraTreesClassifier", classifier),
      Forest("sklearn.ensemble.ExtraTreesRegressor", regressor),
      {.name = "sklearn.ensemble.IsolationForest",
       .form = FormOf<IsolationForest, fb::TreeClassifierBinarySchema>(),
       .modules = kIsolationModules,
       .inputs = kInputs,
       .refuses = "NaN in sparse X",
       .fit_parameters = kIsolationParameters,
       .inert = kIsolationInert},
      {.name = "sklearn.ensemble.RandomTreesEmbedding",
       .form = FormOf<TreesEmbedding, fb::TreeClassifierBinarySchema>(),
       .modules = kForestModules,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = kEmbeddingParameters,
       .inert = kEmbeddingInert},
      TreeBlockClass(),
  };
  static const Family family{"tree", kClasses, kTreeChanges};
  return family;
}

}  // namespace pratique
