// What the invariants of radius neighbours, outliers, densities and paths say. (The numbers are judged by
// tests/models.)
#include <gmock/gmock.h>

#include <limits>

#include "estimators/kernel/kernel_machines.h"
#include "estimators/neighbors/isomap.h"
#include "estimators/neighbors/kernel_density.h"
#include "estimators/neighbors/local_outlier_factor.h"
#include "estimators/neighbors/neighbor_graphs.h"
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
  state.n_asked = 4;
  state.farthest = kFour;
  EXPECT_EQ(Broken(state), "");
  state.n_asked = 5;
  EXPECT_EQ(Broken(state), "n_asked");
  state.n_neighbors = 5;
  EXPECT_EQ(Broken(state), "n_neighbors");
}

TEST(LocalOutlierFactor, FindsNeighborsWhereThereAreSoMany) {
  LocalOutlierFactor state{.n_features_in = 2, .neighbors = Rows(), .n_neighbors = 2};
  EXPECT_FALSE(state.Infer({})->Has(Method::kKNeighbors));
  state.n_asked = 3;
  EXPECT_TRUE(state.Infer({})->Has(Method::kKNeighbors));
  EXPECT_FALSE(state.Infer({})->Has(Method::kPredict));
  EXPECT_EQ(state.Infer({})->n_neighbors, 3);
}

TEST(Isomap, PathsHaveTheirDtype) {
  static constexpr double kNarrow[] = {0, 1, 1, 0}, kWide[] = {0, 0.1, 0.1, 0};
  Isomap state{.n_features_in = 2, .n_samples = 2, .dtype = fb::DType::Float32, .dist_matrix = kNarrow};
  EXPECT_EQ(Broken(state), "");
  state.dist_matrix = kWide;
  EXPECT_EQ(Broken(state), "dist_matrix[1]");
  state.dtype = fb::DType::Int64;
  EXPECT_EQ(Broken(state), "dtype");
}

// What it owns is of its rows, and in its order.
TEST(Isomap, OwnsItsNeighborsAndAProjectionOfThem) {
  static constexpr double kPaths[16] = {};
  Isomap state{.n_features_in = 2, .n_samples = 4, .dist_matrix = kPaths};
  NearestNeighbors nearest{.n_features_in = 2, .neighbors = Rows(), .n_neighbors = 2};
  KernelPCA projection{.n_features_in = 4, .n_components = 3};
  projection.fitted.kernel.metric = fb::PairwiseMetric::Precomputed;
  std::string_view roles[] = {"nbrs_", "kernel_pca_"};
  const std::string_view types[] = {"sklearn.neighbors.NearestNeighbors", "sklearn.decomposition.KernelPCA"};
  const StructInfo* infos[] = {&InfoOf<NearestNeighbors>(), &InfoOf<KernelPCA>()};
  const void* states[] = {&nearest, &projection};
  const Signature signatures[2];
  const Limits limits;
  const Children children{signatures, states, infos, roles, types, &limits};
  ASSERT_TRUE(state.Infer(children).ok()) << state.Infer(children).status();
  EXPECT_EQ(state.Infer(children)->n_features_out, 3);
  const auto refuses = [&](auto change, auto back) {
    change();
    EXPECT_FALSE(state.Infer(children).ok());
    back();
    EXPECT_TRUE(state.Infer(children).ok());
  };
  refuses([&] { std::swap(roles[0], roles[1]); }, [&] { std::swap(roles[0], roles[1]); });
  refuses([&] { infos[0] = infos[1]; }, [&] { infos[0] = &InfoOf<NearestNeighbors>(); });
  refuses([&] { infos[1] = infos[0]; }, [&] { infos[1] = &InfoOf<KernelPCA>(); });
  refuses([&] { nearest.n_features_in = 3; }, [&] { nearest.n_features_in = 2; });
  refuses([&] { nearest.neighbors.n_samples = 5; }, [&] { nearest.neighbors.n_samples = 4; });
  refuses([&] { projection.n_features_in = 5; }, [&] { projection.n_features_in = 4; });
  refuses([&] { projection.fitted.kernel.metric = fb::PairwiseMetric::Linear; },
          [&] { projection.fitted.kernel.metric = fb::PairwiseMetric::Precomputed; });
  refuses([&] { nearest.n_neighbors = 0; }, [&] { state.within = true; });
  EXPECT_FALSE(state.Infer({}).ok());
  EXPECT_FALSE(nearest.Infer({})->Has(Method::kKNeighbors));
}

TEST(KernelDensity, IsOfATree) {
  EXPECT_EQ(Broken(KernelDensity{.n_features_in = 2, .neighbors = Rows(), .bandwidth = 1}), "neighbors.search");
}

}  // namespace
}  // namespace pratique
