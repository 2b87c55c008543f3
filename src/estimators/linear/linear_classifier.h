// Linear classifiers: one score for two classes, else one a class.
#pragma once

#include "linear_generated.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Promotes X's dtype with the fitted one.
struct LinearClassifier {
  using Schema = fb::LinearClassifier;
  BOOST_HANA_DEFINE_STRUCT(LinearClassifier, (uint32_t, n_features_in), (uint32_t, n_scores),
                           (fb::Probability, probability), (fb::DType, fitted_dtype), (Values, classes),
                           (Array<double>, coef), (Array<double>, intercept), (Strings, feature_names),
                           (bool, float64_intercept), (bool, integers));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  // All but n_features_in and feature_names.
  absl::Status TakeFitted(ImportContext& context);
  const void* Prepare(Arena& arena) const;
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;

 private:
  // What DecisionFunction gives, as floating point.
  absl::StatusOr<Data> Scores(const Data& X, Run& run) const;
};

}  // namespace pratique
