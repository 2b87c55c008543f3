// CalibratedClassifierCV: scores of classifiers made probabilities by calibrators of their own.
#pragma once

#include "ensemble_generated.h"
#include "estimators/compose/delegate.h"
#include "estimators/ensemble/members.h"
#include "model/run.h"
#include "type/class.h"
#include "type/values.h"

namespace pratique {

// Probabilities are float64.
struct CalibratedClassifier {
  using Schema = fb::CalibratedClassifier;
  BOOST_HANA_DEFINE_STRUCT(CalibratedClassifier, (uint32_t, n_estimators), (uint32_t, n_calibrators),
                           (fb::Calibration, calibration), (Values, classes), (Array<double>, slopes),
                           (Array<double>, intercepts), (Array<uint32_t>, threshold_offsets),
                           (Array<double>, x_thresholds), (Array<double>, y_thresholds));

  std::optional<Violation> Invariant() const;
  absl::StatusOr<Signature> Infer(const Children& children) const;
  absl::Status Import(ImportContext& context);
  void Columns(const Estimator& self, std::span<Takes> columns) const { ColumnsOfOwned(self.children, columns); }
  absl::StatusOr<Data> Predict(const Data& X, Run& run) const;
  absl::StatusOr<Data> PredictProba(const Data& X, Run& run) const;

 private:
  double Calibrated(size_t calibrator, double score) const;
  // The probabilities of one row by member e, whose scores are decisions or probabilities.
  void Row(size_t e, const double* scores, bool decisions, std::span<double> row) const;
};

}  // namespace pratique
