#include "estimators/feature_selection/changes.h"
#include "estimators/feature_selection/column_mask.h"
#include "feature_selection_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& FeatureSelectionFamily() {
  using Schema = fb::ColumnMaskBinarySchema;
  static constexpr std::string_view kUnivariate[] = {"sklearn.feature_selection._univariate_selection"};
  static constexpr std::string_view kVariance[] = {"sklearn.feature_selection._variance_threshold"};
  static constexpr std::string_view kFromModel[] = {"sklearn.feature_selection._from_model"};
  static constexpr std::string_view kRfe[] = {"sklearn.feature_selection._rfe"};
  static constexpr std::string_view kSequential[] = {"sklearn.feature_selection._sequential"};
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kNearThreshold =
      "float32 scores so near to the threshold that numpy 1 and numpy 2 disagree";
  static constexpr std::string_view kNoPredictor = "predict predict_proba predict_log_proba decision_function";
  const Form* const form = FormOf<ColumnMask, Schema>();
  const auto univariate = [&](std::string_view name) {
    return Class{.name = name,
                 .form = form,
                 .modules = kUnivariate,
                 .inputs = kInputs,
                 .agreement = "exact",
                 .refuses = kNearThreshold,
                 .lacks = kNoPredictor,
                 .fit_parameters = "score_func"};
  };
  static const Class kClasses[] = {
      univariate("sklearn.feature_selection.SelectKBest"),
      univariate("sklearn.feature_selection.SelectPercentile"),
      univariate("sklearn.feature_selection.SelectFpr"),
      univariate("sklearn.feature_selection.SelectFdr"),
      univariate("sklearn.feature_selection.SelectFwe"),
      univariate("sklearn.feature_selection.GenericUnivariateSelect"),
      {.name = "sklearn.feature_selection.VarianceThreshold",
       .form = form,
       .modules = kVariance,
       .inputs = kInputs,
       .agreement = "exact",
       .lacks = kNoPredictor},
      {.name = "sklearn.feature_selection.SelectFromModel",
       .form = form,
       .modules = kFromModel,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "importances that are neither an attribute nor those of scikit-learn's trees (coef_ of SVC); a "
                  "norm_order but 1, 2, inf and -inf",
       .lacks = kNoPredictor},
      {.name = "sklearn.feature_selection.RFE",
       .form = form,
       .modules = kRfe,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "importance_getter n_features_to_select step verbose",
       .inert = "n_features_ ranking_"},
      {.name = "sklearn.feature_selection.RFECV",
       .form = form,
       .modules = kRfe,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "cv importance_getter min_features_to_select n_jobs scoring step verbose",
       .inert = "cv_results_ n_features_ ranking_"},
      {.name = "sklearn.feature_selection.SequentialFeatureSelector",
       .form = form,
       .modules = kSequential,
       .inputs = kInputs,
       .agreement = "exact",
       .lacks = kNoPredictor,
       .fit_parameters = "cv direction n_features_to_select n_jobs scoring tol",
       .inert = "n_features_to_select_"},
  };
  static const Family family{"feature_selection", kClasses, kFeatureSelectionChanges};
  return family;
}

}  // namespace pratique
