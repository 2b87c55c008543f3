#include "estimators/linear/linear_regressor.h"
#include "linear_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& LinearFamily() {
  static const Form* const regressor = FormOf<LinearRegressor, fb::LinearRegressorBinarySchema>();
  static constexpr std::string_view kBase[] = {"sklearn.linear_model._base", "sklearn.linear_model.base"};
  static constexpr std::string_view kRidge[] = {"sklearn.linear_model._ridge", "sklearn.linear_model.ridge"};
  static constexpr std::string_view kDescent[] = {"sklearn.linear_model._coordinate_descent", "sklearn.linear_model.coordinate_descent"};
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static const Class kClasses[] = {
      {"sklearn.linear_model.LinearRegression", regressor, kBase, kInputs},
      {"sklearn.linear_model.Ridge", regressor, kRidge, kInputs},
      {"sklearn.linear_model.Lasso", regressor, kDescent, kInputs},
  };
  static constexpr std::string_view kInert[] = {
      "fit_intercept", "copy_X", "positive", "tol", "normalize", "_normalize", "rank_", "singular_",          // LinearRegression
      "alpha", "max_iter", "solver", "n_iter_", "solver_",                                                    // Ridge
      "l1_ratio", "precompute", "selection", "dual_gap_", "sparse_coef_",                                     // Lasso
  };
  static const Family family{"linear", kClasses, kInert};
  return family;
}

}  // namespace pratique
