// OneVsRestClassifier, OneVsOneClassifier and OutputCodeClassifier: many classes by estimators of two.
#pragma once

#include "ensemble_generated.h"
#include "estimators/compose/delegate.h"
#include "estimators/ensemble/members.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Probabilities and decisions are float32 where all members' are.
struct OneVsRest {
  using Schema = fb::OneVsRest;
  BOOST_HANA_DEFINE_STRUCT(OneVsRest, (uint32_t, n_estimators), (Array<fb::BinaryPart>, parts),
                           (uint32_t, n_features_in), (Array<Values>, classes), (bool, multilabel),
                           (bool, sparse_output), (bool, last_of_equals), (bool, divides_by_zero));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
};

// Decisions are float64.
struct OneVsOne {
  using Schema = fb::OneVsOne;
  BOOST_HANA_DEFINE_STRUCT(OneVsOne, (uint32_t, n_features_in), (uint32_t, n_estimators), (Values, classes),
                           (Strings, feature_names), (bool, above_zero));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> DecisionFunction(const Data& X, Run& run) const;
};

struct OutputCode {
  using Schema = fb::OutputCode;
  BOOST_HANA_DEFINE_STRUCT(OutputCode, (uint32_t, n_estimators), (Array<fb::BinaryPart>, parts),
                           (uint32_t, n_features_in), (Values, classes), (Array<double>, code_book));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
};

}  // namespace pratique
