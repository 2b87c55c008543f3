// sklearn.pipeline.FeatureUnion: every transformer takes all of X; the results stand side by side.
#pragma once

#include "compose_generated.h"
#include "estimators/compose/delegate.h"
#include "estimators/compose/parts.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

struct FeatureUnion {
  using Schema = fb::FeatureUnion;
  BOOST_HANA_DEFINE_STRUCT(FeatureUnion, (uint32_t, n_transformers), (Strings, names), (Array<fb::Part>, parts),
                           (Array<double>, weights), (Array<fb::Weight>, weight_kinds), (fb::Naming, naming),
                           (std::string_view, name_format));

  std::optional<Violation> Invariant() const { return WrongWeight(weights, weight_kinds); }
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

}  // namespace pratique
