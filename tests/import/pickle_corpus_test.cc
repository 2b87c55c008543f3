// Every model of tests/models reads; no damage to one does more than be refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "archive/inflate.h"
#include "format/sniff.h"
#include "import/pickle/pickle.h"
#include "pratique/rejection.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;
using testing::View;

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> Models() {
  std::vector<fs::path> models;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PRATIQUE_SOURCE_DIR) / "tests/models")) {
    const fs::path extension = entry.path().extension();
    if (extension == ".pkl" || extension == ".joblib") models.push_back(entry.path());
  }
  std::sort(models.begin(), models.end());
  return models;
}

TEST(PickleCorpus, EveryModelReads) {
  const std::vector<fs::path> models = Models();
  ASSERT_GT(models.size(), 100u);
  for (const fs::path& path : models) {
    SCOPED_TRACE(path.string());
    const std::string file = Contents(path);
    EXPECT_EQ(Sniff(View(file)).kind, Sniffed::Kind::kForeign);
    const auto graph = pickle::Read(View(file), Limits{});
    ASSERT_TRUE(graph.ok()) << graph.status();
    EXPECT_NE(graph->root, graph::kNoId);
    EXPECT_EQ(graph->wrapper.starts_with("joblib") || graph->wrapper.starts_with("pickle"), true);
  }
}

// Flips, cuts and splices. What reads afterwards is a sound graph; the rest carries a rejection of the file.
void Mutate(const std::string& good, const std::string& other, int times, std::mt19937& random) {
  for (int i = 0; i < times; ++i) {
    std::string bad = good;
    const auto at = [&](const std::string& s) { return random() % (s.size() + 1); };
    switch (random() % 4) {
      case 0:
        bad.resize(at(bad));
        break;
      case 1:
        bad.insert(at(bad), other.substr(at(other), random() % 64));
        break;
      case 2:
        bad.erase(at(bad), random() % 16);
        break;
      default:
        break;
    }
    for (unsigned n = random() % 4; n > 0 && !bad.empty(); --n)
      bad[random() % bad.size()] = static_cast<char>(random());
    // A heap copy of exact size: one byte too far is seen.
    const auto exact = std::make_unique<std::byte[]>(bad.size());
    std::transform(bad.begin(), bad.end(), exact.get(), [](char c) { return static_cast<std::byte>(c); });
    const std::span<const std::byte> file(exact.get(), bad.size());
    (void)Sniff(file);
    const auto graph = pickle::Read(file, Limits{});
    if (graph.ok()) {
      ASSERT_LT(graph->root, graph->size());
      continue;
    }
    const auto rejection = GetRejection(graph.status());
    ASSERT_TRUE(rejection.has_value());
    ASSERT_NE(rejection->reason, Reason::kInternal) << graph.status();
  }
}

TEST(PickleCorpus, DamageIsRefused) {
  std::mt19937 random(20260101);
  std::vector<std::string> small;
  for (const fs::path& path : Models()) {
    if (fs::file_size(path) >= 6000 || random() % 8 != 0) continue;
    small.push_back(Contents(path));
    // Damage to a compressed stream seldom gets past its checksum.
    const codec::Codec codec = codec::Detect(View(small.back()));
    if (codec == codec::Codec::kNone || random() % 8 == 0) continue;
    const auto inflated = codec::Inflate(codec, View(small.back()), Limits{});
    ASSERT_TRUE(inflated.ok());
    small.back().assign(reinterpret_cast<const char*>(inflated->data.get()), inflated->size);
  }
  ASSERT_GT(small.size(), 20u);
  for (const std::string& file : small) Mutate(file, small[random() % small.size()], 60, random);
}

}  // namespace
}  // namespace pratique
