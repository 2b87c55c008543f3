// StandardScaler, RobustScaler.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

struct StandardScaler {
  using Schema = fb::StandardScaler;
  BOOST_HANA_DEFINE_STRUCT(StandardScaler, (uint32_t, n_features_in), (bool, float32_statistics),
                           (bool, float32_reciprocal), (Array<double>, mean), (Array<double>, scale),
                           (Strings, feature_names), (bool, csr_uncentered));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  absl::Status ImportRobust(ImportContext& context);
};

}  // namespace pratique
