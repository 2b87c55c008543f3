// capped.CappedRegressor (capped.py): the members are those of its table in capped.fbs.
#pragma once

#include "capped_generated.h"
#include "pratique/extend/estimator.h"

namespace example {

struct CappedRegressor {
  using Schema = fb::CappedRegressor;
  BOOST_HANA_DEFINE_STRUCT(CappedRegressor, (uint32_t, n_features_in), (double, intercept), (uint32_t, cap_column),
                           (pratique::Array<double>, coef), (pratique::Strings, feature_names));

  absl::StatusOr<pratique::Signature> Infer(const pratique::Children& children) const;
  absl::StatusOr<pratique::Data> Predict(const pratique::Data& X, pratique::Run& run) const;
};

// What a program lists to know the type.
const pratique::Family& CappedFamily();

}  // namespace example
