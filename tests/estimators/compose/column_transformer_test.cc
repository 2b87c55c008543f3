#include "estimators/compose/column_transformer.h"

#include <gmock/gmock.h>

#include <list>

#include "estimators/compose/feature_union.h"
#include "tests/estimators/compose/assembly.h"

namespace pratique {
namespace {

using fb::Part;
using testing::Assembly;
using testing::CodeOf;
using ::testing::ElementsAre;
using testing::Fake;
using testing::Flat;
using testing::Predictor;
using testing::Transformer;

constexpr std::string_view kNames[] = {"scaled", "rest"}, kColumnNames[] = {"x", "y", "z"};
constexpr Part kParts[] = {Part::Estimator, Part::Passthrough};
constexpr double kWeights[] = {1, 1};
constexpr fb::Weight kFloats[] = {fb::Weight::Float, fb::Weight::Float};

// Columns 2 and 0 times ten, then column 1 as it is.
constexpr uint32_t kOffsets[] = {0, 2, 3}, kColumns[] = {2, 0, 1};
ColumnTransformer Columns() {
  return {.n_features_in = 3,
          .n_transformers = 2,
          .names = kNames,
          .parts = kParts,
          .column_offsets = kOffsets,
          .columns = kColumns,
          .weights = kWeights,
          .weight_kinds = {},
          .sparse_output = false,
          .feature_names = {}};
}
Assembly<ColumnTransformer> Of(ColumnTransformer state) { return {state, {Transformer(2, 2, 10)}}; }

Column Numbers(std::string_view name, std::span<const double> values) { return {.name = name, .doubles = values}; }

TEST(ColumnTransformer, PutsTheResultsSideBySide) {
  auto model = Of(Columns());
  EXPECT_EQ(model.Problem(), "");
  const std::vector<double> x = {1, 2, 3, 4, 5, 6};
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, Dense(x, 2, 3))), ElementsAre(30, 10, 2, 60, 40, 5));
  EXPECT_EQ(model.Infer()->n_features_out, 3u);
}

TEST(ColumnTransformer, TakesColumnsByName) {
  ColumnTransformer state = Columns();
  state.feature_names = kColumnNames;
  state.parts = {};
  constexpr Part kPass[] = {Part::Passthrough, Part::Passthrough};
  state.parts = kPass;
  Assembly<ColumnTransformer> model(state, {});
  const double x[] = {1}, y[] = {2}, z[] = {3};
  const Column shuffled[] = {Numbers("extra", x), Numbers("z", z), Numbers("y", y), Numbers("x", x)};
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, FrameView{1, shuffled})), ElementsAre(3, 1, 2));
  EXPECT_EQ(CodeOf(model.Call(Method::kTransform, FrameView{1, std::span(shuffled).first(3)})), "input.missing_column");
  const Column twice[] = {shuffled[1], shuffled[2], shuffled[3], shuffled[3]};
  EXPECT_EQ(CodeOf(model.Call(Method::kTransform, FrameView{1, twice})), "input.duplicate_column");
  const Column unnamed[] = {Numbers("", x), Numbers("", y), Numbers("", z)};
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, FrameView{1, unnamed})), ElementsAre(3, 1, 2))
      << "by position";
  EXPECT_EQ(CodeOf(model.Call(Method::kTransform, FrameView{1, std::span(unnamed).first(2)})), "input.width");
}

TEST(ColumnTransformer, NeedsOnlyTheColumnsItTakes) {
  ColumnTransformer state = Columns();
  constexpr Part kPass[] = {Part::Passthrough, Part::Passthrough};
  constexpr uint32_t kTwice[] = {2, 2, 0};
  state.feature_names = kColumnNames;
  state.parts = kPass;
  state.columns = kTwice;
  Assembly<ColumnTransformer> model(state, {});
  const double x[] = {1}, z[] = {3};
  const Column columns[] = {Numbers("z", z), Numbers("x", x)};
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, FrameView{1, columns})), ElementsAre(3, 3, 1));
}

