// OneHotEncoder.
#pragma once

#include "import/graph.h"
#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct OneHotEncoder {
  using Schema = fb::OneHotEncoder;
  BOOST_HANA_DEFINE_STRUCT(OneHotEncoder, (uint32_t, n_features_in), (uint32_t, n_features_out),
                           (Array<Values>, categories), (Array<int32_t>, columns), (Array<int32_t>, infrequent),
                           (Array<uint32_t>, order), (fb::UnknownCategory, unknown), (bool, sparse), (fb::DType, dtype),
                           (Strings, feature_names), (bool, custom_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  absl::StatusOr<std::span<const int32_t>> Encode(const Data& X, Run& run) const;
  template <class T>
  absl::StatusOr<Data> Expand(std::span<const int32_t> codes, size_t rows, Run& run) const;
  absl::Status ImportColumns(ImportContext& context);
  absl::Status ImportOptions(ImportContext& context);
  void ImportNaming(ImportContext& context, std::span<const graph::Id> categories);
};

}  // namespace pratique
