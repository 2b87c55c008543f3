#include "decomposition_bfbs_generated.h"
#include "estimators/decomposition/changes.h"
#include "estimators/decomposition/projection.h"
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
  static const Class kClasses[] = {
      {.name = "sklearn.decomposition.PCA",
       .form = FormOf<Projection, Schema>(),
       .modules = kPcaModules,
       .inputs = kNumeric,
       .fit_parameters =
           "copy iterated_power n_components n_oversamples power_iteration_normalizer random_state svd_solver tol",
       .inert = "_fit_svd_solver explained_variance_ratio_ n_components_ n_features_ n_samples_ noise_variance_ "
                "singular_values_"},
      {.name = "sklearn.decomposition.IncrementalPCA",
       .form = FormOf<Projection, Schema>(),
       .modules = kIncrementalPcaModules,
       .inputs = kNumeric,
       .fit_parameters = "batch_size copy n_components",
       .inert =
           "batch_size_ explained_variance_ratio_ n_components_ n_samples_seen_ noise_variance_ singular_values_ var_"},
      {.name = "sklearn.decomposition.TruncatedSVD",
       .form = FormOf<Projection, Schema>(),
       .modules = kTruncatedSvdModules,
       .inputs = kNumeric,
       .fit_parameters = "algorithm n_components n_iter n_oversamples power_iteration_normalizer random_state tol",
       .inert = "explained_variance_ explained_variance_ratio_ singular_values_"},
  };
  static const Family family{"decomposition", kClasses, kDecompositionChanges};
  return family;
}

}  // namespace pratique
