#include "dummy_bfbs_generated.h"
#include "estimators/dummy/dummy.h"
#include "registry/families.h"

namespace pratique {

const Family& DummyFamily() {
  using Schema = fb::DummyClassifierBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kDummyModules[] = {"sklearn.dummy"};
  static const Class kClasses[] = {
      {.name = "sklearn.dummy.DummyClassifier",
       .form = FormOf<DummyClassifier, Schema>(),
       .modules = kDummyModules,
       .inputs = kNumeric,
       .agreement = "exact",
       .refuses = "the strategies stratified and uniform without an integer as random_state, or of several outputs",
       .inert = "outputs_2d_ n_features_in_ feature_names_in_"},
      {.name = "sklearn.dummy.DummyRegressor",
       .form = FormOf<DummyRegressor, Schema>(),
       .modules = kDummyModules,
       .inputs = kNumeric,
       .agreement = "exact",
       .fit_parameters = "constant quantile strategy",
       .inert = "outputs_2d_ n_features_in_ feature_names_in_"},
  };
  static const Family family{"dummy", kClasses, {}};
  return family;
}

}  // namespace pratique
