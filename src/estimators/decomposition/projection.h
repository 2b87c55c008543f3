// Projections on components: PCA, IncrementalPCA, TruncatedSVD.
#pragma once

#include "decomposition_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: promotes with components_.
struct Projection {
  using Schema = fb::Projection;
  BOOST_HANA_DEFINE_STRUCT(Projection, (uint32_t, n_features_in), (uint32_t, n_components), (fb::DType, fitted_dtype),
                           (bool, centers_first), (fb::SparseInput, sparse), (Array<double>, components),
                           (Array<double>, mean), (Array<double>, scale), (double, min_scale), (Strings, feature_names),
                           (Array<double>, model_variance), (double, noise_variance), (fb::DType, statistics_dtype));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;

 private:
  absl::Status ImportVariances(ImportContext& context, Array<double> variance, bool whiten);
};

}  // namespace pratique
