// FunctionTransformer: only functions of a closed list; func=None, the identity, for now.
#pragma once

#include "model/feature_names.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

struct FunctionTransformer {
  using Schema = fb::FunctionTransformer;
  BOOST_HANA_DEFINE_STRUCT(FunctionTransformer, (uint32_t, n_features_in), (fb::Function, function), (bool, validate),
                           (bool, accept_sparse), (Strings, feature_names), (bool, one_to_one));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const { return Transform(X, run); }
};

}  // namespace pratique
