#include "ensemble_bfbs_generated.h"
#include "estimators/ensemble/ada_boost.h"
#include "estimators/ensemble/bagging.h"
#include "estimators/ensemble/calibrated.h"
#include "estimators/ensemble/changes.h"
#include "estimators/ensemble/multiclass.h"
#include "estimators/ensemble/stacking.h"
#include "estimators/ensemble/voting.h"
#include "registry/families.h"

namespace pratique {

const Family& EnsembleFamily() {
  using Schema = fb::VotingClassifierBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kVoting[] = {"sklearn.ensemble", "sklearn.ensemble._voting"};
  static constexpr std::string_view kStacking[] = {"sklearn.ensemble", "sklearn.ensemble._stacking"};
  static constexpr std::string_view kCalibration[] = {"sklearn.calibration"};
  static constexpr std::string_view kMulticlass[] = {"sklearn.multiclass"};
  static constexpr std::string_view kStackingFit = "cv final_estimator n_jobs stack_method verbose";
  static constexpr std::string_view kStackingLeft = "_n_feature_outs feature_names_in_ named_estimators_";
  static constexpr std::string_view kBagging[] = {"sklearn.ensemble", "sklearn.ensemble._bagging"};
  static constexpr std::string_view kBoosting[] = {"sklearn.ensemble", "sklearn.ensemble._weight_boosting"};
  // Parameters that only fit reads, and what it leaves behind; the template of the members is one of them.
  static constexpr std::string_view kBaggingFit =
      "base_estimator bootstrap bootstrap_features max_features max_samples oob_score random_state verbose "
      "warm_start";
  static constexpr std::string_view kBaggingLeft =
      "_max_features _max_samples _n_samples _sample_weight _seeds base_estimator_ estimator_ estimator_params "
      "oob_decision_function_ oob_prediction_ oob_score_";
  static const Class kClasses[] = {
      {.name = "sklearn.ensemble.VotingClassifier",
       .form = FormOf<VotingClassifier, Schema>(),
       .modules = kVoting,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "transform of voting='soft' with flatten_transform=False, which has three dimensions",
       .fit_parameters = "n_jobs verbose",
       .inert = "feature_names_in_ named_estimators_"},
      {.name = "sklearn.ensemble.VotingRegressor",
       .form = FormOf<VotingRegressor, Schema>(),
       .modules = kVoting,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "n_jobs verbose",
       .inert = "feature_names_in_ named_estimators_"},
      {.name = "sklearn.ensemble.StackingClassifier",
       .form = FormOf<Stacking, Schema>(),
       .modules = kStacking,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "estimators that predict other labels than numbers",
       .fit_parameters = kStackingFit,
       .inert = kStackingLeft},
      {.name = "sklearn.ensemble.StackingRegressor",
       .form = FormOf<Stacking, Schema>(),
       .modules = kStacking,
       .inputs = kInputs,
       .agreement = "exact",
       .lacks = "predict_proba decision_function",
       .fit_parameters = kStackingFit,
       .inert = kStackingLeft},
      {.name = "sklearn.ensemble.BaggingClassifier",
       .form = FormOf<BaggingClassifier, Schema>(),
       .modules = kBagging,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "decision_function where a member lacks a class",
       .fit_parameters = kBaggingFit,
       .inert = kBaggingLeft},
      {.name = "sklearn.ensemble.BaggingRegressor",
       .form = FormOf<BaggingRegressor, Schema>(),
       .modules = kBagging,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = kBaggingFit,
       .inert = kBaggingLeft},
      {.name = "sklearn.ensemble.AdaBoostClassifier",
       .form = FormOf<AdaBoostClassifier, Schema>(),
       .modules = kBoosting,
       .inputs = kInputs,
       .refuses = "decision_function of one class",
       .fit_parameters = "base_estimator learning_rate n_estimators random_state",
       .inert = "base_estimator_ estimator_ estimator_errors_ estimator_params"},
      {.name = "sklearn.ensemble.AdaBoostRegressor",
       .form = FormOf<AdaBoostRegressor, Schema>(),
       .modules = kBoosting,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "base_estimator learning_rate loss n_estimators random_state",
       .inert = "base_estimator_ estimator_ estimator_errors_ estimator_params"},
      {.name = "sklearn.calibration.CalibratedClassifierCV",
       .form = FormOf<CalibratedClassifier, Schema>(),
       .modules = kCalibration,
       .inputs = kInputs,
       .refuses = "one class, a base fitted on other classes, thresholds or temperatures of float32",
       .fit_parameters = "base_estimator cv ensemble method n_jobs",
       .inert = "feature_names_in_ n_features_in_"},
      {.name = "sklearn.multiclass.OneVsRestClassifier",
       .form = FormOf<OneVsRest, Schema>(),
       .modules = kMulticlass,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "one class",
       .fit_parameters = "n_jobs verbose",
       .inert = "feature_names_in_ n_features_in_"},
      {.name = "sklearn.multiclass.OneVsOneClassifier",
       .form = FormOf<OneVsOne, Schema>(),
       .modules = kMulticlass,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "pairwise_indices_, of precomputed kernels",
       .fit_parameters = "n_jobs"},
      {.name = "sklearn.multiclass.OutputCodeClassifier",
       .form = FormOf<OutputCode, Schema>(),
       .modules = kMulticlass,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "code_size n_jobs random_state",
       .inert = "feature_names_in_ n_features_in_"},
  };
  static const Family family{"ensemble", kClasses, kEnsembleChanges};
  return family;
}

}  // namespace pratique
