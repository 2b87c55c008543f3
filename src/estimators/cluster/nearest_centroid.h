// NearestCentroid.
#pragma once

#include "cluster_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: scores are float64.
struct NearestCentroid {
  using Schema = fb::NearestCentroid;
  BOOST_HANA_DEFINE_STRUCT(NearestCentroid, (uint32_t, n_features_in), (uint32_t, n_classes),
                           (fb::CentroidMetric, metric), (bool, compares_roots), (Values, classes),
                           (Array<double>, centroids), (Array<double>, class_prior), (Array<double>, std_dev),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;

 private:
  // {rows, classes}: -distance^2 + 2 log(prior).
  absl::StatusOr<MatrixView<double>> Scores(const Data& X, Run& run) const;
  bool IsUniform() const;
};

}  // namespace pratique
