// What fit found about its own rows: clusterings and embeddings that have nothing to run on new ones.
#pragma once

#include "import/sklearn/import_context.h"
#include "inspection_generated.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

struct Clustering {
  using Schema = fb::Clustering;
  BOOST_HANA_DEFINE_STRUCT(Clustering, (uint32_t, n_features_in), (uint32_t, n_samples), (Array<int64_t>, labels),
                           (Array<int64_t>, children), (Array<double>, distances), (Array<int64_t>, core_samples),
                           (Array<double>, components), (Array<int64_t>, ordering), (Array<double>, reachability),
                           (Array<double>, core_distances), (Array<int64_t>, predecessor), (Array<int64_t>, hierarchy),
                           (Array<double>, probabilities), (Array<double>, centroids), (Array<double>, medoids),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
};

struct Biclusters {
  using Schema = fb::Biclusters;
  BOOST_HANA_DEFINE_STRUCT(Biclusters, (uint32_t, n_features_in), (Array<int64_t>, row_labels),
                           (Array<int64_t>, column_labels), (Array<int64_t>, rows), (Array<int64_t>, columns),
                           (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
};

struct Embedding {
  using Schema = fb::Embedding;
  BOOST_HANA_DEFINE_STRUCT(Embedding, (uint32_t, n_features_in), (uint32_t, n_samples), (fb::DType, dtype),
                           (Array<double>, embedding), (double, objective), (Array<double>, eigenvalues),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
};

// mahalanobis is float64.
struct Covariance {
  using Schema = fb::Covariance;
  BOOST_HANA_DEFINE_STRUCT(Covariance, (uint32_t, n_features_in), (Array<double>, location),
                           (Array<double>, covariance), (Array<double>, precision), (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Mahalanobis(const Data& X, Run& run) const;
};

}  // namespace pratique
