#include "compose_bfbs_generated.h"
#include "estimators/compose/column_transformer.h"
#include "estimators/compose/feature_union.h"
#include "estimators/compose/pipeline.h"
#include "registry/families.h"

namespace pratique {

const Family& ComposeFamily() {
  static constexpr std::string_view kPipeline[] = {"sklearn.pipeline"};
  static constexpr std::string_view kCompose[] = {"sklearn.compose", "sklearn.compose._column_transformer"};
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static const Class kClasses[] = {
      {.name = "sklearn.pipeline.Pipeline",
       .form = FormOf<Pipeline, fb::PipelineBinarySchema>(),
       .modules = kPipeline,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "transform_input"},
      {.name = "sklearn.compose.ColumnTransformer",
       .form = FormOf<ColumnTransformer, fb::PipelineBinarySchema>(),
       .modules = kCompose,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "a transformer of one column selected without brackets (text vectorizers)"},
      {.name = "sklearn.pipeline.FeatureUnion",
       .form = FormOf<FeatureUnion, fb::PipelineBinarySchema>(),
       .modules = kPipeline,
       .inputs = kInputs,
       .agreement = "exact"},
  };
  static constexpr std::string_view kInert[] = {
      // Pipeline
      "memory",
      "verbose",
      // ColumnTransformer: what fit was asked for, and what fit resolved it to
      "transformers",
      "remainder",
      "sparse_threshold",
      "n_jobs",
      "verbose_feature_names_out",
      "force_int_remainder_cols",
      "_columns",
      "_n_features",
      "_remainder",
      "_name_to_fitted_passthrough",
      "output_indices_",
      "_transformers_feature_names_out",
      "_feature_names_in",
      "_df_columns",
  };
  static const Family family{"compose", kClasses, kInert, {}};
  return family;
}

}  // namespace pratique
