#include "estimators/neighbors/radius_neighbors.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/changes.h"
#include "estimators/neighbors/rows_of_fit.h"
#include "estimators/neighbors/within.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/needed.h"
#include "kernels/arg_max.h"
#include "kernels/numpy_sum.h"
#include "model/input_error.h"
#include "status_macros.h"

namespace pratique {
namespace {

// weights="distance": 1 / distance; where one is 0, 1 for those that are and 0 for all others
// (sklearn/neighbors/_base.py _get_weights of arrays of objects, 1.9).
// Of float32 distances they are float32.
void ToWeights(const FoundWithin& found) {
  const bool on_one = std::ranges::any_of(found.distances, [](double d) { return d == 0; });
  for (double& d : found.distances) {
    d = on_one ? (d == 0 ? 1 : 0) : found.dtype == DType::kFloat32 ? static_cast<float>(1 / d) : 1 / d;
  }
}

Signature SignatureOf(uint32_t n_features_in, Strings names, uint32_t n_outputs, const Neighbors& neighbors) {
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = names;
  s.n_outputs = n_outputs;
  s.widest = neighbors.n_samples;
  return s;
}

}  // namespace

std::optional<Violation> RadiusNeighborsClassifier::Invariant() const {
  if (auto v = neighbors.Invariant(n_features_in, 1)) return v;
  if (auto v = CheckLabelsOfRows({n_outputs, classes, labels}, neighbors)) return v;
  for (size_t k = 0; k < outliers.size(); ++k) {
    if (outliers[k] >= classes[k].size())
      return Violation{absl::StrCat("outliers[", k, "]"), "outliers", absl::StrCat(outliers[k]),
                       absl::StrCat("below ", classes[k].size())};
  }
  const int64_t most = counts_by_mode && outliers.data() != nullptr ? static_cast<int64_t>(classes[0].size()) - 1 : -1;
  if (outlier_of_mode > most)
    return Violation{"outlier_of_mode", "outliers", absl::StrCat(outlier_of_mode), absl::StrCat("at most ", most)};
  if (counts_by_mode &&
      (n_outputs != 1 || weighting != fb::Weighting::Uniform || neighbors.search != fb::Search::Brute))
    return Violation{"counts_by_mode", "of_form", "true", "false but of one output, uniform, by brute force"};
  return std::nullopt;
}

absl::StatusOr<Signature> RadiusNeighborsClassifier::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = SignatureOf(n_features_in, feature_names, n_outputs, neighbors);
  s.classes = classes;
  s.one_dimensional = n_outputs == 1;
  s.proba_is_list = n_outputs > 1;
  return s;
}

namespace {

// Whether scikit-learn's classes == label finds it at i.
bool IsLabel(const Values& classes, size_t i, std::string_view text, const Values& value) {
  if (classes.dtype == fb::DType::String) return classes.strings[i] == text;
  if (value.size() != 1) return false;
  const auto number = [](const Values& v, size_t at) {
    return v.IsFloat() ? v.floats[at] : static_cast<double>(v.ints[at]);
  };
  return number(classes, i) == number(value, 0);
}

}  // namespace

