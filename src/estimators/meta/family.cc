#include "estimators/meta/chain.h"
#include "estimators/meta/changes.h"
#include "estimators/meta/checked_delegate.h"
#include "estimators/meta/iterative_imputer.h"
#include "meta_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& MetaFamily() {
  using Schema = fb::ChainBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kChains[] = {"sklearn.multioutput"};
  static constexpr std::string_view kSelfTraining[] = {"sklearn.semi_supervised",
                                                       "sklearn.semi_supervised._self_training"};
  static constexpr std::string_view kRansac[] = {"sklearn.linear_model", "sklearn.linear_model._ransac"};
  static constexpr std::string_view kImpute[] = {"sklearn.impute", "sklearn.impute._iterative"};
  static constexpr std::string_view kChainFit = "base_estimator chain_method cv order random_state verbose";
  static constexpr std::string_view kOfClassifiers = "predict_proba predict_log_proba decision_function";
  static const Class kClasses[] = {
      {.name = "sklearn.multioutput.ClassifierChain",
       .form = FormOf<Chain, Schema>(),
       .modules = kChains,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "labels that are text; one output; probabilities of more than two classes",
       .fit_parameters = kChainFit},
      {.name = "sklearn.multioutput.RegressorChain",
       .form = FormOf<Chain, Schema>(),
       .modules = kChains,
       .inputs = kInputs,
       .agreement = "exact",
       .lacks = kOfClassifiers,
       .fit_parameters = kChainFit},
      {.name = "sklearn.semi_supervised.SelfTrainingClassifier",
       .form = FormOf<CheckedDelegate, Schema>(),
       .modules = kSelfTraining,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "base_estimator criterion k_best max_iter threshold verbose",
       .inert = "labeled_iter_ n_iter_ termination_condition_ transduction_"},
      {.name = "sklearn.linear_model.RANSACRegressor",
       .form = FormOf<CheckedDelegate, Schema>(),
       .modules = kRansac,
       .inputs = kInputs,
       .agreement = "exact",
       .lacks = kOfClassifiers,
       .fit_parameters = "base_estimator is_data_valid is_model_valid loss max_skips max_trials min_samples "
                         "random_state residual_threshold stop_n_inliers stop_probability stop_score",
       .inert = "inlier_mask_ n_skips_invalid_data_ n_skips_invalid_model_ n_skips_no_inliers_ n_trials_"},
      {.name = "sklearn.impute.IterativeImputer",
       .form = FormOf<IterativeImputer, Schema>(),
       .modules = kImpute,
       .inputs = kDense,
       .agreement = "exact",
       .refuses = "sample_posterior=True, whose results are random",
       .fit_parameters = "estimator fill_value imputation_order initial_strategy max_iter max_value min_value "
                         "n_nearest_features random_state skip_complete tol verbose",
       .inert = "_estimator n_features_with_missing_ random_state_"},
  };
  static const Family family{"meta", kClasses, kMetaChanges};
  return family;
}

}  // namespace pratique
