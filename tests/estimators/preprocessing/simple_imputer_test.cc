#include "estimators/preprocessing/simple_imputer.h"

#include <gmock/gmock.h>

#include <limits>

#include "estimators/preprocessing/missing_indicator.h"
#include "tests/estimators/preprocessing/direct.h"

namespace pratique {
namespace {

using fb::FillKind;
using fb::PlaceholderKind;
using ::testing::ElementsAre;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr float kNaNf = std::numeric_limits<float>::quiet_NaN();

// Three columns: filled with 0.1, dropped, filled with -2; the first and the second are marked.
SimpleImputer Numeric() {
  SimpleImputer s{};
  s.n_features_in = 3;
  s.fills = List({FillKind::Number, FillKind::Dropped, FillKind::Number});
  s.numbers = List({0.1, 0.0, -2.0});
  s.indicator = List<uint32_t>({0, 1});
  return s;
}

SimpleImputer Objects() {
  SimpleImputer s{};
  s.n_features_in = 2;
  s.object = true;
  s.fills = List({FillKind::Text, FillKind::Number});
  s.numbers = List({0.0, 7.0});
  s.texts = Texts({"x", ""});
  return s;
}

TEST(SimpleImputer, FillsDropsAndMarks) {
  Direct imputer(Numeric());
  EXPECT_EQ(imputer.Problem(), "");
  EXPECT_EQ(imputer.signature().n_features_out, 4u);
  const std::vector<double> x = {kNaN, 5, 1, 3, kNaN, kNaN};
  EXPECT_THAT(Flat<double>(imputer(Dense(x, 2, 3))), ElementsAre(0.1, 1, 1, 0, 3, -2, 0, 1));
}

TEST(SimpleImputer, KeepsFloat32) {
  Direct imputer(Numeric());
  const float x[] = {kNaNf, 5, 1};
  EXPECT_THAT(Flat<float>(imputer(Dense(std::span<const float>(x), 1, 3))), ElementsAre(0.1f, 1, 1, 0));
}

TEST(SimpleImputer, ANumberStandsForMissing) {
  SimpleImputer s = Numeric();
  s.missing.kind = PlaceholderKind::Number;
  s.missing.number = 0.1;
  Direct imputer(s);
  const double almost = std::nextafter(0.1, 1);
  const std::vector<double> x = {0.1, 0, 3, almost, 0.1, 0.1}, nan = {1, kNaN, 3};
  EXPECT_THAT(Flat<double>(imputer(Dense(x, 2, 3))), ElementsAre(0.1, 3, 1, 0, almost, -2, 0, 1));
  const float narrow[] = {0.1f, 0, 3};  // numpy compares in X's dtype
  EXPECT_THAT(Flat<float>(imputer(Dense(std::span<const float>(narrow), 1, 3))), ElementsAre(0.1f, 3, 1, 0));
  EXPECT_EQ(CodeOf(imputer(Dense(nan, 1, 3))), "input.not_finite");
}

TEST(SimpleImputer, KeepsTheDtypeOfRows) {
  SimpleImputer s = Numeric();
  s.missing.kind = PlaceholderKind::Number;
  s.missing.number = -9;
  s.numbers = List({1.5, 0.0, -2.0});
  const std::vector<int64_t> x = {-9, 5, int64_t{1} << 60, 3, -9, -9};
  Direct floats(s);
  EXPECT_THAT(Flat<double>(floats(Dense(x, 2, 3))), ElementsAre(1.5, 0x1p60, 1, 0, 3, -2, 0, 1));
  s.keeps_dtype = true;
  s.fill_dtype = fb::DType::Bool;
  Direct kept(s);
  EXPECT_EQ(kept.Problem(), "");
  EXPECT_THAT(Flat<int64_t>(kept(Dense(x, 2, 3))), ElementsAre(1, int64_t{1} << 60, 1, 0, 3, -2, 0, 1));
  const std::vector<int64_t> bytes = {-9, 5, 1};
  EXPECT_EQ(std::get<MatrixView<int64_t>>(*kept(Dense(bytes, 1, 3, DType::kInt8))).dtype, DType::kInt8);
  EXPECT_EQ(CodeOf(kept(Dense(std::vector<int64_t>{0, 1, 1}, 1, 3, DType::kBool))), "input.dtype");
  const std::vector<uint64_t> naturals = {9, 5, 1};
  EXPECT_EQ(CodeOf(kept(Dense(naturals, 1, 3))), "input.dtype");  // -2 has no place
  s.numbers = List({1e3, 0.0, -2.0});
  EXPECT_EQ(CodeOf(Direct(s)(Dense(bytes, 1, 3, DType::kInt8))), "input.dtype");
  s.fill_dtype = fb::DType::Float64;  // numpy casts no float to integers within its kind
  EXPECT_EQ(CodeOf(Direct(s)(Dense(x, 2, 3))), "input.dtype");
  s.fill_dtype = fb::DType::String;
  EXPECT_EQ(Direct(s).Problem(), "fill_dtype keeps_dtype");
  s = Numeric();
  s.fill_dtype = fb::DType::Bool;
  EXPECT_EQ(Direct(s).Problem(), "fill_dtype keeps_dtype");
}

TEST(SimpleImputer, SparseRowsAscend) {
  Direct imputer(Numeric());
  const int64_t indptr[] = {0, 3, 4};
  const int32_t indices[] = {2, 0, 1, 1};
  const double data[] = {4, kNaN, 8, kNaN}, no_nan[] = {4, 0, 8, 0};
  absl::StatusOr<Data> result = imputer(CsrView<double>{2, 3, indptr, indices, data});
  ASSERT_TRUE(result.ok()) << result.status();
  const auto& csr = std::get<CsrView<double>>(*result);
  EXPECT_EQ(csr.cols, 4u);
  EXPECT_THAT(csr.indptr, ElementsAre(0, 3, 4));
  EXPECT_THAT(csr.indices, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(csr.data, ElementsAre(0.1, 4, 1, 1));
  SimpleImputer s = Numeric();
  s.missing.kind = PlaceholderKind::Number;  // 0: every absent entry
  Direct zero(s);
  EXPECT_EQ(CodeOf(zero(CsrView<double>{2, 3, indptr, indices, no_nan})), "input.sparse");
}

TEST(SimpleImputer, TellsNoneFromNaN) {
  SimpleImputer s = Objects();
  Direct nan(s);
  EXPECT_EQ(nan.Problem(), "");
  const Data X = Frame({TextColumn({"a", "", "b", ""}, {kCellPresent, kCellMissing, kCellPresent, kCellNone}, "t"),
                        NumberColumn({1, kNaN, 3, 4}, "n")});
  absl::StatusOr<Data> result = nan(X);
  ASSERT_TRUE(result.ok()) << result.status();
  const Column text = std::get<FrameView>(*result).columns[0], numbers = std::get<FrameView>(*result).columns[1];
  EXPECT_THAT(text.strings.first(3), ElementsAre("a", "x", "b"));
  EXPECT_THAT(text.marks, ElementsAre(kCellPresent, kCellPresent, kCellPresent, kCellNone));
  EXPECT_EQ(text.name, "t");
  EXPECT_THAT(numbers.doubles, ElementsAre(1, 7, 3, 4));
  s.missing.kind = PlaceholderKind::None;
  Direct none(s);
  result = none(X);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(std::get<FrameView>(*result).columns[0].strings, ElementsAre("a", "x", "b", "x"));
}

TEST(SimpleImputer, ATextStandsForMissing) {
  SimpleImputer s = Objects();
  s.missing.kind = PlaceholderKind::Text;
  s.missing.text = "?";
  s.indicator = List<uint32_t>({0});
  Direct imputer(s);
  absl::StatusOr<Data> result = imputer(Frame({TextColumn({"?", "a"}, {}, "t"), NumberColumn({1, 2})}));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto columns = std::get<FrameView>(*result).columns;
  EXPECT_THAT(columns[0].strings, ElementsAre("x", "a"));
  EXPECT_EQ(columns[2].name, "missingindicator_t");
  EXPECT_THAT(columns[2].ints, ElementsAre(1, 0));
  EXPECT_EQ(CodeOf(imputer(Frame({TextColumn({"?", "a"}, {kCellPresent, kCellMissing}), NumberColumn({1, 2})}))),
            "input.not_finite");
}

TEST(SimpleImputer, NeverMixesTypes) {
  Direct imputer(Objects()), numeric(Numeric());
  EXPECT_EQ(CodeOf(imputer(Frame({NumberColumn({kNaN, 1}), NumberColumn({1, 1})}))), "input.mixed");
  EXPECT_EQ(CodeOf(imputer(Frame({NumberColumn({1}), TextColumn({"a"})}))), "");
  EXPECT_EQ(CodeOf(imputer(Frame({TextColumn({"a", "a"}), TextColumn({"", "b"}, {kCellMissing, kCellPresent})}))),
            "input.mixed");
  EXPECT_EQ(CodeOf(numeric(Frame({TextColumn({"a"}), NumberColumn({1}), NumberColumn({1})}))), "input.text");
}

TEST(SimpleImputer, NearMisses) {
  const auto problem = [](SimpleImputer s, auto change) {
    change(s);
    return Direct(s).Problem();
  };
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.fills = List({FillKind::Number, FillKind::Dropped}); }), "fills shape");
  EXPECT_EQ(problem(Numeric(),
                    [](auto& s) { s.fills = List({FillKind::Number, FillKind::Dropped, static_cast<FillKind>(7)}); }),
            "fills[2] enum");
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.numbers = List({0.1, 1.0, -2.0}); }), "numbers[1] fills");
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.fills = List({FillKind::Number, FillKind::Text, FillKind::Number}); }),
            "texts fills");
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.indicator = List<uint32_t>({0, 3}); }), "indicator[1] index_below");
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.indicator = List<uint32_t>({1, 0}); }), "indicator[1] sorted");
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.missing.text = "?"; }), "missing.text placeholder");
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.missing.number = 1; }), "missing.number placeholder");
  EXPECT_EQ(problem(Numeric(), [](auto& s) { s.missing.kind = PlaceholderKind::Text; }), "missing.text placeholder");
  EXPECT_EQ(problem(Objects(), [](auto& s) { s.object = false; }), "object fills");
  EXPECT_EQ(problem(Objects(), [](auto& s) { s.texts = Texts({"x", "y"}); }), "texts[1] fills");
  EXPECT_EQ(problem(Objects(),
                    [](auto& s) {
                      s.fills = List({FillKind::Dropped, FillKind::Number});
                      s.texts = Texts({"", ""});
                    }),
            "texts fills");
}

