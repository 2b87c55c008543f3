// What skops itself says of real .skops files, beside what the report says that it would.
#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/str_split.h"
#include "pratique/pratique.h"

namespace pratique {
namespace {

const std::string kRoot = PRATIQUE_SOURCE_DIR "/";

TEST(SkopsTrust, IsWhatSkopsSays) {
  std::ifstream lines(kRoot + "tests/import/skops_untrusted.tsv");
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    ASSERT_EQ(cells.size(), 2u) << line;
    const Report report = Scan(kRoot + cells[0]);
    ASSERT_TRUE(report.skops_untrusted.has_value()) << cells[0];
    const std::vector<std::string> expected = absl::StrSplit(cells[1], ' ', absl::SkipEmpty());
    EXPECT_EQ(*report.skops_untrusted, expected) << cells[0];
  }
  EXPECT_GT(count, 50u);
}

TEST(SkopsTrust, IsNoMatterOfOtherFormats) {
  EXPECT_FALSE(Scan(kRoot + "tests/models/1.9.1/linreg/model.joblib").skops_untrusted.has_value());
}

}  // namespace
}  // namespace pratique
