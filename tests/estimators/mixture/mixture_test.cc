// What the states of mixtures and discriminants must say that no rule of the schema can, and what they do with X.
#include "estimators/mixture/mixture.h"

#include <gmock/gmock.h>

#include <limits>

#include "estimators/mixture/elliptic_envelope.h"
#include "estimators/mixture/quadratic_discriminant.h"
#include "mixture_bfbs_generated.h"
#include "tests/import/objects.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using testing::CodeOf;

template <class S>
using Direct = testing::DirectState<S, fb::MixtureBinarySchema>;

// f changes the state; what is then wrong with it.
template <class S, class F>
std::string With(S state, F f) {
  f(state);
  return Direct<S>(state).Problem();
}

constexpr double kTwo[] = {-0.5, -1}, kFour[] = {1, 0, 0.5, 2}, kThird[] = {1.0 / 3, 1};

Mixture Tied() {
  Mixture s{};
  s.n_features_in = s.n_components = 2;
  s.covariance = fb::CovarianceType::Tied;
  s.log_weights = s.log_det = kTwo;
  s.means = s.precisions = kFour;
  return s;
}

TEST(Mixture, HasThePrecisionsOfItsCovariance) {
  EXPECT_EQ(Direct(Tied()).Problem(), "");
  EXPECT_EQ(With(Tied(), [](auto& s) { s.precisions = kTwo; }), "precisions of_covariance");
  EXPECT_EQ(With(Tied(), [](auto& s) { s.covariance = fb::CovarianceType::Full; }), "precisions of_covariance");
  EXPECT_EQ(With(Tied(), [](auto& s) { s.covariance = fb::CovarianceType::Diag; }), "");
  EXPECT_EQ(With(Tied(), [](auto& s) { s.covariance = fb::CovarianceType::Spherical; }), "precisions of_covariance");
}

TEST(Mixture, IsOfOneDType) {
  const auto narrow = [](Mixture& s) { s.fitted_dtype = fb::DType::Float32; };
  EXPECT_EQ(With(Tied(), narrow), "");
  static constexpr double kWide[] = {1, 0, 0.1, 2};
  EXPECT_EQ(With(Tied(), [&](auto& s) { narrow(s), s.means = kWide; }), "means[2] float_dtype");
  EXPECT_EQ(With(Tied(), [&](auto& s) { narrow(s), s.precisions = kWide; }), "precisions[2] float_dtype");
  EXPECT_EQ(With(Tied(), [](auto& s) { s.fitted_dtype = fb::DType::Int8; }), "fitted_dtype float_dtype");
}

TEST(Mixture, TakesWeightsOfZeroOnly) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  static constexpr double kNone[] = {-kInfinity, 0}, kAll[] = {kInfinity, 0},
                          kNeither[] = {std::numeric_limits<double>::quiet_NaN(), 0};
  EXPECT_EQ(With(Tied(), [](auto& s) { s.log_weights = kNone; }), "");
  EXPECT_EQ(With(Tied(), [](auto& s) { s.log_weights = kAll; }), "log_weights[0] max");
  EXPECT_EQ(With(Tied(), [](auto& s) { s.log_weights = kNeither; }), "log_weights[0] max");
}

TEST(Mixture, TakesDenseRowsOnly) {
  static constexpr int64_t kOffsets[] = {0, 0};
  EXPECT_EQ(CodeOf(Direct(Tied()).Call(Method::kScoreSamples, CsrView<double>{1, 2, kOffsets, {}, {}})),
            "input.sparse");
}

QuadraticDiscriminant Two() {
  static constexpr int64_t kLabels[] = {3, 4};
  static constexpr uint32_t kOffsets[] = {0, 1, 2};
  static constexpr double kPriors[] = {0.25, 0.75};
  QuadraticDiscriminant s{};
  s.n_features_in = s.n_classes = 2;
  s.classes = {.dtype = fb::DType::Int64, .missing = fb::Missing::No, .ints = kLabels};
  s.priors = s.scalings = kPriors;
  s.means = s.rotations = kFour;
  s.offsets = kOffsets;
  return s;
}

TEST(QuadraticDiscriminant, HasDirectionsForEachClass) {
  EXPECT_EQ(Direct(Two()).Problem(), "");
  static constexpr uint32_t kOne[] = {0, 2}, kMany[] = {0, 0, 3};
  static constexpr double kThree[] = {1, 1, 1}, kSix[] = {1, 2, 3, 4, 5, 6};
  static constexpr int64_t kLabel[] = {3};
  EXPECT_EQ(With(Two(), [](auto& s) { s.offsets = kOne; }), "offsets ragged");
  EXPECT_EQ(With(Two(), [](auto& s) { s.offsets = kMany, s.scalings = kThree, s.rotations = kSix; }),
            "offsets[2] directions");
  EXPECT_EQ(With(Two(), [](auto& s) { s.classes.ints = kLabel; }), "n_classes one_label_a_class");
  EXPECT_EQ(With(Two(), [](auto& s) { s.fitted_dtype = fb::DType::Float32, s.scalings = kThird; }),
            "scalings[0] float_dtype");
}

TEST(EllipticEnvelope, LacksADistanceWhereItsMatrixIsNotPositive) {
  static constexpr double kCenter[] = {1}, kNegative[] = {-1}, kX[] = {3, 1};
  EllipticEnvelope s{};
  s.n_features_in = 1;
  s.location = kCenter;
  s.precision = kNegative;
  Direct envelope(s);
  EXPECT_EQ(envelope.Problem(), "");
  const absl::StatusOr<Data> labels = envelope.Call(Method::kPredict, MatrixView<double>{kX, 2, 1, 1});
  ASSERT_TRUE(labels.ok());
  EXPECT_THAT(std::get<MatrixView<int64_t>>(*labels).data, ::testing::ElementsAre(-1, 1));  // NaN is an outlier
}

TEST(EllipticEnvelope, HasAnOffset) {
  testing::Objects o;
  const testing::Objects::Attributes fitted = {{"location_", o.Ints({0})},
                                               {"precision_", o.Ints({1}, {1, 1})},
                                               {"offset_", o.Float(-1)},
                                               {"store_precision", o.Bool(true)},
                                               {"n_features_in_", o.Int(1)}};
  const auto import = [&](graph::Id offset) {
    return o.Import("sklearn.covariance._elliptic_envelope", "EllipticEnvelope",
                    testing::Objects::Changed(fitted, {{"offset_", offset}}));
  };
  EXPECT_EQ(import(o.Float(0)), "");
  EXPECT_EQ(import(graph::kNoId), "state.absent EllipticEnvelope.offset_");
  EXPECT_EQ(import(o.None()), "state.absent EllipticEnvelope.offset_");
}

}  // namespace
}  // namespace pratique
