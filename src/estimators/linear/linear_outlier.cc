#include "estimators/linear/linear_outlier.h"

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "estimators/linear/fitted_arrays.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr int64_t kOutlierAndInlier[] = {-1, 1};
constexpr Values kLabels{.dtype = fb::DType::Int32, .missing = fb::Missing::No, .ints = kOutlierAndInlier};

}  // namespace

std::optional<Violation> LinearOutlier::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  return invariant::FitsFloatDType("coef", fitted_dtype, coef);
}

absl::StatusOr<Signature> LinearOutlier::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = {&kLabels, 1};
  s.decision_columns = 1;
  return s;
}

absl::Status LinearOutlier::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(Coefficients fitted, TakeCoefficients(context));
  const graph::Id offset_id = context.Take("offset_");
  ASSIGN_OR_RETURN(NdArray<double> offsets, context.Doubles(offset_id, "offset_"));
  const bool is_row = fitted.values.shape.size() == 1 || fitted.values.shape[0] == 1;
  if (!is_row) return context.Invalid("coef_", absl::StrCat(fitted.values.shape[0], " rows"), "one");
  if (offsets.shape.size() != 1 || offsets.values.size() != 1)
    return context.Invalid("offset_", absl::StrCat(offsets.values.size(), " values"), "an array of one");
  if (context.FloatDType(offset_id) != fb::DType::Float64)
    return context.Unsupported("offset_", "a float32 array", "Fit the model anew.");
  coef = fitted.values.values;
  fitted_dtype = fitted.dtype;
  offset = offsets.values[0];
  return context.ByName(this);
}

absl::StatusOr<Data> LinearOutlier::DecisionFunction(const Data& X, Run& run) const {
  std::span<double> intercept = run.arena.NewUninitialized<double>(1);
  intercept[0] = -offset;
  return CheckedLinearScores(X, coef, intercept, fitted_dtype, run, /*float64_intercept=*/true);
}

absl::StatusOr<Data> LinearOutlier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  return VisitDense(scores, [&](const auto& view) -> Data {
    std::span<double> labels = NewMatrix<double>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) labels[i] = view.row(i)[0] >= 0;
    return MatrixView<double>{labels, view.rows, 1, 1};
  });
}

// The decision function and the offset again, in two roundings.
absl::StatusOr<Data> LinearOutlier::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, DecisionFunction(X, run));
  return VisitDense(scores, [&](const auto& view) -> Data {
    std::span<double> out = NewMatrix<double>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) out[i] = static_cast<double>(view.row(i)[0]) + offset;
    return MatrixView<double>{out, view.rows, 1, 1};
  });
}

}  // namespace pratique
