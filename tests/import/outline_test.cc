// What is shown of a file that was refused: bounded in work as in size.
#include "import/sklearn/outline.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "import/pickle/pickle.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

using testing::Int;
using testing::Name;
using testing::Str;

// Lists of the same lists, 12 deep and 30 wide: 30^12 ways to the last one, an estimator.
TEST(Outline, LooksAtEachListOnce) {
  const std::string estimator =
      Name("acme", "Model") + ")" + testing::kNewObj + "}" + Str("coef_") + Int(7) + "s" + testing::kBuild;
  std::string lists = estimator + "q" + std::string(1, '\0');
  for (int depth = 1; depth <= 11; ++depth) {
    lists += "0](";
    for (int width = 0; width < 30; ++width) lists += testing::Get(depth - 1);
    lists += "eq" + std::string(1, static_cast<char>(depth));
  }
  const std::string file = testing::Proto(4) + lists + testing::kStop;
  const auto graph = pickle::Read(testing::View(file), {});
  ASSERT_TRUE(graph.ok()) << graph.status();
  const auto outlined = Outline(*graph, graph->root, "model");
  ASSERT_EQ(outlined.size(), 1u);
  EXPECT_EQ(outlined[0].type, "acme.Model");
  EXPECT_EQ(outlined[0].path, "model[0][0][0][0][0][0][0][0][0][0][0]");
  ASSERT_EQ(outlined[0].fitted.size(), 1u);
  EXPECT_EQ(outlined[0].fitted[0], std::pair(std::string("coef_"), std::string("7")));
}

// The same in the parameter of an estimator, where it is known under another name.
TEST(Outline, OfAnAttackEnds) {
  std::ifstream in(PRATIQUE_SOURCE_DIR "/tests/attacks/files/unfold_lists.pkl", std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(in)), {});
  const auto graph = pickle::Read(testing::View(file), {});
  ASSERT_TRUE(graph.ok()) << graph.status();
  EXPECT_EQ(Outline(*graph, graph->root, "model").size(), 1u);
}

}  // namespace
}  // namespace pratique
