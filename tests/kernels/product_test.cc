// Every target of the machine gives the bits of a plain loop.
#include "kernels/product.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/packed_product.h"
#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

// Numbers of many magnitudes, so that another order of summation or a fused multiply-add shows.
double Number(std::mt19937_64& random) {
  const double mantissa = static_cast<double>(static_cast<int64_t>(random() % 2000001) - 1000000) / 999983;
  return std::ldexp(mantissa, static_cast<int>(random() % 12));
}

// The sum as product.h defines it.
template <class T, class Out>
Out Plain(const T* x, const double* w, size_t cols, bool one_output) {
  const auto product_added = [&](size_t k, Out sum) {
    return std::fma(static_cast<Out>(x[k]), static_cast<Out>(w[k]), sum);
  };
  constexpr size_t kSums = std::is_same_v<Out, double> ? 4 : 16;
  Out total = 0;
  if (one_output) {
    const size_t whole = std::is_same_v<Out, double> ? cols / 4 * 4 : cols, at_once = kSums == 4 ? 2048 : cols;
    for (size_t first = 0; first < whole; first += at_once) {
      Out sums[kSums] = {};
      for (size_t k = first; k < std::min(whole, first + at_once); ++k)
        sums[k % kSums] = product_added(k, sums[k % kSums]);
      for (size_t half = kSums / 2; half > 0; half /= 2) {
        for (size_t p = 0; p < half; ++p) sums[p] += sums[p + half];
      }
      total += sums[0];
    }
    if (cols - whole == 1) return product_added(whole, total);
    if (cols - whole > 1) {
      Out sum = product_added(whole, static_cast<Out>(x[whole + 1]) * static_cast<Out>(w[whole + 1]));
      if (cols - whole == 3) sum = product_added(whole + 2, sum);
      total += sum;
    }
    return total;
  }
  for (size_t first = 0, columns; first < cols; first += columns) {
    columns = ColumnsOfBlock<Out>(cols - first);
    Out sum = 0;
    for (size_t k = first; k < first + columns; ++k) sum = product_added(k, sum);
    total = first == 0 ? sum : total + sum;
  }
  return total;
}

template <class T, class Out>
void ExpectBitsOfAPlainLoop(std::mt19937_64& random, size_t rows, size_t cols, size_t n) {
  const size_t stride = cols + random() % 3;
  const bool has_added = random() % 2;
  std::vector<T> x((rows - 1) * stride + cols);  // ends with the last row
  std::vector<double> w(n * cols), added(n);
  for (T& v : x) v = static_cast<T>(Number(random));
  for (double& v : w) v = Number(random);
  for (double& v : added) v = Number(random);
  const MatrixView<T> X{x, rows, cols, stride};
  const Weights weights{w.data(), n, cols, has_added ? added.data() : nullptr};
  std::vector<Out> expected(rows * n + 1, Out{77});
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < n; ++j) {
      expected[i * n + j] = Plain<T, Out>(X.row(i), &w[j * cols], cols, n == 1);
      if (has_added) expected[i * n + j] += static_cast<Out>(added[j]);
    }
  }
  ForEachTarget([&] {
    std::vector<Out> got(rows * n + 1, Out{77});
    Product(X, weights, got.data());
    ASSERT_EQ(std::memcmp(got.data(), expected.data(), got.size() * sizeof(Out)), 0)
        << rows << " x " << cols << ", " << n << " outputs";
    const size_t row = rows / 2;
    std::vector<Out> alone(n);
    Product(MatrixView<T>{X.data.subspan(row * stride, cols), 1, cols, cols}, weights, alone.data());
    ASSERT_EQ(std::memcmp(alone.data(), &expected[row * n], n * sizeof(Out)), 0)
        << "row " << row << " of " << rows << " x " << cols << ", " << n << " outputs";
    if (n == 1) return;
    std::vector<Out> packed(PackedSize(n, cols)), own(X.row(row), X.row(row) + cols);
    PackWeights<Out>(weights, packed);
    PackedProduct<Out>(own.data(), packed.data(), weights, alone.data());
    ASSERT_EQ(std::memcmp(alone.data(), &expected[row * n], n * sizeof(Out)), 0)
        << "packed, row " << row << " of " << rows << " x " << cols << ", " << n << " outputs";
  });
}

