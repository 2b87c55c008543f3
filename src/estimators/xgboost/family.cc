#include "estimators/xgboost/xgboost.h"
#include "registry/families.h"
#include "xgboost_bfbs_generated.h"

namespace pratique {

const Family& XGBoostFamily() {
  static constexpr std::string_view kCore[] = {"xgboost.core", "xgboost"};
  static constexpr std::string_view kSklearn[] = {"xgboost.sklearn", "xgboost"};
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kRefuses =
      "objectives of one's own, dart before 1.0, frames of categories before 3.1 or of text beyond ASCII, vectors of "
      "leaves in binary "
      "models";
  // Of all wrappers of all releases; what predict reads of them is in the booster, too.
  static constexpr std::string_view kParameters =
      "base_score booster callbacks colsample_bylevel colsample_bynode colsample_bytree device early_stopping_rounds "
      "enable_categorical eval_metric feature_types feature_weights gamma gpu_id grow_policy importance_type "
      "interaction_constraints kwargs learning_rate max_bin max_cat_threshold max_cat_to_onehot max_delta_step "
      "max_depth max_leaves min_child_weight monotone_constraints multi_strategy n_estimators n_jobs nthread "
      "num_parallel_tree objective predictor random_state reg_alpha reg_lambda sampling_method scale_pos_weight seed "
      "silent "
      "subsample tree_method use_label_encoder validate_parameters";
  static constexpr std::string_view kLeft =
      "_estimator_type best_iteration best_ntree_limit best_score evals_result_ n_features_in_ feature_names_in_ "
      "feature_names feature_types";
  static const Form* const kForm = FormOf<XGBoost, fb::XGBoostBinarySchema>();
  const auto a = [&](std::string_view name) {
    return Class{.name = name,
                 .form = kForm,
                 .modules = name.ends_with("Booster") ? std::span<const std::string_view>(kCore) : kSklearn,
                 .inputs = kInputs,
                 .agreement = "exact",
                 .refuses = kRefuses,
                 .lacks = name.ends_with("Classifier") ? "" : "predict_proba",
                 .fit_parameters = kParameters,
                 .inert = kLeft};
  };
  static const Class kClasses[] = {
      a("xgboost.Booster"),        a("xgboost.XGBClassifier"), a("xgboost.XGBRFClassifier"),
      a("xgboost.XGBRFRegressor"), a("xgboost.XGBRanker"),     a("xgboost.XGBRegressor"),
  };
  static const Family family{"xgboost", kClasses, {}};
  return family;
}

}  // namespace pratique
