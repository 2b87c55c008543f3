// LabelPropagation and LabelSpreading: the labels that the rows of the fit hand on to new ones, by a kernel of all of
// them or by the nearest. Law of dtype: float64.
#pragma once

#include "estimators/kernel/kernel_rows.h"
#include "model/run.h"
#include "neighbors_generated.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

struct LabelPropagation {
  using Schema = fb::LabelPropagation;
  BOOST_HANA_DEFINE_STRUCT(LabelPropagation, (uint32_t, n_features_in), (uint32_t, n_classes), (uint32_t, n_samples),
                           (Values, classes), (Array<KernelRows>, fitted), (Array<double>, label_distributions),
                           (Strings, feature_names));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;

 private:
  absl::Status TakeKernel(ImportContext& context);
  // {rows, n_classes}, not yet over their sums.
  absl::StatusOr<Data> ByKernel(const Data& X, Run& run) const;
  absl::StatusOr<Data> ByNeighbors(const Data& X, Run& run) const;
};

}  // namespace pratique
