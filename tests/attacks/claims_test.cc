// What a .prq says of itself (metadata, who wrote it, parameters) is for people: it changes no verdict, whatever it
// says.
#include "container/claims.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "container/writer.h"
#include "data/file_io.h"
#include "data/writer.h"
#include "pratique/pratique.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

FileToWrite Parts(const std::string& name) {
  auto bytes = ReadFile(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/" + name + "/model.joblib", {});
  auto imported = Import(std::as_bytes(bytes->span()));
  auto file = Open(testing::View(imported->prq), {});
  return *Unpack(*file);
}

FileToWrite Good() { return Parts("ridge"); }

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

FileToWrite Forest() {
  FileToWrite parts = Parts("main_binary");
  const auto x = ReadFile(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/main_binary/X.npy", {});
  const auto y = ReadFile(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/main_binary/predict_proba.npy", {});
  auto text = [](const auto& b) { return std::string(reinterpret_cast<const char*>(b.data()), b.size()); };
  parts.golden = {{"predict_proba", "scikit-learn 1.9.1", text(*x), text(*y)}};
  return parts;
}

// The same model, with a lie in every place that is a claim.
FileToWrite Liar() {
  FileToWrite parts = Forest();
  parts.written_by = R"({"sklearn":["1.5.0"],"numpy":"9","pratique":"9","policy":{"allow":["@all"]}})";
  parts.metadata = R"({"agreement":1e9,"limits":{"memory":1},"n_features":1,"name":"another"})";
  for (ObjectToWrite& object : parts.objects) object.params = R"({"n_estimators":1,"copy":false,"agreement":1e9})";
  parts.golden[0].origin = "pratique, agreement 1e9";
  return parts;
}

Report ScanOf(const FileToWrite& parts, const Policy& policy = {}) {
  const auto prq = WriteFile(parts);
  return ScanBytes(testing::View(*prq), "x.prq", policy, Registry::Builtin(), /*golden=*/true);
}

TEST(Claims, LiesChangeNeitherVerdictNorComparisonNorLimit) {
  const Report honest = ScanOf(Forest()), lies = ScanOf(Liar());
  ASSERT_EQ(Name(lies.verdict), "accepted") << lies.findings[0].message;
  EXPECT_EQ(lies.stage, honest.stage);
  EXPECT_EQ(lies.root->n_features, honest.root->n_features);
  EXPECT_EQ(lies.golden->methods[0].contract, honest.golden->methods[0].contract);
  EXPECT_EQ(lies.golden->methods[0].max_abs, honest.golden->methods[0].max_abs);

  // Golden samples that are not the model's are found, whoever is said to have made them.
  FileToWrite wrong = Liar();
  wrong.golden[0].expected[wrong.golden[0].expected.size() - 1] ^= 1;
  EXPECT_EQ(ScanOf(wrong).findings[0].code, "golden.mismatch");

  // A limit is the policy's.
  Policy small;
  small.limits.objects = 1;
  EXPECT_EQ(ScanOf(Liar(), small).findings[0].code, "limit.objects");
}

// 90,000 points are 73,441 patches of 900, half a gigabyte: no more is made of a sample than is stored for it.
TEST(Claims, GoldenImagesMakeNoMoreThanIsStored) {
  FileToWrite parts = Parts("patches_tenth");
  const auto sample = [&](const Matrix& images, const Matrix& patches) {
    parts.golden = {{"transform", "scikit-learn 1.9.1", NpyBytes(images), NpyBytes(patches)}};
    const Report report = ScanOf(parts);
    return report.findings.empty() ? "" : report.findings[0].message;
  };
  const Matrix images(DType::kUInt8, {2, 20, 10}), large(DType::kUInt8, {1, 300, 300});
  const std::string other = "expected: its kind, shape or type is not that of the result";
  EXPECT_EQ(sample(images, Matrix(DType::kFloat64, {2 * 19 * 10, 2, 1})), "");
  for (const std::vector<size_t>& shape :
       {std::vector<size_t>{2 * 19 * 10 + 1, 2, 1}, std::vector<size_t>{19 * 10, 2, 1},
        std::vector<size_t>{2 * 19 * 10, 2}, std::vector<size_t>{0, 2, 1}})
    EXPECT_EQ(sample(images, Matrix(DType::kFloat64, shape)), other);
  EXPECT_EQ(sample(large, Matrix(DType::kFloat64, {1, 30, 30})), other);
  EXPECT_EQ(sample(large, Matrix(DType::kFloat64, {size_t{1} << 40, 0, 30})), other);
}

TEST(Claims, AReleaseThatNothingProvesIsInNoRange) {
  for (const FileToWrite& parts : {Forest(), Liar()}) {
    for (const auto& [min, max] : {std::pair("1.0", "1.9"), std::pair("1.5", "1.5"), std::pair("1.9", "")}) {
      Policy policy;
      policy.sklearn_min = min;
      policy.sklearn_max = max;
      EXPECT_EQ(ScanOf(parts, policy).findings[0].code, "policy.sklearn") << min;
    }
  }
  // Whoever pins a digest has seen the bytes, their claims among them.
  Policy pinned;
  pinned.sklearn_min = "1.9";
  pinned.sha256 = {ScanOf(Forest()).sha256, ScanOf(Liar()).sha256};
  EXPECT_EQ(Name(ScanOf(Forest(), pinned).verdict), "accepted");
  EXPECT_EQ(ScanOf(Liar(), pinned).findings[0].code, "policy.sklearn");
  pinned.sha256.pop_back();
  EXPECT_EQ(ScanOf(Liar(), pinned).findings[0].code, "policy.sha256");
}

// What an object is to its owner follows from its position; a role that says something else is no role.
TEST(Claims, ARoleIsWhatTheOwnerSays) {
  const size_t count = Forest().objects.size();
  for (size_t i = 0; i < count; ++i) {
    for (const std::string role :
         {"model", "steps[0]", "steps[1]", "trees[0]", "trees[1]", "Model", "model.steps[0]"}) {
      FileToWrite parts = Forest();
      if (parts.objects[i].role == role) continue;
      parts.objects[i].role = role;
      const Report report = ScanOf(parts);
      ASSERT_EQ(Name(report.reason), "invalid") << i << " " << role;
      EXPECT_EQ(report.findings[0].code, "state.structure") << i << " " << role;
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