absl::Status RadiusNeighborsClassifier::ImportOutliers(ImportContext& context) {
  RETURN_IF_ERROR(CheckNeeded(context, {"outlier_label_"}));
  const graph::Graph& graph = context.graph();
  const graph::Id of_outputs = context.Take("outlier_label_"), asked = context.Take("outlier_label");
  outlier_of_mode = -1;
  if (context.IsNone(of_outputs)) {
    if (!context.IsNone(asked))
      return context.Unsupported("outlier_label", "a label set after fit", "Fit it again, or set it back.");
    return absl::OkStatus();
  }
  const graph::Node& list = graph[of_outputs];
  std::vector<graph::Id> items = list.items;
  const auto is_sequence = [](const graph::Node& node) {
    return node.kind == graph::Kind::kList || node.kind == graph::Kind::kTuple;
  };
  if (!is_sequence(list) || items.size() != n_outputs)
    return context.Unsupported("outlier_label_", "what is no list of one label an output",
                               "Give outlier_label as one label, or as a list of them.");
  std::span<uint32_t> found = context.arena().New<uint32_t>(n_outputs);
  for (size_t k = 0; k < n_outputs; ++k) {
    std::string_view text;
    Values value{};
    int64_t integer = 0;
    double real = 0;
    if (classes[k].dtype == fb::DType::String) {
      ASSIGN_OR_RETURN(text, context.String(items[k], "outlier_label_"));
    } else {
      ASSIGN_OR_RETURN(real, context.Double(items[k], "outlier_label_"));
      integer = static_cast<int64_t>(std::clamp(real, -9e15, 9e15));
      const bool whole = static_cast<double>(integer) == real;
      value.dtype = whole ? fb::DType::Int64 : fb::DType::Float64;
      if (whole)
        value.ints = Array<int64_t>(&integer, 1);
      else
        value.floats = Array<double>(&real, 1);
    }
    size_t i = 0;
    while (i < classes[k].size() && !IsLabel(classes[k], i, text, value)) ++i;
    if (i == classes[k].size())
      return context.Unsupported("outlier_label_", "a label that is no class",
                                 "Give outlier_label one of the classes of the fit.");
    found[k] = static_cast<uint32_t>(i);
    if (!counts_by_mode) continue;
    // The mode compares the parameter with the classes; since 1.9 with their numbers.
    if (context.IsNone(asked))
      return context.Unsupported("outlier_label", "None, set after fit", "Fit it again, or set it back.");
    const graph::Node& label = graph[asked];
    const bool is_one = classes[k].dtype == fb::DType::String ? label.kind == graph::Kind::kStr && label.text == text
                                                              : ReadNumber<double>(label) == real;
    const bool is_rule = label.kind == graph::Kind::kStr && label.text == "most_frequent";
    const bool is_list = is_sequence(label);  // equal to no class
    if (!is_one && !is_rule && !is_list)
      return context.Unsupported("outlier_label_", "another label than outlier_label", "Fit it again, or set it back.");
    if (is_list || (label.kind == graph::Kind::kStr && classes[k].dtype != fb::DType::String)) continue;
    if (context.Predates(release_1_9::kModeCountsIndexes))
      outlier_of_mode =
          graph[asked].kind == graph::Kind::kStr && graph[asked].text == "most_frequent" ? -1 : static_cast<int32_t>(i);
    else if (classes[k].dtype != fb::DType::String && real >= 0 && real < static_cast<double>(classes[k].size()) &&
             static_cast<double>(integer) == real)
      outlier_of_mode = static_cast<int32_t>(integer);
  }
  outliers = found;
  return absl::OkStatus();
}

absl::Status RadiusNeighborsClassifier::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(radius, TakeRadius(context));
  ASSIGN_OR_RETURN(weighting, TakeWeighting(context));
  ASSIGN_OR_RETURN(const LabelsOfRows of_rows, TakeLabelsOfRows(context, neighbors));
  n_outputs = of_rows.n_outputs;
  classes = of_rows.classes;
  labels = of_rows.labels;
  counts_by_mode = neighbors.search == fb::Search::Brute && weighting == fb::Weighting::Uniform && n_outputs == 1 &&
                   neighbors.metric != fb::Metric::Euclidean && neighbors.metric != fb::Metric::SqEuclidean &&
                   !context.Predates(release_1_4::kCountsByMode);
  RETURN_IF_ERROR(ImportOutliers(context));
  return context.ByName(this);
}

absl::StatusOr<Data> RadiusNeighborsClassifier::PredictProba(const Data& X, Run& run) const {
  size_t cols = 0;
  for (const Values& values : classes) cols += values.size();
  std::span<double> out = run.arena.New<double>(Rows(X) * cols);
  const bool of_array = !std::holds_alternative<FrameView>(X);  // it asks X for its order before it checks it
  RETURN_IF_ERROR(
      FindWithin(neighbors, X, radius, /*sorted=*/false, run, [&](const FoundWithin& found) -> absl::Status {
        if (found.indices.empty() && outliers.data() == nullptr) {
          return BadInput("input.far", absl::StrCat("row ", run.first_row + found.row,
                                                    ": no neighbors found within the radius, and no outlier_label"));
        }
        const bool weighs = weighting == fb::Weighting::Distance;
        if (weighs) ToWeights(found);
        double* to = &out[found.row * cols];
        for (size_t output = 0; output < n_outputs; ++output) {
          const size_t n = classes[output].size();
          for (size_t i = 0; i < found.indices.size(); ++i) {
            const size_t row = static_cast<size_t>(found.indices[i]);
            to[labels[row * n_outputs + output]] += weighs ? found.distances[i] : 1;
          }
          if (found.indices.empty()) {
            const bool mode = counts_by_mode && of_array && found.heaps;
            if (!mode) to[outliers[output]] = 1;
            if (mode && outlier_of_mode >= 0) to[outlier_of_mode] = 1;
          }
          const double sum = NumpySum(to, n);
          if (sum != 0) {
            for (size_t c = 0; c < n; ++c) to[c] /= sum;
          }
          to += n;
        }
        return absl::OkStatus();
      }));
  return MatrixView<double>{out, Rows(X), cols, cols};
}

