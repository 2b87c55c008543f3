// Whatever tree scikit-learn could have, pratique predicts what a plain walk of it gives.
#include <gmock/gmock.h>

#include <cfloat>
#include <cmath>

#include "estimators/tree/threshold.h"
#include "kernels/numpy_sum.h"
#include "pratique/load.h"
#include "tests/estimators/tree/sklearn_fixture.h"

namespace pratique::testing {
namespace {

std::vector<float> RandomRows(std::mt19937_64& random, size_t rows, size_t cols, bool with_nan) {
  std::vector<float> x(rows * cols);
  for (float& v : x) {
    v = static_cast<float>(static_cast<int64_t>(random() % 43) - 21) / 8;
    if (random() % 3 == 0) v = std::nextafterf(v, random() % 2 ? INFINITY : -INFINITY);
    if (random() % 50 == 0) v = random() % 2 ? FLT_MAX : -FLT_MAX;
    if (random() % 50 == 0) v = -0.0f;
    if (with_nan && random() % 10 == 0) v = NAN;
  }
  return x;
}

// The values of all outputs for one row, as sklearn/ensemble/_forest.py and sklearn/tree/_classes.py (1.9) compute
// them.
std::vector<double> Expected(const SklearnModel& model, const float* row) {
  std::vector<double> sum;
  for (const SklearnTree& tree : model.trees) {
    const size_t leaf = tree.Apply(row), width = tree.values_shape[2];
    size_t column = 0;
    for (int64_t k = 0; k < model.n_outputs; ++k) {
      for (int64_t c = 0; c < tree.n_classes[k]; ++c, ++column) {
        if (sum.size() <= column) sum.push_back(0.0);
        const double value = tree.values[(leaf * model.n_outputs + k) * width + c];
        sum[column] = model.is_forest() ? sum[column] + value : value;
      }
    }
  }
  for (double& value : sum) value /= model.is_forest() ? static_cast<double>(model.trees.size()) : 1.0;
  return sum;
}

struct Shape {
  const char* class_name;
  std::vector<std::vector<int64_t>> classes;
  int64_t n_outputs, n_features;
  size_t n_trees, max_splits;
  bool takes_nan;
};

class TreePredicts : public ::testing::TestWithParam<Shape> {};

SklearnModel ModelOf(const Shape& shape, std::mt19937_64& random) {
  SklearnModel model{.class_name = shape.class_name,
                     .n_features = shape.n_features,
                     .n_outputs = shape.n_outputs,
                     .classes = shape.classes};
  model.criterion = model.is_classifier() ? "gini" : "squared_error";
  model.splitter = model.class_name.starts_with("Extra") ? "random" : "best";
  if (!shape.takes_nan) model.version = "1.4.2", model.criterion = "entropy", model.splitter = "random";
  for (size_t t = 0; t < shape.n_trees; ++t)
    model.trees.push_back(RandomTree(random, model, random() % (shape.max_splits + 1)));
  return model;
}

TEST_P(TreePredicts, WhatAPlainWalkGives) {
  const Shape& shape = GetParam();
  std::mt19937_64 random(20240229);
  SklearnModel model = ModelOf(shape, random);
  absl::StatusOr<std::string> prq = ImportModel(model);
  ASSERT_TRUE(prq.ok()) << prq.status();
  absl::StatusOr<Model> loaded = LoadFile(*prq);
  ASSERT_TRUE(loaded.ok()) << loaded.status();

  for (size_t rows : {1, 5, 15, 16, 17, 40, 2100}) {
    const std::vector<float> x = RandomRows(random, rows, shape.n_features, shape.takes_nan);
    const Data X = Dense(std::span<const float>(x), rows, shape.n_features);
    absl::StatusOr<Output> got = loaded->Run(model.is_classifier() ? Method::kPredictProba : Method::kPredict, X);
    ASSERT_TRUE(got.ok()) << got.status();
    for (size_t row = 0; row < rows; ++row) {
      std::vector<double> values;
      for (const Matrix& array : got->arrays) {
        for (size_t c = 0; c < array.cols(); ++c) values.push_back(array.at(row, c));
      }
      ASSERT_EQ(values, Expected(model, x.data() + row * shape.n_features)) << "row " << row << " of " << rows;
    }
  }
}

// scikit-learn before 1.8 sends NaN to the right in decision_path, wherever predict sends it.
TEST_P(TreePredicts, PathsOfOlderReleasesTakeNoNaN) {
  const Shape& shape = GetParam();
  if (!shape.takes_nan) return;
  std::mt19937_64 random(20250302);
  SklearnModel model = ModelOf(shape, random);
  model.version = "1.7.2";
  absl::StatusOr<Model> loaded = LoadFile(*ImportModel(model));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  std::vector<float> x(shape.n_features, 0.5f);
  EXPECT_TRUE(loaded->Run(Method::kDecisionPath, Dense(std::span<const float>(x), 1, x.size())).ok());
  x[0] = std::numeric_limits<float>::quiet_NaN();
  const Data X = Dense(std::span<const float>(x), 1, x.size());
  EXPECT_EQ(GetRejection(loaded->Run(Method::kDecisionPath, X).status())->code, "input.not_finite");
  EXPECT_TRUE(loaded->Run(Method::kApply, X).ok());
}

// apply and decision_path name nodes as scikit-learn does, whatever their numbers.
TEST_P(TreePredicts, NamesNodesAsScikitLearnDoes) {
  const Shape& shape = GetParam();
  std::mt19937_64 random(20250301);
  SklearnModel model = ModelOf(shape, random);
  if (shape.takes_nan) model.version = "1.8.0";  // before, decision_path sends NaN to the right
  absl::StatusOr<Model> loaded = LoadFile(*ImportModel(model));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const size_t rows = 19, n_trees = model.trees.size();
  const std::vector<float> x = RandomRows(random, rows, shape.n_features, shape.takes_nan);
  const Data X = Dense(std::span<const float>(x), rows, shape.n_features);
  const absl::StatusOr<Output> leaves = loaded->Run(Method::kApply, X), paths = loaded->Run(Method::kDecisionPath, X);
  ASSERT_TRUE(leaves.ok()) << leaves.status();
  ASSERT_TRUE(paths.ok() && paths->csr) << paths.status();
  const Matrix& leaf = leaves->arrays[0];
  EXPECT_EQ(leaf.dtype(), DType::kInt64);
  EXPECT_EQ(leaf.shape(), model.is_forest() ? std::vector<size_t>({rows, n_trees}) : std::vector<size_t>({rows}));
  std::vector<int64_t> ends = {0};
  for (const SklearnTree& tree : model.trees) ends.push_back(ends.back() + static_cast<int64_t>(tree.nodes.size()));
  EXPECT_THAT(loaded->n_nodes_ptr(), ::testing::ElementsAreArray(model.is_forest() ? ends : std::vector<int64_t>()));
  EXPECT_EQ(paths->csr->data.dtype(), DType::kInt64);
  EXPECT_EQ(paths->csr->cols, static_cast<size_t>(ends.back()));
  EXPECT_THAT(paths->csr->data.values<int64_t>(), ::testing::Each(1));
  for (size_t row = 0; row < rows; ++row) {
    std::vector<int32_t> expected;
    for (size_t t = 0; t < n_trees; ++t) {
      const std::vector<size_t> path = model.trees[t].Path(x.data() + row * shape.n_features);
      EXPECT_EQ(leaf.at(row, t), static_cast<double>(path.back()));
      for (size_t node : path) expected.push_back(static_cast<int32_t>(ends[t] + static_cast<int64_t>(node)));
    }
    const auto& csr = *paths->csr;
    EXPECT_THAT(std::span(csr.indices).subspan(csr.indptr[row], csr.indptr[row + 1] - csr.indptr[row]),
                ::testing::ElementsAreArray(expected));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, TreePredicts,
    ::testing::Values(
        Shape{"DecisionTreeRegressor", {}, 1, 3, 1, 200, true}, Shape{"DecisionTreeRegressor", {}, 3, 3, 1, 50, true},
        Shape{"DecisionTreeClassifier", {{0, 1}}, 1, 5, 1, 100, true},
        Shape{"DecisionTreeClassifier", {{0, 1}, {5, 6, 7}}, 2, 5, 1, 100, false},
        Shape{"ExtraTreeClassifier", {{3}}, 1, 2, 1, 10, true}, Shape{"ExtraTreeRegressor", {}, 1, 1, 1, 0, false},
        Shape{"RandomForestRegressor", {}, 1, 4, 37, 60, true}, Shape{"RandomForestRegressor", {}, 2, 4, 16, 60, false},
        Shape{"RandomForestClassifier", {{0, 1}}, 1, 7, 33, 80, true},
        Shape{"RandomForestClassifier", {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}}, 1, 7, 5, 300, true},
        Shape{"ExtraTreesClassifier", {{1, 2}, {1, 2, 3}, {9}}, 3, 7, 18, 30, false},
        Shape{"ExtraTreesRegressor", {}, 1, 2, 1, 3, false}));

TEST(TreePredicts, ASingleTreeCopiesMinusZeroAndAForestDoesNot) {
  for (const char* name : {"DecisionTreeRegressor", "RandomForestRegressor"}) {
    SklearnModel model{.class_name = name, .n_features = 1};
    std::mt19937_64 random(1);
    model.trees.push_back(RandomTree(random, model, 0));
    model.trees[0].values = {-0.0};
    absl::StatusOr<Model> loaded = LoadFile(*ImportModel(model));
    const double x[] = {1.0};
    EXPECT_EQ(std::signbit(loaded->Predict(Dense(x, 1, 1))->at(0)), !model.is_forest()) << name;
  }
}

TEST(TreePredicts, AMissingValueAgainstAnInfiniteThreshold) {
  SklearnModel model{.class_name = "DecisionTreeRegressor", .n_features = 1, .criterion = "squared_error"};
  std::mt19937_64 random(1);
  model.trees.push_back(RandomTree(random, model, 1));
  SklearnTree& tree = model.trees[0];
  tree.nodes[0].threshold = INFINITY;
  tree.nodes[0].missing_go_to_left = 0;
  tree.values[static_cast<size_t>(tree.nodes[0].left)] = 10;
  tree.values[static_cast<size_t>(tree.nodes[0].right)] = 20;
  absl::StatusOr<Model> loaded = LoadFile(*ImportModel(model));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const float x[] = {FLT_MAX, -FLT_MAX, 0, NAN};
  EXPECT_THAT(loaded->Predict(Dense(x, 4, 1))->values<double>(), ::testing::ElementsAre(10, 10, 10, 20));
  const double too_large[] = {1e39};
  EXPECT_FALSE(loaded->Predict(Dense(too_large, 1, 1)).ok());
}

// Weights up to 1.3 become probabilities as that release divides them.
TEST(TreePredicts, WeightsOfOldReleasesAreNormalised) {
  SklearnModel model{.version = "1.2.2", .n_features = 1, .classes = {{0, 1, 2, 3, 4, 5, 6, 7, 8}}};
  std::mt19937_64 random(1);
  model.trees.push_back(RandomTree(random, model, 0));
  model.trees[0].values = {0.1, 0.2, 0.3, 0.7, 1.1, 1.3, 1.7, 1.9, 2.3};
  const std::vector<double> weights = model.trees[0].values;
  absl::StatusOr<Model> loaded = LoadFile(*ImportModel(model));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const float x[] = {0};
  absl::StatusOr<Matrix> got = loaded->PredictProba(Dense(x, 1, 1));
  const double sum = NumpySum(weights.data(), weights.size());
  for (size_t c = 0; c < weights.size(); ++c) EXPECT_EQ(got->at(0, c), weights[c] / sum);

  model.trees[0].values.assign(9, 0.0);
  loaded = LoadFile(*ImportModel(model));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->PredictProba(Dense(x, 1, 1))->at(0, 0), 0.0);
}

TEST(RoundedDown, IsTheLargestFloatNotAbove) {
  const double tiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(RoundedDown(1e-50), 0.0f);
  EXPECT_EQ(RoundedDown(-1e-50), -tiny);
  EXPECT_EQ(RoundedDown(tiny), tiny);
  EXPECT_EQ(RoundedDown(FLT_MAX), FLT_MAX);
  EXPECT_EQ(RoundedDown(1e300), FLT_MAX);
  EXPECT_EQ(RoundedDown(INFINITY), FLT_MAX);
  EXPECT_EQ(RoundedDown(std::nextafter(double{FLT_MAX}, 0)), std::nextafterf(FLT_MAX, 0));
  EXPECT_EQ(RoundedDown(-FLT_MAX), -FLT_MAX);
  std::mt19937_64 random(7);
  for (int i = 0; i < 200000; ++i) {
    float near;
    const uint32_t bits = static_cast<uint32_t>(random());
    std::memcpy(&near, &bits, sizeof near);
    if (!std::isfinite(near)) continue;
    double threshold = near;
    for (int step = static_cast<int>(random() % 4); step > 0; --step)
      threshold = std::nextafter(threshold, random() % 2 ? INFINITY : -INFINITY);
    if (threshold < -FLT_MAX) continue;
    const float rounded = RoundedDown(threshold);
    for (float x : {near, std::nextafterf(near, INFINITY), std::nextafterf(near, -INFINITY), 0.0f, -0.0f}) {
      EXPECT_TRUE(!std::isfinite(x) || (x <= rounded) == (x <= threshold)) << x << " " << threshold;
    }
  }
}

}  // namespace
}  // namespace pratique::testing
