// Crafted .prq files with right digests: every defect of a TreeBlock is refused by the rule it breaks.
#include "estimators/tree/tree_block.h"

#include <gmock/gmock.h>

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

using fb::Node;

// A TreeBlock that owns what it views.
struct Block {
  uint32_t n_features_in = 4, value_width = 2;
  std::vector<Node> nodes = {Node(0.5f, 3, 1), Node(0, -1, 0), Node(-1.5f, 0, 3), Node(0, -1, 1),
                             Node(0, -1, 0),   Node(1, 1, 6),  Node(0, -1, 1),    Node(0, -1, 2)};
  std::vector<uint32_t> roots = {0, 5};
  std::vector<double> leaf_values = {1, 0, 0, 1, 0.5, 0.5};
  std::vector<uint8_t> missing = {0, 0, 1, 0, 0, 0, 0, 0};

  TreeBlock view() const {
    TreeBlock block{};
    block.n_features_in = n_features_in;
    block.value_width = value_width;
    block.nodes = nodes;
    block.roots = roots;
    block.leaf_values = leaf_values;
    if (!missing.empty()) block.missing_go_to_left = missing;
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
    {"left out of range", [](Block& b) { b.nodes[5] = Node(1, 1, 8); }, "nodes[5].left", "breadth_first"},
    {"left far out of range", [](Block& b) { b.nodes[5] = Node(1, 1, 0xffffffff); }, "nodes[5].left", "breadth_first"},
    {"left is itself", [](Block& b) { b.nodes[2] = Node(1, 1, 2); }, "nodes[2].left", "breadth_first"},
    {"left goes back", [](Block& b) { b.nodes[2] = Node(1, 1, 0); }, "nodes[2].left", "breadth_first"},
    {"left into the other tree", [](Block& b) { b.nodes[2] = Node(1, 1, 6); }, "nodes[2].left", "breadth_first"},
    {"shared children", [](Block& b) { b.nodes[2] = Node(1, 1, 1); }, "nodes[2].left", "breadth_first"},
    {"a leaf becomes a split", [](Block& b) { b.nodes[1] = Node(1, 1, 3); }, "nodes[2].left", "breadth_first"},
    {"a split becomes a leaf",
     [](Block& b) {
       b.nodes[2] = Node(0, -1, 1);
       b.missing.clear();
     },
     "roots", "breadth_first"},
    {"last split without children", [](Block& b) { b.nodes[7] = Node(1, 1, 8); }, "roots", "breadth_first"},
    {"feature out of range", [](Block& b) { b.nodes[0] = Node(0.5f, 4, 1); }, "nodes[0].feature",
     "index_below n_features_in"},
    {"feature -2", [](Block& b) { b.nodes[1] = Node(0, -2, 0); }, "nodes[1].feature", "index_below n_features_in"},
    {"smallest feature", [](Block& b) { b.nodes[1] = Node(0, INT32_MIN, 0); }, "nodes[1].feature",
     "index_below n_features_in"},
    {"largest feature", [](Block& b) { b.nodes[0] = Node(0.5f, INT32_MAX, 1); }, "nodes[0].feature",
     "index_below n_features_in"},
    {"threshold NaN", [](Block& b) { b.nodes[0] = Node(NAN, 3, 1); }, "nodes[0].threshold", "finite"},
    {"threshold inf", [](Block& b) { b.nodes[0] = Node(INFINITY, 3, 1); }, "nodes[0].threshold", "finite"},
    {"a leaf's threshold", [](Block& b) { b.nodes[3] = Node(1, -1, 1); }, "nodes[3].threshold", "leaf"},
    {"a leaf's threshold -0", [](Block& b) { b.nodes[3] = Node(-0.0f, -1, 1); }, "nodes[3].threshold", "leaf"},
    {"leaf row out of range", [](Block& b) { b.nodes[7] = Node(0, -1, 3); }, "nodes[7].left", "first_use"},
    {"leaf row far out of range", [](Block& b) { b.nodes[1] = Node(0, -1, 0xffffffff); }, "nodes[1].left", "first_use"},
    {"leaf rows out of order",
     [](Block& b) {
       b.nodes[1] = Node(0, -1, 1);
       b.nodes[3] = Node(0, -1, 0);
     },
     "nodes[1].left", "first_use"},
    {"leaf row never used", [](Block& b) { b.nodes[7] = Node(0, -1, 1); }, "leaf_values", "first_use"},
    {"half a leaf row", [](Block& b) { b.leaf_values.pop_back(); }, "leaf_values", "shape"},
    {"no leaf rows", [](Block& b) { b.leaf_values.clear(); }, "nodes[1].left", "first_use"},
    {"leaf value NaN", [](Block& b) { b.leaf_values[3] = NAN; }, "leaf_values[3]", "finite"},
    {"leaf value inf", [](Block& b) { b.leaf_values[0] = -INFINITY; }, "leaf_values[0]", "finite"},
    {"root missing", [](Block& b) { b.roots = {0}; }, "roots", "breadth_first"},
    {"no roots", [](Block& b) { b.roots.clear(); }, "roots", "min"},
    {"no nodes",
     [](Block& b) {
       b.nodes.clear();
       b.roots = {};
       b.leaf_values = {};
       b.missing.clear();
     },
     "roots", "min"},
    {"root inside a tree", [](Block& b) { b.roots = {0, 3}; }, "roots", "breadth_first"},
    {"root out of range", [](Block& b) { b.roots = {0, 8}; }, "roots[1]", "index_below"},
    {"root twice", [](Block& b) { b.roots = {0, 0, 5}; }, "roots", "breadth_first"},
    {"roots unsorted", [](Block& b) { b.roots = {5, 0}; }, "roots[1]", "sorted"},
    {"missing flag 2", [](Block& b) { b.missing[2] = 2; }, "missing_go_to_left[2]", "max"},
    {"missing flag at a leaf", [](Block& b) { b.missing[1] = 1; }, "missing_go_to_left", "leaf"},
    {"missing flags all 0", [](Block& b) { b.missing[2] = 0; }, "missing_go_to_left", "canonical"},
    {"too few missing flags", [](Block& b) { b.missing.pop_back(); }, "missing_go_to_left", "shape"},
    {"no features", [](Block& b) { b.n_features_in = 0; }, "n_features_in", "min"},
    {"no values", [](Block& b) { b.value_width = 0; }, "value_width", "min"},
    {"features of another owner", [](Block& b) { b.n_features_in = 5; }, "", "infer"},
    {"classes of another owner",
     [](Block& b) {
       b.value_width = 1;
       b.leaf_values.resize(3);
     },
     "", "infer"},
};
INSTANTIATE_TEST_SUITE_P(Defects, CraftedBlock, ::testing::ValuesIn(kDefects));

// Any change of any field of any node is refused, or leaves a model that predicts.
TEST(CraftedBlock, EveryMutationOfEveryNode) {
  const int32_t features[] = {-2, -1, 0, 1, 3, 4, INT32_MAX, INT32_MIN};
  const uint32_t lefts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 0x7fffffff, 0x80000000, 0xffffffff};
  std::vector<float> x(4 * 40);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 7) - 3;
  for (size_t i = 0; i < Block().nodes.size(); ++i) {
    for (int32_t feature : features) {
      for (uint32_t left : lefts) {
        Block block;
        block.nodes[i] = Node(feature == -1 ? 0 : 0.5f, feature, left);
        if (block.view().Invariant()) continue;
        const absl::StatusOr<Model> model = LoadFile(FileOf(block));
        ASSERT_TRUE(model.ok()) << model.status();
        EXPECT_TRUE(model->PredictProba(Dense(x, 40, 4)).ok());
      }
    }
  }
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

  const std::pair<uint64_t, size_t> caps[] = {{BlockBuilder::kMaxBytes, 1}, {3000, 0}, {1, 20}};
  for (const auto& [max_bytes, n_blocks] : caps) {
    BlockBuilder builder(
        4, 2, true, [&](const FittedTree& tree, uint32_t i, std::span<double> row) { leaf_rows.Fill(tree, i, row); },
        max_bytes);
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

}  // namespace
}  // namespace pratique::testing
