// Rows from a stranger: views that contradict themselves are refused before a kernel reads them, on every kind of
// model.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "pratique/pratique.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;

// One model of each case that the corpus has for scikit-learn 1.9.1, as far as they are small.
const std::vector<Model>& Models() {
  static const std::vector<Model> models = [] {
    std::vector<Model> found;
    for (const auto& entry : fs::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1")) {
      const fs::path file = entry.path() / "model.joblib";
      if (!fs::exists(file) || fs::file_size(file) > 20000) continue;
      const absl::StatusOr<Model> model = Load(file.string());
      if (model.ok()) found.push_back(*model);
    }
    return found;
  }();
  return models;
}

// Every method of every model; `code` of each refusal, or any when empty.
void Refuses(const Data& X, std::string_view code) {
  ASSERT_GT(Models().size(), 100u);
  for (const Model& model : Models()) {
    for (size_t m = 0; m < kMethods; ++m) {
      if (!model.Has(static_cast<Method>(m))) continue;
      const absl::StatusOr<Output> out = model.Run(static_cast<Method>(m), X);
      ASSERT_FALSE(out.ok()) << model.type();
      const auto why = GetRejection(out.status());
      ASSERT_TRUE(why.has_value());
      EXPECT_NE(Name(why->reason), Name(Reason::kInternal)) << model.type() << ": " << out.status();
      if (!code.empty()) {
        EXPECT_EQ(why->code, code) << model.type() << ": " << out.status();
      }
    }
  }
}

// Never a crash, never our own bug; as many rows as X has.
void IsTotal(const Data& X) {
  for (const Model& model : Models()) {
    for (size_t m = 0; m < kMethods; ++m) {
      const absl::StatusOr<Output> out = model.Run(static_cast<Method>(m), X);
      if (!out.ok()) {
        const auto why = GetRejection(out.status());
        EXPECT_NE(Name(why->reason), Name(Reason::kInternal)) << model.type() << ": " << out.status();
        continue;
      }
      for (const Matrix& array : out->arrays) EXPECT_EQ(array.rows(), Rows(X)) << model.type();
    }
  }
}

TEST(HostileInput, DenseSizes) {
  const std::vector<double> x(64, 0.5);
  Refuses(MatrixView<double>{x, 0, 6, 6}, "input.empty");
  Refuses(MatrixView<double>{x, 6, 0, 0}, "input.empty");
  Refuses(MatrixView<double>{x, 2, 6, 5}, "input.stride");
  Refuses(MatrixView<double>{x, 1, 65, 65}, "input.extent");
  Refuses(MatrixView<double>{x, 11, 6, 6}, "input.extent");
  Refuses(MatrixView<double>{x, 9, 6, 8}, "input.extent");
  Refuses(MatrixView<double>{{}, 1, 6, 6}, "input.extent");
  Refuses(Dense(x, 4000, 5), "input.extent");
  Refuses(Dense(std::vector<float>(5), 1, 6), "input.extent");
  IsTotal(MatrixView<double>{std::span(x).first(62), 8, 6, 8});  // the last row needs no stride
  Refuses(MatrixView<double>{x, uint64_t{1} << 39, 6, uint64_t{1} << 40}, "input.stride");
  Refuses(MatrixView<double>{x, SIZE_MAX, 6, 6}, "input.rows");
}

