#include "estimators/kernel/changes.h"
#include "estimators/kernel/kernel_machines.h"
#include "estimators/kernel/kernel_maps.h"
#include "kernel_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& KernelFamily() {
  using Schema = fb::KernelRidgeBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kRidge[] = {"sklearn.kernel_ridge"};
  static constexpr std::string_view kPca[] = {"sklearn.decomposition._kernel_pca", "sklearn.decomposition.kernel_pca"};
  static constexpr std::string_view kData[] = {"sklearn.preprocessing._data", "sklearn.preprocessing.data"};
  static constexpr std::string_view kMaps[] = {"sklearn.kernel_approximation"};
  static constexpr std::string_view kFunction = "a kernel that is a function";
  static const Class kClasses[] = {
      {.name = "sklearn.kernel_ridge.KernelRidge",
       .form = FormOf<KernelRidge, Schema>(),
       .modules = kRidge,
       .inputs = kNumeric,
       .refuses = kFunction,
       .fit_parameters = "alpha kernel_params"},
      {.name = "sklearn.decomposition.KernelPCA",
       .form = FormOf<KernelPCA, Schema>(),
       .modules = kPca,
       .inputs = kNumeric,
       .refuses = kFunction,
       .fit_parameters = "alpha copy_X eigen_solver iterated_power kernel_params max_iter n_components random_state "
                         "remove_zero_eig tol"},
      {.name = "sklearn.preprocessing.KernelCenterer",
       .form = FormOf<KernelCenterer, Schema>(),
       .modules = kData,
       .inputs = kDense},
      {.name = "sklearn.kernel_approximation.Nystroem",
       .form = FormOf<Nystroem, Schema>(),
       .modules = kMaps,
       .inputs = kNumeric,
       .refuses = "a kernel that is a function; kernel_params",
       .fit_parameters = "n_components random_state",
       .inert = "_n_features_out component_indices_"},
      {.name = "sklearn.kernel_approximation.RBFSampler",
       .form = FormOf<RandomCosines, Schema>(),
       .modules = kMaps,
       .inputs = kNumeric,
       .fit_parameters = "gamma random_state",
       .inert = "_gamma _n_features_out"},
      {.name = "sklearn.kernel_approximation.SkewedChi2Sampler",
       .form = FormOf<RandomCosines, Schema>(),
       .modules = kMaps,
       .inputs = kDense,
       .fit_parameters = "random_state",
       .inert = "_n_features_out"},
      {.name = "sklearn.kernel_approximation.AdditiveChi2Sampler",
       .form = FormOf<AdditiveChi2Sampler, Schema>(),
       .modules = kMaps,
       .inputs = kNumeric},
      {.name = "sklearn.kernel_approximation.PolynomialCountSketch",
       .form = FormOf<PolynomialCountSketch, Schema>(),
       .modules = kMaps,
       .inputs = kNumeric,
       .refuses = "more than 8192 components",
       .fit_parameters = "random_state",
       .inert = "_n_features_out"},
  };
  static const Family family{"kernel", kClasses, kKernelChanges};
  return family;
}

}  // namespace pratique
