#include "estimators/neighbors/locally_linear_embedding.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "data/float16.h"
#include "estimators/neighbors/neighbor_graphs.h"
#include "import/sklearn/needed.h"
#include "kernels/numpy_sum.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr std::string_view kNeighbors = "nbrs_";

}  // namespace

absl::StatusOr<Signature> LocallyLinearEmbedding::Infer(const Children& children) const {
  if (children.size() != 1) return Mismatch(absl::StrCat("owns ", children.size(), " objects, not one"));
  RETURN_IF_ERROR(children.CheckRole(0, kNeighbors));
  const auto* nearest = children.As<NearestNeighbors>(0);
  if (nearest == nullptr || nearest->n_features_in != n_features_in || nearest->neighbors.rows.data() == nullptr)
    return Mismatch("nbrs_ holds no rows of its columns");
  const Neighbors& fit = nearest->neighbors;
  if (n_neighbors > fit.n_samples || embedding.size() / n_components != fit.n_samples)
    return Mismatch(absl::StrCat("nbrs_ holds ", fit.n_samples, " rows"));
  Signature s;
  s.n_features_in = n_features_in;
  s.n_features_out = n_components;
  s.feature_names = feature_names;
  s.widest = std::max<uint64_t>(uint64_t{4} * n_neighbors, uint64_t{n_neighbors} * n_neighbors / 2048);
  return s;
}

absl::Status LocallyLinearEmbedding::Import(ImportContext& context) {
  const graph::Id neighbors = context.Take(kNeighbors);
  if (context.IsNone(neighbors)) return context.Absent(kNeighbors, "a NearestNeighbors");
  context.Child(neighbors, std::string(kNeighbors));
  RETURN_IF_ERROR(CheckCountsOn(context, "n_neighbors"));
  ASSIGN_OR_RETURN(const int64_t components, context.Int(context.Take("n_components"), "n_components"));
  RETURN_IF_ERROR(context.ByName(this));
  if (components == n_components) return absl::OkStatus();
  return context.Unsupported("n_components", absl::StrCat(components),
                             absl::StrCat("embedding_ has ", n_components, ". Fit it again, or set it back."));
}

// barycenter_weights (sklearn/manifold/_locally_linear.py, 1.9): G w = 1 for the Gram matrix G of the neighbours less
// x, by Cholesky's factors as LAPACK's posv, and w over its sum.
absl::Status LocallyLinearEmbedding::Barycenter(const double* x, std::span<const int64_t> nearest, const Neighbors& fit,
                                                std::span<double> gram, std::span<double> weights, size_t row) const {
  const size_t k = n_neighbors, n = n_features_in;
  const auto fitted = [&](size_t i) { return fit.row(static_cast<size_t>(nearest[i])); };
  double trace = 0;
  for (size_t i = 0; i < k; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      const double *a = fitted(i), *b = fitted(j);
      double sum = 0;
      for (size_t f = 0; f < n; ++f) sum += (a[f] - x[f]) * (b[f] - x[f]);
      gram[i * k + j] = sum;
    }
    trace += gram[i * k + i];
  }
  const double added = trace > 0 ? reg * trace : reg;
  for (size_t i = 0; i < k; ++i) {
    gram[i * k + i] += added;
    weights[i] = 1;
    for (size_t j = 0; j <= i; ++j) {
      double sum = gram[i * k + j];
      for (size_t m = 0; m < j; ++m) sum -= gram[i * k + m] * gram[j * k + m];
      if (j < i) {
        gram[i * k + j] = sum / gram[j * k + j];
      } else if (sum > 0) {
        gram[i * k + i] = std::sqrt(sum);
      } else {
        return BadInput("input.singular",
                        absl::StrCat("row ", row, ": its neighbours lie so that they have no weights"));
      }
    }
  }
  for (size_t i = 0; i < k; ++i) {
    for (size_t j = 0; j < i; ++j) weights[i] -= gram[i * k + j] * weights[j];
    weights[i] /= gram[i * k + i];
  }
  for (size_t i = k; i-- > 0;) {
    for (size_t j = i + 1; j < k; ++j) weights[i] -= gram[j * k + i] * weights[j];
    weights[i] /= gram[i * k + i];
  }
  const double sum = NumpySum(weights.data(), k);
  for (double& w : weights) w /= sum;
  return absl::OkStatus();
}

absl::StatusOr<Data> LocallyLinearEmbedding::Transform(const Data& X, Run& run) const {
  if (IsSparse(X)) return TakesDenseOnly();
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbers(X, run));
  const DType dtype = std::visit([](const auto& x) { return x.dtype; }, numbers);  // the weights' too, if it is a float
  const Data checked = AsData(numbers);
  ASSIGN_OR_RETURN(const MatrixView<double> x, CheckDense<double>(checked, run));
  const Neighbors& fit = static_cast<const NearestNeighbors*>(run.children()[0]->state)->neighbors;
  ASSIGN_OR_RETURN(const Nearest nearest, fit.Find(checked, n_neighbors, run));
  const size_t k = n_neighbors;
  std::span<double> out = NewMatrix<double>(run, x.rows, n_components), weights = run.arena.New<double>(k),
                    gram = run.arena.New<double>(k * k);
  for (size_t i = 0; i < x.rows; ++i) {
    const std::span<const int64_t> of_row = std::span<const int64_t>(nearest.indices).subspan(i * k, k);
    RETURN_IF_ERROR(Barycenter(x.row(i), of_row, fit, gram, weights, run.first_row + i));
    for (size_t c = 0; c < n_components; ++c) {
      double sum = 0;
      for (size_t j = 0; j < k; ++j) {
        const double w = dtype == DType::kFloat32   ? static_cast<float>(weights[j])
                         : dtype == DType::kFloat16 ? RoundedToFloat16(weights[j])
                                                    : weights[j];
        sum += embedding[static_cast<size_t>(of_row[j]) * n_components + c] * w;
      }
      out[i * n_components + c] = sum;
    }
  }
  return MatrixView<double>{out, x.rows, n_components, n_components};
}

}  // namespace pratique