// Only PatchExtractor takes images, and only such as a row has.
TEST(HostileInput, ImageAxes) {
  constexpr size_t kHalf = size_t{1} << 32;
  const std::vector<double> x(64, 0.5);
  for (const ImageAxes& lies : {ImageAxes{6, 1, 2}, ImageAxes{0, 0, 6}, ImageAxes{6, 0, 1}, ImageAxes{4, 1, 1},
                                ImageAxes{kHalf, kHalf, 6}, ImageAxes{kHalf, kHalf, kHalf}, ImageAxes{7, 1, SIZE_MAX},
                                ImageAxes{SIZE_MAX, 1, 1}, ImageAxes{1, SIZE_MAX, 6}})
    Refuses(Images(Dense(x, 2, 6), lies), "input.images");
  Refuses(Images(Dense(x, 4000, 6), {2, 3, 1}), "input.extent");
  const auto patches = Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/patches/model.joblib");
  const auto columns = Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/standard/model.joblib");
  ASSERT_TRUE(patches.ok() && columns.ok());
  const auto given = patches->Transform(Images(Dense(x, 2, 24), {4, 3, 2}));
  ASSERT_TRUE(given.ok()) << given.status();
  EXPECT_EQ(given->shape(), (std::vector<size_t>{2 * 2 * 2, 3, 2, 2}));
  EXPECT_EQ(GetRejection(patches->Transform(Dense(x, 2, 24)).status())->code, "input.images");
  EXPECT_EQ(GetRejection(columns->Transform(Images(Dense(x, 2, 6), {3, 2, 1})).status())->code, "input.images");
  const std::vector<Column> frame(6, Column{.name = "x", .doubles = std::span(x).first(2)});
  EXPECT_EQ(GetRejection(patches->Transform(FrameView{2, frame}).status())->code, "input.images");
  std::vector<Column> sliced;
  const auto second = patches->Transform(Slice(Images(Dense(x, 2, 24), {4, 3, 2}), 1, 2, sliced));
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->rows(), 4u);
}

TEST(HostileInput, DTypes) {
  const std::vector<int64_t> x(6, 1);
  for (const DType dtype : {DType::kFloat64, DType::kUInt64, DType::kString, DType::kFloat16, static_cast<DType>(200)})
    Refuses(Dense(x, 1, 6, dtype), "input.dtype");
  IsTotal(Dense(x, 1, 6, DType::kBool));
  IsTotal(Dense(x, 1, 6));
  const std::vector<uint64_t> naturals(6, UINT64_MAX);
  IsTotal(Dense(naturals, 1, 6));
  const std::vector<uint8_t> marks{1};
  const std::vector<Column> marked(
      6, Column{.name = "x", .dtype = DType::kInt64, .marks = marks, .ints = std::span(x).first(1)});
  Refuses(FrameView{1, marked}, "input.frame");
  // Objects that are numbers may have them, of those that there are.
  const std::vector<double> ones{1};
  const std::vector<uint8_t> no_mark{7};
  Column object{.name = "x", .doubles = ones, .marks = marks, .cells = CellsAre::kObjects};
  IsTotal(FrameView{1, std::vector<Column>(6, object)});
  object.marks = no_mark;
  Refuses(FrameView{1, std::vector<Column>(6, object)}, "input.frame");
  object.marks = marks;
  object.cells = CellsAre::kNullable;
  Refuses(FrameView{1, std::vector<Column>(6, object)}, "input.frame");
}

TEST(HostileInput, Csr) {
  const std::vector<double> data{1, 2, 3};
  const std::vector<int32_t> indices{0, 1, 2};
  struct Row {
    const char* wrong;
    size_t rows, cols;
    std::vector<int64_t> indptr;
    std::vector<int32_t> indices;
  };
  const Row rows[] = {
      {"an end in the middle is beyond the data", 2, 6, {0, 1000000, 3}, indices},
      {"an end in the middle is beyond int64", 2, 6, {0, INT64_MAX, 3}, indices},
      {"indptr decreases", 2, 6, {0, 2, 1}, indices},
      {"indptr begins below 0", 2, 6, {-1, 1, 3}, indices},
      {"indptr ends beyond the data", 2, 6, {0, 1, 4}, indices},
      {"indptr is short", 2, 6, {0, 3}, indices},
      {"indptr is empty", 2, 6, {}, indices},
      {"indices are short", 1, 6, {0, 3}, {0, 1}},
      {"an index is the width", 1, 6, {0, 3}, {0, 1, 6}},
      {"an index is negative", 1, 6, {0, 3}, {0, 1, -1}},
      {"an index twice in a row", 1, 6, {0, 3}, {0, 1, 1}},
      {"an index twice, apart", 1, 6, {0, 3}, {1, 0, 1}},
      {"more columns than indexes reach", 1, uint64_t{1} << 62, {0, 3}, indices},
      {"SIZE_MAX columns", 1, SIZE_MAX, {0, 3}, indices},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.wrong);
    Refuses(CsrView<double>{row.rows, row.cols, row.indptr, row.indices, data}, "input.csr");
  }
  Refuses(CsrView<double>{SIZE_MAX, 6, {}, indices, data}, "input.rows");
  const std::vector<int64_t> none{0};
  Refuses(CsrView<double>{0, 6, none, {}, {}}, "input.empty");
}

