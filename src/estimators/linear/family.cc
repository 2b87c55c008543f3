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
  static const Class kClasses[] = {
      {.name = "sklearn.linear_model.LinearRegression", .form = kRegressor, .modules = kBase, .inputs = kInputs},
      {.name = "sklearn.linear_model.Ridge", .form = kRegressor, .modules = kRidge, .inputs = kInputs},
      {.name = "sklearn.linear_model.Lasso", .form = kRegressor, .modules = kDescent, .inputs = kInputs},
      {.name = "sklearn.linear_model.ElasticNet", .form = kRegressor, .modules = kDescent, .inputs = kInputs},
      {.name = "sklearn.linear_model.LogisticRegression",
       .form = kClassifier,
       .modules = kLogistic,
       .inputs = kInputs,
       .refuses = "newton-cholesky with several classes in scikit-learn 1.5"},
  };
  static constexpr std::string_view kInert[] = {
      // Hyperparameters of fit.
      "alpha",
      "C",
      "class_weight",
      "copy_X",
      "dual",
      "fit_intercept",
      "intercept_scaling",
      "l1_ratio",
      "max_iter",
      "normalize",
      "penalty",
      "positive",
      "precompute",
      "selection",
      "solver",
      "tol",
      // What fit left behind.
      "_normalize",
      "_preprocess_type",
      "dual_gap_",
      "n_iter_",
      "rank_",
      "singular_",
      "solver_",
  };
  static const Family family{"linear", kClasses, kInert, kLinearChanges};
  return family;
}

}  // namespace pratique
