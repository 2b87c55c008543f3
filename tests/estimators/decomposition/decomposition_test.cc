// What the states of projections and factors must say that no rule of the schema can, each broken in the smallest way.
#include <gmock/gmock.h>

#include "decomposition_bfbs_generated.h"
#include "estimators/decomposition/affine_projection.h"
#include "estimators/decomposition/non_negative_factors.h"
#include "estimators/decomposition/partial_least_squares.h"
#include "estimators/decomposition/projection.h"
#include "estimators/decomposition/sparse_coding.h"
#include "estimators/decomposition/sparse_projection.h"
#include "kernels/solve.h"
#include "pratique/pratique.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

template <class S>
std::string Problem(S state) {
  return testing::DirectState<S, fb::ProjectionBinarySchema>(state).Problem();
}
template <class S, class F>
std::string With(S state, F f) {
  f(state);
  return Problem(state);
}

constexpr double kTwo[] = {1, 2}, kFour[] = {1, 2, 0.1, 4};
constexpr uint32_t kOutputs[] = {0, 1, 1}, kOffsets[] = {0, 2, 3};

AffineProjection Affine() {
  return {.n_features_in = 2,
          .n_components = 1,
          .fitted_dtype = fb::DType::Float64,
          .float64 = false,
          .in_place = true,
          .sparse = fb::SparseInput::Refused,
          .components = kTwo,
          .mean = kTwo,
          .scale = kTwo,
          .rotation = {},
          .back = kTwo,
          .feature_names = {}};
}

TEST(AffineProjection, ScalesWhatIsCentered) {
  EXPECT_EQ(Problem(Affine()), "");
  EXPECT_EQ(With(Affine(), [](auto& s) { s.mean = {}; }), "scale centered");
  EXPECT_EQ(With(Affine(), [](auto& s) { s.sparse = fb::SparseInput::Offset; }), "sparse sparse_input");
  EXPECT_EQ(With(Affine(), [](auto& s) { s.sparse = fb::SparseInput::Densified; }), "sparse sparse_input");
  EXPECT_EQ(With(Affine(), [](auto& s) { s.fitted_dtype = fb::DType::Int8; }), "fitted_dtype float_dtype");
  const auto narrow = [](auto& s) {
    s.fitted_dtype = fb::DType::Float32, s.components = Array<double>(kFour).subspan(2);
  };
  EXPECT_EQ(With(Affine(), narrow), "components[0] float_dtype");
}

TEST(AffineProjection, ScoresBesideANoise) {
  static constexpr double kOne[] = {1};
  AffineProjection scores = Affine();
  scores.rotation = kOne;
  scores.noise = kTwo;
  EXPECT_EQ(Problem(scores), "");
  EXPECT_TRUE(scores.Infer({})->Has(Method::kScoreSamples));
  EXPECT_FALSE(Affine().Infer({})->Has(Method::kScoreSamples));
  EXPECT_EQ(With(scores, [](auto& s) { s.rotation = {}; }), "noise scores");
  EXPECT_EQ(With(scores, [](auto& s) { s.narrows = true; }), "noise scores");
  EXPECT_EQ(With(scores, [](auto& s) { s.mean = s.scale = {}; }), "noise scores");
}

TEST(Projection, ScoresByVariancesOfItsModel) {
  const Projection scores{.n_features_in = 2,
                          .n_components = 1,
                          .components = kTwo,
                          .mean = kTwo,
                          .model_variance = {kTwo, 1},
                          .noise_variance = 0.5};
  EXPECT_EQ(Problem(scores), "");
  EXPECT_TRUE(scores.Infer({})->Has(Method::kScoreSamples));
  EXPECT_EQ(With(scores, [](auto& s) { s.mean = {}; }), "model_variance centered");
  EXPECT_EQ(With(scores, [](auto& s) { s.noise_variance = 0; }), "noise_variance noise");
  const auto whole = [](auto& s) {
    s.n_components = 2, s.components = kFour, s.model_variance = kTwo, s.noise_variance = 0;
  };
  EXPECT_EQ(With(scores, whole), "");
}

