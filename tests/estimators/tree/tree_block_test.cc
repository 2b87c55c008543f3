// Crafted .prq files with right digests: every defect of a TreeBlock is refused by the rule it breaks.
#include "estimators/tree/tree_block.h"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <functional>
#include <vector>

#include "container/writer.h"
#include "estimators/tree/block_builder.h"
#include "estimators/tree/family.h"
#include "estimators/tree/leaf_row.h"
#include "estimators/tree/tree_classifier.h"
#include "import/sklearn/importer.h"
#include "pratique/load.h"
#include "pratique/rejection.h"
#include "state/layout.h"
#include "tests/estimators/tree/sklearn_fixture.h"

namespace pratique::testing {
namespace {

// Four features, so two bits of feature; with `missing` one more.
constexpr uint32_t kRightBits = 29;
float RowNaN(uint32_t row) { return std::bit_cast<float>(0x7fc00000 + row); }
fb::Node Split(float threshold, uint32_t feature, uint32_t right, bool missing_goes_left = false) {
  return {threshold, static_cast<uint32_t>(missing_goes_left) << 31 | feature << kRightBits | right};
}
fb::Node Leaf(uint32_t self, uint32_t row) { return {RowNaN(row), self}; }

// A TreeBlock that owns what it views.
struct Block {
  uint32_t n_features_in = 4, value_width = 2;
  bool missing = true;
  std::vector<fb::Node> nodes = {Split(0.5f, 3, 2), Leaf(1, 0), Split(-1.5f, 0, 4, true),
                                 Leaf(3, 1),        Leaf(4, 0), Split(1, 1, 2),
                                 Leaf(1, 1),        Leaf(2, 2)};
  std::vector<uint32_t> roots = {0, 5};
  std::vector<double> leaf_values = {1, 0, 0, 1, 0.5, 0.5};
  std::vector<uint32_t> features, numbers;

