#include "estimators/neighbors/k_neighbors.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/rows_of_fit.h"
#include "kernels/arg_max.h"
#include "kernels/numpy_sum.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

// weights="distance": 1 / distance; where a row stands on fitted ones, 1 for those and 0 for all others
// (sklearn/neighbors/_base.py _get_weights, 1.9). Of float32 distances they are float32.
absl::Status ToWeights(Nearest& nearest, const Run& run) {
  for (size_t i = 0; i < nearest.rows; ++i) {
    std::span<double> row = nearest.distances.subspan(i * nearest.k, nearest.k);
    for (double& d : row) d = nearest.dtype == DType::kFloat32 ? static_cast<float>(1 / d) : 1 / d;
    if (std::ranges::any_of(row, [](double w) { return std::isinf(w); })) {
      for (double& w : row) w = std::isinf(w) ? 1 : 0;
    }
    if (std::ranges::all_of(row, [](double w) { return w == 0; }))
      return BadInput("input.far", absl::StrCat("row ", run.first_row + i, ": all its neighbors get zero weights"));
  }
  return absl::OkStatus();
}

Signature SignatureOf(uint32_t n_features_in, Strings names, uint32_t n_outputs, uint32_t n_neighbors) {
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = names;
  s.n_outputs = n_outputs;
  s.n_neighbors = n_neighbors;
  // Of one row of X: its neighbours, and those of the heap that finds them.
  s.widest = uint64_t{4} * n_neighbors;
  return s;
}

}  // namespace

std::optional<Violation> KNeighborsClassifier::Invariant() const {
  if (auto v = neighbors.Invariant(n_features_in, n_neighbors)) return v;
  return CheckLabelsOfRows({n_outputs, classes, labels}, neighbors);
}

absl::StatusOr<Signature> KNeighborsClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = SignatureOf(n_features_in, feature_names, n_outputs, n_neighbors);
  s.classes = classes;
  s.one_dimensional = n_outputs == 1;
  s.proba_is_list = n_outputs > 1;
  return s;
}

absl::Status KNeighborsClassifier::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(n_neighbors, TakeNumberOfNeighbors(context, neighbors));
  ASSIGN_OR_RETURN(weighting, TakeWeighting(context));
  ASSIGN_OR_RETURN(const LabelsOfRows of_rows, TakeLabelsOfRows(context, neighbors));
  n_outputs = of_rows.n_outputs;
  classes = of_rows.classes;
  labels = of_rows.labels;
  return context.ByName(this);
}

namespace {

struct Vote {
  uint32_t label;
  uint32_t place;  // among the neighbours
  double weight;
};

// NumpySum of n numbers from `begin` on, of which all but the votes' are 0.
double SumOfVotes(std::span<const Vote> votes, size_t begin, size_t n) {
  if (votes.empty()) return 0;
  if (n > 128) {
    const size_t half = n / 2 - n / 2 % 8;
    const auto middle =
        std::ranges::lower_bound(votes, begin + half, {}, [](const Vote& v) { return size_t{v.place}; });
    const size_t first = static_cast<size_t>(middle - votes.begin());
    return SumOfVotes(votes.first(first), begin, half) + SumOfVotes(votes.subspan(first), begin + half, n - half);
  }
  double r[8] = {};
  const size_t whole = n < 8 ? 0 : n - n % 8;
  size_t i = 0;
  for (; i < votes.size() && votes[i].place - begin < whole; ++i) r[(votes[i].place - begin) % 8] += votes[i].weight;
  double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  for (; i < votes.size(); ++i) sum += votes[i].weight;
  return sum;
}

// sklearn/utils/extmath.py weighted_mode (1.9): for each label np.sum over all neighbours, 0 for those of others.
uint32_t WeightedMode(std::span<Vote> votes) {
  std::ranges::sort(votes, {}, [](const Vote& v) { return std::pair(v.label, v.place); });
  uint32_t best = 0;
  double most = 0;
  for (size_t i = 0; i < votes.size();) {
    size_t end = i;
    while (end < votes.size() && votes[end].label == votes[i].label) ++end;
    const double sum = SumOfVotes(votes.subspan(i, end - i), 0, votes.size());
    if (sum > most) best = votes[i].label;
    most = std::fmax(most, sum);
    i = end;
  }
  return best;
}

}  // namespace

