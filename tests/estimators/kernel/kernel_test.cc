// What the states of kernels must say that no rule of the schema can, and what they do with X.
#include <gmock/gmock.h>

#include "estimators/kernel/kernel_machines.h"
#include "estimators/kernel/kernel_maps.h"
#include "kernel_bfbs_generated.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using testing::CodeOf;
using testing::Flat;

template <class S>
using Direct = testing::DirectState<S, fb::KernelRidgeBinarySchema>;

// f changes the state; what is then wrong with it.
template <class S, class F>
std::string With(S state, F f) {
  f(state);
  return Direct<S>(state).Problem();
}

constexpr double kTwo[] = {0.5, 1}, kFour[] = {1, 0, 0.5, 2}, kThirds[] = {1.0 / 3, 1, 1, 1};

KernelRows Rows() {
  KernelRows rows{};
  rows.n_rows = rows.n_features = 2;
  rows.rows = kFour;
  return rows;
}

KernelRidge Ridge() {
  KernelRidge s{};
  s.n_features_in = 2;
  s.n_outputs = 1;
  s.one_dimensional = true;
  s.fitted = Rows();
  s.dual_coef = kTwo;
  return s;
}

TEST(KernelRows, AreThereUnlessTheKernelIsPrecomputed) {
  EXPECT_EQ(Direct(Ridge()).Problem(), "");
  EXPECT_EQ(With(Ridge(), [](auto& s) { s.fitted.rows = {}; }), "fitted.rows of_kernel");
  const auto precomputed = [](KernelRidge& s) { s.fitted.kernel.metric = fb::PairwiseMetric::Precomputed; };
  EXPECT_EQ(With(Ridge(), precomputed), "fitted.rows of_kernel");
  EXPECT_EQ(With(Ridge(), [&](auto& s) { precomputed(s), s.fitted.rows = {}; }), "");
  EXPECT_EQ(With(Ridge(), [&](auto& s) { precomputed(s), s.fitted.rows = {}, s.fitted.n_rows = 1; }),
            "fitted.n_rows precomputed");
}

TEST(KernelRows, AreOfOneWidthAndDType) {
  EXPECT_EQ(With(Ridge(), [](auto& s) { s.n_features_in = 3; }), "fitted.n_features one_width");
  const auto narrow = [](KernelRidge& s) { s.fitted.dtype = fb::DType::Float32; };
  EXPECT_EQ(With(Ridge(), narrow), "");
  EXPECT_EQ(With(Ridge(), [&](auto& s) { narrow(s), s.fitted.rows = kThirds; }), "fitted.rows[0] float_dtype");
  EXPECT_EQ(With(Ridge(), [](auto& s) { s.fitted.dtype = fb::DType::Bool; }), "fitted.dtype float_dtype");
}

TEST(KernelRidge, HasACoefficientOfEachRow) {
  EXPECT_EQ(With(Ridge(), [](auto& s) { s.dual_coef = kFour; }), "dual_coef of_rows");
  EXPECT_EQ(With(Ridge(), [](auto& s) { s.dual_coef = kFour, s.n_outputs = 2; }), "one_dimensional one_output");
  EXPECT_EQ(With(Ridge(), [](auto& s) { s.dual_coef = kFour, s.n_outputs = 2, s.one_dimensional = false; }), "");
}

TEST(KernelRidge, RefusesWhatAKernelRefuses) {
  static constexpr double kNegative[] = {1, -1};
  static constexpr int64_t kOffsets[] = {0, 0};
  KernelRidge s = Ridge();
  s.fitted.kernel.metric = fb::PairwiseMetric::Chi2;
  EXPECT_EQ(CodeOf(Direct(s).Call(Method::kPredict, MatrixView<double>{kNegative, 1, 2, 2})), "input.negative");
  EXPECT_EQ(CodeOf(Direct(s).Call(Method::kPredict, CsrView<double>{1, 2, kOffsets, {}, {}})), "input.sparse");
  s.fitted.kernel.metric = fb::PairwiseMetric::Linear;
  EXPECT_EQ(CodeOf(Direct(s).Call(Method::kPredict, CsrView<double>{1, 2, kOffsets, {}, {}})), "");
}

KernelPCA Pca() {
  static const KernelRows back = [] {
    KernelRows rows = Rows();
    rows.n_features = 1;
    rows.rows = kTwo;
    return rows;
  }();
  KernelPCA s{};
  s.n_features_in = 2;
  s.n_components = 1;
  s.fitted = Rows();
  s.centerer.n_features_in = 2;
  s.centerer.k_fit_rows = kTwo;
  s.alphas = kTwo;
  s.back = {&back, 1};
  s.dual_coef = kFour;
  return s;
}

