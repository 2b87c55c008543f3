// MissingIndicator on its own. (SimpleImputer's add_indicator is part of SimpleImputer.)
#pragma once

#include "estimators/preprocessing/placeholder.h"
#include "import/sklearn/import_context.h"
#include "model/feature_names.h"

namespace pratique {

struct MissingIndicator {
  using Schema = fb::MissingIndicator;
  BOOST_HANA_DEFINE_STRUCT(MissingIndicator, (uint32_t, n_features_in), (Placeholder, missing),
                           (Array<uint32_t>, features), (bool, error_on_new), (fb::MaskFormat, format),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const { return missing.Invariant(); }
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  // The mask, of bool.
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  absl::StatusOr<std::span<const uint8_t>> Mask(const Data& X, Run& run) const;
};

// features_ of a MissingIndicator: columns that ascend.
absl::StatusOr<Array<uint32_t>> MarkedColumns(ImportContext& context, graph::Id value, std::string_view attribute);

// The columns that the indicator_ of an imputer marks. fit makes it a MissingIndicator with error_on_new=False that is
// handed masks; as any other one it would mark other columns, or refuse rows.
absl::StatusOr<Array<uint32_t>> IndicatorColumns(ImportContext& context, graph::Id indicator, size_t n_features);

}  // namespace pratique
