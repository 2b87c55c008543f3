// What the states of clusterings must say that no rule of the schema can, each broken in the smallest way.
#include <gmock/gmock.h>

#include "cluster_bfbs_generated.h"
#include "estimators/cluster/bisecting_k_means.h"
#include "estimators/cluster/feature_agglomeration.h"
#include "estimators/cluster/nearest_centers.h"
#include "estimators/cluster/nearest_centroid.h"
#include "tests/import/objects.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using ::testing::ElementsAre;

template <class S>
class Direct : public testing::DirectState<S, fb::KMeansBinarySchema> {
 public:
  explicit Direct(S state) : testing::DirectState<S, fb::KMeansBinarySchema>(state) {}
  template <class T>
  std::vector<T> Flat(Method method, const Data& X) {
    return testing::Flat<T>(this->Call(method, X));
  }
};

template <class S, class F>
std::string With(S state, F f) {
  f(state);
  return Direct<S>(state).Problem();
}

// Three clusters: 0 | (1 | 2), split at 5 and at 15.
constexpr uint32_t kRight[] = {2, 1, 4, 3, 4}, kLabel[] = {0, 0, 0, 1, 2};
constexpr double kNodeCenters[] = {0, 10, 10, 20}, kCenters[] = {0, 10, 20};

BisectingKMeans Bisecting() {
  return {.n_features_in = 1,
          .n_clusters = 3,
          .fitted_dtype = fb::DType::Float64,
          .right = kRight,
          .label = kLabel,
          .node_centers = kNodeCenters,
          .cluster_centers = kCenters,
          .feature_names = {}};
}

TEST(BisectingKMeans, WalksToTheNearerCenter) {
  Direct model(Bisecting());
  EXPECT_EQ(model.Problem(), "");
  const double x[] = {-3, 5, 5.5, 14, 15, 16};
  EXPECT_THAT(model.Flat<int64_t>(Method::kPredict, Dense(x, 6, 1)), ElementsAre(0, 0, 1, 1, 1, 2));
}

TEST(BisectingKMeans, IsATreeWithALeafACluster) {
  static constexpr uint32_t kLoop[] = {2, 1, 2, 3, 4}, kBack[] = {2, 1, 1, 3, 4}, kLabeled[] = {1, 0, 0, 1, 2};
  EXPECT_EQ(With(Bisecting(), [](auto& s) { s.right = kLoop; }), "right[3] breadth_first");
  EXPECT_EQ(With(Bisecting(), [](auto& s) { s.right = kBack; }), "right[2] breadth_first");
  EXPECT_EQ(With(Bisecting(), [](auto& s) { s.label = kLabeled; }), "label[0] of_leaf");
  const auto shorter = [](auto& s) {
    s.right = s.right.first(3);
    s.label = Array<uint32_t>(kRight).subspan(1, 1);
  };
  EXPECT_EQ(With(Bisecting(), shorter), "label shape");
  EXPECT_EQ(With(Bisecting(), [](auto& s) { s.n_clusters = 2, s.cluster_centers = s.cluster_centers.first(2); }),
            "label[4] index_below");
  EXPECT_EQ(With(Bisecting(), [](auto& s) { s.node_centers = s.node_centers.first(2); }),
            "node_centers two_centers_a_split");
  EXPECT_EQ(With(Bisecting(), [](auto& s) { s.fitted_dtype = fb::DType::Int64; }), "fitted_dtype float_dtype");
}