void ExpectBitsOfAPlainLoop(std::mt19937_64& random, size_t rows, size_t cols, size_t n) {
  ExpectBitsOfAPlainLoop<float, float>(random, rows, cols, n);
  ExpectBitsOfAPlainLoop<float, double>(random, rows, cols, n);
  ExpectBitsOfAPlainLoop<double, float>(random, rows, cols, n);
  ExpectBitsOfAPlainLoop<double, double>(random, rows, cols, n);
}

TEST(Product, EveryTargetGivesTheBitsOfAPlainLoop) {
  std::mt19937_64 random(4);
  for (size_t rows : {1, 2, 3, 4, 5, 7, 8, 9, 13, 17, 40}) {
    for (size_t cols : {1, 2, 3, 4, 5, 16, 31, 128, 129, 300}) {
      for (size_t n : {1, 2, 4, 7, 16, 25, 50, 130}) ExpectBitsOfAPlainLoop(random, rows, cols, n);
    }
  }
}

TEST(Product, SoDoLongSumsAndManyRows) {
  std::mt19937_64 random(6);
  for (size_t cols : {2047, 2048, 2049, 4100}) ExpectBitsOfAPlainLoop(random, 6, cols, 1);
  for (size_t cols : {255, 256, 257, 511, 512, 513, 777, 1030}) ExpectBitsOfAPlainLoop(random, 9, cols, 3);
  for (size_t n : {1, 3, 60}) ExpectBitsOfAPlainLoop(random, 530, 140, n);
}

TEST(Product, OfNoColumnsOrRows) {
  ForEachTarget([&] {
    const double added[] = {3, 4};
    double out[] = {7, 7, 7, 7};
    Product(MatrixView<double>{{}, 2, 0, 0}, Weights{nullptr, 2, 0, added}, out);
    EXPECT_THAT(out, ::testing::ElementsAre(3, 4, 3, 4));
    Product(MatrixView<double>{{}, 2, 0, 0}, Weights{nullptr, 1, 0, nullptr}, out);
    EXPECT_THAT(out, ::testing::ElementsAre(0, 0, 3, 4));
    Product(MatrixView<double>{{}, 0, 1, 1}, Weights{added, 2, 1, added}, out);
    EXPECT_THAT(out, ::testing::ElementsAre(0, 0, 3, 4));
  });
}

// Infinity and NaN of one row or output are no other's.
TEST(Product, WhatIsNotFiniteStaysWhereItIs) {
  const double inf = std::numeric_limits<double>::infinity();
  for (size_t n : {1, 3, 9}) {
    std::vector<double> x(9 * 20, 1), w(n * 20, 1);
    x[4 * 20 + 19] = inf;
    w[(n - 1) * 20] = 0;
    x[5 * 20] = inf;
    ForEachTarget([&] {
      std::vector<double> out(9 * n);
      Product(MatrixView<double>{x, 9, 20, 20}, Weights{w.data(), n, 20, nullptr}, out.data());
      for (size_t i = 0; i < 9; ++i) {
        for (size_t j = 0; j < n; ++j) {
          const bool last = j + 1 == n;
          if (i == 5 && last)
            EXPECT_TRUE(std::isnan(out[i * n + j]));
          else
            EXPECT_EQ(out[i * n + j], i == 4 || i == 5 ? inf : last ? 19 : 20);
        }
      }
    });
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
  std::vector<Out> expected(rows * n);
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < n; ++j) {
      Out sum = 0;
      for (int64_t e = indptr[i]; e < indptr[i + 1]; ++e) {
        const Out product = static_cast<Out>(data[e]) * static_cast<Out>(w[j * cols + indices[e]]);
        sum += product;
      }
      expected[i * n + j] = sum + static_cast<Out>(added[j]);
    }
  }
  ForEachTarget([&] {
    std::vector<Out> got(rows * n);
    Product(CsrView<T>{rows, cols, indptr, indices, data}, Weights{w.data(), n, cols, added.data()}, got.data());
    EXPECT_EQ(got, expected) << rows << " rows, " << n << " outputs";
  });
}

TEST(Product, SparseRowsAreSummedAsScipyDoes) {
  std::mt19937_64 random(5);
  for (size_t rows : {1, 30}) {  // few entries a column, and many
    for (size_t n : {1, 3, 4, 9, 17, 33, 70}) {
      ExpectSparseBits<float, float>(random, rows, 50, n);
      ExpectSparseBits<double, double>(random, rows, 300, n);
      ExpectSparseBits<float, double>(random, rows, 50, n);
      ExpectSparseBits<double, double>(random, rows, 50, n);
    }
  }
}

}  // namespace
}  // namespace pratique::testing
