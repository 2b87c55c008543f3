#include "estimators/neighbors/neighbors.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "estimators/neighbors/binary_tree.h"
#include "estimators/neighbors/brute_force.h"
#include "estimators/neighbors/coded_rows.h"
#include "estimators/neighbors/selection.h"
#include "kernels/distances.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/views.h"
#include "state/invariant/floats.h"
#include "state/invariant/ragged.h"
#include "status_macros.h"

namespace pratique {
namespace {

using fb::Metric;

Violation Bad(std::string_view field, std::string_view rule, std::string got, std::string expected) {
  return {absl::StrCat("neighbors.", std::string(field)), std::string(rule), std::move(got), std::move(expected)};
}

// A field that is there if and only if `wanted`.
template <class T>
std::optional<Violation> Presence(std::string_view field, Array<T> values, bool wanted) {
  if ((values.data() != nullptr) == wanted) return std::nullopt;
  return Bad(field, "of_form", wanted ? "absent" : "present", wanted ? "present" : "absent");
}

bool IsFinite(double x, bool gaps) { return std::isfinite(x) || (gaps && std::isnan(x)); }

std::optional<Violation> CheckMetric(const Neighbors& n) {
  const bool kd = n.metric == Metric::Euclidean || n.metric == Metric::Manhattan || n.metric == Metric::Chebyshev ||
                  (n.metric == Metric::Minkowski && n.weights.data() == nullptr && n.p >= 1);
  const bool ball = kd || (n.metric == Metric::Minkowski && n.p >= 1) ||
                    (n.metric >= Metric::SEuclidean && n.metric <= Metric::SokalSneath);
  const bool sparse = n.metric == Metric::Euclidean || n.metric == Metric::L2 || n.metric == Metric::Manhattan ||
                      n.metric == Metric::Cosine;
  if ((n.search == fb::Search::KDTree && !kd) || (n.search == fb::Search::BallTree && !ball) ||
      (n.IsSparse() && !sparse))
    return Bad("metric", "of_search", fb::EnumNameMetric(n.metric), "a metric that the search takes");
  if (n.metric != Metric::Minkowski && n.p != 2) return Bad("p", "of_minkowski", absl::StrCat(n.p), "2");
  if (n.gaps && n.metric != Metric::NanEuclidean)
    return Bad("gaps", "nan_euclidean", "true", "false beside other metrics");
  if (n.metric == Metric::Haversine && n.n_features != 2)
    return Bad("n_features", "haversine", absl::StrCat(n.n_features), "2");
  if (n.metric != Metric::Minkowski) {
    if (auto v = Presence("weights", n.weights, n.metric == Metric::SEuclidean)) return v;
  }
  return Presence("inverse", n.inverse, n.metric == Metric::Mahalanobis);
}

std::optional<Violation> CheckRows(const Neighbors& n) {
  const bool precomputed = n.metric == Metric::Precomputed, sparse = n.IsSparse();
  if (auto v = Presence("rows", n.rows, !precomputed && !sparse)) return v;
  if (auto v = Presence("indices", n.indices, sparse)) return v;
  if (auto v = Presence("values", n.values, sparse)) return v;
  if (sparse && (precomputed || n.search != fb::Search::Brute))
    return Bad("indptr", "of_form", "present", "for brute force only");
  if (sparse) {
    if (auto v = invariant::OffsetsForEach("neighbors.indptr", n.indptr.size(), n.n_samples)) return v;
  }
  if (precomputed && n.n_features != n.n_samples)
    return Bad("n_features", "precomputed", absl::StrCat(n.n_features), absl::StrCat(n.n_samples));
  for (size_t i = 0; i < n.rows.size(); ++i) {
    if (!IsFinite(n.rows[i], n.gaps))
      return Bad(absl::StrCat("rows[", i, "]"), "finite", absl::StrCat(n.rows[i]), "a finite number");
  }
  if (n.dtype != fb::DType::Float32 || n.metric == Metric::Cosine || n.metric == Metric::Correlation ||
      n.metric == Metric::NanEuclidean)
    return std::nullopt;
  if (auto v = invariant::FitsFloatDType("neighbors.rows", n.dtype, n.rows)) return v;
  return invariant::FitsFloatDType("neighbors.values", n.dtype, n.values);
}

std::optional<Violation> CheckSearch(const Neighbors& n) {
  const bool kd = n.search == fb::Search::KDTree, ball = n.search == fb::Search::BallTree;
  if (auto v = Presence("idx_array", n.idx_array, kd || ball)) return v;
  if (auto v = Presence("lower", n.lower, kd)) return v;
  if (auto v = Presence("upper", n.upper, kd)) return v;
  if (auto v = Presence("centroids", n.centroids, ball)) return v;
  if (auto v = Presence("radii", n.radii, ball)) return v;
  if (auto v = Presence("norms", n.norms, HasNorms(n))) return v;
  if (kd || ball) return TreeInvariant(n);
  if (n.n_nodes != 0) return Bad("n_nodes", "of_form", absl::StrCat(n.n_nodes), "0");
  for (size_t i = 0; i < n.norms.size(); ++i) {
    const double norm = NormOf(n, i);
    if (n.norms[i] != norm)
      return Bad(absl::StrCat("norms[", i, "]"), "norms", absl::StrCat(n.norms[i]), absl::StrCat(norm));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Violation> Neighbors::Invariant(uint32_t n_features_in, uint32_t n_neighbors) const {
  if (n_features != n_features_in)
    return Bad("n_features", "one_width", absl::StrCat(n_features), absl::StrCat(n_features_in));
  if (n_neighbors > n_samples)
    return Violation{"n_neighbors", "rows", absl::StrCat(n_neighbors), absl::StrCat("at most ", n_samples)};
  if (dtype != fb::DType::Float64 && dtype != fb::DType::Float32 && dtype != fb::DType::Int64)
    return Bad("dtype", "of_rows", fb::EnumNameDType(dtype), "Float64, Float32 or Int64");
  if (auto v = CheckMetric(*this)) return v;
  if (auto v = CheckRows(*this)) return v;
  return CheckSearch(*this);
}

namespace {

// X as doubles, dense.
MatrixView<double> AsDense(const NumericData& X, Run& run) {
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& x) -> MatrixView<double> {
        if constexpr (std::is_same_v<View<T>, MatrixView<double>>) {
          return x;
        } else if constexpr (std::is_same_v<View<T>, MatrixView<T>>) {
          std::span<double> out = NewMatrix<double>(run, x.rows, x.cols);
          for (size_t i = 0; i < x.rows; ++i) {
            for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<double>(x(i, j));
          }
          return {out, x.rows, x.cols, x.cols};
        } else {
          std::span<double> out = run.arena.New<double>(x.rows * x.cols);
          for (size_t i = 0; i < x.rows; ++i) {
            for (int64_t e = x.indptr[i]; e < x.indptr[i + 1]; ++e)
              out[i * x.cols + static_cast<size_t>(x.indices[e])] = static_cast<double>(x.data[e]);
          }
          return {out, x.rows, x.cols, x.cols};
        }
      },
      X);
}

}  // namespace

absl::StatusOr<Query> CheckQuery(const Neighbors& n, const Data& X, Run& run) {
  const Finite finite = n.gaps ? Finite::kAllowNaN : Finite::kRequired;
  ASSIGN_OR_RETURN(const NumericData numbers, CheckNumbers(X, run, finite));
  Query query;
  query.sparse = IsSparse(X);
  std::visit(
      [&](const auto& x) {
        bool native = x.dtype == DType::kFloat64 || x.dtype == DType::kFloat32;
        if constexpr (requires { x.swapped; }) native = native && !x.swapped;
        query.dtype = native ? x.dtype : DType::kInt64;
      },
      numbers);
  if (query.sparse) {
    const bool takes = n.metric == Metric::Euclidean || n.metric == Metric::L2 || n.metric == Metric::Manhattan ||
                       n.metric == Metric::Cosine || UsesHeaps(n, query);
    if (n.search != fb::Search::Brute)
      return BadInput("input.sparse", "sparse X was passed, but trees of rows take dense X only", "csr", "dense");
    // sklearn/metrics/_dist_metrics.pyx.tp dist_csr (1.9): beside dense rows canberra counts cells that are 0 in both,
    // and braycurtis reads a number beyond the row.
    if (!takes || n.metric == Metric::Canberra || n.metric == Metric::BrayCurtis)
      return BadInput("input.sparse", "sparse X was passed, but this metric takes dense X only", "csr", "dense");
  }
  query.rows = AsDense(numbers, run);
  if (n.metric != Metric::Precomputed) return query;
  for (size_t i = 0; i < query.rows.rows; ++i) {
    for (size_t j = 0; j < query.rows.cols; ++j) {
      if (query.rows(i, j) < 0)
        return BadInput("input.negative", absl::StrCat("row ", run.first_row + i, ", column ", j,
                                                       ": X holds distances, of which none is negative"));
    }
  }
  return query;
}

namespace {

// Values of the rows from `first` on; most are above what the heap has.
void PushAll(std::span<double> heap, std::span<int64_t> indices, std::span<const double> values, size_t first) {
  for (size_t i = 0;; ++i) {
    i += FirstBelow(values.data() + i, values.size() - i, heap[0]);
    if (i == values.size()) return;
    HeapPush(heap, indices, values[i], static_cast<int64_t>(first + i));
  }
}

// Heaps over chunks of the rows, as _parallel_on_Y of one thread: a heap of its own takes all rows, and is put into
// another one in its order (metrics/_pairwise_distances_reduction/_argkmin.pyx.tp, 1.9). A row of X whose nearest are
// known by codes needs none; where one is not, those behind it are not asked either, up to the end of its block.
void SearchWithHeaps(const Neighbors& n, BruteForce& brute, Nearest& nearest, Run& run) {
  constexpr size_t kRows = 128, kChunk = BruteForce::kChunk;
  const size_t k = nearest.k;
  const size_t most = std::min(kRows, nearest.rows);
  std::optional<NearestByCodes> by_codes;
  if (const auto* coded = run.Prepared<CodedRows>(); coded != nullptr && brute.by_products() && k <= coded->most / 4)
    by_codes.emplace(*coded, n, brute, k, run);
  std::span<double> distances = run.arena.NewUninitialized<double>(most * kChunk),
                    heaps = run.arena.NewUninitialized<double>(most * k);
  std::span<int64_t> indices = run.arena.NewUninitialized<int64_t>(most * k);
  std::ranges::fill(nearest.distances, DBL_MAX);
  std::ranges::fill(nearest.indices, 0);
  for (size_t x = 0, rows; x < nearest.rows; x += rows) {
    rows = 1;
    if (by_codes && by_codes->Find(x, nearest.distances.subspan(x * k, k), nearest.indices.subspan(x * k, k))) continue;
    rows = std::min(kRows, nearest.rows - x);
    std::ranges::fill(heaps, DBL_MAX);
    std::ranges::fill(indices, 0);
    for (size_t begin = 0; begin < n.n_samples; begin += kChunk) {
      const size_t end = std::min<size_t>(begin + kChunk, n.n_samples), to = end - begin;
      brute.Reduced(x, rows, begin, end, distances.first(rows * to));
      for (size_t q = 0; q < rows; ++q)
        PushAll(heaps.subspan(q * k, k), indices.subspan(q * k, k), distances.subspan(q * to, to), begin);
    }
    for (size_t q = 0; q < rows; ++q) {
      std::span<double> values = nearest.distances.subspan((x + q) * k, k);
      std::span<int64_t> of = nearest.indices.subspan((x + q) * k, k);
      for (size_t i = 0; i < k; ++i) HeapPush(values, of, heaps[q * k + i], indices[q * k + i]);
      SimultaneousSort(values, of, n.introsort);
    }
  }
}

void SearchWithPartition(const Neighbors& n, BruteForce& brute, Nearest& nearest, Run& run) {
  constexpr size_t kCells = 1 << 16;
  const size_t k = nearest.k, step = std::clamp<size_t>(kCells / n.n_samples, 1, 64);
  std::span<double> distances = run.arena.NewUninitialized<double>(step * n.n_samples);
  std::span<int64_t> order = run.arena.NewUninitialized<int64_t>(n.n_samples);
  for (size_t x = 0; x < nearest.rows; x += step) {
    const size_t rows = std::min(step, nearest.rows - x);
    brute.Reduced(x, rows, 0, n.n_samples, distances.first(rows * n.n_samples));
    for (size_t q = 0; q < rows; ++q) {
      const std::span<double> of_row = distances.subspan(q * n.n_samples, n.n_samples);
      ArgPartition(of_row, k, order);
      for (size_t i = 0; i < k; ++i) {
        nearest.indices[(x + q) * k + i] = order[i];
        nearest.distances[(x + q) * k + i] = of_row[static_cast<size_t>(order[i])];
      }
    }
  }
}

}  // namespace

const void* Neighbors::Prepare(Arena& arena) const { return CodeRows(*this, arena); }

absl::StatusOr<Nearest> Neighbors::Find(const Data& X, size_t k, Run& run) const {
  ASSIGN_OR_RETURN(const Query query, CheckQuery(*this, X, run));
  const size_t rows_of_X = query.rows.rows;
  Nearest nearest{rows_of_X, k, run.arena.NewUninitialized<double>(rows_of_X * k),
                  run.arena.NewUninitialized<int64_t>(rows_of_X * k)};
  if (search == fb::Search::Brute) {
    const bool heaps = UsesHeaps(*this, query);
    BruteForce brute(*this, query, heaps, run);
    heaps ? SearchWithHeaps(*this, brute, nearest, run) : SearchWithPartition(*this, brute, nearest, run);
    for (double& d : nearest.distances) d = brute.FromReduced(d);
    nearest.dtype = brute.dtype();
    return nearest;
  }
  const PairDistance distance(*this, run.arena.NewUninitialized<double>(n_features));
  for (size_t i = 0; i < rows_of_X; ++i) {
    SearchTree(*this, distance, query.rows.row(i), nearest.distances.subspan(i * k, k),
               nearest.indices.subspan(i * k, k));
  }
  for (double& d : nearest.distances) d = distance.FromReduced(d);
  return nearest;
}

absl::StatusOr<Data> DistancesAndIndices(const Neighbors& neighbors, size_t k, const Data& X, Run& run) {
  ASSIGN_OR_RETURN(const Nearest nearest, neighbors.Find(X, k, run));
  std::span<double> out = NewMatrix<double>(run, nearest.rows, 2 * k);
  for (size_t i = 0; i < nearest.rows; ++i) {
    for (size_t j = 0; j < k; ++j) {
      out[2 * i * k + j] = nearest.distances[i * k + j];
      out[2 * i * k + k + j] = static_cast<double>(nearest.indices[i * k + j]);
    }
  }
  return MatrixView<double>{out, nearest.rows, 2 * k, 2 * k, nearest.dtype};
}

}  // namespace pratique
