// States that flatbuffers' own Verifier accepts and pratique must not: measured traps, each a test of the first day.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <vector>

#include "container/writer.h"
#include "estimators/linear/linear_regressor.h"
#include "linear_generated.h"
#include "pratique/pratique.h"
#include "state/layout.h"
#include "tree_generated.h"
#include "type/class.h"

namespace pratique {
namespace {

constexpr char kType[] = "sklearn.linear_model.LinearRegression";

// A .prq with right digests around one state.
absl::StatusOr<Validated> Prove(std::string state, const char* type = kType) {
  FileToWrite file;
  file.objects.push_back({type, "model", "", 0, std::move(state)});
  auto bytes = WriteFile(file);
  if (!bytes.ok()) return bytes.status();
  auto opened = Open(std::as_bytes(std::span(*bytes)));
  if (!opened.ok()) return opened.status();
  auto audited = Audit(*opened, Policy());
  if (!audited.ok()) return audited.status();
  return Validate(*audited);
}

// Refused, and flatc's Verifier would have let it pass.
void ExpectTrap(const std::string& state, const std::string& code, const std::string& rule) {
  std::vector<uint64_t> aligned(state.size() / 8 + 1);
  std::memcpy(aligned.data(), state.data(), state.size());
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t*>(aligned.data()), state.size());
  EXPECT_TRUE(verifier.VerifyBuffer<fb::LinearRegressor>(nullptr)) << "no trap: the generated verifier refuses it, too";
  auto result = Prove(state);
  ASSERT_FALSE(result.ok());
  auto why = GetRejection(result.status());
  ASSERT_TRUE(why);
  EXPECT_EQ(why->code, code) << result.status();
  EXPECT_EQ(why->rule, rule) << result.status();
  EXPECT_EQ(why->stage, Stage::kValidate);
}

LinearRegressor Good() {
  static const double kCoef[] = {1, 2}, kIntercept[] = {3};
  LinearRegressor state{};
  state.n_features_in = 2;
  state.n_outputs = 1;
  state.coef = kCoef;
  state.intercept = kIntercept;
  return state;
}

std::string Canonical() {
  const LinearRegressor state = Good();
  return Encode(Registry::Builtin().Find(kType)->form->plan(), &state).value();
}

std::string Finished(const std::function<flatbuffers::uoffset_t(flatbuffers::FlatBufferBuilder&)>& make) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(flatbuffers::Offset<fb::LinearRegressor>(make(builder)));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

TEST(Traps, TheGoodStateIsProven) {
  auto result = Prove(Canonical());
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST(Traps, MisalignedDoubles) {
  // root at 24 | vtable of 18 bytes at 4 | coef's count at 48, so that its doubles begin at 52: 4 modulo 8.
  std::vector<uint8_t> b(112, 0);
  auto u32 = [&](size_t at, uint32_t v) { std::memcpy(&b[at], &v, 4); };
  auto u16 = [&](size_t at, uint16_t v) { std::memcpy(&b[at], &v, 2); };
  u32(0, 24);
  u16(4, 16), u16(6, 20), u16(8, 4), u16(10, 8), u16(12, 0), u16(14, 0), u16(16, 12), u16(18, 16);
  u32(24, 20), u32(28, 2), u32(32, 1), u32(36, 48 - 36), u32(40, 80 - 40);
  const double values[] = {1, 2};
  u32(48, 2), std::memcpy(&b[52], values, 16);
  u32(80, 1), std::memcpy(&b[84], values, 8);
  ExpectTrap(std::string(b.begin(), b.end()), "state.layout", "aligned");
}

TEST(Traps, UnknownVtableSlot) {
  const std::string state = Finished([](auto& b) {
    const std::vector<double> two{1, 2}, one{3};
    auto coef = b.CreateVector(two), intercept = b.CreateVector(one);
    auto start = b.StartTable();
    b.template AddElement<uint32_t>(4, 2, 0);
    b.template AddElement<uint32_t>(6, 1, 0);
    b.AddOffset(12, coef);
    b.AddOffset(14, intercept);
    b.template AddElement<double>(124, 99.0, 0);  // slots beyond the schema
    return b.EndTable(start);
  });
  auto result = Prove(state);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnimplemented);  // it may be a newer pratique's
  EXPECT_EQ(GetRejection(result.status())->code, "state.newer");
}

TEST(Traps, OneVectorSharedByTwoFields) {
  ExpectTrap(Finished([](auto& b) {
               const std::vector<double> one{3};
               auto shared = b.CreateVector(one);
               auto start = b.StartTable();
               b.template AddElement<uint32_t>(4, 1, 0);
               b.template AddElement<uint32_t>(6, 1, 0);
               b.AddOffset(12, shared);
               b.AddOffset(14, shared);
               return b.EndTable(start);
             }),
             "state.canonical", "canonical");
}

TEST(Traps, EnumValue77) {
  LinearRegressor state = Good();
  state.fitted_dtype = static_cast<fb::DType>(77);
  ExpectTrap(Encode(Registry::Builtin().Find(kType)->form->plan(), &state).value(), "state.rule", "enum");
}

TEST(Traps, ForeignBytesBehindTheState) {
  ExpectTrap(Canonical() + std::string(8192, 'P'), "state.canonical", "canonical");
}

TEST(Traps, ForeignBytesInAGap) {
  // The builder's own form: sound, but its bytes stand elsewhere. One content has one form.
  ExpectTrap(Finished([](auto& b) {
               const std::vector<double> two{1, 2}, one{3};
               return fb::CreateLinearRegressorDirect(b, 2, 1, false, fb::DType::Float64, &two, &one).o;
             }),
             "state.canonical", "canonical");
}

TEST(Traps, NullRequiredField) {
  LinearRegressor state = Good();
  state.coef = {};
  auto result = Prove(Encode(Registry::Builtin().Find(kType)->form->plan(), &state).value());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(GetRejection(result.status())->code, "state.layout");
}

TEST(Traps, NullRequiredFieldIsAlsoARule) {
  // Should flatc's check ever be lost, the plan's still stands: an absent coef never reaches a kernel.
  LinearRegressor state = Good();
  state.coef = {};
  const Plan& plan = Registry::Builtin().Find(kType)->form->plan();
  for (const FieldPlan& f : plan.fields) {
    if (f.name == "coef") EXPECT_TRUE(f.required);
  }
}

TEST(Traps, TablesSharedInADag) {
  // One Values table, listed four times: 4 pointers, one table. Verified by flatc; its canonical form has four.
  flatbuffers::FlatBufferBuilder b;
  const std::vector<int64_t> ints{0, 1};
  auto values = fb::CreateValuesDirect(b, fb::DType::Int64, fb::Missing::No, &ints);
  std::vector<flatbuffers::Offset<fb::Values>> list(4, values);
  auto classes = b.CreateVector(list);
  fb::TreeClassifierBuilder builder(b);
  builder.add_classes(classes);
  b.Finish(builder.Finish());
  auto result =
      Prove({reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize()}, "sklearn.tree.DecisionTreeClassifier");
  ASSERT_FALSE(result.ok());
  auto why = GetRejection(result.status());
  EXPECT_TRUE(why->code == "state.canonical" || why->code == "state.layout") << result.status();
}

TEST(Traps, EveryByteOfASegmentIsAccountedFor) {
  const std::string good = Canonical();
  for (size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      auto result = Prove(bad);
      if (!result.ok()) continue;
      // Accepted: then the flipped bit is content (a coefficient), and writing it again gives these very bytes.
      EXPECT_EQ(Unpack(result->audited().file()).value().objects[0].state, bad) << i;
    }
  }
}

}  // namespace
}  // namespace pratique
