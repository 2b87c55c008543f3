// What the states of the scalers must say that no rule of the schema can, each broken in the smallest way.
#include <gmock/gmock.h>

#include <limits>

#include "estimators/preprocessing/function_transformer.h"
#include "estimators/preprocessing/isotonic_regression.h"
#include "estimators/preprocessing/k_bins_discretizer.h"
#include "estimators/preprocessing/one_hot_encoder.h"
#include "estimators/preprocessing/polynomial_features.h"
#include "estimators/preprocessing/power_transformer.h"
#include "estimators/preprocessing/quantile_transformer.h"
#include "estimators/preprocessing/spline_transformer.h"
#include "tests/estimators/preprocessing/direct.h"

namespace pratique {
namespace {

using ::testing::ElementsAre;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// f changes the state; what is then wrong with it.
template <class S, class F>
std::string With(S state, F f) {
  f(state);
  return Direct(state).Problem();
}

TEST(FunctionTransformer, TakesAsManyArgumentsAsTheFunctionHas) {
  FunctionTransformer s{};
  s.n_features_in = 1;
  EXPECT_EQ(Direct(s).Problem(), "");
  const auto clip = [](FunctionTransformer& t) { t.function.function = fb::Function::Clip; };
  EXPECT_EQ(With(s, clip), "function.arguments function");
  clip(s);
  s.function.arguments = List({0.0, 1.0});
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.function.arguments = List({0.0, kNaN}); }), "function.arguments[1] function");
  s.inverse.function = fb::Function::Round;
  s.inverse.arguments = List({2.0});
  EXPECT_EQ(Direct(s).Problem(), "");
  for (const double decimals : {2.5, 301.0, kNaN})
    EXPECT_EQ(With(s, [&](auto& t) { t.inverse.arguments = List({decimals}); }), "inverse.arguments[0] function");
  s.inverse.function = fb::Function::NanToNum;
  s.inverse.arguments = List({kNaN, kInfinity, -1.0});
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.inverse.arguments = List({0.0, 0.0, kNaN}); }), "inverse.arguments[2] function");
}

TEST(FunctionTransformer, KeepsIntegersThatNumpyKeeps) {
  FunctionTransformer s{};
  s.n_features_in = 2;
  s.function.function = fb::Function::Square;
  Direct square(s);
  const int64_t x[] = {16, -3};
  absl::StatusOr<Data> result = square(Dense(std::span<const int64_t>(x), 1, 2, DType::kInt8));
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(std::get<MatrixView<int64_t>>(*result).data, ElementsAre(0, 9));  // 256 is 0 in 8 bits
  s.function.function = fb::Function::Reciprocal;
  EXPECT_EQ(CodeOf(Direct(s)(Dense(std::span<const int64_t>(x), 1, 2))), "input.dtype");
  s.function.function = fb::Function::Log1p;
  EXPECT_EQ(CodeOf(Direct(s)(Frame({TextColumn({"a"}), NumberColumn({1})}))), "input.text");
  s.function.function = fb::Function::Cos;
  const int64_t indptr[] = {0, 1};
  const int32_t indices[] = {1};
  const double data[] = {1};
  EXPECT_EQ(CodeOf(Direct(s)(CsrView<double>{1, 2, indptr, indices, data})), "input.sparse");
}

TEST(QuantileTransformer, AscendsInEachColumn) {
  QuantileTransformer s{};
  s.n_features_in = s.n_quantiles = 2;
  s.references = List({0.0, 1.0});
  s.quantiles = List({0.0, 1.0, -5.0, -5.0});
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.quantiles = List({0.0, 1.0, -5.0, -6.0}); }), "quantiles[3] quantiles");
  EXPECT_EQ(With(s, [](auto& t) { t.references = List({1.0, 0.0}); }), "references[1] sorted");
}

TEST(PowerTransformer, HoldsLambdasOfTheirDtype) {
  PowerTransformer s{};
  s.n_features_in = 1;
  s.lambdas = List({0.1});
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.lambdas_dtype = fb::DType::Float32; }), "lambdas[0] float_dtype");
  EXPECT_EQ(With(s, [](auto& t) { t.lambdas_dtype = fb::DType::Int64; }), "lambdas_dtype float_dtype");
}

