// The list of dangerous names decides nothing: this program is linked with an empty one in its place (instead of
// src/import/value/dangerous.cc), and accepts not one file more.
#include <gtest/gtest.h>

#include <span>
#include <string>

#include "import/value/names.h"
#include "pratique/pratique.h"
#include "tests/attacks/manifest.h"

namespace pratique::pickle {

bool IsDangerous(std::string_view, std::string_view) { return false; }
bool IsDangerousToCall(std::string_view, std::string_view) { return false; }
std::span<const std::string_view> DangerousModules() { return {}; }
std::span<const Name> DangerousNames() { return {}; }

}  // namespace pratique::pickle

namespace pratique {
namespace {

TEST(EmptiedList, NoFileIsAcceptedForIt) {
  size_t reworded = 0;
  for (const testing::Attack& attack : testing::Attacks()) {
    SCOPED_TRACE(attack.file + ": " + attack.wrong);
    const Report report = Scan(attack.path());
    const bool by_content = attack.file.starts_with("distribution_");  // the source that scipy runs, not a name
    EXPECT_TRUE(by_content || report.reason != Reason::kDangerous) << "the list is not empty";
    EXPECT_EQ(report.verdict == Verdict::kAccepted, attack.verdict == "accepted");
    EXPECT_EQ(Load(attack.path()).ok(), attack.verdict == "accepted");
    reworded += attack.reason == "dangerous";
  }
  EXPECT_GT(reworded, 100u);
}

TEST(EmptiedList, NoGlobalIsAcceptedOrCalledForIt) {
  for (const auto& row : testing::Table("globals.tsv", 2)) {
    for (const testing::Use& use : testing::Uses(row[0], row[1])) {
      const std::string file = testing::WithRandomState(use.opcodes);
      const Report report = ScanBytes(std::as_bytes(std::span(file)), "model.pkl", Policy{});
      EXPECT_NE(report.verdict, Verdict::kAccepted) << row[0] << "." << row[1] << " by " << use.how;
      EXPECT_TRUE(!use.calls || report.verdict == Verdict::kRejected) << row[0] << "." << row[1] << " by " << use.how;
    }
  }
}

}  // namespace
}  // namespace pratique
