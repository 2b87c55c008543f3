// RadiusNeighborsClassifier and RadiusNeighborsRegressor. Law of dtype: float64; means of float32 targets are float32.
#pragma once

#include "estimators/neighbors/neighbors.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct RadiusNeighborsClassifier {
  using Schema = fb::RadiusNeighborsClassifier;
  BOOST_HANA_DEFINE_STRUCT(RadiusNeighborsClassifier, (uint32_t, n_features_in), (uint32_t, n_outputs),
                           (Neighbors, neighbors), (double, radius), (fb::Weighting, weighting),
                           (Array<Values>, classes), (Array<uint32_t>, labels), (Array<uint32_t>, outliers),
                           (bool, counts_by_mode), (int32_t, outlier_of_mode), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;

 private:
  absl::Status ImportOutliers(ImportContext& context);
};

struct RadiusNeighborsRegressor {
  using Schema = fb::RadiusNeighborsRegressor;
  BOOST_HANA_DEFINE_STRUCT(RadiusNeighborsRegressor, (uint32_t, n_features_in), (uint32_t, n_outputs),
                           (Neighbors, neighbors), (double, radius), (fb::Weighting, weighting),
                           (bool, one_dimensional), (fb::DType, dtype), (Array<double>, targets), (bool, integers),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;

 private:
  template <class T>
  absl::StatusOr<Data> Means(const Data& X, Run& run) const;
};

}  // namespace pratique
