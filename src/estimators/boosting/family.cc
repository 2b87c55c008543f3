#include "boosting_bfbs_generated.h"
#include "estimators/boosting/changes.h"
#include "estimators/boosting/gradient_boosting.h"
#include "estimators/boosting/hist_boosting.h"
#include "registry/families.h"

namespace pratique {
namespace {

constexpr std::string_view kHistModules[] = {"sklearn.ensemble._hist_gradient_boosting.gradient_boosting"};
constexpr std::string_view kDense[] = {"dense", "frame"};

constexpr std::string_view kHistParameters =
    "categorical_features class_weight early_stopping interaction_cst l2_regularization learning_rate loss max_bins "
    "max_depth max_features max_iter max_leaf_nodes min_samples_leaf monotonic_cst n_iter_no_change quantile "
    "random_state scoring tol validation_fraction verbose warm_start";
// What fit found out, and what it needs to go on (warm_start); is_categorical_ is read in fit, and by predict in the
// bin mapper.
constexpr std::string_view kHistInert =
    "is_categorical_ _is_categorical_remapped _label_encoder _random_seed _feature_subsample_rng _fitted_with_sw "
    "do_early_stopping_ _use_validation_data _scorer train_score_ validation_score_";

constexpr std::string_view kGradientModules[] = {"sklearn.ensemble._gb", "sklearn.ensemble.gradient_boosting"};
constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
constexpr std::string_view kGradientParameters =
    "alpha ccp_alpha criterion init loss max_depth max_features max_leaf_nodes min_impurity_decrease min_samples_leaf "
    "min_samples_split min_weight_fraction_leaf n_estimators n_iter_no_change random_state subsample tol "
    "validation_fraction verbose warm_start";
constexpr std::string_view kGradientInert =
    "_n_classes n_classes_ n_estimators_ max_features_ train_score_ oob_improvement_ oob_score_ oob_scores_ _rng";

}  // namespace

const Family& BoostingFamily() {
  using Schema = fb::HistBoostingBinarySchema;  // named after the root; it holds every table of the file
  static const Form* const hist = FormOf<HistBoosting, Schema>();
  static const Form* const gradient = FormOf<GradientBoosting, Schema>();
  static constexpr std::string_view kOfClassifiers =
      "predict_proba decision_function staged_predict_proba staged_decision_function";
  static constexpr std::string_view kOfGradientClassifiers =
      "predict_proba predict_log_proba decision_function staged_predict_proba staged_decision_function";
  static const Class kClasses[] = {
      {.name = "sklearn.ensemble.GradientBoostingClassifier",
       .form = gradient,
       .modules = kGradientModules,
       .inputs = kNumeric,
       .refuses = "losses of one's own",
       .fit_parameters = kGradientParameters,
       .inert = kGradientInert},
      {.name = "sklearn.ensemble.GradientBoostingRegressor",
       .form = gradient,
       .modules = kGradientModules,
       .inputs = kNumeric,
       .refuses = "losses of one's own",
       .lacks = kOfGradientClassifiers,
       .fit_parameters = kGradientParameters,
       .inert = kGradientInert},
      {.name = "sklearn.ensemble.HistGradientBoostingClassifier",
       .form = hist,
       .modules = kHistModules,
       .inputs = kDense,
       .refuses = "one class; losses of one's own",
       .fit_parameters = kHistParameters,
       .inert = kHistInert},
      {.name = "sklearn.ensemble.HistGradientBoostingRegressor",
       .form = hist,
       .modules = kHistModules,
       .inputs = kDense,
       .refuses = "losses of one's own",
       .lacks = kOfClassifiers,
       .fit_parameters = kHistParameters,
       .inert = kHistInert},
  };
  static const Family family{"boosting", kClasses, kBoostingChanges};
  return family;
}

}  // namespace pratique
