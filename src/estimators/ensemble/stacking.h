// StackingClassifier and StackingRegressor: the last estimator predicts from what the others say.
#pragma once

#include "ensemble_generated.h"
#include "model/feature_names.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// What is handed to the last estimator has numpy's promotion of all answers' dtypes (and X's, if that is passed
// through).
struct Stacking {
  using Schema = fb::Stacking;
  BOOST_HANA_DEFINE_STRUCT(Stacking, (uint32_t, n_estimators), (Array<fb::StackMethod>, stack_methods),
                           (bool, passthrough), (Array<Values>, classes), (bool, multilabel), (Strings, names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const;
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
  absl::StatusOr<Data> Transform(const Data& X, Run& run) const;
  absl::StatusOr<Strings> FeatureNamesOut(FeatureNames& names) const;

 private:
  // Columns of an answer that are left out, of each output: the first of two probabilities that say the same.
  size_t LeftOut(size_t i, const Signature& member) const;
  absl::StatusOr<uint64_t> Width(std::span<const Signature> members) const;
  absl::StatusOr<Data> AskLast(Method method, const Data& X, Run& run) const;
};

}  // namespace pratique
