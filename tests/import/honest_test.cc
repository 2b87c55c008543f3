// What honest people save, beside fitted models of a release that is read: never an attack, and the report says what it
// is.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "pratique/pratique.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

using namespace testing;

struct Row {
  const char* what;
  std::string type;     // module, a space, class
  std::string content;  // of its state
  const char* code;
  const char* said;
  const char* release = "";
};

std::string Version(const std::string& release) { return Str("_sklearn_version") + Str(release); }

TEST(Honest, IsUncheckedForItsReason) {
  const std::string params = Str("max_depth") + "N" + Str("random_state") + "N";
  const Row rows[] = {
      {"an estimator that was never fitted", "sklearn.tree._classes DecisionTreeRegressor", params + Version("1.3.2"),
       "state.not_fitted", "without ever being fitted", "1.3.2"},
      {"a model below an attribute of one's own", "sklearn.tree._classes DecisionTreeRegressor",
       params + Str("model1") + testing::Name("sklearn.tree._classes", "DecisionTreeRegressor") + ")" + kNewObj +
           Version("1.3.2"),
       "state.not_fitted", "without ever being fitted", "1.3.2"},
      {"a class that is not supported, of an old release", "sklearn.svm.classes SVC", params + Version("0.21.3"),
       "state.version", "was made by scikit-learn 0.21.3", "0.21.3"},
      {"a class of one's own", "acme.models Forest", params + Version("0.24.1"), "type.unknown", "acme.models.Forest",
       "0.24.1"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const size_t space = row.type.find(' ');
    const std::string pickle = Proto(4) + testing::Name(row.type.substr(0, space), row.type.substr(space + 1)) + ")" +
                               kNewObj + "}(" + row.content + "u" + kBuild + kStop;
    const Report report = ScanBytes(View(pickle), "model.pkl");
    EXPECT_EQ(Name(report.verdict), Name(Verdict::kUnchecked));
    EXPECT_EQ(Name(report.reason), Name(Reason::kUnsupported));
    ASSERT_FALSE(report.findings.empty());
    EXPECT_EQ(report.findings[0].code, row.code);
    EXPECT_NE(report.findings[0].message.find(row.said), std::string::npos) << report.findings[0].message;
    ASSERT_EQ(report.written_by.sklearn.size(), 1u);
    EXPECT_EQ(report.written_by.sklearn[0], row.release);
  }
}

// A fitted one that lacks a part is no damage: someone set the others by hand, or deleted this one.
TEST(Honest, AFittedModelThatLacksAPartIsRefused) {
  const std::string pickle = Proto(4) + testing::Name("sklearn.tree._classes", "DecisionTreeRegressor") + ")" +
                             kNewObj + "}(" + Str("n_features_in_") + "K\x02" + Version("1.3.2") + "u" + kBuild + kStop;
  const Report report = ScanBytes(View(pickle), "model.pkl");
  EXPECT_EQ(Name(report.verdict), Name(Verdict::kUnchecked));
  EXPECT_EQ(Name(report.reason), Name(Reason::kUnsupported));
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].code, "state.absent");
}

// Values that other libraries save (honest/make.py): some are read, some are not; nothing is wrong with any.
TEST(Honest, FilesOfOtherLibrariesAreNeverRejected) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/import/honest")) {
    if (entry.path().extension() == ".py") continue;
    ++files;
    const Report report = Scan(entry.path());
    ASSERT_FALSE(report.findings.empty());
    EXPECT_NE(Name(report.verdict), Name(Verdict::kRejected)) << entry.path() << report.findings[0].message;
  }
  EXPECT_EQ(files, 8u);
}

}  // namespace
}  // namespace pratique