TEST(HostileInput, Frames) {
  const std::vector<double> two{1, 2};
  const std::vector<std::string_view> texts{"a", "b"}, odd{"", "\xff\xfe\x00 \xf0\x9f\x9a\x80"};
  const std::vector<uint8_t> one_missing{1}, any_missing{255, 7};
  const auto frame = [](const std::vector<Column>& columns, size_t rows) { return FrameView{rows, columns}; };
  const std::vector<Column> short_column(6, Column{.name = "x", .doubles = two}), no_values(6, Column{.name = "x"}),
      short_missing(6, Column{.name = "x", .dtype = DType::kString, .strings = texts, .marks = one_missing}),
      wrong_span(6, Column{.name = "x", .dtype = DType::kFloat32, .doubles = two});
  Refuses(frame(short_column, 3), "input.frame");
  Refuses(frame(no_values, 2), "input.frame");
  Refuses(frame(short_missing, 2), "input.frame");
  Refuses(frame(wrong_span, 2), "input.frame");
  Refuses(frame({}, 2), "input.empty");
  Refuses(frame(short_column, 0), "input.empty");
  IsTotal(frame(short_column, 2));  // six times one name
  const std::vector<Column> unnamed(6, Column{.doubles = two}),
      odd_text(6, Column{.name = "city", .dtype = DType::kString, .strings = odd, .marks = any_missing});
  IsTotal(frame(unnamed, 2));
  IsTotal(frame(odd_text, 2));
  const std::vector<Column> odd_dtype(6, Column{.name = "x", .dtype = static_cast<DType>(200), .doubles = two});
  IsTotal(frame(odd_dtype, 2));
}

TEST(HostileInput, AFrameNamesAColumnOnce) {
  const auto model = Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/frame_numeric/model.joblib");
  ASSERT_TRUE(model.ok()) << model.status();
  ASSERT_GT(model->feature_names().size(), 1u);
  const std::vector<double> one{1};
  std::vector<Column> columns;
  for (const std::string_view name : model->feature_names()) columns.push_back({.name = name, .doubles = one});
  columns.push_back({.name = columns[0].name, .doubles = one});
  const auto out = model->Run(Method::kPredict, FrameView{1, columns});
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(GetRejection(out.status())->code, "input.duplicate_column") << out.status();
}

// Slice reaches nothing that is not there, whatever the view promises; what it makes of such a view is refused as well.
TEST(HostileInput, Slices) {
  const std::vector<double> x(64, 0.5);
  const std::vector<int64_t> indptr{0, 1, 2};
  const std::vector<int32_t> indices{0, 1};
  const std::vector<Column> columns(6, Column{.name = "x", .doubles = std::span(x).first(5)});
  std::vector<Column> sliced;
  const Data good[] = {Dense(x, 10, 6), CsrView<double>{2, 6, indptr, indices, std::span(x).first(2)},
                       FrameView{5, columns}};
  for (const Data& X : good) {
    for (const size_t begin : {size_t{0}, size_t{1}, Rows(X), Rows(X) + 1, SIZE_MAX}) {
      for (const size_t end : {size_t{0}, size_t{1}, Rows(X), Rows(X) + 1, SIZE_MAX}) {
        const size_t last = std::min(end, Rows(X)), first = std::min(begin, last);
        const Data slice = Slice(X, begin, end, sliced);
        EXPECT_EQ(Rows(slice), last - first);
        if (Rows(slice) > 0) IsTotal(slice);
      }
    }
  }
  Refuses(Slice(Dense(x, 4000, 5), 3000, 3500, sliced), "input.extent");
  Refuses(Slice(MatrixView<double>{x, SIZE_MAX, 6, SIZE_MAX / 2}, 3, 4, sliced), "");
  Refuses(Slice(CsrView<double>{4000, 6, indptr, indices, x}, 3000, 3500, sliced), "input.csr");
  Refuses(Slice(FrameView{4000, columns}, 3000, 3500, sliced), "input.frame");
}

