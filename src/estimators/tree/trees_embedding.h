// RandomTreesEmbedding: the leaves that a row reaches, one-hot.
#pragma once

#include "model/feature_names.h"
#include "tree_generated.h"
#include "type/class.h"

namespace pratique {

struct TreesEmbedding {
  using Schema = fb::TreesEmbedding;
  BOOST_HANA_DEFINE_STRUCT(TreesEmbedding, (uint32_t, n_features_in), (bool, accepts_missing), (Strings, feature_names),
                           (bool, paths_refuse_missing));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);

  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
  absl::StatusOr<Data> Apply(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionPath(const Data& X, Run& run) const;
};

}  // namespace pratique
