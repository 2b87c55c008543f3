#include "estimators/gaussian_process/changes.h"
#include "estimators/gaussian_process/gaussian_process.h"
#include "gaussian_process_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& GaussianProcessFamily() {
  using Schema = fb::GaussianProcessRegressorBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kRegressor[] = {"sklearn.gaussian_process._gpr", "sklearn.gaussian_process.gpr"};
  static constexpr std::string_view kClassifier[] = {"sklearn.gaussian_process._gpc", "sklearn.gaussian_process.gpc"};
  static const Class kClasses[] = {
      {.name = "sklearn.gaussian_process.GaussianProcessRegressor",
       .form = FormOf<GaussianProcessRegressor, Schema>(),
       .modules = kRegressor,
       .inputs = kDense,
       .refuses = "kernels of one's own; return_cov of more than 4096 rows",
       .fit_parameters = "alpha copy_X_train n_restarts_optimizer n_targets normalize_y optimizer random_state",
       .inert = "_rng log_marginal_likelihood_value_ y_train_"},
      {.name = "sklearn.gaussian_process.GaussianProcessClassifier",
       .form = FormOf<GaussianProcessClassifier, Schema>(),
       .modules = kClassifier,
       .inputs = kDense,
       .refuses = "kernels of one's own",
       .fit_parameters = "copy_X_train max_iter_predict n_restarts_optimizer optimizer random_state warm_start",
       .inert = "log_marginal_likelihood_value_ n_classes_"},
  };
  static const Family family{"gaussian_process", kClasses, kGaussianProcessChanges};
  return family;
}

}  // namespace pratique
