// Normalizer.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype.
struct Normalizer {
  using Schema = fb::Normalizer;
  BOOST_HANA_DEFINE_STRUCT(Normalizer, (uint32_t, n_features_in), (fb::Norm, norm), (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
};

}  // namespace pratique
