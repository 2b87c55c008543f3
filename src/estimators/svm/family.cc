#include "estimators/svm/svm.h"
#include "registry/families.h"
#include "svm_bfbs_generated.h"

namespace pratique {

const Family& SvmFamily() {
  using Schema = fb::SvmClassifierBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kClassesModules[] = {"sklearn.svm._classes", "sklearn.svm.classes"};
  static const auto of = [](std::string_view name, const Form* form, std::string_view inert) {
    return Class{
        .name = name,
        .form = form,
        .modules = kClassesModules,
        .inputs = kNumeric,
        .agreement = "1e-12",
        .refuses = "a kernel that is a function",
        .lacks = name.ends_with("SVR") ? "decision_function score_samples" : "",
        .fit_parameters =
            "C cache_size class_weight epsilon gamma max_iter nu probability random_state shrinking tol verbose",
        .inert = inert};
  };
  static const Form* const kClassifier = FormOf<SvmClassifier, Schema>();
  static const Form* const kRegressor = FormOf<SvmRegressor, Schema>();
  static constexpr std::string_view kOfClassifier = "_num_iter class_weight_ fit_status_ n_iter_";
  static constexpr std::string_view kOfRegressor =
      "_num_iter class_weight_ fit_status_ n_iter_ _effective_probability _probA _probB decision_function_shape";
  static const Class kClasses[] = {
      of("sklearn.svm.SVC", kClassifier, kOfClassifier),       of("sklearn.svm.NuSVC", kClassifier, kOfClassifier),
      of("sklearn.svm.SVR", kRegressor, kOfRegressor),         of("sklearn.svm.NuSVR", kRegressor, kOfRegressor),
      of("sklearn.svm.OneClassSVM", kRegressor, kOfRegressor),
  };
  static const Family family{"svm", kClasses, {}};
  return family;
}

}  // namespace pratique
