// JSON Lines as records, and labels of one dimension.
#include <string>

#include "absl/strings/str_cat.h"
#include "data/reader.h"
#include "data/writer.h"
#include "gtest/gtest.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

absl::StatusOr<Table> Read(const std::string& text) {
  return ReadTable(std::as_bytes(std::span(text)), {}, {.rows = RowsAre::kRecords});
}

// Items as "form key=value", rows with a | between them.
std::string Show(const Table& table) {
  const Data data = table.view();
  const Records& records = *std::get<FrameView>(data).records;
  std::string out;
  for (size_t i = 0; i + 1 < records.offsets.size(); ++i) {
    for (int64_t k = records.offsets[i]; k < records.offsets[i + 1]; ++k) {
      const Item& item = records.items[static_cast<size_t>(k)];
      const std::string key(item.key), text(item.text);
      absl::StrAppend(&out, std::string(1, "LPDE"[static_cast<int>(item.form)]), key, "=",
                      item.kind == Item::Kind::kText   ? text
                      : item.kind == Item::Kind::kNone ? "null"
                                                       : absl::StrCat(item.number),
                      " ");
    }
    out += "|";
  }
  return out;
}

std::string Problem(const std::string& text) {
  const auto table = Read(text);
  return table.ok() ? Show(*table) : GetRejection(table.status())->code;
}

TEST(RecordsReader, DictsListsAndPairs) {
  EXPECT_EQ(Problem("{\"a\":1,\"b\":[\"x\",\"y\"],\"\":null}\n\n{}\n"), "Da=1 Eb=x Eb=y D=null ||");
  EXPECT_EQ(Problem("[\"köln\",2.5,true]\n[]\n"), "L=köln L=2.5 L=1 ||");
  EXPECT_EQ(Problem("[[\"a\",1],[\"b\",\"x\"]]\n"), "Pa=1 Pb=x |");
}

TEST(RecordsReader, RefusesWhatIsNoRecord) {
  for (const char* text :
       {"[1]\n{\"a\":1}\n", "{\"a\":1,\"a\":2}\n", "{\"a\":{\"b\":1}}\n", "{\"a\":[[1]]}\n", "[[\"a\",[1]]]\n",
        "[[1,2]]\n", "[[\"a\"]]\n", "[[\"a\",1,2]]\n", "[[\"a\",\"b\",\"c\"]]\n", "[{\"a\":1}]\n", "[1\n", "[NaN]\n"})
    EXPECT_EQ(Problem(text), "input.jsonl") << text;
  EXPECT_EQ(Problem("3\n[1]\n"), "input.format");  // told by its first byte
}

TEST(NpyReader, LabelsHaveOneDimension) {
  Matrix labels(DType::kInt64, {3});
  const std::string npy = NpyBytes(labels);
  const auto bytes = std::as_bytes(std::span(npy));
  EXPECT_EQ(GetRejection(ReadTable(bytes).status())->code, "input.shape");
  const auto table = ReadTable(bytes, {}, {.rows = RowsAre::kLabels});
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(Cols(table->view()), 1u);
}

}  // namespace
}  // namespace pratique
