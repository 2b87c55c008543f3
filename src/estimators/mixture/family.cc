#include "estimators/mixture/changes.h"
#include "estimators/mixture/elliptic_envelope.h"
#include "estimators/mixture/mixture.h"
#include "estimators/mixture/quadratic_discriminant.h"
#include "mixture_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& MixtureFamily() {
  using Schema = fb::MixtureBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kGaussian[] = {"sklearn.mixture._gaussian_mixture",
                                                   "sklearn.mixture.gaussian_mixture"};
  static constexpr std::string_view kBayesian[] = {"sklearn.mixture._bayesian_mixture",
                                                   "sklearn.mixture.bayesian_mixture"};
  static constexpr std::string_view kDiscriminant[] = {"sklearn.discriminant_analysis"};
  static constexpr std::string_view kEnvelope[] = {"sklearn.covariance._elliptic_envelope",
                                                   "sklearn.covariance.elliptic_envelope"};
  static const Class kClasses[] = {
      {.name = "sklearn.mixture.GaussianMixture",
       .form = FormOf<Mixture, Schema>(),
       .modules = kGaussian,
       .inputs = kDense,
       .fit_parameters = "init_params max_iter means_init n_components n_init precisions_init random_state reg_covar "
                         "tol verbose verbose_interval warm_start weights_init",
       .inert = "converged_ covariances_ lower_bound_ lower_bounds_ n_iter_ precisions_"},
      {.name = "sklearn.mixture.BayesianGaussianMixture",
       .form = FormOf<Mixture, Schema>(),
       .modules = kBayesian,
       .inputs = kDense,
       .fit_parameters = "covariance_prior degrees_of_freedom_prior init_params max_iter mean_precision_prior "
                         "mean_prior n_components n_init random_state reg_covar tol verbose verbose_interval "
                         "warm_start weight_concentration_prior",
       .inert = "converged_ covariance_prior_ covariances_ degrees_of_freedom_prior_ lower_bound_ lower_bounds_ "
                "mean_precision_prior_ mean_prior_ n_iter_ precisions_ weight_concentration_prior_ weights_"},
      {.name = "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
       .form = FormOf<QuadraticDiscriminant, Schema>(),
       .modules = kDiscriminant,
       .inputs = kDense,
       .fit_parameters = "covariance_estimator priors reg_param shrinkage solver store_covariance tol",
       .inert = "covariance_"},
      {.name = "sklearn.covariance.EllipticEnvelope",
       .form = FormOf<EllipticEnvelope, Schema>(),
       .modules = kEnvelope,
       .inputs = kDense,
       .refuses = "store_precision=False",
       .fit_parameters = "assume_centered contamination random_state support_fraction",
       .inert = "covariance_ dist_ raw_covariance_ raw_location_ raw_support_ support_"},
  };
  static const Family family{"mixture", kClasses, kMixtureChanges};
  return family;
}

}  // namespace pratique
