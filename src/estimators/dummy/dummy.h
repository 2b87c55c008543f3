// DummyClassifier and DummyRegressor: X is not looked at, as in scikit-learn. What is drawn follows from the number of
// the row in the caller's X.
#pragma once

#include "dummy_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct DummyClassifier {
  using Schema = fb::DummyClassifier;
  BOOST_HANA_DEFINE_STRUCT(DummyClassifier, (uint32_t, n_outputs), (Array<Values>, classes), (Array<uint32_t>, labels),
                           (Array<double>, probabilities), (fb::Draws, draws), (uint32_t, seed));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;

 private:
  absl::Status ImportSeed(ImportContext& context, std::string_view strategy);
  // The class that is drawn for each row of X.
  std::span<const double> Drawn(const Data& X, Run& run) const;
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