  TreeBlock view() const {
    TreeBlock block{};
    block.n_features_in = n_features_in;
    block.value_width = value_width;
    block.missing = missing;
    block.nodes = nodes;
    block.roots = roots;
    block.leaf_values = leaf_values;
    if (!features.empty()) block.features = features;
    if (!numbers.empty()) block.numbers = numbers;
    return block;
  }
};

// A forest of these blocks, as a .prq.
std::string FileOf(std::span<const TreeBlock> blocks) {
  const int64_t labels[] = {10, 20};
  const Values classes[] = {{.dtype = fb::DType::Int64, .missing = fb::Missing::No, .ints = labels}};
  TreeClassifier forest{};
  forest.n_features_in = 4;
  forest.averaged = true;
  forest.accepts_missing = true;
  forest.classes = classes;
  const Class* type = Registry::Builtin().Find("sklearn.ensemble.RandomForestClassifier");
  FileToWrite file;
  const uint32_t owner = static_cast<uint32_t>(blocks.size()) + 1;
  for (size_t i = 0; i < blocks.size(); ++i) {
    file.objects.push_back(
        {"pratique.TreeBlock", TreesRole(i), "", owner, *Encode(TreeBlockClass().form->plan(), &blocks[i])});
  }
  file.objects.push_back({std::string(type->name), "model", "{}", 0, *Encode(type->form->plan(), &forest)});
  return *WriteFile(file);
}
std::string FileOf(const Block& block) { return FileOf(std::vector{block.view()}); }

struct Defect {
  const char* what;
  std::function<void(Block&)> make;
  const char *field, *rule;  // field: "" for what spans objects
};

class CraftedBlock : public ::testing::TestWithParam<Defect> {};

TEST_P(CraftedBlock, IsRefusedByPlaceAndRule) {
  Block block;
  ASSERT_TRUE(LoadFile(FileOf(block)).ok()) << LoadFile(FileOf(block)).status();
  GetParam().make(block);
  const absl::StatusOr<Model> model = LoadFile(FileOf(block));
  ASSERT_FALSE(model.ok());
  const std::optional<Rejection> rejection = GetRejection(model.status());
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->reason, Reason::kInvalid) << model.status();
  EXPECT_EQ(rejection->rule, GetParam().rule) << model.status();
  EXPECT_THAT(rejection->path, ::testing::EndsWith(GetParam().field));
}

const Defect kDefects[] = {
    {"right out of range", [](Block& b) { b.nodes[5] = Split(1, 1, 3); }, "nodes[5].right", "breadth_first"},
    {"right far out of range", [](Block& b) { b.nodes[5] = Split(1, 1, (1u << kRightBits) - 1); }, "nodes[5].right",
     "breadth_first"},
    {"right is itself", [](Block& b) { b.nodes[2] = Split(1, 1, 2); }, "nodes[2].right", "breadth_first"},
    {"left is itself", [](Block& b) { b.nodes[2] = Split(1, 1, 3); }, "nodes[2].right", "breadth_first"},
    {"right goes back", [](Block& b) { b.nodes[2] = Split(1, 1, 0); }, "nodes[2].right", "breadth_first"},
    {"right into the other tree", [](Block& b) { b.nodes[2] = Split(1, 1, 7); }, "nodes[2].right", "breadth_first"},
    {"right counts from the block's beginning", [](Block& b) { b.nodes[5] = Split(1, 1, 7); }, "nodes[5].right",
     "breadth_first"},
    {"shared children", [](Block& b) { b.nodes[2] = Split(1, 1, 2); }, "nodes[2].right", "breadth_first"},
    {"a leaf becomes a split", [](Block& b) { b.nodes[1] = Split(1, 1, 4); }, "nodes[2].right", "breadth_first"},
    {"a split becomes a leaf", [](Block& b) { b.nodes[2] = Leaf(2, 1); }, "roots", "breadth_first"},
    {"last split without children", [](Block& b) { b.nodes[7] = Split(1, 1, 4); }, "roots", "breadth_first"},
    {"a leaf leads to another", [](Block& b) { b.nodes[1] = Leaf(3, 0); }, "nodes[1].right", "breadth_first"},
    {"a leaf leads back", [](Block& b) { b.nodes[4] = Leaf(0, 0); }, "nodes[4].right", "breadth_first"},
    {"a leaf leads out", [](Block& b) { b.nodes[7] = Leaf(3, 2); }, "nodes[7].right", "breadth_first"},
    {"a leaf counts from the block's beginning", [](Block& b) { b.nodes[7] = Leaf(7, 2); }, "nodes[7].right",
     "breadth_first"},
    {"feature out of range", [](Block& b) { b.n_features_in = 3; }, "nodes[0].feature", "tree_nodes"},
    {"a leaf has a feature", [](Block& b) { b.nodes[1] = {RowNaN(0), 1u << kRightBits | 1}; }, "nodes[1].feature",
     "tree_nodes"},
    {"a leaf sends NaN left", [](Block& b) { b.nodes[1] = {RowNaN(0), 1u << 31 | 1}; }, "nodes[1].missing",
     "tree_nodes"},
    {"threshold inf", [](Block& b) { b.nodes[0] = Split(INFINITY, 3, 2); }, "nodes[0].threshold", "tree_nodes"},
    {"threshold -inf", [](Block& b) { b.nodes[0] = Split(-INFINITY, 3, 2); }, "nodes[0].threshold", "tree_nodes"},
    {"a split's threshold NaN", [](Block& b) { b.nodes[0] = Split(NAN, 3, 2); }, "nodes[0].right", "breadth_first"},
    {"a leaf's NaN is negative", [](Block& b) { b.nodes[1] = {std::bit_cast<float>(0xffc00000), 1}; },
     "nodes[1].threshold", "tree_nodes"},
    {"a leaf's NaN signals", [](Block& b) { b.nodes[3] = {std::bit_cast<float>(0x7f800001), 3}; }, "nodes[3].threshold",
     "tree_nodes"},
    {"a leaf's threshold is a number", [](Block& b) { b.nodes[3] = {1.0f, 3}; }, "nodes[3].right", "breadth_first"},
    {"leaf row out of range", [](Block& b) { b.nodes[7] = Leaf(2, 3); }, "nodes[7].leaf_row", "first_use"},
    {"leaf row far out of range", [](Block& b) { b.nodes[1] = Leaf(1, 0x3fffff); }, "nodes[1].leaf_row", "first_use"},
    {"leaf rows out of order",
     [](Block& b) {
       b.nodes[1] = Leaf(1, 1);
       b.nodes[3] = Leaf(3, 0);
     },
     "nodes[1].leaf_row", "first_use"},
    {"leaf row never used", [](Block& b) { b.nodes[7] = Leaf(2, 1); }, "leaf_values", "first_use"},
    {"half a leaf row", [](Block& b) { b.leaf_values.pop_back(); }, "leaf_values", "shape"},
    {"no leaf rows", [](Block& b) { b.leaf_values.clear(); }, "nodes[1].leaf_row", "first_use"},
    {"leaf value NaN", [](Block& b) { b.leaf_values[3] = NAN; }, "leaf_values[3]", "finite"},
    {"leaf value inf", [](Block& b) { b.leaf_values[0] = -INFINITY; }, "leaf_values[0]", "finite"},
    {"root missing", [](Block& b) { b.roots = {0}; }, "roots", "breadth_first"},
    {"no roots", [](Block& b) { b.roots.clear(); }, "roots", "min"},
    {"no nodes",
     [](Block& b) {
       b.nodes.clear();
       b.roots = {};
       b.leaf_values = {};
       b.missing = false;
     },
     "roots", "min"},
    {"root inside a tree", [](Block& b) { b.roots = {0, 3}; }, "roots", "breadth_first"},
    {"root out of range", [](Block& b) { b.roots = {0, 8}; }, "roots[1]", "index_below"},
    {"root twice", [](Block& b) { b.roots = {0, 0, 5}; }, "roots", "breadth_first"},
    {"roots unsorted", [](Block& b) { b.roots = {5, 0}; }, "roots[1]", "sorted"},
    {"missing, and no split says so", [](Block& b) { b.nodes[2] = Split(-1.5f, 0, 4); }, "missing", "tree_nodes"},
    {"a split sends NaN left, and missing is not said", [](Block& b) { b.missing = false; }, "nodes[0].right",
     "breadth_first"},
    {"no features", [](Block& b) { b.n_features_in = 0; }, "n_features_in", "min"},
    {"no values", [](Block& b) { b.value_width = 0; }, "value_width", "min"},
    {"the wide form where it is not needed",
     [](Block& b) {
       b.nodes = {{0.5f, 2},      {RowNaN(0), 1}, {-1.5f, 4},     {RowNaN(0), 3},
                  {RowNaN(0), 4}, {1, 2},         {RowNaN(0), 1}, {RowNaN(0), 2}};
       b.features = {3, 0, 1u << 31, 1, 0, 1, 1, 2};
     },
     "features", "tree_nodes"},
    {"too few features", [](Block& b) { b.features = {1, 2}; }, "features", "shape"},
    {"too few numbers", [](Block& b) { b.numbers = {0, 1}; }, "numbers", "shape"},
    {"numbers of the depth-first builder", [](Block& b) { b.numbers = {0, 1, 2, 3, 4, 0, 1, 2}; }, "numbers",
     "node_numbers"},
    {"a number twice", [](Block& b) { b.numbers = {0, 2, 1, 3, 3, 0, 1, 2}; }, "numbers[4]", "node_numbers"},
    {"a number beyond the tree", [](Block& b) { b.numbers = {0, 2, 1, 3, 5, 0, 1, 2}; }, "numbers[4]", "node_numbers"},
    {"numbers count from the block's beginning", [](Block& b) { b.numbers = {0, 2, 1, 3, 4, 5, 6, 7}; }, "numbers[5]",
     "node_numbers"},
    {"a child's number before its parent's", [](Block& b) { b.numbers = {0, 2, 3, 1, 4, 0, 1, 2}; }, "numbers[3]",
     "node_numbers"},
    {"features of another owner",
     [](Block& b) {  // five take three bits, and a block without splits has none to be wrong
       b.n_features_in = 5;
       b.missing = false;
       b.nodes = {Leaf(0, 0)};
       b.roots = {0};
       b.leaf_values = {1, 0};
     },
     "", "infer"},
    {"classes of another owner",
     [](Block& b) {
       b.value_width = 1;
       b.leaf_values.resize(3);
     },
     "", "infer"},
};
INSTANTIATE_TEST_SUITE_P(Defects, CraftedBlock, ::testing::ValuesIn(kDefects));

TEST(CraftedBlock, OtherNumbersThanTheBuildersAreKept) {
  Block block;
  block.numbers = {0, 2, 1, 3, 4, 0, 2, 1};
  EXPECT_TRUE(LoadFile(FileOf(block)).ok()) << LoadFile(FileOf(block)).status();
}

// Any change of any field of any node is refused, or leaves a model that predicts.
TEST(CraftedBlock, EveryMutationOfEveryNode) {
  const uint32_t thresholds[] = {0,          0x80000000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fbfffff,
                                 0x7fc00000, 0x7fc00001, 0x7fc00002, 0x7fc00003, 0x7fffffff, 0xff800000, 0xffc00000};
  std::vector<uint32_t> branches;
  for (uint32_t right : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, (1u << kRightBits) - 1}) {
    for (uint32_t feature : {0u, 1u, 3u}) {
      for (uint32_t missing : {0u, 1u}) branches.push_back(missing << 31 | feature << kRightBits | right);
    }
  }
  std::vector<float> x(4 * 40);
  for (size_t i = 0; i < x.size(); ++i) x[i] = i % 11 == 0 ? NAN : static_cast<float>(i % 7) - 3;
  size_t accepted = 0;
  for (size_t i = 0; i < Block().nodes.size(); ++i) {
    for (uint32_t threshold : thresholds) {
      for (uint32_t branch : branches) {
        Block block;
        block.nodes[i] = fb::Node(std::bit_cast<float>(threshold), branch);
        if (block.view().Invariant()) continue;
        ++accepted;
        const absl::StatusOr<Model> model = LoadFile(FileOf(block));
        ASSERT_TRUE(model.ok()) << model.status();
        EXPECT_TRUE(model->PredictProba(Dense(x, 40, 4)).ok());
        EXPECT_TRUE(model->PredictProba(Dense(std::span<const float>(x).first(4), 1, 4)).ok());
      }
    }
  }
  EXPECT_GT(accepted, 20u);
}

