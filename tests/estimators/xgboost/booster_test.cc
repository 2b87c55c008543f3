// What the readers of XGBoost's bytes refuse. That they read honest ones is what tests/models/cases/boosters.py shows.
#include "estimators/xgboost/booster.h"

#include <gtest/gtest.h>

#include <bit>
#include <functional>

#include "estimators/xgboost/document.h"
#include "pratique/pratique.h"

namespace pratique {
namespace {

std::string BigEndian(uint64_t bits, int width) {
  std::string bytes;
  for (int i = width; i-- > 0;) bytes += static_cast<char>(bits >> (8 * i));
  return bytes;
}
std::string Length(size_t n) { return "L" + BigEndian(n, 8); }
std::string Key(const std::string& name) { return Length(name.size()) + name; }
std::string Text(const std::string& text) { return "S" + Key(text); }
std::string Ints(const std::vector<int32_t>& numbers) {
  std::string bytes = "[$l#" + Length(numbers.size());
  for (int32_t number : numbers) bytes += BigEndian(static_cast<uint32_t>(number), 4);
  return bytes;
}
std::string Floats(const std::vector<float>& numbers) {
  std::string bytes = "[$d#" + Length(numbers.size());
  for (float number : numbers) bytes += BigEndian(std::bit_cast<uint32_t>(number), 4);
  return bytes;
}

// A model of one tree: x[1] < 0.5 gives -1, else x[0] < 2 gives 1, else 3.
struct Parts {
  std::vector<int32_t> left{1, -1, 3, -1, -1}, right{2, -1, 4, -1, -1}, features{1, 0, 0, 0, 0},
      default_left{0, 0, 1, 0, 0}, split_type{0, 0, 0, 0, 0}, tree_info{0};
  std::vector<int32_t> set_nodes, set_sizes, set_segments, categories, parents{INT32_MAX, 0, 0, 2, 2}, ends{0, 1};
  int32_t id = 0;
  std::vector<float> conditions{0.5F, -1, 2, 1, 3}, leaf_weights;
  std::string n_features = "2", n_classes = "0", n_targets = "1", base_score = "5E-1", leaf_width = "1",
              name = "gbtree", objective = "reg:squarederror", best, feature_types = "[]", cats, n_nodes = "5",
              n_trees = "1", twice;
  std::vector<float> weights;

  // x[1] in {0, 3} goes right.
  void WithSet() {
    split_type[0] = 1;
    set_nodes = {0}, set_sizes = {2}, set_segments = {0}, categories = {0, 3};
  }
  // Two values a leaf.
  void WithVectors() {
    n_targets = leaf_width = "2";
    right[1] = 0, right[3] = 1, right[4] = 2;
    leaf_weights = {1, 2, 3, 4, 5, 6};
  }

