// Thousands of callables of Python and its libraries (globals.tsv), in every way that a pickle has to use one: none is
// accepted, and what would be called at once is rejected.
#include <gtest/gtest.h>

#include <span>
#include <string>

#include "import/value/names.h"
#include "pratique/pratique.h"
#include "tests/attacks/manifest.h"

namespace pratique {
namespace {

Report ScanOf(const std::string& opcodes) {
  const std::string file = testing::WithRandomState(opcodes);
  return ScanBytes(std::as_bytes(std::span(file)), "model.pkl", Policy{});
}

TEST(Globals, AGoodModelIsAcceptedOtherwise) {
  EXPECT_EQ(ScanOf("N").verdict, Verdict::kAccepted);
  EXPECT_EQ(ScanOf(testing::Name("numpy", "float64")).verdict, Verdict::kAccepted);
}

// Python hands a Booster's bytes to its library, wherever it stands: only one that an estimator has read is proven.
TEST(Globals, ABoosterThatNoEstimatorReadIsNotAccepted) {
  for (const char* module : {"lightgbm.basic", "lightgbm", "xgboost.core", "xgboost"}) {
    for (const testing::Use& use : testing::Uses(module, "Booster")) {
      if (std::string_view(use.how) == "a value") continue;  // the class alone
      EXPECT_NE(ScanOf(use.opcodes).verdict, Verdict::kAccepted) << module << " by " << use.how;
    }
  }
}

TEST(Globals, AreNeverAcceptedAndNeverCalled) {
  const auto names = testing::Table("globals.tsv", 2);
  ASSERT_GT(names.size(), 2000u);
  for (const auto& row : names) {
    for (const testing::Use& use : testing::Uses(row[0], row[1])) {
      const Report report = ScanOf(use.opcodes);
      ASSERT_EQ(report.findings.size(), 1u) << row[0] << "." << row[1] << " by " << use.how;
      const std::string what = row[0] + "." + row[1] + " by " + use.how + ": " + report.findings[0].message;
      EXPECT_NE(report.verdict, Verdict::kAccepted) << what;
      EXPECT_NE(report.reason, Reason::kInternal) << what;
      EXPECT_TRUE(!use.calls || report.verdict == Verdict::kRejected) << what;
      const bool dangerous = pickle::IsDangerous(row[0], row[1]);
      EXPECT_TRUE(!dangerous || report.reason == Reason::kDangerous) << what;
    }
  }
}

// Those that this list words are said to be dangerous, called or not.
TEST(Globals, DangerousOnesAreSaidToBe) {
  for (const std::string_view module : pickle::DangerousModules()) {
    for (const testing::Use& use : testing::Uses(std::string(module), "f")) {
      EXPECT_EQ(ScanOf(use.opcodes).reason, Reason::kDangerous) << module << " by " << use.how;
    }
  }
  for (const pickle::Name& bad : pickle::DangerousNames()) {
    for (const testing::Use& use : testing::Uses(std::string(bad.module), std::string(bad.name))) {
      EXPECT_EQ(ScanOf(use.opcodes).reason, Reason::kDangerous) << bad.module << "." << bad.name << " by " << use.how;
    }
  }
}

}  // namespace
}  // namespace pratique
