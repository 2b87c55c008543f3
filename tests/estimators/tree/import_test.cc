// Crafted trees: every defect is refused by the rule it breaks, at its place, through the importer.
#include <gmock/gmock.h>

#include <cfloat>
#include <cmath>
#include <functional>

#include "estimators/tree/missing.h"
#include "pratique/rejection.h"
#include "tests/estimators/tree/sklearn_fixture.h"

namespace pratique::testing {
namespace {

// A forest of two trees over 4 features; the second is
//   0: split -> 1, 2;  1: leaf;  2: split -> 3, 4;  3: leaf;  4: leaf
SklearnModel GoodForest() {
  SklearnModel model{.n_features = 4, .classes = {{10, 20, 30}}};
  std::mt19937_64 random(3);
  model.trees = {RandomTree(random, model, 3), RandomTree(random, model, 2)};
  SklearnTree& tree = model.trees[1];
  tree.nodes[0] = {1, 2, 3, 0.5, 0};
  tree.nodes[1] = {};
  tree.nodes[2] = {3, 4, 0, -1.5, 1};
  tree.nodes[3] = tree.nodes[4] = {};
  tree.max_depth = 2;
  return model;
}

struct Defect {
  const char* what;
  std::function<void(SklearnModel&)> make;
  std::string path, rule;  // path: after "model RandomForestClassifier.estimators_[1]."
  Reason reason = Reason::kInvalid;
};

std::function<void(SklearnModel&)> Tree(std::function<void(SklearnTree&)> f) {
  return [f = std::move(f)](SklearnModel& model) { f(model.trees[1]); };
}

class TreeImport : public ::testing::TestWithParam<Defect> {};

TEST_P(TreeImport, RefusesByPlaceAndRule) {
  SklearnModel model = GoodForest();
  ASSERT_TRUE(ImportModel(model).ok()) << ImportModel(model).status();
  GetParam().make(model);
  const absl::StatusOr<std::string> got = ImportModel(model);
  ASSERT_FALSE(got.ok());
  const std::optional<Rejection> rejection = GetRejection(got.status());
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->reason, GetParam().reason) << got.status();
  EXPECT_EQ(rejection->path, "model RandomForestClassifier.estimators_[1]." + GetParam().path);
  EXPECT_EQ(rejection->rule, GetParam().rule);
}

constexpr int64_t kHuge = int64_t{1} << 40;

const Defect kDefects[] = {
    {"left child out of range", Tree([](SklearnTree& t) { t.nodes[2].left = 5; }), "tree_.nodes[2].left_child",
     "child"},
    {"right child out of range", Tree([](SklearnTree& t) { t.nodes[2].right = 5; }), "tree_.nodes[2].right_child",
     "child"},
    {"child far out of range", Tree([](SklearnTree& t) { t.nodes[2].left = kHuge + 3; }), "tree_.nodes[2].left_child",
     "child"},
    {"child that is in range only when narrowed to 32 bits",
     Tree([](SklearnTree& t) { t.nodes[2].right = (int64_t{1} << 32) + 4; }), "tree_.nodes[2].right_child", "child"},
    {"negative child", Tree([](SklearnTree& t) { t.nodes[0].left = -2; }), "tree_.nodes[0].left_child", "child"},
    {"smallest child", Tree([](SklearnTree& t) { t.nodes[0].left = INT64_MIN; }), "tree_.nodes[0].left_child", "child"},
    {"its own child", Tree([](SklearnTree& t) { t.nodes[2].left = 2; }), "tree_.nodes[2].left_child", "child"},
    {"a cycle", Tree([](SklearnTree& t) { t.nodes[2].right = 0; }), "tree_.nodes[2].right_child", "child"},
    {"two parents", Tree([](SklearnTree& t) { t.nodes[2].left = 4; }), "tree_.nodes[2].right_child", "one_parent"},
    {"both children the same", Tree([](SklearnTree& t) { t.nodes[2].right = 3; }), "tree_.nodes[2].right_child",
     "one_parent"},
    {"a child of two splits", Tree([](SklearnTree& t) { t.nodes[1] = {2, 3, 0, 0.5, 0}; }), "tree_.nodes[1].left_child",
     "one_parent"},
    {"half a leaf", Tree([](SklearnTree& t) { t.nodes[2].left = -1; }), "tree_.nodes[2].right_child", "leaf"},
    {"the other half", Tree([](SklearnTree& t) { t.nodes[2].right = -1; }), "tree_.nodes[2].right_child", "child"},
    {"a split without feature", Tree([](SklearnTree& t) { t.nodes[2].feature = -2; }), "tree_.nodes[2].feature",
     "feature"},
    {"feature out of range", Tree([](SklearnTree& t) { t.nodes[2].feature = 4; }), "tree_.nodes[2].feature", "feature"},
    {"feature far out of range", Tree([](SklearnTree& t) { t.nodes[2].feature = int64_t{1} << 32; }),
     "tree_.nodes[2].feature", "feature"},
    {"threshold NaN", Tree([](SklearnTree& t) { t.nodes[2].threshold = NAN; }), "tree_.nodes[2].threshold", "finite"},
    {"threshold -inf", Tree([](SklearnTree& t) { t.nodes[2].threshold = -INFINITY; }), "tree_.nodes[2].threshold",
     "finite"},
    {"threshold below float32", Tree([](SklearnTree& t) { t.nodes[2].threshold = -1e39; }), "tree_.nodes[2].threshold",
     "finite"},
    {"missing flag 2", Tree([](SklearnTree& t) { t.nodes[2].missing_go_to_left = 2; }),
     "tree_.nodes[2].missing_go_to_left", "max"},
    {"node_count too large", Tree([](SklearnTree& t) { t.node_count = 6; }), "tree_.node_count", "node_count"},
    {"node_count too small", Tree([](SklearnTree& t) { t.node_count = 4; }), "tree_.node_count", "node_count"},
    {"node_count negative", Tree([](SklearnTree& t) { t.node_count = -5; }), "tree_.node_count", "node_count"},
    {"nodes cut off", Tree([](SklearnTree& t) { t.nodes.resize(4), t.node_count = 4; }), "tree_.values", "shape"},
    {"nodes and values cut off",
     Tree([](SklearnTree& t) { t.nodes.resize(4), t.node_count = 4, t.values.resize(12), t.values_shape[0] = 4; }),
     "tree_.nodes[2].right_child", "child"},
    {"no nodes",
     Tree([](SklearnTree& t) { t.nodes.clear(), t.node_count = 0, t.values.clear(), t.values_shape[0] = 0; }),
     "tree_.nodes", "shape"},
    {"values of too few nodes", Tree([](SklearnTree& t) { t.values.resize(12), t.values_shape[0] = 4; }),
     "tree_.values", "shape"},
    {"values of other classes", Tree([](SklearnTree& t) { t.values.resize(10), t.values_shape[2] = 2; }),
     "tree_.values", "shape"},
    {"values with outputs and classes swapped",
     Tree([](SklearnTree& t) { std::swap(t.values_shape[1], t.values_shape[2]); }), "tree_.values", "shape"},
    {"values in two dimensions", Tree([](SklearnTree& t) { t.values_shape = {5, 3}; }), "tree_.values", "shape"},
    {"a leaf's value NaN", Tree([](SklearnTree& t) { t.values[3 * 3 + 1] = NAN; }), "tree_.values[3,0,1]", "finite",
     Reason::kUnsupported},
    {"a leaf's value infinite", Tree([](SklearnTree& t) { t.values[4 * 3] = INFINITY; }), "tree_.values[4,0,0]",
     "finite", Reason::kUnsupported},
    {"max_depth too small", Tree([](SklearnTree& t) { t.max_depth = 1; }), "tree_.max_depth", "max_depth"},
    {"max_depth beyond the nodes", Tree([](SklearnTree& t) { t.max_depth = kHuge; }), "tree_.max_depth", "max_depth"},
    {"max_depth negative", Tree([](SklearnTree& t) { t.max_depth = -1; }), "tree_.max_depth", "max_depth"},
    {"lying n_classes", Tree([](SklearnTree& t) { t.n_classes = {2}; }), "tree_.n_classes[0]", "n_classes"},
    {"huge n_classes", Tree([](SklearnTree& t) { t.n_classes = {kHuge}; }), "tree_.n_classes[0]", "n_classes"},
    {"n_classes of more outputs", Tree([](SklearnTree& t) { t.n_classes = {3, 3}; }), "tree_.n_classes", "shape"},
    {"lying n_outputs", Tree([](SklearnTree& t) { t.n_outputs = 2; }), "tree_.n_outputs", "n_outputs"},
    {"lying n_features", Tree([](SklearnTree& t) { t.n_features = 5; }), "tree_.n_features", "n_features"},
    {"negative n_features", Tree([](SklearnTree& t) { t.n_features = -1; }), "tree_.n_features", "n_features"},
    {"weights among fractions", Tree([](SklearnTree& t) { t.values[9] = 11; }), "tree_.values", "",
     Reason::kUnsupported},
};
INSTANTIATE_TEST_SUITE_P(Defects, TreeImport, ::testing::ValuesIn(kDefects));

// scikit-learn predicts with the nodes that are left; its apply and decision_path still count those that are not
// reached.
TEST(TreeImport, RefusesATreeThatWasPrunedByHand) {
  SklearnModel model = GoodForest();
  for (int64_t child : {int64_t{0}, int64_t{-1}}) {
    SklearnTree& tree = model.trees[0];
    tree.nodes[2].left = tree.nodes[2].right = -1;
    tree.nodes[2].feature = child;
    const absl::StatusOr<std::string> got = ImportModel(model);
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(GetRejection(got.status())->reason, Reason::kUnsupported) << got.status();
  }
}

Rejection RejectionOf(const SklearnModel& model) {
  const absl::StatusOr<std::string> got = ImportModel(model);
  EXPECT_FALSE(got.ok());
  return GetRejection(got.status()).value_or(Rejection{});
}

TEST(TreeImport, RefusesWhatItDoesNotKnow) {
  SklearnModel model = GoodForest();
  model.node_dtype_extra = "split_kind";
  EXPECT_EQ(RejectionOf(model).reason, Reason::kUnsupported);
  EXPECT_THAT(RejectionOf(model).message, ::testing::HasSubstr("split_kind"));

  model = GoodForest();
  model.extra_attribute = "leaf_transform_";
  EXPECT_EQ(RejectionOf(model).reason, Reason::kUnsupported);
  EXPECT_EQ(RejectionOf(model).path, "model RandomForestClassifier.estimators_[0].leaf_transform_");

  model = GoodForest();
  model.tree_version = "1.3.2";
  EXPECT_EQ(RejectionOf(model).reason, Reason::kUnsupported);

  model = GoodForest();
  model.tree_classes = {0, 2, 1};
  EXPECT_EQ(RejectionOf(model).rule, "classes");
  model.tree_classes = {0, 1};
  EXPECT_EQ(RejectionOf(model).rule, "classes");

  // Its one column of probabilities would broadcast to the forest's.
  model = GoodForest();
  model.tree_n_classes = 1;
  EXPECT_EQ(RejectionOf(model).path, "model RandomForestClassifier.estimators_[0].n_classes_");

  // Nodes of another release than the file claims.
  model = GoodForest();
  model.version = "1.2.2";
  model.node_dtype_extra = "missing_go_to_left";
  EXPECT_EQ(RejectionOf(model).reason, Reason::kUnsupported);

  // 1.2 knows no infinite thresholds.
  model = GoodForest();
  model.version = "1.2.2";
  model.trees[1].nodes[2].threshold = INFINITY;
  EXPECT_EQ(RejectionOf(model).rule, "finite");

  model = GoodForest();
  model.trees.clear();
  EXPECT_EQ(RejectionOf(model).path, "model RandomForestClassifier.estimators_");
}

// Values behind an output's own classes would let argmax choose a class that is none.
TEST(TreeImport, RefusesValuesInThePadding) {
  SklearnModel model{
      .class_name = "DecisionTreeClassifier", .n_features = 1, .n_outputs = 2, .classes = {{0, 1}, {0, 1, 2}}};
  std::mt19937_64 random(1);
  model.trees = {RandomTree(random, model, 0)};
  ASSERT_TRUE(ImportModel(model).ok());
  model.trees[0].values[2] = 1;
  EXPECT_EQ(RejectionOf(model).path, "model DecisionTreeClassifier.tree_.values[0,0,2]");
  EXPECT_EQ(RejectionOf(model).rule, "padding");
}

// Up to 1.3 predict takes the argmax of weights, predict_proba divides first; divided, weights can become equal.
TEST(TreeImport, RefusesATreeWhoseLabelIsNotItsMostProbableClass) {
  SklearnModel model{
      .class_name = "DecisionTreeClassifier", .version = "1.3.2", .n_features = 1, .classes = {{0, 1, 2}}};
  std::mt19937_64 random(1);
  model.trees = {RandomTree(random, model, 0)};
  std::vector<double>& weights = model.trees[0].values;
  bool found = false;
  for (int i = 0; !found && i < 1000; ++i) {
    const double w = 1.4 + static_cast<double>(random() % 1000003) / 2000003;
    weights = {w, std::nextafter(w, 2), w};
    const double sum = (weights[0] + weights[1]) + weights[2];
    found = weights[0] / sum == weights[1] / sum;
  }
  ASSERT_TRUE(found);
  EXPECT_EQ(RejectionOf(model).reason, Reason::kUnsupported);
  model.class_name = "RandomForestClassifier";  // sums probabilities, never weights
  EXPECT_TRUE(ImportModel(model).ok());
}

TEST(AcceptsMissing, IsEachReleasesRule) {
  struct Row {
    Version version;
    bool is_forest, is_extra;
    const char *criterion, *splitter;
    bool has_monotonic_cst, accepts;
  };
  const Row rows[] = {
      {{1, 2, 2}, false, false, "gini", "best", false, false},
      {{1, 3, 2}, false, false, "gini", "best", false, true},
      {{1, 3, 2}, false, false, "gini", "random", false, false},
      {{1, 3, 2}, false, false, "absolute_error", "best", false, false},
      {{1, 3, 2}, true, false, "gini", "best", false, false},
      {{1, 3, 2}, false, true, "gini", "best", false, true},
      {{1, 4, 2}, true, false, "poisson", "best", false, true},
      {{1, 4, 2}, true, true, "gini", "random", false, false},
      {{1, 4, 2}, false, false, "gini", "best", true, false},
      {{1, 5, 2}, false, false, "gini", "random", false, false},
      {{1, 6, 1}, false, false, "gini", "random", false, true},
      {{1, 6, 1}, true, true, "gini", "random", false, true},
      {{1, 6, 1}, false, true, "gini", "best", false, false},
      {{1, 8, 0}, false, false, "absolute_error", "best", false, false},
      {{1, 8, 0}, true, false, "gini", "best", true, false},
      {{1, 9, 1}, true, false, "absolute_error", "best", true, true},
      {{1, 9, 1}, false, true, "gini", "best", false, false},
      {{1, 9, 1}, false, true, "absolute_error", "random", false, true},
      {{1, 9, 1}, false, false, "gini", "", false, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(
        AcceptsMissing({row.version, row.is_forest, row.is_extra, row.criterion, row.splitter, row.has_monotonic_cst}),
        row.accepts)
        << row.version.major << "." << row.version.minor << " " << row.criterion << " " << row.splitter;
  }
}

}  // namespace
}  // namespace pratique::testing
