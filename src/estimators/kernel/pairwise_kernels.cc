#include "estimators/kernel/pairwise_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/distances.h"
#include "kernels/exp.h"
#include "kernels/product.h"
#include "model/input_error.h"
#include "model/views.h"

namespace pratique {
namespace {

template <class T, class X>
std::span<T> Products(const MatrixView<X>& x, const MatrixView<double>& rows, Run& run) {
  std::span<T> out = NewMatrix<T>(run, x.rows, rows.rows);
  Product(x, Weights{rows.data.data(), rows.rows, rows.cols, nullptr}, out.data());
  return out;
}

template <class T>
double SquaredNorm(const T* row, size_t n) {
  double sum = 0;
  for (size_t j = 0; j < n; ++j) sum += static_cast<double>(row[j]) * static_cast<double>(row[j]);
  return sum;
}

// euclidean_distances(squared=True): float32 rows by way of float64.
template <class T>
std::span<T> SquaredDistances(const MatrixView<T>& x, const MatrixView<double>& rows, Run& run) {
  std::span<double> products = Products<double>(x, rows, run), norms = run.arena.NewUninitialized<double>(rows.rows);
  // Each is the distance to 0.
  SquaredDistancesOfOne(run.arena.New<double>(rows.cols).data(), rows.row(0), rows.cols, nullptr, rows.rows,
                        norms.data());
  std::span<T> out;
  if constexpr (std::is_same_v<T, double>)
    out = products;
  else
    out = NewMatrix<T>(run, x.rows, rows.rows);
  for (size_t i = 0; i < x.rows; ++i) {
    const double norm = SquaredNorm(x.row(i), x.cols);
    for (size_t k = 0; k < rows.rows; ++k) {
      const double d = -2 * products[i * rows.rows + k] + norm + norms[k];
      out[i * rows.rows + k] = static_cast<T>(d > 0 || d != d ? d : 0);
    }
  }
  return out;
}

template <class T>
std::span<T> ManhattanDistances(const MatrixView<T>& x, const MatrixView<double>& rows, Run& run) {
  std::span<T> out = NewMatrix<T>(run, x.rows, rows.rows);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t k = 0; k < rows.rows; ++k) {
      double sum = 0;
      for (size_t j = 0; j < x.cols; ++j) sum += std::abs(static_cast<double>(x(i, j)) - rows(k, j));
      out[i * rows.rows + k] = static_cast<T>(sum);
    }
  }
  return out;
}

// sklearn/metrics/_pairwise_fast.pyx _chi2_kernel_fast.
template <class T>
std::span<T> AdditiveChi2(const MatrixView<T>& x, const MatrixView<double>& rows, Run& run) {
  std::span<T> out = NewMatrix<T>(run, x.rows, rows.rows);
  for (size_t i = 0; i < x.rows; ++i) {
    for (size_t k = 0; k < rows.rows; ++k) {
      double sum = 0;
      for (size_t j = 0; j < x.cols; ++j) {
        const T y = static_cast<T>(rows(k, j)), difference = x(i, j) - y, both = x(i, j) + y;
        if (both != 0) sum += double{difference} * difference / both;
      }
      out[i * rows.rows + k] = static_cast<T>(-sum);
    }
  }
  return out;
}

// Rows over their norms; one of zeros, or as short as steps of 1 are, stays as it is (sklearn/preprocessing/_data.py
// normalize, 1.9).
template <class T>
std::span<T> Normalized(const auto& x, Run& run) {
  std::span<T> out = NewMatrix<T>(run, x.rows, x.cols);
  for (size_t i = 0; i < x.rows; ++i) {
    T norm = static_cast<T>(std::sqrt(SquaredNorm(x.row(i), x.cols)));
    if (norm < 10 * std::numeric_limits<T>::epsilon()) norm = 1;
    for (size_t j = 0; j < x.cols; ++j) out[i * x.cols + j] = static_cast<T>(x(i, j)) / norm;
  }
  return out;
}

template <class T>
std::span<T> Cosines(const MatrixView<T>& x, const MatrixView<double>& rows, Run& run) {
  std::span<T> of_x = Normalized<T>(x, run), of_rows = Normalized<T>(rows, run);
  std::span<double> wide = run.arena.NewUninitialized<double>(of_rows.size());
  std::ranges::copy(of_rows, wide.begin());
  return Products<T>(MatrixView<T>{of_x, x.rows, x.cols, x.cols},
                     MatrixView<double>{wide, rows.rows, rows.cols, rows.cols}, run);
}