TEST(HostileInput, Values) {
  constexpr double kInf = std::numeric_limits<double>::infinity(), kMax = std::numeric_limits<double>::max();
  for (const double v : {std::nan(""), kInf, -kInf, kMax, -kMax, 5e-324, -0.0, 1e300}) {
    for (const size_t cols : {1, 2, 4, 6, 7}) {
      const std::vector<double> x(3 * cols, v);
      const std::vector<float> f(3 * cols, static_cast<float>(std::clamp(v, -1e38, 1e38)));
      IsTotal(Dense(std::span<const double>(x), 3, cols));
      IsTotal(Dense(std::span<const float>(f), 3, cols));
    }
  }
  const std::vector<double> wide(100000, 1.0);
  IsTotal(Dense(std::span<const double>(wide), 1, wide.size()));
}

TEST(HostileInput, PredictIntoTakesItsOwnSizeOnly) {
  Model::Scratch scratch;
  std::vector<double> out(5), x(64, 0.5);
  for (const Model& model : Models()) {
    for (size_t m = 0; m < kMethods; ++m) {
      const auto method = static_cast<Method>(m);
      if (!model.Has(method) || model.n_columns(method) == 5) continue;
      EXPECT_FALSE(model.PredictInto(method, Dense(std::span<const double>(x), 1, 6), out, scratch).ok())
          << model.type();
    }
  }
}

TEST(HostileInput, ScratchThatWasMovedFromIsANewOne) {
  const auto model = Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/linreg/model.skops");
  ASSERT_TRUE(model.ok()) << model.status();
  const std::vector<double> x(6, 0.5);
  std::vector<double> out(1);
  Model::Scratch from;
  const Model::Scratch to = std::move(from);
  EXPECT_TRUE(model->PredictInto(Method::kPredict, Dense(std::span<const double>(x), 1, 6), out, from).ok());
}

// A result beyond the caller's memory limit is refused, not begun.
TEST(HostileInput, MemoryIsTheCallersLimit) {
  Policy policy;
  policy.limits.memory = 1 << 20;
  const auto model = Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/standard/model.joblib", policy);
  ASSERT_TRUE(model.ok()) << model.status();
  const std::vector<double> x(6 * 60000, 1.0);
  EXPECT_TRUE(model->Transform(Dense(std::span<const double>(x).first(60), 10, 6)).ok());
  const auto large = model->Transform(Dense(x, 60000, 6));
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(GetRejection(large.status())->code, "limit.memory");
  // 122,500 points are 99,856 patches of 1,225.
  const auto patches = Load(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/patches_tenth/model.joblib", policy);
  ASSERT_TRUE(patches.ok()) << patches.status();
  const auto multiplied = patches->Transform(Images(Dense(std::span(x).first(350 * 350), 1, 350 * 350), {350, 350, 1}));
  ASSERT_FALSE(multiplied.ok());
  EXPECT_EQ(GetRejection(multiplied.status())->code, "limit.memory");
  const size_t cols = uint64_t{1} << 20;
  const std::vector<int64_t> indptr{0, 0};
  const auto refused = model->Run(Method::kTransform, CsrView<double>{1, cols, indptr, {}, {}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(GetRejection(refused.status())->code, "input.width");
}

}  // namespace
}  // namespace pratique
