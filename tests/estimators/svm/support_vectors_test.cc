// Sparse vectors by columns give the bits of walks.
#include "estimators/svm/support_vectors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace pratique {
namespace {

TEST(SupportVectors, ByColumnsTheyGiveTheBitsOfWalks) {
  std::mt19937_64 random(16);
  const auto number = [&] { return static_cast<double>(random() >> 11) * 0x1p-52 - 1; };
  for (const uint32_t n_features : {1, 2, 9, 40}) {
    for (const uint32_t n_vectors : {1, 3, 4, 50}) {
      for (const unsigned one_in : {1, 3, 10}) {
        std::vector<uint32_t> indptr = {0}, indices;
        std::vector<double> values;
        for (uint32_t s = 0; s < n_vectors; ++s) {
          for (uint32_t j = 0; j < n_features; ++j) {
            if (random() % one_in != 0) continue;
            indices.push_back(j);
            values.push_back(random() % 8 == 0 ? 0 : number());
          }
          indptr.push_back(static_cast<uint32_t>(indices.size()));
        }
        SupportVectors v{};
        v.n_vectors = n_vectors;
        v.n_features = n_features;
        v.gamma = 0.3;
        v.coef0 = 0.1;
        v.degree = 3;
        v.indptr = indptr;
        v.indices = indices;
        v.values = values;
        Arena arena;
        const auto* columns = static_cast<const SupportColumns*>(v.Prepare(arena));
        ASSERT_EQ(columns != nullptr, values.size() >= n_features);
        if (columns == nullptr) continue;

        // Rows without numbers, with zeros among them, and with columns that come twice.
        std::vector<int64_t> of_rows = {0};
        std::vector<int32_t> of_columns;
        std::vector<double> data;
        for (int row = 0; row < 20; ++row) {
          for (uint32_t j = 0; j < n_features && row > 0; ++j) {
            for (size_t times = random() % 5; times > 2; --times) {
              of_columns.push_back(static_cast<int32_t>(j));
              data.push_back(random() % 8 == 0 ? 0 : number());
            }
          }
          of_rows.push_back(static_cast<int64_t>(data.size()));
        }
        CsrView<double> x{};
        x.rows = 20;
        x.cols = n_features;
        x.indptr = of_rows;
        x.indices = of_columns;
        x.data = data;
        for (const auto kernel :
             {fb::KernelKind::Linear, fb::KernelKind::Poly, fb::KernelKind::Rbf, fb::KernelKind::Sigmoid}) {
          v.kernel = kernel;
          std::vector<double> walked(n_vectors), got(n_vectors), scratch(n_features);
          for (size_t row = 0; row < x.rows; ++row) {
            v.Kernel(x, row, walked, scratch, nullptr);
            v.Kernel(x, row, got, scratch, columns);
            ASSERT_EQ(std::memcmp(got.data(), walked.data(), n_vectors * sizeof(double)), 0)
                << n_features << " features, " << n_vectors << " vectors, row " << row;
          }
        }
      }
    }
  }
}

TEST(SupportVectors, NoColumnsOfFewNumbers) {
  const uint32_t indptr[] = {0, 1}, indices[] = {4};
  const double values[] = {1}, dense[] = {1, 2};
  SupportVectors v{};
  v.n_vectors = 1;
  v.n_features = 2;
  Arena arena;
  v.dense = dense;
  EXPECT_EQ(v.Prepare(arena), nullptr);
  v.dense = {};
  v.indptr = indptr;
  v.indices = indices;
  v.values = values;
  EXPECT_EQ(v.Prepare(arena), nullptr);
}

}  // namespace
}  // namespace pratique