TEST(ColumnTransformer, CarriesText) {
  ColumnTransformer state = Columns();
  constexpr double kHalf[] = {1, 0.5};
  auto model = Of(state);
  const double numbers[] = {1, 2};
  const std::string_view words[] = {"a", "b"};
  const uint8_t missing[] = {0, 1};
  Column text{.name = "t", .dtype = DType::kString, .strings = words, .marks = missing};
  const Column columns[] = {Numbers("x", numbers), text, Numbers("z", numbers)};
  absl::StatusOr<Data> result = model.Call(Method::kTransform, FrameView{2, columns});
  ASSERT_TRUE(result.ok());
  const auto& frame = std::get<FrameView>(*result);
  ASSERT_EQ(frame.columns.size(), 3u);
  EXPECT_THAT(frame.columns[2].strings, ElementsAre("a", "b"));
  EXPECT_THAT(frame.columns[2].marks, ElementsAre(0, 1));
  EXPECT_EQ(frame.columns[2].name, "");
  for (const Column& column : frame.columns) EXPECT_EQ(column.cells, CellsAre::kObjects);
  state.weights = kHalf;
  state.weight_kinds = kFloats;
  auto weighted = Of(state);
  EXPECT_EQ(CodeOf(weighted.Call(Method::kTransform, FrameView{2, columns})), "input.text");
  state = Columns();
  state.sparse_output = true;
  auto sparse = Of(state);
  EXPECT_EQ(CodeOf(sparse.Call(Method::kTransform, FrameView{2, columns})), "input.text");
}

TEST(ColumnTransformer, RefusesDenseResultsWhereThoseOfTheFitWereSparse) {
  ColumnTransformer state = Columns();
  state.sparse_output = true;
  auto model = Of(state);
  const std::vector<double> x = {0, 2, 3, -0.0, 0, 0};
  EXPECT_EQ(CodeOf(model.Call(Method::kTransform, Dense(x, 2, 3))), "input.sparse");
}

TEST(ColumnTransformer, SelectsFromSparseInput) {
  ColumnTransformer state = Columns();
  constexpr Part kPass[] = {Part::Passthrough, Part::Passthrough};
  constexpr uint32_t kTwice[] = {2, 0, 2};
  state.parts = kPass;
  state.columns = kTwice;
  // Unsorted rows of a longer matrix, with a stored zero.
  const int64_t indptr[] = {1, 3, 4};
  const int32_t indices[] = {1, 2, 0, 0};
  const double data[] = {9, 5, 7, 0};
  const Data X = CsrView<double>{2, 3, indptr, indices, data};
  Assembly<ColumnTransformer> dense(state, {});
  EXPECT_THAT(Flat<double>(dense.Call(Method::kTransform, X)), ElementsAre(5, 7, 5, 0, 0, 0));
  state.sparse_output = true;
  Assembly<ColumnTransformer> sparse(state, {});
  absl::StatusOr<Data> result = sparse.Call(Method::kTransform, X);
  ASSERT_TRUE(result.ok());
  const auto& csr = std::get<CsrView<double>>(*result);
  EXPECT_THAT(csr.indptr, ElementsAre(0, 3, 4)) << "a stored zero stays stored";
  EXPECT_THAT(csr.indices, ElementsAre(0, 1, 2, 1)) << "sorted, as scipy's hstack leaves them";
  EXPECT_THAT(csr.data, ElementsAre(5, 7, 5, 0));
}

TEST(ColumnTransformer, PromotesAsNumpyDoes) {
  ColumnTransformer state = Columns();
  constexpr Part kPass[] = {Part::Passthrough, Part::Passthrough};
  state.parts = kPass;
  Assembly<ColumnTransformer> model(state, {});
  const float f[] = {1};
  const int64_t d[] = {2};
  Column single{.dtype = DType::kFloat32, .floats = f}, small{.dtype = DType::kInt8, .ints = d},
      wide{.dtype = DType::kInt32, .ints = d};
  const Column narrow[] = {single, small, single}, mixed[] = {single, wide, single}, ints[] = {small, small, small};
  EXPECT_THAT(Flat<float>(model.Call(Method::kTransform, FrameView{1, narrow})), ElementsAre(1, 1, 2));
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, FrameView{1, mixed})), ElementsAre(1, 1, 2));
  const auto kept = model.Call(Method::kTransform, FrameView{1, ints});
  EXPECT_THAT(Flat<int64_t>(kept), ElementsAre(2, 2, 2));
  EXPECT_EQ(std::get<MatrixView<int64_t>>(*kept).dtype, DType::kInt8);
}

