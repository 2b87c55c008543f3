// MLPClassifier and MLPRegressor.
#pragma once

#include "model/run.h"
#include "neural_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: promotes with coefs_.
struct Perceptrons {
  using Schema = fb::Perceptrons;
  BOOST_HANA_DEFINE_STRUCT(Perceptrons, (uint32_t, n_features_in), (Array<uint32_t>, layers), (fb::Activation, hidden),
                           (fb::Activation, output), (fb::DType, fitted_dtype), (Array<double>, weights),
                           (Array<double>, biases), (Array<Values>, classes), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;

 private:
  // The activations of the last layer.
  absl::StatusOr<Data> Forward(const Data& X, Run& run) const;
  absl::Status TakeLayers(ImportContext& context);
};

}  // namespace pratique
