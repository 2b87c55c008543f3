#include "estimators/mixture/elliptic_envelope.h"

#include <cmath>

#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class F>
Data EachDistance(const Data& distances, Run& run, F f) {
  const auto& view = std::get<MatrixView<double>>(distances);
  std::span<double> out = NewMatrix<double>(run, view.rows, 1);
  for (size_t i = 0; i < view.rows; ++i) out[i] = f(view(i, 0));
  return MatrixView<double>{out, view.rows, 1, 1};
}

}  // namespace

absl::StatusOr<Signature> EllipticEnvelope::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.decision_columns = 1;
  return s;
}

absl::Status EllipticEnvelope::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(const bool stored, context.Bool(context.Take("store_precision"), "store_precision"));
  if (!stored) {
    return context.Unsupported("store_precision", "False",
                               "Its matrix is inverted whenever it predicts; fit it with store_precision=True.");
  }
  return context.ByName(this);
}

// scipy's mahalanobis (scipy/spatial/src/distance_impl.h mahalanobis_distance, 1.10 to 1.17), squared again.
absl::StatusOr<Data> EllipticEnvelope::Mahalanobis(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(MatrixView<double> x, CheckDense<double>(X, run));
  const size_t p = n_features_in;
  std::span<double> out = NewMatrix<double>(run, x.rows, 1), away = run.arena.NewUninitialized<double>(p);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < p; ++j) away[j] = x(i, j) - location[j];
    double sum = 0;
    for (size_t k = 0; k < p; ++k) {
      double along = 0;
      for (size_t j = 0; j < p; ++j) along += away[j] * precision[k * p + j];
      sum += away[k] * along;
    }
    const double distance = std::sqrt(sum);
    out[i] = distance * distance;
  }
  return MatrixView<double>{out, x.rows, 1, 1};
}

absl::StatusOr<Data> EllipticEnvelope::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data distances, Mahalanobis(X, run));
  return EachDistance(distances, run, [](double d) { return -d; });
}

absl::StatusOr<Data> EllipticEnvelope::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data distances, Mahalanobis(X, run));
  return EachDistance(distances, run, [&](double d) { return -d - offset; });
}

absl::StatusOr<Data> EllipticEnvelope::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data scores, DecisionFunction(X, run));
  const auto& view = std::get<MatrixView<double>>(scores);
  std::span<int64_t> out = run.arena.NewUninitialized<int64_t>(view.rows);
  for (size_t i = 0; i < view.rows; ++i) out[i] = view(i, 0) >= 0 ? 1 : -1;
  return MatrixView<int64_t>{out, view.rows, 1, 1};
}

}  // namespace pratique
