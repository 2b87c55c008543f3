#include "estimators/neighbors/neighbor_graphs.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/within.h"
#include "status_macros.h"

namespace pratique {
namespace {

Signature SignatureOf(uint32_t n_features_in, Strings names) {
  Signature s;
  s.n_features_in = n_features_in;
  s.feature_names = names;
  return s;
}

absl::StatusOr<fb::GraphMode> TakeMode(ImportContext& context) {
  ASSIGN_OR_RETURN(const std::string_view mode, context.String(context.Take("mode"), "mode"));
  if (mode == "distance") return fb::GraphMode::Distance;
  if (mode == "connectivity") return fb::GraphMode::Connectivity;
  return context.Unsupported("mode", mode, "scikit-learn knows distance and connectivity.");
}

template <class T>
Data GraphOf(size_t rows, size_t cols, std::span<int64_t> indptr, std::span<const int32_t> indices,
             std::span<const double> values, Run& run) {
  std::span<T> data = run.arena.NewUninitialized<T>(values.size());
  std::ranges::transform(values, data.begin(), [](double x) { return static_cast<T>(x); });
  return CsrView<T>{rows, cols, indptr, run.arena.Copy(indices), data};
}

Data GraphOf(DType dtype, size_t rows, size_t cols, std::span<int64_t> indptr, std::span<const int32_t> indices,
             std::span<const double> values, Run& run) {
  return dtype == DType::kFloat32 ? GraphOf<float>(rows, cols, indptr, indices, values, run)
                                  : GraphOf<double>(rows, cols, indptr, indices, values, run);
}

}  // namespace

absl::StatusOr<Signature> NearestNeighbors::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = SignatureOf(n_features_in, feature_names);
  s.n_neighbors = n_neighbors;
  s.widest = uint64_t{4} * n_neighbors;
  s.has_methods = true;
  if (n_neighbors > 0) s.methods = {Method::kKNeighbors};
  return s;
}

absl::Status NearestNeighbors::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  if (!context.IsNone(context.Take("n_neighbors"))) {
    ASSIGN_OR_RETURN(n_neighbors, TakeNumberOfNeighbors(context, neighbors));
  }
  return context.ByName(this);
}

absl::StatusOr<Signature> KNeighborsTransformer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = SignatureOf(n_features_in, feature_names);
  s.n_features_out = neighbors.n_samples;
  s.widest = uint64_t{4} * n_neighbors;
  return s;
}

absl::Status KNeighborsTransformer::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(mode, TakeMode(context));
  ASSIGN_OR_RETURN(n_neighbors, TakeNumberOfNeighbors(context, neighbors));
  if (mode == fb::GraphMode::Distance && ++n_neighbors > neighbors.n_samples)
    return context.Unsupported("n_neighbors", absl::StrCat(n_neighbors - 1),
                               "A graph of distances asks for one more than there are rows: scikit-learn's transform "
                               "refuses it, too.");
  return context.ByName(this);
}

// kneighbors_graph (sklearn/neighbors/_base.py, 1.9).
absl::StatusOr<Data> KNeighborsTransformer::Transform(const Data& X, Run& run) const {
  ASSIGN_OR_RETURN(const Nearest nearest, neighbors.Find(X, n_neighbors, run));
  const bool distances = mode == fb::GraphMode::Distance;
  std::span<int64_t> indptr = run.arena.New<int64_t>(nearest.rows + 1);
  for (size_t i = 0; i <= nearest.rows; ++i) indptr[i] = static_cast<int64_t>(i * nearest.k);
  std::span<int32_t> indices = run.arena.NewUninitialized<int32_t>(nearest.indices.size());
  std::ranges::transform(nearest.indices, indices.begin(), [](int64_t i) { return static_cast<int32_t>(i); });
  if (!distances) std::ranges::fill(nearest.distances, 1.0);
  return GraphOf(distances ? nearest.dtype : DType::kFloat64, nearest.rows, neighbors.n_samples, indptr, indices,
                 nearest.distances, run);
}

absl::StatusOr<Signature> RadiusNeighborsTransformer::Infer(const Children& children) const {
  RETURN_IF_ERROR(NoChildren(children));
  Signature s = SignatureOf(n_features_in, feature_names);
  s.n_features_out = neighbors.n_samples;
  return s;
}

absl::Status RadiusNeighborsTransformer::Import(ImportContext& context) {
  RETURN_IF_ERROR(neighbors.Import(context));
  n_features_in = neighbors.n_features;
  ASSIGN_OR_RETURN(mode, TakeMode(context));
  ASSIGN_OR_RETURN(radius, TakeRadius(context));
  return context.ByName(this);
}

// radius_neighbors_graph with sort_results (sklearn/neighbors/_base.py, 1.9).
absl::StatusOr<Data> RadiusNeighborsTransformer::Transform(const Data& X, Run& run) const {
  const bool distances = mode == fb::GraphMode::Distance;
  std::span<int64_t> indptr = run.arena.New<int64_t>(Rows(X) + 1);
  std::vector<int32_t> indices;
  std::vector<double> values;
  DType dtype = DType::kFloat64;
  RETURN_IF_ERROR(
      FindWithin(neighbors, X, radius, /*sorted=*/distances, run, [&](const FoundWithin& found) -> absl::Status {
        if (distances) dtype = found.dtype;
        for (const int64_t i : found.indices) indices.push_back(static_cast<int32_t>(i));
        if (distances)
          values.insert(values.end(), found.distances.begin(), found.distances.end());
        else
          values.resize(indices.size(), 1.0);
        indptr[found.row + 1] = static_cast<int64_t>(indices.size());
        return absl::OkStatus();
      }));
  return GraphOf(dtype, Rows(X), neighbors.n_samples, indptr, indices, values, run);
}

}  // namespace pratique
