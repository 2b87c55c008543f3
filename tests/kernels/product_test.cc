// Every target of the machine gives the bits of a plain loop.
#include "kernels/product.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

// Numbers of many magnitudes, so that another order of summation or a fused multiply-add shows.
double Number(std::mt19937_64& random) {
  const double mantissa = static_cast<double>(static_cast<int64_t>(random() % 2000001) - 1000000) / 999983;
  return std::ldexp(mantissa, static_cast<int>(random() % 12));
}

template <class T, class Out>
void ExpectBitsOfAPlainLoop(std::mt19937_64& random, size_t rows, size_t cols, size_t n, bool has_added) {
  const size_t stride = cols + random() % 3;
  std::vector<T> x(rows * stride);
  std::vector<double> w(n * cols), added(n);
  for (T& v : x) v = static_cast<T>(Number(random));
  for (double& v : w) v = Number(random);
  for (double& v : added) v = Number(random);
  const MatrixView<T> X{x, rows, cols, stride};
  std::vector<Out> expected(rows * n + 1, Out{77});
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (size_t k = 0; k < cols; ++k) {
        const double product = static_cast<double>(X(i, k)) * w[j * cols + k];
        sum += product;
      }
      expected[i * n + j] = static_cast<Out>(sum);
      if (has_added) expected[i * n + j] += static_cast<Out>(added[j]);
    }
  }
  ForEachTarget([&] {
    std::vector<Out> got(rows * n + 1, Out{77});
    Product(X, Weights{w.data(), n, cols, has_added ? added.data() : nullptr}, got.data());
    ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(Out)), 0)
        << rows << " x " << cols << ", " << n << " outputs";
  });
}

TEST(Product, EveryTargetGivesTheBitsOfAPlainLoop) {
  std::mt19937_64 random(4);
  for (size_t rows : {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 40}) {
    for (size_t cols : {1, 5, 255, 256, 257, 600}) {
      for (size_t n : {1, 2, 4, 7, 130}) {
        const bool has_added = random() % 2;
        ExpectBitsOfAPlainLoop<float, float>(random, rows, cols, n, has_added);
        ExpectBitsOfAPlainLoop<float, double>(random, rows, cols, n, has_added);
        ExpectBitsOfAPlainLoop<double, float>(random, rows, cols, n, has_added);
        ExpectBitsOfAPlainLoop<double, double>(random, rows, cols, n, has_added);
      }
    }
  }
}

template <class T, class Out>
void ExpectSparseBits(std::mt19937_64& random, size_t rows, size_t cols, size_t n) {
  std::vector<int64_t> indptr{0};
  std::vector<int32_t> indices;
  std::vector<T> data;
  for (size_t i = 0; i < rows; ++i) {
    for (size_t k = cols; k-- > 0;) {  // in another order than the columns'
      if (random() % 4 != 0) continue;
      indices.push_back(static_cast<int32_t>(k));
      data.push_back(static_cast<T>(Number(random)));
    }
    indptr.push_back(static_cast<int64_t>(indices.size()));
  }
  std::vector<double> w(n * cols), added(n);
  for (double& v : w) v = Number(random);
  for (double& v : added) v = Number(random);
  std::vector<Out> got(rows * n);
  Product(CsrView<T>{rows, cols, indptr, indices, data}, Weights{w.data(), n, cols, added.data()}, got.data());
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < n; ++j) {
      Out sum = 0;
      for (int64_t e = indptr[i]; e < indptr[i + 1]; ++e) {
        const Out product = static_cast<Out>(data[e]) * static_cast<Out>(w[j * cols + indices[e]]);
        sum += product;
      }
      ASSERT_EQ(got[i * n + j], sum + static_cast<Out>(added[j]));
    }
  }
}

TEST(Product, SparseRowsAreSummedAsScipyDoes) {
  std::mt19937_64 random(5);
  for (size_t rows : {1, 30}) {
    for (size_t n : {1, 3, 4, 9}) {
      ExpectSparseBits<float, float>(random, rows, 50, n);
      ExpectSparseBits<float, double>(random, rows, 50, n);
      ExpectSparseBits<double, double>(random, rows, 50, n);
    }
  }
}

}  // namespace
}  // namespace pratique::testing