TEST(ColumnTransformer, Weighs) {
  ColumnTransformer state = Columns();
  constexpr double kUneven[] = {0.5, 3};
  state.weights = kUneven;
  state.weight_kinds = kFloats;
  auto model = Of(state);
  const std::vector<double> x = {1, 2, 3};
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, Dense(x, 1, 3))), ElementsAre(15, 5, 6));
}

// numpy's uint8 * 3 is uint8 and wraps around, * 1.0 is float64, and * 300 is an error.
TEST(ColumnTransformer, WeighsIntegersAsNumpy) {
  constexpr Part kBoth[] = {Part::Passthrough, Part::Passthrough};
  const std::vector<int64_t> x = {1, 200, 3};
  const MatrixView<int64_t> X{x, 1, 3, 3, DType::kUInt8};
  std::list<Assembly<ColumnTransformer>> models;  // which hold their results
  const auto weighed = [&](const std::vector<double>& weights, const std::vector<fb::Weight>& kinds) {
    ColumnTransformer state = Columns();
    state.parts = kBoth;
    state.weights = weights;
    state.weight_kinds = kinds;
    return models.emplace_back(state, std::vector<Fake>{}).Call(Method::kTransform, X);
  };
  absl::StatusOr<Data> result = weighed({3, 1}, {fb::Weight::Integer, fb::Weight::None});
  EXPECT_THAT(Flat<int64_t>(result), ElementsAre(9, 3, 200));
  EXPECT_EQ(std::get<MatrixView<int64_t>>(*result).dtype, DType::kUInt8);
  EXPECT_THAT(Flat<int64_t>(weighed({1, 3}, {fb::Weight::None, fb::Weight::Integer})), ElementsAre(3, 1, 88));
  EXPECT_THAT(Flat<double>(weighed({1, 1}, {fb::Weight::Float, fb::Weight::None})), ElementsAre(3, 1, 200));
  EXPECT_EQ(CodeOf(weighed({300, 1}, {fb::Weight::Integer, fb::Weight::None})), "input.weight");
}

TEST(ColumnTransformer, WithoutTransformersGivesNoColumns) {
  constexpr uint32_t kZero[] = {0};
  ColumnTransformer state = Columns();
  state.n_transformers = 0;
  state.names = Strings(kNames).first(0);
  state.parts = Array<Part>(kParts).first(0);
  state.column_offsets = kZero;
  state.columns = Array<uint32_t>(kColumns).first(0);
  state.weights = Array<double>(kWeights).first(0);
  state.sparse_output = true;
  Assembly<ColumnTransformer> model(state, {});
  EXPECT_EQ(model.Problem(), "");
  const std::vector<double> x = {1, 2, 3};
  absl::StatusOr<Data> result = model.Call(Method::kTransform, Dense(x, 1, 3));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(Rows(*result), 1u);
  EXPECT_EQ(Cols(*result), 0u);
}

