#include "estimators/neural/bernoulli_rbm.h"
#include "estimators/neural/perceptrons.h"
#include "neural_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& NeuralFamily() {
  using Schema = fb::PerceptronsBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kMultilayerPerceptronModules[] = {"sklearn.neural_network._multilayer_perceptron",
                                                                      "sklearn.neural_network.multilayer_perceptron"};
  static constexpr std::string_view kRbmModules[] = {"sklearn.neural_network._rbm", "sklearn.neural_network.rbm"};
  static constexpr std::string_view kParameters =
      "alpha batch_size beta_1 beta_2 early_stopping epsilon hidden_layer_sizes learning_rate learning_rate_init loss "
      "max_fun max_iter momentum n_iter_no_change nesterovs_momentum power_t random_state shuffle solver tol "
      "validation_fraction verbose warm_start";
  static const Class kClasses[] = {
      {.name = "sklearn.neural_network.MLPClassifier",
       .form = FormOf<Perceptrons, Schema>(),
       .modules = kMultilayerPerceptronModules,
       .inputs = kNumeric,
       .refuses = "several labels a row; one class",
       .fit_parameters = kParameters,
       .inert = "_best_coefs _best_intercepts _coef_indptr _intercept_indptr _no_improvement_count _optimizer "
                "_random_state best_loss_ "
                "best_validation_score_ loss_ loss_curve_ n_iter_ t_ validation_scores_ loss"},
      {.name = "sklearn.neural_network.MLPRegressor",
       .form = FormOf<Perceptrons, Schema>(),
       .modules = kMultilayerPerceptronModules,
       .inputs = kNumeric,
       .lacks = "predict_proba predict_log_proba",
       .fit_parameters = kParameters,
       .inert = "_best_coefs _best_intercepts _coef_indptr _intercept_indptr _no_improvement_count _optimizer "
                "_random_state best_loss_ "
                "best_validation_score_ loss_ loss_curve_ n_iter_ t_ validation_scores_ loss"},
      {.name = "sklearn.neural_network.BernoulliRBM",
       .form = FormOf<BernoulliRBM, Schema>(),
       .modules = kRbmModules,
       .inputs = kNumeric,
       .refuses = "score_samples, which draws at random, is not offered",
       .fit_parameters = "batch_size learning_rate n_components n_iter random_state verbose",
       .inert = "_n_features_out h_samples_ intercept_visible_ random_state_"},
  };
  static const Family family{"neural", kClasses, {}};
  return family;
}

}  // namespace pratique
