#include "estimators/neighbors/isomap.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/kernel/kernel_machines.h"
#include "estimators/neighbors/changes.h"
#include "estimators/neighbors/neighbor_graphs.h"
#include "estimators/neighbors/within.h"
#include "model/input_error.h"
#include "state/invariant/floats.h"
#include "status_macros.h"

namespace pratique {
namespace {

constexpr std::string_view kNeighbors = "nbrs_", kProjection = "kernel_pca_";

// The shortest of the paths to each row of the fit by way of one of the neighbours; P is the dtype in which a path is
// added to the distance. out: half of the squares, negative.
template <class P, class T>
void KernelByPaths(std::span<const int64_t> neighbors, std::span<const double> distances, Array<double> paths,
                   std::span<T> out) {
  const size_t n = out.size();
  for (size_t i = 0; i < n; ++i) {
    P least = std::numeric_limits<P>::infinity();
    for (size_t j = 0; j < neighbors.size(); ++j) {
      const double path = paths[static_cast<size_t>(neighbors[j]) * n + i];  // neighbours are below n (Find), shape
      least = std::min(least, static_cast<P>(static_cast<P>(path) + static_cast<P>(distances[j])));
    }
    const T kept = static_cast<T>(least);
    out[i] = static_cast<T>(kept * kept) * T{-0.5};
  }
}

// hasattr(X, "dtype") and X.dtype == np.float32: of arrays in the processor's byte order; frames have none.
bool IsFloat32Array(const Data& X) {
  if (const auto* dense = std::get_if<MatrixView<float>>(&X)) return dense->dtype == DType::kFloat32 && !dense->swapped;
  const auto* sparse = std::get_if<CsrView<float>>(&X);
  return sparse != nullptr && sparse->dtype == DType::kFloat32;
}

}  // namespace

std::optional<Violation> Isomap::Invariant() const {
  if (auto v = invariant::IsFloatDType("dtype", dtype)) return v;
  return invariant::FitsFloatDType("dist_matrix", dtype, dist_matrix);
}

absl::StatusOr<Signature> Isomap::Infer(const Children& children) const {
  if (children.size() != 2) return Mismatch(absl::StrCat("owns ", children.size(), " objects, not two"));
  RETURN_IF_ERROR(children.CheckRole(0, kNeighbors));
  RETURN_IF_ERROR(children.CheckRole(1, kProjection));
  const auto* nearest = children.As<NearestNeighbors>(0);
  if (nearest == nullptr || nearest->n_features_in != n_features_in || nearest->neighbors.n_samples != n_samples)
    return Mismatch(absl::StrCat("nbrs_ does not hold ", n_samples, " rows of ", n_features_in, " columns"));
  if (!within && nearest->n_neighbors == 0) return Mismatch("nbrs_ has no number of neighbours");
  const auto* projection = children.As<KernelPCA>(1);
  if (projection == nullptr || projection->fitted.kernel.metric != fb::PairwiseMetric::Precomputed ||
      projection->n_features_in != n_samples)
    return Mismatch(absl::StrCat("kernel_pca_ does not take a kernel of ", n_samples, " rows"));
  Signature s;
  s.n_features_in = n_features_in;
  s.n_features_out = projection->n_components;
  s.feature_names = feature_names;
  s.widest = std::max<uint64_t>(uint64_t{3} * n_samples, uint64_t{4} * nearest->n_neighbors);
  return s;
}

absl::Status Isomap::Import(ImportContext& context) {
  const graph::Id neighbors = context.Take(kNeighbors), projection = context.Take(kProjection);
  if (context.IsNone(neighbors)) return context.Absent(kNeighbors, "a NearestNeighbors");
  if (context.IsNone(projection)) return context.Absent(kProjection, "a KernelPCA");
  within = context.IsNone(context.Take("n_neighbors"));
  if (within) {
    const graph::Id id = context.graph().Find(neighbors, "radius");
    if (context.IsNone(id)) return context.Unsupported("nbrs_.radius", "None", "Give it a number before fit.");
    ASSIGN_OR_RETURN(radius, context.Double(id, "nbrs_.radius"));
    if (!(radius >= 0) || !std::isfinite(radius))
      return context.Unsupported("nbrs_.radius", absl::StrCat(radius), "A finite radius of 0 or more is supported.");
  } else if (context.IsNone(context.graph().Find(neighbors, "n_neighbors"))) {
    return context.Unsupported("n_neighbors", "a number, set after a fit by radius", "Fit it again, or set it back.");
  }
  dtype = context.FloatDType(context.Take("dist_matrix_"));
  keeps_float32 = !context.Predates(release_1_2::kIsomapKeepsFloat32);
  context.Child(neighbors, std::string(kNeighbors));
  context.Child(projection, std::string(kProjection));
  return context.ByName(this);
}

template <class T>
absl::StatusOr<Data> Isomap::Embedded(const Data& X, Run& run) const {
  const auto& nearest = *static_cast<const NearestNeighbors*>(run.children()[0]->state);
  const size_t n = n_samples;
  std::span<T> kernel;
  const auto link = [&](size_t row, std::span<const int64_t> indices, std::span<const double> distances, DType of) {
    const std::span<T> out = kernel.subspan(row * n, n);
    if (of == DType::kFloat32 && dtype == fb::DType::Float32)
      KernelByPaths<float>(indices, distances, dist_matrix, out);
    else
      KernelByPaths<double>(indices, distances, dist_matrix, out);
  };
  if (within) {
    kernel = NewMatrix<T>(run, Rows(X), n);
    RETURN_IF_ERROR(FindWithin(nearest.neighbors, X, radius, /*sorted=*/false, run, [&](const FoundWithin& found) {
      if (found.indices.empty())
        return BadInput("input.far", absl::StrCat("row ", run.first_row + found.row,
                                                  " has no neighbours within the radius ", radius));
      link(found.row, found.indices, found.distances, found.dtype);
      return absl::OkStatus();
    }));
  } else {
    ASSIGN_OR_RETURN(const Nearest found, nearest.neighbors.Find(X, nearest.n_neighbors, run));
    kernel = NewMatrix<T>(run, found.rows, n);
    for (size_t i = 0; i < found.rows; ++i)
      link(i, found.indices.subspan(i * found.k, found.k), found.distances.subspan(i * found.k, found.k), found.dtype);
  }
  return run.children()[1]->Call(Method::kTransform, MatrixView<T>{kernel, Rows(X), n, n}, run);
}

absl::StatusOr<Data> Isomap::Transform(const Data& X, Run& run) const {
  return keeps_float32 && IsFloat32Array(X) ? Embedded<float>(X, run) : Embedded<double>(X, run);
}

}  // namespace pratique
