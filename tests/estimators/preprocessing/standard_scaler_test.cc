#include "estimators/preprocessing/standard_scaler.h"

#include <gmock/gmock.h>

#include <limits>

#include "estimators/preprocessing/function_transformer.h"
#include "tests/estimators/preprocessing/direct.h"

namespace pratique {
namespace {

using ::testing::ElementsAre;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

StandardScaler Scaler() {
  StandardScaler s{};
  s.n_features_in = 2;
  s.mean = List({0.1, 1.0});
  s.scale = List({3.0, 0.7});
  return s;
}

TEST(StandardScaler, RoundsTwice) {
  Direct scaler(Scaler());
  const std::vector<double> x = {1.1, 2.2};
  const double first = 1.1 - 0.1, second = 2.2 - 1.0;
  EXPECT_THAT(Flat<double>(scaler(Dense(x, 1, 2))), ElementsAre(first / 3.0, second / 0.7));
  EXPECT_EQ(scaler.signature().n_features_out, 2u);
}

TEST(StandardScaler, Float32MeetsTheMeanAsEachReleaseDoes) {
  const float x[] = {0.1f, 1.5f};
  const Data X = Dense(std::span<const float>(x), 1, 2);
  StandardScaler s = Scaler();
  Direct before(s);
  // 1.7: float32(0.1f - 0.1) is the rounding error of 0.1f; 1.8: 0.1f - 0.1f is 0.
  EXPECT_EQ(Flat<float>(before(X)).at(0),
            static_cast<float>(static_cast<double>(static_cast<float>(0.1f - 0.1)) / 3.0));
  EXPECT_NE(Flat<float>(before(X)).at(0), 0.0f);
  s.float32_statistics = true;
  Direct after(s);
  EXPECT_THAT(Flat<float>(after(X)), ElementsAre(0.0f, (1.5f - 1.0f) / 0.7f));
}

TEST(StandardScaler, SparseMultipliesByTheReciprocal) {
  StandardScaler s = Scaler();
  s.mean = {};
  const int64_t indptr[] = {1, 2, 3};  // rows of a longer matrix
  const int32_t indices[] = {0, 1, 0};
  const double data[] = {9, 5, 7};
  const Data X = CsrView<double>{2, 2, indptr, indices, data};
  Direct scaler(s);
  absl::StatusOr<Data> result = scaler(X);
  ASSERT_TRUE(result.ok());
  const auto& csr = std::get<CsrView<double>>(*result);
  EXPECT_THAT(csr.indptr, ElementsAre(0, 1, 2));
  EXPECT_THAT(csr.indices, ElementsAre(1, 0));
  EXPECT_THAT(csr.data, ElementsAre(5 * (1 / 0.7), 7 * (1 / 3.0)));
  s.float32_reciprocal = true;
  Direct narrow(s);
  result = narrow(X);
  EXPECT_EQ(std::get<CsrView<double>>(*result).data[0], 5 * static_cast<double>(static_cast<float>(1 / 0.7)));
  Direct centred(Scaler());
  EXPECT_EQ(CodeOf(centred(X)), "input.sparse");
}

TEST(StandardScaler, InverseAndNothingToDo) {
  Direct scaler(Scaler());
  const std::vector<double> x = {1.1, kNaN};
  EXPECT_THAT(Flat<double>(scaler(Dense(x, 1, 2), Method::kInverseTransform)),
              ElementsAre(1.1 * 3.0 + 0.1, ::testing::IsNan()));
  StandardScaler neither = Scaler();
  neither.mean = neither.scale = {};
  Direct same(neither);
  EXPECT_THAT(Flat<double>(same(Dense(x, 1, 2))), ElementsAre(1.1, ::testing::IsNan()));
}

TEST(StandardScaler, RefusesInput) {
  Direct scaler(Scaler());
  const std::vector<double> x = {1.1, 2.2, std::numeric_limits<double>::infinity(), 0};
  EXPECT_EQ(CodeOf(scaler(Dense(x, 1, 3))), "input.width");
  EXPECT_EQ(CodeOf(scaler(Dense(x, 2, 2))), "input.not_finite");
}

TEST(StandardScaler, NearMisses) {
  EXPECT_EQ(Direct(Scaler()).Problem(), "");
  StandardScaler s = Scaler();
  s.scale = List({3.0, 0.0});
  EXPECT_EQ(Direct(s).Problem(), "scale[1] min");
  s.scale = List({3.0});
  EXPECT_EQ(Direct(s).Problem(), "scale shape");
  s = Scaler();
  s.mean = List({0.1, kNaN});
  EXPECT_EQ(Direct(s).Problem(), "mean[1] finite");
  s = Scaler();
  s.n_features_in = 0;
  EXPECT_EQ(Direct(s).Problem(), "n_features_in min");
}

TEST(FunctionTransformer, HandsEverythingOn) {
  FunctionTransformer f{};
  f.n_features_in = 2;
  Direct identity(f);
  const Data X = Frame({TextColumn({"a"}), NumberColumn({kNaN})});
  absl::StatusOr<Data> result = identity(X);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(std::get<FrameView>(*result).columns[0].strings[0], "a");
  EXPECT_EQ(identity.signature().n_features_out, 2u);
  f.validate = true;
  Direct checking(f);
  EXPECT_EQ(CodeOf(checking(X)), "input.text");
  f.n_features_in = 0;
  EXPECT_EQ(Direct(f).signature().n_features_in, std::nullopt);
}

}  // namespace
}  // namespace pratique
