// The nearest rows by codes are those of the search of all rows, to the bit, on every target.
#include "estimators/neighbors/coded_rows.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/kernels/targets.h"

namespace pratique::testing {
namespace {

// Rows of a fit, and rows to look for.
struct Fit {
  size_t rows, cols;
  std::vector<double> of_fit, asked, norms;
  Neighbors neighbors = {};

  Fit(size_t rows, size_t cols, size_t n_asked, const std::function<double(size_t, size_t)>& number)
      : rows(rows), cols(cols) {
    for (size_t i = 0; i < rows + n_asked; ++i) {
      for (size_t j = 0; j < cols; ++j) (i < rows ? of_fit : asked).push_back(number(i, j));
    }
    // Some are rows of the fit, and some beside them.
    for (size_t i = 0; i < 4 && i < n_asked; ++i) {
      for (size_t j = 0; j < cols; ++j) asked[i * cols + j] = of_fit[(i * 37 % rows) * cols + j] * (i < 2 ? 1 : 1.01);
    }
    for (size_t i = 0; i < rows; ++i) norms.push_back(SquaredNorm({&of_fit[i * cols], cols}));
    neighbors.n_samples = static_cast<uint32_t>(rows);
    neighbors.n_features = static_cast<uint32_t>(cols);
    neighbors.dtype = fb::DType::Float64;
    neighbors.metric = fb::Metric::Euclidean;
    neighbors.heap_takes = fb::HeapTakes::NotSparsePairs;
    neighbors.introsort = true;
    neighbors.p = 2;
    neighbors.rows = of_fit;
    neighbors.norms = norms;
  }
  MatrixView<double> X() const { return {asked, asked.size() / cols, cols, cols}; }
};

struct Comparison {
  // Expects both searches to give the same; returns how many rows were found by codes.
  size_t Compare(const Fit& fit, size_t k, const std::string& what) {
    SCOPED_TRACE(what);
    Arena arena;
    const auto* coded = CodeRows(fit.neighbors, arena);
    if (coded == nullptr) return 0;
    Signature signature;
    signature.n_features_in = fit.cols;
    const Estimator all{nullptr, nullptr, &signature, {}}, few{nullptr, nullptr, &signature, {}, coded};
    size_t found = 0;
    ForEachTarget([&] {
      Run plain{arena, limits, &all}, run{arena, limits, &few};
      const absl::StatusOr<Nearest> want = fit.neighbors.Find(fit.X(), k, plain);
      const absl::StatusOr<Nearest> got = fit.neighbors.Find(fit.X(), k, run);
      ASSERT_TRUE(want.ok() && got.ok());
      for (size_t i = 0; i < want->distances.size(); ++i) {
        ASSERT_EQ(std::bit_cast<uint64_t>(got->distances[i]), std::bit_cast<uint64_t>(want->distances[i])) << i;
        ASSERT_EQ(got->indices[i], want->indices[i]) << i;
      }
      const Query query{fit.X()};
      BruteForce brute(fit.neighbors, query, true, run);
      NearestByCodes by_codes(*coded, fit.neighbors, brute, k, run);
      found = 0;
      std::vector<double> distances(k);
      std::vector<int64_t> indices(k);
      for (size_t i = 0; i < query.rows.rows; ++i) found += by_codes.Find(i, distances, indices);
    });
    return found;
  }