// A column in which nothing is there becomes what fills it, as a row does whose only number is missing.
TEST(SimpleImputer, FillsWhatIsEmpty) {
  Direct imputer(Objects());
  absl::StatusOr<Data> result = imputer(Frame({NumberColumn({kNaN}), TextColumn({""}, {kCellNaN})}));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto columns = std::get<FrameView>(*result).columns;
  EXPECT_THAT(columns[0].strings, ElementsAre("x"));
  EXPECT_THAT(columns[1].doubles, ElementsAre(7));
}

// Objects stay what they are, and what fills them is what the statistic was.
TEST(SimpleImputer, KeepsTheTypesOfObjects) {
  SimpleImputer s = Objects();
  s.fills = List({FillKind::Bool, FillKind::Integer});
  s.numbers = List({1.0, 7.0});
  s.texts = {};
  Direct imputer(s);
  EXPECT_EQ(imputer.Problem(), "");
  Column bools{.dtype = DType::kBool,
               .marks = List<uint8_t>({kCellPresent, kCellNone, kCellNaN}),
               .ints = List<int64_t>({0, 0, 0})};
  Column numbers = NumberColumn({2, kNaN, 0.5});
  numbers.marks = List<uint8_t>({kCellInteger, kCellNaN, kCellPresent});
  numbers.cells = CellsAre::kObjects;
  const Column both[] = {bools, numbers};
  absl::StatusOr<Data> result = imputer(FrameView{3, both});
  ASSERT_TRUE(result.ok()) << result.status();
  const auto columns = std::get<FrameView>(*result).columns;
  EXPECT_THAT(columns[0].marks, ElementsAre(kCellBool, kCellNone, kCellBool));
  EXPECT_THAT(columns[1].doubles, ElementsAre(2, 7, 0.5));
  EXPECT_THAT(columns[1].marks, ElementsAre(kCellInteger, kCellInteger, kCellPresent));
  bools.marks = List<uint8_t>({kCellPresent, kCellNA, kCellNaN});  // pandas.NA equals nothing, not even itself
  const Column na[] = {bools, numbers};
  EXPECT_EQ(CodeOf(imputer(FrameView{3, na})), "input.not_finite");
  s.missing.kind = PlaceholderKind::Null;
  Direct null(s);
  result = null(FrameView{3, na});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(std::get<FrameView>(*result).columns[0].marks, ElementsAre(kCellBool, kCellBool, kCellBool));
}