TEST(TreeBlock, BelongsToTreeModelsOnly) {
  Block block;
  const TreeBlock state = block.view();
  FileToWrite file;
  file.objects.push_back({"pratique.TreeBlock", "model", "", 0, *Encode(TreeBlockClass().form->plan(), &state)});
  const absl::StatusOr<Model> model = LoadFile(*WriteFile(file));
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(GetRejection(model.status())->code, "state.structure");
}

// --- from scikit-learn's trees to blocks ----------------------------------------------------------------------------

TEST(DistinctRows, NumbersInOrderOfFirstUse) {
  DistinctRows rows(2);
  const auto index = [&](double a, double b) { return rows.IndexOf(std::vector<double>{a, b}); };
  EXPECT_EQ(index(1, 2), 0u);
  EXPECT_EQ(index(2, 1), 1u);
  EXPECT_EQ(index(1, 2), 0u);
  EXPECT_EQ(index(0.0, 1), 2u);
  EXPECT_EQ(index(-0.0, 1), 3u) << "equal numbers, other bits";
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(index(i, 7), 4u + i);
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(index(i, 7), 4u + i);
  EXPECT_EQ(rows.size(), 5004u);
  rows.Clear();
  EXPECT_EQ(index(2, 1), 0u);
}

// Trees spread over blocks give the sums of trees in one.
TEST(BlockBuilder, SpreadsTreesOverBlocksThatWouldPassTheCap) {
  std::mt19937_64 random(11);
  SklearnModel model{.n_features = 4, .classes = {{10, 20}}};
  for (int i = 0; i < 20; ++i) model.trees.push_back(RandomTree(random, model, 5 + random() % 20));
  const graph::Graph graph = GraphOf(model);
  const Limits limits;
  Importer importer(graph, Registry::Builtin(), limits);
  Arena arena;
  ImportContext context(importer, graph.root, *Registry::Builtin().Find("sklearn.ensemble.RandomForestClassifier"),
                        "model", arena);
  const TreeExpectations expected{.n_features = 4, .n_classes = {2}, .is_classifier = true};
  const LeafRows leaf_rows(expected);
  const absl::StatusOr<Model> whole = LoadFile(*ImportModel(model));
  ASSERT_TRUE(whole.ok()) << whole.status();
  std::vector<float> x(4 * 50);
  for (float& v : x) v = static_cast<float>(random() % 41) / 8 - 2.5f;

  const std::pair<uint64_t, size_t> caps[] = {{BlockBuilder::Caps().bytes, 1}, {3000, 0}, {1, 20}};
  for (const auto& [bytes, n_blocks] : caps) {
    BlockBuilder builder(
        4, 2, true, [&](const FittedTree& tree, uint32_t i, std::span<double> row) { leaf_rows.Fill(tree, i, row); },
        {.bytes = bytes});
    for (graph::Id tree : graph[graph.Find(graph.root, "estimators_")].items) {
      absl::StatusOr<FittedTree> fitted =
          FittedTree::Read(context, graph.Find(tree, "tree_"), Place(context, "tree_"), expected);
      ASSERT_TRUE(fitted.ok()) << fitted.status();
      builder.Add(*fitted, arena);
    }
    const std::vector<TreeBlock> blocks = builder.Finish(arena);
    if (n_blocks != 0)
      EXPECT_EQ(blocks.size(), n_blocks);
    else
      EXPECT_GT(blocks.size(), 2u);
    for (const TreeBlock& block : blocks) EXPECT_FALSE(block.Invariant());
    const absl::StatusOr<Model> spread = LoadFile(FileOf(blocks));
    ASSERT_TRUE(spread.ok()) << spread.status();
    EXPECT_THAT(spread->PredictProba(Dense(x, 50, 4))->values<double>(),
                ::testing::ElementsAreArray(whole->PredictProba(Dense(x, 50, 4))->values<double>()));
  }
}

