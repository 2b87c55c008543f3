// QuadraticDiscriminantAnalysis.
#pragma once

#include "estimators/naive_bayes/joint_log_likelihood.h"
#include "mixture_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Law of dtype: float64, since the priors are; products are of X's dtype promoted with the fitted one.
struct QuadraticDiscriminant : FromJointLogLikelihood<QuadraticDiscriminant> {
  using Schema = fb::QuadraticDiscriminant;
  BOOST_HANA_DEFINE_STRUCT(QuadraticDiscriminant, (uint32_t, n_features_in), (uint32_t, n_classes), (Values, classes),
                           (fb::DType, fitted_dtype), (bool, log_of_proba), (Array<double>, priors),
                           (Array<double>, means), (Array<uint32_t>, offsets), (Array<double>, scalings),
                           (Array<double>, rotations), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> JointLogLikelihood(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
};

}  // namespace pratique
