// The rows of a fit, and the nearest of them to others.
//
// Of equal distances it keeps those that scikit-learn keeps, in its order: the trees are the file's own, walked as it
// walks them; brute force has its heaps, as with one thread and no more rows in X than in the fit, or numpy's
// partition.
#pragma once

#include "import/sklearn/import_context.h"
#include "model/run.h"
#include "neighbors_generated.h"

namespace pratique {

// The nearest k of each row, by distance.
struct Nearest {
  size_t rows = 0, k = 0;
  std::span<double> distances;    // {rows, k}
  std::span<int64_t> indices;     // {rows, k}, each below n_samples
  DType dtype = DType::kFloat64;  // of the distances
};

struct Neighbors {
  using Schema = fb::Neighbors;
  BOOST_HANA_DEFINE_STRUCT(Neighbors, (uint32_t, n_samples), (uint32_t, n_features), (fb::DType, dtype),
                           (fb::Metric, metric), (fb::Search, search), (fb::HeapTakes, heap_takes), (bool, narrow),
                           (bool, introsort), (bool, gaps), (double, p), (Array<double>, weights),
                           (Array<double>, inverse), (Array<double>, rows), (Array<uint32_t>, indptr),
                           (Array<uint32_t>, indices), (Array<double>, values), (Array<double>, norms),
                           (uint32_t, n_nodes), (Array<uint32_t>, idx_array), (Array<double>, lower),
                           (Array<double>, upper), (Array<double>, centroids), (Array<double>, radii));

  // Of a field `neighbors` of an estimator with n_features_in columns that asks for n_neighbors.
  std::optional<Violation> Invariant(uint32_t n_features_in, uint32_t n_neighbors) const;

  // _fit_X, _tree and what they were made by. A metric that is a function is refused by name.
  absl::Status Import(ImportContext& context);

  // A tree on its own, which holds its rows, its metric, and the weights of its rows: those are returned, absent where
  // all weigh the same.
  absl::StatusOr<Array<double>> ImportTree(ImportContext& context, std::string_view attribute);

  // What Find reads of Run::Prepared: an estimator that calls it has this for its own Prepare, or none.
  const void* Prepare(Arena& arena) const;

  // k is 1 to n_samples.
  absl::StatusOr<Nearest> Find(const Data& X, size_t k, Run& run) const;

  bool IsSparse() const { return indptr.data() != nullptr; }
  const double* row(size_t i) const { return &rows[i * n_features]; }
};

// n_neighbors, at most as many as there are rows.
absl::StatusOr<uint32_t> TakeNumberOfNeighbors(ImportContext& context, const Neighbors& neighbors);

// Distances and then indices of each row side by side, as Method::kKNeighbors gives them.
absl::StatusOr<Data> DistancesAndIndices(const Neighbors& neighbors, size_t k, const Data& X, Run& run);

}  // namespace pratique