template <class T>
absl::StatusOr<Data> ValuesOf(const PairwiseKernel& k, const MatrixView<T>& x, const MatrixView<double>& rows,
                              Run& run) {
  const T gamma = static_cast<T>(k.gamma), coef0 = static_cast<T>(k.coef0);
  std::span<T> out;
  const auto each = [&](std::span<T> values, auto f) {
    out = values;
    for (T& v : out) v = f(v);
  };
  if (k.IsOfCounts()) {
    for (size_t i = 0; i < x.rows; ++i) {
      for (size_t j = 0; j < x.cols; ++j) {
        if (x(i, j) < 0) return BadInput("input.negative", "X contains negative values, which this kernel refuses");
      }
    }
  }
  switch (k.metric) {
    case fb::PairwiseMetric::Linear:
    case fb::PairwiseMetric::Precomputed:  // the caller's own
      out = Products<T>(x, rows, run);
      break;
    case fb::PairwiseMetric::Poly:
      each(Products<T>(x, rows, run), [&](T v) { return std::pow(v * gamma + coef0, static_cast<T>(k.degree)); });
      break;
    case fb::PairwiseMetric::Sigmoid:
      each(Products<T>(x, rows, run), [&](T v) { return v * gamma + coef0; });
      Tanh(out);
      break;
    case fb::PairwiseMetric::Rbf:
      each(SquaredDistances(x, rows, run), [&](T v) { return v * -gamma; });
      Exp(out);
      break;
    case fb::PairwiseMetric::Laplacian:
      each(ManhattanDistances(x, rows, run), [&](T v) { return -gamma * v; });
      Exp(out);
      break;
    case fb::PairwiseMetric::Cosine:
      out = Cosines(x, rows, run);
      break;
    case fb::PairwiseMetric::AdditiveChi2:
      out = AdditiveChi2(x, rows, run);
      break;
    case fb::PairwiseMetric::Chi2:
      each(AdditiveChi2(x, rows, run), [&](T v) { return v * gamma; });
      Exp(out);
      break;
  }
  return MatrixView<T>{out, x.rows, rows.rows, rows.rows};
}

}  // namespace

bool PairwiseKernel::HasGamma() const {
  return HasCoef0() || metric == fb::PairwiseMetric::Rbf || metric == fb::PairwiseMetric::Laplacian ||
         metric == fb::PairwiseMetric::Chi2;
}

absl::StatusOr<fb::PairwiseMetric> PairwiseMetricOf(const ImportContext& context, graph::Id id,
                                                    std::string_view attribute) {
  static constexpr std::pair<std::string_view, fb::PairwiseMetric> kNames[] = {
      {"linear", fb::PairwiseMetric::Linear},
      {"poly", fb::PairwiseMetric::Poly},
      {"polynomial", fb::PairwiseMetric::Poly},
      {"rbf", fb::PairwiseMetric::Rbf},
      {"sigmoid", fb::PairwiseMetric::Sigmoid},
      {"cosine", fb::PairwiseMetric::Cosine},
      {"laplacian", fb::PairwiseMetric::Laplacian},
      {"chi2", fb::PairwiseMetric::Chi2},
      {"additive_chi2", fb::PairwiseMetric::AdditiveChi2},
      {"precomputed", fb::PairwiseMetric::Precomputed}};
  constexpr std::string_view kHelp =
      "linear, poly, rbf, sigmoid, cosine, laplacian, chi2, additive_chi2 and precomputed are supported.";
  const bool is_text = !context.IsNone(id) && context.graph()[id].kind == graph::Kind::kStr;
  if (!is_text) return context.Unsupported(attribute, "a function", kHelp);
  const std::string_view text = context.graph()[id].text;
  for (const auto& [name, metric] : kNames) {
    if (text == name) return metric;
  }
  return context.Unsupported(attribute, text, kHelp);
}

absl::StatusOr<Data> PairwiseKernelValues(const PairwiseKernel& kernel, const MatrixView<float>& x,
                                          const MatrixView<double>& rows, Run& run) {
  if (kernel.metric != fb::PairwiseMetric::Laplacian) return ValuesOf(kernel, x, rows, run);
  return ValuesOf(kernel, std::get<MatrixView<double>>(AsDoubles(x, run)), rows, run);
}
absl::StatusOr<Data> PairwiseKernelValues(const PairwiseKernel& kernel, const MatrixView<double>& x,
                                          const MatrixView<double>& rows, Run& run) {
  return ValuesOf(kernel, x, rows, run);
}

}  // namespace pratique
