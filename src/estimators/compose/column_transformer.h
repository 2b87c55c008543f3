// sklearn.compose.ColumnTransformer: each transformer takes its columns; the results stand side by side.
#pragma once

#include "compose_generated.h"
#include "model/feature_names.h"
#include "type/class.h"

namespace pratique {

struct ColumnTransformer {
  using Schema = fb::ColumnTransformer;
  BOOST_HANA_DEFINE_STRUCT(ColumnTransformer, (uint32_t, n_features_in), (uint32_t, n_transformers), (Strings, names),
                           (Array<fb::Part>, parts), (Array<uint32_t>, column_offsets), (Array<uint32_t>, columns),
                           (Array<double>, weights), (Array<fb::Weight>, weight_kinds), (bool, sparse_output),
                           (Strings, feature_names), (fb::Naming, naming), (std::string_view, name_format));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

  // The columns that transformer t takes.
  Array<uint32_t> ColumnsOf(size_t t) const {
    return columns.subspan(column_offsets[t], column_offsets[t + 1] - column_offsets[t]);
  }
};

}  // namespace pratique
