// MinMaxScaler.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype.
struct MinMaxScaler {
  using Schema = fb::MinMaxScaler;
  BOOST_HANA_DEFINE_STRUCT(MinMaxScaler, (uint32_t, n_features_in), (bool, clip), (Array<double>, feature_range),
                           (Array<double>, scale), (Array<double>, min), (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
};

}  // namespace pratique
