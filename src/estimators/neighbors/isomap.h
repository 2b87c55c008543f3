// Isomap. Law of dtype: float32 where X is an array of it and what was fitted is, else float64.
#pragma once

#include "estimators/neighbors/neighbors.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"

namespace pratique {

struct Isomap {
  using Schema = fb::Isomap;
  BOOST_HANA_DEFINE_STRUCT(Isomap, (uint32_t, n_features_in), (uint32_t, n_samples), (bool, within), (double, radius),
                           (bool, keeps_float32), (fb::DType, dtype), (Array<double>, dist_matrix),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }

 private:
  template <class T>
  absl::StatusOr<Data> Embedded(const Data& X, Run& run) const;
};

}  // namespace pratique
