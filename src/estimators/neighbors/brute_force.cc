#include "estimators/neighbors/brute_force.h"

#include <algorithm>
#include <cmath>

#include "estimators/neighbors/nan_euclidean.h"
#include "kernels/distances.h"
#include "kernels/numpy_sum.h"
#include "kernels/product.h"
#include "kernels/squared_norm.h"

namespace pratique {

double SquaredNorm(std::span<const double> row) {
  double sum = 0;
  for (const double x : row) sum += x * x;
  return sum;
}

namespace {

bool IsOneOf(fb::Metric metric, std::initializer_list<fb::Metric> some) { return std::ranges::count(some, metric) > 0; }

// The stored numbers of a fitted row.
std::span<const double> Stored(const Neighbors& fit, size_t i) {
  if (!fit.IsSparse()) return {fit.row(i), fit.n_features};
  return fit.values.subspan(fit.indptr[i], fit.indptr[i + 1] - fit.indptr[i]);
}

double Norm(fb::Metric metric, std::span<const double> row) {
  const double squared = SquaredNorm(row);
  return metric == fb::Metric::Correlation ? std::sqrt(squared) : squared;
}

}  // namespace

bool HasNorms(const Neighbors& n) {
  return n.search == fb::Search::Brute &&
         IsOneOf(n.metric, {fb::Metric::Euclidean, fb::Metric::L2, fb::Metric::SqEuclidean, fb::Metric::Correlation});
}

double NormOf(const Neighbors& n, size_t i) { return Norm(n.metric, Stored(n, i)); }

// sklearn/preprocessing/_data.py normalize (1.9): a row of zeros stays so; a dense one, too, that is as short as steps
// of 1 are (_handle_zeros_in_scale).
void OverNorm(std::span<double> row, double shortest) {
  const double norm = std::sqrt(SquaredNorm(row));
  if (norm == 0 || norm < shortest) return;
  for (double& x : row) x /= norm;
}

// scipy/spatial/distance.py _correlation_cdist_wrap (1.17).
void LessMean(std::span<double> row) {
  const double mean = NumpySum(row.data(), row.size()) / static_cast<double>(row.size());
  for (double& x : row) x -= mean;
}

// sklearn/metrics/_pairwise_distances_reduction/_dispatcher.py is_usable_for and valid_metrics (1.2 to 1.9).
bool UsesHeaps(const Neighbors& n, const Query& X) {
  if (!IsOneOf(n.metric, {fb::Metric::Euclidean, fb::Metric::L2, fb::Metric::SqEuclidean, fb::Metric::Manhattan,
                          fb::Metric::Chebyshev, fb::Metric::Minkowski, fb::Metric::SEuclidean, fb::Metric::Haversine,
                          fb::Metric::Canberra, fb::Metric::BrayCurtis}))
    return false;
  const bool float64 = X.dtype == DType::kFloat64 && n.dtype == fb::DType::Float64;
  const bool float32 = X.dtype == DType::kFloat32 && n.dtype == fb::DType::Float32;
  const bool euclidean = IsOneOf(n.metric, {fb::Metric::Euclidean, fb::Metric::SqEuclidean, fb::Metric::SEuclidean});
  switch (n.heap_takes) {
    case fb::HeapTakes::Nothing:
      return false;
    case fb::HeapTakes::Float64:
      return float64 && !X.sparse && !n.IsSparse() && n.metric != fb::Metric::SqEuclidean;
    case fb::HeapTakes::Alike:
      return (float64 || float32) && (X.sparse == n.IsSparse() || !euclidean);
    case fb::HeapTakes::OneDType:
      return float64 || float32;
    case fb::HeapTakes::NotSparsePairs:
      return (float64 || float32) && !(X.sparse && n.IsSparse() && euclidean);
  }
  return false;
}

BruteForce::BruteForce(const Neighbors& neighbors, const Query& X, bool heaps, Run& run)
    : fit_(neighbors),
      X_(X.rows),
      heaps_(heaps),
      scratch_(run.arena.New<double>(neighbors.n_features)),
      dense_(neighbors.IsSparse() ? run.arena.New<double>(neighbors.n_features) : std::span<double>()),
      distance_(neighbors, scratch_,
                {.float32 = heaps && X.dtype == DType::kFloat32 && neighbors.metric != fb::Metric::SqEuclidean,
                 .narrow = heaps && X.dtype == DType::kFloat32 && neighbors.narrow,
                 .scipy = !heaps}),
      arena_(run.arena) {
  const fb::Metric metric = fit_.metric;
  by_products_ = IsOneOf(metric, {fb::Metric::Cosine, fb::Metric::Correlation, fb::Metric::Euclidean}) ||
                 (metric == fb::Metric::SqEuclidean && heaps) || (metric == fb::Metric::L2 && !heaps);
  // scikit-learn's own pairwise distances of float32 rows are float32; scipy's are not.
  narrow_ = !heaps && X.dtype == DType::kFloat32 && fit_.dtype == fb::DType::Float32 &&
            IsOneOf(metric, {fb::Metric::Euclidean, fb::Metric::L2, fb::Metric::Cosine, fb::Metric::NanEuclidean});
  if (!by_products_) return;
  if (metric == fb::Metric::Cosine || metric == fb::Metric::Correlation) {
    std::span<double> rows = NewMatrix<double>(run, X_.rows, X_.cols);
    for (size_t i = 0; i < X_.rows; ++i) {
      std::span<double> row = rows.subspan(i * X_.cols, X_.cols);
      std::copy_n(X_.row(i), X_.cols, row.begin());
      metric == fb::Metric::Cosine ? OverNorm(row, X.sparse ? 0 : Shortest(narrow_)) : LessMean(row);
    }
    X_ = {rows, X_.rows, X_.cols, X_.cols};
  }
  // sklearn/utils/extmath.py row_norms (1.9), which euclidean_distances asks of dense rows; heaps ask BLAS.
  const bool by_einsum = !heaps && IsOneOf(metric, {fb::Metric::Euclidean, fb::Metric::L2});
  norms_ = run.arena.NewUninitialized<double>(X_.rows);
  for (size_t i = 0; i < X_.rows; ++i)
    norms_[i] = by_einsum && !X.sparse ? EinsumSquares(X_.row(i), X_.cols) : Norm(metric, {X_.row(i), X_.cols});
  fit_norms_ = {fit_.norms.data(), fit_.norms.size()};
  if (!by_einsum || fit_.IsSparse()) return;
  const std::span<double> norms = run.arena.NewUninitialized<double>(fit_.n_samples);
  for (size_t i = 0; i < norms.size(); ++i) norms[i] = EinsumSquares(fit_.row(i), fit_.n_features);
  fit_norms_ = norms;
}

void BruteForce::Dots(size_t x, size_t n, size_t begin, size_t end, std::span<double> out) {
  const size_t cols = X_.cols, to = end - begin;
  if (!fit_.IsSparse()) {
    const MatrixView<double> some{X_.data.subspan(x * X_.row_stride), n, cols, X_.row_stride};
    return Product(some, Weights{fit_.row(begin), to, cols, nullptr}, out.data());
  }
  for (size_t q = 0; q < n; ++q) {
    const double* row = X_.row(x + q);
    for (size_t i = begin; i < end; ++i) {
      double sum = 0;
      for (size_t e = fit_.indptr[i]; e < fit_.indptr[i + 1]; ++e) sum += row[fit_.indices[e]] * fit_.values[e];
      out[q * to + i - begin] = sum;
    }
  }
}

void BruteForce::FromDots(size_t x, size_t begin, std::span<double> out) const {
  const double* norms = fit_norms_.data() == nullptr ? nullptr : fit_norms_.data() + begin;
  switch (fit_.metric) {
    case fb::Metric::Cosine:  // sklearn/metrics/pairwise.py cosine_distances (1.9)
      for (double& d : out) d = std::clamp(1 - d, 0.0, 2.0);
      return;
    case fb::Metric::Correlation:  // scipy/spatial/src/distance_impl.h cosine distances (1.17)
      for (size_t i = 0; i < out.size(); ++i) {
        double cosine = out[i] / (norms_[x] * norms[i]);
        if (std::fabs(cosine) > 1) cosine = std::copysign(1, cosine);
        out[i] = 1 - cosine;
      }
      return;
    default:  // |x|^2 - 2 x.y + |y|^2
      SquaredDistancesOfProducts(out.data(), norms, norms_[x], out.size());
  }
}

const double* BruteForce::Fitted(size_t i) {
  if (!fit_.IsSparse()) return fit_.row(i);
  std::ranges::fill(dense_, 0.0);
  for (size_t e = fit_.indptr[i]; e < fit_.indptr[i + 1]; ++e) dense_[fit_.indices[e]] = fit_.values[e];
  return dense_.data();
}

void BruteForce::Pairs(size_t x, size_t n, size_t begin, size_t end, std::span<double> out) {
  const size_t to = end - begin;
  const bool with_missing = fit_.metric == fb::Metric::NanEuclidean;
  for (size_t i = begin; i < end; ++i) {
    const double* row = Fitted(i);
    for (size_t q = 0; q < n; ++q)
      out[q * to + i - begin] =
          with_missing ? NanEuclidean(X_.row(x + q), row, X_.cols) : distance_.Reduced(X_.row(x + q), row);
  }
}

void BruteForce::Reduced(size_t x, size_t n, size_t begin, size_t end, std::span<double> out) {
  const size_t to = end - begin;
  if (fit_.metric == fb::Metric::Precomputed) {
    for (size_t q = 0; q < n; ++q) std::copy_n(X_.row(x + q) + begin, to, out.begin() + static_cast<ptrdiff_t>(q * to));
    return;
  }
  if (by_products_) {
    Dots(x, n, begin, end, out);
    for (size_t q = 0; q < n; ++q) FromDots(x + q, begin, out.subspan(q * to, to));
  } else {
    Pairs(x, n, begin, end, out);
  }
  if (heaps_) return;
  // numpy's partition is of the distances themselves, but for euclidean (_kneighbors_reduce_func).
  if (!by_products_ && fit_.metric != fb::Metric::NanEuclidean) {
    for (double& d : out) d = distance_.FromReduced(d);
  } else if (fit_.metric == fb::Metric::L2) {
    for (double& d : out) d = std::sqrt(narrow_ ? static_cast<float>(d) : d);
  }
  if (!narrow_) return;
  for (double& d : out) d = static_cast<float>(d);
}

void BruteForce::ReducedOfSome(size_t x, std::span<const uint32_t> which, std::span<double> out) {
  constexpr size_t kAtOnce = 64;
  const size_t cols = X_.cols;
  const MatrixView<double> row{X_.data.subspan(x * X_.row_stride), 1, cols, X_.row_stride};
  if (some_.empty()) some_ = arena_.NewUninitialized<double>(kAtOnce * cols);
  double dots[kAtOnce], norms[kAtOnce];
  for (size_t first = 0; first < which.size(); first += kAtOnce) {
    const std::span<const uint32_t> now = which.subspan(first, std::min(kAtOnce, which.size() - first));
    for (size_t i = 0; i < now.size(); ++i) {
      std::copy_n(fit_.row(now[i]), cols, &some_[i * cols]);
      norms[i] = fit_.norms[now[i]];
    }
    // One row by itself is multiplied in another order than several are.
    const size_t n = std::max<size_t>(now.size(), 2);
    if (now.size() == 1) std::copy_n(&some_[0], cols, &some_[cols]);
    Product(row, Weights{some_.data(), n, cols, nullptr}, dots);
    SquaredDistancesOfProducts(dots, norms, norms_[x], now.size());
    std::copy_n(dots, now.size(), &out[first]);
  }
  if (fit_.n_samples % kChunk != 1) return;
  for (size_t i = 0; i < which.size(); ++i) {
    if (which[i] + 1 == fit_.n_samples) Reduced(x, 1, which[i], fit_.n_samples, out.subspan(i, 1));
  }
}

double BruteForce::ToReduced(double radius) const {
  if (heaps_) return distance_.ToReduced(radius);
  const double reduced = fit_.metric == fb::Metric::Euclidean ? radius * radius : radius;
  return narrow_ ? static_cast<float>(reduced) : reduced;  // a number of Python's beside an array of float32
}

double BruteForce::FromReduced(double reduced) const {
  if (heaps_) return distance_.FromReduced(reduced);
  if (fit_.metric != fb::Metric::Euclidean) return reduced;
  return narrow_ ? std::sqrt(static_cast<float>(reduced)) : std::sqrt(reduced);
}

}  // namespace pratique
