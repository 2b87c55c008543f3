#include "estimators/cluster/k_means.h"

#include <variant>

#include "estimators/cluster/distances.h"
#include "estimators/cluster/threads.h"
#include "estimators/linear/dot.h"
#include "import/sklearn/import_context.h"
#include "import/sklearn/needed.h"
#include "model/check_array.h"
#include "model/wide_floats.h"
#include "state/invariant/floats.h"
#include "status_macros.h"
#include "type/transformer_signature.h"

namespace pratique {

std::optional<Violation> KMeans::Invariant() const {
  if (auto v = invariant::IsFloatDType("fitted_dtype", fitted_dtype)) return v;
  return invariant::FitsFloatDType("cluster_centers", fitted_dtype, cluster_centers);
}

absl::StatusOr<Signature> KMeans::Infer(const Children& children) const {
  return TransformerSignature(n_features_in, n_clusters, feature_names, children);
}

absl::Status KMeans::Import(ImportContext& context) {
  const graph::Id centers = context.Take("cluster_centers_");
  fitted_dtype = context.FloatDType(centers);
  if (!context.IsNone(centers)) {
    const uint32_t size = fitted_dtype == fb::DType::Float32 ? 4 : 8;
    RETURN_IF_ERROR(CheckBuffers(context, context.id(), {{"cluster_centers_", 2, 'f', size}}));
  }
  RETURN_IF_ERROR(CheckThreads(context));
  return context.ByName(this);
}

// |c|^2 - 2 x.c, which is the squared distance but for |x|^2; the first of the least wins
// (sklearn/cluster/_k_means_lloyd.pyx _update_chunk_dense, 1.9).
absl::StatusOr<Data> KMeans::Predict(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  RETURN_IF_ERROR(CheckDTypeOfFit(x, fitted_dtype, run));
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

// Euclidean distances (sklearn/cluster/_kmeans.py _transform, 1.9).
absl::StatusOr<Data> KMeans::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(FloatData x, CheckWideFloats(X, run));
  const bool narrow = IsFloat32(x) && fitted_dtype == fb::DType::Float32;
  return Distances(DistancesToCenters(x, cluster_centers, n_clusters, NormsOf::kDistances, run), narrow, run);
}

}  // namespace pratique
