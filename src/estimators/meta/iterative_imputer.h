// IterativeImputer. Law of dtype: keeps X's float dtype, all else becomes float64.
#pragma once

#include "estimators/preprocessing/placeholder.h"
#include "import/graph.h"
#include "meta_generated.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

struct IterativeImputer {
  using Schema = fb::IterativeImputer;
  BOOST_HANA_DEFINE_STRUCT(IterativeImputer, (uint32_t, n_features_in), (Placeholder, missing), (Array<uint32_t>, kept),
                           (Array<uint32_t>, empty), (uint32_t, n_steps), (Array<uint32_t>, features),
                           (Array<uint32_t>, offsets), (Array<uint32_t>, neighbors), (Array<double>, least),
                           (Array<double>, greatest), (Array<uint32_t>, indicator), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  absl::Status ImportColumns(ImportContext& context, graph::Id initial);
  absl::Status ImportSteps(ImportContext& context);
  absl::Status ImportLimits(ImportContext& context);
  template <class T>
  absl::StatusOr<Data> Impute(const MatrixView<T>& x, Run& run) const;
};

}  // namespace pratique
