// What the reader of XGBoost's JSON takes and refuses, and that the two encodings of one model give the same model.
#include <gtest/gtest.h>

#include <filesystem>

#include "data/file_io.h"
#include "estimators/xgboost/document.h"
#include "pratique/load.h"

namespace pratique {
namespace {

using document::Document;
using document::Kind;
using document::Reals;

bool IsRefused(const std::string& text) {
  const absl::StatusOr<Document> document = Document::ReadJson(text, Reals::kFloat32);
  EXPECT_TRUE(document.ok() || absl::IsInvalidArgument(document.status())) << document.status();
  return !document.ok();
}

TEST(XGBoostJson, Reads) {
  const std::string text =
      " {\"a\" : [1, -2,3e0] ,\"b\":[7,-9000000000],\"c\":[true,false,true],\"d\":{\"e\":[],\"f\":null,\"g\":\"x\"},"
      "\"h\":\"\\u00e9\\ud83d\\ude00\\n\\\"\",\"i\":[[1],\"y\"],\"j\":-1.5E-1,\"k\":true,\"l\":[NaN,-Infinity,1E-45]}"
      "\n";
  absl::StatusOr<Document> read = Document::ReadJson(text, Reals::kFloat32);
  ASSERT_TRUE(read.ok()) << read.status();
  const auto& root = read->root();
  const auto numbers = [&](const char* key) {
    std::vector<double> out;
    const document::Value* value = read->Find(&root, key);
    for (int64_t i = 0; i < value->integer; ++i) out.push_back(Document::Real(*value, static_cast<size_t>(i)));
    return out;
  };
  EXPECT_EQ(numbers("a"), (std::vector<double>{1, -2, 3}));
  EXPECT_EQ(numbers("b"), (std::vector<double>{7, -9000000000}));
  EXPECT_EQ(numbers("c"), (std::vector<double>{1, 0, 1}));
  EXPECT_EQ(read->Find(read->Find(&root, "d"), "g")->text, "x");
  EXPECT_EQ(read->Find(&root, "h")->text, "é😀\n\"");
  EXPECT_EQ(read->Find(&root, "i")->kind, Kind::kArray);
  EXPECT_EQ(read->Find(&root, "j")->real, -0.15F);
  EXPECT_EQ(numbers("l")[2], std::numeric_limits<float>::denorm_min());
  const absl::StatusOr<Document> wide = Document::ReadJson("[0.1]", Reals::kFloat64);
  ASSERT_TRUE(wide.ok());
  EXPECT_EQ(Document::Real(wide->root(), 0), 0.1);
}

TEST(XGBoostJson, Refuses) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{a:1}",
                           "{'a':1}",
                           "[1,]",
                           "[,1]",
                           "[1 2]",
                           "[1,\"a\"]",
                           "[true,1]",
                           "[1}",
                           "{\"a\":1]",
                           "{\"a\":1}x",
                           "{\"a\":1}{}",
                           "[01]",
                           "[-]",
                           "[1.]",
                           "[.5]",
                           "[1e]",
                           "[+1]",
                           "[0x1]",
                           "[1e99]",
                           "[nan]",
                           "[inf]",
                           "[--1]",
                           "tru",
                           "nul",
                           "\"",
                           "\"a",
                           "\"\\",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\\ud800\"",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "\"\n\"",
                           "\"\xff\"",
                           "\"\xc3\"",
                           "\"\xed\xa0\x80\"",
                           "/**/1",
                           "[1]//",
                           "{\"a\":1,\"a\":1}",
                           "[{\"a\":1,\"b\":2,\"\\u0061\":1}]"}) {
    EXPECT_TRUE(IsRefused(text)) << text;
  }
  EXPECT_TRUE(IsRefused(std::string("{\"a\0\":1}", 8)));
  EXPECT_TRUE(IsRefused("\xef\xbb\xbf{}"));  // a mark of byte order
}

TEST(XGBoostJson, DeepAndDense) {
  const std::string text = "\"" + std::string(1000, 'x') + "\"";
  EXPECT_TRUE(IsRefused(std::string(1 << 20, '[')));
  EXPECT_TRUE(IsRefused(std::string(33, '[') + text + std::string(33, ']')));
  EXPECT_FALSE(IsRefused(std::string(32, '[') + text + std::string(32, ']')));
  std::string empty = "[{}";
  for (int i = 0; i < 1000; ++i) empty += ",{}";
  EXPECT_TRUE(IsRefused(empty + "]"));  // too many for the bytes
}

TEST(XGBoostJson, JsonAndUbjsonAreOneModel) {
  namespace fs = std::filesystem;
  size_t pairs = 0;
  for (const auto& entry : fs::recursive_directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models")) {
    if (entry.path().filename() != "model.ubj") continue;
    ++pairs;
    std::string contents[2];
    for (int i = 0; i < 2; ++i) {
      const auto bytes =
          ReadFile((entry.path().parent_path() / (i == 0 ? "model.ubj" : "model.json")).string(), Limits());
      ASSERT_TRUE(bytes.ok()) << bytes.status();
      const auto imported = Import(std::as_bytes(bytes->span()));
      ASSERT_TRUE(imported.ok()) << entry.path() << imported.status();
      EXPECT_EQ(imported->format, i == 0 ? "xgboost_ubj" : "xgboost_json");
      contents[i] = imported->prq;
    }
    EXPECT_EQ(contents[0], contents[1]) << entry.path();
  }
  EXPECT_GE(pairs, 4u);
}

}  // namespace
}  // namespace pratique