  std::string Bytes() const {
    const std::string tree =
        "{" + Key("left_children") + Ints(left) + Key("right_children") + Ints(right) + Key("split_indices") +
        Ints(features) + Key("split_conditions") + Floats(conditions) + Key("default_left") + Ints(default_left) +
        Key("split_type") + Ints(split_type) + Key("categories_nodes") + Ints(set_nodes) + Key("categories_sizes") +
        Ints(set_sizes) + Key("categories_segments") + Ints(set_segments) + Key("categories") + Ints(categories) +
        (leaf_weights.empty() ? "" : Key("leaf_weights") + Floats(leaf_weights)) + Key("parents") + Ints(parents) +
        Key("id") + "l" + BigEndian(static_cast<uint32_t>(id), 4) + twice + Key("tree_param") + "{" +
        Key("size_leaf_vector") + Text(leaf_width) + Key("num_nodes") + Text(n_nodes) + "}}";
    const std::string model = "{" + (weights.empty() ? "" : Key("weights") + Floats(weights)) + Key("trees") + "[" +
                              tree + "]" + Key("tree_info") + Ints(tree_info) + Key("iteration_indptr") + Ints(ends) +
                              Key("gbtree_model_param") + "{" + Key("num_trees") + Text(n_trees) + "}" +
                              (cats.empty() ? "" : Key("cats") + cats) + "}";
    const std::string attributes = best.empty() ? "{}" : "{" + Key("best_iteration") + Text(best) + "}";
    return "{" + Key("learner") + "{" + Key("attributes") + attributes + Key("feature_types") + feature_types +
           Key("learner_model_param") + "{" + Key("num_feature") + Text(n_features) + Key("num_class") +
           Text(n_classes) + Key("num_target") + Text(n_targets) + Key("base_score") + Text(base_score) + "}" +
           Key("objective") + "{" + Key("name") + Text(objective) + "}" + Key("gradient_booster") + "{" + Key("name") +
           Text(name) + Key("model") + model + "}}}";
  }
};

absl::Status Read(const std::string& bytes) {
  absl::StatusOr<Booster> booster = Booster::Read(bytes);
  if (!booster.ok()) return booster.status();
  CategorySets sets;
  for (size_t i = 0; i < booster->n_trees(); ++i) {
    if (absl::StatusOr<BoosterTree> tree = booster->Tree(i, sets); !tree.ok()) return tree.status();
  }
  return absl::OkStatus();
}

TEST(XGBoostBooster, ReadsATree) {
  const std::string bytes = Parts().Bytes();
  absl::StatusOr<Booster> booster = Booster::Read(bytes);
  ASSERT_TRUE(booster.ok()) << booster.status();
  EXPECT_EQ(booster->n_features(), 2u);
  EXPECT_EQ(booster->objective(), "reg:squarederror");
  CategorySets sets;
  absl::StatusOr<BoosterTree> tree = booster->Tree(0, sets);
  ASSERT_TRUE(tree.ok()) << tree.status();
  ASSERT_EQ(tree->nodes.size(), 5u);
  EXPECT_EQ(tree->nodes[0].feature, 1u);
  EXPECT_LT(tree->nodes[0].threshold, 0.5);  // 0.5 itself goes right
  EXPECT_TRUE(tree->nodes[2].missing_goes_left);
  EXPECT_EQ(tree->leaves, (std::vector<float>{0, -1, 0, 1, 3}));
}

TEST(XGBoostBooster, ReadsSetsAndVectors) {
  Parts parts;
  parts.WithSet();
  const std::string with_set = parts.Bytes();
  absl::StatusOr<Booster> booster = Booster::Read(with_set);
  ASSERT_TRUE(booster.ok()) << booster.status();
  CategorySets sets;
  absl::StatusOr<BoosterTree> tree = booster->Tree(0, sets);
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->nodes[0].feature, 2u);  // behind the model's two
  EXPECT_EQ(tree->nodes[0].threshold, 0);
  ASSERT_EQ(sets.size(), 1u);
  EXPECT_EQ(sets.feature(0), 1u);
  EXPECT_EQ(std::vector<uint32_t>(sets.categories(0).begin(), sets.categories(0).end()), (std::vector<uint32_t>{0, 3}));

  Parts of_vectors;
  of_vectors.WithVectors();
  const std::string with_vectors = of_vectors.Bytes();
  booster = Booster::Read(with_vectors);
  ASSERT_TRUE(booster.ok()) << booster.status();
  tree = booster->Tree(0, sets);
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->leaves, (std::vector<float>{0, 0, 1, 2, 0, 0, 3, 4, 5, 6}));
}

std::string Words(const std::vector<int32_t>& ends, const std::vector<int32_t>& bytes) {
  return "{" + Key("offsets") + Ints(ends) + Key("values") + Ints(bytes) + "}";
}
std::string Integers(const std::vector<int32_t>& values) {
  return "{" + Key("type") + "i\x0f" + Key("values") + Ints(values) + "}";
}
std::string Cats(const std::string& lists) { return "{" + Key("enc") + "[" + lists + "]}"; }

