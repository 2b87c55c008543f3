// VotingClassifier and VotingRegressor: what most say, or what all say on average.
#pragma once

#include "ensemble_generated.h"
#include "estimators/compose/delegate.h"
#include "estimators/ensemble/members.h"
#include "model/feature_names.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// The mean is float32 where all answers are and nothing weighs; the others are float64.
struct VotingClassifier {
  using Schema = fb::VotingClassifier;
  BOOST_HANA_DEFINE_STRUCT(VotingClassifier, (uint32_t, n_estimators), (bool, soft), (bool, flatten_transform),
                           (Values, classes), (Array<double>, weights), (Strings, names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

struct VotingRegressor {
  using Schema = fb::VotingRegressor;
  BOOST_HANA_DEFINE_STRUCT(VotingRegressor, (uint32_t, n_estimators), (Array<double>, weights), (Strings, names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;
};

}  // namespace pratique
