#include "pratique/policy.h"

#include <gtest/gtest.h>

#include <fstream>

#include "policy/dates.h"
#include "policy/json_document.h"
#include "policy/limit_fields.h"
#include "policy/nearest.h"

namespace pratique {
namespace {

std::string With(const std::string& keys) {
  return R"({"version": 1, "name": "p", "allow": ["@all"])" + (keys.empty() ? "" : ", " + keys) + "}";
}

// One defect a row: the text, and the message with its place.
struct BadPolicy {
  std::string json;
  const char* message;
};

class Refused : public testing::TestWithParam<BadPolicy> {};

TEST_P(Refused, WithLineAndColumn) {
  auto policy = Policy::FromJson(GetParam().json);
  ASSERT_FALSE(policy.ok());
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(policy.status().message().find(GetParam().message), absl::string_view::npos) << policy.status();
}

INSTANTIATE_TEST_SUITE_P(
    Policy, Refused,
    testing::Values(
        BadPolicy{"", "line 1, column 1: the JSON text ends too early"},
        BadPolicy{"[]", "line 1, column 1: the policy must be an object, not an array"},
        BadPolicy{"{}", "line 1, column 1: the policy has no `version`"},
        BadPolicy{R"({"version": 1})", "the policy has no `name`"},
        BadPolicy{R"({"version": 1, "name": "x"})", "the policy has no `allow`"},
        BadPolicy{R"({"version": 2})", "line 1, column 13: policy version 2 is not known to this build, which reads 1"},
        BadPolicy{R"({"version": "1"})", "line 1, column 13: `version` must be a whole number, not a string"},
        BadPolicy{R"({"version": 1.0})", "line 1, column 13: `version` must be a whole number, not a number"},
        BadPolicy{"{\n  \"alow\": []\n}", "line 2, column 3: unknown key `alow` in the policy; did you mean `allow`?"},
        BadPolicy{"{\"name\": \"a\",\n\"name\": \"b\"}", "line 2, column 1: duplicate key `name`"},
        BadPolicy{R"({"sklearn": {"min": "1", "min": "2"}})", "line 1, column 26: duplicate key `min`"},
        BadPolicy{"{ // all\n}", "line 1, column 3: not JSON here"},
        BadPolicy{"{ /* all */ }", "line 1, column 3: not JSON here"},
        BadPolicy{"{\"name\": \"a\",}", "line 1, column 14: not JSON here"},
        BadPolicy{"{} {}", "line 1, column 4: not JSON here"},
        BadPolicy{std::string("{\n}\0{}", 6), "line 2, column 2: not JSON here"},
        BadPolicy{"{\"name\": \"a", "line 1, column 12: the JSON text ends too early"},
        BadPolicy{"{\"name\": NaN}", "line 1, column 10: not JSON here"},
        BadPolicy{"{\"name\": \"\xff\"}", "line 1, column 11: not JSON here"},
        BadPolicy{R"({"name": 1})", "line 1, column 10: `name` must be a string, not a whole number"},
        BadPolicy{R"({"name": null})", "`name` must be a string, not null"},
        BadPolicy{R"({"allow": "@all"})", "line 1, column 11: `allow` must be an array, not a string"},
        BadPolicy{R"({"allow": [1]})", "line 1, column 12: an entry of `allow` must be a string or an object"},
        BadPolicy{R"({"allow": [{"ticket": "T"}]})", "line 1, column 12: an entry of `allow` has no `name`"},
        BadPolicy{R"({"allow": [{"name": "a.B", "expire": "2027-01-01"}]})",
                  "line 1, column 28: unknown key `expire` in an entry of `allow`; did you mean `expires`?"},
        BadPolicy{R"({"allow": [{"name": "a.B", "expires": "2027-02-30"}]})",
                  "line 1, column 39: `expires` must be a date (YYYY-MM-DD), not `2027-02-30`"},
        BadPolicy{R"({"allow": [{"name": "a.B", "expires": "1 May"}]})", "must be a date"},
        BadPolicy{R"({"allow": ["sklearn.*"]})", "line 1, column 12: `sklearn.*` is not an exact type name"},
        BadPolicy{R"({"allow": [""]})", "is not an exact type name"},
        BadPolicy{R"({"allow": ["@no_such_family"]})", "line 1, column 12: unknown family `@no_such_family`"},
        BadPolicy{R"({"deny": [true]})", "line 1, column 11: an entry of `deny` must be a string, not true or false"},
        BadPolicy{R"({"deny": ["sklearn.dummy.NoSuchThing"]})", "unknown type `sklearn.dummy.NoSuchThing`"},
        BadPolicy{R"({"deny": ["sklearn.linear_model._ridge.Ridge"]})", "is where `sklearn.linear_model.Ridge` lives"},
        BadPolicy{R"({"deny": ["lightgbm.sklearn.LGBMClassifier"]})", "is where `lightgbm.LGBMClassifier` lives"},
        BadPolicy{R"({"deny": ["lightgbm.LGBMClasifier"]})", "did you mean `lightgbm.LGBMClassifier`?"},
        BadPolicy{R"({"deny": ["SKlearn.linear_model.Ridge"]})", "did you mean `sklearn.linear_model.Ridge`?"},
        BadPolicy{R"({"deny": ["Ridge"]})", "`Ridge` has no module before it"},
        BadPolicy{R"({"formats": ["prk"]})", "line 1, column 14: unknown format `prk`; did you mean `prq`?"},
        BadPolicy{R"({"formats": []})", "line 1, column 13: `formats` is empty"},
        BadPolicy{R"({"sklearn": {"min": "one"}})", "line 1, column 21: `min` must be a version (as 1.3), not `one`"},
        BadPolicy{R"({"sklearn": {"min": 1.3}})", "`min` must be a string, not a number"},
        BadPolicy{R"({"sklearn": {"min": "1.10", "max": "1.9"}})", "line 1, column 13: `min` 1.10 is after `max` 1.9"},
        BadPolicy{R"({"sklearn": {"least": "1"}})", "unknown key `least` in `sklearn`"},
        BadPolicy{R"({"sha256": ["ABCD"]})",
                  "line 1, column 13: an entry of `sha256` must be 64 lower-case hex digits"},
        BadPolicy{R"({"signature": {"require": "yes"}})", "`require` must be true or false, not a string"},
        BadPolicy{R"({"signature": {"key": []}})", "unknown key `key` in `signature`; did you mean `keys`?"},
        BadPolicy{R"({"golden": "skip"})", "line 1, column 12: `golden` must be \"check\" or \"ignore\", not `skip`"},
        BadPolicy{R"({"limits": {"file_byte": 1}})", "unknown key `file_byte` in `limits`; did you mean `file_bytes`?"},
        BadPolicy{R"({"limits": {"file_bytes": -1}})",
                  "line 1, column 27: `file_bytes` must be a whole number, not a number"},
        BadPolicy{R"({"limits": {"file_bytes": "1G"}})", "`file_bytes` must be a whole number, not a string"},
        BadPolicy{R"({"limits": {"depth": 4294967296}})", "line 1, column 22: `depth` must be at most 4294967295"},
        BadPolicy{R"({"limits": {"rows": 18446744073709551616}})", "`rows` must be a whole number, not a number"}));

TEST(Policy, TheDefaultReadsBackAsItself) {
  auto policy = Policy::FromJson(Policy::DefaultJson());
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->ToJson(), Policy::DefaultJson());
  EXPECT_EQ(policy->Digest(), Policy().Digest());
  EXPECT_EQ(policy->Digest().size(), 64u);
  for (const LimitField& field : LimitFields()) EXPECT_EQ(field.get(policy->limits), field.get(Limits())) << field.name;
}

TEST(Policy, EveryKeyIsRead) {
  auto policy = Policy::FromJson(R"({ "version": 1, "name": "acme-prod", "note": "free text",
      "allow": ["@all", {"name": "acme.CappedRegressor", "approved_by": "x", "ticket": "T-1", "expires": "2027-10-01"}],
      "deny": ["acme.Old"], "formats": ["prq"], "sklearn": {"min": "1.3", "max": "1.9"}, "sha256": [],
      "signature": {"require": false, "keys": []}, "golden": "ignore", "limits": {"file_bytes": 1073741824} })");
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->name, "acme-prod");
  EXPECT_EQ(policy->note, "free text");
  ASSERT_EQ(policy->allow.size(), 2u);
  EXPECT_EQ(policy->allow[1].name, "acme.CappedRegressor");
  EXPECT_EQ(policy->allow[1].approved_by, "x");
  EXPECT_EQ(policy->allow[1].ticket, "T-1");
  EXPECT_EQ(policy->allow[1].expires, "2027-10-01");
  EXPECT_EQ(policy->deny, std::vector<std::string>{"acme.Old"});
  EXPECT_EQ(policy->formats, std::vector<std::string>{"prq"});
  EXPECT_EQ(policy->sklearn_min, "1.3");
  EXPECT_EQ(policy->sklearn_max, "1.9");
  EXPECT_EQ(policy->golden, "ignore");
  EXPECT_EQ(policy->limits.file_bytes, 1073741824u);
  EXPECT_EQ(policy->limits.depth, Limits().depth);
}

