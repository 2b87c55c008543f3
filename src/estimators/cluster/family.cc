#include "cluster_bfbs_generated.h"
#include "estimators/cluster/k_means.h"
#include "registry/families.h"

namespace pratique {

const Family& ClusterFamily() {
  using Schema = fb::KMeansBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kKmeansModules[] = {"sklearn.cluster._kmeans", "sklearn.cluster.k_means_"};
  static const Class kClasses[] = {
      {.name = "sklearn.cluster.KMeans",
       .form = FormOf<KMeans, Schema>(),
       .modules = kKmeansModules,
       .inputs = kNumeric,
       .fit_parameters = "algorithm copy_x init max_iter n_clusters n_init random_state tol verbose",
       .inert = "_algorithm _n_features_out _n_init _n_threads _tol inertia_ labels_ n_iter_"},
      {.name = "sklearn.cluster.MiniBatchKMeans",
       .form = FormOf<KMeans, Schema>(),
       .modules = kKmeansModules,
       .inputs = kNumeric,
       .fit_parameters = "batch_size compute_labels init init_size max_iter max_no_improvement n_clusters n_init "
                         "random_state reassignment_ratio tol verbose",
       .inert =
           "_algorithm algorithm copy_x _n_features_out _n_init _n_threads _tol inertia_ labels_ n_iter_ _batch_size "
           "_counts "
           "_ewa_inertia _ewa_inertia_min _init_size _n_since_last_reassign _no_improvement _random_state n_steps_"},
  };
  static const Family family{"cluster", kClasses, {}};
  return family;
}

}  // namespace pratique
