// What encoders and transformers of labels refuse: states that fit does not make, and rows of another kind.
#include <gmock/gmock.h>

#include <limits>

#include "estimators/preprocessing/label_binarizer.h"
#include "estimators/preprocessing/label_encoder.h"
#include "estimators/preprocessing/multi_label_binarizer.h"
#include "estimators/preprocessing/ordinal_encoder.h"
#include "estimators/preprocessing/target_encoder.h"
#include "tests/estimators/preprocessing/direct.h"

namespace pratique {
namespace {

using fb::DType;
using fb::Missing;
using ::testing::ElementsAre;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Values Words(Missing missing = Missing::No) { return {DType::String, missing, {}, {}, Texts({"a", "b", "c"})}; }
Values Ints() { return {DType::Int64, Missing::No, List<int64_t>({1, 2}), {}, {}}; }

// "b" is infrequent; NaN has no code.
OrdinalEncoder Ordinal() {
  OrdinalEncoder s{};
  s.n_features_in = 2;
  s.categories = List({Words(Missing::NaN), Ints()});
  s.codes = List<uint32_t>({0, 2, 1, /**/ 0, 1});
  s.infrequent = List<int32_t>({2, -1});
  s.encodes_unknown = true;
  s.unknown_value = -1;
  s.missing_value = kNaN;
  return s;
}

template <class S, class F>
std::string ProblemOf(S state, F change) {
  change(state);
  return Direct(state).Problem();
}

TEST(OrdinalEncoder, NearMisses) {
  const auto problem = [](auto change) { return ProblemOf(Ordinal(), change); };
  EXPECT_EQ(problem([](auto&) {}), "");
  EXPECT_EQ(problem([](auto& s) { s.dtype = DType::String; }), "dtype dtype");
  EXPECT_EQ(problem([](auto& s) { s.codes = {}; }), "infrequent codes");
  EXPECT_EQ(problem([](auto& s) { s.codes = List<uint32_t>({0, 2, 1, 0}); }), "codes codes");
  EXPECT_EQ(problem([](auto& s) { s.codes = List<uint32_t>({0, 2, 1, 0, 1, 2}); }), "codes codes");
  EXPECT_EQ(problem([](auto& s) { s.codes = List<uint32_t>({1, 2, 0, 0, 1}); }), "codes[0] codes");
  EXPECT_EQ(problem([](auto& s) { s.codes = List<uint32_t>({0, 1, 2, 0, 2}); }), "codes[4] codes");
  EXPECT_EQ(problem([](auto& s) { s.infrequent = List<int32_t>({2, 2}); }), "infrequent[1] codes");
  EXPECT_EQ(problem([](auto& s) { s.encodes_unknown = false; }), "unknown_value encoded");
  EXPECT_EQ(problem([](auto& s) { s.dtype = DType::Int8; }), "missing_value encoded");
  EXPECT_EQ(problem([](auto& s) { s.dtype = DType::Int8, s.missing_value = -129; }), "missing_value encoded");
  EXPECT_EQ(problem([](auto& s) { s.dtype = DType::Int8, s.missing_value = 0.5; }), "missing_value encoded");
  EXPECT_EQ(problem([](auto& s) { s.dtype = DType::UInt8, s.missing_value = 5; }), "unknown_value encoded");
  EXPECT_EQ(problem([](auto& s) {
              s.categories = List({Ints(), Words()});
              s.codes = {}, s.infrequent = {};
            }),
            "missing_value encoded");
}

TEST(OrdinalEncoder, OnlyCodesGoBack) {
  Direct encoder(Ordinal());
  const auto back = [&](double code) {
    return CodeOf(encoder(Dense(std::vector<double>{0, code}, 1, 2), Method::kInverseTransform));
  };
  EXPECT_EQ(back(1), "");
  for (const double code : {2.0, -3.0, kNaN, 1e300}) EXPECT_EQ(back(code), "input.unknown_category") << code;
  EXPECT_EQ(back(std::numeric_limits<double>::infinity()), "input.not_finite");
}

TEST(TargetEncoder, NearMisses) {
  TargetEncoder state{};
  state.n_features_in = 1;
  state.n_targets = 2;
  state.categories = List({Words()});
  state.encodings = List<double>({1, 2, 3, 4, 5, 6});
  state.target_mean = List<double>({7, 8});
  const auto problem = [&](auto change) { return ProblemOf(state, change); };
  EXPECT_EQ(problem([](auto&) {}), "");
  EXPECT_EQ(problem([](auto& s) { s.encodings = List<double>({1, 2, 3}); }), "encodings encodings");
  EXPECT_EQ(problem([](auto& s) { s.categories = List({Values{DType::String, Missing::No, {}, {}, Texts({})}}); }),
            "categories[0] categories");
  EXPECT_THAT(Flat<double>(Direct(state)(Frame({TextColumn({"b", "?"})}))), ElementsAre(2, 5, 7, 8));
}

LabelEncoder Labels() {
  LabelEncoder s{};
  s.classes = Words();
  s.casts = true;
  s.width = 1;
  return s;
}

TEST(LabelEncoder, NearMisses) {
  const auto problem = [](auto change) { return ProblemOf(Labels(), change); };
  EXPECT_EQ(problem([](auto&) {}), "");
  EXPECT_EQ(problem([](auto& s) { s.width = 0; }), "width width");
  EXPECT_EQ(problem([](auto& s) { s.casts = false; }), "width width");
  EXPECT_EQ(problem([](auto& s) { s.classes = Ints(); }), "width width");
  EXPECT_EQ(problem([](auto& s) { s.classes.strings = Texts({"b", "a"}); }), "classes order");
  EXPECT_EQ(problem([](auto& s) { s.order = List<uint32_t>({0, 1}); }), "order order");
  EXPECT_EQ(problem([](auto& s) { s.order = List<uint32_t>({0, 2, 1}); }), "order[2] order");
}

TEST(LabelEncoder, RefusesWhatIsNoLabel) {
  Direct encoder(Labels());
  EXPECT_EQ(CodeOf(encoder(Frame({TextColumn({"a", "x"})}))), "input.unknown_category");
  EXPECT_EQ(CodeOf(encoder(Frame({TextColumn({"a"}, {kCellMissing})}))), "input.unknown_category");
  EXPECT_EQ(CodeOf(encoder(Frame({TextColumn({"a"}), TextColumn({"a"})}))), "input.width");
  EXPECT_EQ(CodeOf(encoder(Frame({NumberColumn({1.5})}))), "input.dtype");
  const auto back = [&](auto... cells) {
    return CodeOf(encoder(Dense(std::vector{cells...}, sizeof...(cells), 1), Method::kInverseTransform));
  };
  EXPECT_EQ(back(int64_t{2}), "");
  EXPECT_EQ(back(int64_t{3}), "input.unknown_category");
  EXPECT_EQ(back(int64_t{-1}), "input.unknown_category");
  EXPECT_EQ(back(uint64_t{1} << 63), "input.unknown_category");
  EXPECT_EQ(back(2.0), "input.dtype");
}

TEST(LabelBinarizer, NearMisses) {
  LabelBinarizer state{};
  state.classes = Words();
  state.pos_label = 1;
  const auto problem = [&](auto change) { return ProblemOf(state, change); };
  EXPECT_EQ(problem([](auto&) {}), "");
  EXPECT_EQ(problem([](auto& s) { s.neg_label = 1; }), "neg_label labels");
  EXPECT_EQ(problem([](auto& s) { s.neg_label = -1, s.sparse = true; }), "neg_label labels");
  EXPECT_EQ(problem([](auto& s) { s.classes = Words(Missing::NaN); }), "classes.missing labels");
  EXPECT_EQ(problem([](auto& s) { s.classes.strings = Texts({}); }), "classes labels");
  // Two classes: what becomes of an unseen label would depend on the other rows.
  state.classes = Ints();
  Direct two(state);
  EXPECT_EQ(CodeOf(two(Dense(std::vector<int64_t>{2, 3}, 2, 1))), "input.unknown_category");
  EXPECT_EQ(CodeOf(two(Dense(std::vector<double>{1.5}, 1, 1))), "input.dtype");
  EXPECT_EQ(CodeOf(two(Frame({TextColumn({"a"})}))), "input.dtype");
}

TEST(MultiLabelBinarizer, TakesListsOnly) {
  MultiLabelBinarizer state{};
  state.classes = Words();
  EXPECT_EQ(ProblemOf(state, [](auto& s) { s.classes = Words(Missing::None); }), "classes.missing labels");
  Direct binarizer(state);
  EXPECT_EQ(binarizer.Problem(), "");
  const auto row = [&](Item item) { return binarizer(FrameView{1, {}, Records{List<int64_t>({0, 1}), List({item})}}); };
  EXPECT_THAT(Flat<int64_t>(row({.text = "b"})), ElementsAre(0, 1, 0));
  EXPECT_THAT(Flat<int64_t>(row({.text = "x"})), ElementsAre(0, 0, 0));
  EXPECT_EQ(CodeOf(row({.form = Item::Form::kEntry, .key = "k", .text = "b"})), "input.records");
  EXPECT_EQ(CodeOf(binarizer(Frame({TextColumn({"b"})}))), "input.records");
}

}  // namespace
}  // namespace pratique
