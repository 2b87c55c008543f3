#include "estimators/neighbors/local_outlier_factor.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/changes.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "kernels/visit.h"
#include "model/check_array.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr int64_t kSides[] = {-1, 1};
constexpr Values kLabels{.dtype = fb::DType::Int64, .ints = kSides};

}  // namespace

std::optional<Violation> LocalOutlierFactor::Invariant() const {
  if (auto v = neighbors.Invariant(n_features_in, n_neighbors)) return v;
  if (n_asked > neighbors.n_samples)
    return Violation{"n_asked", "rows", absl::StrCat(n_asked), absl::StrCat("at most ", neighbors.n_samples)};
  if (auto v = invariant::IsFloatDType("dtype", dtype)) return v;
  if (farthest.size() != neighbors.n_samples)
    return Violation{"farthest", "one_a_row", absl::StrCat(farthest.size()), absl::StrCat(neighbors.n_samples)};
  if (auto v = invariant::FitsFloatDType("farthest", dtype, farthest)) return v;
  return invariant::FitsFloatDType("reachability", dtype, reachability);
}

absl::StatusOr<Signature> LocalOutlierFactor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.widest = uint64_t{4} * std::max(n_neighbors, n_asked);
  s.has_methods = true;
  s.n_neighbors = n_asked;
  if (n_asked > 0) s.methods = {Method::kKNeighbors};
  if (!novelty) return s;
  s.classes = {&kLabels, 1};
  s.decision_columns = 1;
  for (const Method each : {Method::kPredict, Method::kDecisionFunction, Method::kScoreSamples})
    s.methods.push_back(each);
  return s;
}

absl::Status LocalOutlierFactor::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(const int64_t k, context.Int(context.Take("n_neighbors_"), "n_neighbors_"));
  if (k < 1 || k > neighbors.n_samples)
    return context.Invalid("n_neighbors_", absl::StrCat(k), absl::StrCat("1 to ", neighbors.n_samples));
  n_neighbors = static_cast<uint32_t>(k);
  RETURN_IF_ERROR(CheckCountsOn(context, "n_neighbors"));
  ASSIGN_OR_RETURN(const int64_t asked, context.Int(context.Take("n_neighbors"), "n_neighbors"));
  if (asked < 1) return context.Unsupported("n_neighbors", absl::StrCat(asked), "kneighbors finds one or more.");
  if (asked <= neighbors.n_samples) n_asked = static_cast<uint32_t>(asked);
  const graph::Id distances = context.Take("_distances_fit_X_"), density = context.Take("_lrd");
  ASSIGN_OR_RETURN(const NdArray<double> of_fit, context.Doubles(distances, "_distances_fit_X_"));
  if (of_fit.shape.size() != 2 || of_fit.shape[0] != neighbors.n_samples || of_fit.shape[1] != n_neighbors)
    return context.Invalid("_distances_fit_X_", "another shape", "those of each row to its neighbours");
  std::span<double> last = context.arena().NewUninitialized<double>(neighbors.n_samples);
  for (size_t i = 0; i < last.size(); ++i) last[i] = of_fit.values[(i + 1) * n_neighbors - 1];
  farthest = last;
  ASSIGN_OR_RETURN(reachability, context.Vector(density, "_lrd"));
  dtype = context.FloatDType(distances);
  ASSIGN_OR_RETURN(offset, context.Double(context.Take("offset_"), "offset_"));
  if (context.FloatDType(density) != dtype)
    return context.Unsupported("_lrd", "another dtype than that of _distances_fit_X_", "Fit the model anew.");
  const auto is_number = [](double v) { return std::isfinite(v); };
  if (!std::ranges::all_of(farthest, is_number) || !std::ranges::all_of(reachability, is_number) || !is_number(offset))
    return context.Unsupported("_distances_fit_X_", "a distance that is no finite number",
                               "This metric has none for some of the rows: fit it with another.");
  narrow = !context.Predates(release_1_2::kOutliersRound);
  return context.ByName(this);
}

// _local_reachability_density and score_samples (sklearn/neighbors/_lof.py, 1.9): T is the dtype of the distances.
template <class T>
Data LocalOutlierFactor::Scores(const Nearest& nearest, Run& run) const {
  const size_t k = n_neighbors;
  std::span<T> out = NewMatrix<T>(run, nearest.rows, 1), values = run.arena.New<T>(k);
  for (size_t i = 0; i < nearest.rows; ++i) {
    for (size_t j = 0; j < k; ++j) {
      const size_t row = static_cast<size_t>(nearest.indices[i * k + j]);
      values[j] = static_cast<T>(std::max(nearest.distances[i * k + j], farthest[row]));
    }
    const T density = T{1} / (NumpySum(values.data(), k) / static_cast<T>(k) + static_cast<T>(1e-10));
    for (size_t j = 0; j < k; ++j)
      values[j] = static_cast<T>(reachability[static_cast<size_t>(nearest.indices[i * k + j])]) / density;
    out[i] = -(NumpySum(values.data(), k) / static_cast<T>(k));
  }
  return MatrixView<T>{out, nearest.rows, 1, 1};
}

absl::StatusOr<Data> LocalOutlierFactor::ScoreSamples(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbers(X, run));
  ASSIGN_OR_RETURN(Nearest nearest, neighbors.Find(X, n_neighbors, run));
  const bool of_float32 = std::visit([](const auto& x) { return x.dtype == DType::kFloat32; }, numbers);
  const bool rounded = (narrow && of_float32) || nearest.dtype == DType::kFloat32;
  if (rounded) {
    for (double& d : nearest.distances) d = static_cast<float>(d);
  }
  return rounded && dtype == fb::DType::Float32 ? Scores<float>(nearest, run) : Scores<double>(nearest, run);
}

// A float64 offset beside float32 scores is of a percentile of numpy 1, where it leaves them float32.
absl::StatusOr<Data> LocalOutlierFactor::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data scores, ScoreSamples(X, run));
  return VisitDense(scores, [&]<class T>(const MatrixView<T>& view) -> Data {
    std::span<T> out = NewMatrix<T>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) out[i] = view(i, 0) - static_cast<T>(offset);
    return MatrixView<T>{out, view.rows, 1, 1};
  });
}

absl::StatusOr<Data> LocalOutlierFactor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data scores, DecisionFunction(X, run));
  return VisitDense(scores, [&](const auto& view) -> Data {
    std::span<double> labels = NewMatrix<double>(run, view.rows, 1);
    for (size_t i = 0; i < view.rows; ++i) labels[i] = !(view(i, 0) < 0);
    return MatrixView<double>{labels, view.rows, 1, 1};
  });
}

}  // namespace pratique
