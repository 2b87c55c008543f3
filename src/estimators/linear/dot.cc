#include "estimators/linear/dot.h"

#include <algorithm>
#include <type_traits>
#include <variant>
#include <vector>

#include "kernels/packed_product.h"
#include "kernels/product.h"
#include "kernels/visit.h"
#include "status_macros.h"

namespace pratique {
namespace {

template <class Out, class View>
Data NewScores(const View& X, Array<double> coef, Array<double> intercept, Run& run) {
  const size_t n = intercept.size();
  std::span<Out> out = NewMatrix<Out>(run, X.rows, n);
  Product(X, Weights{coef.data(), n, X.cols, intercept.data()}, out.data());
  return MatrixView<Out>{out, X.rows, n, n};
}

// The same of few rows.
template <class Out, class T>
Data ScoresOfFew(const MatrixView<T>& X, std::span<const Out> packed, Array<double> intercept, Run& run) {
  const size_t n = intercept.size();
  std::span<Out> out = NewMatrix<Out>(run, X.rows, n);
  for (size_t i = 0; i < X.rows; ++i) {
    const Out* row;
    if constexpr (std::is_same_v<T, Out>) {
      row = X.row(i);
    } else {
      std::span<Out> wide = run.arena.NewUninitialized<Out>(X.cols);
      std::copy_n(X.row(i), X.cols, wide.begin());
      row = wide.data();
    }
    PackedProduct<Out>(row, packed.data(), Weights{nullptr, n, X.cols, intercept.data()}, &out[i * n]);
  }
  return MatrixView<Out>{out, X.rows, n, n};
}

// The product in float32, the sum in float64.
template <class View>
Data NewWideScores(const View& X, Array<double> coef, Array<double> intercept, Run& run) {
  const size_t n = intercept.size();
  std::span<float> product = NewMatrix<float>(run, X.rows, n);
  Product(X, Weights{coef.data(), n, X.cols, nullptr}, product.data());
  std::span<double> out = NewMatrix<double>(run, X.rows, n);
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(product[i]) + intercept[i % n];
  return MatrixView<double>{out, X.rows, n, n};
}

}  // namespace

Data LinearScores(const FloatData& X, Array<double> coef, Array<double> intercept, fb::DType fitted, Run& run,
                  bool float64_intercept) {
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& view) -> Data {
        const bool narrow = std::is_same_v<T, float> && fitted == fb::DType::Float32;
        if (narrow && float64_intercept) return NewWideScores(view, coef, intercept, run);
        if (narrow) return NewScores<float>(view, coef, intercept, run);
        return NewScores<double>(view, coef, intercept, run);
      },
      X);
}

const LinearWeights* LayOut(Array<double> coef, size_t n, fb::DType fitted, Arena& arena) {
  constexpr size_t kFewestOutputs = 6, kFewestWeights = 2048, kMostWeights = size_t{1} << 17;
  if (n < kFewestOutputs || coef.size() < kFewestWeights || coef.size() > kMostWeights) return nullptr;
  const Weights weights{coef.data(), n, coef.size() / n, nullptr};
  LinearWeights* laid_out = arena.New<LinearWeights>(1).data();
  const auto lay_out = [&]<class Out>(std::span<const Out>& to) {
    const std::span<Out> packed = arena.NewUninitialized<Out>(PackedSize(n, weights.cols));
    PackWeights(weights, packed);
    to = packed;
  };
  if (fitted == fb::DType::Float32)
    lay_out(laid_out->floats);
  else
    lay_out(laid_out->doubles);
  return laid_out;
}

