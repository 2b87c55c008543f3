#include "decomposition_bfbs_generated.h"
#include "estimators/decomposition/affine_projection.h"
#include "estimators/decomposition/changes.h"
#include "estimators/decomposition/latent_dirichlet.h"
#include "estimators/decomposition/non_negative_factors.h"
#include "estimators/decomposition/partial_least_squares.h"
#include "estimators/decomposition/projection.h"
#include "estimators/decomposition/sparse_coding.h"
#include "estimators/decomposition/sparse_projection.h"
#include "registry/families.h"

namespace pratique {

const Family& DecompositionFamily() {
  using Schema = fb::ProjectionBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kPcaModules[] = {"sklearn.decomposition._pca", "sklearn.decomposition.pca"};
  static constexpr std::string_view kIncrementalPcaModules[] = {"sklearn.decomposition._incremental_pca",
                                                                "sklearn.decomposition.incremental_pca"};
  static constexpr std::string_view kTruncatedSvdModules[] = {"sklearn.decomposition._truncated_svd",
                                                              "sklearn.decomposition.truncated_svd"};
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kFastIcaModules[] = {"sklearn.decomposition._fastica",
                                                         "sklearn.decomposition.fastica_"};
  static constexpr std::string_view kFactorAnalysisModules[] = {"sklearn.decomposition._factor_analysis",
                                                                "sklearn.decomposition.factor_analysis"};
  static constexpr std::string_view kNcaModules[] = {"sklearn.neighbors._nca", "sklearn.neighbors.nca"};
  static constexpr std::string_view kPlsModules[] = {"sklearn.cross_decomposition._pls",
                                                     "sklearn.cross_decomposition.pls_"};
  static constexpr std::string_view kRandomModules[] = {"sklearn.random_projection"};
  static constexpr std::string_view kOfPls =
      "_coef_warning _n_features_out _norm_y_weights _x_scores _y_mean _y_scores _y_std algorithm deflation_mode mode "
      "n_iter_ x_scores_ x_weights_ y_loadings_ y_rotations_ y_scores_ y_weights_";
  static constexpr std::string_view kOfPlsFit = "algorithm copy max_iter n_components scale tol";
  static const auto of_pls = [](std::string_view name) {
    return Class{.name = name,
                 .form = FormOf<PartialLeastSquares, Schema>(),
                 .modules = kPlsModules,
                 .inputs = kDense,
                 .fit_parameters = kOfPlsFit,
                 .inert = kOfPls};
  };
  static constexpr std::string_view kSparsePcaModules[] = {"sklearn.decomposition._sparse_pca",
                                                           "sklearn.decomposition.sparse_pca"};
  static constexpr std::string_view kDictionaryModules[] = {"sklearn.decomposition._dict_learning",
                                                            "sklearn.decomposition.dict_learning"};
  static constexpr std::string_view kLdaModules[] = {"sklearn.decomposition._lda", "sklearn.decomposition.online_lda"};
  static constexpr std::string_view kNmfModules[] = {"sklearn.decomposition._nmf", "sklearn.decomposition.nmf"};
  static constexpr std::string_view kOfCoding =
      "1e-9 of lasso_cd, else 1e-12; transform_algorithm lars and lasso_lars; more than 4096 components but for "
      "threshold";
  static constexpr std::string_view kOfNmf =
      "rows that come apart, since all rows stop together; more than 10000 iterations or 4096 components, "
      "shuffle=True, alpha of 1.1";
  static constexpr std::string_view kNoInverse =
      "inverse_transform without compute_inverse_components=True is not offered";
  static const Class kClasses[] = {
      {.name = "sklearn.decomposition.PCA",
       .form = FormOf<Projection, Schema>(),
       .modules = kPcaModules,
       .inputs = kNumeric,
       .refuses = "score_samples (which agrees to 1e-9) of fits on float32, of more than 1024 components, and of "
                  "variances that are the noise's or more than 1e8 times apart",
       .fit_parameters =
           "copy iterated_power n_components n_oversamples power_iteration_normalizer random_state svd_solver tol",
       .inert = "_fit_svd_solver explained_variance_ratio_ n_components_ n_features_ n_samples_ singular_values_"},
      {.name = "sklearn.decomposition.IncrementalPCA",
       .form = FormOf<Projection, Schema>(),
       .modules = kIncrementalPcaModules,
       .inputs = kNumeric,
       .lacks = "score_samples",
       .fit_parameters = "batch_size copy n_components",
       .inert =
           "batch_size_ explained_variance_ratio_ n_components_ n_samples_seen_ noise_variance_ singular_values_ var_"},
      {.name = "sklearn.decomposition.TruncatedSVD",
       .form = FormOf<Projection, Schema>(),
       .modules = kTruncatedSvdModules,
       .inputs = kNumeric,
       .lacks = "score_samples",
       .fit_parameters = "algorithm n_components n_iter n_oversamples power_iteration_normalizer random_state tol",
       .inert = "explained_variance_ explained_variance_ratio_ singular_values_"},
      {.name = "sklearn.decomposition.FastICA",
       .form = FormOf<AffineProjection, Schema>(),
       .modules = kFastIcaModules,
       .inputs = kDense,
       .lacks = "score_samples",
       .fit_parameters = "algorithm fun fun_args max_iter n_components random_state tol w_init whiten_solver",
       .inert = "_unmixing n_iter_ whitening_"},
      {.name = "sklearn.decomposition.FactorAnalysis",
       .form = FormOf<AffineProjection, Schema>(),
       .modules = kFactorAnalysisModules,
       .inputs = kDense,
       .refuses = "more than 1024 components",
       .lacks = "inverse_transform",
       .fit_parameters =
           "copy iterated_power max_iter n_components noise_variance_init random_state rotation svd_method tol",
       .inert = "loglike_ n_iter_"},
      {.name = "sklearn.neighbors.NeighborhoodComponentsAnalysis",
       .form = FormOf<AffineProjection, Schema>(),
       .modules = kNcaModules,
       .inputs = kDense,
       .lacks = "inverse_transform score_samples",
       .fit_parameters = "callback init max_iter n_components random_state tol verbose warm_start",
       .inert = "_n_features_out n_iter_ random_state_"},
      {.name = "sklearn.random_projection.GaussianRandomProjection",
       .form = FormOf<AffineProjection, Schema>(),
       .modules = kRandomModules,
       .inputs = kNumeric,
       .refuses = kNoInverse,
       .lacks = "score_samples",
       .fit_parameters = "eps n_components random_state",
       .inert = "dense_output _n_features_out n_components_"},
      {.name = "sklearn.random_projection.SparseRandomProjection",
       .form = FormOf<SparseProjection, Schema>(),
       .modules = kRandomModules,
       .inputs = kNumeric,
       .refuses = kNoInverse,
       .fit_parameters = "density eps n_components random_state",
       .inert = "_n_features_out density_ n_components_"},
      {.name = "sklearn.cross_decomposition.PLSSVD",
       .form = FormOf<AffineProjection, Schema>(),
       .modules = kPlsModules,
       .inputs = kDense,
       .lacks = "inverse_transform score_samples",
       .fit_parameters = "copy n_components scale",
       .inert = "_n_features_out _x_scores _y_mean _y_scores _y_std x_scores_ y_scores_ y_weights_"},
      {.name = "sklearn.decomposition.SparsePCA",
       .form = FormOf<AffineProjection, Schema>(),
       .modules = kSparsePcaModules,
       .inputs = kDense,
       .refuses = "more than 1024 components of more than 1024 features",
       .lacks = "score_samples",
       .fit_parameters = "U_init V_init alpha max_iter method n_components n_jobs random_state tol verbose",
       .inert = "error_ n_components_ n_iter_"},
      {.name = "sklearn.decomposition.MiniBatchSparsePCA",
       .form = FormOf<AffineProjection, Schema>(),
       .modules = kSparsePcaModules,
       .inputs = kDense,
       .refuses = "more than 1024 components of more than 1024 features",
       .lacks = "score_samples",
       .fit_parameters = "alpha batch_size callback max_iter max_no_improvement method n_components n_iter n_jobs "
                         "random_state shuffle tol verbose",
       .inert = "U_init V_init error_ max_iter n_components_ n_iter_ tol"},
      {.name = "sklearn.decomposition.DictionaryLearning",
       .form = FormOf<SparseCoding, Schema>(),
       .modules = kDictionaryModules,
       .inputs = kDense,
       .agreement = "1e-9",
       .refuses = kOfCoding,
       .fit_parameters = "callback code_init dict_init fit_algorithm max_iter n_components n_jobs positive_dict "
                         "random_state tol verbose",
       .inert = "error_ n_iter_"},
      {.name = "sklearn.decomposition.MiniBatchDictionaryLearning",
       .form = FormOf<SparseCoding, Schema>(),
       .modules = kDictionaryModules,
       .inputs = kDense,
       .agreement = "1e-9",
       .refuses = kOfCoding,
       .fit_parameters = "batch_size callback dict_init fit_algorithm max_iter max_no_improvement n_components n_iter "
                         "n_jobs positive_dict random_state shuffle tol verbose",
       .inert = "_A _B _batch_size _ewa_cost _ewa_cost_min _fit_algorithm _inner_stats _n_components _no_improvement "
                "_random_state inner_stats_ iter_offset_ n_iter_ n_steps_ random_state_"},
      {.name = "sklearn.decomposition.SparseCoder",
       .form = FormOf<SparseCoding, Schema>(),
       .modules = kDictionaryModules,
       .inputs = kDense,
       .agreement = "1e-9",
       .refuses = kOfCoding,
       .fit_parameters = "n_jobs",
       .inert = "n_components_"},
      {.name = "sklearn.decomposition.LatentDirichletAllocation",
       .form = FormOf<LatentDirichlet, Schema>(),
       .modules = kLdaModules,
       .inputs = kNumeric,
       .refuses = "more than 10000 iterations a document",
       .fit_parameters = "batch_size doc_topic_prior evaluate_every learning_decay learning_method learning_offset "
                         "max_iter n_components n_jobs perp_tol random_state topic_word_prior total_samples verbose",
       .inert = "bound_ components_ n_batch_iter_ n_iter_ random_state_ topic_word_prior_"},
      {.name = "sklearn.decomposition.NMF",
       .form = FormOf<NonNegativeFactors, Schema>(),
       .modules = kNmfModules,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kOfNmf,
       .fit_parameters = "alpha_H init n_components random_state verbose",
       .inert = "_beta_loss _l1_reg_H _l1_reg_W _l2_reg_H _l2_reg_W _n_components n_components_ n_iter_ "
                "reconstruction_err_"},
      {.name = "sklearn.decomposition.MiniBatchNMF",
       .form = FormOf<NonNegativeFactors, Schema>(),
       .modules = kNmfModules,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kOfNmf,
       .fit_parameters = "alpha_H batch_size forget_factor fresh_restarts fresh_restarts_max_iter init max_iter "
                         "max_no_improvement n_components random_state transform_max_iter verbose",
       .inert = "_batch_size _beta_loss _components_denominator _components_numerator _ewa_cost _ewa_cost_min _gamma "
                "_l1_reg_H _l1_reg_W _l2_reg_H _l2_reg_W _n_components _no_improvement _rho n_components_ n_iter_ "
                "n_steps_ reconstruction_err_"},
      of_pls("sklearn.cross_decomposition.PLSRegression"),
      of_pls("sklearn.cross_decomposition.PLSCanonical"),
      of_pls("sklearn.cross_decomposition.CCA"),
  };
  static const Family family{"decomposition", kClasses, kDecompositionChanges};
  return family;
}

}  // namespace pratique
