// LocalOutlierFactor. Law of dtype: float32 where X and the rows of the fit are, else float64.
#pragma once

#include "estimators/neighbors/neighbors.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"

namespace pratique {

struct LocalOutlierFactor {
  using Schema = fb::LocalOutlierFactor;
  BOOST_HANA_DEFINE_STRUCT(LocalOutlierFactor, (uint32_t, n_features_in), (Neighbors, neighbors),
                           (uint32_t, n_neighbors), (bool, novelty), (bool, narrow), (fb::DType, dtype),
                           (double, offset), (Array<double>, farthest), (Array<double>, reachability),
                           (Array<double>, negative_outlier_factor), (Strings, feature_names), (uint32_t, n_asked));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return neighbors.Prepare(arena); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;
  absl::StatusOr<Data> KNeighbors(const Data& X, Run& run) const {
    return DistancesAndIndices(neighbors, n_asked, X, run);
  }

 private:
  template <class T>
  Data Scores(const Nearest& nearest, Run& run) const;
};

}  // namespace pratique
