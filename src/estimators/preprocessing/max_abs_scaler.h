// MaxAbsScaler.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype.
struct MaxAbsScaler {
  using Schema = fb::MaxAbsScaler;
  BOOST_HANA_DEFINE_STRUCT(MaxAbsScaler, (uint32_t, n_features_in), (bool, clip), (bool, float32_reciprocal),
                           (Array<double>, scale), (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;
};

}  // namespace pratique