MissingIndicator Indicator() {
  MissingIndicator s{};
  s.n_features_in = 3;
  s.features = List<uint32_t>({0, 2});
  s.error_on_new = true;
  return s;
}

TEST(MissingIndicator, MarksItsColumns) {
  Direct indicator(Indicator());
  const std::vector<double> x = {kNaN, 5, 1, 3, 4, kNaN}, late = {1, kNaN, 2};
  EXPECT_THAT(Flat<int64_t>(indicator(Dense(x, 2, 3))), ElementsAre(1, 0, 0, 1));
  EXPECT_EQ(CodeOf(indicator(Dense(late, 1, 3))), "input.new_missing");
  EXPECT_THAT(Flat<int64_t>(indicator(Frame({TextColumn({""}, {kCellMissing}), NumberColumn({1}), TextColumn({"a"})}))),
              ElementsAre(1, 0));
  // Bools alone are no numbers; beside others they are.
  Column bools = NumberColumn({1});
  bools.dtype = DType::kBool;
  bools.ints = List<int64_t>({1});
  EXPECT_EQ(CodeOf(indicator(Frame({bools, bools, bools}))), "input.dtype");
  EXPECT_THAT(Flat<int64_t>(indicator(Frame({bools, NumberColumn({1}), bools}))), ElementsAre(0, 0));
  MissingIndicator s = Indicator();
  s.error_on_new = false;
  s.format = fb::MaskFormat::Sparse;
  Direct sparse(s);
  absl::StatusOr<Data> result = sparse(Dense(x, 2, 3));
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(std::get<CsrView<int64_t>>(*result).indices, ElementsAre(0, 1));
}

}  // namespace
}  // namespace pratique
