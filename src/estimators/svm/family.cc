#include "estimators/svm/svm.h"
#include "registry/families.h"
#include "svm_bfbs_generated.h"

namespace pratique {

const Family& SvmFamily() {
  using Schema = fb::SvmClassifierBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kClassesModules[] = {"sklearn.svm._classes", "sklearn.svm.classes"};
  static constexpr std::string_view kParameters =
      "C cache_size class_weight epsilon gamma max_iter nu probability random_state shrinking tol verbose";
  static const Class kClasses[] = {
      {.name = "sklearn.svm.SVC",
       .form = FormOf<SvmClassifier, Schema>(),
       .modules = kClassesModules,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "a kernel that is a function",
       .fit_parameters = kParameters,
       .inert = "_num_iter class_weight_ fit_status_ n_iter_"},
      {.name = "sklearn.svm.NuSVC",
       .form = FormOf<SvmClassifier, Schema>(),
       .modules = kClassesModules,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "a kernel that is a function",
       .fit_parameters = kParameters,
       .inert = "_num_iter class_weight_ fit_status_ n_iter_"},
      {.name = "sklearn.svm.SVR",
       .form = FormOf<SvmRegressor, Schema>(),
       .modules = kClassesModules,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "a kernel that is a function",
       .fit_parameters = kParameters,
       .inert =
           "_num_iter class_weight_ fit_status_ n_iter_ _effective_probability _probA _probB decision_function_shape"},
      {.name = "sklearn.svm.NuSVR",
       .form = FormOf<SvmRegressor, Schema>(),
       .modules = kClassesModules,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "a kernel that is a function",
       .fit_parameters = kParameters,
       .inert =
           "_num_iter class_weight_ fit_status_ n_iter_ _effective_probability _probA _probB decision_function_shape"},
      {.name = "sklearn.svm.OneClassSVM",
       .form = FormOf<SvmRegressor, Schema>(),
       .modules = kClassesModules,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "a kernel that is a function",
       .fit_parameters = kParameters,
       .inert =
           "_num_iter class_weight_ fit_status_ n_iter_ _effective_probability _probA _probB decision_function_shape"},
  };
  static const Family family{"svm", kClasses, {}};
  return family;
}

}  // namespace pratique
