#include "estimators/mixture/mahalanobis.h"

#include <cmath>

#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Data> SquaredMahalanobis(const Data& X, Array<double> location, Array<double> precision, Run& run) {
  ASSIGN_OR_RETURN(const MatrixView<double> x, CheckDense<double>(X, run));
  const size_t n = location.size();
  std::span<double> out = NewMatrix<double>(run, x.rows, 1), apart = run.arena.NewUninitialized<double>(n);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < n; ++j) apart[j] = x(i, j) - location[j];
    double sum = 0;
    for (size_t j = 0; j < n; ++j) {
      double along = 0;
      for (size_t k = 0; k < n; ++k) along += precision[j * n + k] * apart[k];
      sum += apart[j] * along;
    }
    const double distance = std::sqrt(sum);
    out[i] = distance * distance;
  }
  return MatrixView<double>{out, x.rows, 1, 1};
}

absl::Status RequireStoredPrecision(ImportContext& context) {
  ASSIGN_OR_RETURN(const bool stored, context.Bool(context.Take("store_precision"), "store_precision"));
  if (stored) return absl::OkStatus();
  return context.Unsupported(
      "store_precision", "False",
      "Its matrix is inverted whenever it is asked for; fit it with store_precision=True, which is the default.");
}

}  // namespace pratique
