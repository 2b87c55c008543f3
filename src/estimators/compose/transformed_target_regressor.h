// sklearn.compose.TransformedTargetRegressor: what the regressor predicts, transformed back.
#pragma once

#include "compose_generated.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

struct TransformedTargetRegressor {
  using Schema = fb::TransformedTargetRegressor;
  BOOST_HANA_DEFINE_STRUCT(TransformedTargetRegressor, (uint32_t, training_dim));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
};

}  // namespace pratique
