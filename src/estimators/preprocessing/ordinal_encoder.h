// OrdinalEncoder.
#pragma once

#include "estimators/preprocessing/categories.h"
#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: the parameter dtype.
struct OrdinalEncoder {
  using Schema = fb::OrdinalEncoder;
  BOOST_HANA_DEFINE_STRUCT(OrdinalEncoder, (uint32_t, n_features_in), (Array<Values>, categories),
                           (Array<uint32_t>, order), (Array<uint32_t>, codes), (Array<int32_t>, infrequent),
                           (bool, encodes_unknown), (double, unknown_value), (double, missing_value),
                           (fb::DType, dtype), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.OneToOne(); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const;

 private:
  absl::Status ImportOptions(ImportContext& context);
  absl::Status ImportCodes(ImportContext& context);
  int64_t InfrequentCode(size_t feature) const { return infrequent.data() == nullptr ? -1 : infrequent[feature]; }
  bool GivesObjects() const;
  absl::StatusOr<std::span<const int32_t>> Places(const Data& X, Run& run) const;
};

}  // namespace pratique
