// Each limit: the smallest value with which a file is let through, and that with one less it is refused, by that limit
// and no other.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "container/writer.h"
#include "data/file_io.h"
#include "policy/limit_fields.h"
#include "pratique/pratique.h"

namespace pratique {
namespace {

std::string Bytes(const std::string& path) {
  const auto file = ReadFile(PRATIQUE_SOURCE_DIR "/tests/" + path, {});
  EXPECT_TRUE(file.ok()) << path;
  return {reinterpret_cast<const char*>(file->data()), file->size()};
}

absl::StatusOr<Model> LoadWith(const std::string& bytes, const LimitField& field, uint64_t value) {
  Policy policy;
  field.set(policy.limits, value);
  return LoadBytes(std::as_bytes(std::span(bytes)), policy);
}

bool IsRefusedBy(const LimitField& field, const absl::Status& status) {
  const std::optional<Rejection> why = GetRejection(status);
  return why && why->reason == Reason::kLimit && why->code == "limit." + std::string(field.name);
}

// The same model as a .prq whose states are compressed.
std::string Compressed(const std::string& bytes) {
  const auto model = LoadBytes(std::as_bytes(std::span(bytes)));
  FileToWrite parts = Unpack(model->validated().audited().file()).value();
  parts.compress = true;
  return WriteFile(parts).value();
}

// The least value of `field` with which the file is not refused by it; 0 where it never is.
uint64_t Need(const std::string& bytes, const LimitField& field) {
  uint64_t refused = 0, good = std::min<uint64_t>(field.max, uint64_t{1} << 50);
  if (!IsRefusedBy(field, LoadWith(bytes, field, 0).status())) return 0;
  if (IsRefusedBy(field, LoadWith(bytes, field, good).status())) return 0;
  while (good - refused > 1) {
    const uint64_t middle = refused + (good - refused) / 2;
    (IsRefusedBy(field, LoadWith(bytes, field, middle).status()) ? refused : good) = middle;
  }
  return good;
}

TEST(Limit, OneLessIsRefusedByItsName) {
  std::map<std::string, std::string> files;
  for (const char* path :
       {"models/1.9.1/linreg/model.joblib", "models/1.9.1/linreg/model.skops", "models/1.9.1/forest/model.joblib",
        "models/1.9.1/ct_mixed/model.joblib", "models/1.9.1/encoder/model.joblib", "attacks/files/good.prq",
        "attacks/files/good_large.joblib", "attacks/files/good_deflate.skops"})
    files[path] = Bytes(path);
  files["forest.prq, compressed"] = Compressed(files["models/1.9.1/forest/model.joblib"]);
  std::map<std::string, size_t> met;
  for (const LimitField& field : LimitFields()) {
    for (const auto& [name, bytes] : files) {
      // A large file is loaded slowly: only for what none of the others meets.
      if (name.ends_with("good_large.joblib") && field.name != "inflate_ratio" && field.name != "inflated_bytes")
        continue;
      const uint64_t need = Need(bytes, field);
      if (need == 0) continue;
      ++met[std::string(field.name)];
      SCOPED_TRACE(name + ": " + std::string(field.name) + " = " + std::to_string(need));
      EXPECT_TRUE(LoadWith(bytes, field, need).ok());
      const absl::Status status = LoadWith(bytes, field, need - 1).status();
      EXPECT_TRUE(IsRefusedBy(field, status)) << status;
      const std::string said = GetRejection(status)->message + " " + GetRejection(status)->help;
      EXPECT_NE(said.find(field.name), std::string::npos) << said;
    }
  }
  for (const LimitField& field : LimitFields()) {
    if (field.name == "rows") continue;  // of what is predicted on, below
    EXPECT_GT(met[std::string(field.name)], 0u) << field.name;
  }
}

TEST(Limit, FileBytesAreThoseOfTheFile) {
  const std::string bytes = Bytes("attacks/files/good.pkl");
  const auto field = std::ranges::find(LimitFields(), "file_bytes", &LimitField::name);
  EXPECT_EQ(Need(bytes, *field), bytes.size());
}

TEST(Limit, RowsAreThoseOfOneBlock) {
  Policy policy;
  policy.limits.rows = 2;
  const std::string bytes = Bytes("attacks/files/good.prq");
  const auto model = LoadBytes(std::as_bytes(std::span(bytes)), policy);
  ASSERT_TRUE(model.ok()) << model.status();
  const std::vector<double> X(3 * model->n_features(), 0.5);
  EXPECT_TRUE(
      model->Run(Method::kPredict, Dense(std::span(X).first(2 * model->n_features()), 2, model->n_features())).ok());
  const auto over = model->Run(Method::kPredict, Dense(std::span(X), 3, model->n_features()));
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(GetRejection(over.status())->code, "input.rows");  // the rows are the caller's, not the file's
}

}  // namespace
}  // namespace pratique