// What a policy's lists say of the type acme.A of family "tree".
struct Decision {
  const char* keys;  // beside version and name
  const char* code;  // nullptr: allowed
};

class Decides : public testing::TestWithParam<Decision> {};

TEST_P(Decides, AboutAType) {
  auto policy = Policy::FromJson(R"({"version": 1, "name": "p", )" + std::string(GetParam().keys) + "}");
  ASSERT_TRUE(policy.ok()) << policy.status();
  policy->today = "2027-10-01";
  auto denied = policy->Denies("acme.A", "tree");
  ASSERT_EQ(denied.has_value(), GetParam().code != nullptr);
  if (!denied) return;
  EXPECT_EQ(denied->code, GetParam().code);
  EXPECT_EQ(denied->reason, Reason::kDenied);
  EXPECT_EQ(denied->stage, Stage::kAudit);
}

INSTANTIATE_TEST_SUITE_P(
    Policy, Decides,
    testing::Values(Decision{R"("allow": ["@all"])", nullptr}, Decision{R"("allow": [])", "policy.not_allowed"},
                    Decision{R"("allow": ["acme.A"])", nullptr},
                    Decision{R"("allow": ["acme.B"])", "policy.not_allowed"},
                    Decision{R"("allow": ["acme.AB", "acme.a", "ACME.A"])", "policy.not_allowed"},
                    Decision{R"("allow": ["@all"], "deny": ["acme.A"])", "policy.denied"},
                    Decision{R"("allow": ["acme.A"], "deny": ["@all"])", "policy.denied"},
                    Decision{R"("allow": [{"name": "acme.A", "expires": "2027-10-01"}])", nullptr},
                    Decision{R"("allow": [{"name": "acme.A", "expires": "2027-09-30"}])", "policy.expired"},
                    Decision{R"("allow": [{"name": "acme.A", "expires": "2027-09-30"}, "@all"])", nullptr}));

