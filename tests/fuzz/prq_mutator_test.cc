// The mutator of fuzz/prq_fuzzer: what it makes is a .prq whose container and digests are sound, each kind of change is
// made, and what breaks one rule is refused by Validate, never before.
#include "fuzz/prq_mutator.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "data/file_io.h"

namespace pratique {
namespace {

using Change = fuzz::PrqMutator::Change;

std::string Prq(const std::string& model) {
  const auto bytes = ReadFile(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/" + model + "/model.joblib", {});
  EXPECT_TRUE(bytes.ok()) << model;
  const auto imported = Import(std::as_bytes(bytes->span()));
  EXPECT_TRUE(imported.ok()) << imported.status();
  return imported.ok() ? imported->prq : "";
}

std::string Flip(std::string bytes, size_t) {
  if (!bytes.empty()) bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
  return bytes;
}

TEST(PrqMutator, KeepsTheContainerSoundAndBreaksWhatIsInIt) {
  std::map<Change, size_t> made, refused;
  std::set<std::string> codes;
  const std::string other = Prq("main_binary");
  for (const char* model : {"linreg", "main_binary", "forest", "ct_mixed", "voting", "dicts"}) {
    const std::string good = Prq(model);
    for (uint64_t seed = 0; seed < 400; ++seed) {
      fuzz::PrqMutator mutator(seed, Flip);
      const auto [change, prq] = mutator.Mutate(good, seed % 2 ? other : "", size_t{1} << 20);
      ++made[change];
      EXPECT_EQ(fuzz::PrqMutator(seed, Flip).Mutate(good, seed % 2 ? other : "", size_t{1} << 20).prq, prq);
      const absl::StatusOr<Model> loaded = LoadBytes(std::as_bytes(std::span(prq)));
      if (loaded.ok()) continue;
      ++refused[change];
      const Rejection why = *GetRejection(loaded.status());
      codes.insert(why.code);
      EXPECT_NE(why.reason, Reason::kInternal) << loaded.status();
      if (change == Change::kBytes || change == Change::kOwner) continue;
      EXPECT_NE(why.code, "container.digest") << loaded.status();
      if (change == Change::kRule) EXPECT_EQ(why.stage, Stage::kValidate) << loaded.status();
    }
  }
  for (Change change :
       {Change::kBytes, Change::kRule, Change::kValue, Change::kState, Change::kType, Change::kOwner, Change::kRole,
        Change::kDropped, Change::kRepeated, Change::kTaken, Change::kClaims, Change::kCodec})
    EXPECT_GT(made[change], 0u) << static_cast<int>(change);
  EXPECT_EQ(refused[Change::kRule], made[Change::kRule]);  // one rule is broken, and found
  EXPECT_EQ(refused[Change::kCodec], 0u);                  // another form of the same model
  for (const char* code : {"state.rule", "state.layout", "state.canonical", "state.structure", "container.owner"})
    EXPECT_TRUE(codes.contains(code)) << code;
}

}  // namespace
}  // namespace pratique
