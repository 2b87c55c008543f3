// What the invariant of nearest neighbours says, and what hostile states and rows cannot do. (The numbers are judged by
// tests/models.)
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "estimators/neighbors/k_neighbors.h"
#include "neighbors_bfbs_generated.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using fb::Metric;
using fb::Search;
using ::testing::ElementsAre;
using Direct = testing::DirectState<KNeighborsClassifier, fb::KNeighborsClassifierBinarySchema>;
using DirectRegressor = testing::DirectState<KNeighborsRegressor, fb::KNeighborsClassifierBinarySchema>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN(), kInf = std::numeric_limits<double>::infinity();
constexpr double kRows[] = {0, 0, 0, 1, 3, 4, 3, 5}, kNorms[] = {0, 1, 25, 34}, kTargets[] = {1, 2, 3, 4};
constexpr uint32_t kLabels[] = {0, 1, 1, 0}, kOrder[] = {0, 1, 2, 3};
constexpr int64_t kTwo[] = {7, 9};
const Values kClasses[] = {{fb::DType::Int64, fb::Missing::No, kTwo, {}, {}}};
// Node 0 has all rows, node 1 the first two, node 2 the others.
constexpr double kLower[] = {0, 0, 0, 0, 3, 4}, kUpper[] = {3, 5, 0, 1, 3, 5};
constexpr double kCentroids[] = {1.5, 2.5, 0, 0.5, 3, 4.5}, kRadii[] = {3, 0.5, 0.5};

KNeighborsClassifier Brute() {
  KNeighborsClassifier state{.n_features_in = 2,
                             .n_outputs = 1,
                             .neighbors = {},
                             .n_neighbors = 1,
                             .weighting = fb::Weighting::Uniform,
                             .classes = kClasses,
                             .labels = kLabels,
                             .feature_names = {}};
  state.neighbors.n_samples = 4;
  state.neighbors.n_features = 2;
  state.neighbors.dtype = fb::DType::Float64;
  state.neighbors.metric = Metric::Euclidean;
  state.neighbors.heap_takes = fb::HeapTakes::NotSparsePairs;
  state.neighbors.p = 2;
  state.neighbors.rows = kRows;
  state.neighbors.norms = kNorms;
  return state;
}
KNeighborsClassifier Tree(Search search) {
  KNeighborsClassifier state = Brute();
  state.neighbors.search = search;
  state.neighbors.norms = {};
  state.neighbors.n_nodes = 3;
  state.neighbors.idx_array = kOrder;
  if (search == Search::KDTree) {
    state.neighbors.lower = kLower;
    state.neighbors.upper = kUpper;
  } else {
    state.neighbors.centroids = kCentroids;
    state.neighbors.radii = kRadii;
  }
  return state;
}

// The problem of a state that `change` made of a sound one.
template <class Change>
std::string After(KNeighborsClassifier state, Change change) {
  EXPECT_EQ(Direct(state).Problem(), "");
  change(state);
  return Direct(state).Problem();
}

TEST(Neighbors, FormsAreSound) {
  for (const KNeighborsClassifier& state : {Brute(), Tree(Search::KDTree), Tree(Search::BallTree)}) {
    Direct model(state);
    ASSERT_EQ(model.Problem(), "");
    const double x[] = {0, 0.9, 3, 4.75};
    EXPECT_THAT(testing::Flat<double>(model.Call(Method::kPredict, Dense(x, 2, 2))), ElementsAre(1, 0));
  }
}

