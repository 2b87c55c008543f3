// EllipticEnvelope: outliers stand far from the centre.
#pragma once

#include "mixture_generated.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: float64. Labels are -1 and 1, int64.
struct EllipticEnvelope {
  using Schema = fb::EllipticEnvelope;
  BOOST_HANA_DEFINE_STRUCT(EllipticEnvelope, (uint32_t, n_features_in), (Array<double>, location),
                           (Array<double>, precision), (double, offset), (Strings, feature_names));

  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;
  absl::StatusOr<Data> Mahalanobis(const Data& X, Run& run) const;
};

}  // namespace pratique