absl::StatusOr<Data> RadiusNeighborsClassifier::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Data probabilities, PredictProba(X, run));
  const auto& proba = std::get<MatrixView<double>>(probabilities);
  std::span<double> out = NewMatrix<double>(run, proba.rows, n_outputs);
  for (size_t i = 0; i < proba.rows; ++i) {
    const double* row = proba.row(i);
    for (size_t output = 0; output < n_outputs; ++output) {
      const std::span<const double> of_output(row, classes[output].size());
      // Without any probability the row is an outlier: PredictProba refused it where there is no label for one. Of
      // weights that are 0 there is none, either, and scikit-learn asks for the label.
      const bool none = std::ranges::all_of(of_output, [](double p) { return p == 0; });
      if (none && outliers.data() == nullptr)
        return BadInput("input.far", absl::StrCat("row ", run.first_row + i, ": all its neighbors get zero weights"));
      out[i * n_outputs + output] = none ? outliers[output] : static_cast<double>(ArgMax(of_output));
      row += of_output.size();
    }
  }
  return MatrixView<double>{out, proba.rows, n_outputs, n_outputs};
}

std::optional<Violation> RadiusNeighborsRegressor::Invariant() const {
  if (auto v = neighbors.Invariant(n_features_in, 1)) return v;
  if (integers && dtype != fb::DType::Float64)
    return Violation{"integers", "of_float64", "true", "false of float32 targets"};
  if (weighting == fb::Weighting::Distance && dtype != fb::DType::Float64)
    return Violation{"weighting", "of_float64", "Distance", "Uniform of float32 targets"};
  return CheckTargetsOfRows({n_outputs, one_dimensional, dtype, targets}, neighbors);
}

absl::StatusOr<Signature> RadiusNeighborsRegressor::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = SignatureOf(n_features_in, feature_names, n_outputs, neighbors);
  s.one_dimensional = one_dimensional;
  return s;
}

absl::Status RadiusNeighborsRegressor::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(radius, TakeRadius(context));
  ASSIGN_OR_RETURN(weighting, TakeWeighting(context));
  const graph::Id id = context.Take("_y");
  ASSIGN_OR_RETURN(const TargetsOfRows of_rows, TakeTargetsOfRows(context, id, neighbors));
  n_outputs = of_rows.n_outputs;
  one_dimensional = of_rows.one_dimensional;
  dtype = of_rows.dtype;
  targets = of_rows.targets;
  const graph::Node& y = context.graph()[id];
  const bool real = y.dtype && y.dtype->kind == 'f';
  integers = y.dtype && y.dtype->kind == 'i' && y.dtype->itemsize == 8;
  if (!real && !integers)
    return context.Unsupported("_y", "targets that are no floats and no int64", "Fit it on float64 targets.");
  if (dtype == fb::DType::Float32 && weighting == fb::Weighting::Distance)
    return context.Unsupported("_y", "float32 targets beside weights='distance'", "Fit it on float64 targets.");
  return context.ByName(this);
}

template <class T>
absl::StatusOr<Data> RadiusNeighborsRegressor::Means(const Data& X, Run& run) const {
  std::span<T> out = NewMatrix<T>(run, Rows(X), n_outputs), values = run.arena.New<T>(neighbors.n_samples);
  constexpr double kLeastInt64 = -9223372036854775808.0;
  const T empty = integers ? static_cast<T>(kLeastInt64) : std::numeric_limits<T>::quiet_NaN();
  RETURN_IF_ERROR(
      FindWithin(neighbors, X, radius, /*sorted=*/false, run, [&](const FoundWithin& found) -> absl::Status {
        const size_t k = found.indices.size();
        const bool weighs = weighting == fb::Weighting::Distance;
        if (weighs) ToWeights(found);
        for (size_t output = 0; output < n_outputs; ++output) {
          T& to = out[found.row * n_outputs + output];
          for (size_t i = 0; i < k; ++i) {
            const double y = targets[static_cast<size_t>(found.indices[i]) * n_outputs + output];
            values[i] = static_cast<T>(weighs ? y * found.distances[i] : y);
          }
          const T sum = SumOverRows(std::span<const T>(values.first(k)), n_outputs);
          to = k == 0 ? empty
                      : sum / static_cast<T>(weighs ? NumpySum(found.distances.data(), k) : static_cast<double>(k));
        }
        return absl::OkStatus();
      }));
  return MatrixView<T>{out, Rows(X), n_outputs, n_outputs};
}

absl::StatusOr<Data> RadiusNeighborsRegressor::Predict(const Data& X, Run& run) const {
  return dtype == fb::DType::Float32 ? Means<float>(X, run) : Means<double>(X, run);
}

}  // namespace pratique
