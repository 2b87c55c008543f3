#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/function_transformer.h"
#include "estimators/preprocessing/label_binarizer.h"
#include "estimators/preprocessing/label_encoder.h"
#include "estimators/preprocessing/max_abs_scaler.h"
#include "estimators/preprocessing/missing_indicator.h"
#include "estimators/preprocessing/multi_label_binarizer.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "estimators/preprocessing/ordinal_encoder.h"
#include "estimators/preprocessing/simple_imputer.h"
#include "estimators/preprocessing/standard_scaler.h"
#include "estimators/preprocessing/target_encoder.h"
#include "preprocessing_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& PreprocessingFamily() {
  using Schema = fb::StandardScalerBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kData[] = {"sklearn.preprocessing._data", "sklearn.preprocessing.data"};
  static constexpr std::string_view kImpute[] = {"sklearn.impute._base", "sklearn.preprocessing.imputation"};
  static constexpr std::string_view kEncoders[] = {"sklearn.preprocessing._encoders", "sklearn.preprocessing.data"};
  static constexpr std::string_view kTarget[] = {"sklearn.preprocessing._target_encoder"};
  static constexpr std::string_view kLabel[] = {"sklearn.preprocessing._label", "sklearn.preprocessing.label"};
  static constexpr std::string_view kLabels[] = {"labels"};
  static constexpr std::string_view kRecords[] = {"records"};
  static constexpr std::string_view kFunction[] = {"sklearn.preprocessing._function_transformer"};
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kDenseOrFrame[] = {"dense", "frame"};
  static const Class kClasses[] = {
      {.name = "sklearn.preprocessing.StandardScaler",
       .form = FormOf<StandardScaler, Schema>(),
       .modules = kData,
       .inputs = kNumeric,
       .agreement = "exact",
       .refuses = "statistics that are not finite (a column without any value in fit)",
       .inert = "n_samples_seen_ var_"},
      {.name = "sklearn.preprocessing.MaxAbsScaler",
       .form = FormOf<MaxAbsScaler, Schema>(),
       .modules = kData,
       .inputs = kNumeric,
       .agreement = "exact",
       .inert = "max_abs_ n_samples_seen_"},
      {.name = "sklearn.impute.SimpleImputer",
       .form = FormOf<SimpleImputer, Schema>(),
       .modules = kImpute,
       .inputs = kNumeric,
       .agreement = "exact",
       .refuses = "statistics_ that are None; filling a number into a column of text, or text among numbers",
       .fit_parameters = "fill_value"},
      {.name = "sklearn.impute.MissingIndicator",
       .form = FormOf<MissingIndicator, Schema>(),
       .modules = kImpute,
       .inputs = kNumeric,
       .agreement = "exact"},
      {.name = "sklearn.preprocessing.OneHotEncoder",
       .form = FormOf<OneHotEncoder, Schema>(),
       .modules = kEncoders,
       .inputs = kDenseOrFrame,
       .agreement = "exact",
       .refuses = "categories of one column that mix types, or None before others",
       // 1.2 and 1.3 have `sparse` beside sparse_output, which they read; drop_idx_ is read before 1.2 only.
       .fit_parameters = "categories feature_name_combiner max_categories min_frequency sparse",
       .inert = "drop_idx_"},
      {.name = "sklearn.preprocessing.OrdinalEncoder",
       .form = FormOf<OrdinalEncoder, Schema>(),
       .modules = kEncoders,
       .inputs = kDenseOrFrame,
       .agreement = "exact",
       .refuses =
           "categories of one column that mix types, or None before others; inverse_transform, where a column of "
           "numbers has infrequent categories",
       .fit_parameters = "categories max_categories min_frequency"},
      {.name = "sklearn.preprocessing.TargetEncoder",
       .form = FormOf<TargetEncoder, Schema>(),
       .modules = kTarget,
       .inputs = kDenseOrFrame,
       .agreement = "exact",
       .refuses = "categories of one column that mix types, or None before others",
       .fit_parameters = "categories cv random_state shuffle smooth target_type"},
      {.name = "sklearn.preprocessing.LabelEncoder",
       .form = FormOf<LabelEncoder, Schema>(),
       .modules = kLabel,
       .inputs = kLabels,
       .agreement = "exact",
       .refuses =
           "labels of text for classes that are numbers, and floats for classes that are text; inverse_transform, "
           "where NaN is a class among numbers"},
      {.name = "sklearn.preprocessing.LabelBinarizer",
       .form = FormOf<LabelBinarizer, Schema>(),
       .modules = kLabel,
       .inputs = kLabels,
       .agreement = "exact",
       .refuses =
           "multilabel indicators; where there are one or two classes an unseen label, whose answer would depend "
           "on the other rows"},
      {.name = "sklearn.preprocessing.MultiLabelBinarizer",
       .form = FormOf<MultiLabelBinarizer, Schema>(),
       .modules = kLabel,
       .inputs = kRecords,
       .agreement = "exact",
       .refuses = "labels that mix types; inverse_transform, whose results are tuples",
       .fit_parameters = "classes"},
      {.name = "sklearn.preprocessing.FunctionTransformer",
       .form = FormOf<FunctionTransformer, Schema>(),
       .modules = kFunction,
       .inputs = kNumeric,
       .agreement = "exact",
       .refuses = "any func but None",
       .fit_parameters = "check_inverse"},
  };
  static const Family family{"preprocessing", kClasses, kPreprocessingChanges};
  return family;
}

}  // namespace pratique
