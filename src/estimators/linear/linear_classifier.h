// Linear classifiers: one score for two classes, else one a class.
#pragma once

#include "linear_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct LinearClassifier {
  using Schema = fb::LinearClassifier;
  BOOST_HANA_DEFINE_STRUCT(LinearClassifier, (uint32_t, n_features_in), (uint32_t, n_scores),
                           (fb::Probability, probability), (fb::DType, fitted_dtype), (Values, classes),
                           (Array<double>, coef), (Array<double>, intercept), (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
};

}  // namespace pratique