TEST(Policy, FamiliesAreNamedWithAnAt) {
  Policy policy;
  policy.allow = {{"@tree"}};
  EXPECT_FALSE(policy.Denies("acme.A", "tree"));
  EXPECT_TRUE(policy.Denies("acme.A", "linear"));
  EXPECT_TRUE(policy.Denies("tree", "linear"));
  policy.deny = {"@tree"};
  EXPECT_TRUE(policy.Denies("acme.A", "tree"));
}

// What an estimator is made of here is no name that a policy has to know.
TEST(Policy, PartsAreAllowedWithTheirOwner) {
  Policy policy;
  policy.allow = {{"sklearn.ensemble.RandomForestRegressor"}};
  EXPECT_FALSE(policy.Denies("pratique.TreeBlock", "tree"));
  policy.deny = {"pratique.TreeBlock"};
  EXPECT_TRUE(policy.Denies("pratique.TreeBlock", "tree"));
}

TEST(Policy, ExpiryUsesTheClockWhenNoDateIsGiven) {
  Policy policy;
  policy.allow = {{"@all", "", "", "2001-01-01"}};
  EXPECT_EQ(policy.Denies("acme.A", "tree")->code, "policy.expired");
  policy.allow = {{"@all", "", "", "9999-01-01"}};
  EXPECT_FALSE(policy.Denies("acme.A", "tree"));
}

