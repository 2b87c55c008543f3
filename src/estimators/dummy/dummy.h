// DummyClassifier and DummyRegressor: X is not looked at, as in scikit-learn.
#pragma once

#include "dummy_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct DummyClassifier {
  using Schema = fb::DummyClassifier;
  BOOST_HANA_DEFINE_STRUCT(DummyClassifier, (uint32_t, n_outputs), (Array<Values>, classes), (Array<uint32_t>, labels),
                           (Array<double>, probabilities));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
};

struct DummyRegressor {
  using Schema = fb::DummyRegressor;
  BOOST_HANA_DEFINE_STRUCT(DummyRegressor, (uint32_t, n_outputs), (fb::DType, dtype), (Array<double>, constant),
                           (Array<int64_t>, integers));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
};

}  // namespace pratique
