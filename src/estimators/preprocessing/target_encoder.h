// TargetEncoder.
#pragma once

#include "estimators/preprocessing/categories.h"
#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: float64.
struct TargetEncoder {
  using Schema = fb::TargetEncoder;
  BOOST_HANA_DEFINE_STRUCT(TargetEncoder, (uint32_t, n_features_in), (uint32_t, n_targets), (Array<Values>, categories),
                           (Array<uint32_t>, order), (Array<double>, encodings), (Array<double>, target_mean),
                           (Strings, feature_names), (Strings, class_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

}  // namespace pratique
