#include "estimators/cluster/k_means.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {
namespace {

bool IsFloat32(const FloatData& X) {
  return std::holds_alternative<MatrixView<float>>(X) || std::holds_alternative<CsrView<float>>(X);
}

// |row|^2 of each row.
template <class T>
std::span<double> SquaredNorms(const MatrixView<T>& x, Run& run) {
  std::span<double> norms = run.arena.New<double>(x.rows);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t j = 0; j < x.cols; ++j) norms[i] += double{x(i, j)} * x(i, j);
  }
  return norms;
}
template <class T>
std::span<double> SquaredNorms(const CsrView<T>& x, Run& run) {
  std::span<double> norms = run.arena.New<double>(x.rows);
  for (size_t i = 0; i < x.rows; ++i) {
    for (int64_t e = x.indptr[i]; e < x.indptr[i + 1]; ++e) norms[i] += double{x.data[e]} * x.data[e];
  }
  return norms;
}

}  // namespace

std::optional<Violation> KMeans::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  return invariant::FitsFloatDType("cluster_centers", fitted_dtype, cluster_centers);
}

absl::StatusOr<Signature> KMeans::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_clusters, feature_names, children);
}

absl::Status KMeans::Import(ImportContext& context) {
  fitted_dtype = context.FloatDType(context.Take("cluster_centers_"));
  return context.ByName(this);
}

// |c|^2 - 2 x.c, which is the squared distance but for |x|^2; the first of the least wins
// (sklearn/cluster/_k_means_lloyd.pyx _update_chunk_dense, 1.9).
absl::StatusOr<Data> KMeans::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run));
  if (IsFloat32(x) != (fitted_dtype == fb::DType::Float32)) {
    return BadInput("input.dtype", "predict of KMeans takes X of the dtype that it was fitted on, as scikit-learn does",
                    IsFloat32(x) ? "float32" : "float64", IsFloat32(x) ? "float64" : "float32");
  }
  const MatrixView<double> centers{cluster_centers, n_clusters, n_features_in, n_features_in};
  std::span<const double> norms = SquaredNorms(centers, run);
  const Data products = LinearScores(x, cluster_centers, run.arena.New<double>(n_clusters), fb::DType::Float64, run);
  const auto& dot = std::get<MatrixView<double>>(products);
  std::span<int64_t> labels = run.arena.NewUninitialized<int64_t>(dot.rows);
  for (size_t i = 0; i < dot.rows; ++i) {
    const double* row = dot.row(i);
    size_t best = 0;
    for (size_t k = 1; k < n_clusters; ++k) {
      if (norms[k] - 2 * row[k] < norms[best] - 2 * row[best]) best = k;
    }
    labels[i] = static_cast<int64_t>(best);
  }
  return MatrixView<int64_t>{labels, dot.rows, 1, 1, DType::kInt32};
}

// sklearn/metrics/pairwise.py euclidean_distances (1.9): -2 x.c + |x|^2 + |c|^2, not below 0, and the root of it.
absl::StatusOr<Data> KMeans::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckFloats(X, run));
  const size_t n = n_clusters;
  const MatrixView<double> centers{cluster_centers, n, n_features_in, n_features_in};
  std::span<const double> of_centers = SquaredNorms(centers, run);
  std::span<const double> of_rows = std::visit([&](const auto& view) { return SquaredNorms(view, run); }, x);
  const Data products = LinearScores(x, cluster_centers, run.arena.New<double>(n), fb::DType::Float64, run);
  const auto& dot = std::get<MatrixView<double>>(products);
  const auto distances = [&]<class T>(T) -> Data {
    std::span<T> out = NewMatrix<T>(run, dot.rows, n);
    for (size_t i = 0; i < dot.rows; ++i) {
      for (size_t k = 0; k < n; ++k) {
        const T squared = static_cast<T>(-2 * dot(i, k) + of_rows[i] + of_centers[k]);
        out[i * n + k] = std::sqrt(std::max(squared, T{0}));
      }
    }
    return MatrixView<T>{out, dot.rows, n, n};
  };
  return IsFloat32(x) && fitted_dtype == fb::DType::Float32 ? distances(float{}) : distances(double{});
}

}  // namespace pratique
