// SelfTrainingClassifier and RANSACRegressor.
#pragma once

#include "estimators/compose/delegate.h"
#include "meta_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct CheckedDelegate : Answers<CheckedDelegate> {
  using Schema = fb::CheckedDelegate;
  BOOST_HANA_DEFINE_STRUCT(CheckedDelegate, (uint32_t, n_features_in), (Array<Values>, classes),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Answer(Method method, const Data& X, Run& run) const;
};

}  // namespace pratique
