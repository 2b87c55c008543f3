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
       .refuses = "transform_input",
       .fit_parameters = "memory verbose"},
      {.name = "sklearn.compose.ColumnTransformer",
       .form = FormOf<ColumnTransformer, fb::PipelineBinarySchema>(),
       .modules = kCompose,
       .inputs = kInputs,
       .agreement = "exact",
       .refuses = "a transformer that is no text vectorizer of one column selected without brackets",
       // What fit was asked for, and what fit resolved it to.
       .fit_parameters = "force_int_remainder_cols remainder sparse_threshold transformers verbose",
       .inert = "_columns _feature_names_in _df_columns _n_features _remainder "
                "_transformers_feature_names_out output_indices_"},
      {.name = "sklearn.pipeline.FeatureUnion",
       .form = FormOf<FeatureUnion, fb::PipelineBinarySchema>(),
       .modules = kPipeline,
       .inputs = kInputs,
       .agreement = "exact",
       .fit_parameters = "verbose"},
  };
  static const Family family{"compose", kClasses, {}};
  return family;
}

}  // namespace pratique
