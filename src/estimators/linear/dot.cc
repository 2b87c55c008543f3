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

}  // namespace

Data LinearScores(const FloatData& X, Array<double> coef, Array<double> intercept, fb::DType fitted, Run& run) {
  return std::visit(
      [&]<template <class> class View, class T>(const View<T>& view) -> Data {
        if (std::is_same_v<T, float> && fitted == fb::DType::Float32)
          return NewScores<float>(view, coef, intercept, run);
        return NewScores<double>(view, coef, intercept, run);
      },
      X);
}

}  // namespace pratique