TEST(PartialLeastSquares, HasAProjectionOfItsColumns) {
  const PartialLeastSquares pls{.n_features_in = 2,
                                .n_targets = 1,
                                .scales_first = false,
                                .one_dimensional = true,
                                .projection = Affine(),
                                .coef = kTwo,
                                .intercept = Array<double>(kTwo).first(1)};
  EXPECT_EQ(Problem(pls), "");
  const auto wrong = [&](auto f) { return With(pls, [&](auto& s) { f(s.projection); }); };
  EXPECT_EQ(wrong([](auto& p) { p.fitted_dtype = fb::DType::Float32; }), "projection.fitted_dtype of_pls");
  EXPECT_EQ(wrong([](auto& p) { p.float64 = true; }), "projection.float64 of_pls");
  EXPECT_EQ(wrong([](auto& p) { p.in_place = false; }), "projection.in_place of_pls");
  EXPECT_EQ(wrong([](auto& p) { p.scale = {}; }), "projection.scale of_pls");
  EXPECT_EQ(wrong([](auto& p) { p.back = {}; }), "projection.back of_pls");
  EXPECT_EQ(wrong([](auto& p) { p.rotation = Array<double>(kTwo).first(1); }), "projection.rotation of_pls");
  EXPECT_EQ(wrong([](auto& p) { p.sparse = fb::SparseInput::Offset, p.mean = {}, p.scale = {}; }),
            "projection.sparse of_pls");
  const auto wider = [](auto& p) {
    p.n_features_in = 4;
    p.components = p.mean = p.scale = p.back = kFour;
  };
  EXPECT_EQ(wrong(wider), "projection.n_features_in of_pls");
  const auto two = [](auto& s) { s.n_targets = 2, s.coef = kFour, s.intercept = kTwo; };
  EXPECT_EQ(With(pls, two), "one_dimensional of_one_target");
}

TEST(SparseProjection, HasSortedOutputsForEachFeature) {
  const SparseProjection s{.n_features_in = 2,
                           .n_components = 2,
                           .fitted_dtype = fb::DType::Float64,
                           .dense_output = false,
                           .outputs = kOutputs,
                           .weights = Array<double>(kFour).first(3),
                           .offsets = kOffsets,
                           .back = {},
                           .feature_names = {}};
  EXPECT_EQ(Problem(s), "");
  static constexpr uint32_t kTwice[] = {1, 1, 1}, kMore[] = {0, 2, 2, 3};
  EXPECT_EQ(With(s, [](auto& t) { t.outputs = kTwice; }), "outputs[1] ascending");
  EXPECT_EQ(With(s, [](auto& t) { t.offsets = kMore; }), "offsets ragged");
}

TEST(NonNegativeFactors, DescendsForOneLoss) {
  NonNegativeFactors s{.n_features_in = 2,
                       .n_components = 1,
                       .fitted_dtype = fb::DType::Float64,
                       .solver = fb::NmfSolver::Cd,
                       .beta_loss = 2,
                       .max_iter = 1,
                       .components = kTwo};
  EXPECT_EQ(Problem(s), "");
  EXPECT_EQ(With(s, [](auto& t) { t.beta_loss = 1; }), "beta_loss of_solver");
  EXPECT_EQ(With(s, [](auto& t) { t.max_iter = 10001; }), "max_iter max");
}

TEST(NonNegativeFactors, TakesAllRowsTogether) {
  for (const char* name : {"nmf", "nmf_batch"}) {
    const auto model = Load(std::string(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/") + name + "/model.joblib");
    ASSERT_TRUE(model.ok()) << model.status();
    const size_t cols = model->n_features();
    EXPECT_TRUE(model->takes_all_rows(Method::kTransform));
    EXPECT_FALSE(model->takes_all_rows(Method::kInverseTransform));
    const std::vector<double> X(3000 * cols, 0.5);
    const auto code = [&](size_t rows, PredictOptions options) {
      const auto result = model->Run(Method::kTransform, Dense(std::span(X).first(rows * cols), rows, cols), options);
      return result.ok() ? "" : GetRejection(result.status())->code;
    };
    EXPECT_EQ(code(3000, {}), "");
    EXPECT_EQ(code(3000, {.threads = 2}), "");
    EXPECT_EQ(code(1, {.first_row = 1}), "input.batch");
  }
}

TEST(SparseCoding, BoundsItsWork) {
  SparseCoding s{.n_features_in = 2,
                 .n_components = 2,
                 .fitted_dtype = fb::DType::Float64,
                 .code_by = fb::CodeBy::Matching,
                 .n_nonzero = 2,
                 .dictionary = kFour};
  EXPECT_EQ(Problem(s), "");
  EXPECT_EQ(With(s, [](auto& t) { t.n_nonzero = 3; }), "n_nonzero of_components");
  EXPECT_EQ(With(s, [](auto& t) { t.positive = true; }), "positive of_matching");
  EXPECT_EQ(With(s, [](auto& t) { t.code_by = fb::CodeBy::Descent; }), "alpha penalty");
  static const std::vector<double> kMany(4097, 1);
  const auto many = [](auto& t) { t.n_features_in = 1, t.n_components = 4097, t.dictionary = kMany; };
  EXPECT_EQ(With(s, many), "n_components products");
}

TEST(Invert, PivotsAndSaysWhatHasNoInverse) {
  double a[] = {0, 2, 4, 0}, inverse[4];
  ASSERT_TRUE(Invert(a, 2, inverse));
  EXPECT_THAT(inverse, ::testing::ElementsAre(0, 0.25, 0.5, 0));
  double singular[] = {1, 2, 2, 4};
  EXPECT_FALSE(Invert(singular, 2, inverse));
}

}  // namespace
}  // namespace pratique
