// What a dummy that draws relies on, and that it never draws without end. (The numbers are judged by tests/models.)
#include "estimators/dummy/dummy.h"

#include <gmock/gmock.h>

#include <limits>

#include "dummy_bfbs_generated.h"
#include "kernels/random_state.h"
#include "tests/import/objects.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using Direct = testing::DirectState<DummyClassifier, fb::DummyClassifierBinarySchema>;

constexpr int64_t kThree[] = {2, 5, 9};
constexpr uint32_t kLabels[] = {0, 0};
constexpr double kShares[] = {0.25, 0.25, 0.5}, kOff[] = {0.25, 0.25, 0.25},
                 kTwice[] = {0.25, 0.25, 0.5, 0.25, 0.25, 0.5};
const Values kClasses[] = {{fb::DType::Int64, fb::Missing::No, kThree, {}, {}},
                           {fb::DType::Int64, fb::Missing::No, kThree, {}, {}}};

DummyClassifier Drawing(fb::Draws draws) {
  return {.n_outputs = 1,
          .classes = {kClasses, 1},
          .labels = {kLabels, 1},
          .probabilities = kShares,
          .draws = draws,
          .seed = 7};
}

TEST(DummyClassifier, DrawsForOneOutputBySharesOfOne) {
  for (const fb::Draws draws : {fb::Draws::Stratified, fb::Draws::Uniform}) {
    DummyClassifier state = Drawing(draws);
    EXPECT_EQ(Direct(state).Problem(), "");
    state.probabilities = kOff;
    EXPECT_EQ(Direct(state).Problem(), "probabilities sum");
    state = Drawing(draws);
    state.n_outputs = 2;
    state.classes = kClasses;
    state.labels = kLabels;
    state.probabilities = kTwice;
    EXPECT_EQ(Direct(state).Problem(), "draws one_output");
    state.draws = fb::Draws::Nothing;
    EXPECT_EQ(Direct(state).Problem(), "");
  }
}

// A row alone gets what it gets among others only where it is the first one; predict follows predict_proba.
TEST(DummyClassifier, DrawsFollowTheRows) {
  const double x[8] = {};
  Direct stratified(Drawing(fb::Draws::Stratified));
  const std::vector<double> labels = testing::Flat<double>(stratified.Call(Method::kPredict, Dense(x, 8, 1))),
                            shares = testing::Flat<double>(stratified.Call(Method::kPredictProba, Dense(x, 8, 1))),
                            first = testing::Flat<double>(stratified.Call(Method::kPredict, Dense(x, 1, 1)));
  ASSERT_EQ(labels.size(), 8);
  ASSERT_EQ(shares.size(), 24);
  EXPECT_EQ(first[0], labels[0]);
  for (size_t i = 0; i < 8; ++i) {
    for (size_t k = 0; k < 3; ++k) EXPECT_EQ(shares[i * 3 + k], labels[i] == static_cast<double>(k));
  }
}

TEST(RandomState, EndsForEveryProbability) {
  RandomState random(5489);
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (int i = 0; i < 1000; ++i) {
    for (const double p : {0., 1e-300, 0.5, 1 - 1e-16, 1., 1 + 1e-12, -1e-12, kNaN})
      random.Succeeds(RandomState::Trial(p));
    EXPECT_FALSE(random.Succeeds(RandomState::Trial(0)));
    EXPECT_TRUE(random.Succeeds(RandomState::Trial(1)));
    EXPECT_EQ(random.Below(1), 0);
    EXPECT_LT(random.Below(3), 3);
    const double u = random.Uniform();
    EXPECT_TRUE(u >= 0 && u < 1);
  }
}

TEST(DummyClassifier, PredictsByWhatFitKept) {
  testing::Objects o;
  const testing::Objects::Attributes fitted = {
      {"_strategy", o.Text("uniform")}, {"strategy", o.Text("uniform")}, {"random_state", o.Int(0)},
      {"constant", o.None()},           {"classes_", o.Ints({3, 5})},    {"n_classes_", o.Int(2)},
      {"class_prior_", o.Ints({1, 1})}, {"n_outputs_", o.Int(1)},        {"sparse_output_", o.Bool(false)}};
  const auto import = [&](const testing::Objects::Attributes& changes) {
    return o.Import("sklearn.dummy", "DummyClassifier", testing::Objects::Changed(fitted, changes));
  };
  EXPECT_EQ(import({{"_strategy", o.Text("prior")}}), "");
  EXPECT_EQ(import({{"n_classes_", o.Int(1)}}), "state.type DummyClassifier.n_classes_");
  EXPECT_EQ(import({{"n_classes_", o.Int(-1)}}), "state.type DummyClassifier.n_classes_");
  EXPECT_THAT(import({{"_strategy", graph::kNoId}}), ::testing::HasSubstr("DummyClassifier._strategy"));
  EXPECT_THAT(import({{"strategy", graph::kNoId}}), ::testing::HasSubstr("DummyClassifier.strategy"));
}

}  // namespace
}  // namespace pratique
