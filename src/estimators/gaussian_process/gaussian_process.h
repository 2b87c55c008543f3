// GaussianProcessRegressor and GaussianProcessClassifier. Law of dtype: float64.
#pragma once

#include "estimators/gaussian_process/covariance.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct GaussianProcessRegressor {
  using Schema = fb::GaussianProcessRegressor;
  BOOST_HANA_DEFINE_STRUCT(GaussianProcessRegressor, (uint32_t, n_features_in), (uint32_t, n_outputs),
                           (CovarianceFunction, fitted), (Array<double>, alpha), (Array<double>, y_mean),
                           (Array<double>, y_std), (Array<double>, factor), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictStd(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictCov(const Data& X, Run& run) const;
};

// One latent function (_BinaryGaussianProcessClassifierLaplace).
struct LaplaceMachine {
  using Schema = fb::LaplaceMachine;
  BOOST_HANA_DEFINE_STRUCT(LaplaceMachine, (CovarianceFunction, fitted), (Array<double>, residuals),
                           (Array<double>, roots), (Array<double>, factor));

  std::optional<Violation> Invariant(const std::string& field, uint32_t width) const;
  absl::Status Import(ImportContext& context, graph::Id object);
  // The mean of the latent function at each row, and the probability of the second class.
  absl::StatusOr<std::span<const double>> Means(const NumericData& x, Run& run) const;
  absl::StatusOr<std::span<const double>> Probabilities(const NumericData& x, Run& run) const;
};

struct GaussianProcessClassifier {
  using Schema = fb::GaussianProcessClassifier;
  BOOST_HANA_DEFINE_STRUCT(GaussianProcessClassifier, (uint32_t, n_features_in), (uint32_t, n_classes),
                           (Values, classes), (fb::Machines, kind), (bool, last_of_equals),
                           (Array<LaplaceMachine>, machines), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;

 private:
  absl::StatusOr<Data> PredictOneVsOne(const NumericData& x, size_t rows, Run& run) const;
};

}  // namespace pratique