TEST(Neighbors, RowsAreInOneForm) {
  using S = KNeighborsClassifier;
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.rows = {}; }), "neighbors.rows of_form");
  EXPECT_EQ(After(Brute(), [](S& s) { s.n_neighbors = 5; }), "n_neighbors rows");
  EXPECT_EQ(After(Brute(), [](S& s) { s.n_features_in = 3; }), "neighbors.n_features one_width");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.dtype = fb::DType::String; }), "neighbors.dtype of_rows");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.p = 3; }), "neighbors.p of_minkowski");
  static constexpr double kGap[] = {0, 0, 0, kNaN, 3, 4, 3, 5}, kFar[] = {0, 0, 0, kInf, 3, 4, 3, 5};
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.rows = kGap; }), "neighbors.rows[3] finite");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.rows = kFar; }), "neighbors.rows[3] finite");
  static constexpr double kOff[] = {0, 1, 25, 35}, kNarrow[] = {0, 0, 0, 0.1, 3, 4, 3, 5};
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.norms = kOff; }), "neighbors.norms[3] norms");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.norms = {}; }), "neighbors.norms of_form");
  EXPECT_EQ(After(Brute(),
                  [](S& s) {
                    s.neighbors.dtype = fb::DType::Float32;
                    s.neighbors.rows = kNarrow;
                  }),
            "neighbors.rows[3] float_dtype");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.metric = Metric::Precomputed; }), "neighbors.rows of_form");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.metric = Metric::SEuclidean; }), "neighbors.weights of_form");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.metric = Metric::Mahalanobis; }), "neighbors.inverse of_form");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.n_nodes = 1; }), "neighbors.n_nodes of_form");
  EXPECT_EQ(After(Brute(), [](S& s) { s.neighbors.idx_array = kOrder; }), "neighbors.idx_array of_form");
}

TEST(Neighbors, SparseRowsAreRagged) {
  static constexpr uint32_t kIndptr[] = {0, 0, 1, 3, 5}, kShort[] = {0, 1, 3, 5}, kIndices[] = {1, 0, 1, 0, 1};
  static constexpr double kValues[] = {1, 3, 4, 3, 5};
  KNeighborsClassifier state = Brute();
  state.neighbors.rows = {};
  state.neighbors.indptr = kIndptr;
  state.neighbors.indices = kIndices;
  state.neighbors.values = kValues;
  using S = KNeighborsClassifier;
  EXPECT_EQ(After(state, [](S& s) { s.neighbors.indptr = kShort; }), "neighbors.indptr ragged");
  EXPECT_EQ(After(state, [](S& s) { s.neighbors.values = {}; }), "neighbors.values of_form");
  EXPECT_EQ(After(state, [](S& s) { s.neighbors.rows = kRows; }), "neighbors.rows of_form");
  EXPECT_EQ(After(state, [](S& s) { s.neighbors.metric = Metric::Canberra; }), "neighbors.metric of_search");
  Direct model(state);
  const double x[] = {0, 0.9, 3, 4.75};
  EXPECT_THAT(testing::Flat<double>(model.Call(Method::kPredict, Dense(x, 2, 2))), ElementsAre(1, 0));
}

TEST(Neighbors, TreesHoldTheirRows) {
  using S = KNeighborsClassifier;
  const S kd = Tree(Search::KDTree), ball = Tree(Search::BallTree);
  static constexpr uint32_t kTwice[] = {0, 1, 2, 2}, kMixed[] = {0, 2, 1, 3};
  EXPECT_EQ(After(kd, [](S& s) { s.neighbors.idx_array = kTwice; }), "neighbors.idx_array[3] unique");
  EXPECT_THAT(After(kd, [](S& s) { s.neighbors.idx_array = kMixed; }), ::testing::EndsWith(" box"));
  EXPECT_THAT(After(ball, [](S& s) { s.neighbors.idx_array = kMixed; }), "neighbors.radii[1] ball");
  static constexpr double kLoose[] = {0, 0, 0, 0, 3, 3}, kSmall[] = {3, 0.5, 0.25};
  EXPECT_EQ(After(kd, [](S& s) { s.neighbors.lower = kLoose; }), "neighbors.lower[5] box");
  EXPECT_EQ(After(kd, [](S& s) { s.neighbors.upper = kLoose; }), "neighbors.upper[3] box");
  EXPECT_EQ(After(ball, [](S& s) { s.neighbors.radii = kSmall; }), "neighbors.radii[2] ball");
  EXPECT_EQ(After(kd, [](S& s) { s.neighbors.metric = Metric::Canberra; }), "neighbors.metric of_search");
  EXPECT_EQ(After(ball, [](S& s) { s.neighbors.metric = Metric::Cosine; }), "neighbors.metric of_search");
  EXPECT_EQ(After(kd, [](S& s) { s.neighbors.radii = kRadii; }), "neighbors.radii of_form");
  EXPECT_EQ(After(ball, [](S& s) { s.neighbors.radii = {}; }), "neighbors.radii of_form");
  // Nodes that are no tree, or more leaves than rows.
  static constexpr double kTwoNodes[] = {0, 0, 0, 0}, kMany[30] = {};
  EXPECT_EQ(After(kd,
                  [](S& s) {
                    s.neighbors.n_nodes = 2;
                    s.neighbors.lower = s.neighbors.upper = kTwoNodes;
                  }),
            "neighbors.n_nodes tree");
  EXPECT_EQ(After(kd,
                  [](S& s) {
                    s.neighbors.n_nodes = 15;
                    s.neighbors.lower = s.neighbors.upper = kMany;
                  }),
            "neighbors.n_nodes tree");
}

