// Euclidean distances of rows to centers, and the nearest of them: what all clusterings by centers share.
#pragma once

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "kernels/distances.h"
#include "kernels/exp.h"
#include "kernels/squared_norm.h"
#include "model/check_array.h"
#include "model/input_error.h"
#include "model/run.h"

namespace pratique {

inline bool IsFloat32(const FloatData& X) {
  return std::holds_alternative<MatrixView<float>>(X) || std::holds_alternative<CsrView<float>>(X);
}

// predict of k-means is compiled for X of the dtype of the centers.
inline absl::Status CheckDTypeOfFit(const FloatData& X, fb::DType fitted, const Run& run) {
  if (IsFloat32(X) == (fitted == fb::DType::Float32)) return absl::OkStatus();
  return BadInput("input.dtype",
                  absl::StrCat("predict of ", std::string(run.self->type->short_name()),
                               " takes X of the dtype that it was fitted on, as scikit-learn does"),
                  IsFloat32(X) ? "float32" : "float64", IsFloat32(X) ? "float64" : "float32");
}

// |row|^2 of each row, summed from the first column on.
template <class T>
std::span<double> SquaredNorms(const MatrixView<T>& x, Run& run) {
  std::span<double> norms = run.arena.New<double>(x.rows);
  if constexpr (std::is_same_v<T, double>) {
    if (x.row_stride == x.cols) {  // the squared distances to 0
      SquaredDistancesOfOne(run.arena.New<double>(x.cols).data(), x.data.data(), x.cols, nullptr, x.rows, norms.data());
      return norms;
    }
  }
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

// The same as euclidean_distances takes it, of dense rows by numpy's einsum (sklearn/utils/extmath.py row_norms, 1.9).
template <class View>
std::span<double> RowNorms(const View& x, Run& run) {
  if constexpr (requires { x.indptr; }) {
    return SquaredNorms(x, run);
  } else {
    std::span<double> norms = run.arena.NewUninitialized<double>(x.rows), row = run.arena.New<double>(x.cols);
    for (size_t i = 0; i < x.rows; ++i) {
      std::copy_n(x.row(i), x.cols, row.begin());
      norms[i] = EinsumSquares(row.data(), x.cols);
    }
    return norms;
  }
}

// How |x|^2 of dense rows is summed: by euclidean_distances, or by what finds the nearest with a heap.
enum class NormsOf : uint8_t { kDistances, kHeaps };

// sklearn/metrics/pairwise.py euclidean_distances (1.9): -2 x.c + |x|^2 + |c|^2, which (i, k) gives, not below 0.
class DistancesToCenters {
 public:
  // `centers`: n rows of as many columns as x has; n is not 0.
  DistancesToCenters(const FloatData& x, Array<double> centers, size_t n, NormsOf norms, Run& run)
      : dot_(std::get<MatrixView<double>>(LinearScores(x, centers, run.arena.New<double>(n), fb::DType::Float64, run))),
        of_rows_(std::visit([&](const auto& view) { return Norms(view, norms, run); }, x)),
        of_centers_(Norms(MatrixView<double>{centers, n, centers.size() / n, centers.size() / n}, norms, run)) {}

  size_t rows() const { return dot_.rows; }
  size_t centers() const { return dot_.cols; }
  double operator()(size_t i, size_t k) const {
    const double squared = Sum(i, k);
    return squared > 0 ? squared : 0;
  }
  // Rounded to T. NaN, of sums too large for a double, stays (numpy's maximum).
  template <class T>
  T Rounded(size_t i, size_t k) const {
    const double squared = Sum(i, k);
    return static_cast<T>(squared < 0 ? 0 : squared);
  }
  // The root of it in T.
  template <class T>
  T Distance(size_t i, size_t k) const {
    return std::sqrt(Rounded<T>(i, k));
  }

 private:
  template <class View>
  static std::span<double> Norms(const View& x, NormsOf norms, Run& run) {
    return norms == NormsOf::kDistances ? RowNorms(x, run) : SquaredNorms(x, run);
  }
  double Sum(size_t i, size_t k) const { return -2 * dot_.row(i)[k] + of_rows_.data()[i] + of_centers_.data()[k]; }

  MatrixView<double> dot_;
  std::span<const double> of_rows_, of_centers_;
};

// {rows, centers}: float32 if `narrow`.
inline Data Distances(const DistancesToCenters& squared, bool narrow, Run& run) {
  const auto distances = [&]<class T>(T) -> Data {
    const size_t n = squared.centers();
    std::span<T> out = NewMatrix<T>(run, squared.rows(), n);
    T* to = out.data();
    for (size_t i = 0; i < squared.rows(); ++i) {
      for (size_t k = 0; k < n; ++k) *to++ = squared.Rounded<T>(i, k);
    }
    Sqrt(out);
    return MatrixView<T>{out, squared.rows(), n, n};
  };
  return narrow ? distances(float{}) : distances(double{});
}

// The first k of the least distance(i, k) of each row, as scikit-learn's heap of one finds it
// (sklearn/metrics/_pairwise_distances_reduction/_argkmin.pyx.tp, 1.9).
template <class Distance>
std::span<uint32_t> NearestOfRows(size_t rows, size_t n, Run& run, Distance distance) {
  std::span<uint32_t> nearest = run.arena.New<uint32_t>(rows);
  for (size_t i = 0; i < rows; ++i) {
    double best = DBL_MAX;
    for (size_t k = 0; k < n; ++k) {
      const double d = distance(i, k);
      if (d >= best) continue;
      best = d;
      nearest[i] = static_cast<uint32_t>(k);
    }
  }
  return nearest;
}

// pairwise_distances_argmin for the metric euclidean: by squares, or, where `roots`, by distances, rounded to float32
// where `narrow`.
inline std::span<uint32_t> NearestCenterOfRows(const DistancesToCenters& squared, bool roots, bool narrow, Run& run) {
  const size_t rows = squared.rows(), n = squared.centers();
  if (!roots) return NearestOfRows(rows, n, run, squared);
  if (narrow)
    return NearestOfRows(rows, n, run, [&](size_t i, size_t k) { return double{squared.Distance<float>(i, k)}; });
  return NearestOfRows(rows, n, run, [&](size_t i, size_t k) { return squared.Distance<double>(i, k); });
}

}  // namespace pratique
