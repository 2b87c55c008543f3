#include "estimators/preprocessing/changes.h"
#include "estimators/preprocessing/function_transformer.h"
#include "estimators/preprocessing/max_abs_scaler.h"
#include "estimators/preprocessing/missing_indicator.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "estimators/preprocessing/simple_imputer.h"
#include "estimators/preprocessing/standard_scaler.h"
#include "preprocessing_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& PreprocessingFamily() {
  using Schema = fb::StandardScalerBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kData[] = {"sklearn.preprocessing._data", "sklearn.preprocessing.data"};
  static constexpr std::string_view kImpute[] = {"sklearn.impute._base", "sklearn.preprocessing.imputation"};
  static constexpr std::string_view kEncoders[] = {"sklearn.preprocessing._encoders", "sklearn.preprocessing.data"};
  static constexpr std::string_view kFunction[] = {"sklearn.preprocessing._function_transformer"};
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kDenseOrFrame[] = {"dense", "frame"};
  static const Class kClasses[] = {
      {"sklearn.preprocessing.StandardScaler", FormOf<StandardScaler, Schema>(), kData, kNumeric, "exact",
       "statistics that are not finite (a column without any value in fit)"},
      {"sklearn.preprocessing.MaxAbsScaler", FormOf<MaxAbsScaler, Schema>(), kData, kNumeric, "exact"},
      {"sklearn.impute.SimpleImputer", FormOf<SimpleImputer, Schema>(), kImpute, kNumeric, "exact",
       "statistics_ that are None; filling a number into a column of text, or text among numbers"},
      {"sklearn.impute.MissingIndicator", FormOf<MissingIndicator, Schema>(), kImpute, kNumeric, "exact"},
      {"sklearn.preprocessing.OneHotEncoder", FormOf<OneHotEncoder, Schema>(), kEncoders, kDenseOrFrame, "exact",
       "categories of one column that mix types, or None before others; integer results come back as float64"},
      {"sklearn.preprocessing.FunctionTransformer", FormOf<FunctionTransformer, Schema>(), kFunction, kNumeric, "exact",
       "any func but None"},
  };
  static constexpr std::string_view kInert[] = {"var_", "n_samples_seen_",  // StandardScaler
                                                "max_abs_"};                // MaxAbsScaler
  static const Family family{"preprocessing", kClasses, kInert, kPreprocessingChanges};
  return family;
}

}  // namespace pratique
