#include "estimators/cluster/nearest_centroid.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/cluster/changes.h"
#include "estimators/cluster/distances.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "model/class_indexes.h"
#include "model/views.h"
#include "model/wide_floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

// Sums of |x - c| in float64, for dense rows.
template <class T>
auto ManhattanDistances(const MatrixView<T>& x, Array<double> centroids) {
  return [x, centroids](size_t i, size_t k) {
    double sum = 0;
    for (size_t j = 0; j < x.cols; ++j) sum += std::abs(double{x(i, j)} - centroids[k * x.cols + j]);
    return sum;
  };
}

// Columns over their deviation, where that is not 0.
MatrixView<double> Normalized(const MatrixView<double>& x, Array<double> std_dev, Run& run) {
  std::span<double> out = NewMatrix<double>(run, x.rows, x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = std_dev[j] != 0 ? x(i, j) / std_dev[j] : x(i, j);
  }
  return {out, x.rows, x.cols, x.cols};
}

CsrView<double> Normalized(const CsrView<double>& x, Array<double> std_dev, Run& run) {
  std::span<double> data = run.arena.Copy(x.data);
  for (size_t e = 0; e < data.size(); ++e) {
    if (std_dev[x.indices[e]] != 0) data[e] /= std_dev[x.indices[e]];
  }
  return {x.rows, x.cols, x.indptr, x.indices, data};
}

}  // namespace

std::optional<Violation> NearestCentroid::Invariant() const {
  if (auto v = classes.Invariant("classes")) return v;
  if (classes.missing != fb::Missing::No)
    return Violation{"classes.missing", "labels", fb::EnumNameMissing(classes.missing), "No"};
  if (classes.size() != n_classes)
    return Violation{"n_classes", "one_label_a_class", absl::StrCat(n_classes), absl::StrCat(classes.size())};
  if ((class_prior.data() == nullptr) != (std_dev.data() == nullptr))
    return Violation{"std_dev", "both", "one of class_prior and std_dev", "both or none"};
  return std::nullopt;
}

absl::StatusOr<Signature> NearestCentroid::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = feature_names;
  s.classes = Array<Values>(&classes, 1);
  s.widest = n_classes;
  s.has_methods = true;
  s.methods = {Method::kPredict};
  if (class_prior.data() != nullptr && metric == fb::CentroidMetric::Euclidean) {
    s.methods.insert(s.methods.end(), {Method::kPredictProba, Method::kPredictLogProba, Method::kDecisionFunction});
    s.decision_columns = n_classes == 2 ? 1 : n_classes;
  }
  return s;
}

absl::Status NearestCentroid::Import(ImportContext& context) {
  const graph::Id metric_id = context.Take("metric");
  ASSIGN_OR_RETURN(const std::string_view name, context.String(metric_id, "metric"));
  // It searches by a function of Cython whose `str metric` takes no subclass of str.
  const bool takes_str = context.sklearn() >= Version{1, 2, 0} && context.sklearn() < Version{1, 4, 0};
  if (takes_str && context.graph()[metric_id].kind != graph::Kind::kStr)
    return context.Unsupported("metric", "a text of numpy's", "scikit-learn 1.2 and 1.3 take a str: give str(metric).");
  if (name != "euclidean" && name != "manhattan")
    return context.Unsupported("metric", name,
                               "euclidean and manhattan are supported, the metrics of scikit-learn 1.5.");
  metric = name == "euclidean" ? fb::CentroidMetric::Euclidean : fb::CentroidMetric::Manhattan;
  RETURN_IF_ERROR(CheckAreFloats(context, "centroids_"));
  compares_roots = context.Predates(release_1_2::kComparesSquares);
  ASSIGN_OR_RETURN(classes, context.ValuesOf(context.Take("classes_"), "classes_"));
  n_classes = static_cast<uint32_t>(std::min<size_t>(classes.size(), UINT32_MAX));
  RETURN_IF_ERROR(context.ByName(this));
  for (size_t i = 0; std_dev.data() != nullptr && i < centroids.size(); ++i) {
    const double deviation = std_dev[i % std_dev.size()];
    if (deviation != 0 && !std::isfinite(centroids[i] / deviation))
      return context.Unsupported("within_class_std_dev_", absl::StrCat(deviation),
                                 "Centers over it are infinite, which scikit-learn's predict_proba refuses.");
  }
  return absl::OkStatus();
}

// np.isclose(class_prior_, 1 / n_classes).all()
bool NearestCentroid::IsUniform() const {
  const double share = 1 / static_cast<double>(n_classes);
  return std::ranges::all_of(class_prior, [&](double prior) { return std::abs(prior - share) <= 1e-8 + 1e-5 * share; });
}

