#include "estimators/neighbors/changes.h"
#include "estimators/neighbors/k_neighbors.h"
#include "neighbors_bfbs_generated.h"
#include "registry/families.h"

namespace pratique {

const Family& NeighborsFamily() {
  using Schema = fb::KNeighborsClassifierBinarySchema;  // named after the root; it holds every table of the file
  static constexpr std::string_view kNumeric[] = {"dense", "csr", "frame"};
  static constexpr std::string_view kClassification[] = {"sklearn.neighbors._classification",
                                                         "sklearn.neighbors.classification"};
  static constexpr std::string_view kRegression[] = {"sklearn.neighbors._regression", "sklearn.neighbors.regression"};
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
  };
  static const Family family{"neighbors", kClasses, kNeighborsChanges};
  return family;
}

}  // namespace pratique
