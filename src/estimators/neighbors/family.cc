#include "estimators/neighbors/changes.h"
#include "estimators/neighbors/isomap.h"
#include "estimators/neighbors/k_neighbors.h"
#include "estimators/neighbors/kernel_density.h"
#include "estimators/neighbors/label_propagation.h"
#include "estimators/neighbors/local_outlier_factor.h"
#include "estimators/neighbors/locally_linear_embedding.h"
#include "estimators/neighbors/neighbor_graphs.h"
#include "estimators/neighbors/radius_neighbors.h"
#include "neighbors_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& NeighborsFamily() {
  using Schema = fb::KNeighborsClassifierBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kClassification[] = {"sklearn.neighbors._classification",
                                                         "sklearn.neighbors.classification"};
  static constexpr std::string_view kRegression[] = {"sklearn.neighbors._regression", "sklearn.neighbors.regression"};
  static constexpr std::string_view kUnsupervised[] = {"sklearn.neighbors._unsupervised",
                                                       "sklearn.neighbors.unsupervised"};
  static constexpr std::string_view kGraphs[] = {"sklearn.neighbors._graph", "sklearn.neighbors.graph"};
  static constexpr std::string_view kOutliers[] = {"sklearn.neighbors._lof", "sklearn.neighbors.lof"};
  static constexpr std::string_view kDensity[] = {"sklearn.neighbors._kde", "sklearn.neighbors.kde"};
  static constexpr std::string_view kDense[] = {"dense", "frame"};
  static constexpr std::string_view kLocallyLinear[] = {"sklearn.manifold", "sklearn.manifold._locally_linear",
                                                        "sklearn.manifold.locally_linear"};
  static constexpr std::string_view kIsomap[] = {"sklearn.manifold", "sklearn.manifold._isomap",
                                                 "sklearn.manifold.isomap"};
  static constexpr std::string_view kLabels[] = {"sklearn.semi_supervised._label_propagation",
                                                 "sklearn.semi_supervised.label_propagation"};
  static constexpr std::string_view kMetrics = "metrics that are functions";
  static constexpr std::string_view kRefuses = "metrics and weights that are functions";
  static constexpr std::string_view kFit = "algorithm leaf_size n_jobs";
  static const Class kClasses[] = {
      {.name = "sklearn.neighbors.KNeighborsClassifier",
       .form = FormOf<KNeighborsClassifier, Schema>(),
       .modules = kClassification,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kRefuses,
       .fit_parameters = kFit,
       .inert = "radius"},
      {.name = "sklearn.neighbors.KNeighborsRegressor",
       .form = FormOf<KNeighborsRegressor, Schema>(),
       .modules = kRegression,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kRefuses,
       .fit_parameters = kFit,
       .inert = "radius"},
      {.name = "sklearn.neighbors.NearestNeighbors",
       .form = FormOf<NearestNeighbors, Schema>(),
       .modules = kUnsupervised,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kMetrics,
       .fit_parameters = kFit,
       .inert = "radius"},
      {.name = "sklearn.neighbors.KNeighborsTransformer",
       .form = FormOf<KNeighborsTransformer, Schema>(),
       .modules = kGraphs,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kMetrics,
       .fit_parameters = kFit,
       .inert = "_n_features_out radius"},
      {.name = "sklearn.neighbors.RadiusNeighborsTransformer",
       .form = FormOf<RadiusNeighborsTransformer, Schema>(),
       .modules = kGraphs,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kMetrics,
       .fit_parameters = kFit,
       .inert = "_n_features_out n_neighbors"},
      {.name = "sklearn.neighbors.RadiusNeighborsClassifier",
       .form = FormOf<RadiusNeighborsClassifier, Schema>(),
       .modules = kClassification,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "metrics and weights that are functions; an outlier_label that is no class of the fit",
       .fit_parameters = kFit,
       .inert = "n_neighbors"},
      {.name = "sklearn.neighbors.RadiusNeighborsRegressor",
       .form = FormOf<RadiusNeighborsRegressor, Schema>(),
       .modules = kRegression,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "metrics and weights that are functions; float32 targets beside weights='distance'",
       .fit_parameters = kFit,
       .inert = "n_neighbors"},
      {.name = "sklearn.neighbors.LocalOutlierFactor",
       .form = FormOf<LocalOutlierFactor, Schema>(),
       .modules = kOutliers,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "metrics that are functions; with novelty=False there is nothing but kneighbors",
       .fit_parameters = "algorithm contamination leaf_size n_jobs",
       .inert = "radius"},
      {.name = "sklearn.neighbors.KernelDensity",
       .form = FormOf<KernelDensity, Schema>(),
       .modules = kDensity,
       .inputs = kDense,
       .agreement = "1e-12",
       .refuses = kMetrics,
       .fit_parameters = "algorithm bandwidth leaf_size metric metric_params"},
      {.name = "sklearn.manifold.LocallyLinearEmbedding",
       .form = FormOf<LocallyLinearEmbedding, Schema>(),
       .modules = kLocallyLinear,
       .inputs = kDense,
       .agreement = "1e-9",
       .fit_parameters =
           "eigen_solver hessian_tol max_iter method modified_tol n_jobs neighbors_algorithm random_state "
           "tol",
       .inert = "_n_features_out reconstruction_error_"},
      {.name = "sklearn.manifold.Isomap",
       .form = FormOf<Isomap, Schema>(),
       .modules = kIsomap,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = kMetrics,
       .fit_parameters = "eigen_solver max_iter metric metric_params n_components n_jobs neighbors_algorithm p "
                         "path_method radius tol",
       .inert = "_n_features_out embedding_"},
      {.name = "sklearn.semi_supervised.LabelPropagation",
       .form = FormOf<LabelPropagation, Schema>(),
       .modules = kLabels,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "a kernel that is a function",
       .fit_parameters = "max_iter n_neighbors tol",
       .inert = "alpha n_iter_ transduction_"},
      {.name = "sklearn.semi_supervised.LabelSpreading",
       .form = FormOf<LabelPropagation, Schema>(),
       .modules = kLabels,
       .inputs = kNumeric,
       .agreement = "1e-12",
       .refuses = "a kernel that is a function",
       .fit_parameters = "alpha max_iter n_neighbors tol",
       .inert = "n_iter_ transduction_"},
  };
  static const Family family{"neighbors", kClasses, kNeighborsChanges};
  return family;
}

}  // namespace pratique
