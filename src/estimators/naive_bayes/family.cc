#include "estimators/naive_bayes/categorical_nb.h"
#include "estimators/naive_bayes/discrete_nb.h"
#include "estimators/naive_bayes/gaussian_nb.h"
#include "naive_bayes_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& NaiveBayesFamily() {
  using Schema = fb::GaussianNBBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kNaiveBayesModules[] = {"sklearn.naive_bayes"};
  static constexpr std::string_view kNotFinite = "log probabilities that are not finite (alpha=0)";
  static const Class kClasses[] = {
      {.name = "sklearn.naive_bayes.GaussianNB",
       .form = FormOf<GaussianNB, Schema>(),
       .modules = kNaiveBayesModules,
       .inputs = kDense,
       .fit_parameters = "priors var_smoothing",
       .inert = "epsilon_ class_count_ sigma_"},
      {.name = "sklearn.naive_bayes.MultinomialNB",
       .form = FormOf<DiscreteNB, Schema>(),
       .modules = kNaiveBayesModules,
       .inputs = kNumeric,
       .refuses = kNotFinite,
       .fit_parameters = "alpha class_prior fit_prior force_alpha",
       .inert = "class_count_ feature_count_ n_features_"},
      {.name = "sklearn.naive_bayes.ComplementNB",
       .form = FormOf<DiscreteNB, Schema>(),
       .modules = kNaiveBayesModules,
       .inputs = kNumeric,
       .refuses = kNotFinite,
       .fit_parameters = "alpha class_prior fit_prior force_alpha norm",
       .inert = "class_count_ feature_count_ feature_all_ n_features_"},
      {.name = "sklearn.naive_bayes.BernoulliNB",
       .form = FormOf<DiscreteNB, Schema>(),
       .modules = kNaiveBayesModules,
       .inputs = kNumeric,
       .refuses = kNotFinite,
       .fit_parameters = "alpha class_prior fit_prior force_alpha",
       .inert = "class_count_ feature_count_ n_features_"},
      {.name = "sklearn.naive_bayes.CategoricalNB",
       .form = FormOf<CategoricalNB, Schema>(),
       .modules = kNaiveBayesModules,
       .inputs = kDense,
       .refuses = kNotFinite,
       .fit_parameters = "alpha class_prior fit_prior force_alpha min_categories",
       .inert = "category_count_ n_categories_ n_features_"},
  };
  static const Family family{"naive_bayes", kClasses, {}};
  return family;
}

}  // namespace pratique