TEST(XGBoostBooster, ReadsTheCategoriesOfFrames) {
  Parts parts;
  parts.cats = Cats(Words({0, 1, 3}, {'a', 'b', 'c'}) + Integers({7, -70000}));
  const std::string bytes = parts.Bytes();
  absl::StatusOr<Booster> booster = Booster::Read(bytes);
  ASSERT_TRUE(booster.ok()) << booster.status();
  ASSERT_EQ(booster->frame_categories().size(), 2u);
  EXPECT_EQ(booster->frame_categories()[0].words, (std::vector<std::string_view>{"a", "bc"}));
  EXPECT_EQ(booster->frame_categories()[1].feature, 1u);
  EXPECT_EQ(booster->frame_categories()[1].integers, (std::vector<int64_t>{7, -70000}));
  for (const std::string& none : {Cats(""), Cats(Words({}, {}) + Words({}, {})),
                                  Cats(Words({0, 1, 3}, {'a', -61, -68}) + Words({}, {}))}) {  // cut by XGBoost
    parts.cats = none;
    const std::string without = parts.Bytes();
    booster = Booster::Read(without);
    ASSERT_TRUE(booster.ok()) << booster.status();
    EXPECT_TRUE(booster->frame_categories().empty());
  }
}

TEST(XGBoostBooster, RefusesCategoriesOfFrames) {
  const std::string good = Integers({1, 2});
  for (const std::string& cats :
       {Cats(good), Cats(good + good + good), Cats(good + "Z"), Cats(good + "{}"), Cats(good + "[]"),
        Cats(Words({0, 1, 3}, {'a', 'b'}) + good), Cats(Words({0, 2, 1}, {'a', 'b'}) + good),
        Cats(Words({1, 2}, {'a', 'b'}) + good), Cats(Words({0}, {'a', 'b'}) + good), Cats(Words({}, {'a'}) + good),
        Cats(Words({-1, 1}, {'a', 'b'}) + good), Cats(Words({0, 1}, {256}) + good),
        Cats(Words({0, INT32_MAX}, {'a'}) + good), Cats("{" + Key("values") + Floats({1}) + "}" + good),
        Cats("{" + Key("values") + Text("x") + "}" + good), "{" + Key("enc") + Ints({1, 2}) + "}"}) {
    Parts parts;
    parts.cats = cats;
    EXPECT_TRUE(absl::IsInvalidArgument(Read(parts.Bytes()))) << cats;
  }
}

TEST(XGBoostCategories, OfAnotherFrameAreRefused) {
  const absl::StatusOr<Model> model = Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/xgboost_categories/model.joblib");
  ASSERT_TRUE(model.ok()) << model.status();
  const auto ask = [&](std::string_view kind, int64_t box, uint8_t missing) {
    const double one[] = {1};
    const std::string_view kinds[] = {kind};
    const int64_t boxes[] = {box}, sizes[] = {3};
    const uint8_t marks[] = {missing};
    const Column columns[] = {{.name = "weight", .doubles = one},
                              {.name = "kind", .dtype = DType::kString, .strings = kinds, .marks = marks},
                              {.name = "box", .dtype = DType::kInt64, .ints = boxes},
                              {.name = "size", .dtype = DType::kInt64, .ints = sizes},
                              {.name = "price", .doubles = one}};
    const absl::StatusOr<Output> out = model->Run(Method::kPredict, FrameView{1, columns});
    return out.ok() ? std::string() : GetRejection(out.status())->code;
  };
  EXPECT_EQ(ask("pear", 3, kCellPresent), "");
  EXPECT_EQ(ask("", 3, kCellNone), "");
  EXPECT_EQ(ask("", 3, kCellMissing), "");
  EXPECT_EQ(ask("plum", 3, kCellPresent), "input.unknown_category");
  EXPECT_EQ(ask("pear", 99, kCellPresent), "input.unknown_category");
}

TEST(XGBoostBooster, NoPrefixIsAModel) {
  const std::string bytes = Parts().Bytes();
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(Read(bytes.substr(0, n)).ok()) << n;
  EXPECT_FALSE(Read(bytes + "}").ok());
}

TEST(XGBoostBooster, AnyByteChangedIsReadOrRefused) {
  const std::string bytes = Parts().Bytes();
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      const absl::Status status = Read(changed);
      EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status) || absl::IsUnimplemented(status)) << status;
    }
  }
}

