#include "estimators/mixture/elliptic_envelope.h"

#include "estimators/mixture/mahalanobis.h"
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
  RETURN_IF_ERROR(RequireStoredPrecision(context));
  return context.ByName(this);
}

absl::StatusOr<Data> EllipticEnvelope::Mahalanobis(const Data& X, Run& run) const {
  return SquaredMahalanobis(X, location, precision, run);
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
