#include "estimators/neighbors/within.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/binary_tree.h"
#include "estimators/neighbors/brute_force.h"
#include "estimators/neighbors/selection.h"
#include "status_macros.h"

namespace pratique {
namespace {

// np.argsort(distances, kind="mergesort").
void StableSort(std::span<double> distances, std::span<int64_t> indices, Run& run) {
  struct Pair {
    double distance;
    int64_t index;
  };
  std::span<Pair> pairs = run.arena.NewUninitialized<Pair>(distances.size());
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i] = {distances[i], indices[i]};
  std::ranges::stable_sort(pairs, {}, &Pair::distance);
  for (size_t i = 0; i < pairs.size(); ++i) {
    distances[i] = pairs[i].distance;
    indices[i] = pairs[i].index;
  }
}

}  // namespace

absl::Status FindWithin(const Neighbors& n, const Data& X, double radius, bool sorted, Run& run,
                        const std::function<absl::Status(const FoundWithin&)>& take) {
  ASSIGN_OR_RETURN(const Query query, CheckQuery(n, X, run));
  std::span<int64_t> indices = run.arena.NewUninitialized<int64_t>(n.n_samples);
  std::span<double> distances = run.arena.NewUninitialized<double>(n.n_samples);
  FoundWithin found;
  if (n.search != fb::Search::Brute) {
    const PairDistance distance(n, run.arena.NewUninitialized<double>(n.n_features));
    for (size_t i = 0; i < query.rows.rows; ++i) {
      const size_t k = SearchTreeWithin(n, distance, query.rows.row(i), radius, distances, indices);
      found.row = i;
      found.indices = indices.first(k);
      found.distances = distances.first(k);
      if (sorted && k > 0) SimultaneousSort(found.distances, found.indices, n.introsort);
      RETURN_IF_ERROR(take(found));
    }
    return absl::OkStatus();
  }
  found.heaps = UsesHeaps(n, query);
  BruteForce brute(n, query, found.heaps, run);
  found.dtype = brute.dtype();
  const double reduced = brute.ToReduced(radius);
  constexpr size_t kCells = 1 << 16;
  const size_t step = std::clamp<size_t>(kCells / n.n_samples, 1, 32);  // rows at a time
  std::span<double> of_rows = run.arena.NewUninitialized<double>(std::min(step, query.rows.rows) * n.n_samples);
  for (size_t i = 0; i < query.rows.rows; ++i) {
    if (i % step == 0) brute.Reduced(i, std::min(step, query.rows.rows - i), 0, n.n_samples, of_rows);
    const std::span<const double> of_row = of_rows.subspan(i % step * n.n_samples, n.n_samples);
    size_t k = 0;
    for (size_t j = 0; j < n.n_samples; ++j) {
      if (!(of_row[j] <= reduced)) continue;
      indices[k] = static_cast<int64_t>(j);
      distances[k++] = brute.FromReduced(of_row[j]);
    }
    found.row = i;
    found.indices = indices.first(k);
    found.distances = distances.first(k);
    if (sorted && k > 0) {
      found.heaps ? SimultaneousSort(found.distances, found.indices, n.introsort)
                  : StableSort(found.distances, found.indices, run);
    }
    RETURN_IF_ERROR(take(found));
  }
  return absl::OkStatus();
}

absl::StatusOr<double> TakeRadius(ImportContext& context) {
  const graph::Id id = context.Take("radius");
  if (context.IsNone(id)) return context.Unsupported("radius", "None", "Give it a number.");
  ASSIGN_OR_RETURN(const double radius, context.Double(id, "radius"));
  if (radius >= 0 && std::isfinite(radius)) return radius;
  return context.Unsupported("radius", absl::StrCat(radius), "A finite radius of 0 or more is supported.");
}

}  // namespace pratique
