// Predictions do not depend on how an input is cut into chunks, and are written as numpy would write scikit-learn's.
#include "cli/chunks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/npy.h"
#include "data/writer.h"
#include "pratique/pratique.h"
#include "tests/data/temporary.h"

namespace pratique::cli {
namespace {

namespace fs = std::filesystem;

struct Case {
  fs::path folder;
  nlohmann::json json;
  Model model;
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const auto& entry : fs::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1")) {
    auto json = nlohmann::json::parse(Slurp(entry.path() / "case.json"));
    LoadOptions options;
    if (json.contains("root"))
      options.root = json["root"].is_string() ? json["root"].get<std::string>() : json["root"].dump();
    auto model = Load(entry.path() / json["models"][0].get<std::string>(), {}, options);
    EXPECT_TRUE(model.ok()) << entry.path() << model.status();
    if (model.ok()) cases.push_back({entry.path(), std::move(json), *model});
  }
  EXPECT_GT(cases.size(), 300u);
  std::ranges::sort(cases, {}, &Case::folder);
  return cases;
}

// The file `name` after predicting `input` in chunks.
std::string Predicted(const Case& c, Method method, const std::string& input, size_t rows, size_t threads,
                      const std::string& name) {
  TemporaryFolder folder;
  auto writer =
      Writer::Open(folder / name, *Writer::FormatOf(name), {.name = "y", .text_width = TextWidth(c.model, method)});
  EXPECT_TRUE(writer.ok()) << writer.status();
  absl::Status status = ForEachChunk(c.folder / input, {}, {rows}, [&](const Table& table) -> absl::StatusOr<uint64_t> {
    EXPECT_LE(table.rows(), rows);
    auto output = RunRows(c.model, method, table, threads);
    if (!output.ok()) return output.status();
    if (auto written = (*writer)->Append(*output); !written.ok()) return written;
    return uint64_t{0};
  });
  // What is refused is refused alike, row numbers included.
  if (!status.ok()) return std::string(status.message());
  auto finished = (*writer)->Finish();
  EXPECT_TRUE(finished.ok()) << finished;
  return Slurp(folder / name);
}

TEST(Chunks, OfAnySizeGiveTheSameFile) {
  const std::vector<Case> cases = Cases();
  for (size_t i = 0; i < cases.size(); i += 3) {  // neighbours are much alike
    const Case& c = cases[i];
    for (const char* key : {"input", "input_csv"}) {
      if (!c.json.contains(key)) continue;
      const std::string input = c.json[key];
      for (const auto& [name, files] : c.json["outputs"].items()) {
        SCOPED_TRACE(c.folder / name);
        const Method method = *MethodByName(name);
        const std::string extension = fs::path(files[0].get<std::string>()).extension();
        const std::string array = files.size() > 1 ? ".npz" : extension;
        const std::string text = Predicted(c, method, input, SIZE_MAX, 1, "y.jsonl");
        const std::string all = Predicted(c, method, input, SIZE_MAX, 1, "y" + array);
        EXPECT_EQ(Predicted(c, method, input, 1, 1, "y.jsonl"), text);
        EXPECT_EQ(Predicted(c, method, input, 7, 1, "y" + array), all);
        EXPECT_EQ(Predicted(c, method, input, SIZE_MAX, 3, "y" + array), all);
      }
    }
  }
}

// The header says dtype, order and shape. Labels of dtype object have no .npy of their own.
TEST(Chunks, AreWrittenWithTheTypeThatScikitLearnReturns) {
  size_t as_is = 0;
  for (const Case& c : Cases()) {
    for (const auto& [name, files] : c.json["outputs"].items()) {
      const std::string file = files[0];
      const Method method = *MethodByName(name);
      if (!c.model.Has(method) || files.size() != 1 || !file.ends_with(".npy") || c.json["dtypes"][name] == "object" ||
          !std::filesystem::exists(c.folder / file))  // answers of newer cases stand together in one file
        continue;
      SCOPED_TRACE(c.folder / name);
      const std::string theirs = Slurp(c.folder / file), ours = Predicted(c, method, c.json["input"], 7, 1, "y.npy");
      auto header = ParseNpyHeader(std::span(theirs.data(), theirs.size()), theirs.size());
      ASSERT_TRUE(header.ok()) << header.status();
      if (header->fortran_order) continue;  // numpy keeps the order of what scikit-learn computed; ours is C
      EXPECT_EQ(ours.substr(0, header->offset), theirs.substr(0, header->offset));
      ++as_is;
    }
  }
  EXPECT_GT(as_is, 300u);
}

}  // namespace
}  // namespace pratique::cli
