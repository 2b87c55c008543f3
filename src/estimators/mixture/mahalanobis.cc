#include "estimators/mixture/mahalanobis.h"

#include <algorithm>
#include <cmath>

#include "import/sklearn/import_context.h"
#include "kernels/quadratic_forms.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Data> SquaredMahalanobis(const Data& X, Array<double> location, Array<double> precision, Run& run) {
  ASSIGN_OR_RETURN(const MatrixView<double> x, CheckDense<double>(X, run));
  const size_t n = location.size();
  std::span<double> out = NewMatrix<double>(run, x.rows, 1),
                    apart = run.arena.NewUninitialized<double>(n * kFormsAtOnce);
  for (size_t first = 0; first < x.rows; first += kFormsAtOnce) {
    const size_t rows = std::min(kFormsAtOnce, x.rows - first);
    for (size_t j = 0; j < n; ++j) {
      for (size_t i = 0; i < kFormsAtOnce; ++i)
        apart[j * kFormsAtOnce + i] = i < rows ? x(first + i, j) - location[j] : 0;
    }
    double sums[kFormsAtOnce];
    QuadraticForms(apart.data(), precision.data(), n, sums);
    for (size_t i = 0; i < rows; ++i) {
      const double distance = std::sqrt(sums[i]);
      out[first + i] = distance * distance;
    }
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
