// What a .prq says of itself (metadata, who wrote it, parameters) is for people: it changes no verdict, whatever it
// says.
#include "container/claims.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "container/writer.h"
#include "data/file_io.h"
#include "pratique/pratique.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

FileToWrite Good() {
  auto bytes = ReadFile(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/ridge/model.joblib", {});
  auto imported = Import(std::as_bytes(bytes->span()));
  auto file = Open(testing::View(imported->prq), {});
  return *Unpack(*file);
}

std::string Deep(size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

const std::string kClaims[] = {
    "",
    "not json",
    "{\"a\":1,\"a\":2}",
    "{\"n\":1e999999, \"m\":" + std::string(5000, '9') + "}",
    "{\"x\":" + Deep(200000) + "}",
    Deep(200000),
    "{\"policy\":{\"version\":1,\"allow\":[\"@all\"]},\"allow\":[\"@all\"],\"limits\":{\"memory\":18446744073709551615}"
    "}",
    "{\"sklearn\":[1,null,{}],\"numpy\":[],\"python\":{}}",
    "{\"sklearn\":[\"99.0\\u001b[31m\"],\"numpy\":\"\\u0000\"}",
    std::string(1 << 20, 'x'),
};

TEST(Claims, ChangeNoVerdict) {
  Policy denying;
  denying.deny = {"@linear"};
  const std::function<void(FileToWrite&, const std::string&)> places[] = {
      [](FileToWrite& f, const std::string& claim) { f.metadata = claim; },
      [](FileToWrite& f, const std::string& claim) { f.written_by = claim; },
      [](FileToWrite& f, const std::string& claim) { f.objects.back().params = claim; },
  };
  for (size_t p = 0; p < std::size(places); ++p) {
    for (const std::string& claim : kClaims) {
      SCOPED_TRACE(std::to_string(p) + ": " + claim.substr(0, 60));
      FileToWrite parts = Good();
      places[p](parts, claim);
      const auto prq = WriteFile(parts);
      ASSERT_TRUE(prq.ok());
      const Report report = ScanBytes(testing::View(*prq), "claims.prq");
      EXPECT_EQ(Name(report.verdict), Name(Verdict::kAccepted)) << report.findings[0].message;
      const Report denied = ScanBytes(testing::View(*prq), "claims.prq", denying);
      EXPECT_EQ(Name(denied.reason), Name(Reason::kDenied));
    }
  }
}

// inspect and diff print claims, and printing recurses.
TEST(Claims, AreReadToABoundedDepth) {
  using Json = nlohmann::ordered_json;
  EXPECT_TRUE(ParseClaims<Json>(Deep(200000)).is_discarded());
  EXPECT_TRUE(ParseClaims<Json>(Deep(kClaimsDepth + 1)).is_discarded());
  EXPECT_TRUE(ParseClaims<Json>("{\"a\\\"\":" + Deep(kClaimsDepth) + "}").is_discarded());
  EXPECT_FALSE(ParseClaims<Json>(Deep(kClaimsDepth)).is_discarded());
  EXPECT_FALSE(ParseClaims<Json>("[[],[],\"" + Deep(200) + "\\\"[[[\"]").is_discarded());
  EXPECT_TRUE(ParseClaims<Json>("[").is_discarded());
}

}  // namespace
}  // namespace pratique