absl::StatusOr<Data> NearestCentroid::Predict(const Data& X, Run& run) const {
  if (class_prior.data() != nullptr && !IsUniform()) {
    ASSIGN_OR_RETURN(const MatrixView<double> scores, Scores(X, run));
    return GreatestOfRows(scores, run);
  }
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const size_t rows = Rows(AsData(x));
  std::span<const uint32_t> nearest;
  if (metric == fb::CentroidMetric::Euclidean) {
    const bool roots = compares_roots || IsSparse(AsData(x));
    const DistancesToCenters squared(x, centroids, n_classes, roots ? NormsOf::kDistances : NormsOf::kHeaps, run);
    nearest = NearestCenterOfRows(squared, roots, /*narrow=*/false, run);
  } else {
    ASSIGN_OR_RETURN(const MatrixView<double> dense, CheckDense<double>(X, run, Finite::kRequired, /*densify=*/true));
    nearest = NearestOfRows(rows, n_classes, run, ManhattanDistances(dense, centroids));
  }
  std::span<double> out = NewMatrix<double>(run, rows, 1);
  std::ranges::copy(nearest, out.begin());
  return MatrixView<double>{out, rows, 1, 1};
}

// sklearn/neighbors/_nearest_centroid.py _decision_function (1.9).
absl::StatusOr<MatrixView<double>> NearestCentroid::Scores(const Data& X, Run& run) const {
  const bool euclidean = metric == fb::CentroidMetric::Euclidean;
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const Data wide = AsDoubles(AsData(x), run);
  FloatData normalized;
  if (const auto* csr = std::get_if<CsrView<double>>(&wide); csr != nullptr && euclidean) {
    normalized = Normalized(*csr, std_dev, run);
  } else {
    ASSIGN_OR_RETURN(const MatrixView<double> dense,
                     CheckDense<double>(wide, run, Finite::kRequired, /*densify=*/true));
    normalized = Normalized(dense, std_dev, run);
  }
  const MatrixView<double> of_classes{centroids, n_classes, n_features_in, n_features_in};
  const Array<double> centers = Normalized(of_classes, std_dev, run).data;
  const size_t rows = Rows(wide), n = n_classes;
  std::span<double> scores = NewMatrix<double>(run, rows, n);
  const auto fill = [&](auto distance) {
    for (size_t k = 0; k < n; ++k) {
      const double log_prior = 2 * std::log(class_prior[k]);
      for (size_t i = 0; i < rows; ++i) {
        const double d = distance(i, k);
        scores[i * n + k] = -(d * d) + log_prior;
      }
    }
  };
  if (euclidean) {
    const DistancesToCenters squared(normalized, centers, n, NormsOf::kDistances, run);
    fill([&](size_t i, size_t k) { return squared.Distance<double>(i, k); });
  } else {
    fill(ManhattanDistances(std::get<MatrixView<double>>(normalized), centers));
  }
  return MatrixView<double>{scores, rows, n, n};
}

absl::StatusOr<Data> NearestCentroid::DecisionFunction(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const MatrixView<double> scores, Scores(X, run));
  if (n_classes != 2) return scores;
  std::span<double> out = NewMatrix<double>(run, scores.rows, 1);
  for (size_t i = 0; i < out.size(); ++i) out[i] = scores(i, 1) - scores(i, 0);
  return MatrixView<double>{out, scores.rows, 1, 1};
}

// sklearn/discriminant_analysis.py DiscriminantAnalysisPredictionMixin (1.9).
absl::StatusOr<Data> NearestCentroid::PredictLogProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const MatrixView<double> scores, Scores(X, run));
  const size_t n = n_classes;
  std::span<double> out = NewMatrix<double>(run, scores.rows, n), terms = run.arena.NewUninitialized<double>(n);
  for (size_t i = 0; i < scores.rows; ++i) {
    const double* row = scores.row(i);
    const double most = row[ArgMax(row, n)];
    for (size_t k = 0; k < n; ++k) terms[k] = std::exp(row[k] - most);
    const double log_sum = std::log(NumpySum(terms.data(), n));
    for (size_t k = 0; k < n; ++k) out[i * n + k] = row[k] - most - log_sum;
  }
  return MatrixView<double>{out, scores.rows, n, n};
}

absl::StatusOr<Data> NearestCentroid::PredictProba(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(Data logs, PredictLogProba(X, run));
  const auto& view = std::get<MatrixView<double>>(logs);
  std::span<double> out = NewMatrix<double>(run, view.rows, view.cols);
  for (size_t i = 0; i < out.size(); ++i) out[i] = std::exp(view.data[i]);
  return MatrixView<double>{out, view.rows, view.cols, view.cols};
}

}  // namespace pratique
