#include "estimators/preprocessing/binarizer.h"
#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/function_transformer.h"
#include "estimators/preprocessing/isotonic_regression.h"
#include "estimators/preprocessing/k_bins_discretizer.h"
#include "estimators/preprocessing/knn_imputer.h"
#include "estimators/preprocessing/label_binarizer.h"
#include "estimators/preprocessing/label_encoder.h"
#include "estimators/preprocessing/max_abs_scaler.h"
#include "estimators/preprocessing/min_max_scaler.h"
#include "estimators/preprocessing/missing_indicator.h"
#include "estimators/preprocessing/multi_label_binarizer.h"
#include "estimators/preprocessing/normalizer.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "estimators/preprocessing/ordinal_encoder.h"
#include "estimators/preprocessing/polynomial_features.h"
#include "estimators/preprocessing/power_transformer.h"
#include "estimators/preprocessing/quantile_transformer.h"
#include "estimators/preprocessing/simple_imputer.h"
#include "estimators/preprocessing/spline_transformer.h"
#include "estimators/preprocessing/standard_scaler.h"
#include "estimators/preprocessing/target_encoder.h"
#include "preprocessing_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& PreprocessingFamily() {
  using Schema = fb::StandardScalerBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kData[] = {"sklearn.preprocessing._data", "sklearn.preprocessing.data"};
  static constexpr std::string_view kImpute[] = {"sklearn.impute._base", "sklearn.preprocessing.imputation"};
  static constexpr std::string_view kKnn[] = {"sklearn.impute._knn"};
  static constexpr std::string_view kEncoders[] = {"sklearn.preprocessing._encoders", "sklearn.preprocessing.data"};
  static constexpr std::string_view kTarget[] = {"sklearn.preprocessing._target_encoder"};
  static constexpr std::string_view kLabel[] = {"sklearn.preprocessing._label", "sklearn.preprocessing.label"};
  static constexpr std::string_view kLabels[] = {"labels"};
  static constexpr std::string_view kRecords[] = {"records"};
  static constexpr std::string_view kFunction[] = {"sklearn.preprocessing._function_transformer"};
  static constexpr std::string_view kPolynomial[] = {"sklearn.preprocessing._polynomial", "sklearn.preprocessing._data",
                                                     "sklearn.preprocessing.data"};
  static constexpr std::string_view kDiscretization[] = {"sklearn.preprocessing._discretization"};
  static constexpr std::string_view kIsotonic[] = {"sklearn.isotonic"};
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
      {.name = "sklearn.preprocessing.MinMaxScaler",
       .form = FormOf<MinMaxScaler, Schema>(),
       .modules = kData,
       .inputs = kDenseOrFrame,
       .agreement = "exact",
       .inert = "data_max_ data_min_ data_range_ n_samples_seen_"},
      {.name = "sklearn.preprocessing.RobustScaler",
       .form = FormOf<StandardScaler, Schema>(),
       .modules = kData,
       .inputs = kNumeric,
       .agreement = "exact",
       .refuses = "statistics that are not finite (a column without any value in fit)",
       .fit_parameters = "quantile_range unit_variance"},
      {.name = "sklearn.preprocessing.Normalizer",
       .form = FormOf<Normalizer, Schema>(),
       .modules = kData,
       .inputs = kNumeric},
      {.name = "sklearn.preprocessing.Binarizer",
       .form = FormOf<Binarizer, Schema>(),
       .modules = kData,
       .inputs = kNumeric,
       .agreement = "exact"},
      {.name = "sklearn.preprocessing.QuantileTransformer",
       .form = FormOf<QuantileTransformer, Schema>(),
       .modules = kData,
       .inputs = kNumeric,
       .refuses = "quantiles that are not finite or do not ascend (a column without any value in fit)",
       .fit_parameters = "n_quantiles random_state subsample",
       .inert = "n_quantiles_"},
      {.name = "sklearn.preprocessing.PowerTransformer",
       .form = FormOf<PowerTransformer, Schema>(),
       .modules = kData,
       .inputs = kDenseOrFrame,
       .refuses = "lambdas that are not finite"},
      {.name = "sklearn.preprocessing.PolynomialFeatures",
       .form = FormOf<PolynomialFeatures, Schema>(),
       .modules = kPolynomial,
       .inputs = kNumeric,
       .agreement = "exact",
       .refuses = "results of 2^31 columns or more",
       .fit_parameters = "degree"},
      {.name = "sklearn.preprocessing.SplineTransformer",
       .form = FormOf<SplineTransformer, Schema>(),
       .modules = kPolynomial,
       .inputs = kDenseOrFrame,
       .agreement = "exact",
       .refuses = "handle_missing=zeros with sparse_output",
       .fit_parameters = "knots n_knots"},
      {.name = "sklearn.preprocessing.KBinsDiscretizer",
       .form = FormOf<KBinsDiscretizer, Schema>(),
       .modules = kDiscretization,
       .inputs = kDenseOrFrame,
       .agreement = "exact",
       .fit_parameters = "n_bins quantile_method random_state strategy subsample"},
      {.name = "sklearn.isotonic.IsotonicRegression",
       .form = FormOf<IsotonicRegression, Schema>(),
       .modules = kIsotonic,
       .inputs = kDenseOrFrame,
       .agreement = "exact",
       .fit_parameters = "increasing y_max y_min",
       .inert = "increasing_"},
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
      {.name = "sklearn.impute.KNNImputer",
       .form = FormOf<KNNImputer, Schema>(),
       .modules = kKnn,
       .inputs = kDenseOrFrame,
       .agreement = "1e-12",
       .refuses = "metrics and weights that are functions; add_indicator before 1.3"},
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
       .refuses = "labels that mix types",
       .fit_parameters = "classes"},
      {.name = "sklearn.preprocessing.FunctionTransformer",
       .form = FormOf<FunctionTransformer, Schema>(),
       .modules = kFunction,
       .inputs = kNumeric,
       .refuses = "functions other than numpy's of each number by itself",
       .fit_parameters = "check_inverse"},
  };
  static const Family family{"preprocessing", kClasses, kPreprocessingChanges};
  return family;
}

}  // namespace pratique