TEST(KernelPCA, GoesBackWithAllOrNothing) {
  EXPECT_EQ(Direct(Pca()).Problem(), "");
  EXPECT_TRUE(Direct(Pca()).signature().Has(Method::kInverseTransform));
  EXPECT_EQ(With(Pca(), [](auto& s) { s.back = {}; }), "back inverse");
  EXPECT_EQ(With(Pca(), [](auto& s) { s.dual_coef = {}; }), "back inverse");
  const auto neither = [](KernelPCA& s) { s.back = {}, s.dual_coef = {}; };
  EXPECT_EQ(With(Pca(), neither), "");
  KernelPCA one_way = Pca();
  neither(one_way);
  EXPECT_FALSE(Direct(one_way).signature().Has(Method::kInverseTransform));
  EXPECT_EQ(With(Pca(), [](auto& s) { s.dual_coef = kTwo; }), "dual_coef of_rows");
  EXPECT_EQ(With(Pca(), [](auto& s) { s.alphas = kFour; }), "alphas of_rows");
  EXPECT_EQ(With(Pca(), [](auto& s) { s.n_components = 2, s.alphas = kFour; }), "back[0].n_features one_width");
  EXPECT_EQ(With(Pca(), [](auto& s) { s.centerer.n_features_in = 1, s.centerer.k_fit_rows = {kTwo, 1}; }),
            "centerer.n_features_in one_width");
  static const KernelRows precomputed[] = {
      {.n_rows = 1, .n_features = 1, .kernel = {.metric = fb::PairwiseMetric::Precomputed}}};
  EXPECT_EQ(With(Pca(), [](auto& s) { s.back = precomputed, s.dual_coef = kTwo; }), "back[0].kernel.metric inverse");
}

TEST(Nystroem, HasASquare) {
  Nystroem s{};
  s.n_features_in = 2;
  s.fitted = Rows();
  s.normalization = kFour;
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.normalization = kTwo; }), "normalization of_rows");
}

TEST(RandomCosines, AreSkewedOrNot) {
  RandomCosines s{};
  s.n_features_in = s.n_components = 2;
  s.weights = kFour;
  s.offset = kTwo;
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](auto& t) { t.skewedness = 1; }), "skewedness of_skewed");
  s.skewed = true;
  s.skewedness = 1;
  EXPECT_EQ(Direct(s).Problem(), "");
  static constexpr double kTooSmall[] = {0, -1};
  EXPECT_EQ(CodeOf(Direct(s).Call(Method::kTransform, MatrixView<double>{kTooSmall, 1, 2, 2})), "input.negative");
  EXPECT_EQ(With(s, [](auto& t) { t.dtype = fb::DType::Float32, t.weights = kThirds; }), "weights[0] float_dtype");
}

TEST(AdditiveChi2Sampler, KeepsIntegersAndRefusesWhatIsNegative) {
  AdditiveChi2Sampler s{};
  s.n_features_in = s.sample_steps = 1;
  s.sample_interval = 0.8;
  EXPECT_EQ(Direct(s).Problem(), "");
  static constexpr int64_t kX[] = {5, 0}, kNegative[] = {-1};
  EXPECT_THAT(Flat<int64_t>(Direct(s).Call(Method::kTransform, MatrixView<int64_t>{kX, 2, 1, 1})),
              ::testing::ElementsAre(2, 0));
  EXPECT_EQ(CodeOf(Direct(s).Call(Method::kTransform, MatrixView<int64_t>{kNegative, 1, 1, 1})), "input.negative");
}

TEST(PolynomialCountSketch, HashesEachColumnAndTheConstant) {
  static constexpr uint32_t kIndexes[] = {0, 1, 1, 0};
  static constexpr int8_t kBits[] = {1, -1, 1, 1}, kOther[] = {1, -1, 0, 1};
  PolynomialCountSketch s{};
  s.n_features_in = s.n_components = s.degree = s.n_hashed = 2;
  s.gamma = 1;
  s.indexes = kIndexes;
  s.bits = kBits;
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_EQ(With(s, [](PolynomialCountSketch& t) { t.bits = kOther; }), "bits[2] sign");
  EXPECT_EQ(With(s, [](auto& t) { t.coef0 = 1; }), "n_hashed hashed");
  EXPECT_EQ(With(s, [](auto& t) { t.coef0 = 1, t.n_features_in = 1; }), "");
  static constexpr double kX[] = {2, 3};
  // (2, -3) and (3, 2): 2 * 3 - 3 * 2, 2 * 2 - 3 * 3.
  EXPECT_THAT(Flat<double>(Direct(s).Call(Method::kTransform, MatrixView<double>{kX, 1, 2, 2})),
              ::testing::ElementsAre(0, -5));
}

}  // namespace
}  // namespace pratique