TEST(ColumnTransformer, RefusesTheNearMisses) {
  const auto problem = [](auto change) {
    ColumnTransformer state = Columns();
    change(state);
    return Of(state).Problem();
  };
  static constexpr uint32_t kHigh[] = {2, 0, 3}, kHuge[] = {2, 0, 0xffffffffu}, kFalling[] = {0, 3, 2},
                            kLate[] = {1, 2, 3}, kShort[] = {0, 2, 2}, kLong[] = {0, 2, 4}, kFew[] = {0, 3},
                            kMany[] = {0, 2, 3, 3};
  static constexpr double kNaN[] = {1, __builtin_nan("")};
  EXPECT_EQ(problem([](auto& s) { s.columns = kHigh; }), "columns[2] index_below");
  EXPECT_EQ(problem([](auto& s) { s.columns = kHuge; }), "columns[2] index_below");
  EXPECT_EQ(problem([](auto& s) { s.n_features_in = 2; }), "columns[0] index_below");
  EXPECT_EQ(problem([](auto& s) { s.column_offsets = kFalling; }), "column_offsets[2] offsets_of");
  EXPECT_EQ(problem([](auto& s) { s.column_offsets = kLate; }), "column_offsets[0] offsets_of");
  EXPECT_EQ(problem([](auto& s) { s.column_offsets = kShort; }), "column_offsets[2] offsets_of");
  EXPECT_EQ(problem([](auto& s) { s.column_offsets = kLong; }), "column_offsets[2] offsets_of");
  EXPECT_EQ(problem([](auto& s) { s.column_offsets = kFew; }), "column_offsets ragged");
  EXPECT_EQ(problem([](auto& s) { s.column_offsets = kMany; }), "column_offsets ragged");
  EXPECT_EQ(problem([](auto& s) { s.column_offsets = {}; }), "column_offsets required");
  EXPECT_EQ(problem([](auto& s) { s.weights = kNaN; }), "weights[1] finite");
  static constexpr double kThird[] = {1, 1.5};
  static constexpr fb::Weight kWhole[] = {fb::Weight::None, fb::Weight::Integer};
  EXPECT_EQ(problem([](auto& s) { s.weights = kThird; }), "weights[1] kind_of_weight");
  EXPECT_EQ(problem([](auto& s) { s.weights = kThird, s.weight_kinds = kWhole; }), "weights[1] kind_of_weight");
  EXPECT_EQ(problem([](auto& s) { s.parts = Array<Part>(kParts).first(1); }), "parts shape");
  EXPECT_EQ(problem([](auto& s) { s.feature_names = kNames; }), "feature_names shape");
}

TEST(ColumnTransformer, RefusesChildrenThatDoNotFit) {
  EXPECT_EQ(Assembly(Columns(), {Transformer(3, 3)}).Problem(),
            "transformers_[0] expects 3 features, is given 2 columns");
  EXPECT_EQ(Assembly(Columns(), {Predictor(2)}).Problem(), "transformers_[0] has no transform");
  Fake flat = Transformer(2, 2);
  flat.signature.one_dimensional_transform = true;
  EXPECT_EQ(Assembly(Columns(), {flat}).Problem(), "transformers_[0] gives one dimension, not two");
  EXPECT_EQ(Assembly(Columns(), {}).Problem(), "has 1 parts that are estimators, but owns 0 objects");
  auto model = Of(Columns());
  model.limits().output_columns = 2;
  const std::vector<double> x = {1, 2, 3};
  EXPECT_EQ(CodeOf(model.Call(Method::kTransform, Dense(x, 1, 3))), "limit.output_columns");
}

TEST(FeatureUnion, GivesAllColumnsToEach) {
  FeatureUnion state{2, kNames, kParts, kWeights};
  Assembly model(state, {Transformer(2, 4, 10)});
  EXPECT_EQ(model.Problem(), "");
  EXPECT_EQ(model.Infer()->n_features_out, 6u);
  const std::vector<double> x = {1, 2};
  EXPECT_THAT(Flat<double>(model.Call(Method::kTransform, Dense(x, 1, 2))), ElementsAre(10, 20, 10, 20, 1, 2));
  constexpr Part kBoth[] = {Part::Estimator, Part::Estimator};
  state.parts = kBoth;
  EXPECT_EQ(Assembly(state, {Transformer(2, 4), Transformer(3, 3)}).Problem(),
            "transformer_list[1] expects 3 features, others 2");
  Fake flat = Transformer(2, 2);
  flat.signature.one_dimensional_transform = true;
  EXPECT_EQ(Assembly(state, {Transformer(2, 4), flat}).Problem(), "transformer_list[1] gives one dimension, not two");
}

}  // namespace
}  // namespace pratique
