// PredictOptions::text_as_indexes: the same text, by another way.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/repeated_texts.h"
#include "pratique/pratique.h"

namespace pratique {
namespace {

constexpr size_t kRows = 5000;  // some blocks of them

absl::StatusOr<Model> Known(const std::string& name) {
  return Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/" + name + "/model.joblib");
}

TEST(TextAsIndexes, AreOfTheClasses) {
  const auto model = Known("label_encoder_back_words");
  ASSERT_TRUE(model.ok()) << model.status();
  const Matrix classes = model->classes(0);
  ASSERT_EQ(classes.dtype(), DType::kString);
  std::vector<int64_t> codes(kRows);
  for (size_t i = 0; i < kRows; ++i) codes[i] = static_cast<int64_t>(i % classes.size());
  const Data X = Dense(codes, kRows, 1);
  const auto texts = model->Run(Method::kInverseTransform, X);
  const auto indexes = model->Run(Method::kInverseTransform, X, {.text_as_indexes = true});
  ASSERT_TRUE(texts.ok() && indexes.ok()) << texts.status() << indexes.status();
  EXPECT_FALSE(texts->are_indexes);
  ASSERT_TRUE(indexes->are_indexes);
  EXPECT_EQ(indexes->arrays[0].shape(), texts->arrays[0].shape());
  for (size_t i = 0; i < kRows; ++i) {
    const auto index = static_cast<size_t>(indexes->arrays[0].values<int64_t>()[i]);
    ASSERT_EQ(classes.strings()[index], texts->arrays[0].strings()[i]);
  }
}

TEST(TextAsIndexes, AreOfTheCategoriesOfAColumn) {
  const auto model = Known("ordinal_back");
  ASSERT_TRUE(model.ok()) << model.status();
  const size_t cols = model->n_features();
  std::vector<double> codes(kRows * cols);
  for (size_t i = 0; i < kRows; ++i) codes[i * cols] = i % 3 == 0;
  const Data X = Dense(codes, kRows, cols);
  const auto texts = model->Run(Method::kInverseTransform, X);
  const auto indexes = model->Run(Method::kInverseTransform, X, {.text_as_indexes = true});
  ASSERT_TRUE(texts.ok() && indexes.ok()) << texts.status() << indexes.status();
  ASSERT_EQ(indexes->columns.size(), texts->columns.size());
  bool met = false;
  for (size_t j = 0; j < texts->columns.size(); ++j) {
    const OutputColumn &got = indexes->columns[j], &want = texts->columns[j];
    EXPECT_EQ(got.name, want.name);
    EXPECT_EQ(got.marks, want.marks);
    EXPECT_EQ(got.categories.empty(), want.values.dtype() != DType::kString);
    if (got.categories.empty()) continue;
    met = true;
    EXPECT_LE(got.categories.size(), 3u);  // each once, whatever the rows
    for (size_t i = 0; i < kRows; ++i) {
      const auto index = static_cast<size_t>(got.values.values<int32_t>()[i]);
      ASSERT_EQ(got.categories.at(index), want.values.strings()[i]);
    }
  }
  EXPECT_TRUE(met);
}

TEST(RepeatedTexts, AreToldByTheirPlace) {
  std::string memory = "abcabc";
  RepeatedTexts texts;
  const auto part = [&](size_t at, size_t n) { return std::string_view(memory).substr(at, n); };
  EXPECT_EQ(texts.IndexOf(part(0, 3)), 0);
  EXPECT_EQ(texts.IndexOf(part(0, 3)), 0);
  EXPECT_EQ(texts.IndexOf(part(0, 2)), 1);  // another text at the same place
  EXPECT_EQ(texts.IndexOf(part(3, 3)), 2);  // the same at another
  EXPECT_EQ(texts.IndexOf({}), 3);
  texts.BeginBlock();
  EXPECT_EQ(texts.IndexOf(part(3, 3)), 2);
  memory = "xyzabc";
  texts.BeginBlock();
  EXPECT_EQ(texts.IndexOf(part(3, 3)), 2);
  EXPECT_EQ(texts.IndexOf(part(0, 3)), 4);  // what lies there now
  EXPECT_EQ(texts.Take(), (std::vector<std::string>{"abc", "ab", "abc", "", "xyz"}));
}

TEST(RepeatedTexts, MayBeManyAndAllDifferent) {
  std::vector<std::string> all;
  for (int i = 0; i < 20'000; ++i) all.push_back(std::to_string(i));
  RepeatedTexts texts;
  for (int round = 0; round < 3; ++round) {
    texts.BeginBlock();
    for (int i = 0; i < 20'000; ++i) ASSERT_EQ(texts.IndexOf(all[i]), i);
  }
  EXPECT_EQ(texts.Take(), all);
}

}  // namespace
}  // namespace pratique
