#include "compose_bfbs_generated.h"
#include "estimators/compose/column_transformer.h"
#include "estimators/compose/delegate.h"
#include "estimators/compose/feature_union.h"
#include "estimators/compose/multi_output.h"
#include "estimators/compose/pipeline.h"
#include "estimators/compose/threshold_classifier.h"
#include "estimators/compose/transformed_target_regressor.h"
#include "registry/families.h"

namespace pratique {
namespace {

constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
constexpr std::string_view kSearch[] = {"sklearn.model_selection", "sklearn.model_selection._search"};
constexpr std::string_view kHalving[] = {"sklearn.model_selection",
                                         "sklearn.model_selection._search_successive_halving"};
constexpr std::string_view kThreshold[] = {"sklearn.model_selection",
                                           "sklearn.model_selection._classification_threshold"};
constexpr std::string_view kFrozen[] = {"sklearn.frozen", "sklearn.frozen._frozen"};
constexpr std::string_view kMultiOutput[] = {"sklearn.multioutput"};

// A search owns best_estimator_; all else is how it was found.
Class SearchOf(std::string_view name, std::span<const std::string_view> modules) {
  return {.name = name,
          .form = FormOf<Delegate, fb::PipelineBinarySchema>(),
          .modules = modules,
          .inputs = kInputs,
          .agreement = "exact",
          .refuses = "refit=False",
          .lacks = "apply decision_path predict_std predict_cov",
          .fit_parameters =
              "aggressive_elimination cv error_score factor max_resources min_resources n_candidates "
              "n_iter n_jobs param_distributions param_grid pre_dispatch random_state resource "
              "return_train_score scoring verbose",
          .inert =
              "_checked_cv_orig _n_samples_orig best_index_ best_params_ best_score_ cv_results_ feature_names_in_ "
              "max_resources_ "
              "min_resources_ multimetric_ n_candidates_ n_iterations_ n_possible_iterations_ "
              "n_remaining_candidates_ n_required_iterations_ n_resources_ n_splits_ refit_time_ scorer_"};
}

Class ThresholdOf(std::string_view name, std::string_view fit_parameters) {
  return {.name = name,
          .form = FormOf<ThresholdClassifier, fb::PipelineBinarySchema>(),
          .modules = kThreshold,
          .inputs = kInputs,
          .agreement = "exact",
          .refuses = "scores that are not of sklearn.metrics, without pos_label",
          .fit_parameters = fit_parameters,
          .inert = "best_score_ cv_results_ feature_names_in_ n_features_in_"};
}

Class MultiOutputOf(std::string_view name) {
  return {.name = name,
          .form = FormOf<MultiOutput, fb::PipelineBinarySchema>(),
          .modules = kMultiOutput,
          .inputs = kInputs,
          .agreement = "exact",
          .refuses = "outputs whose labels are of several dtypes",
          .lacks = name.ends_with("Regressor") ? "predict_proba" : "",
          .inert = "feature_names_in_ n_features_in_"};
}

}  // namespace

const Family& ComposeFamily() {
  static constexpr std::string_view kPipeline[] = {"sklearn.pipeline"};
  static constexpr std::string_view kCompose[] = {"sklearn.compose", "sklearn.compose._column_transformer"};
  static constexpr std::string_view kTarget[] = {"sklearn.compose", "sklearn.compose._target"};
  static const Class kClasses[] = {
      {.name = "sklearn.pipeline.Pipeline",
       .form = FormOf<Pipeline, fb::PipelineBinarySchema>(),
       .modules = kPipeline,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "memory verbose"},
      {.name = "sklearn.compose.ColumnTransformer",
       .form = FormOf<ColumnTransformer, fb::PipelineBinarySchema>(),
       .modules = kCompose,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "a transformer that is no text vectorizer of one column selected without brackets",
       // What fit was asked for, and what fit resolved it to.
       .fit_parameters =
           "force_int_remainder_cols remainder sparse_threshold transformers verbose verbose_feature_names_out",
       .inert = "_columns _feature_names_in _df_columns _n_features _remainder "
                "_transformers_feature_names_out output_indices_"},
      {.name = "sklearn.pipeline.FeatureUnion",
       .form = FormOf<FeatureUnion, fb::PipelineBinarySchema>(),
       .modules = kPipeline,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "verbose verbose_feature_names_out"},
      SearchOf("sklearn.model_selection.GridSearchCV", kSearch),
      SearchOf("sklearn.model_selection.RandomizedSearchCV", kSearch),
      SearchOf("sklearn.model_selection.HalvingGridSearchCV", kHalving),
      SearchOf("sklearn.model_selection.HalvingRandomSearchCV", kHalving),
      {.name = "sklearn.frozen.FrozenEstimator",
       .form = FormOf<Delegate, fb::PipelineBinarySchema>(),
       .modules = kFrozen,
       .inputs = kInputs,
       .agreement = "exact"},
      ThresholdOf("sklearn.model_selection.FixedThresholdClassifier", ""),
      ThresholdOf("sklearn.model_selection.TunedThresholdClassifierCV",
                  "cv n_jobs random_state refit scoring store_cv_results thresholds"),
      MultiOutputOf("sklearn.multioutput.MultiOutputClassifier"),
      MultiOutputOf("sklearn.multioutput.MultiOutputRegressor"),
      {.name = "sklearn.compose.TransformedTargetRegressor",
       .form = FormOf<TransformedTargetRegressor, fb::PipelineBinarySchema>(),
       .modules = kTarget,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "functions that FunctionTransformer refuses",
       // func and inverse_func are those of transformer_, a FunctionTransformer then.
       .fit_parameters = "check_inverse func inverse_func transformer",
       .inert = "feature_names_in_"},
  };
  static const Family family{"compose", kClasses, {}};
  return family;
}

}  // namespace pratique
