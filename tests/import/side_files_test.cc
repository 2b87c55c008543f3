// joblib before 0.10 keeps arrays in files beside the pickle: read only when the caller gives them
// (side_files/make.py).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "pratique/load.h"
#include "pratique/report.h"
#include "tests/import/assembler.h"
#include "tests/import/compress.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;
using namespace testing;

const fs::path kFolder = fs::path(PRATIQUE_SOURCE_DIR) / "tests/import/side_files";

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

LoadOptions Beside(const std::string& name) {
  LoadOptions options;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const std::string file = entry.path().filename();
    if (file.starts_with(name + "_")) options.side_files[file] = Contents(entry.path());
  }
  return options;
}

Report ScanWith(const std::string& file, const LoadOptions& options, const Policy& policy = {}) {
  return ScanBytes(View(file), "model", policy, Registry::Builtin(), false, Found::kNamed, options);
}

class SideFiles : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Both, SideFiles, ::testing::Values("plain", "zipped"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(SideFiles, GiveTheModelThatOneFileGives) {
  const std::string name = std::string(GetParam()) + ".pkl", model = Contents(kFolder / name);
  const LoadOptions options = Beside(name);
  ASSERT_EQ(options.side_files.size(), 7u);
  const Report report = ScanWith(model, options);
  EXPECT_EQ(report.verdict, Verdict::kAccepted) << report.findings[0].message;
  EXPECT_EQ(report.content_sha256, ScanWith(Contents(kFolder / "whole.joblib"), {}).content_sha256);
  EXPECT_EQ(report.written_by.joblib, "<0.10");
  EXPECT_TRUE(LoadBytes(View(model), {}, options).ok());
}

TEST_P(SideFiles, AreNotReadUnlessGiven) {
  const std::string name = std::string(GetParam()) + ".pkl", model = Contents(kFolder / name);
  LoadOptions options = Beside(name);
  options.side_files.erase(options.side_files.begin());
  for (const LoadOptions& fewer : {LoadOptions(), options}) {
    const Report report = ScanWith(model, fewer);
    EXPECT_EQ(report.verdict, Verdict::kUnchecked);
    EXPECT_EQ(report.findings[0].code, "joblib.side_files");
  }
}

TEST_P(SideFiles, AreReadStrictly) {
  const std::string name = std::string(GetParam()) + ".pkl", model = Contents(kFolder / name);
  const LoadOptions good = Beside(name);
  for (const auto& [file, content] : good.side_files) {
    const std::string cut = content.substr(0, content.size() - 1), longer = content + "x";
    for (const std::string& bad :
         {std::string(), cut, longer, std::string("cos\nsystem\n(S'id'\ntR."), Zlib(content)}) {
      LoadOptions options = good;
      options.side_files[file] = bad;
      EXPECT_EQ(ScanWith(model, options).verdict, Verdict::kRejected) << file;
    }
  }
}

TEST_P(SideFiles, ArePinnedAsTheFileIs) {
  const std::string name = std::string(GetParam()) + ".pkl", model = Contents(kFolder / name);
  Policy policy;
  policy.sha256 = {ScanWith(model, {}).sha256};
  EXPECT_EQ(ScanWith(model, Beside(name), policy).reason, Reason::kDenied);
  for (const auto& [file, content] : Beside(name).side_files) policy.sha256.push_back(ScanWith(content, {}).sha256);
  EXPECT_EQ(ScanWith(model, Beside(name), policy).verdict, Verdict::kAccepted);
}

TEST(SideFileNames, AreOfOneFileUsedOnce) {
  const auto array = [](const std::string& file) {
    return OldName("joblib.numpy_pickle", "NDArrayWrapper") + ")" + kNewObj + "}(" + OldStr("filename") + OldStr(file) +
           OldStr("subclass") + OldName("numpy", "ndarray") + "ub";
  };
  LoadOptions options = Beside("plain.pkl");
  for (const char* name : {"../plain.pkl_01.npy", "/etc/passwd", "..", ".hidden", "", "a/b", "a\\b", "C:a"}) {
    options.side_files[name] = options.side_files["plain.pkl_01.npy"];
    EXPECT_EQ(ScanWith(Proto(2) + array(name) + ".", options).reason, Reason::kMalformed) << name;
  }
  const std::string twice = Proto(2) + array("plain.pkl_01.npy") + array("plain.pkl_01.npy") + "\x86.";
  EXPECT_EQ(ScanWith(twice, options).reason, Reason::kMalformed);
}

}  // namespace
}  // namespace pratique
