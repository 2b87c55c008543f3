#include "estimators/linear/dot.h"

#include <type_traits>
#include <variant>

#include "kernels/product.h"

namespace pratique {
namespace {

template <class Out, class View>
Data NewScores(const View& X, Array<double> coef, Array<double> intercept, Run& run) {
  const size_t n = intercept.size();
  std::span<Out> out = NewMatrix<Out>(run, X.rows, n);
  Product(X, Weights{coef.data(), n, X.cols, intercept.data()}, out.data());
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

}  // namespace pratique
