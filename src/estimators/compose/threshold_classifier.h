// sklearn.model_selection.FixedThresholdClassifier, TunedThresholdClassifierCV: the owned classifier's scores against a
// threshold. Methods but predict are the owned classifier's own.
#pragma once

#include "compose_generated.h"
#include "estimators/compose/delegate.h"
#include "import/graph.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct ThresholdClassifier : Answers<ThresholdClassifier> {
  using Schema = fb::ThresholdClassifier;
  BOOST_HANA_DEFINE_STRUCT(ThresholdClassifier, (bool, refitted), (fb::Response, response), (bool, automatic),
                           (double, threshold), (bool, rounded), (Array<Values>, positive));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }

  absl::StatusOr<Data> Answer(Method method, const Data& X, Run& run) const;

 private:
  absl::Status ImportTuned(ImportContext& context);
  absl::Status ImportPositive(ImportContext& context, graph::Id label, std::string_view attribute);
  // The method whose results are compared; nullopt: the classifier does not have it, so that predict raises.
  std::optional<Method> Compared(const Signature& classifier) const;
  // Which class is positive; nullopt: none, or there are not two of them.
  std::optional<size_t> PositiveOf(const Signature& classifier) const;
};

}  // namespace pratique