  Limits limits;
  std::mt19937_64 random{5};
  double Uniform() { return static_cast<double>(random() >> 11) * 0x1p-52 - 1; }
  double Normal() {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += Uniform();
    return sum / 2;
  }
};

TEST(CodedRows, MostAreFoundByThem) {
  Comparison c;
  for (const auto& [rows, cols] : {std::pair(1024, 4), {1100, 30}, {2049, 30}, {3000, 7}, {1537, 64}}) {
    const Fit fit(rows, cols, 60, [&](size_t, size_t) { return c.Normal(); });
    for (const size_t k : {1, 2, 5, 16}) {
      if (k > 5 && cols > 30) continue;  // all are about as far
      EXPECT_GE(c.Compare(fit, k, absl::StrCat(rows, " x ", cols, ", ", k)), 30U) << rows << " x " << cols << ", " << k;
    }
  }
}

TEST(CodedRows, WhateverTheRowsAre) {
  Comparison c;
  struct {
    std::string what;
    std::function<double(size_t, size_t)> number;
  } const kinds[] = {
      {"clusters", [&](size_t i, size_t) { return static_cast<double>(i % 7) * 10 + c.Uniform() * 1e-3; }},
      {"twins", [&](size_t i, size_t j) { return std::sin(static_cast<double>(i % 500 * 31 + j)); }},
      {"few numbers", [&](size_t, size_t) { return std::round(c.Normal()); }},
      {"one number", [](size_t, size_t) { return 3.5; }},
      {"constant columns", [&](size_t, size_t j) { return j % 2 == 0 ? 7 : c.Normal(); }},
      {"one wide column", [&](size_t, size_t j) { return c.Normal() * (j == 0 ? 1e6 : 1); }},
      {"some far", [&](size_t i, size_t) { return c.Normal() * (i % 100 == 3 ? 1e5 : 1); }},
      {"one very far", [&](size_t i, size_t) { return c.Normal() * (i == 3 ? 1e100 : 1); }},
      {"asked far", [&](size_t i, size_t) { return c.Normal() * (i >= 1300 ? 1e3 : 1); }},
      {"asked as far as numbers go", [&](size_t i, size_t) { return c.Normal() * (i >= 1300 ? 1e307 : 1); }},
      {"far from 0", [&](size_t, size_t) { return 1e7 + c.Normal(); }},
      {"so far that products lose all", [&](size_t, size_t) { return 1e15 + c.Normal(); }},
      {"tiny", [&](size_t, size_t) { return c.Normal() * 1e-120; }},
      {"so tiny that squares vanish", [&](size_t, size_t) { return c.Normal() * 1e-170; }},
      {"denormal", [&](size_t, size_t) { return c.Normal() * 1e-310; }},
      {"huge", [&](size_t, size_t) { return c.Normal() * 1e120; }},
      {"so huge that squares are infinite", [&](size_t, size_t) { return c.Normal() * 1e160; }},
      {"of all scales", [&](size_t, size_t) { return std::exp(c.Normal() * 20); }},
  };
  for (const auto& [what, number] : kinds) {
    for (const size_t cols : {4, 9}) {
      const Fit fit(1300, cols, 12, number);
      for (const size_t k : {1, 3, 20}) c.Compare(fit, k, absl::StrCat(what, ", ", cols, " columns, ", k));
    }
  }
}

// The last row is a chunk by itself, and its product is another one's.
TEST(CodedRows, TheLastRowMayBeAlone) {
  Comparison c;
  for (size_t rows : {1537, 2049}) {
    Fit fit(rows, 30, 30, [&](size_t, size_t) { return c.Normal(); });
    for (size_t i = 0; i < 30; ++i) {
      for (size_t j = 0; j < 30; ++j) fit.asked[i * 30 + j] = fit.of_fit[(rows - 1) * 30 + j] + 0.1 * c.Normal();
    }
    EXPECT_EQ(c.Compare(fit, 3, "near the last row"), 30U);
  }
}

TEST(CodedRows, OnlyWhereTheyPay) {
  Comparison c;
  Arena arena;
  const auto codes = [&](Fit& fit) { return CodeRows(fit.neighbors, arena) != nullptr; };
  const auto number = [&](size_t, size_t) { return c.Normal(); };
  Fit fit(1024, 4, 1, number), few(1023, 4, 1, number), narrow(1024, 3, 1, number), wide(1024, 1025, 1, number);
  EXPECT_TRUE(codes(fit));
  EXPECT_FALSE(codes(few) || codes(narrow) || codes(wide));
  fit.neighbors.heap_takes = fb::HeapTakes::Nothing;
  EXPECT_FALSE(codes(fit));
  fit.neighbors.heap_takes = fb::HeapTakes::Alike;
  fit.neighbors.metric = fb::Metric::Manhattan;
  EXPECT_FALSE(codes(fit));
  fit.neighbors.metric = fb::Metric::SqEuclidean;
  EXPECT_TRUE(codes(fit));
  fit.neighbors.search = fb::Search::KDTree;
  EXPECT_FALSE(codes(fit));
}

}  // namespace
}  // namespace pratique::testing
