#include "estimators/mixture/quadratic_discriminant.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/mixture/changes.h"
#include "kernels/numpy_sum.h"
#include "kernels/product.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Arrays of a list, one a class.
absl::StatusOr<std::vector<NdArray<double>>> TakeOfClasses(ImportContext& context, std::string_view attribute,
                                                           size_t n_classes, size_t dimensions, fb::DType fitted) {
  const graph::Id id = context.Take(attribute);
  if (context.IsNone(id) || context.graph()[id].kind != graph::Kind::kList)
    return context.Invalid(attribute, "no list", "a list with an array for each class");
  const auto& items = context.graph()[id].items;
  if (items.size() != n_classes)
    return context.Invalid(attribute, absl::StrCat(items.size(), " arrays"), absl::StrCat(n_classes));
  std::vector<NdArray<double>> arrays;
  for (const graph::Id item : items) {
    ASSIGN_OR_RETURN(NdArray<double> array, context.Doubles(item, attribute));
    if (array.shape.size() != dimensions)
      return context.Invalid(attribute, absl::StrCat(array.shape.size(), " dimensions"), absl::StrCat(dimensions));
    if (context.FloatDType(item) != fitted)
      return context.Unsupported(attribute, "another dtype than means_", "Fit and save the model with one dtype.");
    arrays.push_back(std::move(array));
  }
  return arrays;
}

// |(X - mean) @ (R * S ** -0.5)|^2 + sum(log(S)) of each class, in Out; weights are in F, the fitted dtype.
template <class F, class Out, class T>
void Distances(const QuadraticDiscriminant& q, const MatrixView<T>& x, std::span<double> out, Run& run) {
  const size_t p = q.n_features_in, n = q.n_classes;
  std::span<Out> centered = NewMatrix<Out>(run, x.rows, p);
  for (size_t k = 0; k < n; ++k) {
    const size_t first = q.offsets[k], m = q.offsets[k + 1] - first;
    std::span<double> weights = run.arena.NewUninitialized<double>(m * p);
    std::span<F> logs = run.arena.NewUninitialized<F>(m);
    for (size_t d = 0; d < m; ++d) {
      const F scaling = static_cast<F>(q.scalings[first + d]), root = std::pow(scaling, F{-0.5});
      for (size_t j = 0; j < p; ++j) weights[d * p + j] = static_cast<F>(q.rotations[(first + d) * p + j]) * root;
      logs[d] = std::log(scaling);
    }
    const F log_det = NumpySum(logs.data(), m);
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < p; ++j)
        centered[i * p + j] = static_cast<Out>(static_cast<double>(x(i, j)) - q.means[k * p + j]);
    }
    std::span<Out> along = NewMatrix<Out>(run, x.rows, m);
    Product(MatrixView<Out>{centered, x.rows, p, p}, Weights{weights.data(), m, p, nullptr}, along.data());
    for (Out& v : along) v *= v;
    for (size_t i = 0; i < x.rows; ++i) {
      const Out sum = NumpySum(along.data() + i * m, m) + static_cast<Out>(log_det);
      out[i * n + k] = Out{-0.5} * sum;
    }
  }
}

}  // namespace

std::optional<Violation> QuadraticDiscriminant::Invariant() const {
  if (auto v = OneLabelAClass(classes, n_classes)) return v;
  if (auto v = invariant::OffsetsForEach("offsets", offsets.size(), n_classes)) return v;
  for (size_t k = 0; k < n_classes; ++k) {
    const uint32_t m = offsets[k + 1] - offsets[k];
    if (m > n_features_in)
      return Violation{absl::StrCat("offsets[", k + 1, "]"), "directions", absl::StrCat(m, " directions"),
                       absl::StrCat("at most ", n_features_in)};
  }
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  if (auto v = invariant::FitsFloatDType("means", fitted_dtype, means)) return v;
  if (auto v = invariant::FitsFloatDType("scalings", fitted_dtype, scalings)) return v;
  return invariant::FitsFloatDType("rotations", fitted_dtype, rotations);
}

absl::StatusOr<Signature> QuadraticDiscriminant::Infer(const Children& children) const {
  ASSIGN_OR_RETURN(Signature s, NaiveBayesSignature(n_features_in, feature_names, classes, children));
  s.decision_columns = n_classes == 2 ? 1 : n_classes;
  return s;
}