TEST(XGBoostBooster, Refuses) {
  const struct {
    const char* what;
    std::function<void(Parts&)> change;
    absl::StatusCode code;
  } kRows[] = {
      {"trees[0].left_children: 0", [](Parts& p) { p.left[2] = 0; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].right_children: 2", [](Parts& p) { p.left[0] = 2; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].right_children: 3", [](Parts& p) { p.right[2] = 3; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].right_children: 5", [](Parts& p) { p.right[2] = 5; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].left_children: -1", [](Parts& p) { p.left[2] = -1; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].left_children: -7", [](Parts& p) { p.left[1] = -7; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].split_indices[0]: 2", [](Parts& p) { p.features[0] = 2; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].split_indices[0]: -1", [](Parts& p) { p.features[0] = -1; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].split_conditions[3]", [](Parts& p) { p.conditions[3] = INFINITY; },
       absl::StatusCode::kInvalidArgument},
      {"trees[0].split_conditions[0]", [](Parts& p) { p.conditions[0] = NAN; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].split_conditions: another", [](Parts& p) { p.conditions.pop_back(); },
       absl::StatusCode::kInvalidArgument},
      {"trees[0].default_left", [](Parts& p) { p.default_left.pop_back(); }, absl::StatusCode::kInvalidArgument},
      {"trees[0].split_type", [](Parts& p) { p.split_type.pop_back(); }, absl::StatusCode::kInvalidArgument},
      {"trees[0].categories_nodes: not of node 0", [](Parts& p) { p.split_type[0] = 1; },
       absl::StatusCode::kInvalidArgument},
      {"split_type[0]: 2", [](Parts& p) { p.split_type[0] = 2; }, absl::StatusCode::kInvalidArgument},
      {"categories_nodes: 5", [](Parts& p) { p.WithSet(), p.set_nodes[0] = 5; }, absl::StatusCode::kInvalidArgument},
      {"categories_nodes: -1", [](Parts& p) { p.WithSet(), p.set_nodes[0] = -1; }, absl::StatusCode::kInvalidArgument},
      {"categories_nodes: 0, not a node once",
       [](Parts& p) { p.WithSet(), p.set_nodes.push_back(0), p.set_sizes.push_back(0), p.set_segments.push_back(2); },
       absl::StatusCode::kInvalidArgument},
      {"categories_sizes: 3", [](Parts& p) { p.WithSet(), p.set_sizes[0] = 3; }, absl::StatusCode::kInvalidArgument},
      {"categories_sizes: -1", [](Parts& p) { p.WithSet(), p.set_sizes[0] = -1; }, absl::StatusCode::kInvalidArgument},
      {"categories_sizes: another", [](Parts& p) { p.WithSet(), p.set_sizes.push_back(1); },
       absl::StatusCode::kInvalidArgument},
      {"categories_segments", [](Parts& p) { p.WithSet(), p.set_segments[0] = 1; }, absl::StatusCode::kInvalidArgument},
      {"categories below 2^24", [](Parts& p) { p.WithSet(), p.categories[1] = 1 << 24; },
       absl::StatusCode::kInvalidArgument},
      {"categories below 2^24", [](Parts& p) { p.WithSet(), p.categories[1] = -1; },
       absl::StatusCode::kInvalidArgument},
      {"size_leaf_vector: 2", [](Parts& p) { p.leaf_width = "2"; }, absl::StatusCode::kInvalidArgument},
      {"base_weights", [](Parts& p) { p.WithVectors(), p.leaf_weights.clear(); }, absl::StatusCode::kInvalidArgument},
      {"leaf_weights: another", [](Parts& p) { p.WithVectors(), p.leaf_weights.pop_back(); },
       absl::StatusCode::kInvalidArgument},
      {"leaf_weights[1]", [](Parts& p) { p.WithVectors(), p.leaf_weights[1] = NAN; },
       absl::StatusCode::kInvalidArgument},
      {"right_children: 3", [](Parts& p) { p.WithVectors(), p.right[1] = 3; }, absl::StatusCode::kInvalidArgument},
      {"right_children: -1", [](Parts& p) { p.WithVectors(), p.right[1] = -1; }, absl::StatusCode::kInvalidArgument},
      {"weights", [](Parts& p) { p.name = "gblinear"; }, absl::StatusCode::kInvalidArgument},
      {"weights", [](Parts& p) { p.name = "gblinear", p.weights = {1, 2}; }, absl::StatusCode::kInvalidArgument},
      {"weights", [](Parts& p) { p.name = "gblinear", p.weights = {1, 2, INFINITY}; },
       absl::StatusCode::kInvalidArgument},
      {"gradient_booster.name", [](Parts& p) { p.name = "other"; }, absl::StatusCode::kInvalidArgument},
      {"no number passes", [](Parts& p) { p.conditions[0] = -3.4028234663852886e38F; },
       absl::StatusCode::kUnimplemented},
      {"tree_info: 1", [](Parts& p) { p.tree_info[0] = 1; }, absl::StatusCode::kInvalidArgument},
      {"tree_info: -1", [](Parts& p) { p.tree_info[0] = -1; }, absl::StatusCode::kInvalidArgument},
      {"tree_info: another", [](Parts& p) { p.tree_info.push_back(0); }, absl::StatusCode::kInvalidArgument},
      {"num_feature", [](Parts& p) { p.n_features = "-2"; }, absl::StatusCode::kInvalidArgument},
      {"num_feature", [](Parts& p) { p.n_features = "4294967298"; }, absl::StatusCode::kInvalidArgument},
      {"num_class", [](Parts& p) { p.n_classes = "3 "; }, absl::StatusCode::kInvalidArgument},
      {"num_target", [](Parts& p) { p.n_classes = "3", p.n_targets = "2"; }, absl::StatusCode::kInvalidArgument},
      {"base_score", [](Parts& p) { p.base_score = "inf"; }, absl::StatusCode::kInvalidArgument},
      {"base_score", [](Parts& p) { p.base_score = "[1,2]"; }, absl::StatusCode::kInvalidArgument},
      {"base_score", [](Parts& p) { p.base_score = ""; }, absl::StatusCode::kInvalidArgument},
      {"best_iteration", [](Parts& p) { p.best = "1"; }, absl::StatusCode::kInvalidArgument},
      {"best_iteration", [](Parts& p) { p.best = "-1"; }, absl::StatusCode::kInvalidArgument},
      {"iteration_indptr", [](Parts& p) { p.ends = {1}; }, absl::StatusCode::kInvalidArgument},
      {"iteration_indptr", [](Parts& p) { p.ends = {1, 1}; }, absl::StatusCode::kInvalidArgument},
      {"iteration_indptr", [](Parts& p) { p.ends = {0, 1, 0, 1}; }, absl::StatusCode::kInvalidArgument},
      {"iteration_indptr", [](Parts& p) { p.ends = {0, 0}; }, absl::StatusCode::kInvalidArgument},
      {"iteration_indptr", [](Parts& p) { p.ends = {}; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].id", [](Parts& p) { p.id = 1; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].parents[1]", [](Parts& p) { p.parents[1] = 2; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].parents", [](Parts& p) { p.parents.pop_back(); }, absl::StatusCode::kInvalidArgument},
      {"trees[0].default_left[0]: 2", [](Parts& p) { p.default_left[0] = 2; }, absl::StatusCode::kInvalidArgument},
      {"trees[0].num_nodes: 4", [](Parts& p) { p.n_nodes = "4"; }, absl::StatusCode::kInvalidArgument},
      {"num_trees: 2", [](Parts& p) { p.n_trees = "2"; }, absl::StatusCode::kInvalidArgument},
      {"categories_nodes: nodes", [](Parts& p) { p.set_nodes = {0}; }, absl::StatusCode::kInvalidArgument},
      {"categories_nodes: 1", [](Parts& p) { p.WithSet(), p.set_nodes[0] = 1; }, absl::StatusCode::kInvalidArgument},
      {"'id' twice", [](Parts& p) { p.twice = Key("id") + "Z"; }, absl::StatusCode::kInvalidArgument},
  };
  for (const auto& row : kRows) {
    Parts parts;
    row.change(parts);
    const absl::Status status = Read(parts.Bytes());
    EXPECT_EQ(status.code(), row.code) << row.what << ": " << status;
    EXPECT_NE(std::string(status.message()).find(row.what), std::string::npos) << row.what << ": " << status;
  }
}

// A binary model of one tree, as 1.7 writes it: x[1] < 0.5 gives -1, else 2.
std::string Binary(int32_t n_trees = 1, int32_t n_nodes = 3, int32_t right = 2, uint64_t name_length = 16) {
  std::string bytes = "binf";
  const auto little = [&](uint64_t bits, int width) {
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(bits >> (8 * i));
  };
  const auto words = [&](std::vector<int32_t> numbers, size_t width) {
    numbers.resize(width / 4);
    for (int32_t number : numbers) little(static_cast<uint32_t>(number), 4);
  };
  const auto node = [&](int32_t left_child, int32_t right_child, uint32_t feature, float value) {
    words({0, left_child, right_child, static_cast<int32_t>(feature), std::bit_cast<int32_t>(value)}, 20);
  };
  words({std::bit_cast<int32_t>(0.5F), 2, 0, 1, 0, 1, 7}, 136);
  little(name_length, 8);
  bytes += "reg:squarederror";
  little(6, 8);
  bytes += "gbtree";
  words({n_trees}, 160);
  words({1, n_nodes, 0, 0, 2}, 148);
  node(1, right, 1 | uint32_t{1} << 31, 0.5F);
  node(-1, -1, 0, -1);
  node(-1, -1, 0, 2);
  words({}, 48);
  words({0}, 4);
  little(1, 8);
  little(14, 8);
  bytes += "best_iteration";
  little(1, 8);
  bytes += "0";
  return bytes;
}

TEST(XGBoostBooster, ReadsBinaryModels) {
  const std::string bytes = Binary();
  absl::StatusOr<Booster> booster = Booster::Read(bytes);
  ASSERT_TRUE(booster.ok()) << booster.status();
  EXPECT_EQ(booster->version(), (std::pair{1U, 7U}));
  EXPECT_FALSE(booster->is_base_margin());
  CategorySets sets;
  absl::StatusOr<BoosterTree> tree = booster->Tree(0, sets);
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->nodes[0].feature, 1u);
  EXPECT_TRUE(tree->nodes[0].missing_goes_left);
  EXPECT_EQ(tree->leaves, (std::vector<float>{0, -1, 2}));
  for (size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(Read(bytes.substr(0, n)).ok()) << n;
  EXPECT_FALSE(Read(bytes + "x").ok());
  for (const std::string& hostile : {Binary(INT32_MAX), Binary(-1), Binary(2), Binary(1, INT32_MAX), Binary(1, 0),
                                     Binary(1, -3), Binary(1, 3, 0), Binary(1, 3, 1), Binary(1, 3, 3), Binary(1, 3, -2),
                                     Binary(1, 3, 2, uint64_t(-1)), Binary(1, 3, 2, uint64_t{1} << 62)}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Read(hostile)));
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      const absl::Status status = Read(changed);
      EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status) || absl::IsUnimplemented(status)) << status;
    }
  }
}

