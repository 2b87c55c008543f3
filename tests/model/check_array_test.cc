#include "model/check_array.h"

#include <gmock/gmock.h>

#include <vector>

#include "data/dtype.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using ::testing::ElementsAre;

class CheckArray : public ::testing::Test {
 protected:
  template <class T>
  std::vector<T> Dense32(const Data& X) {
    auto dense = CheckDense<T>(X, run_);
    if (!dense.ok()) return {};
    return {dense->row(0), dense->row(0) + dense->cols};
  }

  Class type_{.name = "sklearn.test.Any"};
  Signature signature_;
  Estimator self_{&type_, nullptr, &signature_, {}};
  Arena arena_;
  Limits limits_;
  pratique::Run run_{arena_, limits_, &self_};
};

// 2^60 + 2^36 + 1 is just above the middle of two floats; as a double it is the middle, which goes to the even one.
constexpr int64_t kOdd = (int64_t{1} << 60) + (int64_t{1} << 36) + 1;

TEST_F(CheckArray, ConvertsOnce) {
  const std::vector<int64_t> x = {kOdd};
  const std::vector<uint64_t> y = {static_cast<uint64_t>(kOdd)};
  EXPECT_THAT(Dense32<float>(Dense(x, 1, 1)), ElementsAre(static_cast<float>(0x1p60 + 0x1p37)));
  EXPECT_THAT(Dense32<float>(Dense(y, 1, 1)), ElementsAre(static_cast<float>(0x1p60 + 0x1p37)));
  EXPECT_THAT(Dense32<double>(Dense(x, 1, 1)), ElementsAre(0x1p60 + 0x1p36));
  // pandas makes float64 of a frame with floats before anything else does.
  const std::vector<double> d = {0.5};
  const Column columns[] = {{.dtype = DType::kInt64, .ints = x}, {.doubles = d}};
  EXPECT_THAT(Dense32<float>(FrameView{1, columns}), ElementsAre(static_cast<float>(0x1p60), 0.5f));
  EXPECT_THAT(Dense32<float>(FrameView{1, std::span(columns).first(1)}),
              ElementsAre(static_cast<float>(0x1p60 + 0x1p37)));
  // Bools have it converted column by column.
  const std::vector<int64_t> truth = {1};
  const Column early[] = {columns[0], columns[1], {.dtype = DType::kBool, .ints = truth}};
  EXPECT_THAT(Dense32<float>(FrameView{1, early}), ElementsAre(static_cast<float>(0x1p60 + 0x1p37), 0.5f, 1.0f));
}

TEST_F(CheckArray, FloatsAreKeptAndTheRestBecomesFloat64) {
  const std::vector<int64_t> x = {3};
  const auto is = [](const absl::StatusOr<FloatData>& data) { return data.ok() ? data->index() : SIZE_MAX; };
  const Data small = Dense(x, 1, 1, DType::kInt16), wide = Dense(x, 1, 1, DType::kInt32);
  EXPECT_EQ(is(CheckFloats(small, run_)), 0u);
  EXPECT_EQ(is(CheckFloats(small, run_, Finite::kRequired, DType::kFloat32)), 1u);
  EXPECT_EQ(is(CheckFloats(wide, run_, Finite::kRequired, DType::kFloat32)), 0u);
  const std::vector<float> f = {0.1f};
  MatrixView<float> single{f, 1, 1, 1};
  EXPECT_EQ(is(CheckFloats(single, run_)), 1u);
  single.swapped = true;
  EXPECT_EQ(is(CheckFloats(single, run_)), 0u);
  EXPECT_EQ(is(CheckFloats(single, run_, Finite::kRequired, DType::kFloat64)), 1u);
  const auto kept = CheckNumbers(small, run_);
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(std::get<MatrixView<int64_t>>(*kept).dtype, DType::kInt16);
}

// numpy.result_type, and what pandas makes of columns.
TEST(Promotion, AsNumpyDoes) {
  using enum DType;
  struct Row {
    std::vector<DType> dtypes;
    DType result;
  };
  for (const Row& row : std::initializer_list<Row>{{{kBool, kInt8}, kInt8},
                                                   {{kUInt8, kInt8}, kInt16},
                                                   {{kUInt32, kInt32}, kInt64},
                                                   {{kUInt64, kInt64}, kFloat64},
                                                   {{kUInt64, kUInt8}, kUInt64},
                                                   {{kInt16, kFloat32}, kFloat32},
                                                   {{kUInt16, kInt16, kFloat32}, kFloat32},
                                                   {{kUInt8, kInt8, kFloat16}, kFloat16},
                                                   {{kInt16, kFloat16}, kFloat32},
                                                   {{kInt32, kFloat32}, kFloat64},
                                                   {{kBool, kFloat16}, kFloat16},
                                                   {{kString, kInt8}, kString},
                                                   {{}, kFloat64}}) {
    Promotion promotion;
    for (DType dtype : row.dtypes) promotion.Add(dtype);
    EXPECT_EQ(Name(promotion.result()), Name(row.result));
  }
  const auto frame = [](std::vector<Column> columns) { return DTypeOf(FrameView{0, columns}); };
  EXPECT_EQ(frame({{.dtype = kBool}, {.dtype = kBool}}), kBool);
  EXPECT_EQ(frame({{.dtype = kBool}, {.dtype = kInt64}}), kString);
  EXPECT_EQ(frame({{.dtype = kInt8}, {.dtype = kInt16}}), kInt16);
}

// numpy.float16, at the ends of its range and halfway between its values.
TEST(Float16, RoundsOnceToEven) {
  EXPECT_EQ(Float16(1.0).bits, 0x3C00);
  EXPECT_EQ(Float16(-2.0).bits, 0xC000);
  EXPECT_EQ(Float16(65504.0).bits, 0x7BFF);
  EXPECT_EQ(Float16(65519.999).bits, 0x7BFF);
  EXPECT_EQ(Float16(65520.0).bits, 0x7C00);
  EXPECT_EQ(Float16(0x1p-24).bits, 0x0001);
  EXPECT_EQ(Float16(0x1p-25).bits, 0x0000);
  EXPECT_EQ(Float16(0x1.000001p-25).bits, 0x0001);
  EXPECT_EQ(Float16(1 + 0x1p-11).bits, 0x3C00);
  EXPECT_EQ(Float16(1 + 0x1p-11 + 0x1p-40).bits, 0x3C01);
  EXPECT_EQ(Float16(1 + 0x3p-11).bits, 0x3C02);
  for (uint32_t bits = 0; bits < 0x7C00; ++bits) {
    Float16 half;
    half.bits = static_cast<uint16_t>(bits);
    EXPECT_EQ(Float16(static_cast<double>(half)).bits, bits);
  }
}

}  // namespace
}  // namespace pratique
