// Thousands of loads in one process: what a load takes, it gives back.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "data/file_io.h"
#include "pratique/pratique.h"
#include "tests/attacks/manifest.h"

namespace pratique {
namespace {

// Bytes that this process has from malloc and has not given back.
size_t InUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

std::string Bytes(const std::string& path) {
  const auto file = ReadFile(path, {});
  EXPECT_TRUE(file.ok()) << path;
  const auto bytes = file->span();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void LoadAndPredict(const std::string& bytes) {
  const absl::StatusOr<Model> model = LoadBytes(std::as_bytes(std::span(bytes)));
  if (!model.ok() || model->n_features() == 0) return;
  const std::vector<double> X(model->n_features(), 0.5);
  for (size_t m = 0; m < kMethods; ++m) (void)model->Run(static_cast<Method>(m), Dense(X, 1, X.size()));
}

// Caches (plans, tables of names, malloc's own of small blocks) are filled by the first rounds.
void ExpectNoGrowth(const std::vector<std::string>& files, size_t rounds) {
  for (size_t warm = 0; warm < std::max<size_t>(3, rounds / 5); ++warm) {
    for (const std::string& bytes : files) LoadAndPredict(bytes);
  }
  const size_t before = InUse();
  for (size_t round = 0; round < rounds; ++round) {
    for (const std::string& bytes : files) LoadAndPredict(bytes);
  }
  EXPECT_LE(InUse(), before + 4096) << "after " << rounds * files.size() << " loads";
}

TEST(Repeated, LoadsOfModelsLeaveNothingBehind) {
  std::vector<std::string> files;
  for (const char* model : {"linreg/model.joblib", "linreg/model.skops", "forest/model.joblib",
                            "main_binary/model.joblib", "dicts/model.joblib", "xgboost_classifier/model.joblib"})
    files.push_back(Bytes(std::string(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/") + model));
  for (const char* prq : {"good.prq", "good_tree.prq"})
    files.push_back(Bytes(std::string(PRATIQUE_SOURCE_DIR "/tests/attacks/files/") + prq));
  ExpectNoGrowth(files, 500);
}

TEST(Repeated, RefusalsLeaveNothingBehind) {
  std::vector<std::string> files;
  for (const testing::Attack& attack : testing::Attacks()) {
    std::string bytes = Bytes(attack.path());
    if (bytes.size() < 4096 && !attack.file.starts_with("bomb")) files.push_back(std::move(bytes));
  }
  ASSERT_GT(files.size(), 500u);
  ExpectNoGrowth(files, 5);
}

}  // namespace
}  // namespace pratique