TEST(PolynomialFeatures, CountsItsColumns) {
  PolynomialFeatures s{};
  s.n_features_in = 3;
  s.max_degree = 2;
  s.include_bias = true;
  EXPECT_EQ(Direct(s).signature().n_features_out, 10u);
  EXPECT_EQ(With(s, [](auto& t) { t.min_degree = 3; }), "min_degree degrees");
  s.interaction_only = true;
  EXPECT_EQ(Direct(s).signature().n_features_out, 7u);
  s.min_degree = s.max_degree = 4;  // more than there are columns
  EXPECT_EQ(Direct(s).signature().n_features_out, 1u);
  const int64_t indptr[] = {0, 2};
  const int32_t indices[] = {2, 0};
  const double data[] = {2, 3};
  s.min_degree = 0;
  EXPECT_EQ(CodeOf(Direct(s)(CsrView<double>{1, 3, indptr, indices, data})), "input.csr");
}

TEST(KBinsDiscretizer, HasBinsForEachColumn) {
  KBinsDiscretizer s{};
  s.n_features_in = 2;
  s.n_bins_total = 3;
  s.offsets = List<uint32_t>({0, 1, 3});
  s.edges = List({-kInfinity, -kInfinity, 2.0});
  s.centers = List({kNaN, 1.0, 3.0});
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.offsets = List<uint32_t>({0, 3}); }), "offsets bins");
  EXPECT_EQ(With(s, [](auto& t) { t.offsets = List<uint32_t>({0, 0, 3}); }), "offsets[1] bins");
  EXPECT_EQ(With(s, [](auto& t) { t.edges = List({-kInfinity, 0.0, 2.0}); }), "edges[1] bins");
  EXPECT_EQ(With(s, [](auto& t) { t.edges = List({-kInfinity, -kInfinity, kNaN}); }), "edges[2] bins");
}

TEST(KBinsDiscretizer, GivesCentersBack) {
  KBinsDiscretizer s{};
  s.n_features_in = 2;
  s.n_bins_total = 3;
  s.offsets = List<uint32_t>({0, 1, 3});
  s.edges = List({-kInfinity, -kInfinity, 2.0});
  s.centers = List({0.5, 1.0, 3.0});
  Direct one_hot(s);
  const std::vector<double> rows = {1, 0, 1, 1, 1, 0};
  EXPECT_THAT(Flat<double>(one_hot(Dense(rows, 2, 3), Method::kInverseTransform)), ElementsAre(0.5, 3, 0.5, 1));
  const std::vector<double> none = {1, 0, 0};
  EXPECT_EQ(CodeOf(one_hot(Dense(none, 1, 3), Method::kInverseTransform)), "input.unknown_category");
  s.code = fb::BinCode::Ordinal;
  Direct ordinal(s);
  const std::vector<double> bins = {0, -1};
  EXPECT_THAT(Flat<double>(ordinal(Dense(bins, 1, 2), Method::kInverseTransform)), ElementsAre(0.5, 3));
  for (const double bad : {2.0, -3.0, 1e300}) {
    const std::vector<double> row = {0, bad};
    EXPECT_EQ(CodeOf(ordinal(Dense(row, 1, 2), Method::kInverseTransform)), "input.unknown_category") << bad;
  }
}

