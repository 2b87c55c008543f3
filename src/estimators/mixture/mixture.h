// GaussianMixture, BayesianGaussianMixture.
#pragma once

#include "mixture_generated.h"
#include "model/run.h"
#include "type/class.h"

namespace pratique {

// Law of dtype: promotes X's dtype with the fitted one. predict gives the numbers of components, int64.
struct Mixture {
  using Schema = fb::Mixture;
  BOOST_HANA_DEFINE_STRUCT(Mixture, (uint32_t, n_features_in), (uint32_t, n_components),
                           (fb::CovarianceType, covariance), (fb::DType, fitted_dtype), (bool, keeps_dtype),
                           (bool, casts_constant), (Array<double>, log_weights), (Array<double>, means),
                           (Array<double>, precisions), (Array<double>, log_det), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> ScoreSamples(const Data& X, Run& run) const;

 private:
  // log weight + log density: {rows, n_components}.
  absl::StatusOr<Data> WeightedLogProb(const Data& X, Run& run) const;
};

}  // namespace pratique