TEST(Ubjson, LengthsAndNesting) {
  const auto refused = [](const std::string& bytes) { return !document::Document::ReadUbjson(bytes).ok(); };
  EXPECT_TRUE(refused("S" + std::string("L") + BigEndian(uint64_t(-1), 8)));  // a negative length
  EXPECT_TRUE(refused("S" + Length(uint64_t{1} << 62)));                      // beyond the end
  EXPECT_TRUE(refused("[$D#" + Length((uint64_t{1} << 61) + 1)));             // whose size would wrap
  EXPECT_TRUE(refused("[#" + Length(uint64_t{1} << 40)));                     // more elements than bytes
  EXPECT_TRUE(refused("[$[#" + Length(1)));                                   // typed by a container
  EXPECT_TRUE(refused(std::string(100, '[')));                                // too deep
  EXPECT_TRUE(refused(std::string(33, '[') + Text(std::string(200, 'x')) + std::string(33, ']')));
  EXPECT_TRUE(refused("[" + std::string(1000, 'Z') + "]"));  // too many for the bytes
  EXPECT_TRUE(refused(""));
  const std::string text = Text(std::string(200, 'x'));
  EXPECT_FALSE(refused(std::string(32, '[') + text + std::string(32, ']')));
  EXPECT_FALSE(refused("{" + Key("a") + "[#U\x02i\x01i\xff" + Key("b") + "Z}"));
}

}  // namespace
}  // namespace pratique
