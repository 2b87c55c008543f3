// LocallyLinearEmbedding. Law of dtype: float64.
#pragma once

#include "estimators/neighbors/neighbors.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"

namespace pratique {

struct LocallyLinearEmbedding {
  using Schema = fb::LocallyLinearEmbedding;
  BOOST_HANA_DEFINE_STRUCT(LocallyLinearEmbedding, (uint32_t, n_features_in), (uint32_t, n_components),
                           (uint32_t, n_neighbors), (double, reg), (Array<double>, embedding),
                           (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }

 private:
  absl::Status Barycenter(const double* x, std::span<const int64_t> nearest, const Neighbors& fit,
                          std::span<double> gram, std::span<double> weights, size_t row) const;
};

}  // namespace pratique
