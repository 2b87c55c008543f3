#include "estimators/linear/changes.h"
#include "estimators/linear/linear_classifier.h"
#include "estimators/linear/linear_discriminant.h"
#include "estimators/linear/linear_outlier.h"
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
  static constexpr std::string_view kBayes[] = {"sklearn.linear_model", "sklearn.linear_model._bayes",
                                                "sklearn.linear_model.bayes"};
  static constexpr std::string_view kGlm[] = {"sklearn.linear_model", "sklearn.linear_model._glm.glm",
                                              "sklearn.linear_model._glm"};
  static constexpr std::string_view kHuber[] = {"sklearn.linear_model", "sklearn.linear_model._huber",
                                                "sklearn.linear_model.huber"};
  static constexpr std::string_view kAngle[] = {"sklearn.linear_model", "sklearn.linear_model._least_angle",
                                                "sklearn.linear_model.least_angle"};
  static constexpr std::string_view kPursuit[] = {"sklearn.linear_model", "sklearn.linear_model._omp",
                                                  "sklearn.linear_model.omp"};
  static constexpr std::string_view kPassive[] = {"sklearn.linear_model", "sklearn.linear_model._passive_aggressive",
                                                  "sklearn.linear_model.passive_aggressive"};
  static constexpr std::string_view kQuantile[] = {"sklearn.linear_model", "sklearn.linear_model._quantile"};
  static constexpr std::string_view kStochastic[] = {
      "sklearn.linear_model", "sklearn.linear_model._stochastic_gradient", "sklearn.linear_model.stochastic_gradient"};
  static constexpr std::string_view kTheilSen[] = {"sklearn.linear_model", "sklearn.linear_model._theil_sen",
                                                   "sklearn.linear_model.theil_sen"};
  static constexpr std::string_view kPerceptron[] = {"sklearn.linear_model", "sklearn.linear_model._perceptron",
                                                     "sklearn.linear_model.perceptron"};
  static constexpr std::string_view kSvm[] = {"sklearn.svm", "sklearn.svm._classes", "sklearn.svm.classes"};
  static constexpr std::string_view kDiscriminant[] = {"sklearn.discriminant_analysis"};
  static constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
  static const Form* const kRegressor = FormOf<LinearRegressor, fb::LinearRegressorBinarySchema>();
  static const Form* const kClassifier = FormOf<LinearClassifier, fb::LinearRegressorBinarySchema>();
  static const Form* const kDiscriminantForm = FormOf<LinearDiscriminant, fb::LinearRegressorBinarySchema>();
  static const Form* const kOutlier = FormOf<LinearOutlier, fb::LinearRegressorBinarySchema>();
  static constexpr std::string_view kDescentParameters =
      "alpha copy_X fit_intercept max_iter normalize positive precompute random_state selection tol warm_start";
  static constexpr std::string_view kNoStd = "predict_std", kNoProbabilities = "predict_proba predict_log_proba";
  static const Class kClasses[] = {
      {.name = "sklearn.linear_model.LinearRegression",
       .form = kRegressor,
       .modules = kBase,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "copy_X fit_intercept n_jobs normalize positive tol",
       .inert = "_residues rank_ singular_"},
      {.name = "sklearn.linear_model.Ridge",
       .form = kRegressor,
       .modules = kRidge,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha copy_X fit_intercept max_iter normalize positive random_state solver tol",
       .inert = "_normalize n_iter_ solver_"},
      {.name = "sklearn.linear_model.Lasso",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = kDescentParameters,
       .inert = "l1_ratio dual_gap_ n_iter_"},
      {.name = "sklearn.linear_model.ElasticNet",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
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
      {.name = "sklearn.linear_model.ARDRegression",
       .form = kRegressor,
       .modules = kBayes,
       .inputs = kInputs,
       .refuses = "return_std of normalize=True",
       .fit_parameters = "alpha_1 alpha_2 compute_score copy_X fit_intercept lambda_1 lambda_2 max_iter n_iter "
                         "normalize tol verbose",
       .inert = "X_scale_ n_iter_ scores_"},
      {.name = "sklearn.linear_model.BayesianRidge",
       .form = kRegressor,
       .modules = kBayes,
       .inputs = kInputs,
       .refuses = "return_std of normalize=True",
       .fit_parameters = "alpha_1 alpha_2 alpha_init compute_score copy_X fit_intercept lambda_1 lambda_2 "
                         "lambda_init max_iter n_iter normalize tol verbose",
       .inert = "X_scale_ n_iter_ scores_"},
      {.name = "sklearn.linear_model.ElasticNetCV",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alphas copy_X cv eps fit_intercept l1_ratio max_iter n_alphas n_jobs normalize "
                         "positive precompute random_state selection tol verbose",
       .inert = "_alphas alpha_ alphas_ dual_gap_ l1_ratio_ mse_path_ n_iter_"},
      {.name = "sklearn.linear_model.GammaRegressor",
       .form = kRegressor,
       .modules = kGlm,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha fit_intercept max_iter solver tol verbose warm_start",
       .inert = "_family_instance link n_iter_ solver"},
      {.name = "sklearn.linear_model.HuberRegressor",
       .form = kRegressor,
       .modules = kHuber,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha epsilon fit_intercept max_iter tol warm_start",
       .inert = "n_iter_ outliers_ scale_"},
      {.name = "sklearn.linear_model.Lars",
       .form = kRegressor,
       .modules = kAngle,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "copy_X eps fit_intercept fit_path jitter n_nonzero_coefs normalize precompute "
                         "random_state verbose",
       .inert = "active_ alphas_ coef_path_ n_iter_"},
      {.name = "sklearn.linear_model.LarsCV",
       .form = kRegressor,
       .modules = kAngle,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "copy_X cv eps fit_intercept max_iter max_n_alphas n_jobs normalize precompute "
                         "verbose",
       .inert = "active_ alpha_ alphas_ coef_path_ cv_alphas_ fit_path jitter mse_path_ n_iter_ "
                "n_nonzero_coefs random_state"},
      {.name = "sklearn.linear_model.LassoCV",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alphas copy_X cv eps fit_intercept max_iter n_alphas n_jobs normalize positive "
                         "precompute random_state selection tol verbose",
       .inert = "_alphas alpha_ alphas_ dual_gap_ mse_path_ n_iter_"},
      {.name = "sklearn.linear_model.LassoLars",
       .form = kRegressor,
       .modules = kAngle,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha copy_X eps fit_intercept fit_path jitter max_iter normalize positive "
                         "precompute random_state verbose",
       .inert = "active_ alphas_ coef_path_ n_iter_"},
      {.name = "sklearn.linear_model.LassoLarsCV",
       .form = kRegressor,
       .modules = kAngle,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "copy_X cv eps fit_intercept max_iter max_n_alphas n_jobs normalize positive "
                         "precompute verbose",
       .inert = "active_ alpha_ alphas_ coef_path_ cv_alphas_ mse_path_ n_iter_"},
      {.name = "sklearn.linear_model.LassoLarsIC",
       .form = kRegressor,
       .modules = kAngle,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "copy_X criterion eps fit_intercept max_iter noise_variance normalize positive "
                         "precompute verbose",
       .inert = "alpha_ alphas_ criterion_ fit_path n_iter_ noise_variance_"},
      {.name = "sklearn.svm.LinearSVR",
       .form = kRegressor,
       .modules = kSvm,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "C dual epsilon fit_intercept intercept_scaling loss max_iter random_state tol "
                         "verbose",
       .inert = "n_iter_"},
      {.name = "sklearn.linear_model.MultiTaskElasticNet",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha copy_X fit_intercept l1_ratio max_iter normalize random_state selection tol "
                         "warm_start",
       .inert = "dual_gap_ eps_ n_iter_"},
      {.name = "sklearn.linear_model.MultiTaskElasticNetCV",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alphas copy_X cv eps fit_intercept l1_ratio max_iter n_alphas n_jobs normalize "
                         "random_state selection tol verbose",
       .inert = "_alphas alpha_ alphas_ dual_gap_ l1_ratio_ mse_path_ n_iter_"},
      {.name = "sklearn.linear_model.MultiTaskLasso",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha copy_X fit_intercept max_iter normalize random_state selection tol warm_start",
       .inert = "dual_gap_ eps_ l1_ratio n_iter_"},
      {.name = "sklearn.linear_model.MultiTaskLassoCV",
       .form = kRegressor,
       .modules = kDescent,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alphas copy_X cv eps fit_intercept max_iter n_alphas n_jobs normalize random_state "
                         "selection tol verbose",
       .inert = "_alphas alpha_ alphas_ dual_gap_ mse_path_ n_iter_ positive precompute"},
      {.name = "sklearn.linear_model.OrthogonalMatchingPursuit",
       .form = kRegressor,
       .modules = kPursuit,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "fit_intercept n_nonzero_coefs normalize precompute tol",
       .inert = "n_iter_ n_nonzero_coefs_"},
      {.name = "sklearn.linear_model.OrthogonalMatchingPursuitCV",
       .form = kRegressor,
       .modules = kPursuit,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "copy cv fit_intercept max_iter n_jobs normalize verbose",
       .inert = "n_iter_ n_nonzero_coefs_"},
      {.name = "sklearn.linear_model.PassiveAggressiveRegressor",
       .form = kRegressor,
       .modules = kPassive,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "C average early_stopping epsilon fit_intercept loss max_iter n_iter_no_change "
                         "random_state shuffle tol validation_fraction verbose warm_start",
       .inert = "_average_coef _average_intercept _standard_coef _standard_intercept alpha eta0 "
                "l1_ratio learning_rate n_iter_ penalty power_t t_"},
      {.name = "sklearn.linear_model.PoissonRegressor",
       .form = kRegressor,
       .modules = kGlm,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha fit_intercept max_iter solver tol verbose warm_start",
       .inert = "_family_instance link n_iter_ solver"},
      {.name = "sklearn.linear_model.QuantileRegressor",
       .form = kRegressor,
       .modules = kQuantile,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha fit_intercept quantile solver solver_options",
       .inert = "n_iter_"},
      {.name = "sklearn.linear_model.RidgeCV",
       .form = kRegressor,
       .modules = kRidge,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha_per_target alphas cv fit_intercept gcv_mode normalize scoring store_cv_results "
                         "store_cv_values",
       .inert = "_store_cv_results alpha_ best_score_ cv_results_ cv_values_"},
      {.name = "sklearn.linear_model.SGDRegressor",
       .form = kRegressor,
       .modules = kStochastic,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha average early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss "
                         "max_iter n_iter_no_change penalty power_t random_state shuffle tol "
                         "validation_fraction verbose warm_start",
       .inert = "C _average_coef _average_intercept _standard_coef _standard_intercept n_iter_ t_"},
      {.name = "sklearn.linear_model.TheilSenRegressor",
       .form = kRegressor,
       .modules = kTheilSen,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "copy_X fit_intercept max_iter max_subpopulation n_jobs n_subsamples random_state tol "
                         "verbose",
       .inert = "_max_subpopulation breakdown_ n_iter_ n_subpopulation_"},
      {.name = "sklearn.linear_model.TweedieRegressor",
       .form = kRegressor,
       .modules = kGlm,
       .inputs = kInputs,
       .lacks = kNoStd,
       .fit_parameters = "alpha fit_intercept link max_iter power solver tol verbose warm_start",
       .inert = "_family_instance n_iter_ solver"},
      {.name = "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
       .form = kDiscriminantForm,
       .modules = kDiscriminant,
       .inputs = kInputs,
       .fit_parameters = "covariance_estimator n_components priors shrinkage store_covariance tol",
       .inert = "_n_features_out covariance_ explained_variance_ratio_ means_ priors_"},
      {.name = "sklearn.svm.LinearSVC",
       .form = kClassifier,
       .modules = kSvm,
       .inputs = kInputs,
       .lacks = kNoProbabilities,
       .fit_parameters = "C class_weight dual fit_intercept intercept_scaling loss max_iter multi_class "
                         "penalty random_state tol verbose",
       .inert = "n_iter_"},
      {.name = "sklearn.linear_model.LogisticRegressionCV",
       .form = kClassifier,
       .modules = kLogistic,
       .inputs = kInputs,
       .refuses = "newton-cholesky with several classes in scikit-learn 1.5",
       .fit_parameters = "Cs class_weight cv dual fit_intercept intercept_scaling l1_ratios max_iter n_jobs "
                         "penalty random_state refit scoring tol use_legacy_attributes verbose",
       .inert = "C_ Cs_ coefs_paths_ l1_ratio_ l1_ratios_ n_iter_ scores_"},
      {.name = "sklearn.linear_model.PassiveAggressiveClassifier",
       .form = kClassifier,
       .modules = kPassive,
       .inputs = kInputs,
       .lacks = kNoProbabilities,
       .fit_parameters = "C average class_weight early_stopping fit_intercept loss max_iter n_iter_no_change "
                         "n_jobs random_state shuffle tol validation_fraction verbose warm_start",
       .inert = "_average_coef _average_intercept _expanded_class_weight _loss_function_ "
                "_standard_coef _standard_intercept alpha epsilon eta0 l1_ratio learning_rate "
                "loss_function_ n_iter_ penalty power_t t_"},
      {.name = "sklearn.linear_model.Perceptron",
       .form = kClassifier,
       .modules = kPerceptron,
       .inputs = kInputs,
       .lacks = kNoProbabilities,
       .fit_parameters = "alpha class_weight early_stopping eta0 fit_intercept l1_ratio max_iter "
                         "n_iter_no_change n_jobs penalty random_state shuffle tol validation_fraction verbose "
                         "warm_start",
       .inert = "C _expanded_class_weight _loss_function_ average epsilon learning_rate loss "
                "loss_function_ n_iter_ power_t t_"},
      {.name = "sklearn.linear_model.RidgeClassifier",
       .form = kClassifier,
       .modules = kRidge,
       .inputs = kInputs,
       .refuses = "several labels a row",
       .lacks = kNoProbabilities,
       .fit_parameters = "alpha class_weight copy_X fit_intercept max_iter normalize positive random_state "
                         "solver tol",
       .inert = "_normalize n_iter_ solver_"},
      {.name = "sklearn.linear_model.RidgeClassifierCV",
       .form = kClassifier,
       .modules = kRidge,
       .inputs = kInputs,
       .refuses = "several labels a row",
       .lacks = kNoProbabilities,
       .fit_parameters = "alphas class_weight cv fit_intercept normalize scoring store_cv_results "
                         "store_cv_values",
       .inert = "_store_cv_results alpha_ alpha_per_target best_score_ cv_results_ cv_values_ "
                "gcv_mode"},
      {.name = "sklearn.linear_model.SGDClassifier",
       .form = kClassifier,
       .modules = kStochastic,
       .inputs = kInputs,
       .fit_parameters = "alpha average class_weight early_stopping epsilon eta0 fit_intercept l1_ratio "
                         "learning_rate max_iter n_iter_no_change n_jobs penalty power_t random_state shuffle "
                         "tol validation_fraction verbose warm_start",
       .inert = "C _average_coef _average_intercept _expanded_class_weight _loss_function_ "
                "_standard_coef _standard_intercept loss_function_ n_iter_ t_"},
      {.name = "sklearn.linear_model.SGDOneClassSVM",
       .form = kOutlier,
       .modules = kStochastic,
       .inputs = kInputs,
       .fit_parameters = "average eta0 fit_intercept learning_rate max_iter nu power_t random_state shuffle "
                         "tol verbose warm_start",
       .inert = "C _average_coef _average_intercept _loss_function_ _standard_coef "
                "_standard_intercept alpha early_stopping epsilon l1_ratio loss loss_function_ "
                "n_iter_ n_iter_no_change penalty t_ validation_fraction"},
  };
  static const Family family{"linear", kClasses, kLinearChanges};
  return family;
}

}  // namespace pratique
