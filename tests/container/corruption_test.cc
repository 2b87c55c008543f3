// A good file, damaged in every place: what survives is nothing, or a claim for people that no estimator reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "data/file_io.h"
#include "pratique/pratique.h"

namespace pratique {
namespace {

std::string GoodFile() {
  auto bytes = ReadFile(PRATIQUE_SOURCE_DIR "/tests/models/1.3.2/linreg_scaled/model.joblib", {});
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  auto imported = Import(std::as_bytes(bytes->span()));
  EXPECT_TRUE(imported.ok()) << imported.status();
  return imported.ok() ? imported->prq : "";
}

// A heap copy of exactly this size, so that a sanitizer sees every read outside.
absl::StatusOr<Model> LoadText(const std::string& text) {
  const std::vector<char> copy(text.begin(), text.end());
  return LoadBytes(std::as_bytes(std::span(copy)));
}

std::vector<Sha256> StateDigests(const Model& model) {
  std::vector<Sha256> digests;
  for (const ObjectRecord& object : model.validated().audited().file().objects()) digests.push_back(object.sha256);
  return digests;
}

TEST(Corruption, AFlippedBitIsRefusedOrChangesAClaimOnly) {
  const std::string good = GoodFile();
  const absl::StatusOr<Model> original = LoadText(good);
  ASSERT_TRUE(original.ok()) << original.status();
  size_t refused = 0;
  for (size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      const absl::StatusOr<Model> model = LoadText(bad);
      if (model.ok()) {
        EXPECT_EQ(StateDigests(*model), StateDigests(*original)) << "byte " << i << ", bit " << bit;
        EXPECT_EQ(model->type(), original->type());
        EXPECT_NE(model->validated().audited().file().identity(), original->validated().audited().file().identity());
        continue;
      }
      ++refused;
      const auto why = GetRejection(model.status());
      ASSERT_TRUE(why.has_value());
      EXPECT_NE(why->reason, Reason::kInternal) << "byte " << i << ", bit " << bit << ": " << model.status();
    }
  }
  EXPECT_GT(refused, good.size() * 4);
}

TEST(Corruption, EveryBitOfAStateIsUnderItsDigest) {
  const std::string good = GoodFile();
  const absl::StatusOr<Model> original = LoadText(good);
  ASSERT_TRUE(original.ok()) << original.status();
  for (const ObjectRecord& object : original->validated().audited().file().objects()) {
    for (size_t i = object.offset; i < object.offset + object.stored_size; ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1);
      const absl::StatusOr<Model> model = LoadText(bad);
      ASSERT_FALSE(model.ok()) << "byte " << i;
      EXPECT_EQ(GetRejection(model.status())->reason, Reason::kMismatch) << "byte " << i;
    }
  }
}

TEST(Corruption, EveryTruncationIsRefused) {
  const std::string good = GoodFile();
  for (size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(LoadText(good.substr(0, size)).ok()) << size;
}

TEST(Corruption, NothingCanBeAppendedOrPutInFront) {
  const std::string good = GoodFile();
  for (const std::string& extra :
       {std::string(1, '\0'), std::string(64, '\0'), std::string("PK\x05\x06"), std::string("\x80\x04N."), good}) {
    const absl::StatusOr<Model> model = LoadText(good + extra);
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(GetRejection(model.status())->code, "container.trailing");
    EXPECT_FALSE(LoadText(extra + good).ok());
  }
}

}  // namespace
}  // namespace pratique
