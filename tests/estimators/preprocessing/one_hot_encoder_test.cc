#include "estimators/preprocessing/one_hot_encoder.h"

#include <gmock/gmock.h>

#include <limits>

#include "state/invariant/ascending.h"
#include "tests/estimators/preprocessing/direct.h"

namespace pratique {
namespace {

using fb::Missing;
using fb::UnknownCategory;
using ::testing::ElementsAre;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Values Cities() { return {fb::DType::String, Missing::No, {}, {}, Texts({"a", "b", "ö", "東"})}; }
Values Sizes() { return {fb::DType::Int64, Missing::NaN, List<int64_t>({1, 2, 5}), {}, {}}; }

// Texts, of which "b" and "東" are infrequent; numbers and NaN, of which 1 is dropped.
OneHotEncoder Encoder() {
  OneHotEncoder s{};
  s.n_features_in = 2;
  s.n_features_out = 6;
  s.categories = List({Cities(), Sizes()});
  s.columns = List<int32_t>({0, 2, 1, 2, /**/ -1, 3, 4, 5});
  s.infrequent = List<int32_t>({2, -1});
  s.unknown = UnknownCategory::Infrequent;
  return s;
}

OneHotEncoder TextsOnly(Values values) {
  OneHotEncoder s{};
  s.n_features_in = 1;
  std::vector<int32_t> columns;
  for (size_t k = 0; k < values.size() + values.n_missing(); ++k) columns.push_back(static_cast<int32_t>(k));
  s.n_features_out = static_cast<uint32_t>(columns.size());
  s.categories = List({values});
  static Arena arena;
  s.columns = arena.Copy(std::span<const int32_t>(columns));
  return s;
}

TEST(OneHotEncoder, GroupsDropsAndKnowsNaN) {
  Direct encoder(Encoder());
  EXPECT_EQ(encoder.Problem(), "");
  EXPECT_TRUE(encoder.signature().text_input);
  const Data X = Frame({TextColumn({"ö", "東", "?"}), NumberColumn({1, 5, kNaN})});
  EXPECT_THAT(Flat<double>(encoder(X)), ElementsAre(0, 1, 0, 0, 0, 0,  //
                                                    0, 0, 1, 0, 1, 0,  //
                                                    0, 0, 1, 0, 0, 1));
}

TEST(OneHotEncoder, SparseHasOnesOnly) {
  OneHotEncoder s = Encoder();
  s.sparse = true;
  s.dtype = fb::DType::Float32;
  s.unknown = UnknownCategory::AllZeros;
  Direct encoder(s);
  absl::StatusOr<Data> result = encoder(Frame({TextColumn({"ö", "?"}), NumberColumn({5, 1})}));
  ASSERT_TRUE(result.ok()) << result.status();
  const auto& csr = std::get<CsrView<float>>(*result);
  EXPECT_THAT(csr.indptr, ElementsAre(0, 2, 2));
  EXPECT_THAT(csr.indices, ElementsAre(1, 4));
  EXPECT_THAT(csr.data, ElementsAre(1, 1));
}

TEST(OneHotEncoder, AnUnknownCategoryIsNamed) {
  OneHotEncoder s = Encoder();
  s.unknown = UnknownCategory::Error;
  Direct encoder(s);
  absl::StatusOr<Data> result = encoder(Frame({TextColumn({"a", "A"}, {}, "city"), NumberColumn({1, 1})}));
  EXPECT_EQ(CodeOf(result), "input.unknown_category");
  EXPECT_THAT(std::string(result.status().message()),
              ::testing::HasSubstr("row 1: found unknown category 'A' in column 0 ('city')"));
  result = encoder(Frame({TextColumn({"a"}), NumberColumn({3})}));
  EXPECT_THAT(std::string(result.status().message()),
              ::testing::HasSubstr("row 0: found unknown category 3 in column 1"));
}

TEST(OneHotEncoder, NumbersCompareAsNumbers) {
  OneHotEncoder s = TextsOnly(Sizes());
  Direct encoder(s);
  const std::vector<double> x = {1, 2.0000000000000004, -0.0, kNaN, 5};
  s.unknown = UnknownCategory::AllZeros;
  Direct lenient(s);
  EXPECT_THAT(Flat<double>(lenient(Dense(x, 5, 1))),
              ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0));
  EXPECT_EQ(CodeOf(encoder(Dense(x, 5, 1))), "input.unknown_category");
  const float narrow[] = {5};
  EXPECT_THAT(Flat<double>(encoder(Dense(std::span<const float>(narrow), 1, 1))), ElementsAre(0, 0, 1, 0));
  const std::vector<double> infinite = {std::numeric_limits<double>::infinity()};
  EXPECT_EQ(CodeOf(lenient(Dense(infinite, 1, 1))), "input.not_finite");
  EXPECT_EQ(CodeOf(lenient(Frame({NumberColumn({infinite[0]})}))), "input.not_finite");
  EXPECT_THAT(Flat<double>(lenient(Frame({TextColumn({"5"})}))), ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(CodeOf(lenient(CsrView<double>{1, 1, List<int64_t>({0, 0}), {}, {}})), "input.sparse");
}

// Neighbours above 2^53 are one double; above 2^63 there is uint64 only.
TEST(OneHotEncoder, IntegersAreComparedAsIntegers) {
  constexpr int64_t kBig = int64_t{1} << 60;
  OneHotEncoder s = TextsOnly({fb::DType::Int64, Missing::No, List<int64_t>({5, kBig, kBig + 1}), {}, {}});
  s.unknown = UnknownCategory::AllZeros;
  s.dtype = fb::DType::Int8;
  Direct encoder(s);
  const std::vector<int64_t> x = {kBig + 1, kBig, kBig + 2, 5};
  const auto result = encoder(Dense(x, 4, 1));
  EXPECT_THAT(Flat<int64_t>(result), ElementsAre(0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0));
  EXPECT_EQ(std::get<MatrixView<int64_t>>(*result).dtype, DType::kInt8);
  Column ints{.dtype = DType::kInt64, .ints = x};
  const FrameView frame{4, std::span(&ints, 1)};
  EXPECT_THAT(Flat<int64_t>(encoder(frame)), ElementsAre(0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0));
  s.unknown = UnknownCategory::Error;
  EXPECT_THAT(std::string(Direct(s)(Dense(x, 4, 1)).status().message()),
              ::testing::HasSubstr("unknown category 1152921504606846978"));

  constexpr uint64_t kHigh = uint64_t{1} << 63;
  const auto bits = List<int64_t>({1, static_cast<int64_t>(kHigh), static_cast<int64_t>(kHigh + 1)});
  OneHotEncoder naturals = TextsOnly({fb::DType::UInt64, Missing::No, bits, {}, {}});
  naturals.unknown = UnknownCategory::AllZeros;
  Direct high(naturals);
  EXPECT_EQ(high.Problem(), "");
  const std::vector<uint64_t> y = {kHigh + 1, 1, kHigh + 2};
  EXPECT_THAT(Flat<double>(high(Dense(y, 3, 1))), ElementsAre(0, 0, 1, 1, 0, 0, 0, 0, 0));
  const std::vector<int64_t> negative = {-1, 1};
  EXPECT_THAT(Flat<double>(high(Dense(negative, 2, 1))), ElementsAre(0, 0, 0, 1, 0, 0));
}

// scikit-learn: TypeError, '<' not supported between instances of 'str' and 'float'.
TEST(OneHotEncoder, NumbersAreNoText) {
  OneHotEncoder s = TextsOnly(Cities());
  s.unknown = UnknownCategory::AllZeros;
  Direct encoder(s);
  EXPECT_EQ(CodeOf(encoder(Frame({NumberColumn({1}, "zip")}))), "input.dtype");
  EXPECT_EQ(CodeOf(encoder(Dense(std::vector<int64_t>{1}, 1, 1))), "input.dtype");
  EXPECT_EQ(CodeOf(encoder(Frame({NumberColumn({kNaN})}))), "");  // a column without any value
}

TEST(OneHotEncoder, MissingCells) {
  const auto encode = [](Missing missing, uint8_t cell) {
    Values values{fb::DType::String, missing, {}, {}, Texts({"a"})};
    OneHotEncoder s = TextsOnly(values);
    s.unknown = UnknownCategory::AllZeros;
    Direct encoder(s);
    const std::vector<double> row = Flat<double>(encoder(Frame({TextColumn({""}, {cell})})));
    return static_cast<int>(std::find(row.begin(), row.end(), 1) - row.begin());
  };
  EXPECT_EQ(encode(Missing::No, kCellMissing), 1);    // all zeros
  EXPECT_EQ(encode(Missing::None, kCellMissing), 1);  // None, the only one there is
  EXPECT_EQ(encode(Missing::None, kCellNone), 1);
  EXPECT_EQ(encode(Missing::NaN, kCellMissing), 1);
  EXPECT_EQ(encode(Missing::NaN, kCellNone), 2);  // None is not NaN: all zeros
  EXPECT_EQ(encode(Missing::NoneAndNaN, kCellNone), 1);
  EXPECT_EQ(encode(Missing::NoneAndNaN, kCellMissing), 2);
  EXPECT_EQ(encode(Missing::None, kCellNaN), 2);  // NaN is not None
  EXPECT_EQ(encode(Missing::NaN, kCellNaN), 1);
  EXPECT_EQ(encode(Missing::NoneAndNaN, kCellNaN), 2);
  for (const Missing missing : {Missing::None, Missing::NaN, Missing::NoneAndNaN})
    EXPECT_GT(encode(missing, kCellNA), 1 + (missing == Missing::NoneAndNaN));  // pandas.NA is neither
}

// Among objects a number is compared as Python does it: True == 1 == 1.0, and none of them is text.
TEST(OneHotEncoder, ObjectsThatAreNumbers) {
  const auto encode = [](Values values, Column column) {
    OneHotEncoder s = TextsOnly(values);
    s.unknown = UnknownCategory::AllZeros;
    Direct encoder(s);
    column.cells = CellsAre::kObjects;
    const absl::StatusOr<Data> result = encoder(Frame({column}));
    if (!result.ok()) return std::vector<double>{};
    return Flat<double>(result);
  };
  const Values numbers{fb::DType::Int64, Missing::None, List<int64_t>({1, 2}), {}, {}};
  Column column = NumberColumn({1, kNaN, kNaN, kNaN, 1});
  column.marks = List<uint8_t>({kCellBool, kCellNone, kCellNaN, kCellNA, kCellPresent});
  EXPECT_THAT(encode(numbers, column), ElementsAre(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0));
  const Values words{fb::DType::String, Missing::No, {}, {}, Texts({"a"})};
  EXPECT_THAT(encode(words, NumberColumn({1})), ElementsAre(0));
}

TEST(OneHotEncoder, GivenCategoriesNeedAnOrder) {
  OneHotEncoder s = TextsOnly({fb::DType::String, Missing::No, {}, {}, Texts({"rot", "blau", "grün"})});
  EXPECT_EQ(Direct(s).Problem(), "categories[0] order");
  s.order = List<uint32_t>({1, 2, 0});
  Direct encoder(s);
  EXPECT_EQ(encoder.Problem(), "");
  EXPECT_THAT(Flat<double>(encoder(Frame({TextColumn({"rot", "blau", "grün"})}))),
              ElementsAre(1, 0, 0, 0, 1, 0, 0, 0, 1));
}

TEST(OneHotEncoder, NearMisses) {
  const auto problem = [](auto change) {
    OneHotEncoder s = Encoder();
    change(s);
    return Direct(s).Problem();
  };
  const auto columns = [&](std::initializer_list<int32_t> list) {
    return problem([&](auto& s) { s.columns = List(list); });
  };
  EXPECT_EQ(columns({0, 2, 1, 2, -1, 3, 4}), "columns columns");
  EXPECT_EQ(columns({0, 2, 1, 2, -1, 3, 4, 5, 6}), "columns columns");
  EXPECT_EQ(columns({0, 2, 1, 2, -1, 3, 4, 6}), "columns[7] columns");
  EXPECT_EQ(columns({0, 2, 1, 2, -1, 3, 3, 4}), "columns[6] columns");
  EXPECT_EQ(columns({1, 2, 0, 2, -1, 3, 4, 5}), "columns[0] columns");
  EXPECT_EQ(columns({0, -1, 1, -1, -1, 3, 4, 5}), "infrequent[0] columns");
  EXPECT_EQ(columns({0, -2, 1, 2, -1, 3, 4, 5}), "columns[1] min");
  EXPECT_EQ(problem([](auto& s) { s.n_features_out = 7; }), "n_features_out columns");
  EXPECT_EQ(problem([](auto& s) { s.infrequent = List<int32_t>({3, -1}); }), "columns[1] columns");
  EXPECT_EQ(problem([](auto& s) { s.infrequent = List<int32_t>({2}); }), "infrequent shape");
  EXPECT_EQ(problem([](auto& s) { s.infrequent = {}; }), "columns[1] columns");
  EXPECT_EQ(problem([](auto& s) { s.dtype = fb::DType::String; }), "dtype dtype");
  EXPECT_EQ(problem([](auto& s) { s.categories = List({Cities()}); }), "categories shape");
  EXPECT_EQ(problem([](auto& s) { s.order = List<uint32_t>({0, 1, 2, 3, 0, 1}); }), "order order");
  EXPECT_EQ(problem([](auto& s) { s.order = List<uint32_t>({0, 1, 2, 3, 0, 1, 2, 3}); }), "order order");
  EXPECT_EQ(problem([](auto& s) { s.order = List<uint32_t>({0, 1, 2, 3, 0, 1, 3}); }), "order[6] order");
  EXPECT_EQ(problem([](auto& s) { s.order = List<uint32_t>({0, 1, 2, 2, 0, 1, 2}); }), "order[3] order");
  EXPECT_EQ(problem([](auto& s) {
              Values ints = Sizes();
              ints.strings = Texts({"a", "b", "c"});
              s.categories = List({Cities(), ints});
            }),
            "categories[1].strings values_of_dtype");
  EXPECT_EQ(problem([](auto& s) {
              Values ints = Sizes();
              ints.ints = List<int64_t>({1, 1, 5});
              s.categories = List({Cities(), ints});
            }),
            "categories[1].ints[1] unique");
}

TEST(Ascending, ThroughAnOrder) {
  const std::vector<double> up = {1, 2, 3}, down = {3, 2, 1}, twice = {1, 1}, nan = {1, kNaN};
  const auto first = [](const std::vector<double>& v) {
    return invariant::FirstNotAscending(std::span<const double>(v));
  };
  EXPECT_EQ(first({}), std::nullopt);
  EXPECT_EQ(first(up), std::nullopt);
  EXPECT_EQ(first(down), 1u);
  EXPECT_EQ(first(twice), 1u);
  EXPECT_EQ(first(nan), 1u);
  const auto through = [&](std::vector<uint32_t> order) {
    return invariant::FirstNotAscendingThrough<double>(order, down);
  };
  EXPECT_EQ(through({2, 1, 0}), std::nullopt);
  EXPECT_EQ(through({2, 1, 1}), 2u);
  EXPECT_EQ(through({2, 1, 3}), 2u);
  EXPECT_EQ(through({0, 1, 2}), 1u);
}

}  // namespace
}  // namespace pratique
