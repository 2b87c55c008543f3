// What Python's and joblib's picklers wrote is read as what Python loads from it (values/make.py).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "import/pickle/pickle.h"
#include "pratique/rejection.h"
#include "tests/import/assembler.h"
#include "tests/import/canonical_text.h"

namespace pratique {
namespace {

struct Value {
  std::string how, file, text;
};

std::string PathOf(const std::string& name) { return PRATIQUE_SOURCE_DIR "/tests/import/values/" + name + ".values"; }

std::vector<Value> Values(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<Value> values;
  for (Value value; std::getline(in, value.how, '\t');) {
    std::string size;
    std::getline(in, size, '\t');
    std::getline(in, value.text);
    value.file.resize(std::stoul(size));
    in.read(value.file.data(), static_cast<std::streamsize>(value.file.size()));
    EXPECT_EQ(in.get(), '\n');
    values.push_back(value);
  }
  return values;
}

class ValuesOf : public ::testing::TestWithParam<const char*> {};

TEST_P(ValuesOf, AreWhatPythonLoads) {
  const std::vector<Value> values = Values(PathOf(GetParam()));
  ASSERT_GT(values.size(), 20u);
  for (size_t i = 0; i < values.size(); ++i) {
    SCOPED_TRACE(std::to_string(i) + " by " + values[i].how);
    const auto graph = pickle::Read(testing::View(values[i].file), {});
    ASSERT_TRUE(graph.ok()) << graph.status() << "\n" << values[i].text;
    EXPECT_EQ(testing::CanonicalText(*graph, graph->root), values[i].text);
  }
}

INSTANTIATE_TEST_SUITE_P(Makers, ValuesOf, ::testing::Values("numpy1", "numpy2", "python2"),
                         [](const auto& info) { return std::string(info.param); });

// Streams that no pickler writes are what Python loads, or refused: values are changed in any order, keys collide
// (values/streams.py). PRATIQUE_STREAMS names another file of them.
TEST(Streams, AreWhatPythonLoadsOrRefused) {
  const char* given = std::getenv("PRATIQUE_STREAMS");
  const std::vector<Value> values = Values(given != nullptr ? given : PathOf("streams"));
  ASSERT_GT(values.size(), 100u);
  size_t read = 0, to_read = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    SCOPED_TRACE(std::to_string(i) + ", which " + values[i].how + ": " + ::testing::PrintToString(values[i].file));
    const auto graph = pickle::Read(testing::View(values[i].file), {});
    const bool loads = values[i].how == "loads";
    to_read += loads;
    if (!graph.ok()) continue;
    read += loads;
    EXPECT_NE(values[i].how, "differs") << testing::CanonicalText(*graph, graph->root);
    if (loads) {
      EXPECT_EQ(testing::CanonicalText(*graph, graph->root), values[i].text);
    }
  }
  EXPECT_GT(2 * read, to_read) << "refused instead of read";
}

}  // namespace
}  // namespace pratique
