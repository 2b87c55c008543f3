#include "estimators/inspection/found.h"
#include "inspection_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {
namespace {

using Schema = fb::ClusteringBinarySchema;  // named after the root; it holds every table of the file

constexpr std::string_view kInputs[] = {"dense", "csr", "frame"};
constexpr std::string_view kDense[] = {"dense", "frame"};
constexpr std::string_view kNothing = "there is nothing to run on new rows";

constexpr std::string_view kAgglomerative[] = {"sklearn.cluster", "sklearn.cluster._agglomerative",
                                               "sklearn.cluster.hierarchical"};
constexpr std::string_view kDbscan[] = {"sklearn.cluster", "sklearn.cluster._dbscan", "sklearn.cluster.dbscan_"};
constexpr std::string_view kHdbscan[] = {"sklearn.cluster", "sklearn.cluster._hdbscan.hdbscan"};
constexpr std::string_view kOptics[] = {"sklearn.cluster", "sklearn.cluster._optics", "sklearn.cluster.optics_"};
constexpr std::string_view kSpectral[] = {"sklearn.cluster", "sklearn.cluster._spectral", "sklearn.cluster.spectral"};
constexpr std::string_view kBicluster[] = {"sklearn.cluster", "sklearn.cluster._bicluster",
                                           "sklearn.cluster.bicluster"};
constexpr std::string_view kMds[] = {"sklearn.manifold", "sklearn.manifold._mds", "sklearn.manifold.mds"};
constexpr std::string_view kClassicalMds[] = {"sklearn.manifold", "sklearn.manifold._classical_mds"};
constexpr std::string_view kTsne[] = {"sklearn.manifold", "sklearn.manifold._t_sne", "sklearn.manifold.t_sne"};
constexpr std::string_view kSpectralEmbedding[] = {"sklearn.manifold", "sklearn.manifold._spectral_embedding",
                                                   "sklearn.manifold.spectral_embedding_"};
constexpr std::string_view kEmpirical[] = {"sklearn.covariance", "sklearn.covariance._empirical_covariance",
                                           "sklearn.covariance.empirical_covariance_"};
constexpr std::string_view kShrunk[] = {"sklearn.covariance", "sklearn.covariance._shrunk_covariance",
                                        "sklearn.covariance.shrunk_covariance_"};
constexpr std::string_view kRobust[] = {"sklearn.covariance", "sklearn.covariance._robust_covariance",
                                        "sklearn.covariance.robust_covariance"};
constexpr std::string_view kGraphLasso[] = {"sklearn.covariance", "sklearn.covariance._graph_lasso",
                                            "sklearn.covariance.graph_lasso_"};

template <class S>
Class Found(std::string_view name, std::span<const std::string_view> modules, std::string_view parameters,
            std::string_view inert) {
  return {.name = name,
          .form = FormOf<S, Schema>(),
          .modules = modules,
          .inputs = kInputs,
          .agreement = "exact",
          .refuses = kNothing,
          .fit_parameters = parameters,
          .inert = inert};
}

Class CovarianceOf(std::string_view name, std::span<const std::string_view> modules, std::string_view parameters,
                   std::string_view inert) {
  return {.name = name,
          .form = FormOf<Covariance, Schema>(),
          .modules = modules,
          .inputs = kDense,
          .refuses = "store_precision=False",
          .fit_parameters = parameters,
          .inert = inert};
}

}  // namespace

const Family& InspectionFamily() {
  static const Class kClasses[] = {
      Found<Clustering>("sklearn.cluster.AgglomerativeClustering", kAgglomerative,
                        "affinity compute_distances compute_full_tree connectivity distance_threshold linkage memory "
                        "metric n_clusters",
                        "_metric n_clusters_ n_connected_components_ n_leaves_"),
      Found<Clustering>("sklearn.cluster.DBSCAN", kDbscan,
                        "algorithm eps leaf_size metric metric_params min_samples n_jobs p", ""),
      Found<Clustering>("sklearn.cluster.HDBSCAN", kHdbscan,
                        "algorithm allow_single_cluster alpha cluster_selection_epsilon cluster_selection_method copy "
                        "leaf_size max_cluster_size metric metric_params min_cluster_size min_samples n_jobs "
                        "store_centers",
                        "_metric_params _min_samples _raw_data _single_linkage_tree_"),
      Found<Clustering>("sklearn.cluster.OPTICS", kOptics,
                        "algorithm cluster_method eps leaf_size max_eps memory metric metric_params min_cluster_size "
                        "min_samples n_jobs p predecessor_correction xi",
                        ""),
      Found<Clustering>("sklearn.cluster.SpectralClustering", kSpectral,
                        "affinity assign_labels coef0 degree eigen_solver eigen_tol gamma kernel_params n_clusters "
                        "n_components n_init n_jobs n_neighbors random_state verbose",
                        "affinity_matrix_"),
      Found<Biclusters>("sklearn.cluster.SpectralBiclustering", kBicluster,
                        "init method mini_batch n_best n_clusters n_components n_init n_svd_vecs random_state "
                        "svd_method",
                        ""),
      Found<Biclusters>("sklearn.cluster.SpectralCoclustering", kBicluster,
                        "init mini_batch n_clusters n_init n_svd_vecs random_state svd_method", ""),
      Found<Embedding>("sklearn.manifold.MDS", kMds,
                       "dissimilarity eps init max_iter metric metric_mds metric_params n_components n_init n_jobs "
                       "normalized_stress random_state verbose",
                       "_init _metric _metric_mds _n_init dissimilarity_matrix_ n_iter_"),
      Found<Embedding>("sklearn.manifold.ClassicalMDS", kClassicalMds, "metric metric_params n_components",
                       "dissimilarity_matrix_"),
      Found<Embedding>("sklearn.manifold.TSNE", kTsne,
                       "angle early_exaggeration init learning_rate max_iter method metric metric_params "
                       "min_grad_norm n_components n_iter n_iter_without_progress n_jobs perplexity random_state "
                       "square_distances verbose",
                       "_init _learning_rate _max_iter learning_rate_ n_iter_"),
      Found<Embedding>("sklearn.manifold.SpectralEmbedding", kSpectralEmbedding,
                       "affinity eigen_solver eigen_tol gamma n_components n_jobs n_neighbors random_state",
                       "affinity_matrix_ n_neighbors_"),
      CovarianceOf("sklearn.covariance.EmpiricalCovariance", kEmpirical, "assume_centered", ""),
      CovarianceOf("sklearn.covariance.ShrunkCovariance", kShrunk, "assume_centered shrinkage", ""),
      CovarianceOf("sklearn.covariance.LedoitWolf", kShrunk, "assume_centered block_size", "shrinkage_"),
      CovarianceOf("sklearn.covariance.OAS", kShrunk, "assume_centered", "shrinkage_"),
      CovarianceOf("sklearn.covariance.MinCovDet", kRobust, "assume_centered random_state support_fraction",
                   "dist_ raw_covariance_ raw_location_ raw_support_ support_"),
      CovarianceOf("sklearn.covariance.GraphicalLasso", kGraphLasso,
                   "alpha assume_centered covariance enet_tol eps max_iter mode tol verbose", "costs_ n_iter_"),
      CovarianceOf("sklearn.covariance.GraphicalLassoCV", kGraphLasso,
                   "alphas assume_centered cv enet_tol eps max_iter mode n_jobs n_refinements tol verbose",
                   "alpha alpha_ costs_ cv_results_ n_iter_"),
  };
  static const Family family{"inspection", kClasses, {}};
  return family;
}

}  // namespace pratique