TEST(Neighbors, LabelsAreClasses) {
  using S = KNeighborsClassifier;
  static constexpr uint32_t kThird[] = {0, 1, 2, 0};
  EXPECT_EQ(After(Brute(), [](S& s) { s.labels = kThird; }), "labels[2] labels");
  EXPECT_EQ(After(Brute(), [](S& s) { s.labels = s.labels.first(3); }), "labels one_a_row");
}

TEST(Neighbors, TargetsAreOneARow) {
  KNeighborsRegressor state{.n_features_in = 2,
                            .n_outputs = 1,
                            .neighbors = Brute().neighbors,
                            .n_neighbors = 2,
                            .weighting = fb::Weighting::Uniform,
                            .one_dimensional = true,
                            .dtype = fb::DType::Float64,
                            .targets = kTargets,
                            .feature_names = {}};
  EXPECT_EQ(DirectRegressor(state).Problem(), "");
  KNeighborsRegressor broken = state;
  broken.targets = broken.targets.first(3);
  EXPECT_EQ(DirectRegressor(broken).Problem(), "targets one_a_row");
  broken = state;
  broken.dtype = fb::DType::Int8;
  EXPECT_EQ(DirectRegressor(broken).Problem(), "dtype float_dtype");
}

// Distances and then indexes, side by side.
TEST(Neighbors, KNeighborsGivesDistancesAndIndexes) {
  KNeighborsClassifier state = Brute();
  state.n_neighbors = 2;
  Direct model(state);
  const double x[] = {3, 4};
  EXPECT_THAT(testing::Flat<double>(model.Call(Method::kKNeighbors, Dense(x, 1, 2))), ElementsAre(0, 1, 2, 3));
}

TEST(Neighbors, RefusesWhatScikitLearnDoes) {
  const double x[] = {0, kNaN};
  for (const KNeighborsClassifier& state : {Brute(), Tree(Search::KDTree)})
    EXPECT_EQ(testing::CodeOf(Direct(state).Call(Method::kPredict, Dense(x, 1, 2))), "input.not_finite");
  const int64_t indptr[] = {0, 1};
  const int32_t indices[] = {1};
  const double data[] = {1};
  const CsrView<double> sparse{1, 2, indptr, indices, data};
  EXPECT_EQ(testing::CodeOf(Direct(Tree(Search::KDTree)).Call(Method::kPredict, sparse)), "input.sparse");
  EXPECT_EQ(testing::CodeOf(Direct(Brute()).Call(Method::kPredict, sparse)), "");
  for (const auto metric : {fb::Metric::Canberra, fb::Metric::BrayCurtis}) {
    auto counts = Brute();
    counts.neighbors.metric = metric;
    counts.neighbors.norms = {};
    EXPECT_EQ(testing::CodeOf(Direct(counts).Call(Method::kPredict, sparse)), "input.sparse");
  }
}

}  // namespace
}  // namespace pratique
