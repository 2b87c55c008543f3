#include "data/result_document.h"

#include <string>

#include "data/reader.h"
#include "data/writer.h"
#include "gtest/gtest.h"
#include "pratique/rejection.h"
#include "temporary.h"

namespace pratique {
namespace {

std::string Fixture(const std::string& name) { return Slurp(PRATIQUE_SOURCE_DIR "/tests/data/" + name); }

std::string Code(const absl::Status& status) {
  auto rejection = GetRejection(status);
  return rejection ? rejection->code : "ok";
}

TEST(ResultDocument, WhatNumpyAndScipySaveComesBackTheSame) {
  for (const char* name :
       {"f8.npy", "f4.npy", "i8.npy", "i2.npy", "u8.npy", "bool.npy", "text.npy", "one_dimension.npy"}) {
    auto result = ReadResult(Fixture(name), {});
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(*ResultDocument(*result), Fixture(name)) << name;
  }
  auto fortran = ReadResult(Fixture("fortran.npy"), {});
  EXPECT_EQ(*ResultDocument(*fortran), Fixture("f8.npy"));

  auto list = ReadResult(Fixture("list.npz"), {});
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_TRUE(list->is_list);
  ASSERT_EQ(list->arrays.size(), 2u);
  EXPECT_EQ(list->arrays[1].shape(), (std::vector<size_t>{4, 2}));
  EXPECT_EQ(list->arrays[1].at(3, 1), 7);
  auto again = ReadResult(*ResultDocument(*list), {});
  EXPECT_EQ(again->arrays[1].at(3, 1), 7);

  for (const char* name : {"csr.npz", "csr_f4.npz", "csc.npz"}) {
    auto sparse = ReadResult(Fixture(name), {});
    ASSERT_TRUE(sparse.ok()) << sparse.status();
    ASSERT_TRUE(sparse->csr.has_value());
    std::vector<double> data;
    for (size_t k = 0; k < sparse->csr->data.size(); ++k) data.push_back(sparse->csr->data.at(k));
    EXPECT_EQ(data, (std::vector<double>{1.5, 2, 3, -4.25}));
    EXPECT_EQ(sparse->csr->data.dtype(), name == std::string("csr_f4.npz") ? DType::kFloat32 : DType::kFloat64);
    EXPECT_EQ(ReadResult(*ResultDocument(*sparse), {})->csr->indices, (std::vector<int32_t>{1, 3, 0, 2}));
  }
}

TEST(ResultDocument, Refusals) {
  for (const char* name : {"list_named.npz", "list_gap.npz", "bad_index_high.npz"}) {
    EXPECT_EQ(Code(ReadResult(Fixture(name), {}).status()), "input.npz") << name;
  }
  EXPECT_EQ(Code(ReadResult("[1]\n", {}).status()), "input.npz");
  const auto images = ReadResult(Fixture("four_dimensions.npy"), {});
  ASSERT_TRUE(images.ok()) << images.status();
  EXPECT_EQ(images->arrays[0].shape(), (std::vector<size_t>{1, 1, 1, 1}));
  for (const char* name : {"five_dimensions.npy", "three_fortran.npy"})
    EXPECT_EQ(Code(ReadResult(Fixture(name), {}).status()), "input.shape") << name;
  const auto cube = ReadResult(Fixture("three_dimensions.npy"), {});
  ASSERT_TRUE(cube.ok()) << cube.status();
  EXPECT_EQ(cube->arrays[0].shape(), (std::vector<size_t>{1, 1, 1}));
  EXPECT_EQ(Code(ReadResult(Fixture("object.npy"), {}).status()), "input.object_array");
  Output mixed;
  mixed.columns.emplace_back();
  EXPECT_EQ(Code(ResultDocument(mixed).status()), "output.format");
  Output records;
  records.records.emplace();
  EXPECT_EQ(Code(ResultDocument(records).status()), "output.format");
}

TEST(ResultDocument, DamageIsAnErrorNeverACrash) {
  std::string good = Fixture("list.npz");
  for (size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x41);
    (void)ReadResult(bad, {});
    (void)ReadResult(good.substr(0, i), {});
  }
}

TEST(JsonLines, ReadBackAsTheSameFrame) {
  auto reader = Reader::Open(PRATIQUE_SOURCE_DIR "/tests/data/frame.csv");
  auto table = (*reader)->Next(100);
  const Data rows = (*table)->view();
  auto text = JsonLines(std::get<FrameView>(rows));
  ASSERT_TRUE(text.ok()) << text.status();
  auto again = ReadTable(std::as_bytes(std::span(*text)));
  ASSERT_TRUE(again.ok()) << again.status();
  const Data same = again->view();
  const auto &a = std::get<FrameView>(rows), &b = std::get<FrameView>(same);
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (size_t j = 0; j < a.columns.size(); ++j) {
    EXPECT_EQ(a.columns[j].name, b.columns[j].name);
    EXPECT_EQ(a.columns[j].dtype, b.columns[j].dtype);
  }
  EXPECT_EQ(*JsonLines(b), *text);
}

TEST(JsonLines, NoInfinity) {
  const double inf[] = {1, HUGE_VAL};
  const Column column{.name = "a", .doubles = inf};
  auto status = JsonLines(FrameView{2, {&column, 1}}).status();
  EXPECT_EQ(Code(status), "golden.input");
  EXPECT_NE(status.message().find("column 'a', row 1"), status.message().npos) << status;
}

}  // namespace
}  // namespace pratique
