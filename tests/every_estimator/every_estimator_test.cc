// Every estimator of scikit-learn, as five releases save it: honest files are never called an attack.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "pratique/pratique.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(PRATIQUE_SOURCE_DIR) / "tests/every_estimator";

std::vector<fs::path> Saved(const std::string& release) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kFolder / release)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// CLASS.joblib or CLASS-VARIANT.joblib
std::string ClassOf(const fs::path& file) {
  const std::string stem = file.stem().string();
  return stem.substr(0, stem.find('-'));
}

class EveryEstimator : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryEstimator, IsAcceptedOrUnsupportedByName) {
  size_t accepted = 0;
  for (const fs::path& file : Saved(GetParam())) {
    SCOPED_TRACE(file.filename().string());
    const Report report = Scan(file.string());
    if (report.verdict == Verdict::kAccepted) {
      ++accepted;
      continue;
    }
    ASSERT_FALSE(report.findings.empty());
    const Rejection& why = report.findings.front();
    EXPECT_EQ(Name(report.verdict), Name(Verdict::kUnchecked)) << why.message;
    EXPECT_EQ(Name(report.reason), Name(Reason::kUnsupported)) << why.message;
    EXPECT_NE(why.code, "type.unknown") << why.message;
    const std::string named = why.path + " " + why.message;
    EXPECT_NE(named.find(ClassOf(file)), named.npos) << named;
  }
  EXPECT_GT(accepted, 20u);
}

INSTANTIATE_TEST_SUITE_P(Release, EveryEstimator, ::testing::Values("1.1.3", "1.2.2", "1.4.2", "1.6.1", "1.9.1"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(EveryEstimator, HasAFileForEveryKnownClass) {
  std::set<std::string> saved, known;
  for (const fs::path& file : Saved("1.9.1")) saved.insert(ClassOf(file));
  for (const ClassInfo& type : Registry::Builtin().List()) {
    const std::string name(type.name);
    if (name.starts_with("sklearn.")) known.insert(name.substr(name.rfind('.') + 1));
  }
  for (const std::string& name : known) EXPECT_TRUE(saved.contains(name)) << name;
  EXPECT_GE(saved.size(), 211u);
}

}  // namespace
}  // namespace pratique
