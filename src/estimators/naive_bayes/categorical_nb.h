// CategoricalNB.
#pragma once

#include "estimators/naive_bayes/joint_log_likelihood.h"
#include "model/run.h"
#include "naive_bayes_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct CategoricalNB : FromJointLogLikelihood<CategoricalNB> {
  using Schema = fb::CategoricalNB;
  BOOST_HANA_DEFINE_STRUCT(CategoricalNB, (uint32_t, n_features_in), (uint32_t, n_classes), (Values, classes),
                           (Array<uint32_t>, offsets), (Array<double>, log_prob), (Array<double>, class_log_prior),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> JointLogLikelihood(const Data& X, Run& run) const;
};

}  // namespace pratique