TEST(Policy, FilesAreDeniedByFormatDigestAndSignature) {
  Policy policy;
  EXPECT_FALSE(policy.DeniesFile("pickle", "00"));
  policy.formats = {"prq"};
  EXPECT_EQ(policy.DeniesFile("pickle", "00")->code, "policy.format");
  EXPECT_FALSE(policy.DeniesFile("prq", "00"));
  policy.sha256 = {"11"};
  EXPECT_EQ(policy.DeniesFile("prq", "00")->code, "policy.sha256");
  EXPECT_FALSE(policy.DeniesFile("prq", "11"));
  policy.signature_required = true;
  EXPECT_EQ(policy.DeniesFile("prq", "11")->code, "policy.signature");
}

TEST(Policy, VersionsAreComparedByNumberToTheGivenPrecision) {
  struct Row {
    const char *version, *bound;
    int order;
  };
  for (auto [version, bound, order] :
       {Row{"1.9.1", "1.9", 0}, Row{"1.10.0", "1.9", 1}, Row{"1.3", "1.3.2", -1}, Row{"1.6.1rc1", "1.6.1", 0},
        Row{"1.7.dev0", "1.7", 0}, Row{"2.0", "1.9", 1}, Row{"0.24.2", "1.3", -1}, Row{"", "1.3", -1}}) {
    EXPECT_EQ(CompareVersions(version, bound), order) << version << " " << bound;
  }
  Policy policy;
  std::vector<std::string> none, good = {"1.9.1"}, mixed = {"1.9.1", "1.10.0"}, text = {"abc"};
  EXPECT_FALSE(policy.DeniesVersions(none));
  policy.sklearn_min = "1.3";
  policy.sklearn_max = "1.9";
  EXPECT_TRUE(policy.DeniesVersions(none));
  EXPECT_FALSE(policy.DeniesVersions(good));
  EXPECT_EQ(policy.DeniesVersions(mixed)->code, "policy.sklearn");
  EXPECT_TRUE(policy.DeniesVersions(text));
}

// What a .prq says of its release is a claim: a range is asked of it only where its bytes are pinned.
TEST(Policy, ARangeIsAskedOfWhatIsProven) {
  Policy policy;
  EXPECT_FALSE(policy.DeniesUnproven());
  policy.sha256 = {std::string(64, '0')};
  policy.sklearn_max = "1.9";
  EXPECT_FALSE(policy.DeniesUnproven());
  policy.sha256.clear();
  EXPECT_EQ(policy.DeniesUnproven()->code, "policy.sklearn");
}

TEST(Policy, FilesThatCannotBeRead) {
  EXPECT_EQ(Policy::FromFile("/no/such/policy.json").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Policy::FromFile("/").status().code(), absl::StatusCode::kNotFound);
  std::string path = testing::TempDir() + "/policy_test.json";
  std::ofstream(path) << With("\"not\": 1");
  auto policy = Policy::FromFile(path);
  EXPECT_NE(policy.status().message().find("policy_test.json: line 1, column "), absl::string_view::npos)
      << policy.status();
  std::ofstream(path) << With("");
  EXPECT_TRUE(Policy::FromFile(path).ok());
}

TEST(JsonDocument, NestingIsBounded) {
  std::string deep(kJsonDepth, '['), deeper(kJsonDepth + 1, '[');
  EXPECT_TRUE(ParseJson(deep + std::string(kJsonDepth, ']')).ok());
  EXPECT_NE(ParseJson(deeper + std::string(kJsonDepth + 1, ']')).status().message().find("nested deeper"),
            absl::string_view::npos);
}

TEST(Nearest, IsOnlyGivenWhenItIsNear) {
  std::vector<std::string> names = {"--json", "--jobs", "--policy"};
  EXPECT_EQ(Nearest("--jsn", names), "--json");
  EXPECT_EQ(Nearest("--polcy", names), "--policy");
  EXPECT_EQ(Nearest("--josn", names), "--json");
  EXPECT_EQ(Nearest("--xyzzy", names), "");
}

}  // namespace
}  // namespace pratique
