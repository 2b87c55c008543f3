// FunctionTransformer: only functions of a closed list.
#pragma once

#include "estimators/preprocessing/numpy_call.h"
#include "model/feature_names.h"
#include "model/run.h"
#include "preprocessing_generated.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: the function's.
struct FunctionTransformer {
  using Schema = fb::FunctionTransformer;
  BOOST_HANA_DEFINE_STRUCT(FunctionTransformer, (uint32_t, n_features_in), (NumpyCall, function), (NumpyCall, inverse),
                           (bool, validate), (bool, accept_sparse), (bool, numpy_2), (Strings, feature_names),
                           (bool, one_to_one));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const { return Compute(function, X, run); }
  absl::StatusOr<Data> InverseTransform(const Data& X, Run& run) const { return Compute(inverse, X, run); }
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  absl::StatusOr<Data> Compute(const NumpyCall& call, const Data& X, Run& run) const;
};

}  // namespace pratique