// 2^24 features leave 8 bits for the nodes of a tree: a larger one takes the wide form, in a block of its own.
TEST(BlockBuilder, TakesTheWideFormWhereItMust) {
  std::mt19937_64 random(12);
  SklearnModel model{.n_features = 1 << 24, .classes = {{10, 20}}};
  for (size_t n_splits : {5, 200, 5}) model.trees.push_back(RandomTree(random, model, n_splits));
  const absl::StatusOr<std::string> prq = ImportModel(model);
  ASSERT_TRUE(prq.ok()) << prq.status();
  const absl::StatusOr<Model> loaded = LoadFile(*prq);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->validated().audited().file().objects().size(), 4u);
  std::vector<float> x(model.n_features);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 41) / 8 - 2.5f;
  double sum[2] = {};
  for (const SklearnTree& tree : model.trees) {
    const size_t leaf = tree.Apply(x.data());
    for (size_t c = 0; c < 2; ++c) sum[c] += tree.values[2 * leaf + c];
  }
  const absl::StatusOr<Matrix> p = loaded->PredictProba(Dense(std::span<const float>(x), 1, x.size()));
  ASSERT_TRUE(p.ok()) << p.status();
  EXPECT_THAT(p->values<double>(), ::testing::ElementsAre(sum[0] / 3, sum[1] / 3));
}

}  // namespace
}  // namespace pratique::testing