absl::Status QuadraticDiscriminant::Import(ImportContext& context) {
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(classes.size());
  const graph::Id means_id = context.Take("means_"), priors_id = context.Take("priors_");
  ASSIGN_OR_RETURN(NdArray<double> centers, context.Doubles(means_id, "means_"));
  if (centers.shape.size() != 2 || centers.shape[1] > UINT32_MAX)
    return context.Invalid("means_", "an array of another shape", "one row a class");
  means = centers.values;
  n_features_in = static_cast<uint32_t>(centers.shape[1]);
  fitted_dtype = context.FloatDType(means_id);
  if (context.FloatDType(priors_id) == fb::DType::Float32)
    return context.Unsupported("priors_", "a float32 array", "Fit it with priors that are float64.");
  log_of_proba = context.Predates(release_1_6::kLogProbaOfScores);
  ASSIGN_OR_RETURN(auto rotation, TakeOfClasses(context, "rotations_", n_classes, 2, fitted_dtype));
  ASSIGN_OR_RETURN(auto scaling, TakeOfClasses(context, "scalings_", n_classes, 1, fitted_dtype));
  std::span<uint32_t> starts = context.arena().New<uint32_t>(n_classes + size_t{1});
  for (size_t k = 0; k < n_classes; ++k) {
    const size_t m = scaling[k].values.size();
    if (rotation[k].shape[0] != n_features_in || rotation[k].shape[1] != m || m > n_features_in ||
        m > UINT32_MAX - starts[k])
      return context.Invalid("rotations_", "an array of another shape", "one column for each of scalings_");
    starts[k + 1] = starts[k] + static_cast<uint32_t>(m);
  }
  const size_t total = starts[n_classes];
  std::span<double> scales = context.arena().NewUninitialized<double>(total),
                    rows = context.arena().NewUninitialized<double>(total * n_features_in);
  for (size_t k = 0; k < n_classes; ++k) {
    const size_t m = scaling[k].values.size();
    for (size_t d = 0; d < m; ++d) {
      scales[starts[k] + d] = scaling[k].values[d];
      for (size_t j = 0; j < n_features_in; ++j)
        rows[(starts[k] + d) * n_features_in + j] = rotation[k].values[j * m + d];
    }
  }
  offsets = starts;
  scalings = scales;
  rotations = rows;
  return context.ByName(this);
}

absl::StatusOr<Data> QuadraticDiscriminant::JointLogLikelihood(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData checked, CheckFloats(X, run, Finite::kRequired, static_cast<DType>(fitted_dtype)));
  if (IsSparse(AsData(checked))) return TakesDenseOnly();
  const size_t rows = Rows(X), n = n_classes;
  std::span<double> out = NewMatrix<double>(run, rows, n);
  VisitDense(AsData(checked), [&]<class T>(const MatrixView<T>& x) {
    if (fitted_dtype == fb::DType::Float64)
      Distances<double, double>(*this, x, out, run);
    else
      Distances<float, T>(*this, x, out, run);
  });
  std::span<double> log_priors = run.arena.NewUninitialized<double>(n);
  for (size_t k = 0; k < n; ++k) log_priors[k] = std::log(priors[k]);
  for (size_t i = 0; i < out.size(); ++i) out[i] += log_priors[i % n];
  return MatrixView<double>{out, rows, n, n};
}

absl::StatusOr<Data> QuadraticDiscriminant::PredictLogProba(const Data& X, Run& run) const {
  if (!log_of_proba) return FromJointLogLikelihood::PredictLogProba(X, run);
  ASSIGN_OR_RETURN(Data probabilities, PredictProba(X, run));
  return LogOf(probabilities, run);
}

absl::StatusOr<Data> QuadraticDiscriminant::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data scores, JointLogLikelihood(X, run));
  if (n_classes > 2) return scores;
  const auto& view = std::get<MatrixView<double>>(scores);
  std::span<double> out = NewMatrix<double>(run, view.rows, 1);
  for (size_t i = 0; i < view.rows; ++i) out[i] = view(i, 1) - view(i, 0);
  return MatrixView<double>{out, view.rows, 1, 1};
}

}  // namespace pratique