absl::StatusOr<Data> KNeighborsClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Nearest nearest, neighbors.Find(X, n_neighbors, run));
  const bool weighted = weighting == fb::Weighting::Distance;
  if (weighted) RETURN_IF_ERROR(ToWeights(nearest, run));
  const size_t k = n_neighbors;
  size_t most = 0;
  for (const Values& values : classes) most = std::max(most, values.size());
  std::span<double> out = NewMatrix<double>(run, nearest.rows, n_outputs), counts = run.arena.New<double>(most);
  std::span<Vote> votes = run.arena.New<Vote>(k);
  for (size_t i = 0; i < nearest.rows; ++i) {
    for (size_t output = 0; output < n_outputs; ++output) {
      std::ranges::fill(counts, 0.0);
      for (size_t j = 0; j < k; ++j) {
        const uint32_t label = labels[static_cast<size_t>(nearest.indices[i * k + j]) * n_outputs + output];
        counts[label] += 1;
        votes[j] = {label, static_cast<uint32_t>(j), nearest.distances[i * k + j]};
      }
      const size_t best = weighted ? WeightedMode(votes) : ArgMax(std::span<const double>(counts));
      out[i * n_outputs + output] = static_cast<double>(best);
    }
  }
  return MatrixView<double>{out, nearest.rows, n_outputs, n_outputs};
}

absl::StatusOr<Data> KNeighborsClassifier::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Nearest nearest, neighbors.Find(X, n_neighbors, run));
  const bool weighted = weighting == fb::Weighting::Distance;
  if (weighted) RETURN_IF_ERROR(ToWeights(nearest, run));
  const size_t k = n_neighbors;
  size_t cols = 0;
  for (const Values& values : classes) cols += values.size();
  std::span<double> out = run.arena.New<double>(nearest.rows * cols);
  double* to = out.data();
  for (size_t i = 0; i < nearest.rows; ++i) {
    for (size_t output = 0; output < n_outputs; ++output) {
      const size_t n_classes = classes[output].size();
      for (size_t j = 0; j < k; ++j) {
        const size_t row = static_cast<size_t>(nearest.indices[i * k + j]);
        to[labels[row * n_outputs + output]] += weighted ? nearest.distances[i * k + j] : 1;
      }
      const double sum = NumpySum(to, n_classes);
      for (size_t c = 0; c < n_classes; ++c) to[c] /= sum;
      to += n_classes;
    }
  }
  return MatrixView<double>{out, nearest.rows, cols, cols};
}

absl::StatusOr<Data> KNeighborsClassifier::KNeighbors(const Data& X, Run& run) const {
  return DistancesAndIndices(neighbors, n_neighbors, X, run);
}

std::optional<Violation> KNeighborsRegressor::Invariant() const {
  if (auto v = neighbors.Invariant(n_features_in, n_neighbors)) return v;
  return CheckTargetsOfRows({n_outputs, one_dimensional, dtype, targets}, neighbors);
}

absl::StatusOr<Signature> KNeighborsRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = SignatureOf(n_features_in, feature_names, n_outputs, n_neighbors);
  s.one_dimensional = one_dimensional;
  return s;
}

absl::Status KNeighborsRegressor::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(n_neighbors, TakeNumberOfNeighbors(context, neighbors));
  ASSIGN_OR_RETURN(weighting, TakeWeighting(context));
  ASSIGN_OR_RETURN(const TargetsOfRows of_rows, TakeTargetsOfRows(context, context.Take("_y"), neighbors));
  n_outputs = of_rows.n_outputs;
  one_dimensional = of_rows.one_dimensional;
  dtype = of_rows.dtype;
  targets = of_rows.targets;
  return context.ByName(this);
}

absl::StatusOr<Data> KNeighborsRegressor::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Nearest nearest, neighbors.Find(X, n_neighbors, run));
  const size_t k = n_neighbors;
  const auto each = [&]<class T>(T, auto value) -> Data {
    std::span<T> out = NewMatrix<T>(run, nearest.rows, n_outputs), row = run.arena.New<T>(k);
    for (size_t i = 0; i < nearest.rows; ++i) {
      for (size_t output = 0; output < n_outputs; ++output) {
        for (size_t j = 0; j < k; ++j)
          row[j] = static_cast<T>(targets[static_cast<size_t>(nearest.indices[i * k + j]) * n_outputs + output]);
        out[i * n_outputs + output] = value(row, nearest.distances.subspan(i * k, k));
      }
    }
    return MatrixView<T>{out, nearest.rows, n_outputs, n_outputs};
  };
  if (weighting == fb::Weighting::Distance) {
    RETURN_IF_ERROR(ToWeights(nearest, run));
    return each(double{}, [&](std::span<double> row, std::span<const double> weights) {
      for (size_t j = 0; j < k; ++j) row[j] *= weights[j];
      return NumpySum(row.data(), k) / NumpySum(weights.data(), k);
    });
  }
  const auto mean = [&]<class T>(std::span<T> row, std::span<const double>) {
    return SumOverRows(std::span<const T>(row), n_outputs) / static_cast<T>(k);
  };
  return dtype == fb::DType::Float32 ? each(float{}, mean) : each(double{}, mean);
}

absl::StatusOr<Data> KNeighborsRegressor::KNeighbors(const Data& X, Run& run) const {
  return DistancesAndIndices(neighbors, n_neighbors, X, run);
}

}  // namespace pratique