TEST(NearestCenters, LabelsAreOfTheirDtype) {
  static constexpr int64_t kLabels[] = {-1, 1, int64_t{1} << 40};
  NearestCenters s{.n_features_in = 1,
                   .n_clusters = 3,
                   .fitted_dtype = fb::DType::Float64,
                   .centers = kCenters,
                   .labels = kLabels,
                   .label_dtype = fb::DType::Int64};
  Direct model(s);
  EXPECT_EQ(model.Problem(), "");
  const double x[] = {1, 5, 16};
  EXPECT_THAT(model.Flat<int64_t>(Method::kPredict, Dense(x, 3, 1)), ElementsAre(-1, -1, int64_t{1} << 40));
  EXPECT_EQ(With(s, [](auto& t) { t.label_dtype = fb::DType::Int32; }), "labels[2] label_dtype");
  EXPECT_EQ(With(s, [](auto& t) { t.label_dtype = fb::DType::Bool; }), "label_dtype label_dtype");
  EXPECT_EQ(With(s, [](auto& t) { t.squares_of_sparse = true; }), "squares_of_sparse of_sparse_centers");
  const auto none = [](auto& t) {
    t.n_clusters = 0;
    t.centers = t.centers.first(0);
    t.labels = {};
  };
  EXPECT_EQ(With(s, none), "");
  none(s);
  EXPECT_THAT(Direct(s).Flat<int64_t>(Method::kPredict, Dense(x, 3, 1)), ElementsAre(-1, -1, -1));
  EXPECT_EQ(With(s, [](auto& t) { t.transforms = true; }), "n_clusters transforms");
}

TEST(NearestCentroid, HasAPriorAndADeviationOrNeither) {
  static constexpr int64_t kTwo[] = {3, 7};
  static constexpr double kPrior[] = {0.5, 0.5}, kDeviation[] = {0};
  NearestCentroid s{.n_features_in = 1,
                    .n_classes = 2,
                    .classes = {fb::DType::Int64, fb::Missing::No, kTwo, {}, {}},
                    .centroids = Array<double>(kCenters).first(2)};
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_FALSE(Direct(s).signature().Has(Method::kPredictProba));
  EXPECT_EQ(With(s, [](auto& t) { t.class_prior = kPrior; }), "std_dev both");
  EXPECT_EQ(With(s, [](auto& t) { t.class_prior = kPrior, t.std_dev = kDeviation; }), "");
  EXPECT_EQ(With(s, [](auto& t) { t.n_classes = 3, t.centroids = kCenters; }), "n_classes one_label_a_class");
  EXPECT_EQ(With(s, [](auto& t) { t.classes.missing = fb::Missing::NaN; }), "classes.missing labels");
}

TEST(FeatureAgglomeration, HasAFeatureACluster) {
  static constexpr uint32_t kLabels[] = {1, 0, 1}, kTwice[] = {1, 1, 1};
  FeatureAgglomeration s{.n_features_in = 3, .n_clusters = 2, .pooling = fb::Pooling::Median, .labels = kLabels};
  Direct model(s);
  EXPECT_EQ(model.Problem(), "");
  const double x[] = {1, 2, 4};
  EXPECT_THAT(model.Flat<double>(Method::kTransform, Dense(x, 1, 3)), ElementsAre(2, 2.5));
  EXPECT_EQ(With(s, [](auto& t) { t.labels = kTwice; }), "labels a_feature_a_cluster");
  EXPECT_EQ(With(s, [](auto& t) { t.n_clusters = 4; }), "n_clusters a_feature_a_cluster");
}

TEST(Birch, KeepsTheNormsOfItsCenters) {
  testing::Objects o;
  const testing::Objects::Attributes fitted = {{"subcluster_centers_", o.Ints({1, 2, 3, 4}, {2, 2})},
                                               {"_subcluster_norms", o.Ints({5, 25})},
                                               {"subcluster_labels_", o.Ints({0, 1})},
                                               {"n_features_in_", o.Int(2)}};
  const auto import = [&](graph::Id norms) {
    return o.Import("sklearn.cluster._birch", "Birch",
                    testing::Objects::Changed(fitted, {{"_subcluster_norms", norms}}));
  };
  EXPECT_EQ(import(o.Ints({5, 25})), "");
  EXPECT_EQ(import(o.Ints({25, 5})), "state.unsupported_value Birch._subcluster_norms");
  EXPECT_EQ(import(o.Ints({5})), "state.type Birch._subcluster_norms");
  EXPECT_EQ(import(graph::kNoId), "state.unsupported_value Birch._subcluster_norms");
}

}  // namespace
}  // namespace pratique
