// GaussianNB.
#pragma once

#include "estimators/naive_bayes/joint_log_likelihood.h"
#include "model/run.h"
#include "naive_bayes_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct GaussianNB : FromJointLogLikelihood<GaussianNB> {
  using Schema = fb::GaussianNB;
  BOOST_HANA_DEFINE_STRUCT(GaussianNB, (uint32_t, n_features_in), (uint32_t, n_classes), (fb::DType, fitted_dtype),
                           (Values, classes), (Array<double>, class_prior), (Array<double>, theta),
                           (Array<double>, var), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> JointLogLikelihood(const Data& X, Run& run) const;
};

}  // namespace pratique
