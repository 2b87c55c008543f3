#include "cluster_bfbs_generated.h"
#include "estimators/cluster/bisecting_k_means.h"
#include "estimators/cluster/changes.h"
#include "estimators/cluster/feature_agglomeration.h"
#include "estimators/cluster/k_means.h"
#include "estimators/cluster/nearest_centers.h"
#include "estimators/cluster/nearest_centroid.h"
#include "registry/families.h"

namespace pratique {

const Family& ClusterFamily() {
  using Schema = fb::KMeansBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kKmeansModules[] = {"sklearn.cluster._kmeans", "sklearn.cluster.k_means_"};
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kBisectingModules[] = {"sklearn.cluster._bisect_k_means"};
  static constexpr std::string_view kBirchModules[] = {"sklearn.cluster._birch", "sklearn.cluster.birch"};
  static constexpr std::string_view kMeanShiftModules[] = {"sklearn.cluster._mean_shift",
                                                           "sklearn.cluster.mean_shift_"};
  static constexpr std::string_view kAffinityModules[] = {"sklearn.cluster._affinity_propagation",
                                                          "sklearn.cluster.affinity_propagation_"};
  static constexpr std::string_view kAgglomerativeModules[] = {"sklearn.cluster._agglomerative",
                                                               "sklearn.cluster.hierarchical"};
  static constexpr std::string_view kCentroidModules[] = {"sklearn.neighbors._nearest_centroid",
                                                          "sklearn.neighbors.nearest_centroid"};
  static const Class kClasses[] = {
      {.name = "sklearn.cluster.KMeans",
       .form = FormOf<KMeans, Schema>(),
       .modules = kKmeansModules,
       .inputs = kNumeric,
       .fit_parameters = "algorithm copy_x init max_iter n_clusters n_init random_state tol verbose",
       .inert = "_algorithm _n_features_out _n_init _tol inertia_ labels_ n_iter_"},
      {.name = "sklearn.cluster.MiniBatchKMeans",
       .form = FormOf<KMeans, Schema>(),
       .modules = kKmeansModules,
       .inputs = kNumeric,
       .fit_parameters = "batch_size compute_labels init init_size max_iter max_no_improvement n_clusters n_init "
                         "random_state reassignment_ratio tol verbose",
       .inert =
           "_algorithm algorithm copy_x _n_features_out _n_init _tol inertia_ labels_ n_iter_ _batch_size "
           "_counts "
           "_ewa_inertia _ewa_inertia_min _init_size _n_since_last_reassign _no_improvement _random_state n_steps_"},
      {.name = "sklearn.cluster.BisectingKMeans",
       .form = FormOf<BisectingKMeans, Schema>(),
       .modules = kBisectingModules,
       .inputs = kNumeric,
       .fit_parameters = "algorithm bisecting_strategy copy_x init max_iter n_clusters n_init random_state tol verbose",
       .inert = "_kmeans_single _n_features_out _n_init _random_state _tol inertia_ labels_"},
      {.name = "sklearn.cluster.Birch",
       .form = FormOf<NearestCenters, Schema>(),
       .modules = kBirchModules,
       .inputs = kNumeric,
       .fit_parameters = "branching_factor compute_labels copy n_clusters threshold",
       .inert = "_deprecated_fit _deprecated_partial_fit _n_features_out dummy_leaf_ labels_ root_"},
      {.name = "sklearn.cluster.MeanShift",
       .form = FormOf<NearestCenters, Schema>(),
       .modules = kMeanShiftModules,
       .inputs = kDense,
       .lacks = "transform",
       .fit_parameters = "bandwidth bin_seeding cluster_all max_iter min_bin_freq n_jobs seeds",
       .inert = "labels_ n_iter_"},
      {.name = "sklearn.cluster.AffinityPropagation",
       .form = FormOf<NearestCenters, Schema>(),
       .modules = kAffinityModules,
       .inputs = kNumeric,
       .refuses = "affinity='precomputed', which scikit-learn does not predict with",
       .lacks = "transform",
       .fit_parameters = "convergence_iter copy damping max_iter preference random_state verbose",
       .inert = "affinity_matrix_ cluster_centers_indices_ labels_ n_iter_"},
      {.name = "sklearn.neighbors.NearestCentroid",
       .form = FormOf<NearestCentroid, Schema>(),
       .modules = kCentroidModules,
       .inputs = kNumeric,
       .refuses = "metrics other than euclidean and manhattan, which scikit-learn 1.5 took out",
       .fit_parameters = "priors shrink_threshold",
       .inert = "deviations_"},
      {.name = "sklearn.cluster.FeatureAgglomeration",
       .form = FormOf<FeatureAgglomeration, Schema>(),
       .modules = kAgglomerativeModules,
       .inputs = kDense,
       .refuses = "a pooling_func other than numpy's mean, median, max and min",
       .fit_parameters = "affinity compute_distances compute_full_tree connectivity distance_threshold linkage memory "
                         "metric n_clusters",
       .inert = "_metric _n_features_out children_ distances_ n_clusters_ n_connected_components_ n_leaves_"},
  };
  static const Family family{"cluster", kClasses, kClusterChanges};
  return family;
}

}  // namespace pratique
