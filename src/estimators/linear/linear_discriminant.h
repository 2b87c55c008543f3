// LinearDiscriminantAnalysis: a linear classifier, and a projection of X.
#pragma once

#include "estimators/linear/linear_classifier.h"
#include "model/feature_names.h"

namespace pratique {

// Promotes X's dtype with the fitted one; transform with that of scalings_.
struct LinearDiscriminant {
  using Schema = fb::LinearDiscriminant;
  BOOST_HANA_DEFINE_STRUCT(LinearDiscriminant, (uint32_t, n_features_in), (uint32_t, n_components),
                           (LinearClassifier, classifier), (Array<double>, xbar), (Array<double>, projection),
                           (fb::DType, projection_dtype), (fb::DType, xbar_dtype));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  const void* Prepare(Arena& arena) const { return classifier.Prepare(arena); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const { return classifier.Predict(X, run); }
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const { return classifier.PredictProba(X, run); }
  absl::StatusOr<Data> PredictLogProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const { return classifier.DecisionFunction(X, run); }
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const { return names.ClassNamePrefix(); }
};

}  // namespace pratique
