// What the invariants of radius neighbours, outliers and densities say. (The numbers are judged by tests/models.)
#include <gmock/gmock.h>

#include "estimators/neighbors/kernel_density.h"
#include "estimators/neighbors/local_outlier_factor.h"
#include "estimators/neighbors/radius_neighbors.h"

namespace pratique {
namespace {

constexpr double kRows[] = {0, 0, 0, 1, 3, 4, 3, 5}, kNorms[] = {0, 1, 25, 34}, kFour[] = {1, 2, 3, 4};
constexpr uint32_t kLabels[] = {0, 1, 1, 0}, kOne[] = {1}, kTwo[] = {2};
constexpr int64_t kSides[] = {7, 9};
const Values kClasses[] = {{fb::DType::Int64, fb::Missing::No, kSides, {}, {}}};

Neighbors Rows() {
  Neighbors n{};
  n.n_samples = 4;
  n.n_features = 2;
  n.metric = fb::Metric::Euclidean;
  n.p = 2;
  n.rows = kRows;
  n.norms = kNorms;
  return n;
}

template <class S>
std::string Broken(const S& state) {
  const std::optional<Violation> v = state.Invariant();
  return v ? v->field : "";
}

TEST(RadiusNeighbors, OutliersAreClasses) {
  RadiusNeighborsClassifier state{.n_features_in = 2,
                                  .n_outputs = 1,
                                  .neighbors = Rows(),
                                  .radius = 1,
                                  .classes = kClasses,
                                  .labels = kLabels,
                                  .outliers = kOne,
                                  .outlier_of_mode = -1};
  EXPECT_EQ(Broken(state), "");
  state.outliers = kTwo;
  EXPECT_EQ(Broken(state), "outliers[0]");
  state.outliers = kOne;
  state.outlier_of_mode = 0;  // without a mode
  EXPECT_EQ(Broken(state), "outlier_of_mode");
  state.counts_by_mode = true;
  EXPECT_EQ(Broken(state), "");
  state.outlier_of_mode = 2;
  EXPECT_EQ(Broken(state), "outlier_of_mode");
  state.outlier_of_mode = -1;
  state.weighting = fb::Weighting::Distance;
  EXPECT_EQ(Broken(state), "counts_by_mode");
  state.labels = {kLabels, 3};
  EXPECT_EQ(Broken(state), "labels");
}

TEST(RadiusNeighbors, TargetsAreOfTheRows) {
  RadiusNeighborsRegressor state{
      .n_features_in = 2, .n_outputs = 1, .neighbors = Rows(), .radius = 1, .one_dimensional = true, .targets = kFour};
  EXPECT_EQ(Broken(state), "");
  state.targets = {kFour, 3};
  EXPECT_EQ(Broken(state), "targets");
  state.dtype = fb::DType::Float32;
  state.integers = true;
  EXPECT_EQ(Broken(state), "integers");
  state.integers = false;
  state.weighting = fb::Weighting::Distance;
  EXPECT_EQ(Broken(state), "weighting");
}

TEST(LocalOutlierFactor, HasOneNumberARow) {
  LocalOutlierFactor state{.n_features_in = 2,
                           .neighbors = Rows(),
                           .n_neighbors = 2,
                           .farthest = kFour,
                           .reachability = kFour,
                           .negative_outlier_factor = kFour};
  EXPECT_EQ(Broken(state), "");
  state.farthest = {kFour, 3};
  EXPECT_EQ(Broken(state), "farthest");
  state.n_neighbors = 5;
  EXPECT_EQ(Broken(state), "n_neighbors");
}

TEST(KernelDensity, IsOfATree) {
  EXPECT_EQ(Broken(KernelDensity{.n_features_in = 2, .neighbors = Rows(), .bandwidth = 1}), "neighbors.search");
}

}  // namespace
}  // namespace pratique
