// What releases of scikit-learn changed, and that real models from both sides of each change are in the corpus.
#include "type/change.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "pratique/pratique.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = PRATIQUE_SOURCE_DIR "/tests/models";

// Of every class the releases that have a model with it, and every change that some model was said to predate.
struct Corpus {
  std::map<std::string, std::set<Version>> releases;
  std::set<std::string> undone;
};

const Corpus& TheCorpus() {
  static const Corpus corpus = [] {
    Corpus found;
    for (const auto& file : fs::recursive_directory_iterator(kModels)) {
      if (file.path().filename() != "model.joblib") continue;
      const Report report = Scan(file.path().string());
      found.undone.insert(report.normalized.begin(), report.normalized.end());
      const auto version = Version::Parse(file.path().parent_path().parent_path().filename().string());
      for (const Report::Type& type : report.types) {
        if (version) found.releases[type.name.substr(type.name.rfind('.') + 1)].insert(*version);
      }
    }
    return found;
  }();
  return corpus;
}

TEST(Changes, HaveModelsFromBothSides) {
  size_t count = 0;
  for (const ClassInfo& info : Registry::Builtin().List()) {
    for (const ClassInfo::Change& change : info.changes) {
      SCOPED_TRACE(info.name + ", " + change.release + ": " + change.what);
      const auto& releases = TheCorpus().releases.at(info.name.substr(info.name.rfind('.') + 1));
      const auto release = Version::Parse(change.release);
      ASSERT_TRUE(release.has_value());
      EXPECT_LT(*releases.begin(), *release) << "no older model";
      EXPECT_GE(*releases.rbegin(), *release) << "no newer model";
      ++count;
    }
  }
  EXPECT_GT(count, 20u);
}

TEST(Changes, AreReported) {
  for (const char* change :
       {"scikit-learn 1.2: `sparse` is called sparse_output",
        "scikit-learn 1.3: nodes say where missing values go, and a threshold of infinity parts them from numbers",
        "scikit-learn 1.4: leaves hold fractions of the classes, no longer weights to be divided by their sum",
        "scikit-learn 1.8: statistics are rounded to float32 before float32 input meets them"}) {
    EXPECT_TRUE(TheCorpus().undone.contains(change)) << change;
  }
  EXPECT_TRUE(Scan((kModels / "1.9.1/rf_binary/model.joblib").string()).normalized.empty());
}

TEST(Version, IsReadAsScikitLearnWritesIt) {
  EXPECT_EQ(Version::Parse("1.4.1.post1"), (Version{1, 4, 1}));
  EXPECT_EQ(Version::Parse("1.3.0rc1"), (Version{1, 3, 0}));
  EXPECT_EQ(Version::Parse("1.10.dev0"), (Version{1, 10, 0}));
  EXPECT_EQ(Version::Parse("1.8rc1"), (Version{1, 8, 0}));
  EXPECT_EQ(Version::Parse("1.8.0+local.2"), (Version{1, 8, 0}));
  EXPECT_EQ(Version::Parse("1.8.0a1"), (Version{1, 8, 0}));
  EXPECT_EQ(Version::Parse("1.8.0x"), std::nullopt);
  EXPECT_EQ(Version::Parse("1.10."), std::nullopt);
  EXPECT_EQ(Version::Parse("1"), std::nullopt);
}

}  // namespace
}  // namespace pratique
