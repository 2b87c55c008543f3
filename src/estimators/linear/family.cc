#include "estimators/linear/changes.h"
#include "estimators/linear/linear_classifier.h"
#include "estimators/linear/linear_regressor.h"
#include "linear_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& LinearFamily() {
  static constexpr std::string_view kBase[] = {"sklearn.linear_model", "sklearn.linear_model._base",
                                               "sklearn.linear_model.base"};
  static constexpr std::string_view kRidge[] = {"sklearn.linear_model", "sklearn.linear_model._ridge",
                                                "sklearn.linear_model.ridge"};
  static constexpr std::string_view kDescent[] = {"sklearn.linear_model", "sklearn.linear_model._coordinate_descent",
                                                  "sklearn.linear_model.coordinate_descent"};
  static constexpr std::string_view kLogistic[] = {"sklearn.linear_model", "sklearn.linear_model._logistic",
                                                   "sklearn.linear_model.logistic"};
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static const Form* const kRegressor = FormOf<LinearRegressor, fb::LinearRegressorBinarySchema>();
  static const Form* const kClassifier = FormOf<LinearClassifier, fb::LinearRegressorBinarySchema>();
  static constexpr std::string_view kDescentParameters =
      "alpha copy_X fit_intercept max_iter normalize positive precompute random_state selection tol warm_start";
  static const Class kClasses[] = {
      {.name = "sklearn.linear_model.LinearRegression",
       .form = kRegressor,
       .modules = kBase,
       .inputs = kInputs,
       .fit_parameters = "copy_X fit_intercept n_jobs normalize positive tol",
       .inert = "rank_ singular_"},
      {.name = "sklearn.linear_model.Ridge",
       .form = kRegressor,
       .modules = kRidge,
       .inputs = kInputs,
       .fit_parameters = "alpha copy_X fit_intercept max_iter normalize positive random_state solver tol",
       .inert = "_normalize n_iter_ solver_"},
      {.name = "sklearn.linear_model.Lasso",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .fit_parameters = kDescentParameters,
       .inert = "l1_ratio dual_gap_ n_iter_"},
      {.name = "sklearn.linear_model.ElasticNet",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .fit_parameters = kDescentParameters,
       .inert = "l1_ratio dual_gap_ n_iter_"},
      {.name = "sklearn.linear_model.LogisticRegression",
       .form = kClassifier,
       .modules = kLogistic,
       .inputs = kInputs,
       .refuses = "newton-cholesky with several classes in scikit-learn 1.5",
       .fit_parameters = "C class_weight dual fit_intercept intercept_scaling l1_ratio max_iter n_jobs penalty "
                         "random_state tol verbose warm_start",
       .inert = "n_iter_"},
  };
  static const Family family{"linear", kClasses, kLinearChanges};
  return family;
}

}  // namespace pratique
