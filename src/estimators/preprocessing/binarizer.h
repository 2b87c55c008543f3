// Binarizer.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Keeps X's dtype, integers too.
struct Binarizer {
  using Schema = fb::Binarizer;
  BOOST_HANA_DEFINE_STRUCT(Binarizer, (uint32_t, n_features_in), (double, threshold), (bool, exact_threshold),
                           (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
};

}  // namespace pratique
