#include "boosting_bfbs_generated.h"
#include "estimators/boosting/changes.h"
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

}  // namespace

const Family& BoostingFamily() {
  using Schema = fb::HistBoostingBinarySchema;  // named after the root; it holds every table of the file
  static const Form* const hist = FormOf<HistBoosting, Schema>();
  static const Class kClasses[] = {
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
       .fit_parameters = kHistParameters,
       .inert = kHistInert},
  };
  static const Family family{"boosting", kClasses, kBoostingChanges};
  return family;
}

}  // namespace pratique
