// KNNImputer. Law of dtype: keeps X's float dtype, all else becomes float64.
#pragma once

#include "estimators/preprocessing/placeholder.h"
#include "model/feature_names.h"

namespace pratique {

struct KNNImputer {
  using Schema = fb::KNNImputer;
  BOOST_HANA_DEFINE_STRUCT(KNNImputer, (uint32_t, n_features_in), (uint32_t, n_samples), (Placeholder, missing),
                           (bool, float32), (Array<double>, rows), (Array<double>, means), (Array<uint32_t>, kept),
                           (uint32_t, n_neighbors), (bool, by_distance), (bool, far_count),
                           (Array<uint32_t>, indicator), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  template <class T>
  absl::StatusOr<Data> Impute(const MatrixView<T>& x, Run& run) const;
};

}  // namespace pratique