TEST(KBinsDiscretizer, OwnsTheEncoderOfItsBins) {
  KBinsDiscretizer s{};
  s.n_features_in = 2;
  s.n_bins_total = 3;
  s.offsets = List<uint32_t>({0, 1, 3});
  OneHotEncoder encoder{};
  encoder.n_features_in = 2;
  encoder.n_features_out = 3;
  encoder.sparse = true;
  encoder.columns = List<int32_t>({0, 1, 2});
  const auto infer = [&](auto change, std::string_view role = "encoder") {
    Values bins[2] = {};
    bins[0].floats = List({0.0});
    bins[1].floats = List({0.0, 1.0});
    for (Values& values : bins) values.dtype = fb::DType::Float64;
    OneHotEncoder changed = encoder;
    changed.categories = bins;
    change(changed, bins);
    const Signature signatures[1] = {};
    const void* const states[] = {&changed};
    const StructInfo* const infos[] = {&InfoOf<OneHotEncoder>()};
    const std::string_view roles[] = {role};
    const absl::Status status =
        s.Infer(Children{.signatures = signatures, .states = states, .infos = infos, .roles = roles}).status();
    return std::string(status.message());
  };
  EXPECT_EQ(infer([](auto&, auto*) {}), "");
  EXPECT_NE(infer([](auto&, auto*) {}, "steps[0]"), "");
  const std::string other = "its encoder is not that of its bins";
  EXPECT_EQ(infer([](auto& e, auto*) { e.sparse = false; }), other);
  EXPECT_EQ(infer([](auto& e, auto*) { e.n_features_in = 1; }), other);
  EXPECT_EQ(infer([](auto& e, auto*) { e.columns = List<int32_t>({0, 1, -1}); }), other);
  EXPECT_EQ(infer([](auto& e, auto*) { e.infrequent = List<int32_t>({-1, 2}); }), other);
  EXPECT_EQ(infer([](auto& e, auto*) { e.custom_names = true; }), other);
  EXPECT_EQ(infer([](auto&, auto* bins) { bins[1].floats = List({0.0, 2.0}); }), other);
  EXPECT_EQ(infer([](auto&, auto* bins) { bins[0].floats = List({0.0, 1.0}); }), other);
  EXPECT_EQ(infer([](auto&, auto* bins) { bins[0].missing = fb::Missing::NaN; }), other);
  EXPECT_FALSE(s.Infer(Children{}).ok());
  s.code = fb::BinCode::Ordinal;
  EXPECT_TRUE(s.Infer(Children{}).ok());
}

TEST(IsotonicRegression, HoldsThresholdsOfItsDtype) {
  IsotonicRegression s{};
  s.n_thresholds = 2;
  s.x_thresholds = List({0.1, 1.0});
  s.y_thresholds = List({0.0, 1.0});
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.fitted_dtype = fb::DType::Float32; }), "x_thresholds[0] float_dtype");
  EXPECT_EQ(With(s, [](auto& t) { t.fitted_dtype = fb::DType::Bool; }), "fitted_dtype float_dtype");
  EXPECT_EQ(With(s, [](auto& t) { t.x_thresholds = List({1.0, 1.0}); }), "x_thresholds[1] unique");
  s.out_of_bounds = fb::OutOfBounds::Raise;
  const std::vector<double> beyond = {7};
  EXPECT_EQ(CodeOf(Direct(s)(Dense(beyond, 1, 1))), "input.out_of_bounds");
}

TEST(SplineTransformer, HasKnotsForItsDegree) {
  SplineTransformer s{};
  s.n_features_in = 1;
  s.include_bias = true;
  s.degree = 1;
  s.n_splines = 2;
  s.n_knots = 4;
  s.knots = List({-1.0, 0.0, 1.0, 2.0});
  EXPECT_EQ(Direct(s).Problem(), "");
  const std::vector<double> x = {0.25}, beyond = {1.5};
  EXPECT_THAT(Flat<double>(Direct(s)(Dense(x, 1, 1))), ElementsAre(0.75, 0.25));
  EXPECT_EQ(CodeOf(Direct(s)(Dense(beyond, 1, 1))), "input.out_of_bounds");
  EXPECT_EQ(With(s, [](auto& t) { t.degree = 2; }), "degree degree");
  EXPECT_EQ(With(s, [](auto& t) { t.degree = UINT32_MAX; }), "degree degree");
  EXPECT_EQ(With(s, [](auto& t) { t.extrapolation = fb::Extrapolation::Periodic; }), "degree degree");
  EXPECT_EQ(With(s, [](auto& t) { t.knots = List({-1.0, 0.0, 1.0, 0.5}); }), "knots[3] knots");
  s.degree = 0;
  s.n_splines = 1;
  s.n_knots = 2;
  s.knots = List({0.0, 1.0});
  s.extrapolation = fb::Extrapolation::Linear;
  EXPECT_EQ(Direct(s).Problem(), "");
  s.n_features_in = 2;
  s.knots = List({0.0, 1.0, 0.0, 1.0});
  EXPECT_EQ(Direct(s).Problem(), "n_splines degree");
}

}  // namespace
}  // namespace pratique