absl::StatusOr<Data> CheckedLinearScores(const Data& X, Array<double> coef, Array<double> intercept, fb::DType fitted,
                                         Run& run, bool float64_intercept, const LinearWeights* weights) {
  const auto of = [&](const Data& x, Run& its) -> absl::StatusOr<Data> {
    ASSIGN_OR_RETURN(const FloatData floats, CheckFloats(x, its, Finite::kRequired, static_cast<DType>(fitted)));
    if (weights != nullptr && Rows(x) <= kFewRows) {
      const auto* narrow = std::get_if<MatrixView<float>>(&floats);
      const auto* wide = std::get_if<MatrixView<double>>(&floats);
      const bool is_narrow = fitted == fb::DType::Float32;
      if (narrow != nullptr && is_narrow) return ScoresOfFew(*narrow, weights->floats, intercept, its);
      if (narrow != nullptr) return ScoresOfFew(*narrow, weights->doubles, intercept, its);
      if (wide != nullptr && !is_narrow) return ScoresOfFew(*wide, weights->doubles, intercept, its);
    }
    return LinearScores(floats, coef, intercept, fitted, its, float64_intercept);
  };
  const auto in_parts = [&]<class T>(const MatrixView<T>& x) -> absl::StatusOr<Data> {
    constexpr size_t kBytes = size_t{1} << 20,
                     kFewest = 256;  // of several outputs, whose weights are packed for each part
    const size_t fit = kBytes / (sizeof(T) * std::max<size_t>(1, x.cols));
    const size_t step = std::max(fit, intercept.size() == 1 ? size_t{32} : kFewest);
    if (x.rows <= step) return of(x, run);
    std::vector<Data> parts;
    for (size_t row = 0; row < x.rows; row += step) {
      MatrixView<T> part = x;
      part.rows = std::min(step, x.rows - row);
      part.data = x.data.subspan(row * x.row_stride, (part.rows - 1) * x.row_stride + x.cols);
      Run its{run.arena, run.limits, run.self, run.first_row + row, run.n_rows};
      ASSIGN_OR_RETURN(parts.emplace_back(), of(part, its));
    }
    return VisitDense(parts[0], [&]<class Out>(const MatrixView<Out>& first) -> Data {
      std::span<Out> out = NewMatrix<Out>(run, x.rows, first.cols);
      Out* to = out.data();
      for (const Data& part : parts) to = std::ranges::copy(std::get<MatrixView<Out>>(part).data, to).out;
      return MatrixView<Out>{out, x.rows, first.cols, first.cols};
    });
  };
  if (const auto* floats = std::get_if<MatrixView<float>>(&X)) return in_parts(*floats);
  if (const auto* doubles = std::get_if<MatrixView<double>>(&X)) return in_parts(*doubles);
  return of(X, run);
}

absl::StatusOr<Data> IntegerScores(const Data& X, Array<double> coef, Array<double> intercept, Run& run) {
  ASSIGN_OR_RETURN(const NumericData x, CheckNumbers(X, run));
  const auto whole = [](double v) { return static_cast<uint64_t>(static_cast<int64_t>(v)); };
  const size_t n = intercept.size();
  const auto scores = [&](size_t rows, size_t cols, auto&& for_row) -> Data {
    std::span<int64_t> out = NewMatrix<int64_t>(run, rows, n);
    for (size_t i = 0; i < rows; ++i) {
      for (size_t k = 0; k < n; ++k) {
        uint64_t sum = whole(intercept[k]);
        for_row(i, [&](size_t j, int64_t v) { sum += static_cast<uint64_t>(v) * whole(coef[k * cols + j]); });
        out[i * n + k] = static_cast<int64_t>(sum);
      }
    }
    return MatrixView<int64_t>{out, rows, n, n};
  };
  if (const auto* dense = std::get_if<MatrixView<int64_t>>(&x)) {
    return scores(dense->rows, dense->cols, [&](size_t i, auto&& add) {
      for (size_t j = 0; j < dense->cols; ++j) add(j, (*dense)(i, j));
    });
  }
  if (const auto* csr = std::get_if<CsrView<int64_t>>(&x)) {
    return scores(csr->rows, csr->cols, [&](size_t i, auto&& add) {
      const auto begin = static_cast<size_t>(csr->indptr[i]), end = static_cast<size_t>(csr->indptr[i + 1]);
      for (size_t at = begin; at < end; ++at) add(static_cast<size_t>(csr->indices[at]), csr->data[at]);
    });
  }
  ASSIGN_OR_RETURN(const FloatData floats, CheckFloats(X, run, Finite::kRequired, DType::kFloat64));
  return LinearScores(floats, coef, intercept, fb::DType::Float64, run);
}

}  // namespace pratique
