// sklearn.multioutput.MultiOutputClassifier, MultiOutputRegressor: one estimator an output.
#pragma once

#include "compose_generated.h"
#include "estimators/compose/delegate.h"
#include "import/graph.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct MultiOutput {
  using Schema = fb::MultiOutput;
  BOOST_HANA_DEFINE_STRUCT(MultiOutput, (uint32_t, n_outputs), (Array<Values>, classes));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const { return OfAll(Method::kPredict, X, run); }
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const { return OfAll(Method::kPredictProba, X, run); }

 private:
  absl::Status ImportClasses(ImportContext& context, std::span<const graph::Id> estimators);
  absl::StatusOr<Data> OfAll(Method method, const Data& X, Run& run) const;
};

}  // namespace pratique
